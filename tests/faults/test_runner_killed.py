"""kill -9 of the runner at each phase, alone and with engine and command: told as interrupted, its tree dead, nothing left, never “running” for ever."""
import os
import signal

from fault_world import FaultTest, Refused, alive, kill, main, until


def is_nursery(pid):
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as words:
            return b"--nursery" in words.read()
    except OSError:  # gone
        return False


class RunnerKilled(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=20)
        self.line = self.world.line()

    def interrupted(self, task_id, by=("interrupted",)):
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertIn(task["status"], by, task["reason"])
        self.assertGapless(self.world.events_of(self.line, task_id))
        self.assertNothingLeft(self.world, self.line)
        return task

    def test_before_it_has_its_lock(self):
        self.world.faultline.at("runner", "flock", "/runner.lock")
        task = self.interrupted(self.world.add(self.line, "true"), by=("failed",))
        self.assertSaid(task["reason"], "did not start")

    def test_with_its_lock_and_no_event(self):
        self.world.faultline.at("runner", "after:bind", "/runners/")
        task = self.interrupted(self.world.add(self.line, "true"), by=("failed",))
        self.assertSaid(task["reason"], "did not start")

    def test_at_its_first_event(self):
        self.world.faultline.at("runner", "fdatasync", "/journal.ndjson")
        self.interrupted(self.world.add(self.line, "sleep 1000"))

    def test_running_with_a_tree_of_escapers(self):
        for way in ("tree 30", "setsid", "daemon", "clean-daemon", "ignore-term", "subreaper", "pid-namespace"):
            with self.subTest(way):
                task_id = self.world.add(self.line, self.world.awkward(way))
                until(lambda: b"ready" in self.world.output(task_id) if self.world.status(self.line, task_id) == "running" else False, "its tree")
                self.assertTrue(kill(self.world.runner(task_id)))
                task = self.interrupted(task_id)
                self.assertSaid(task["reason"], "runner died", "last event")

    def test_many_at_once(self):
        ids = [self.world.add(self.line, "echo ready; sleep 1000 & sleep 1000") for _ in range(15)]
        self.world.ended(self.line, ids, by=("running",))
        for pid in self.world.runners():
            kill(pid)
        tasks = self.world.ended(self.line, ids)
        self.assertEqual({task["status"] for task in tasks.values()}, {"interrupted"})
        self.assertNothingLeft(self.world, self.line)

    def test_while_its_remains_are_ended(self):
        """What comes in meanwhile, for tasks whose runner is known to be gone: requests, and a stir in the folder of sockets."""
        ids = [self.world.add(self.line, self.world.awkward("tree", 30)) for _ in range(6)]
        until(lambda: all(self.world.status(self.line, task_id) == "running" and b"ready" in self.world.output(task_id) for task_id in ids), "their trees")
        for pid in self.world.runners():
            kill(pid)
        stir = self.world.runtime() + "/runners/stir"
        asked = []

        def ended():
            open(stir, "w").close()
            os.unlink(stir)
            asked.extend(self.line.send(method, id=task_id) for task_id in ids for method in ("task.pause", "task.cancel"))
            return all(self.world.status(self.line, task_id) == "interrupted" for task_id in ids)
        until(ended, "all to be told as interrupted")
        for number in asked:
            with self.assertRaises(Refused):
                self.line.answer(number)
        self.assertNothingLeft(self.world, self.line)

    def test_paused(self):
        task_id = self.world.add(self.line, self.world.awkward("wait"))
        until(lambda: self.world.status(self.line, task_id) == "running" and b"ready" in self.world.output(task_id), "it to run")
        self.line.call("task.pause", id=task_id)
        kill(self.world.runner(task_id))
        self.interrupted(task_id)

    def test_cancelling(self):
        task_id = self.world.add(self.line, self.world.awkward("ignore-term"))
        until(lambda: self.world.status(self.line, task_id) == "running" and b"ready" in self.world.output(task_id), "it to run")
        runner = self.world.runner(task_id)
        self.line.call("task.cancel", id=task_id)
        kill(runner)
        self.interrupted(task_id)

    def test_finishing(self):
        """With the command ended but the word of it not on disk; and with it on disk but nobody told."""
        task_id = self.world.add(self.line, "until [ -e go ]; do sleep 0.1; done")
        self.world.ended(self.line, [task_id], by=("running",))
        self.world.faultline.at("runner", "fdatasync", "/journal.ndjson")
        open(self.world.folder + "/go", "w").close()
        # Written, not synced, and still there: a killed process loses nothing that it wrote.
        self.assertEqual(self.interrupted(task_id, by=("completed", "interrupted"))["attempt"], 1)
        self.world.faultline.at("runner", "after:fdatasync", "/journal.ndjson", nth=2)
        task_id = self.world.add(self.line, "true")
        self.assertEqual(self.interrupted(task_id, by=("completed",))["status"], "completed")

    def test_engine_runner_and_command_together(self):
        ids = [self.world.add(self.line, "echo $$ >> pids; sleep 1000 & setsid sleep 1001 & wait") for _ in range(5)]
        self.world.ended(self.line, ids, by=("running",))
        until(lambda: len(self.world.marks("pids")) == 5, "the commands")
        for pid in [self.world.engine_pid(), *self.world.runners(), *map(int, self.world.marks("pids"))]:
            kill(pid)
        until(lambda: not self.world.engine_pid(), "the engine to die")
        self.line = self.world.line()
        tasks = self.world.ended(self.line, ids)
        self.assertEqual({task["status"] for task in tasks.values()}, {"interrupted"})
        self.assertNothingLeft(self.world, self.line)

    def test_an_agent_task_is_tried_again(self):
        """attempt + 1 in the same worktree, with the work of the first still there."""
        project = self.world.repository()
        self.world.agent("echo $SWITCHYARD_TREE >> %s/starts; echo half > half.txt; if [ -e %s/again ]; then exit 3; fi; sleep 1000"
                         % (self.world.folder, self.world.folder))
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        until(lambda: len(self.world.marks()) == 1, "the agent to start")
        open(self.world.folder + "/again", "w").close()
        runner = self.world.runner(task_id)
        kill(runner)
        until(lambda: len(self.world.marks()) == 2, "another attempt")
        until(lambda: self.line.call("task.get", id=task_id)["task"]["attempt"] == 2, "it to be told")
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertEqual((task["status"], task["attempt"]), ("failed", 2))
        told = [event["data"]["to"] for event in self.world.events_of(self.line, task_id) if event["kind"] == "task.status"]
        self.assertIn("interrupted", told)
        with open(task["worktree"] + "/half.txt") as file:
            self.assertEqual(file.read(), "half\n")
        self.assertFalse(alive(runner))
        self.assertNothingLeft(self.world, self.line)

    def test_what_runners_are_forked_from_hangs(self):
        """It is replaced, and what it was asked for is started once: neither given up nor begun by it later."""
        engine = self.world.engine_pid()

        def nursery():
            with open("/proc/%d/task/%d/children" % (engine, engine)) as children:
                return next((int(pid) for pid in children.read().split() if is_nursery(pid)), None)
        pid = until(nursery, "a nursery")
        self.world.ended(self.line, [self.world.add(self.line, "true")])  # it is ready by now
        kill(pid, signal.SIGSTOP)
        task_id = self.world.add(self.line, "echo $$ >> %s/pids" % self.world.folder)
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertEqual((task["status"], task["attempt"]), ("completed", 1))
        until(lambda: not alive(pid), "the nursery to be ended")
        self.assertEqual(len(self.world.marks("pids")), 1)
        self.assertNothingLeft(self.world, self.line)

    def test_a_reused_pid_is_not_its(self):
        """Proof of life is the lock: another process with the runner's number in every file changes nothing."""
        task_id = self.world.add(self.line, "sleep 1000")
        self.world.ended(self.line, [task_id], by=("running",))
        lock = "%s/state/tasks/%s/1/runner.lock" % (self.world.root, task_id)
        kill(self.world.runner(task_id))
        with open(lock, "w") as file:
            file.write("1")  # init lives
        self.interrupted(task_id)


if __name__ == "__main__":
    main()
