"""Output without measure: a line of a gigabyte, lines as fast as they come, ten megabytes of colour codes. Nothing grows, nothing is lost unsaid."""
import os

from fault_world import SANITIZER, FaultTest, main, memory, until

MB = 1 << 20
LONG = bool(os.environ.get("SWITCHYARD_LONG"))


class Floods(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4)
        self.line = self.world.line()

    def flood(self, command, **limits):
        """Runs it to its end; the task, and the most memory its runner and the engine took."""
        spec = {"limits": limits} if limits else {}
        task_id = self.world.add(self.line, command, **spec)
        runner = self.world.runner(task_id)
        most = 0

        def done():
            nonlocal most
            try:
                most = max(most, memory(runner))
            except OSError:
                pass
            return self.world.status(self.line, task_id) in ("completed", "failed", "timed_out", "cancelled")
        until(done, "its end", 240)
        task = self.line.call("task.get", id=task_id)["task"]
        if not SANITIZER:
            self.assertLess(most, 128 * MB, "the runner's memory")
            self.assertLess(memory(self.world.engine_pid()), 300 * MB, "the engine's memory")
        return task_id, task

    def size(self, task_id):
        return self.line.call("log.stat", id=task_id, attempt=1)["size"]

    def test_one_endless_line(self):
        size = 1024 * MB if LONG else 256 * MB
        task_id, task = self.flood("head -c %d /dev/zero | tr '\\0' x" % size)
        self.assertEqual(task["status"], "completed", task["reason"])
        self.assertGreaterEqual(self.size(task_id), size, "every byte is there or was pruned by the log's own limit")
        said = self.world.swy("logs", task_id, timeout=120).stdout
        self.assertIn("exit code 0", said)

    def test_lines_as_fast_as_they_come(self):
        count = 6_000_000 if LONG else 1_000_000
        task_id, task = self.flood("seq %d" % count)
        self.assertEqual(task["status"], "completed", task["reason"])
        with open("%s/state/tasks/%s/1/output.log" % (self.world.root, task_id), "rb") as file:
            lines = [line for line in file.read().split(b"\n") if line.isdigit()]
        self.assertEqual(len(lines), count, "each line once")
        self.assertEqual(lines[-1], b"%d" % count)

    def test_colour_codes(self):
        script = self.world.folder + "/colours.py"
        with open(script, "w") as file:
            file.write("import sys\npiece = ''.join('\\x1b[%d;%dm\\x1b[2J\\x1b[?1049h\\x1b]0;t\\x07\\x1b[10000;10000H' % (n % 8 + 30, n % 2) for n in range(1000))\n"
                       "out = sys.stdout\nfor _ in range(10_000_000 // len(piece) + 1):\n    out.write(piece)\nprint('\\x1b[0mend')\n")
        task_id, task = self.flood("python3 " + script)
        self.assertEqual(task["status"], "completed", task["reason"])
        self.assertGreaterEqual(self.size(task_id), 10_000_000)
        self.assertNotIn("\x1b", self.world.swy("tasks", "show", task_id).stdout)

    def test_the_log_has_a_limit_and_says_so(self):
        """Kept are the newest parts; offsets go on counting, so that events still point at the right place."""
        task_id, task = self.flood("seq 30000000", log_bytes=64 * MB)
        self.assertEqual(task["status"], "completed", task["reason"])
        size = self.size(task_id)
        self.assertGreater(size, 200 * MB)
        kept = sum(os.path.getsize("%s/state/tasks/%s/1/%s" % (self.world.root, task_id, name))
                   for name in os.listdir("%s/state/tasks/%s/1" % (self.world.root, task_id)))
        self.assertLess(kept, 160 * MB)
        page = self.line.call("log.read", id=task_id, attempt=1, offset=0, limit=100)
        self.assertGreater(page["offset"], 0, "what is gone is said to be gone")

    def test_others_are_not_held_up(self):
        flood = self.world.add(self.line, "yes")
        self.world.ended(self.line, [flood], by=("running",))
        ids = [self.world.add(self.line, "echo %d" % number) for number in range(5)]
        self.world.ended(self.line, ids, seconds=60, by=("completed",))
        self.line.call("task.cancel", id=flood)
        self.assertEqual(self.world.ended(self.line, [flood], seconds=60)[flood]["status"], "cancelled")
        self.assertNothingLeft(self.world, self.line)

    def test_an_agent_that_talks_without_end(self):
        """A million small words over its protocol, and a line of 100 MB: bounded, ended with a reason, the engine untouched."""
        project = self.world.repository()
        self.world.agent("head -c 100000000 /dev/zero | tr '\\0' x", name="longline")
        self.world.agent("yes '{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"x\",\"update\":{}}}' | head -n 300000", name="words")
        for name in ("longline", "words"):
            with self.subTest(name):
                task_id = self.line.call("task.create", spec=self.world.agent_spec(project, agent=name))["task"]["spec"]["id"]
                task = self.world.ended(self.line, [task_id], seconds=120)[task_id]
                self.assertEqual(task["status"], "failed")
                self.assertTrue(task["reason"])
        if not SANITIZER:
            self.assertLess(memory(self.world.engine_pid()), 300 * MB)
        self.assertNothingLeft(self.world, self.line)


if __name__ == "__main__":
    main()
