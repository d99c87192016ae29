"""What the window says to the desktop around it: notifications and their actions, the icon in the tray and its menu, closing."""
import os
import unittest

from desktop import Timeout, until
from window_case import WindowCase


class Notices(WindowCase):
    def window(self):
        window = self.open_window()
        self.desk.wait("commandField")
        until(self.desk.focused, "the window to have the keyboard")
        return window

    def close_until(self, closed):
        """Presses Alt+F4; again where the window manager, still busy with the new window, has lost the first."""
        for _ in range(5):
            self.desk.key("alt+F4")
            try:
                return until(closed, "the window to close", 10)
            except Timeout:
                pass
        self.fail("Alt+F4 does not close the window")

    def message(self, notes, words, count=1):
        """The first message whose title or text holds these words, once there are `count` of them."""
        found = []

        def came():
            found[:] = [m for m in notes.all() if words in m["summary"] + m["body"]]
            return len(found) >= count
        until(came, lambda: "a message “%s”; there are: %s" % (words, [m["summary"] for m in notes.all()]))
        return found[0]

    def window_is_up_to_date(self):
        """It has taken what was sent to it before: keys come after that."""
        for action, place in (("ctrl+shift+t", "filterField"), ("ctrl+l", "commandField")):
            self.desk.key(action)
            self.desk.wait_focus(place)

    def test_end_of_a_task_with_its_actions(self):
        notes = self.notifications()
        self.set_code()
        self.ended(title="The first")
        self.window()
        self.desk.wait_text("taskTitle", "The first")
        failing = self.create("exit 3", title="The failing")
        self.wait_status(failing, "failed")
        message = self.message(notes, "The failing")
        self.assertEqual(message["actions"].keys(), {"open", "retry", "default"})
        self.assertEqual(message["hints"]["desktop-entry"], "switchyard")
        self.desk.other_window()
        notes.use(message)
        self.desk.wait_text("taskTitle", "The failing")
        window = self.desk.window_id("Switchyard")
        until(lambda: self.desk.active_window() == window, "the window to come to the front")
        # Retry, from a message that is still there.
        again = self.create("test -e go", title="Once more")
        self.wait_status(again, "failed")
        open(os.path.join(self.folder(), "go"), "w").close()
        notes.use(self.message(notes, "Once more"), "retry")
        self.wait_status(again, "completed")
        self.assertEqual(self.task(again)["attempt"], 2)

    def test_review_from_the_message(self):
        notes = self.notifications()
        self.set_code()
        self.ended(title="Another")
        self.window()
        self.desk.wait_text("taskTitle", "Another")
        task = self.create("echo new > new.txt", project=self.repository(), isolation="worktree", title="A change")
        self.wait_status(task, "completed")
        message = self.message(notes, "A change")
        self.assertIn("review", message["actions"])
        notes.use(message, "review")
        self.desk.wait_text("taskTitle", "A change")
        self.desk.wait("changesView")
        self.desk.wait_text("diffSummary", "1 file changed")

    def test_nothing_is_said_about_the_task_on_the_screen(self):
        notes = self.notifications()
        self.set_code()
        task = self.create("until [ -e go ]; do sleep 0.05; done", title="In sight")
        self.window()
        self.desk.wait_text("taskTitle", "In sight")
        open(os.path.join(self.folder(), "go"), "w").close()
        self.wait_status(task, "completed")
        other = self.create("true", title="Out of sight")
        self.wait_status(other, "completed")
        self.message(notes, "Out of sight")
        self.assertEqual([m for m in notes.all() if "In sight" in m["summary"] + m["body"]], [])

    def test_ten_ends_are_one_message(self):
        notes = self.notifications()
        self.set_code()
        self.ended(title="Before")
        self.window()
        self.desk.wait_text("taskTitle", "Before")
        self.ask("queue.resize", slots=10)
        tasks = [self.create("until [ -e go ]; do sleep 0.05; done", title="Of ten %d" % i) for i in range(10)]
        for task in tasks:
            self.wait_status(task, "running")
        open(os.path.join(self.folder(), "go"), "w").close()
        for task in tasks:
            self.wait_status(task, "completed")
        message = self.message(notes, "10 tasks ended, 10 of them well")
        self.assertIn("and 4 more", message["body"])
        self.assertEqual(len([m for m in notes.all() if "Of ten" in m["summary"] + m["body"]]), 1)

    def test_do_not_disturb(self):
        notes = self.notifications()
        self.set_code()
        self.ended(title="Before")
        self.window()
        self.desk.wait_text("taskTitle", "Before")
        notes.do_not_disturb(True)
        quiet = self.create("true", title="Quiet")
        self.wait_status(quiet, "completed")
        asking = self.create("rm x", title="Asking")
        self.desk.wait("confirmDialog")
        self.dialog_takes_keys()
        self.desk.key("Escape")
        self.wait_status(asking, "failed")
        self.window_is_up_to_date()
        notes.do_not_disturb(False)
        self.window_is_up_to_date()
        loud = self.create("true", title="Loud")
        self.wait_status(loud, "completed")
        self.message(notes, "Loud")
        self.assertEqual([m["summary"] for m in notes.all() if "Loud" not in m["summary"] + m["body"]], [])

    def test_tray(self):
        tray = self.tray()
        self.set_code()
        self.ended(title="Done")
        window = self.window()
        until(tray.item, "the icon in the tray")
        until(lambda: tray.tip() == "Switchyard: idle", lambda: "the tip; it is " + tray.tip())
        running = self.create("until [ -e go ]; do sleep 0.05; done", title="A & B")
        until(lambda: tray.tip() == "Switchyard: 1 running", lambda: "the tip; it is " + tray.tip())
        menu = ["Show the window", "-", "A & B – 0 %", "-", "New task…", "Hold the queue", "Quit the window"]
        until(lambda: tray.menu() == menu, lambda: "the menu; it is %s" % tray.menu())
        asking = self.create("rm x", title="Asks")
        until(lambda: tray.tip() == "Switchyard: 1 needs you", lambda: "the tip; it is " + tray.tip())
        until(lambda: "Needs you: Asks" in tray.menu(), lambda: "the menu; it is %s" % tray.menu())
        self.desk.wait("confirmDialog")
        self.dialog_takes_keys()
        self.desk.key("Escape")
        self.wait_status(asking, "failed")
        # Closing leaves the icon, and the icon brings the window back.
        self.close_until(lambda: not self.desk.window_id("Switchyard"))
        self.assertIsNone(window.poll(), "it lives on in the tray")
        tray.choose("A & B – 0 %")
        self.desk.wait_text("taskTitle", "A & B")
        tray.choose("Hold the queue")
        until(lambda: "Release the queue" in tray.menu(), lambda: "the menu; it is %s" % tray.menu())
        self.assertTrue(self.ask("queue.status")["held"])
        self.close_until(lambda: not self.desk.window_id("Switchyard"))
        tray.click()
        until(lambda: self.desk.window_id("Switchyard"), "the window to come back")
        tray.choose("Quit the window")
        window.wait(10)
        self.assertEqual(self.task(running)["status"], "running", "tasks go on without the window")

    def test_the_first_closing_says_where_the_window_went(self):
        tray, notes = self.tray(), self.notifications()
        self.set_code()
        window = self.window()
        until(tray.item, "the icon in the tray")
        self.close_until(lambda: not self.desk.window_id("Switchyard"))
        self.message(notes, "Switchyard is still here")
        tray.click()
        until(lambda: self.desk.window_id("Switchyard"), "the window to come back")
        self.close_until(lambda: not self.desk.window_id("Switchyard"))
        self.assertEqual(len(notes.all()), 1, "said once")
        self.assertIsNone(window.poll())

    def test_without_a_tray_closing_ends_the_window(self):
        self.set_code()
        window = self.window()
        task = self.create("until [ -e go ]; do sleep 0.05; done")
        self.wait_status(task, "running")
        self.close_until(lambda: window.poll() is not None)
        self.assertEqual(window.returncode, 0)
        self.assertEqual(self.task(task)["status"], "running")

    def test_a_tray_that_comes_late_gets_the_icon(self):
        self.set_code()
        window = self.window()
        tray = self.tray()
        until(tray.item, "the icon in the tray")
        self.close_until(lambda: not self.desk.window_id("Switchyard"))
        self.assertIsNone(window.poll())
        # The tray goes while the window is hidden: nobody could bring it back, so it shows itself.
        tray.close()
        tray.bus.close_sync(None)
        until(lambda: self.desk.window_id("Switchyard"), "the window to come back by itself")


if __name__ == "__main__":
    unittest.main(verbosity=2)
