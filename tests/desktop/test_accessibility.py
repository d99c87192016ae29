"""The accessibility tree of every page and dialog: whatever can be used has a role and a name, whatever has the keyboard shows."""
import os
import unittest

from gi.repository import GLib

from desktop import until
from window_case import WindowCase

USED = {"button", "check box", "combo box", "text", "password text", "list", "tree", "tree table", "table", "spin button", "terminal",
        "page tab", "radio button", "toggle button", "menu item", "link", "slider", "dialog", "alert", "alert message", "frame",
        "list item", "tree item"}
NO_ROLE = {"unknown", "invalid", "redundant object", ""}
# Qt's own parts, which have no name of ours: the picture inside a field, handles and scroll bars.
QTS = {"QLineEditIconButton", "qt_spinbox_lineedit", "QLineEdit", "ScrollLeftButton", "ScrollRightButton"}


class Accessibility(WindowCase):
    def setUp(self):
        super().setUp()
        self.set_code()
        self.project = self.repository()
        os.makedirs(self.desk.environment["SWITCHYARD_ROOT"] + "/config", exist_ok=True)
        with open(self.desk.environment["SWITCHYARD_ROOT"] + "/config/switchyard.conf", "w") as file:
            file.write("[window]\nprojects=%s\n" % self.project)

    def check(self, place):
        trouble, seen = [], 0
        for application in self.desk.applications():
            for widget, depth in application.walk(hidden=False):
                try:
                    role, name, object_name = widget.role, widget.name, widget.object_name
                    if role in NO_ROLE:
                        trouble.append("%s: [%s] %r #%s has no role" % (place, role, name, object_name))
                    if depth == 0 or role not in USED or object_name in QTS:
                        continue
                    seen += 1
                    if not name.strip():
                        trouble.append("%s: [%s] #%s has no name" % (place, role, object_name))
                except GLib.Error:
                    continue
        self.assertGreater(seen, 3, "%s was not there" % place)
        return trouble

    def dialog(self, keys, name, close="Escape"):
        self.desk.key(*keys)
        self.desk.wait(name)
        trouble = self.check(name)
        self.assertTrue(until(self.desk.focused, "something in %s to have the keyboard" % name))
        if close:
            self.desk.key(close)
            self.desk.wait_gone(name)
        return trouble

    def test_every_page_and_dialog(self):
        task = self.create("printf 'one\\n' > added.txt; rm -f README.md", project=self.project, isolation="worktree", title="A change")
        self.open_window("--task", task)
        self.desk.wait("confirmDialog")
        trouble = self.check("confirmDialog")
        self.answer()
        self.desk.wait_gone("confirmDialog")
        self.wait_status(task, "completed")
        self.desk.wait("mergeButton")
        for key, page in (("ctrl+1", "activityView"), ("ctrl+2", "outputView"), ("ctrl+3", "changesView"), ("ctrl+4", "planView")):
            self.desk.key(key)
            if page in ("outputView", "changesView"):
                self.desk.wait(page)
            trouble += self.check(page)
        self.desk.key("ctrl+2")
        self.desk.wait("outputView")
        self.desk.key("ctrl+f")
        self.desk.wait("searchField")
        trouble += self.check("searchField")
        self.desk.key("Escape")
        self.desk.key("ctrl+d")
        self.desk.wait("dashboardPage")
        trouble += self.check("dashboardPage")
        self.desk.key("ctrl+d")
        self.desk.wait("taskTitle")
        trouble += self.dialog(["ctrl+n"], "startForm")
        trouble += self.dialog(["ctrl+k"], "palette")
        trouble += self.dialog(["F1"], "helpDialog")
        trouble += self.dialog(["ctrl+m"], "mergeDialog")
        trouble += self.dialog(["ctrl+comma"], "settingsDialog", close=None)
        pages = until(lambda: next((w for w in self.desk.widgets() if w.role == "list" and w.name == "Pages of the settings"), None),
                      "the settings' pages")
        for number in range(pages.child_count()):
            page = pages.child(number).name
            trouble += self.check("settings, " + page)
            self.desk.key("Down")
        self.desk.key("Escape")
        self.desk.wait_gone("settingsDialog")
        self.assertEqual(sorted(set(trouble)), [])

    def test_first_start(self):
        self.open_window()
        self.desk.wait("demoButton")
        trouble = self.check("welcome")
        self.go_to("Confirmation code")
        self.desk.wait("chooseCodeDialog")
        trouble += self.check("chooseCodeDialog")
        self.assertEqual(sorted(set(trouble)), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
