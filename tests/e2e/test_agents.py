"""Tasks with agents, end to end: questions, guidance, budgets, types, sessions that go on, probes."""
import json
import os
import signal
import unittest

from switchyard_world import World, until


def turn(text="", *calls, usage=None, pause=0):
    return {"text": text, "pause_ms": pause, "tool_calls": [{"name": name, "input": given} for name, given in calls],
            "usage": usage or {"input": 1000, "output": 100}}


def run(command):
    return ("run_command", {"command": command})


class Agents(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.world.swy("code", "set", input="6283\n")
        self.project = self.world.repository()

    def script(self, *turns, name="model"):
        path = os.path.join(self.world.folder, name + ".json")
        with open(path, "w") as file:
            json.dump({"name": name, "turns": list(turns)}, file)
        return "script:" + path

    def start(self, model, *options, goal="Do it"):
        return self.world.run("--agent", "builtin", "--model", model, *options, goal, cwd=self.project)

    def kinds(self, task_id, kind):
        return [event["data"] for event in self.world.events(task_id) if event["kind"] == kind]

    def worktree_file(self, task, name):
        with open(os.path.join(task["worktree"], name)) as file:
            return file.read()

    def test_question_is_answered(self):
        model = self.script(turn("", ("ask_user", {"question": "Tabs or blanks?", "options": ["tabs", "blanks"]})),
                            {"variants": [{"when": {"last_result": {"contains": "blanks"}}, **turn("", ("write_file", {"path": "style.txt", "content": "blanks\n"}))},
                                          {**turn("", ("write_file", {"path": "style.txt", "content": "wrong\n"}))}]},
                            turn("Done.", ("finish", {"summary": "Done."})))
        task_id = self.start(model)
        task = self.world.wait_status(task_id, "waiting")
        self.assertIn("Tabs or blanks?", task["question"])
        self.assertIn("has asked nothing", self.world.swy("answer", self.world.run("-b", "true", cwd=self.project), "x", status=7).stderr)
        self.world.swy("answer", task_id, "blanks", "please")
        task = self.world.wait_status(task_id, "completed")
        self.assertEqual(self.worktree_file(task, "style.txt"), "blanks\n")
        self.assertEqual(self.kinds(task_id, "question.answered")[0]["text"], "blanks please")

    def test_guidance_reaches_the_running_turn(self):
        # The model waits in a command; what is said meanwhile is in its next request.
        model = self.script(turn("", run("for i in $(seq 1000); do [ -e go ] && break; sleep 0.1; done"), ("finish", {"summary": "Early."})),
                            turn("", ("write_file", {"path": "said.txt", "content": "yes\n"})),
                            turn("Done.", ("finish", {"summary": "Done."})))
        task_id = self.start(model)
        started = until(lambda: self.kinds(task_id, "command.started"), "the command to start")
        self.world.swy("tell", task_id, "Also", "write", "said.txt")
        until(lambda: self.kinds(task_id, "guidance.given"), "the guidance to be recorded")
        open(os.path.join(started[0]["cwd"], "go"), "w").close()
        task = self.world.wait_status(task_id, "completed")
        # Without it the first finish would have been the end.
        self.assertEqual(self.worktree_file(task, "said.txt"), "yes\n")

    def test_budget_ends_it_and_a_higher_one_goes_on(self):
        usage = {"input": 400, "output": 50}
        model = self.script(turn("", run("echo 1"), usage=usage), turn("", run("echo 2"), usage=usage),
                            turn("", run("echo 3"), usage=usage), turn("Done.", ("finish", {"summary": "Done."}), usage=usage))
        task_id = self.start(model, "--budget-tokens", "1000")
        task = self.world.wait_status(task_id, "failed")
        self.assertIn("budget", task["reason"])
        self.assertEqual(self.kinds(task_id, "task.status")[-1]["limit"], "budget")
        self.assertTrue(any("90 %" in notice["text"] and "budget" in notice["text"] for notice in self.kinds(task_id, "notice")))
        session = self.kinds(task_id, "agent.started")[-1]["session"]
        self.world.swy("tasks", "retry", "--budget-tokens", "100000", task_id)
        task = self.world.wait_status(task_id, "completed")
        again = self.kinds(task_id, "agent.started")[-1]
        self.assertEqual((again["session"], again["resumed"]), (session, True))
        commands = [data["command"] for data in self.kinds(task_id, "command.started")]
        self.assertEqual(commands, ["echo 1", "echo 2", "echo 3"], "it went on where it was, and did nothing twice")
        self.assertEqual(task["spec"]["limits"]["budget_tokens"], 100000)

    def test_budget_of_the_day(self):
        os.makedirs(self.world.root + "/config", exist_ok=True)
        with open(self.world.root + "/config/prices.json", "w") as file:
            json.dump({"models": [{"model": "script:/", "input": 1000, "output": 1000}]}, file)
        with open(self.world.root + "/config/switchyard.conf", "a") as file:
            file.write("[engine]\nbudget_usd_per_day=2\n")
        self.world.swy("engine", "stop", status=None)
        model = self.script(turn("", run("echo 1"), usage={"input": 1000, "output": 0}),
                            turn("", run("sleep 60"), usage={"input": 1500, "output": 0}), turn("Done."))
        task_id = self.start(model)
        task = self.world.wait_status(task_id, "failed")
        self.assertIn("today's budget of $2.00 is used up ($2.50)", task["reason"])
        waiting = self.start(self.script(turn("Done."), name="other"))
        task = until(lambda: (lambda t: "budget" in t["reason"] and t)(self.world.task(waiting)), "the queue to hold agents back")
        self.assertEqual(task["status"], "queued")
        self.world.wait_status(self.world.run("-b", "true", cwd=self.project), "completed")

    def test_session_goes_on_after_kill(self):
        model = self.script(turn("", ("write_file", {"path": "one.txt", "content": "1\n"})), turn("", run("[ -e flag ] || { touch flag; sleep 300; }")),
                            turn("", ("write_file", {"path": "two.txt", "content": "2\n"})), turn("Done.", ("finish", {"summary": "Done."})))
        task_id = self.start(model)
        until(lambda: self.kinds(task_id, "command.started"), "the command to start")
        first = self.kinds(task_id, "agent.started")[0]
        os.kill(self.world.runner_pid(task_id), signal.SIGKILL)
        task = self.world.wait_status(task_id, "completed", "failed")
        self.assertEqual(task["status"], "completed", task["reason"])
        again = self.kinds(task_id, "agent.started")[-1]
        self.assertEqual((again["session"], again["resumed"]), (first["session"], True))
        # The answer that was cut off is not repeated from the start: what was done stays done.
        self.assertEqual([data["path"] for data in self.kinds(task_id, "file.changed")].count("one.txt"), 1)

    def test_reviewer_changes_nothing(self):
        model = self.script(turn("", ("write_file", {"path": "evil.py", "content": "x"}), ("write_file", {"path": "docs/a.md", "content": "x"})),
                            turn("I found nothing.", ("finish", {"summary": "Nothing."})))
        task_id = self.start(model, "--type", "reviewer")
        self.world.wait_status(task_id, "completed")
        failed = [data for data in self.kinds(task_id, "tool.finished") if not data["ok"]]
        self.assertEqual(len(failed), 2)
        self.assertEqual({data["error_category"] for data in failed}, {"permission_denied"})
        self.assertEqual(self.kinds(task_id, "file.changed"), [])
        # A documenter may write one of the two.
        task_id = self.start(model, "--type", "documenter")
        self.world.wait_status(task_id, "completed")
        self.assertEqual([data["path"] for data in self.kinds(task_id, "file.changed")], ["docs/a.md"])
        self.assertIn("No tests were run", " ".join(notice["text"] for notice in self.kinds(task_id, "notice")))
        # A fixer that mends nothing has not done its work.
        task_id = self.start(self.script(turn("Nothing to do.", ("finish", {"summary": "Nothing."})), name="idle"), "--type", "fixer")
        self.assertIn("changed nothing", self.world.wait_status(task_id, "failed")["reason"])
        wrong = self.start(model, "--type", "painter")
        self.assertIn("no agent type", self.world.wait_status(wrong, "failed")["reason"])

    def test_records_and_messages(self):
        model = self.script(turn("", ("update_plan", {"entries": [{"content": "Try", "status": "in_progress"}, {"content": "Mend", "status": "pending"}]})),
                            turn("", run("cat nowhere.txt")), turn("", run("python3 -m unittest nowhere")), turn("Done.", ("finish", {"summary": "Done."})))
        task_id = self.start(model)
        self.world.wait_status(task_id, "completed")
        calls = self.kinds(task_id, "tool.finished")
        self.assertEqual([(call["name"], call["ok"], call["error_category"]) for call in calls],
                         [("run_command", False, "file_not_found"), ("run_command", False, "command_failed")])
        session = self.kinds(task_id, "agent.started")[0]["session"]
        for call in calls:
            self.assertEqual((call["agent"], call["session"], call["tokens"]), ("builtin", session, 100))
            self.assertIn("command", call["input"])
        messages = [data["message"] for data in self.kinds(task_id, "task.progress")]
        self.assertTrue(all(messages), messages)
        self.assertEqual(messages[0], "Starting Built-in")
        self.assertIn("Step 1 of 2: Try", messages)
        self.assertTrue(any(message.startswith("Running the tests: python3 -m unittest") for message in messages))
        percents = [data["percent"] for data in self.kinds(task_id, "task.progress")]
        self.assertEqual(percents, sorted(percents))
        self.assertLess(max(percents), 100)
        phases = [data["phase"] for data in self.kinds(task_id, "task.phase")]
        self.assertIn("testing", phases)
        self.assertIn("fixing", phases)

    def test_probe_add_remove(self):
        report = json.loads(self.world.swy("agent", "probe", "--json", "builtin").stdout)
        self.assertTrue(report["works"] and report["verified"])
        self.assertEqual(report["login"], "needed")
        self.assertGreater(report["memory_bytes"], 1 << 20)
        self.assertIn("load", report["abilities"])
        self.world.swy("agent", "add", "--env", "MODE=careful", "mine", "/nonexistent/agent", "--", "--acp")
        listed = {agent["name"]: agent for agent in json.loads(self.world.swy("agent", "list", "--json").stdout)["agents"]}
        self.assertFalse(listed["mine"]["installed"])
        self.assertEqual(listed["builtin"]["probe"]["version"], report["version"])
        failed = self.world.swy("agent", "probe", "mine", status=1)
        self.assertIn("not installed", failed.stderr)
        self.assertIn("looks like a secret", self.world.swy("agent", "add", "--env", "MY_API_KEY=abc", "other", "/bin/true", status=2).stderr)
        self.world.swy("agent", "remove", "mine")
        self.world.swy("agent", "remove", "mine", status=5)
        self.assertIn("reviewer", self.world.swy("types").stdout)

    def test_wrong_options(self):
        self.assertIn("--budget expects", self.world.swy("run", "--budget", "lots", "x", cwd=self.project, status=2).stderr)
        self.assertIn("no file", self.world.swy("run", "--attach", "/nowhere.png", "x", cwd=self.project, status=5).stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
