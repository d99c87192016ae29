"""Damaged journals under a living engine and at its start: what is good is kept, what is bad is named, the other tasks do not notice."""
import os

from fault_world import FaultTest, Refused, kill, main, until


class DamagedJournal(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4)
        self.line = self.world.line()

    def journal(self, task_id, attempt):
        return "%s/state/tasks/%s/%d/journal.ndjson" % (self.world.root, task_id, attempt)

    def flip(self, path, where=0.5):
        with open(path, "r+b") as file:
            size = os.path.getsize(path)
            file.seek(int(size * where))
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 4]))

    def test_of_a_runner_that_dies(self):
        """The engine was away, the runner died, its journal is damaged in the middle: what is good is told, and that there is damage."""
        task_id = self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done")
        self.world.ended(self.line, [task_id], by=("running",))
        self.world.kill_engine()
        kill(self.world.runner(task_id))
        until(lambda: not self.world.runners(), "it to die")
        self.flip(self.journal(task_id, 1), 0.9)
        self.line = self.world.line()
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertEqual(task["status"], "interrupted")
        self.assertSaid(task["reason"], "damaged", "event")
        self.assertGapless(self.world.events_of(self.line, task_id))
        self.assertNothingLeft(self.world, self.line)

    def test_of_a_finished_task(self):
        task_id = self.world.add(self.line, "echo one")
        self.world.ended(self.line, [task_id], by=("completed",))
        self.assertNothingLeft(self.world, self.line)
        self.flip(self.journal(task_id, 1))
        findings = self.line.call("engine.examine")["findings"]
        self.assertEqual(len(findings), 1)
        self.assertSaid(findings[0]["what"], task_id, "damaged", "event")
        self.world.kill_engine()
        self.line = self.world.line()
        self.assertEqual(self.world.status(self.line, task_id), "completed", "the database knows it all")
        self.line.call("task.delete", id=task_id)

    def test_of_the_engines_own(self):
        """Attempt 0 damaged: the task can still be read and deleted, the others are served, nothing is invented."""
        task_id = self.world.add(self.line, "exit 3")
        other = self.world.add(self.line, "exit 3")
        self.world.ended(self.line, [task_id, other])
        self.world.kill_engine()
        self.flip(self.journal(task_id, 0))
        self.line = self.world.line()
        self.assertEqual(self.world.status(self.line, task_id), "failed")
        try:
            self.line.call("task.retry", id=task_id)
        except Refused as refusal:
            self.assertSaid(str(refusal), "damaged")
        self.line.call("task.retry", id=other)
        self.world.ended(self.line, [other])
        until(lambda: not self.world.runners(), "quiet")
        self.line.call("task.delete", id=task_id)
        self.assertEqual(self.line.call("task.list", limit=10)["total"], 1)

    def test_torn_tail(self):
        """The usual trace of a power cut: cut off and written again, no word about damage."""
        task_id = self.world.add(self.line, "sleep 1000")
        self.world.ended(self.line, [task_id], by=("running",))
        self.world.kill_engine()
        kill(self.world.runner(task_id))
        until(lambda: not self.world.runners(), "it to die")
        path = self.journal(task_id, 1)
        os.truncate(path, os.path.getsize(path) - 7)
        self.line = self.world.line()
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertEqual(task["status"], "interrupted")
        self.assertNotIn("damaged", task["reason"])

    def test_and_the_database_too(self):
        """Both damaged: everything that one of them still has is there."""
        ids = [self.world.add(self.line, "echo %d" % number) for number in range(6)]
        self.world.ended(self.line, ids, by=("completed",))
        self.assertNothingLeft(self.world, self.line)
        self.world.swy("engine", "stop")
        until(lambda: not self.world.engine_pid(), "the engine to end")
        self.flip(self.journal(ids[0], 1), 0.95)
        self.flip(self.journal(ids[1], 0), 0.1)
        with open(self.world.root + "/data/switchyard.db", "r+b") as file:
            file.write(b"no database")
        self.line = self.world.line()
        known = {task["spec"]["id"]: task["status"] for task in self.line.call("task.list", limit=10)["tasks"]}
        self.assertEqual({i: known.get(i) for i in ids[2:]}, {i: "completed" for i in ids[2:]})
        self.assertNotIn(ids[1], known, "without its beginning a task cannot be made up")
        self.assertIn(ids[0], known)
        self.assertIn(self.world.ended(self.line, [ids[0]])[ids[0]]["status"], ("completed", "interrupted", "failed"))
        said = " ".join(finding["what"] for finding in self.line.call("engine.examine")["findings"])
        self.assertSaid(said, ids[0], ids[1], "damaged")


if __name__ == "__main__":
    main()
