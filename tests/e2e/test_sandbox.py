"""What a task's programs can reach, with the real swy, engine, runner and bubblewrap: from the agent's own process and
from the commands it asks for."""
import json
import os
import shutil
import socket
import subprocess
import sys
import unittest

from switchyard_world import BIN, World, as_an_ordinary_user, until

HERE = os.path.dirname(os.path.abspath(__file__))
MAY = {"writes_the_worktree", "writes_tmp", "commits", "has_a_loopback_of_its_own", "writes_the_extra_folder"}


def sandbox_works():
    return shutil.which("bwrap") and subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "--unshare-net", "true"], capture_output=True).returncode == 0


@unittest.skipUnless(sandbox_works(), "this machine makes no sandbox; runs with bubblewrap installed and user namespaces allowed")
class Sandbox(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.world.environment.update(MY_API_TOKEN="t0ken", SSH_AUTH_SOCK="/tmp/nowhere",
                                      DBUS_SESSION_BUS_ADDRESS="unix:path=%s/bus,guid=1" % self.world.folder)
        os.makedirs(self.world.root + "/config", mode=0o700)
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump({"agent_servers": {"plain": {"command": sys.executable, "args": [HERE + "/plain_agent.py"], "terminal": True}}}, file)
        os.makedirs(self.world.folder + "/.ssh", mode=0o700)
        with open(self.world.folder + "/.ssh/id_ed25519", "w") as file:
            file.write("private\n")
        self.project = self.world.repository()
        self.world.git("branch", "task/other", cwd=self.project)
        self.extra = self.world.folder + "/extra"
        os.mkdir(self.extra)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)
        self.bus = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.bus.close)
        self.bus.bind(self.world.folder + "/bus")
        self.bus.listen()

    def probe(self, *options, inside, **more):
        """Runs probes.py in a task; which got through, and the task."""
        self.world.swy("engine", "start")
        runtime = self.world.root + "/run"
        if not os.path.exists(runtime + "/engine.sock"):  # a long path: it lies elsewhere
            self.fail("the engine's socket is not where this test looks")
        words = " ".join("%s=%s" % pair for pair in {
            "project": self.project, "home": self.world.folder, "root": self.world.root, "socket": runtime + "/engine.sock",
            "bus": self.world.folder + "/bus", "engine": self.world.engine_pid(), "extra": self.extra,
            "name": "made-" + os.path.basename(self.world.folder),
            "port": self.server.getsockname()[1], **more}.items())
        goal = "%spython3 %s/probes.py %s 2>&1" % ("inside:" if inside else "", HERE, words)
        task_id = self.world.run("--agent", "plain", *options, goal, cwd=self.project)
        task = self.world.wait_status(task_id, "completed", "failed", "waiting")
        self.assertEqual(task["status"], "completed", task["reason"] + self.world.swy("logs", task_id).stdout)
        text = "".join(event["data"]["text"] for event in self.world.events(task_id) if event["kind"] == "agent.message")
        self.assertIn("RESULT ", text)
        self.said = text
        return {name for name, through in json.loads(text.split("RESULT ", 1)[1].splitlines()[0]).items() if through}, task_id

    def escapes(self):
        return ["/tmp/made-" + os.path.basename(self.world.folder), self.world.root + "/config/made_in_config",
                self.world.folder + "/made_at_home", self.project + "/made_beside"]

    def check_repository(self, task_id):
        self.assertEqual(self.world.git("log", "-1", "--format=%s", "main", cwd=self.project).strip(), "Start")
        self.assertEqual(self.world.git("rev-parse", "task/other", cwd=self.project), self.world.git("rev-parse", "main", cwd=self.project))
        self.assertIn("from within", self.world.git("log", "--format=%s", "task/" + task_id, cwd=self.project))
        self.assertEqual(self.world.git("status", "--short", cwd=self.project), "")
        self.assertEqual(self.world.git("fsck", "--no-dangling", cwd=self.project), "")
        self.assertTrue(os.path.exists(self.extra + "/made_there"))
        for escaped in self.escapes():
            self.assertFalse(os.path.exists(escaped), escaped)

    def test_standard(self):
        for inside in (False, True):
            with self.subTest(inside=inside):
                through, task_id = self.probe("--extra-folder", self.extra, inside=inside)
                self.assertEqual(through, MAY | {"reaches_this_machines_servers"}, self.said)
                self.check_repository(task_id)
                started = [event["data"] for event in self.world.events(task_id) if event["kind"] == "agent.started"]
                self.assertEqual(started[0]["sandbox"], "standard")
                task = self.world.task(task_id)
                self.assertEqual((task["sandbox"], task["network"], task["sandbox_trouble"]), ("standard", "on", ""))

    def test_as_an_ordinary_user(self):
        as_an_ordinary_user(self, "Sandbox.test_standard", "Sandbox.test_network_cut_off", "Sandbox.test_strict_hides_the_home")

    def test_what_is_left_in_the_git_folder_is_not_touched_again(self):
        task_id = self.world.run("--agent", "plain", "inside:echo x > left.txt; ln -sf /etc/hostname $(git rev-parse --absolute-git-dir)/index",
                                 cwd=self.project)
        task = self.world.wait_status(task_id, "completed", "failed")
        self.assertEqual(task["status"], "failed")
        self.assertIn("could act outside", task["reason"])
        self.assertEqual(self.world.git("log", "--format=%s", task["branch"], cwd=self.project).strip(), "Start")
        self.assertTrue(os.path.islink(self.project + "/.git/worktrees/" + os.path.basename(task["worktree"]) + "/index"), "as it was left")
        self.assertIn("left something in the git folder", [event["data"]["what"] for event in self.world.events(task_id) if event["kind"] == "audit"])

    def test_spoilt_objects_are_told(self):
        blob = self.world.git("rev-parse", "HEAD:old_calculator.py", cwd=self.project).strip()
        path = "%s/.git/objects/%s/%s" % (self.project, blob[:2], blob[2:])
        for harm in ("rm -f %s", "chmod u+w %s && echo rubbish > %s"):
            with self.subTest(harm=harm):
                with open(path, "rb") as file:
                    before = file.read()
                task_id = self.world.run("--agent", "plain", "inside:" + harm.replace("%s", path), cwd=self.project)
                self.world.wait_status(task_id, "completed", "failed")
                events = self.world.events(task_id)
                self.assertIn(blob, " ".join(event["data"]["text"] for event in events if event["kind"] == "notice"))
                self.assertTrue(any(blob in event["data"]["on"] for event in events if event["kind"] == "audit"))
                if os.path.exists(path):
                    os.remove(path)
                with open(path, "wb") as file:
                    file.write(before)
        task_id = self.world.run("--agent", "plain", "inside:git status", cwd=self.project)
        self.world.wait_status(task_id, "completed")
        self.assertEqual([event for event in self.world.events(task_id) if event["kind"] == "notice"], [])

    def test_what_the_agent_changed_in_its_own_settings_is_told(self):
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump({"agent_servers": {"plain": {"command": sys.executable, "args": [HERE + "/plain_agent.py"], "terminal": True,
                                                   "own_files": ["~/.plain/"], "acting_files": ["~/.plain/settings.json"]}}}, file)
        settings = self.world.folder + "/.plain/settings.json"
        for command, told in (("echo x > ~/.plain/session", False), ("echo x > ~/.plain/settings.json", True)):
            task_id = self.world.run("--agent", "plain", "inside:" + command, cwd=self.project)
            self.world.wait_status(task_id, "completed")
            notices = [event["data"]["text"] for event in self.world.events(task_id) if event["kind"] == "notice"]
            self.assertEqual(any(settings in text for text in notices), told, notices)
        self.assertTrue(os.path.exists(settings))

    def test_network_cut_off(self):
        for options in (["--network", "loopback"], ["--network", "off"], ["--sandbox", "strict"]):
            with self.subTest(options=options):
                through, task_id = self.probe("--extra-folder", self.extra, *options, inside=False)
                self.assertEqual(through, MAY, self.said)
                self.check_repository(task_id)

    def test_strict_hides_the_home(self):
        with open(self.world.folder + "/notes.txt", "w") as file:
            file.write("notes\n")
        for level, seen in (("standard", True), ("strict", False)):
            task_id = self.world.run("--agent", "plain", "--sandbox", level, "inside:cat %s/notes.txt" % self.world.folder, cwd=self.project)
            self.world.swy("wait", task_id)
            words = [event["data"]["text"] for event in self.world.events(task_id) if event["kind"] == "agent.message"]
            self.assertEqual("".join(words) == "notes\n", seen, words)

    def test_off_is_said_and_plain_commands_are_the_users_own(self):
        # What harms nobody: the probes do find what is open.
        open_doors = "reads_keys,reaches_the_engine,reaches_a_runner,sees_other_tasks,sees_the_engines_process,reaches_this_machines_servers"
        through, task_id = self.probe("--sandbox", "off", inside=False, only=open_doors + ",writes_tmp,writes_the_home,writes_the_project,writes_the_settings")
        self.assertEqual(through, set(open_doors.split(",")) | {"writes_tmp"}, self.said)
        for escaped in self.escapes():
            self.assertTrue(os.path.exists(escaped), escaped)
        os.remove(self.escapes()[0])
        task_id = self.world.run("-b", "cat %s/.ssh/id_ed25519" % self.world.folder, cwd=self.project)
        self.world.swy("wait", task_id)
        self.assertIn("private", self.world.swy("logs", task_id).stdout)
        task_id = self.world.run("-b", "--sandbox", "standard", "cat %s/.ssh/id_ed25519" % self.world.folder, cwd=self.project)
        self.world.swy("wait", task_id, status=1)

    def test_a_network_cannot_be_cut_off_without_a_sandbox(self):
        task_id = self.world.run("--agent", "plain", "--sandbox", "off", "--network", "off", "true", cwd=self.project)
        task = self.world.wait_status(task_id, "failed")
        self.assertIn("Without a sandbox the network cannot be cut off", task["reason"])

    def test_settings(self):
        with open(self.world.root + "/config/switchyard.conf", "w") as file:
            file.write("[engine]\nsandbox=strict\nnetwork=loopback\n")
        through, _ = self.probe("--extra-folder", self.extra, inside=False)
        self.assertEqual(through, MAY, self.said)
        self.world.swy("engine", "stop")
        until(lambda: not os.path.exists(self.world.root + "/run/engine.sock"), "the engine to end")
        with open(self.world.root + "/config/switchyard.conf", "w") as file:
            file.write("[engine]\nsandbox=none\n")
        refused = self.world.swy("engine", "start", status=None)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("sandbox", refused.stderr + self.world.engine_log())

    def test_a_machine_without_bubblewrap(self):
        """It runs, and says so; strict does not."""
        hidden = "/tmp" if os.path.islink("/usr/bin/bwrap") else "/usr/bin/bwrap"
        if os.geteuid() != 0 or hidden == "/tmp":
            self.skipTest("hides bubblewrap by a mount; runs as root where mount(2) is allowed")
        program = ["unshare", "-m", "sh", "-c", 'mount --bind /dev/null /usr/bin/bwrap && exec "$@"', "sh", BIN + "/swy", "engine"]
        engine = subprocess.Popen(program, env=self.world.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.world.started.append(engine)
        until(lambda: os.path.exists(self.world.root + "/run/engine.sock"), "the engine")
        task_id = self.world.run("--agent", "plain", "echo hello", cwd=self.project)
        self.assertEqual(self.world.wait_status(task_id, "completed", "failed")["status"], "completed")
        events = self.world.events(task_id)
        notices = [event["data"] for event in events if event["kind"] == "notice"]
        self.assertIn("without a sandbox", notices[0]["text"])
        self.assertIn("bubblewrap", notices[0]["text"])
        self.assertEqual([event["data"]["sandbox"] for event in events if event["kind"] == "agent.started"], ["off"])
        task = self.world.task(task_id)
        self.assertEqual(task["sandbox"], "off")
        self.assertIn("bubblewrap", task["sandbox_trouble"])
        task_id = self.world.run("--agent", "plain", "--sandbox", "strict", "echo hello", cwd=self.project)
        self.assertIn("bubblewrap", self.world.wait_status(task_id, "failed")["reason"])


class Recovery(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        os.makedirs(self.world.root + "/config", mode=0o700)
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump({"agent_servers": {"plain": {"command": sys.executable, "args": [HERE + "/plain_agent.py"], "terminal": True}}}, file)
        self.world.swy("code", "set", input="6283\n")
        self.project = self.world.repository()

    def refs(self):
        return self.world.git("for-each-ref", "refs/switchyard", cwd=self.project)

    def test_what_was_confirmed_can_be_taken_back(self):
        task_id = self.world.run("--agent", "plain", "echo mine > new.txt; rm -rf new.txt old_calculator.py; ls", cwd=self.project)
        self.world.wait_status(task_id, "waiting")
        self.assertEqual(self.refs(), "", "nothing is kept for what may never run")
        self.world.swy("confirm", task_id, input="6283\n")
        self.world.swy("wait", task_id)
        task = self.world.task(task_id)
        self.assertFalse(os.path.exists(task["worktree"] + "/old_calculator.py"))
        points = json.loads(self.world.swy("recovery", "list", "--json", task_id).stdout)["recovery_points"]
        self.assertEqual([point["number"] for point in points], [1])
        self.assertIn("rm -rf new.txt", points[0]["message"])
        self.assertIn("rm -rf", self.world.swy("recovery", "list", task_id).stdout)
        self.world.swy("recovery", "restore", task_id)
        self.assertTrue(os.path.exists(task["worktree"] + "/old_calculator.py"))
        self.assertNotIn("old_calculator.py", self.world.swy("diff", "--stat", task_id).stdout)
        self.world.swy("recovery", "restore", task_id, "2")
        self.assertFalse(os.path.exists(task["worktree"] + "/old_calculator.py"), "and that as well")
        kinds = [event["kind"] for event in self.world.events(task_id)]
        self.assertEqual(kinds.count("recovery.point"), 1)
        self.assertEqual(kinds.count("recovery.restored"), 2)
        self.assertIn("no recovery point 9", self.world.swy("recovery", "restore", task_id, "9", status=5).stderr)
        self.world.swy("tasks", "delete", task_id)
        self.assertEqual(self.refs(), "")

    def test_a_running_task_is_left_alone(self):
        task_id = self.world.run("--agent", "plain", "rm old_calculator.py", cwd=self.project)
        self.world.wait_status(task_id, "waiting")
        self.assertIn("has not ended", self.world.swy("recovery", "restore", task_id, status=7).stderr)
        self.world.swy("confirm", "--deny", task_id)
        self.world.swy("wait", task_id, status=None)
        self.assertIn("no recovery point", self.world.swy("recovery", "list", task_id).stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
