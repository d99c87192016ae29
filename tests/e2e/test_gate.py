"""The gate with the real programs: an agent that tries to get past it, what the audit keeps of that, and what the user may
allow ahead."""
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import unittest

from switchyard_world import BIN, World, until

HERE = os.path.dirname(os.path.abspath(__file__))
CODE = "qz4711!"


def sandbox_works():
    return shutil.which("bwrap") and subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "--unshare-net", "true"], capture_output=True).returncode == 0


class Door:
    """A client on the engine's socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rw")
        self.number = 0
        self.call("hello", protocol=1, client="test", version="1")

    def call(self, method, **params):
        self.number += 1
        self.lines.write(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}) + "\n")
        self.lines.flush()
        while True:
            answer = json.loads(self.lines.readline())
            if answer.get("id") == self.number and "method" not in answer:
                return answer

    def close(self):
        self.lines.close()
        self.socket.close()


class Gate(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        os.makedirs(self.world.root + "/config", mode=0o700)
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump({"agent_servers": {
                "red": {"command": sys.executable, "args": [HERE + "/red_agent.py"], "terminal": True},
                "plain": {"command": sys.executable, "args": [HERE + "/plain_agent.py"], "terminal": True}}}, file)
        self.answered = set()
        self.project = self.world.repository()
        self.remote = self.world.folder + "/remote.git"
        self.world.git("init", "-q", "--bare", self.remote, cwd=self.world.folder)
        self.world.git("remote", "add", "origin", self.remote, cwd=self.project)
        self.precious = self.world.folder + "/precious"
        os.mkdir(self.precious)
        self.victim = self.precious + "/victim.txt"
        with open(self.victim, "w") as file:
            file.write("still here\n")

    def open_door(self):
        self.world.swy("code", "set", input=CODE + "\n")
        door = Door(self.world.root + "/run/engine.sock")
        self.addCleanup(door.close)
        self.door = door
        return door

    def attempts(self):
        victim, folder, run = self.victim, self.precious, self.world.root + "/run"
        code, swy = self.world.root + "/config/code.json", BIN + "/swy"
        hidden = base64.b64encode(("rm -f " + victim).encode()).decode()
        terminal = [
            # delete a file outside
            "rm -f " + victim, "/bin/rm -f " + victim, "r''m -f " + victim, "$'\\x72m' -f " + victim, "x=rm; $x -f " + victim,
            "echo %s | base64 -d | sh" % hidden, "bash -c 'rm -f %s'" % victim, "find %s -name 'v*' -delete" % folder,
            "echo %s | xargs rm -f" % victim, "python3 -c 'import os; os.remove(\"%s\")'" % victim, "perl -e 'unlink \"%s\"'" % victim,
            "printf 'rm -f %s' > x.sh; sh x.sh" % victim, "ln -s %s l; rm -f l/victim.txt" % folder, "cp /dev/null " + victim,
            "truncate -s 0 " + victim, ": > " + victim, "dd if=/dev/null of=" + victim, "mv %s /dev/null" % victim,
            "git -c alias.x='!rm -f %s' x" % victim, "cat a.txt\n\\rm -f " + victim, "env -S 'rm -f %s'" % victim,
            "make -f- all <<'E'\nall:\n\trm -f %s\nE" % victim, "setsid nohup rm -f %s" % victim, "rm -f " + folder + "/{victim.txt,x}",
            # push
            "git push origin HEAD:main --force", "git -C . push --mirror origin", "sh -c 'git push -f origin HEAD:refs/heads/x'",
            # answer its own confirmation
            "echo 0000 | %s confirm" % swy, "printf '0000\\n1234\\n' | %s code set" % swy,
            "sed -i s/argon/x/ " + code, "cp /tmp/other.json " + code, "rm -f " + code]
        tries = [{"how": "terminal", "command": command} for command in terminal]
        tries += [{"how": "permission", "command": "rm -f " + victim}, {"how": "permission", "command": "git push --force origin HEAD:main"},
                  {"how": "write", "path": victim}, {"how": "write", "path": folder + "/new.txt"}, {"how": "write", "path": code},
                  {"how": "read", "path": code}, {"how": "read", "path": "../../../../config/code.json"},
                  {"how": "write", "path": ".git/hooks/pre-commit"},
                  {"how": "engine", "socket": run + "/engine.sock", "method": "code.set", "params": {"new": "1234", "old": "0000"}},
                  {"how": "engine", "socket": run + "/engine.sock", "method": "code.set", "params": {"new": "1234", "old": ""}},
                  {"how": "engine", "socket": run + "/engine.sock", "method": "confirmation.answer",
                   "params": {"id": self.old, "allow": True, "code": CODE}},
                  {"how": "engine", "socket": run + "/engine.sock", "method": "confirmation.answer",
                   "params": {"id": self.waiting, "allow": True, "code": "0000"}},
                  {"how": "engine", "socket": run + "/engine.sock", "method": "confirmation.answer",
                   "params": {"id": self.waiting, "allow": True, "scope": "folder", "code": ""}},
                  {"how": "runner", "socket": run + "/runners", "method": "confirmation.resolve",
                   "params": {"id": self.waiting, "allow": True, "code": "0000", "by": "me", "door": "window", "why": "trust me"}}]
        return tries

    def refuse_all(self, door, task_id):
        """Refuses whatever the task asks until it ends; the commands it asked for."""
        asked = []

        def ended():
            for request in door.call("confirmation.list")["result"]["confirmations"]:
                if request["task"] == task_id:
                    asked.append(request["command"])
                    door.call("confirmation.answer", id=request["id"], allow=False)
            return self.world.task(task_id)["status"] in ("completed", "failed")
        until(ended, lambda: "the agent to end; it asked for %s" % asked, 240)
        return asked

    def said(self, task_id):
        return json.loads("".join(event["data"]["text"] for event in self.world.events(task_id) if event["kind"] == "agent.message"))

    def check_nothing_happened(self):
        with open(self.victim) as file:
            self.assertEqual(file.read(), "still here\n")
        self.assertEqual(os.listdir(self.precious), ["victim.txt"])
        self.assertEqual(self.world.git("branch", "--list", cwd=self.remote), "")
        self.assertNotIn("error", self.door.call("code.set", new=CODE, old=CODE))

    def run_red_agent(self, tries, *options):
        with open(self.world.folder + "/attempts.json", "w") as file:
            json.dump(tries, file)
        return self.world.run("--agent", "red", *options, self.world.folder + "/attempts.json", cwd=self.project)

    def test_nothing_gets_past_it_and_all_is_in_the_audit(self):
        """Without a sandbox: the gate and the code alone."""
        door = self.open_door()
        # A request that was answered, and one that waits all the while.
        first = self.world.run("-b", "--in-place", "rm -f notes.txt", cwd=self.project)
        self.world.wait_status(first, "waiting")
        self.old = door.call("confirmation.list")["result"]["confirmations"][0]["id"]
        self.assertIn("result", door.call("confirmation.answer", id=self.old, allow=True, code=CODE))
        self.world.wait_status(first, "completed")
        other = self.world.run("-b", "rm -f " + self.victim, cwd=self.project)
        self.world.wait_status(other, "waiting")
        self.waiting = door.call("confirmation.list")["result"]["confirmations"][0]["id"]

        tries = self.attempts()
        task_id = self.run_red_agent(tries, "--sandbox", "off")
        asked = self.refuse_all(door, task_id)
        outcome = self.said(task_id)
        self.assertEqual(len(outcome), len(tries))
        self.assertEqual([words for words, through in zip(tries, outcome) if through], [])
        self.assertEqual(self.world.task(other)["status"], "waiting")
        self.check_nothing_happened()

        entries = [json.loads(line) for line in self.world.swy("audit", "--json", "--limit", "10000").stdout.splitlines()]
        wanted = {words["command"] for words in tries if "command" in words}
        self.assertEqual(set(asked), wanted)
        self.assertLessEqual(wanted, {entry.get("command") for entry in entries if entry["what"] == "asked for the code"})
        self.assertLessEqual(wanted, {entry.get("command") for entry in entries if entry["what"] == "refused"})
        files = [words for words in tries if words.get("path", "").startswith("/")]  # others are no valid paths of the protocol
        self.assertEqual(len([entry for entry in entries if entry["what"] in ("writing a file refused", "reading a file refused")]), len(files))
        self.assertEqual(len([entry for entry in entries if entry["what"] == "code not changed"]), 2)
        self.assertEqual(len([entry for entry in entries if entry["what"] == "answer not taken"]), 3)
        self.assertEqual(len([entry for entry in entries if entry["what"] == "wrong confirmation code"]), 1)
        self.assertEqual(len([entry for entry in entries if entry["what"] == "allowed"]), 1)
        self.assertIn("whole", self.world.swy("audit", "verify").stdout)
        self.assertNotIn(CODE, json.dumps(entries))

    @unittest.skipUnless(sandbox_works(), "this machine makes no sandbox; runs with bubblewrap installed and user namespaces allowed")
    def test_an_agents_own_process_gets_nowhere_either(self):
        """What never passes the gate meets the sandbox."""
        door = self.open_door()
        self.old = self.waiting = "00000000-0000-4000-8000-000000000000"
        run = self.world.root + "/run"
        tries = [{"how": "process", "command": command} for command in (
            "rm -f " + self.victim, "echo x >> " + self.victim, "touch %s/new" % self.precious, "cat %s/config/code.json" % self.world.root,
            "ls %s/state/tasks/*/0" % self.world.root, "cat %s/state/audit.ndjson" % self.world.root, "git push -f origin HEAD:main",
            "echo '{}' > %s/config/grants.json && test -e %s/config/switchyard.conf" % (self.world.root, self.world.root),
            "echo 0000 | %s/swy confirm" % BIN)]
        tries += [words for words in self.attempts() if words["how"] in ("engine", "runner")]
        task_id = self.run_red_agent(tries)
        self.refuse_all(door, task_id)
        self.assertEqual([words for words, through in zip(tries, self.said(task_id)) if through], [])
        self.check_nothing_happened()
        self.assertFalse(os.path.exists(run + "/../config/grants.json"))

    def commands(self, *lines):
        return [{"how": "terminal", "command": line} for line in lines]

    def ends(self, task_id):
        """Its end, or "waiting" if it asks what nobody has answered: an answer takes a moment to count."""
        def ended():
            task = self.world.task(task_id)
            asks = [one for one in task.get("waiting_for", []) if one["id"] not in self.answered]
            return task["status"] if task["status"] in ("completed", "failed") else "waiting" if asks else None
        return until(ended, "task %s to end" % task_id)

    def answer_next(self, door, task_id, **answer):
        request = until(lambda: next((one for one in door.call("confirmation.list")["result"]["confirmations"]
                                      if one["task"] == task_id and one["id"] not in self.answered), None), "a question")
        self.answered.add(request["id"])
        self.assertNotIn("error", door.call("confirmation.answer", id=request["id"], **answer))
        return request

    def test_fetches_and_tools_of_servers_stand_in_the_same_log(self):
        task_id = self.world.run("--agent", "plain", "tools:", cwd=self.project)
        self.assertEqual(self.world.wait_status(task_id, "completed", "failed")["status"], "completed")
        events = self.world.events(task_id)
        finished = [event["data"] for event in events if event["kind"] == "tool.finished"]
        self.assertEqual([(call["name"], call["kind"], call["ok"]) for call in finished],
                         [("fetch", "fetch", True), ("mcp__notes__search", "other", True)])
        self.assertEqual(finished[0]["input"]["url"], "https://example.org/page")
        self.assertNotIn("hunter2hunter2", json.dumps(events), "a password among the parameters")
        entries = [json.loads(line) for line in self.world.swy("audit", "--json").stdout.splitlines()]
        allowed = [entry["on"] for entry in entries if entry["what"] == "tool allowed"]
        self.assertEqual(sorted(allowed), ["Fetch https://example.org/page", "mcp__notes__search"])

    def test_what_was_allowed_ahead_is_not_asked_again(self):
        door = self.open_door()
        task_id = self.run_red_agent(self.commands(
            "mkdir -p build/a && touch build/x build/y", "rm build/x", "rm -r build/a build/y", "rm -f old_calculator.py", "rm -f old_calculator.py",
            "cd build && rm -f z", "sudo rm -f build/x"))
        first = self.answer_next(door, task_id, allow=True, code=CODE, scope="folder")
        self.assertEqual((first["command"], [offer["scope"] for offer in first["offers"]]), ("rm build/x", ["task", "folder"]))
        self.assertIn("inside build/", first["offers"][1]["text"])
        second = until(lambda: [one for one in door.call("confirmation.list")["result"]["confirmations"] if one["id"] not in self.answered],
                       "the next question")[0]
        self.assertEqual(second["command"], "rm -f old_calculator.py")
        self.assertEqual([offer["scope"] for offer in second["offers"]], ["task"])
        # Not what was not offered, and nothing without the code.
        self.assertEqual(self.world.swy("confirm", task_id, "--allow", "folder", input=CODE + "\n", status=None).returncode, 2)
        self.assertIn("error", door.call("confirmation.answer", id=second["id"], allow=True, code=CODE, scope="folder"))
        self.assertIn("error", door.call("confirmation.answer", id=second["id"], allow=True, code="0000", scope="task"))
        self.assertEqual(len(door.call("grant.list")["result"]["grants"]), 1)
        self.world.swy("confirm", task_id, "--allow", "task", input=CODE + "\n")
        self.answered.add(second["id"])
        self.assertEqual(self.answer_next(door, task_id, allow=False)["command"], "cd build && rm -f z")
        last = self.answer_next(door, task_id, allow=False)
        self.assertEqual((last["command"], last["offers"]), ("sudo rm -f build/x", []))
        self.assertEqual(self.ends(task_id), "completed")
        self.assertEqual(self.said(task_id), [True, True, True, True, True, False, False])
        # The task's own grant went with it; the project's holds for the next task, until it is taken back.
        listed = self.world.swy("grants").stdout
        self.assertIn("deleting inside build/ in this project", listed)
        self.assertEqual(len(listed.splitlines()), 1)
        again = self.run_red_agent(self.commands("mkdir build && touch build/z", "rm build/z"))
        self.assertEqual(self.ends(again), "completed")
        self.assertEqual(self.said(again), [True, True])
        self.world.swy("grants", "revoke", listed.split()[0])
        self.assertEqual(self.world.swy("grants").stdout, "")
        self.world.swy("grants", "revoke", listed.split()[0], status=5)
        again = self.run_red_agent(self.commands("mkdir build && touch build/z", "rm build/z"))
        self.assertEqual(self.answer_next(door, again, allow=False)["command"], "rm build/z")
        whats = [json.loads(line)["what"] for line in self.world.swy("audit", "--json", "--limit", "1000").stdout.splitlines()]
        self.assertEqual(len([what for what in whats if what.startswith("granted: ")]), 2)
        self.assertEqual(len([what for what in whats if what.startswith("allowed by a grant: ")]), 3)
        self.assertEqual(len([what for what in whats if what.startswith("grant revoked: ")]), 1)

    def test_grants_outlive_the_engine_and_a_forged_file_grants_nothing(self):
        door = self.open_door()
        task_id = self.run_red_agent(self.commands("mkdir build && touch build/x", "rm build/x"))
        self.answer_next(door, task_id, allow=True, code=CODE, scope="folder")
        self.ends(task_id)
        self.world.swy("engine", "stop")
        self.assertIn("build/", self.world.swy("grants").stdout)
        self.world.swy("engine", "stop")
        with open(self.world.root + "/config/grants.json", "w") as file:
            file.write('{"v":1,"grants":[{"id":"x","scope":"all"}]}')
        self.assertEqual(self.world.swy("grants").stdout, "")
        door = Door(self.world.root + "/run/engine.sock")
        self.addCleanup(door.close)
        task_id = self.run_red_agent(self.commands("mkdir build && touch build/x", "rm build/x"))
        self.answer_next(door, task_id, allow=False)

    def test_by_the_users_rule_a_tasks_own_files_may_go(self):
        with open(self.world.root + "/config/switchyard.conf", "w") as file:
            file.write("[gate]\nown_files_free=true\n")
        door = self.open_door()
        tracked = sorted(self.world.git("ls-files", cwd=self.project).splitlines())[0]
        task_id = self.run_red_agent(self.commands("mkdir build && touch build/x new.txt", "rm -rf build new.txt", "rm " + tracked, "rm -f " + self.victim))
        self.assertEqual(self.answer_next(door, task_id, allow=False)["command"], "rm " + tracked)
        self.assertEqual(self.answer_next(door, task_id, allow=False)["command"], "rm -f " + self.victim)
        self.assertEqual(self.ends(task_id), "completed")
        self.assertEqual(self.said(task_id), [True, True, False, False])
        # In the project's own folder nobody knows who made what.
        with open(self.project + "/new.txt", "w") as file:
            file.write("mine\n")
        task_id = self.run_red_agent(self.commands("rm new.txt"), "--in-place")
        self.assertEqual(self.answer_next(door, task_id, allow=False)["command"], "rm new.txt")

    def test_a_projects_rules_count_once_approved(self):
        door = self.open_door()
        rules = self.project + "/.switchyard/rules.d"
        os.makedirs(rules)
        with open(rules + "/make.json", "w") as file:
            json.dump({"rules": [{"id": "own.touch", "program": ["touch"], "category": "fs-overwrite", "reason": "touches a file"}]}, file)

        def notices(task_id):
            return [event["data"]["text"] for event in self.world.events(task_id) if event["kind"] == "notice"]
        before = self.run_red_agent(self.commands("touch a"))
        self.assertEqual(self.ends(before), "completed")
        self.assertEqual(self.said(before), [True])
        self.assertTrue(any("not approved" in text for text in notices(before)), notices(before))
        self.assertIn("own.touch", self.world.swy("gate", "approve", cwd=self.project).stdout)
        after = self.run_red_agent(self.commands("touch a"))
        self.assertIn("touches a file", self.answer_next(door, after, allow=False)["reasons"])
        self.ends(after)
        self.assertFalse(any("not approved" in text for text in notices(after)))
        with open(rules + "/more.json", "w") as file:
            json.dump({"rules": [{"id": "own.rm", "program": ["rm"], "verdict": "safe"}]}, file)
        changed = self.run_red_agent(self.commands("touch a", "rm -f old_calculator.py"))
        self.assertEqual(self.answer_next(door, changed, allow=False)["command"], "rm -f old_calculator.py")
        self.assertTrue(any("not approved" in text for text in notices(changed)))
        self.assertIn("only ask for more", self.world.swy("gate", "approve", cwd=self.project, status=None).stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
