"""Keys: stored where they belong, given to the agent alone, and blotted out of everything that is kept."""
import json
import os
import shutil
import subprocess
import sys
import unittest

from switchyard_world import BIN, World, as_an_ordinary_user, until

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "sk-test-0123456789-abcdef"


class Keys(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.world.environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        os.makedirs(self.world.root + "/config", mode=0o700)
        self.agents("MY_SERVICE")

    def agents(self, variable):
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump({"agent_servers": {"plain": {"command": sys.executable, "args": [HERE + "/plain_agent.py"], "terminal": True,
                                                   "secrets": {variable: "keyring:mine"}}}}, file)

    def everything_kept(self):
        for folder, _, names in os.walk(self.world.root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and name != "secrets.json":
                    with open(path, "rb") as file:
                        yield path, file.read()

    def check_a_task(self):
        """The agent has the key, its commands have not, nobody else sees it."""
        project = self.world.repository()
        task_id = self.world.run("--agent", "plain", "inside:echo [$MY_SERVICE]; echo -n $MY_SERVICE | wc -c", cwd=project)
        self.world.swy("wait", task_id)
        words = "".join(event["data"]["text"] for event in self.world.events(task_id) if event["kind"] == "agent.message")
        self.assertEqual(words, "[•••]\n%d\n" % len(KEY))
        task_id = self.world.run("--agent", "plain", "echo [$MY_SERVICE]; echo sk-test-; printf sk-test-01234; printf '56789-abcdef\\n'", cwd=project)
        self.world.swy("wait", task_id)
        log = self.world.swy("logs", task_id).stdout
        self.assertIn("[]\nsk-test-\n•••\n", log)
        self.world.swy("engine", "stop")
        until(lambda: not list(self.world.processes()), "the engine to end")
        for path, content in self.everything_kept():
            self.assertNotIn(KEY.encode(), content, path)

    def test_in_a_file_by_the_users_own_word(self):
        self.assertIn("No key", self.world.swy("key", "list").stdout)
        refused = self.world.swy("key", "set", "mine", input=KEY + "\n", status=None)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("--in-file", refused.stderr)
        self.assertEqual([path for path, content in self.everything_kept() if KEY.encode() in content], [], "never in the clear by itself")
        self.world.swy("key", "set", "--in-file", "mine", input=KEY + "\n")
        self.assertEqual(os.stat(self.world.root + "/config/secrets.json").st_mode & 0o777, 0o600)
        self.assertEqual(json.loads(self.world.swy("key", "list", "--json").stdout), {"keys": [{"name": "mine", "place": "file"}]})
        self.check_a_task()
        self.world.swy("key", "remove", "mine")
        with open(self.world.root + "/config/secrets.json") as file:
            self.assertNotIn(KEY, file.read())

    def test_in_no_command_line_no_other_environment_and_no_core_dump(self):
        self.world.swy("key", "set", "--in-file", "mine", input=KEY + "\n")
        task_id = self.world.run("--agent", "plain", "inside:touch started; until [ -e go ]; do sleep 0.1; done", cwd=self.world.repository())
        until(lambda: os.path.exists(self.world.task(task_id)["worktree"] + "/started"), "the agent")
        having = []
        ours = set(self.world.processes())
        for pid in filter(str.isdigit, os.listdir("/proc")):
            def read(name):
                with open("/proc/%s/%s" % (pid, name), "rb") as file:
                    return file.read()
            try:
                words, variables, limits = read("cmdline"), read("environ"), read("limits").decode()
            except OSError:
                continue
            self.assertNotIn(KEY.encode(), words)
            if KEY.encode() in variables:
                having.append(words.decode().split("\0"))
            elif int(pid) not in ours:
                continue
            cores = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")][0]
            self.assertIn(cores[4], ("0", "1"), words)
        # The sandbox's own two processes, the agent, and what it runs itself.
        self.assertTrue(having)
        for words in having:
            self.assertTrue(any("plain_agent" in word or word.endswith(("bwrap", "bash", "sleep")) for word in words), words)
        with open(self.world.task(task_id)["worktree"] + "/go", "w"):
            pass
        self.world.swy("wait", task_id)

    def test_memory_is_closed_to_other_programs_of_the_user(self):
        if os.geteuid() == 0:
            as_an_ordinary_user(self, "Keys.test_memory_is_closed_to_other_programs_of_the_user")
            return
        task_id = self.world.run("-b", "touch started; until [ -e go ]; do sleep 0.1; done", cwd=self.world.repository())
        folder = self.world.task(task_id)["spec"]["project"]
        until(lambda: os.path.exists(folder + "/started"), "the command")
        runners = [entry for entry in os.listdir("/proc") if entry.isdigit() and task_id in self.words_of(entry)]
        self.assertTrue(runners)
        for pid in [str(self.world.engine_pid()), *runners]:
            self.assertEqual(os.stat("/proc/%s/mem" % pid).st_uid, 0, "the kernel gives it to root where it may not be dumped")
            with self.assertRaises(PermissionError):
                open("/proc/%s/environ" % pid, "rb").close()
        with open(folder + "/go", "w"):
            pass
        self.world.swy("wait", task_id)

    @staticmethod
    def words_of(pid):
        try:
            with open("/proc/%s/cmdline" % pid) as file:
                words = file.read().split("\0")
            return " ".join(words) if len(words) > 1 and words[0].endswith("swy") and words[1] == "runner" else ""
        except OSError:
            return ""

    def test_a_missing_key_ends_the_task_with_the_way_out(self):
        task_id = self.world.run("--agent", "plain", "true", cwd=self.world.repository())
        task = self.world.wait_status(task_id, "failed")
        self.assertIn("swy key set mine", task["reason"])

    def test_bad_calls(self):
        self.assertIn("standard input", self.world.swy("key", "set", "mine", KEY, status=2).stderr)
        self.assertIn("cannot name a key", self.world.swy("key", "set", "--in-file", "Mine!", input="x\n", status=None).stderr)
        self.assertIn("empty", self.world.swy("key", "set", "--in-file", "mine", input="\n", status=None).stderr)
        self.assertIn("no key", self.world.swy("key", "remove", "mine", status=5).stderr)

    @unittest.skipUnless(shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session"), "needs gnome-keyring and dbus-run-session installed")
    def test_in_a_real_keyring(self):
        if "INSIDE_A_SESSION" not in os.environ:
            session = {**os.environ, "INSIDE_A_SESSION": "1", "HOME": self.world.folder, "XDG_RUNTIME_DIR": self.world.folder,
                       "XDG_DATA_HOME": self.world.folder + "/data"}
            done = subprocess.run(["dbus-run-session", "--", sys.executable, __file__, "Keys.test_in_a_real_keyring"], env=session,
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr[-4000:])
            return
        daemon = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.world.started.append(daemon)
        daemon.stdin.write(b"login\n")
        daemon.stdin.close()
        self.world.environment.update(DBUS_SESSION_BUS_ADDRESS=os.environ["DBUS_SESSION_BUS_ADDRESS"])
        self.world.swy("key", "set", "mine", input=KEY + "\n")
        self.assertFalse(os.path.exists(self.world.root + "/config/secrets.json"))
        self.check_a_task()
        self.world.swy("key", "remove", "mine")
        self.assertIn("No key", self.world.swy("key", "list").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
