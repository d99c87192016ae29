"""The wall clock jumps by an hour or a day, both ways, in the middle of everything: only displayed times change."""
import datetime
import time

from fault_world import FaultTest, main, until

HOUR, DAY = 3600_000, 24 * 3600_000


class Clock(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=3, settings="keep_days=30\n")
        self.line = self.world.line()

    def jump(self, milliseconds):
        self.world.faultline.set(clock_offset_ms=milliseconds)

    def test_tasks_run_through_it(self):
        task_id = self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done", limits={"run_time_ms": 600_000})
        queued = [self.world.add(self.line, "echo %d >> starts" % number) for number in range(4)]
        self.world.ended(self.line, [task_id], by=("running",))
        for jump in (HOUR, -HOUR, DAY, -DAY, 30 * DAY, 0):
            self.jump(jump)
            self.line.call("engine.status")
            new = self.world.add(self.line, "echo j%d >> starts" % jump)
            self.world.ended(self.line, [new], by=("completed",))
            self.assertEqual(self.world.status(self.line, task_id), "running")
            queued.append(new)
        open(self.world.folder + "/go", "w").close()
        tasks = self.world.ended(self.line, [task_id, *queued])
        self.assertEqual({task["status"] for task in tasks.values()}, {"completed"})
        self.assertStartedOnce(self.world, queued)
        self.assertLess(tasks[task_id]["elapsed_ms"], 300_000, "durations are measured, not subtracted")
        for ended in tasks:
            self.assertGapless(self.world.events_of(self.line, ended))
        self.assertNothingLeft(self.world, self.line)

    def test_limits_count_real_time(self):
        """A jump forward must not end a task by its time limit, a jump back must not give it an hour more."""
        limit = 4_000
        for jump in (HOUR, -HOUR):
            with self.subTest(jump):
                self.jump(0)
                task_id = self.world.add(self.line, "echo up; sleep 1000", limits={"run_time_ms": limit})
                self.world.ended(self.line, [task_id], by=("running", "timed_out"))
                self.jump(jump)
                task = self.world.ended(self.line, [task_id])[task_id]
                self.assertEqual(task["status"], "timed_out")
                self.assertGreaterEqual(task["elapsed_ms"], limit)
                self.assertLess(task["elapsed_ms"], HOUR)

    def test_a_confirmation_keeps_its_deadline(self):
        self.world.swy("code", "set", input="6283\n")
        for jump in (DAY, -DAY):
            with self.subTest(jump):
                self.jump(0)
                with open(self.world.folder + "/victim", "w") as file:
                    file.write("x")
                task_id = self.world.add(self.line, "rm victim")
                self.world.ended(self.line, [task_id], by=("waiting",))
                self.jump(jump)
                self.line.call("engine.status")
                self.world.swy("confirm", task_id, input="6283\n")
                self.assertEqual(self.world.ended(self.line, [task_id])[task_id]["status"], "completed")

    def test_a_lock_out_ends_although_the_clock_went_back(self):
        self.world.swy("code", "set", input="6283\n")
        with open(self.world.folder + "/victim", "w") as file:
            file.write("x")
        self.jump(DAY)
        first = self.world.add(self.line, "rm victim")
        self.world.ended(self.line, [first], by=("waiting",))
        for _ in range(5):
            self.world.swy("confirm", first, input="1111\n", status=None)
        task_id = self.world.add(self.line, "rm victim")
        self.world.ended(self.line, [task_id], by=("waiting",))
        self.jump(0)
        said = self.world.swy("confirm", task_id, input="6283\n", status=None).stderr
        if "too many" in said.lower():
            seconds = int("".join(filter(str.isdigit, said.split("another")[1])))
            self.assertLessEqual(seconds, 3600, "a clock set back must not lock for ever")
        self.world.swy("confirm", "--deny", task_id)

    def test_pauses_before_another_attempt(self):
        """Back-off is real time too: a clock set back a day must not postpone the retry by a day."""
        project = self.world.repository()
        self.world.agent("echo x >> %s/starts; kill -9 $PPID; sleep 5" % self.world.folder)
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        until(lambda: len(self.world.marks()) >= 1, "the first attempt")
        self.jump(-DAY)
        task = self.world.ended(self.line, [task_id], by=("interrupted",))[task_id]
        until(lambda: len(self.world.marks()) == 3, lambda: "the third attempt; %s" % self.line.call("task.get", id=task_id)["task"]["status"], 60)
        self.assertIsNotNone(task)

    def test_daylight_saving(self):
        """The local hour that is missing, and the one that comes twice, begin while tasks run and wait."""
        self.world.kill_engine()
        self.world.environment["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
        for year, month, day in ((2027, 3, 28), (2027, 10, 31)):
            with self.subTest(month=month):
                change = datetime.datetime(year, month, day, 1, tzinfo=datetime.UTC).timestamp() * 1000
                self.jump(round(change - time.time() * 1000) - 600_000)
                self.line = self.world.line()
                go = "%s/go%d" % (self.world.folder, month)
                task_id = self.world.add(self.line, "until [ -e %s ]; do sleep 0.05; done" % go, limits={"run_time_ms": 600_000})
                self.world.ended(self.line, [task_id], by=("running",))
                self.jump(round(change - time.time() * 1000) - 500)
                later = self.world.add(self.line, "echo %d >> starts" % month, not_before=round(change) + 2000)
                self.world.ended(self.line, [later], by=("completed",))
                open(go, "w").close()
                task = self.world.ended(self.line, [task_id])[task_id]
                self.assertEqual(task["status"], "completed", task["reason"])
                self.assertLess(task["elapsed_ms"], 300_000)
                times = [event["t"] for event in self.world.events_of(self.line, task_id)]
                self.assertEqual(times, sorted(times))
                self.assertLess(times[0], change)
                self.assertGreater(times[-1], change)
                self.assertLess(times[-1] - times[0], 900_000)
                started = next(event["t"] for event in self.world.events_of(self.line, later) if event["data"].get("to") == "running")
                self.assertGreaterEqual(started, change + 2000)
                self.assertIn(later, self.world.swy("tasks", "list").stdout)
                self.world.kill_engine()
        self.line = self.world.line()
        self.assertEqual(len(self.world.marks()), 2)
        self.assertNothingLeft(self.world, self.line)

    def test_an_engine_started_in_another_time(self):
        ids = [self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done; echo %d >> starts" % n) for n in range(5)]
        for jump in (DAY, -DAY):
            self.world.kill_engine()
            self.jump(jump)
            self.line = self.world.line()
            until(lambda: self.line.call("queue.status")["running"] == 3, "three to run")
        open(self.world.folder + "/go", "w").close()
        self.world.ended(self.line, ids, by=("completed",))
        self.assertStartedOnce(self.world, ids)
        for task_id in ids:
            self.assertGapless(self.world.events_of(self.line, task_id))


if __name__ == "__main__":
    main()
