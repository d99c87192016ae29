"""Answering commands that wait for the code, by keyboard: wrong and right codes, refusing, time running out, several at once,
and a window that is minimised or closed when the question comes."""
import os
import time
import unittest

from desktop import until
from window_case import CODE, WindowCase


class Confirmations(WindowCase):
    def setUp(self):
        super().setUp()
        self.notes = self.notifications()
        self.set_code()
        self.work = self.folder()

    def file(self, name):
        path = os.path.join(self.work, name)
        with open(path, "w") as made:
            made.write("something\n")
        return path

    def window(self):
        window = self.open_window()
        self.desk.wait("commandField")
        until(self.desk.focused, "the window to have the keyboard")
        return window

    def test_wrong_code_right_code_and_refusal(self):
        first, second = self.file("first.txt"), self.file("second.txt")
        self.window()
        task = self.create("rm first.txt")
        self.desk.wait("confirmDialog")
        self.assertIn("rm first.txt", self.desk.read("confirmCommand"))
        self.assertIn("deletes a file", self.desk.read("confirmReasons"))
        self.assertIn(task, self.desk.read("confirmFacts"))
        self.answer("0000")
        self.desk.wait_text("confirmMessage", "4 tries left")
        self.assertTrue(os.path.exists(first), "a wrong code deletes nothing")
        self.desk.key("ctrl+a")
        self.desk.type(CODE)
        self.desk.key("Return")
        self.desk.wait_gone("confirmDialog")
        self.wait_status(task, "completed")
        self.assertFalse(os.path.exists(first))

        task = self.create("rm second.txt")
        self.desk.wait("confirmDialog")
        self.dialog_takes_keys()
        self.desk.key("Escape")
        self.desk.wait_gone("confirmDialog")
        self.wait_status(task, "failed")
        self.assertTrue(os.path.exists(second), "a refused command deletes nothing")
        answers = [e for e in self.events(task) if e["kind"] == "confirmation.answered"]
        self.assertEqual([(e["data"]["allowed"], e["data"]["door"]) for e in answers], [(False, "window")])

    def test_keys_of_the_first_half_second_do_nothing(self):
        self.window()
        # A person types on while the dialog comes up: neither their letters nor their Enter may answer it.
        for number in range(10):
            path = self.file("kept%d.txt" % number)
            begun = time.monotonic()
            task = self.create("rm kept%d.txt" % number)
            self.desk.wait("confirmDialog")
            self.desk.run("xdotool", "key", "--delay", "5", *CODE, "Return", "space", "alt+a", "alt+d")
            if time.monotonic() - begun < 0.45:
                break
            self.finish(task)  # this machine was too slow to type within the half second: another try
        else:
            self.skipTest("this machine is too slow to type within half a second")
        until(lambda: self.task(task)["status"] in ("waiting", "completed", "failed"), "the task's state")
        self.assertEqual(self.task(task)["status"], "waiting", "nothing was answered")
        self.assertTrue(os.path.exists(path))
        self.answer()
        self.wait_status(task, "completed")

    def finish(self, task):
        """Ends a task and its question, whatever its state."""
        try:
            self.ask("task.cancel", id=task)
        except AssertionError as refusal:
            self.assertIn("has ended already", str(refusal))
        self.wait_status(task, "completed", "failed", "cancelled")
        self.desk.wait_gone("confirmDialog")

    def test_no_answer_in_time_is_a_refusal(self):
        path = self.file("late.txt")
        self.window()
        task = self.create("rm late.txt", limits={"confirmation_wait_ms": 9000})
        self.desk.wait("confirmDialog")
        self.assertRegex(self.desk.read("countdown"), r"0:0\d left")
        self.desk.wait_gone("confirmDialog", 40)
        self.wait_status(task, "failed")
        self.assertTrue(os.path.exists(path))

    def test_several_queue_up_and_deny_and_stop(self):
        for name in ("one.txt", "two.txt", "three.txt"):
            self.file(name)
        self.window()
        tasks = [self.create("rm " + name) for name in ("one.txt", "two.txt", "three.txt")]
        self.desk.wait_text("confirmPlace", "1 of 3")
        self.desk.wait_text("needsYouCount", "3 need you")
        shown = self.desk.read("confirmCommand")
        self.answer()
        self.desk.wait_text("confirmPlace", "1 of 2")
        self.assertNotEqual(self.desk.read("confirmCommand"), shown)
        self.dialog_takes_keys()
        self.desk.key("alt+s")  # deny and stop the task
        until(lambda: self.desk.read("confirmPlace") == "", "only one to be left")
        self.dialog_takes_keys()
        self.desk.key("alt+d")
        self.desk.wait_gone("confirmDialog")
        ends = sorted(self.wait_status(task, "completed", "failed", "cancelled")["status"] for task in tasks)
        self.assertEqual(ends[-1], "failed")
        self.assertIn("completed", ends)
        self.assertEqual(len([n for n in ("one.txt", "two.txt", "three.txt") if os.path.exists(os.path.join(self.work, n))]), 2)

    def test_minimised_window_asks_for_attention_and_keeps_the_focus_where_it_is(self):
        self.file("far.txt")
        self.window()
        window = until(lambda: self.desk.window_id("Switchyard"), "the window's id")
        other = self.desk.other_window()
        self.desk.run("xdotool", "windowminimize", window)
        until(lambda: "IsUnMapped" in self.desk.run("xwininfo", "-id", window).stdout, "the window to be minimised")
        self.desk.wait_inactive()
        task = self.create("rm far.txt")
        self.wait_status(task, "waiting")
        until(lambda: self.desk.wants_attention(window), "the window to ask for attention")
        dialog = until(lambda: self.desk.window_id("needs your code"), "the dialog to come up by itself")
        until(lambda: "IsViewable" in self.desk.run("xwininfo", "-id", dialog).stdout, "the dialog to be seen")
        self.assertIn("IsUnMapped", self.desk.run("xwininfo", "-id", window).stdout, "the window stays where it is")
        self.assertEqual(self.desk.active_window(), other, "it does not take the keyboard from another program")
        message = until(lambda: next(iter(self.notes.all()), None), "the message")
        self.assertEqual(message["urgency"], 2)
        self.notes.use(message, "open")
        self.desk.wait("confirmDialog")
        self.answer()
        self.wait_status(task, "completed")

    def test_another_program_keeps_the_keyboard(self):
        self.file("far.txt")
        self.window()
        other = self.desk.other_window()
        self.desk.wait_inactive()
        task = self.create("rm far.txt")
        self.desk.wait("confirmDialog")
        window = self.desk.window_id("Switchyard")
        until(lambda: self.desk.wants_attention(window) or self.desk.wants_attention(self.desk.window_id("needs your code")),
              "it to ask for attention")
        self.assertEqual(self.desk.active_window(), other)
        self.desk.run("xdotool", "windowactivate", window)
        self.answer()
        self.wait_status(task, "completed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
