"""One test of the window: a private desktop, the real programs, and what a person does with them again and again."""
import json
import os
import shutil
import socket
import subprocess
import unittest

import services
from desktop import Desktop, until

BIN = os.environ["SWITCHYARD_BIN_DIR"]
SHOTS = os.environ.get("SWITCHYARD_SHOTS")  # a folder: pictures of what was seen on the way
DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../resources/demo/project")
CODE = "6283"


class WindowCase(unittest.TestCase):
    def setUp(self):
        self.desk = Desktop()
        self.addCleanup(self.desk.close)

    # ------------------------------------------------------------------ the engine, through its own doors
    def swy(self, *arguments, check=True):
        return self.desk.run(BIN + "/swy", *arguments, check=check)

    def tasks(self):
        return json.loads(self.swy("tasks", "list", "--json").stdout)["tasks"]

    def task(self, task_id):
        return json.loads(self.swy("tasks", "show", "--json", task_id).stdout)

    def events(self, task_id):
        return [json.loads(line) for line in self.swy("tasks", "events", "--json", task_id).stdout.splitlines()]

    def wait_status(self, task_id, *statuses, seconds=60):
        def reached():
            task = self.task(task_id)
            return task["status"] in statuses and task
        return until(reached, lambda: "task %s to be %s; it is %s" % (task_id, statuses, json.dumps(self.task(task_id))[:2000]), seconds)

    def ask(self, method, **params):
        """One call on the engine's socket: for what the command line does not offer."""
        if not os.path.exists(self.engine_socket()):
            self.swy("engine", "start")
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(20)
            line.connect(self.engine_socket())
            said = line.makefile("r", encoding="utf-8")

            def one(number, name, values):
                line.sendall((json.dumps({"jsonrpc": "2.0", "id": number, "method": name, "params": values}) + "\n").encode())
                while True:
                    answer = json.loads(said.readline())
                    if answer.get("id") == number:
                        if "error" in answer:
                            raise AssertionError("%s: %s" % (name, answer["error"]))
                        return answer["result"]
            one(1, "hello", {"protocol": 1, "client": "desktop test", "version": "1"})
            return one(2, method, params)

    def engine_socket(self):
        return next((os.path.join(folder, "engine.sock") for folder, _, names in os.walk(self.desk.environment["SWITCHYARD_ROOT"])
                     if "engine.sock" in names), "")

    def set_code(self):
        self.ask("code.set", new=CODE, old="")

    def create(self, command, project=None, **spec):
        """A shell task, started beside the window as somebody else would; its id."""
        spec = {"kind": "shell", "goal": command, "project": project or self.folder(), "isolation": "in_place"} | spec
        return self.ask("task.create", spec=spec)["task"]["spec"]["id"]

    def ended(self, command="true", **spec):
        """A task that is over before anything else happens: what comes later is not mixed with its end."""
        task = self.create(command, **spec)
        self.wait_status(task, "completed")
        return task

    def folder(self, name="work"):
        path = os.path.join(self.desk.folder, name)
        os.makedirs(path, exist_ok=True)
        return path

    def repository(self, name="project"):
        """The small project that the scripted model knows its way in."""
        path = os.path.join(self.desk.folder, name)
        shutil.copytree(DEMO, path)
        for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Start")):
            subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main", *arguments],
                           cwd=path, env=self.desk.environment, check=True, capture_output=True)
        return path

    # ------------------------------------------------------------------ the window
    def open_window(self, *arguments, pace="1", **environment):
        return self.desk.start(BIN + "/switchyard", *arguments, SWITCHYARD_SCRIPT_PACE_MS=pace, **environment)

    def shot(self, name):
        if SHOTS:
            self.desk.close_message()
            self.desk.shot(os.path.join(SHOTS, name + ".png"))

    def start_demo(self, pace="1"):
        window = self.open_window(pace=pace)
        self.desk.press("demoButton")
        self.desk.wait("chooseCodeDialog")
        self.desk.wait("newCodeField").focus()
        self.desk.type(CODE)
        self.desk.key("Tab")
        self.desk.type(CODE)
        self.desk.key("Return")
        self.desk.wait_gone("chooseCodeDialog")
        task = until(lambda: next(iter(self.tasks()), None), "the demo's task")
        self.project = task["spec"]["project"]
        return window, task["id"]

    def dialog_takes_keys(self):
        """The dialog ignores keys of its first half second."""
        self.desk.wait_focus("codeField")

        def typed():  # the field itself does not tell what is in it, but a code makes the button live
            button = self.desk.find("allowButton")
            if not button or button.enabled():
                return True
            self.desk.type("0")
            return False
        until(typed, "the dialog to take keys")

    def answer(self, code=CODE):
        self.dialog_takes_keys()
        self.desk.key("ctrl+a")
        self.desk.type(code)
        self.desk.key("Return")

    def go_to(self, action):
        """An action by its name in the palette, as a person who does not know its key."""
        self.desk.key("ctrl+k")
        self.desk.wait_focus("paletteField")
        self.desk.type(action)
        until(lambda: action in self.desk.read("paletteField"), "the words in the palette")
        self.desk.key("Return")
        self.desk.wait_gone("palette")

    def notifications(self):
        return self.desk.serve(services.Notifications)

    def tray(self):
        return self.desk.serve(services.Tray)
