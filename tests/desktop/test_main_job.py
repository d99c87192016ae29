"""The main job in the real window against the real engine, driven by keyboard: from the offered demo to the merged change;
a wrong code, the right one, refusing, kill -9 of window and engine on the way."""
import json
import os
import re
import signal
import unittest

from desktop import Desktop, until

BIN = os.environ["SWITCHYARD_BIN_DIR"]
SHOTS = os.environ.get("SWITCHYARD_SHOTS")  # a folder: pictures of what was seen on the way


class MainJob(unittest.TestCase):
    def setUp(self):
        self.desk = Desktop()
        self.addCleanup(self.desk.close)

    # ------------------------------------------------------------------ helpers
    def swy(self, *arguments, check=True):
        return self.desk.run(BIN + "/swy", *arguments, check=check)

    def tasks(self):
        return json.loads(self.swy("tasks", "list", "--json").stdout)["tasks"]

    def events(self, task_id):
        return [json.loads(line) for line in self.swy("tasks", "events", "--json", task_id).stdout.splitlines()]

    def shot(self, name):
        if SHOTS:
            self.desk.shot(os.path.join(SHOTS, name + ".png"))

    def open_window(self, pace="4"):
        return self.desk.start(BIN + "/switchyard", SWITCHYARD_SCRIPT_PACE_MS=pace)

    def start_demo(self, pace="4"):
        window = self.open_window(pace)
        self.desk.press("demoButton")
        self.desk.wait("chooseCodeDialog")
        self.desk.wait("newCodeField").focus()
        self.desk.type("6283")
        self.desk.key("Tab")
        self.desk.type("6283")
        self.desk.key("Return")
        self.desk.wait_gone("chooseCodeDialog")
        task = until(lambda: next(iter(self.tasks()), None), "the demo's task")
        self.project = task["spec"]["project"]
        return window, task["id"]

    def wait_status(self, task_id, *statuses, seconds=60):
        return until(lambda: next((t for t in self.tasks() if t["id"] == task_id and t["status"] in statuses), None),
                     lambda: "task %s to be %s; it is %s" % (task_id, statuses, self.tasks()), seconds)

    def answer(self, code):
        """Types a code into the dialog once it takes keys: it ignores those of its first half second."""
        self.desk.wait("codeField").focus()

        def typed():  # the field itself does not tell what is in it, but a code makes the button live
            button = self.desk.find("allowButton")
            if not button or button.enabled():
                return True
            self.desk.type(code[:1])
            return False
        until(typed, "the dialog to take keys")
        self.desk.key("ctrl+a")
        self.desk.type(code)
        self.desk.key("Return")

    # ------------------------------------------------------------------ tests
    def test_goal_to_merged_change(self):
        _, task_id = self.start_demo()
        self.desk.wait("phaseBar")
        until(lambda: any(e["kind"] == "test.result" for e in self.events(task_id)), "the first tests", 60)
        self.shot("running")
        self.desk.wait("confirmDialog", 60)
        self.assertIn("old_calculator.py", self.desk.read("confirmCommand"))
        self.assertIn("deletes a file", self.desk.read("confirmReasons"))
        self.assertRegex(self.desk.read("countdown"), r"[45]:\d\d")
        self.shot("confirm")
        worktree = self.tasks()[0]["worktree"]

        self.answer("1111")
        self.desk.wait_text("confirmMessage", "wrong")
        self.desk.wait_text("confirmMessage", "4 tries left")
        self.assertTrue(os.path.exists(worktree + "/old_calculator.py"), "a wrong code deletes nothing")
        self.shot("wrong-code")
        self.answer("6283")
        self.desk.wait_gone("confirmDialog")
        self.wait_status(task_id, "completed")
        self.assertFalse(os.path.exists(worktree + "/old_calculator.py"))

        self.desk.wait("mergeButton")
        self.shot("completed")
        self.desk.key("ctrl+2")
        self.desk.wait("outputView")
        self.shot("output")
        self.desk.key("ctrl+3")
        self.desk.wait("changesView")
        self.desk.wait("diffFiles")
        self.shot("changes")
        self.desk.press("mergeButton")
        self.desk.wait("mergeDialog")
        self.shot("merge")
        self.desk.press("mergeConfirmButton")
        until(lambda: os.path.exists(self.project + "/calculator.py"), "the change on the branch it came from")
        until(lambda: not os.path.exists(worktree), "the worktree to go")
        self.assertFalse(os.path.exists(self.project + "/old_calculator.py"))
        self.assertEqual(self.tasks()[0]["merged_into"], "main")

    def test_escape_refuses_and_the_task_goes_on(self):
        _, task_id = self.start_demo()
        self.desk.wait("confirmDialog", 60)

        def refused():
            self.desk.key("Escape")
            return not self.desk.find("confirmDialog")
        until(refused, "Esc to refuse")
        task = self.wait_status(task_id, "completed")
        self.assertTrue(os.path.exists(task["worktree"] + "/old_calculator.py"))
        self.assertTrue(os.path.exists(task["worktree"] + "/calculator.py"))

    def test_window_and_engine_killed_on_the_way(self):
        window, task_id = self.start_demo(pace="15")
        until(lambda: any(e["kind"] == "file.changed" for e in self.events(task_id)), "the work to begin", 60)
        os.kill(window.pid, signal.SIGKILL)
        window.wait(10)
        seen = len(self.events(task_id))
        until(lambda: len(self.events(task_id)) > seen, "the task to go on without a window")
        engine = json.loads(self.swy("engine", "status", "--json").stdout)["pid"]
        os.kill(engine, signal.SIGKILL)
        self.open_window()  # starts another engine
        self.desk.wait("confirmDialog", 90)
        self.answer("6283")
        self.wait_status(task_id, "completed")
        events = self.events(task_id)
        attempts = {}
        for event in events:
            self.assertEqual(event["seq"], attempts.get(event["attempt"], 0) + 1, "every event, in order, once")
            attempts[event["attempt"]] = event["seq"]
        self.assertEqual(sorted(attempts), [0, 1], "one attempt, never interrupted")
        self.desk.wait("mergeButton")
        log = self.swy("logs", task_id).stdout
        self.assertEqual(len(re.findall(r"^▶ rm old_calculator.py", log, re.M)), 1)

    def test_window_closed_and_opened_again(self):
        window, task_id = self.start_demo(pace="10")
        until(lambda: any(e["kind"] == "agent.plan" for e in self.events(task_id)), "the work to begin", 60)
        window.terminate()
        window.wait(10)
        self.open_window()
        self.desk.wait("taskList")
        self.desk.wait("confirmDialog", 90)
        self.assertEqual(self.tasks()[0]["status"], "waiting")


if __name__ == "__main__":
    unittest.main(verbosity=2)
