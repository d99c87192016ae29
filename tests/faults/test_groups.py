"""What the group of an attempt is for: meters, bounded logs, pause of all members, runners from the nursery and without it."""
import os
import select
import subprocess

from fault_world import BIN, FaultTest, Refused, alive, is_frozen, kill, main, parent, until


class Groups(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4, faultline=False)
        self.line = self.world.line()

    def test_meters(self):
        task_id = self.world.add(self.line, "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 1.5")
        task = self.world.ended(self.line, [task_id])[task_id]
        meters = [e["data"] for e in self.world.events_of(self.line, task_id) if e["kind"] == "meters"]
        self.assertGreaterEqual(len(meters), 2)
        self.assertEqual([m.get("final", False) for m in meters], [False] * (len(meters) - 1) + [True])
        self.assertGreater(task["meters"]["cpu_ms"], 20)
        self.assertGreater(task["meters"]["peak_memory"], 0)
        self.assertIn("CPU", self.world.swy("tasks", "show", task_id).stdout)

    def test_followed_output_is_shown_as_it_comes(self):
        task_id = self.world.add(self.line, "echo first; until [ -e go ]; do sleep 0.05; done; echo last")
        until(lambda: self.world.runners(task_id) and os.path.exists("%s/state/tasks/%s/1/output.log" % (self.world.root, task_id)), "its log")
        follower = subprocess.Popen([BIN + "/swy", "logs", "-f", task_id], stdout=subprocess.PIPE, env=self.world.environment)
        self.addCleanup(follower.stdout.close)
        seen = []
        while b"first\n" not in seen:  # comes while the task still runs, not with its end
            self.assertTrue(select.select([follower.stdout], [], [], 60)[0], "a line within a minute")
            seen += os.read(follower.stdout.fileno(), 4096).splitlines(keepends=True)
        open(self.world.folder + "/go", "w").close()
        self.assertIn(b"last\n", follower.stdout.read().splitlines(keepends=True))
        self.assertEqual(follower.wait(60), 0)

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

        def born():
            task_id = self.world.add(self.line, "sleep 60")
            runner = self.world.runner(task_id)
            if parent(runner) == nursery:
                return task_id, runner
            self.line.call("task.cancel", id=task_id)  # it was not ready yet: the engine does not wait for it
            self.world.ended(self.line, [task_id])
            return None
        first, runner = until(born, "a runner born from the nursery", 60)
        self.assertTrue(kill(nursery))
        until(lambda: not alive(nursery), "its end")
        second = self.world.add(self.line, "echo here >> second; sleep 60")
        until(lambda: self.world.marks("second"), "a runner without the nursery")
        self.assertTrue(alive(runner))
        for task_id in (first, second):
            self.line.call("task.cancel", id=task_id)
        tasks = self.world.ended(self.line, [first, second])
        self.assertEqual({task["status"] for task in tasks.values()}, {"cancelled"})
        self.assertNothingLeft(self.world, self.line)

    def test_cancel_and_pause_at_any_moment_of_the_start(self):
        """Also while the command is judged, when nothing runs yet that could be ended or stopped."""
        for delay in range(0, 80, 2):
            task_id = self.world.add(self.line, "sleep 1000")
            self.world.runner(task_id)
            select.select([], [], [], delay / 1000)
            until(lambda: self.called("task.pause" if delay % 4 else "task.cancel", task_id), "a runner that hears")
            if delay % 4:
                until(lambda: self.world.status(self.line, task_id) == "paused", "the pause")
                runners = self.world.runners(task_id)
                until(lambda: all(is_frozen(pid) for pid in self.world.processes() if parent(pid) in runners), "all to stand still")
                self.line.call("task.cancel", id=task_id)
            task = self.world.ended(self.line, [task_id])[task_id]
            self.assertEqual(task["status"], "cancelled", task["reason"])
        self.assertNothingLeft(self.world, self.line)

    def called(self, method, task_id):
        """False while the runner refuses: it starts or has just ended."""
        try:
            self.line.call(method, id=task_id)
            return True
        except Refused:
            return False


def until_or_not(condition, seconds):
    """Whether it came true within the time."""
    try:
        return bool(until(condition, "it", seconds))
    except AssertionError:
        return False


if __name__ == "__main__":
    main()
