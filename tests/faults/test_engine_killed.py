"""kill -9 of the engine at each phase of many tasks: none lost, none started twice, every line of output there, every runner found again."""
import os
import random
import signal

from fault_world import FaultTest, alive, is_stopped, kill, main, until

MANY = 50
LINES = 40


class EngineKilled(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=60)

    def command(self, number):
        """Marks its start, waits for the gate, writes its lines."""
        return ("echo %d >> starts; until [ -e go ]; do sleep 0.1; done; for n in $(seq %d); do echo task %d line $n; done"
                % (number, LINES, number))

    def add_many(self, line, count=MANY):
        numbers = [line.send("task.create", spec=self.world.shell_spec(self.command(number))) for number in range(count)]
        return [line.answer(number)["task"]["spec"]["id"] for number in numbers]

    def go(self):
        open(self.world.folder + "/go", "w").close()

    def check(self, line, ids, expected=("completed",)):
        tasks = self.world.ended(line, ids)
        self.assertEqual({task["status"] for task in tasks.values()}, set(expected))
        self.assertEqual({task["attempt"] for task in tasks.values()}, {1}, "the same attempt went on")
        self.assertStartedOnce(self.world, ids)
        for number, task_id in enumerate(ids):
            self.assertEqual(self.world.output(task_id), [b"task %d line %d" % (number, n + 1) for n in range(LINES)])
            self.assertGapless(self.world.events_of(line, task_id))
        self.assertNothingLeft(self.world, line)

    def test_queued(self):
        line = self.world.line()
        line.call("queue.hold")
        ids = self.add_many(line)
        self.world.kill_engine()
        line = self.world.line()
        listed = line.call("task.list", limit=1000)["tasks"]
        self.assertEqual({task["spec"]["id"] for task in listed}, set(ids), "what was acknowledged is there")
        self.assertTrue(line.call("queue.status")["held"], "and so is the hold")
        self.go()
        line.call("queue.release")
        self.check(line, ids)

    def test_while_creating(self):
        """Dies at a random sync: whatever got its id is there; what did not may be, but then it is whole."""
        for seed in range(3):
            line = self.world.line()
            self.world.faultline.at("engine", random.Random(seed).choice(["fdatasync", "after:fdatasync"]), "switchyard.db", nth=5 + 7 * seed)
            known = []
            try:
                for number in range(30):
                    known.append(self.world.add(line, "true"))
                self.fail("the engine lived")
            except (ConnectionError, TimeoutError, OSError):
                pass
            self.world.faultline.off()
            line = self.world.line()
            listed = {task["spec"]["id"] for task in line.call("task.list", limit=1000)["tasks"]}
            self.assertLessEqual(set(known), listed)
            self.world.ended(line, listed, by=("completed",))
            self.world.swy("engine", "stop")
            until(lambda: not self.world.engine_pid(), "the engine to end")

    def claimed(self, call, path, **point):
        """The engine dies just there while it hands tasks to runners."""
        line = self.world.line()
        line.call("queue.hold")
        ids = self.add_many(line, 12)
        self.world.faultline.at("engine", call, path, **point)
        engine = self.world.engine_pid()
        line.send("queue.release")
        until(lambda: not alive(engine), "the engine to die")
        self.world.faultline.off()
        self.go()
        self.check(self.world.line(), ids)

    def test_claimed_before_the_runner_knows(self):
        self.claimed("rename", "/spec.json", nth=4)

    def test_claimed_with_the_runner_still_to_be_started(self):
        self.claimed("after:rename", "/spec.json", nth=4)

    def test_spawning(self):
        """Runners hang just before or just after they take their locks; the next engine waits for them or leaves them no chance."""
        for call in ("flock", "after:flock", "after:bind"):
            with self.subTest(call):
                for name in ("go", "starts"):
                    if os.path.exists(self.world.folder + "/" + name):
                        os.unlink(self.world.folder + "/" + name)
                self.world.faultline.at("runner", call, "/runner.lock" if call.endswith("flock") else "/runners/", action="stop", budget=5)
                line = self.world.line()
                ids = self.add_many(line, 8)
                until(lambda: len([pid for pid in self.world.runners() if is_stopped(pid)]) == 5, "five runners to hang")
                self.world.kill_engine()
                self.world.faultline.off()
                stopped = [pid for pid in self.world.runners() if is_stopped(pid)]
                line = self.world.line()
                line.call("engine.status")
                for pid in stopped:
                    kill(pid, signal.SIGCONT)
                self.go()
                self.check(line, ids)

    def test_running(self):
        line = self.world.line()
        ids = self.add_many(line)
        until(lambda: len(self.world.marks()) == MANY, "all to run", 120)
        before = set(self.world.runners())
        self.world.kill_engine()
        line = self.world.line()
        self.go()
        self.assertEqual(set(self.world.runners()) - before, set(), "no other runner was started")
        self.check(line, ids)

    def test_cancelling(self):
        line = self.world.line()
        ids = [self.world.add(line, "echo %d >> starts; trap '' TERM; echo ready; while :; do sleep 1; done" % n) for n in range(12)]
        self.world.ended(line, ids, by=("running",))
        until(lambda: all(b"ready" in self.world.output(task_id) for task_id in ids), "all to be ready")
        numbers = [line.send("task.cancel", id=task_id) for task_id in ids]
        for number in numbers:
            line.answer(number)
        self.world.kill_engine()
        line = self.world.line()
        tasks = self.world.ended(line, ids)
        self.assertEqual({task["status"] for task in tasks.values()}, {"cancelled"})
        self.assertStartedOnce(self.world, ids)
        self.assertNothingLeft(self.world, line)

    def test_finishing(self):
        """Runners hang with their last word on disk and untold; then those that ended while no engine was there."""
        line = self.world.line()
        ids = self.add_many(line, 10)
        self.world.ended(line, ids, by=("running",))
        self.world.faultline.at("runner", "after:fdatasync", "/journal.ndjson", action="stop", budget=5)
        self.go()
        until(lambda: len([pid for pid in self.world.runners() if is_stopped(pid)]) == 5, "five runners to hang")
        self.world.kill_engine()
        stopped = [pid for pid in self.world.runners() if is_stopped(pid)]
        self.world.faultline.off()
        for pid in stopped[:3]:
            kill(pid, signal.SIGCONT)
        until(lambda: not any(alive(pid) for pid in stopped[:3]), "three to end unseen")
        line = self.world.line()
        for pid in stopped[3:]:
            kill(pid, signal.SIGCONT)
        self.check(line, ids)

    def test_while_it_stores_the_ends(self):
        line = self.world.line()
        ids = self.add_many(line, 20)
        self.world.ended(line, ids, by=("running",))
        self.world.faultline.at("engine", "fdatasync", "switchyard.db-wal", nth=2)  # ends share syncs
        engine = self.world.engine_pid()
        self.go()
        until(lambda: not alive(engine), "the engine to die", 60)
        self.world.faultline.off()
        self.check(self.world.line(), ids)


if __name__ == "__main__":
    main()
