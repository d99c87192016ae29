"""Wrong input and broken surroundings: a clear message that names it and says what to do; nothing lost, nothing hangs."""
import json
import os
import socket
import sqlite3
import unittest

from switchyard_world import World, until


class BadInput(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def refused(self, *arguments, status, says, **options):
        done = self.world.swy(*arguments, status=status, **options)
        for part in says:
            self.assertIn(part, done.stderr)
        return done

    def test_unknown_id(self):
        self.refused("tasks", "show", "abc123", status=5, says=["abc123"])
        self.refused("stop", "nonsense", status=2, says=["nonsense", "swy tasks list"])
        self.refused("merge", status=2, says=["missing"])

    def test_empty_goal(self):
        self.refused("run", "  ", status=2, says=["empty"])
        self.refused("run", "-b", "", status=2, says=["empty"])

    def test_wrong_options(self):
        self.refused("run", "--priority", "urgent", "x", status=2, says=["urgent"])
        self.refused("run", "--time-limit", "soon", "x", status=2, says=["soon"])
        self.refused("nonsense", status=2, says=["nonsense", "swy help"])
        for option in ("agent", "model", "template", "type", "mode", "instructions", "attach", "mcp", "budget", "budget-tokens", "steps", "base"):
            self.refused("run", "-b", "--" + option, "1", "true", status=2, says=["--" + option, "-b"])
        self.refused("run", "--shell", "zsh", "goal", status=2, says=["--shell", "-b"])

    def test_folder_not_there(self):
        self.refused("run", "--project", "/does/not/exist", "goal", status=5, says=["/does/not/exist"])

    def test_folder_not_a_repository(self):
        os.mkdir(self.world.folder + "/plain")
        self.refused("run", "goal", cwd=self.world.folder + "/plain", status=7, says=["plain", "git init", "in place"])

    def test_repository_without_a_commit(self):
        os.mkdir(self.world.folder + "/fresh")
        self.world.git("init", "-q", cwd=self.world.folder + "/fresh")
        self.refused("run", "goal", cwd=self.world.folder + "/fresh", status=7, says=["commit"])

    def run_agent(self, **server):
        os.makedirs(self.world.root + "/config", 0o700, exist_ok=True)
        with open(self.world.root + "/config/agents.json", "w") as file:
            json.dump({"agent_servers": {"mine": server}}, file)
        task_id = self.world.run("--agent", "mine", "goal", cwd=self.world.repository())
        return self.world.wait_status(task_id, "failed", "completed", "cancelled", "timed_out")

    def test_agent_not_installed(self):
        task = self.run_agent(command="no-such-agent-program")
        self.assertEqual(task["status"], "failed")
        self.assertIn("no-such-agent-program", task["reason"])

    def test_agent_dies(self):
        task = self.run_agent(command="/bin/sh", args=["-c", "echo my last words >&2; exit 3"])
        self.assertEqual(task["status"], "failed")
        self.assertIn("my last words", task["reason"])

    def test_agent_prints_rubbish(self):
        task = self.run_agent(command="/bin/sh", args=["-c", "while :; do echo 'this is not JSON'; done"])
        self.assertEqual(task["status"], "failed")
        self.assertIn("JSON", task["reason"])

    def test_unknown_agent(self):
        self.refused("run", "--agent", "nobody", "goal", cwd=self.world.repository(), status=5, says=["nobody", "builtin"])

    def test_script_that_is_not_there(self):
        task_id = self.world.run("--model", "script:/no/such/script.json", "goal", cwd=self.world.repository())
        task = self.world.wait_status(task_id, "failed")
        self.assertIn("/no/such/script.json", task["reason"])

    def test_socket_of_a_dead_engine(self):
        os.makedirs(self.world.root + "/run", 0o700)
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(self.world.root + "/run/engine.sock")
        dead.close()
        self.world.swy("tasks", "list")

    def test_newer_database(self):
        self.world.swy("tasks", "list")
        self.world.swy("engine", "stop")
        path = self.world.root + "/data/switchyard.db"
        until(lambda: not list(self.world.processes()), "the engine to end")
        database = sqlite3.connect(path)
        with database:
            table = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'") if "migration" in row[0] or "version" in row[0]][0]
            columns = [row[1] for row in database.execute("PRAGMA table_info(%s)" % table)]
            database.execute("INSERT INTO %s (%s) VALUES (9999)" % (table, columns[0]))
        database.close()
        before = self.bytes_of(path)
        done = self.world.swy("tasks", "list", status=6)
        self.assertIn("newer", done.stderr)
        self.assertEqual(self.bytes_of(path), before, "it is left untouched")

    @staticmethod
    def bytes_of(path):
        with open(path, "rb") as file:
            return file.read()

    def test_log_that_is_not_utf8(self):
        task_id = self.world.run("-b", "printf 'a\\377\\376b\\n'")
        self.world.swy("wait", task_id)
        with open(self.world.root + "/state/tasks/%s/1/output.log" % task_id, "rb") as log:
            self.assertIn(b"a\xff\xfeb\n", log.read())
        self.world.swy("monitor", task_id)

    def test_no_engine(self):
        self.refused("engine", "status", status=6, says=["engine"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
