"""What a task's programs can reach, with the real swy, engine, runner and bubblewrap: from the agent's own process and
from the commands it asks for."""
import json
import os
import shutil
import socket
import subprocess
import sys
import unittest

from switchyard_world import BIN, World, until

HERE = os.path.dirname(os.path.abspath(__file__))
MAY = {"writes_the_worktree", "writes_tmp", "commits", "has_a_loopback_of_its_own", "writes_the_extra_folder"}


def sandbox_works():
    return shutil.which("bwrap") and subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "--unshare-net", "true"], capture_output=True).returncode == 0


@unittest.skipUnless(sandbox_works(), "this machine makes no sandbox")
class Sandbox(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.world.environment.update(MY_API_TOKEN="t0ken", SSH_AUTH_SOCK="/tmp/nowhere",
                                      DBUS_SESSION_BUS_ADDRESS="unix:path=/run/nowhere")
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
            "bus": "/run/dbus/system_bus_socket", "engine": self.world.engine_pid(), "extra": self.extra,
            "name": "made-" + os.path.basename(self.world.folder),
            "port": self.server.getsockname()[1], **more}.items())
        goal = "%spython3 %s/probes.py %s 2>&1" % ("inside:" if inside else "", HERE, words)
        task_id = self.world.run("--agent", "plain", *options, goal, cwd=self.project)
        task = self.world.wait_status(task_id, "completed", "failed", "waiting")
        self.assertEqual(task["status"], "completed", self.world.swy("logs", task_id).stdout)
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
            self.skipTest("hiding bubblewrap takes a mount")
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
        task_id = self.world.run("--agent", "plain", "--sandbox", "strict", "echo hello", cwd=self.project)
        self.assertIn("bubblewrap", self.world.wait_status(task_id, "failed")["reason"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
