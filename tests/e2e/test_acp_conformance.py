"""The runner as an ACP client against an agent that judges it by the protocol's published schema."""
import base64
import json
import os
import sys
import unittest

import acp_peer
from switchyard_world import World, until

PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "acp_peer.py")


class Conformance(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.world.swy("code", "set", input="6283\n")
        self.project = self.world.repository()
        self.world.swy("agent", "add", "--file-system", "--terminal", "conf", sys.executable, "--", PEER)

    def start(self, scenario, *options):
        return self.world.run("--agent", "conf", *options, scenario, cwd=self.project)

    def events(self, task_id, kind):
        return [event["data"] for event in self.world.events(task_id) if event["kind"] == kind]

    def play(self, scenario, *options, status="completed"):
        task_id = self.start(scenario, *options)
        task = self.world.wait_status(task_id, "completed", "failed", "timed_out", "cancelled")
        self.assertEqual(task["status"], status, task["reason"])
        words = "".join(data["text"] for data in self.events(task_id, "agent.message") if data.get("message_id") == "report")
        report = json.loads(words)
        self.assertEqual(report["errors"], [])
        return task_id, report["seen"]

    def test_every_kind_of_update(self):
        task_id, seen = self.play("updates")
        self.assertLessEqual({"initialize": 1, "session/new": 1, "session/prompt": 1}.items(), seen.items())
        kinds = [event["kind"] for event in self.world.events(task_id)]
        for kind in ("agent.message", "agent.thought", "agent.plan", "tool.started", "tool.finished", "agent.usage", "notice"):
            self.assertIn(kind, kinds)
        raw = {data["update"]["sessionUpdate"] for data in self.events(task_id, "agent.update")}
        self.assertEqual(raw, {"user_message_chunk", "available_commands_update", "current_mode_update", "config_option_update",
                               "session_info_update", "compaction_update", "compaction_summary_chunk"})
        self.assertEqual(self.events(task_id, "agent.usage")[-1]["cost"], 0.25)
        finished = self.events(task_id, "tool.finished")[0]
        self.assertEqual((finished["name"], finished["ok"], finished["input"]), ("Read", True, {"path": "a"}))

    def test_permissions_by_kind(self):
        task_id = self.start("permission")
        until(lambda: self.world.task(task_id)["waiting_for"], "the question for the code")
        self.world.swy("confirm", "--deny", task_id)
        task = self.world.wait_status(task_id, "completed")
        self.assertIn('"errors": []', task["result"])

    def test_files_outside_are_refused(self):
        self.play("permission_outside")
        task_id, _ = self.play("files")
        self.assertEqual([data["path"] for data in self.events(task_id, "file.changed")], ["made.txt"])

    def test_terminals(self):
        task_id, _ = self.play("terminals")
        self.assertEqual([data["ok"] for data in self.events(task_id, "command.finished")], [False, False])

    def test_prompt_with_files_and_pictures(self):
        folder = self.world.folder
        for name, content in (("dot.png", base64.b64decode(acp_peer.PIXEL)), ("note.txt", b"hello\n"), ("blob.bin", bytes(range(256)))):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        self.play("blocks", *(word for name in ("dot.png", "note.txt", "blob.bin") for word in ("--attach", os.path.join(folder, name))))

    def test_options_reach_the_session(self):
        other = os.path.join(self.world.folder, "other")
        os.mkdir(other)
        self.play("options", "--mode", "plan", "--model", "Large", "--mcp", "tools=/usr/bin/tools --stdio", "--extra-folder", other,
                  "--instructions", "be brief")

    def test_unknown_mode_and_model(self):
        for option, value in (("--mode", "dance"), ("--model", "huge")):
            task = self.world.wait_status(self.start("end_turn", option, value), "failed")
            self.assertIn("offers no", task["reason"])

    def test_extensions(self):
        task_id, _ = self.play("extensions")
        self.assertEqual([data["update"]["sessionUpdate"] for data in self.events(task_id, "agent.update")], ["from_the_future"])

    def test_question(self):
        task_id = self.start("question")
        self.world.wait_status(task_id, "waiting")
        self.world.swy("answer", task_id, "the second")
        self.assertIn('"errors": []', self.world.wait_status(task_id, "completed")["result"])

    def test_cancel_answers_open_permissions(self):
        task_id = self.start("cancel")
        task = until(lambda: (lambda t: t["waiting_for"] and t)(self.world.task(task_id)), "the question for the code")
        self.world.swy("stop", task_id)
        self.world.wait_status(task_id, "cancelled")
        with open(os.path.join(task["worktree"], "cancelled.json")) as file:
            told = json.load(file)
        self.assertEqual(told, {"answer": {"jsonrpc": "2.0", "id": 100, "result": {"outcome": {"outcome": "cancelled"}}}, "errors": []})

    def test_stop_reasons(self):
        for reason, status in (("end_turn", "completed"), ("max_tokens", "failed"), ("refusal", "failed"), ("max_turn_requests", "timed_out")):
            with self.subTest(reason):
                self.play(reason, status=status)

    def test_authenticates_where_asked(self):
        with open(os.path.join(self.project, "login-needed"), "w") as file:
            file.write("\n")
        self.world.git("add", "-A", cwd=self.project)
        self.world.git("commit", "-qm", "Login", cwd=self.project)
        failed = self.world.wait_status(self.start("end_turn"), "failed")
        self.assertIn("not logged in", failed["reason"])
        with open(self.world.root + "/config/agents.json") as file:
            agents = json.load(file)
        agents["agent_servers"]["conf"]["auth_method"] = "key"
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump(agents, file)
        _, seen = self.play("end_turn")
        self.assertEqual(seen["authenticate"], 1)

    def test_broken_agents_end_their_task(self):
        for scenario, options, status, told in (
                ("silence", ("--time-limit", "3s"), "timed_out", ""),
                ("death", (), "failed", "ended in the middle of its turn"),
                ("half", (), "failed", "code 1"),
                ("flood", (), "failed", "line of more than"),
                ("rubbish", (), "failed", "JSON"),
                ("twice", (), "completed", "")):
            with self.subTest(scenario):
                task_id = self.start(scenario, *options)
                task = self.world.wait_status(task_id, "completed", "failed", "timed_out", "cancelled")
                self.assertEqual(task["status"], status, task["reason"])
                self.assertIn(told, task["reason"])
                left = [pid for pid in self.agent_processes()]
                self.assertEqual(left, [], scenario)
                if scenario == "twice":
                    self.assertTrue(any("4711" in notice["text"] for notice in self.events(task_id, "notice")))

    def agent_processes(self):
        for entry in os.listdir("/proc"):
            try:
                with open("/proc/%s/cmdline" % entry, "rb") as cmdline, open("/proc/%s/environ" % entry, "rb") as environ:
                    if PEER.encode() in cmdline.read().split(b"\0") and b"HOME=" + self.world.folder.encode() in environ.read().split(b"\0"):
                        yield entry
            except OSError:
                pass

    def test_login(self):
        ways = self.world.swy("agent", "login", "conf", status=2).stdout
        self.assertIn("key", ways)
        self.assertIn("tty", ways)
        self.assertIn("is logged in", self.world.swy("agent", "login", "conf", "--method", "key").stdout)
        self.assertIn("logged in with care", self.world.swy("agent", "login", "conf", "--method", "tty").stdout)
        self.assertIn("no way “dance”", self.world.swy("agent", "login", "conf", "--method", "dance", status=5).stderr)
        self.assertIn("offers no way to log in", self.world.swy("agent", "login", "builtin", status=6).stderr)

    def test_resumes(self):
        task_id, _ = self.play("refusal", status="failed")
        self.world.swy("tasks", "retry", task_id)
        until(lambda: len(self.events(task_id, "agent.started")) == 2, "the second attempt")
        self.world.wait_status(task_id, "failed")
        again = self.events(task_id, "agent.started")[1]
        self.assertEqual((again["session"], again["resumed"]), (acp_peer.SESSION, True))

    def test_probe(self):
        report = json.loads(self.world.swy("agent", "probe", "--json", "conf").stdout)
        self.assertEqual(report["models"], ["small", "large"])
        self.assertEqual(report["modes"], ["ask", "plan"])
        self.assertEqual(report["abilities"], ["load", "resume", "list", "close", "folders", "images", "embedded files", "mcp http"])
        self.assertEqual((report["works"], report["login"], report["verified"]), (True, "ready", False))


if __name__ == "__main__":
    unittest.main(verbosity=2)
