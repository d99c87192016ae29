"""The queue, the doctor and the export as a user meets them on the command line."""
import json
import os
import subprocess
import unittest

from switchyard_world import World, until


class Queue(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def show(self):
        return json.loads(self.world.swy("queue", "show", "--json").stdout)

    def command(self, *arguments):
        return self.world.run("-b", *arguments)

    def test_every_waiting_task_says_why(self):
        swy = self.world.swy
        swy("queue", "resize", "1")
        running = self.command("sleep 100")
        self.world.wait_status(running, "running")
        low = self.command("--priority", "low", "true")
        normal = self.command("true")
        later = self.command("--not-before", "2h", "true")
        behind = self.command("--after", normal, "true")
        line = {task["id"]: task for task in self.show()["waiting"]}
        self.assertEqual([task["id"] for task in self.show()["waiting"]], [normal, later, low, behind])
        self.assertIn("slot", line[normal]["why"])
        self.assertIn("not before", line[later]["why"])
        self.assertIn(normal, line[behind]["why"])
        self.assertIn("waits for a free slot", swy("tasks", "list").stdout)
        circle = swy("tasks", "after", normal, behind, status=7)
        self.assertIn("%s after %s after %s" % (normal, behind, normal), circle.stderr)
        swy("tasks", "priority", low, "high")
        self.assertEqual(self.show()["waiting"][0]["id"], low)
        swy("queue", "hold")
        swy("stop", running)
        self.world.wait_status(running, "cancelled")
        self.assertEqual(self.show()["waiting"][0]["why"], "the queue is held")
        self.assertEqual(self.show()["running"], 0)
        swy("queue", "release")
        self.world.wait_status(behind, "completed")
        self.assertEqual([task["id"] for task in self.show()["waiting"]], [later])

    def test_a_task_is_tried_again_and_followed_to_its_real_end(self):
        counter = self.world.folder + "/counter"
        script = "echo x >> %s; test $(wc -l < %s) -ge 3" % (counter, counter)
        done = self.world.swy("run", "-b", "-f", "--retries", "3", "--retry-pause", "50ms", script)
        self.assertIn("attempt 1 failed; try 2 of 4", done.stdout)
        with open(counter) as file:
            self.assertEqual(len(file.readlines()), 3)
        poison = self.command("--retries", "1", "--retry-pause", "50ms", "exit 9")
        self.world.swy("wait", poison, status=1)
        until(lambda: "given up after 2 attempts" in self.world.task(poison)["reason"], "the last word")
        self.assertEqual(self.world.task(poison)["attempt"], 2)

    def test_a_busy_project_is_refused_when_asked(self):
        running = self.command("sleep 100")
        self.world.wait_status(running, "running")
        refused = self.world.swy("run", "-b", "--refuse", "true", status=7)
        self.assertIn(running, refused.stderr)
        self.command("true")

    def test_settings_take_effect_at_once(self):
        self.world.swy("tasks", "list")
        settings = self.world.root + "/config/switchyard.conf"
        with open(settings, "w") as file:
            file.write("[engine]\nslots=1\n")
        until(lambda: self.show()["slots"] == 1, "the settings")
        with open(settings, "w") as file:
            file.write("[engine]\nslots=lots\n")
        refused = self.world.swy("engine", "reload", status=2)
        self.assertIn("engine/slots", refused.stderr)
        self.assertEqual(self.show()["slots"], 1)

    def test_wrong_options(self):
        for option, value in (("--not-before", "someday"), ("--retries", "many"), ("--retry-on", "tuesday"),
                              ("--retry-pause", "long"), ("--memory", "much"), ("--processes", "-1")):
            refused = self.world.swy("run", "-b", option, value, "true", status=2)
            self.assertIn(value, refused.stderr)
        refused = self.world.swy("run", "--budget", "free", "goal", status=2)  # of agents alone
        self.assertIn("free", refused.stderr)
        self.world.swy("queue", "resize", "0", status=2)
        self.world.swy("queue", "resize", "many", status=2)
        self.world.swy("queue", "lift", "nobody", status=5)
        self.world.swy("queue", "hold", "now", status=2)

    def test_drained_before_the_end(self):
        running = self.command("until [ -e go ]; do sleep 0.05; done")
        self.world.wait_status(running, "running")
        stopping = self.world.start("engine", "stop", "--drain")
        until(lambda: self.show()["draining"], "the queue to be drained")
        open(self.world.folder + "/go", "w").close()
        self.assertEqual(stopping.wait(90), 0)
        until(lambda: not list(self.world.processes()), "the engine to end")
        self.assertEqual(self.world.task(running)["status"], "completed")
        self.assertFalse(self.show()["held"], "the next engine is open again")


class Care(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def test_doctor_finds_and_mends(self):
        task = self.world.run("-b", "echo hello")
        self.world.swy("wait", task)
        until(lambda: json.loads(self.world.swy("doctor", "--json", status=None).stdout)["well"], "all to be well")
        self.assertIn("fits together", self.world.swy("doctor").stdout)
        journal = "%s/state/tasks/%s/1/journal.ndjson" % (self.world.root, task)
        with open(journal, "rb") as file:
            before = file.read()
        with open(journal, "wb") as file:
            file.write(before.replace(b'"seq":2', b'"seq":7', 1))
        found = self.world.swy("doctor", status=1)
        self.assertIn(task, found.stdout)
        self.assertIn("--mend will", found.stdout)
        self.assertIn("mended", self.world.swy("doctor", "--mend").stdout)
        self.world.swy("doctor")
        with open(journal, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_damaged_database_is_told_of(self):
        task = self.world.run("-b", "echo hello")
        self.world.swy("wait", task)
        self.world.swy("queue", "hold")
        self.world.swy("engine", "stop")
        until(lambda: not list(self.world.processes()), "the engine to end")
        database = self.world.root + "/data/switchyard.db"
        with open(database, "r+b") as file:
            file.write(b"x" * 4096)
        self.assertEqual(self.world.task(task)["status"], "completed")
        self.assertTrue(json.loads(self.world.swy("queue", "show", "--json").stdout)["held"], "it is still held")
        self.assertIn(database + ".damaged-", self.world.swy("doctor").stdout)

    def test_export(self):
        task = self.world.run("-b", "echo hello")
        self.world.swy("wait", task)
        self.world.swy("export", task)
        packed = "%s/task-%s.tar.zst" % (self.world.folder, task)
        names = subprocess.run(["tar", "--zstd", "-tf", packed], check=True, capture_output=True, text=True).stdout
        for name in ("task.json", "0/journal.ndjson", "1/journal.ndjson", "1/output.log"):
            self.assertIn("task-%s/%s" % (task, name), names)
        self.assertEqual(os.stat(packed).st_mode & 0o777, 0o600)
        self.world.swy("export", task, status=7)
        self.world.swy("export", "abcdef", "x.tar", status=5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
