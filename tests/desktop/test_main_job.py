"""The main job in the real window against the real engine, driven by keyboard: from the offered demo to the merged change;
a wrong code, the right one, refusing, kill -9 of window and engine on the way."""
import json
import os
import re
import signal
import unittest

from desktop import until
from window_case import WindowCase


class MainJob(WindowCase):
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
        until(lambda: self.tasks()[0]["merged_into"] == "main", "the task to say so")

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
