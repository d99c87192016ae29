"""Processes that stand still instead of dying: the engine for half a minute, a runner, everything at once (suspend and resume)."""
import os
import signal
import time

from fault_world import SLOW, FaultTest, is_stopped, kill, main, until

LIMIT = 10 * SLOW  # promised are 2 s; this machine may be busy
LONG = 60 if os.environ.get("SWITCHYARD_LONG") else 8


class StoppedEngine(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=6)
        self.line = self.world.line()
        self.addCleanup(self.go_on)
        self.stopped = []

    def stop(self, *pids):
        self.stopped += pids
        for pid in pids:
            kill(pid, signal.SIGSTOP)
        until(lambda: all(map(is_stopped, pids)), "all to stand still")

    def go_on(self):
        for pid in self.stopped:
            kill(pid, signal.SIGCONT)
        self.stopped = []

    def counting(self):
        """A task that writes a number at each tick until it is told to end."""
        task_id = self.world.add(self.line, "n=0; until [ -e go ]; do echo $n; n=$((n + 1)); sleep 0.05; done")
        until(lambda: len(self.world.output(task_id)) > 3 if self.world.status(self.line, task_id) == "running" else False, "it to count")
        return task_id

    def finish(self, *task_ids):
        open(self.world.folder + "/go", "w").close()
        tasks = self.world.ended(self.line, task_ids)
        for task_id in task_ids:
            self.assertEqual(tasks[task_id]["status"], "completed", tasks[task_id]["reason"])
            numbers = [int(line) for line in self.world.output(task_id)]
            self.assertEqual(numbers, list(range(len(numbers))), "no line lost or doubled")
            self.assertGapless(self.world.events_of(self.line, task_id))
        self.assertNothingLeft(self.world, self.line)
        return tasks

    def test_every_click_is_refused_soon(self):
        task_id = self.counting()
        engine = self.world.engine_pid()
        self.stop(engine)
        for words in (["stop", task_id], ["run", "-q", "-b", "true"], ["tasks", "list"], ["engine", "status"], ["confirm", task_id]):
            with self.subTest(words[0]):
                begun = time.monotonic()
                done = self.world.swy(*words, status=6, timeout=90)
                self.assertSaid(done.stderr, "engine", "not answer")
                self.assertLess(time.monotonic() - begun, LIMIT)
        before = len(self.world.output(task_id))
        until(lambda: len(self.world.output(task_id)) > before + 20, "the task to go on meanwhile")
        self.assertEqual(self.world.engine_pid(), engine, "nobody started another engine beside it")
        self.go_on()
        self.line.call("engine.status")
        listed = self.line.call("task.list", limit=100)["tasks"]
        self.assertEqual([task["spec"]["id"] for task in listed], [task_id], "what was refused did not happen later")
        self.finish(task_id)

    def test_tasks_that_end_meanwhile(self):
        task_id = self.counting()
        quick = self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done; exit 3")
        self.world.ended(self.line, [quick], by=("running",))
        self.stop(self.world.engine_pid())
        open(self.world.folder + "/go", "w").close()
        until(lambda: not self.world.runners(), "both runners to end")
        self.go_on()
        tasks = self.world.ended(self.line, [task_id, quick])
        self.assertEqual([tasks[i]["status"] for i in (task_id, quick)], ["completed", "failed"])
        self.finish(task_id)

    def test_a_runner_that_stands_still(self):
        """Its clicks are refused in time; it is never taken for dead."""
        task_id = self.counting()
        self.stop(self.world.runner(task_id))
        begun = time.monotonic()
        done = self.world.swy("tasks", "pause", task_id, status=None, timeout=90)
        self.assertNotEqual(done.returncode, 0)
        self.assertSaid(done.stderr, "no answer")
        self.assertLess(time.monotonic() - begun, 2 * LIMIT)
        self.assertEqual(self.world.status(self.line, task_id), "running")
        self.go_on()
        # What was refused may still be in the runner's ear: a pause that comes late can be taken back.
        self.line.call("task.pause", id=task_id)
        self.line.call("task.resume", id=task_id)
        self.finish(task_id)

    def test_suspend_and_resume(self):
        """Everything stands still for a while, as when a lid is closed: nothing is given up, nothing runs twice."""
        ids = [self.counting() for _ in range(3)]
        follower = self.world.start("logs", "-f", ids[0])
        moving = self.world.processes()
        while moving:  # those that were born meanwhile too
            self.stopped += moving
            for pid in moving:
                kill(pid, signal.SIGSTOP)
            moving = [pid for pid in self.world.processes() if not is_stopped(pid)]
        end = time.monotonic() + LONG
        until(lambda: time.monotonic() > end, "the night to pass", LONG + 10)
        self.go_on()
        tasks = self.finish(*ids)
        self.assertEqual({task["attempt"] for task in tasks.values()}, {1})
        follower.communicate(timeout=60)

    def test_a_reader_that_stands_still(self):
        """A client that follows and does not read: the engine keeps nothing for it, the others are served."""
        self.line.subscribe()
        follower = self.world.start("logs", "-f", self.counting())
        self.stop(follower.pid)
        ids = [self.world.add(self.line, "seq 1000") for _ in range(10)]
        self.world.ended(self.line, ids, by=("completed",))
        self.go_on()


if __name__ == "__main__":
    main()
