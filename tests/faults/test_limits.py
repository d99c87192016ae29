"""Limits end a task with the limit named and its work kept; what it used is told; the rest of the machine does not notice."""
from fault_world import FaultTest, alive, kill, main, until


class Limits(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4, faultline=False)
        self.line = self.world.line()

    def ended_by(self, command, **limits):
        task_id = self.world.add(self.line, command, limits=limits)
        return task_id, self.world.ended(self.line, [task_id])[task_id]

    def test_limits_are_named(self):
        hog = "x=$(head -c 90000000 /dev/zero | tr '\\0' x); touch held; sleep 60; echo $x"
        for command, limits, words in (("while :; do echo y; done", {"output_bytes": 100_000}, "of output"),
                                       (hog, {"memory_bytes": 30 << 20}, "memory limit of 30.0 MiB"),
                                       ("touch kept; sleep 60", {"run_time_ms": 800}, "time limit")):
            with self.subTest(words):
                task_id, task = self.ended_by(command, **limits)
                self.assertEqual(task["status"], "timed_out", task["reason"])
                self.assertSaid(task["reason"], words, "kept")
        self.assertNothingLeft(self.world, self.line)

    def test_fork_bomb(self):
        """Bounded, the neighbour's events go on, and its end is quick."""
        neighbour = self.world.add(self.line, "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.2; done")
        bomb = self.world.add(self.line, "bomb() { bomb & bomb & sleep 60; }; bomb", limits={"processes": 60})
        tasks = self.world.ended(self.line, [neighbour])
        self.assertEqual(tasks[neighbour]["status"], "completed", tasks[neighbour]["reason"])
        events = self.world.events_of(self.line, bomb)
        hold = [e["data"]["trees"] for e in events if e["kind"] == "task.status" and "trees" in e["data"]][0]
        if hold == "limits":  # the kernel refuses further ones, and the task lives on
            self.line.call("task.cancel", id=bomb)
        task = self.world.ended(self.line, [bomb])[bomb]
        self.assertEqual(task["status"], "cancelled" if hold == "limits" else "timed_out", task["reason"])
        if hold != "limits":
            self.assertSaid(task["reason"], "limit of 60 processes")
        self.assertNothingLeft(self.world, self.line)

    def test_meters(self):
        task_id = self.world.add(self.line, "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 1.5")
        task = self.world.ended(self.line, [task_id])[task_id]
        meters = [e["data"] for e in self.world.events_of(self.line, task_id) if e["kind"] == "meters"]
        self.assertGreaterEqual(len(meters), 2)
        self.assertEqual([m.get("final", False) for m in meters], [False] * (len(meters) - 1) + [True])
        self.assertGreater(task["meters"]["cpu_ms"], 20)
        self.assertGreater(task["meters"]["peak_memory"], 0)
        self.assertIn("CPU", self.world.swy("tasks", "show", task_id).stdout)

    def test_log_parts_are_dropped_and_it_is_said(self):
        task_id = self.world.add(self.line, "head -c 12000000 /dev/zero | tr '\\0' x", limits={"log_bytes": 4_000_000})
        self.world.ended(self.line, [task_id])
        notices = [e["data"]["text"] for e in self.world.events_of(self.line, task_id) if e["kind"] == "notice"]
        self.assertEqual(len(notices), 1, notices)
        self.assertSaid(notices[0], "limit of 3.8 MiB", "oldest part was removed")

    def test_pause_stops_the_whole_tree_and_its_clock(self):
        counts = self.world.folder + "/count"
        command = "(setsid bash -c 'while :; do date +%%N >> %s; sleep 0.05; done' &); while :; do sleep 0.1 & wait; done" % counts
        task_id = self.world.add(self.line, command, limits={"run_time_ms": 60_000})
        size = lambda: len(self.world.marks("count"))  # noqa: E731
        until(lambda: size() > 3, "the tree to work")
        self.line.call("task.pause", id=task_id)
        until(lambda: self.world.status(self.line, task_id) == "paused", "the pause")
        paused = self.line.call("task.get", id=task_id)["task"]["elapsed_ms"]
        before = size()
        self.assertFalse(until_or_not(lambda: size() > before + 1, 1.0), "a member went on")
        self.assertEqual(self.line.call("task.get", id=task_id)["task"]["elapsed_ms"], paused)
        self.line.call("task.resume", id=task_id)
        until(lambda: size() > before + 3, "the tree to go on")
        self.line.call("task.cancel", id=task_id)
        self.assertEqual(self.world.ended(self.line, [task_id])[task_id]["status"], "cancelled")
        self.assertNothingLeft(self.world, self.line)

    def test_runners_come_from_the_nursery_and_without_it(self):
        find = lambda: [pid for pid in self.world.processes() if "--nursery" in self.world.words(pid)]  # noqa: E731
        nursery = until(find, "the nursery")[0]
        first = self.world.add(self.line, "sleep 60")
        runner = self.world.runner(first)
        with open("/proc/%d/stat" % runner) as stat:
            self.assertEqual(stat.read().rsplit(")", 1)[1].split()[1], str(nursery), "born from the nursery")
        self.assertTrue(kill(nursery))
        until(lambda: not alive(nursery), "its end")
        second = self.world.add(self.line, "echo on its own; sleep 60")
        until(lambda: self.world.output(second) == [b"on its own"], "a runner without the nursery")
        self.assertTrue(alive(runner))
        for task_id in (first, second):
            self.line.call("task.cancel", id=task_id)
        tasks = self.world.ended(self.line, [first, second])
        self.assertEqual({task["status"] for task in tasks.values()}, {"cancelled"})
        self.assertNothingLeft(self.world, self.line)


def until_or_not(condition, seconds):
    """Whether it came true within the time."""
    try:
        return bool(until(condition, "it", seconds))
    except AssertionError:
        return False


if __name__ == "__main__":
    main()
