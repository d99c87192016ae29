"""A day's work by keyboard alone: starting, following, cancelling, trying again, searching the output, reading and merging a
change, the palette, settings and shortcuts."""
import json
import os
import re
import unittest

from desktop import until
from window_case import WindowCase


PAGES = "Pages of the settings"  # the id of an item view is its name


class Tasks(WindowCase):
    def setUp(self):
        super().setUp()
        self.set_code()

    def window(self, *arguments, **environment):
        window = self.open_window(*arguments, **environment)
        self.desk.wait("commandField")
        until(self.desk.focused, "the window to have the keyboard")
        self.desk.wait_text("statusLabel", "Engine:")
        return window

    def newest(self, count):
        """The newest task, once there are `count`."""
        return until(lambda: (lambda all: len(all) == count and all[0])(self.tasks()), "%d tasks" % count)["id"]

    def tab_to(self, name):
        """Presses Tab until this one, or the field inside it, has the keyboard; no view may keep it on the way."""
        seen = []

        def moved():
            now = self.desk.focused()
            return now and (not seen or now != seen[-1]) and now
        while not seen or name not in (seen[-1].object_name, seen[-1].parent().object_name):
            if seen:
                self.desk.key("Tab")
            seen.append(until(moved, lambda: "Tab to leave “%s”" % (seen and seen[-1].object_name)))
            self.assertLess(len(seen), 60, "Tab does not reach “%s”, but %s" % (name, [w.object_name for w in seen]))

    def choose_in(self, box, entry):
        """An entry of a combo box. By arrows: letters typed slower than the system's pause each begin anew."""
        self.tab_to(box)
        self.walk_to(entry, lambda: self.desk.read(box))

    def choose_page(self, entry):
        self.tab_to(PAGES)
        self.walk_to(entry, lambda: next((item.name for item in self.desk.wait(PAGES).children()
                                          if "selected" in item.states()), None))

    def walk_to(self, entry, current):
        """Presses Down until this entry, further down than the current one, is it; each step is waited for."""
        seen = [until(current, "an entry to begin with")]
        while entry not in seen[-1]:
            self.desk.key("Down")
            seen.append(until(lambda: (lambda now: now and now != seen[-1] and now)(current()), lambda: "“%s” after %s" % (entry, seen)))

    def test_start_form_follow_cancel_and_retry(self):
        self.window()
        self.desk.key("ctrl+n")
        self.desk.wait_focus("goalField")
        self.desk.key("ctrl+Return")
        self.desk.wait_text("startFormMessage", "Say what should be done")
        self.desk.type("echo ready; until [ -e go ]; do sleep 0.05; done; echo done")
        self.tab_to("titleField")
        self.desk.type("Waits for go")
        self.tab_to("formProjectBox")
        self.desk.key("ctrl+a")
        self.desk.type(self.folder())
        self.choose_in("formAgentBox", "Shell")
        self.desk.key("ctrl+Return")
        self.desk.wait("notRepositoryDialog")
        # Tabs reach every button; the one that changes files directly is not the one that Enter means at first.
        self.tab_to("runInPlaceButton")
        self.desk.key("space")
        task = self.newest(1)
        self.wait_status(task, "running")
        self.desk.wait_text("taskTitle", "Waits for go")
        self.desk.key("ctrl+2")
        self.desk.wait_text("logLines", "ready")

        self.desk.key("ctrl+period")
        self.desk.wait("cancelDialog")
        self.desk.key("Return")  # the default is to go back
        self.desk.wait_gone("cancelDialog")
        self.assertEqual(self.task(task)["status"], "running")
        self.desk.key("ctrl+period")
        self.desk.wait("cancelDialog")
        self.tab_to("cancelDialogYes")
        self.desk.key("space")
        self.wait_status(task, "cancelled")
        self.desk.wait_text("taskState", "Cancelled")

        open(os.path.join(self.folder(), "go"), "w").close()
        self.desk.wait("retryButton")
        self.desk.key("ctrl+r")
        self.wait_status(task, "completed")
        self.assertEqual(self.task(task)["attempt"], 2)
        self.desk.wait_text("logLines", "done")

    def test_command_field_and_list(self):
        self.ended(title="Before")
        os.makedirs(os.path.dirname(self.settings_path()), exist_ok=True)
        with open(self.settings_path(), "w") as file:
            file.write("[window]\nprojects=%s\n" % self.repository())
        self.window()
        self.desk.wait_text("taskTitle", "Before")
        self.desk.key("ctrl+l")
        self.desk.wait_focus("commandField")
        self.choose_in("agentBox", "Shell")
        self.desk.key("ctrl+l")
        self.desk.wait_focus("commandField")
        self.desk.type("seq 3")
        self.desk.key("shift+Return")
        if until(lambda: self.desk.find("messageBar") or len(self.tasks()) == 2, "an answer") is not True:
            self.fail(self.desk.read("messageBarText"))
        task = self.newest(2)
        self.wait_status(task, "completed")
        self.desk.wait_text("taskTitle", "seq 3")
        # The list: arrows move, Enter opens, letters in the filter narrow it down.
        self.desk.key("ctrl+shift+t")
        self.desk.wait_focus("filterField")
        self.desk.type("Before")
        self.desk.key("ctrl+shift+l")
        self.desk.key("Home", "Down", "Return")
        self.desk.wait_text("taskTitle", "Before")

    def test_searching_the_output(self):
        project = self.folder()
        with open(project + "/long.txt", "w") as made:
            for number in range(1, 50001):
                made.write("line %d%s\n" % (number, " needle" if number % 10000 == 5 else ""))
            made.write("Traceback (most recent call last):\nValueError: broken\n")
        task = self.create("cat long.txt", title="Long")
        self.wait_status(task, "completed")
        self.window("--task", task)
        self.desk.wait_text("taskTitle", "Long")
        self.desk.key("ctrl+2")
        self.desk.wait("logLines")
        self.desk.key("ctrl+f")
        self.desk.wait_focus("searchField")
        self.desk.type("needle")
        self.desk.wait_text("searchCount", "1 of 5")
        until(lambda: "line 5 needle" in self.desk.read("logLines"), "the first match on the screen")
        self.desk.key("F3")
        until(lambda: "line 10005 needle" in self.desk.read("logLines"), "the next match on the screen")
        self.desk.key("shift+F3", "shift+F3")
        until(lambda: "line 40005 needle" in self.desk.read("logLines"), "the last match, round the beginning")
        self.desk.key("ctrl+a")
        self.desk.type("not there")
        self.desk.wait_text("searchCount", "No match")
        self.desk.key("Escape")
        self.desk.key("F8")
        until(lambda: "ValueError: broken" in self.desk.read("logLines"), "the error on the screen")

    def test_output_that_the_window_may_not_read(self):
        project = self.folder()
        with open(project + "/long.txt", "w") as made:
            for number in range(1, 50001):
                made.write("line %d%s\n" % (number, " needle" if number % 10000 == 5 else ""))
        task = self.create("cat long.txt; until [ -e go ]; do sleep 0.05; done; echo and the end", title="Long")
        self.wait_status(task, "running")
        window = self.window("--task", task, SWITCHYARD_LOGS_BY_ENGINE="1")
        self.desk.wait_text("taskTitle", "Long")
        self.desk.key("ctrl+2")
        until(lambda: "line 50000" in self.desk.read("logLines"), "the end so far")
        self.assertEqual([name for name in self.open_files(window.pid) if "output.log" in name], [])
        self.desk.key("ctrl+f")
        self.desk.wait_focus("searchField")
        self.desk.type("needle")
        self.desk.wait_text("searchCount", "of 5")
        until(lambda: "needle" in self.desk.read("logLines"), "a match on the screen")
        self.desk.key("Escape")
        self.desk.wait_focus("logLines")
        self.desk.key("End")
        open(project + "/go", "w").close()
        until(lambda: "and the end" in self.desk.read("logLines"), "what has come since")

    @staticmethod
    def open_files(pid):
        for descriptor in os.listdir("/proc/%d/fd" % pid):
            try:
                yield os.readlink("/proc/%d/fd/%s" % (pid, descriptor))
            except OSError:
                pass  # closed meanwhile

    def test_a_place_in_the_output_opens_in_the_editor(self):
        project = self.folder()
        os.makedirs(project + "/src")
        open(project + "/src/app.py", "w").close()
        editor = self.desk.folder + "/an editor"
        with open(editor, "w") as script:
            script.write("#!/bin/sh\nprintf '%%s\\n' \"$@\" > %s/opened.part && mv %s/opened.part %s/opened\n" % ((project,) * 3))
        os.chmod(editor, 0o755)
        task = self.create("echo begins; echo 'src/app.py:3: error: broken'; echo ends", title="Broken")
        self.wait_status(task, "completed")
        self.window("--task", task)
        self.desk.wait_text("taskTitle", "Broken")
        self.desk.key("ctrl+comma")
        self.desk.wait("settingsDialog")
        self.tab_to("editorField")
        self.desk.type('"%s" --at %%l %%f' % editor)
        until(lambda: self.desk.read("editorField").endswith("%f"), "the editor's command in its field")
        self.desk.key("Tab", "Escape")
        self.desk.wait_gone("settingsDialog")
        self.desk.key("ctrl+2")
        self.desk.wait_text("logLines", "ends")
        self.desk.wait_focus("logLines")
        self.desk.key("F8")
        opened = project + "/opened"

        def entered():  # the line is looked for in the background
            self.desk.key("Return")
            return os.path.exists(opened)
        until(entered, "the editor")
        with open(opened) as arguments:
            self.assertEqual(arguments.read().splitlines(), ["--at", "3", project + "/src/app.py"])
        # Times: in the margin by choice, and with what is copied.
        self.desk.key("alt+t", "ctrl+a", "ctrl+alt+c", "ctrl+l")
        self.desk.wait_focus("commandField")
        self.desk.key("ctrl+v")
        until(lambda: re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d  begins", self.desk.read("commandField")),
              lambda: "the lines with their times; there is: " + self.desk.read("commandField"))

    def test_reading_and_merging_a_change(self):
        project = self.repository()
        task = self.create("printf 'one\\ntwo\\n' > added.txt && git rm -q --cached README.md; sed -i '1s/.*/# Changed/' README.md",
                           project=project, isolation="worktree", title="A change")
        self.wait_status(task, "completed")
        self.window("--task", task)
        self.desk.wait_text("taskTitle", "A change")
        self.desk.key("ctrl+3")
        self.desk.wait_text("diffSummary", "changed")
        self.desk.wait_text("diffLines", "+one")
        self.desk.wait_focus("diffLines")
        self.desk.key("v")
        self.desk.wait_text("diffProgress", "1 of")
        self.desk.key("l")
        self.desk.key("v")
        self.desk.wait_text("diffProgress", "2 of 2")
        self.desk.key("ctrl+m")
        self.desk.wait_focus("mergeConfirmButton")
        self.desk.key("Return")
        until(lambda: os.path.exists(project + "/added.txt"), "the change on its branch")
        self.desk.wait_text("messageBarText", "merged into main")

    def test_palette_theme_and_shortcuts(self):
        self.ended(title="Findable")
        self.ended(title="The other one")
        self.window()
        self.desk.wait_text("taskTitle", "The other one")
        self.go_to("Findable")
        self.desk.wait_text("taskTitle", "Findable")
        self.assertNotIn("theme=dark", self.settings())
        self.go_to("Settings")
        self.desk.wait("settingsDialog")
        self.choose_page("Appearance")
        self.choose_in("themeBox", "Dark")
        until(lambda: "theme=dark" in self.settings(), lambda: "the dark theme in the settings: " + self.settings())
        self.choose_page("Shortcuts")
        self.tab_to("shortcutField")
        self.desk.key("ctrl+k")  # the palette's
        self.desk.wait_text("shortcutNote", "is taken by “Palette”")
        self.tab_to("shortcutField")
        self.desk.key("ctrl+alt+n")
        self.desk.press("setShortcutButton")
        until(lambda: self.desk.read("shortcutNote") == "", "no conflict")
        self.tab_to(PAGES)  # the field takes Esc for a shortcut, and lets Tab through
        self.desk.key("Escape")
        self.desk.wait_gone("settingsDialog")
        self.desk.key("ctrl+alt+n")
        self.desk.wait("startForm")
        self.desk.key("Escape")
        self.desk.wait_gone("startForm")
        self.desk.key("ctrl+t")
        until(lambda: "theme=light" in self.settings(), lambda: "the light theme in the settings: " + self.settings())

    def test_a_key_for_the_built_in_agent(self):
        """There is no keyring on this desktop: that is said, nothing is lost, and the file takes the key."""
        key = "sk-test-0123456789"
        self.window()
        self.desk.key("ctrl+comma")
        self.desk.wait("settingsDialog")
        self.choose_page("Keys")
        self.desk.wait_text("keysNote", "No key is stored yet")
        self.tab_to("setKeyButton")
        self.desk.key("space")
        self.desk.wait_focus("keyField")
        self.desk.type(key)
        self.desk.key("Return")
        self.desk.wait_text("keyMessage", "no keyring to use", seconds=90)
        self.assertIn("--in-file", self.desk.read("keysNote"))
        self.shot("key-refused")
        self.tab_to("keyPlaceBox")
        self.desk.key("Down", "Return")
        self.desk.wait_gone("keyDialog")
        self.desk.wait_text("keysNote", "“anthropic” is stored")
        self.assertEqual(self.keys(), [{"name": "anthropic", "place": "file"}])
        secrets = self.desk.environment["SWITCHYARD_ROOT"] + "/config/secrets.json"
        with open(secrets) as file:
            self.assertEqual(json.load(file)["keys"], {"anthropic": key})
        self.assertEqual(os.stat(secrets).st_mode & 0o777, 0o600)
        self.shot("keys")
        self.tab_to("removeKeyButton")
        self.desk.key("space")
        self.desk.wait("removeKey")
        self.desk.press("removeKeyYes")
        self.desk.wait_text("keysNote", "is removed")
        self.assertEqual(self.keys(), [])

    def test_rules_of_ones_own_and_of_a_project(self):
        rules = self.project_folder() + "/.switchyard/rules.d"
        os.makedirs(rules)
        with open(rules + "/a.json", "w") as file:
            json.dump({"rules": [{"id": "p", "program": ["helm"], "reason": "goes to the customers"}]}, file)
        self.swy("gate", "approve", self.project_folder())
        with open(rules + "/a.json", "w") as file:
            json.dump({"rules": [{"id": "p", "program": ["helm", "kubectl"], "reason": "goes to the customers"}]}, file)
        self.window()
        self.desk.key("ctrl+comma")
        self.desk.wait("settingsDialog")
        self.choose_page("Rules")
        self.tab_to("addRuleButton")
        self.desk.key("space")
        self.desk.wait_focus("rulePrograms")
        self.desk.type("terraform")
        self.tab_to("ruleReason")
        self.desk.type("it costs money")
        self.desk.key("Return")
        self.desk.wait_gone("ruleDialog")
        self.desk.wait_text("rulesNote", "The rule is kept")
        own = self.rules()["rules"]
        self.assertEqual([rule["rule"]["program"] for rule in own], [["terraform"]])
        self.assertIn("it costs money", self.swy("gate", "explain", "terraform apply").stdout)
        self.assertEqual(self.rules()["projects"][0]["state"], "changed")
        self.tab_to("Rules")
        self.desk.key("End")
        self.desk.wait_text("ruleDetails", "kubectl")
        self.shot("rules")
        self.tab_to("approveRulesButton")
        self.desk.key("space")
        until(lambda: self.rules()["projects"][0]["state"] == "approved", "the project's rules to be approved")

    def test_a_project_with_its_limit_and_rules(self):
        rules = self.project_folder() + "/.switchyard/rules.d"
        os.makedirs(rules)
        with open(rules + "/a.json", "w") as file:
            json.dump({"rules": [{"id": "p", "program": ["helm"], "reason": "goes to the customers"}]}, file)
        self.window()
        self.desk.key("ctrl+comma")
        self.desk.wait("settingsDialog")
        self.choose_page("Projects")
        self.tab_to("newProjectField")
        self.desk.type(self.project_folder() + "/nowhere")
        self.desk.key("Return")
        self.desk.wait_text("projectsNote", "There is no folder")
        self.desk.key("ctrl+a")
        self.desk.type(self.project_folder())
        self.desk.key("Return")
        self.desk.wait_text("projectsNote", "is on the list")
        self.tab_to("projectLimitButton")
        self.desk.key("space")
        self.desk.wait_focus("slots_per_projectField")
        until(lambda: self.desk.find("slots_per_projectField").enabled(), "the limits")
        self.desk.key("Up", "Up")
        until(lambda: self.ask("settings.get")["settings"]["slots_per_project"] == 2, "the limit to be the engine's")
        self.choose_page("Projects")
        self.desk.wait_text("projectLimit", "at most 2 tasks")
        self.shot("projects")
        until(lambda: self.desk.find("projectRulesButton").enabled(), "the project's rules to be known")
        self.tab_to("projectRulesButton")
        self.desk.key("space")
        self.desk.wait_text("ruleDetails", "helm")
        self.tab_to("approveRulesButton")
        self.desk.key("space")
        until(lambda: [project["state"] for project in self.rules()["projects"]] == ["approved"], "the rules to be approved")
        self.desk.key("Escape")
        self.desk.wait_gone("settingsDialog")
        self.desk.wait_text("projectBox", os.path.basename(self.project_folder()))

    def project_folder(self):
        return self.folder("rules-project")

    def rules(self):
        return json.loads(self.swy("gate", "rules", "--json").stdout)

    def keys(self):
        return json.loads(self.swy("key", "list", "--json").stdout)["keys"]

    def settings_path(self):
        return self.desk.environment["SWITCHYARD_ROOT"] + "/config/switchyard.conf"

    def settings(self):
        if not os.path.exists(self.settings_path()):
            return ""
        with open(self.settings_path()) as file:
            return file.read()


if __name__ == "__main__":
    unittest.main(verbosity=2)
