"""A task that kills its own runner each time: three attempts with pauses between them, then it is left alone, with all its journals; the queue moves on."""
import json
import os

from fault_world import FaultTest, main, until


class Poison(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=1)
        self.line = self.world.line()
        self.project = self.world.repository()

    def given_up(self, task_id):
        """Waits until the third attempt was the last; the lists of tasks lag some milliseconds behind the queue."""
        def state():
            task = self.line.call("task.get", id=task_id)["task"]
            return task["status"], task["attempt"]
        until(lambda: state() == ("interrupted", 3), lambda: "the third attempt to have ended so; it is %s, %d" % state(), 60)
        until(lambda: self.line.call("queue.status")["queued"] + self.line.call("queue.status")["running"] == 0, "nothing to be queued")
        self.assertEqual(state(), ("interrupted", 3))

    def test_three_attempts(self):
        self.world.agent("date +%%s%%N >> %s/starts; kill -9 $PPID; sleep 1000" % self.world.folder)
        poison = self.line.call("task.create", spec=self.world.agent_spec(self.project))["task"]["spec"]["id"]
        behind = [self.world.add(self.line, "echo %d" % number) for number in range(3)]
        self.world.ended(self.line, behind, by=("completed",))
        until(lambda: len(self.world.marks()) == 3, "three attempts", 60)
        self.given_up(poison)
        self.assertEqual(len(self.world.marks()), 3)
        for attempt in (1, 2, 3):
            path = "%s/state/tasks/%s/%d/journal.ndjson" % (self.world.root, poison, attempt)
            with open(path) as file:
                self.assertEqual(json.loads(file.readline())["seq"], 1)
        events = self.world.events_of(self.line, poison)
        self.assertGapless(events)
        told = [event["data"]["reason"] for event in events if event["data"].get("to") == "interrupted" != event["data"]["from"]]
        self.assertEqual(len(told), 3)
        self.assertSaid(self.world.swy("tasks", "show", poison).stdout, "interrupted", "runner died")
        self.assertNothingLeft(self.world, self.line)

    def test_the_count_survives_restarts(self):
        """An engine that is killed between the attempts does not begin to count anew."""
        self.world.agent("echo x >> %s/starts; kill -9 $PPID; sleep 1000" % self.world.folder)
        poison = self.line.call("task.create", spec=self.world.agent_spec(self.project))["task"]["spec"]["id"]
        for count in (1, 2, 3):
            until(lambda: len(self.world.marks()) >= count, "attempt %d" % count, 60)
            if self.world.engine_pid():
                self.world.kill_engine()
            self.line = self.world.line()
        self.given_up(poison)
        self.assertEqual(len(self.world.marks()), 3)
        self.assertNothingLeft(self.world, self.line)

    def test_retry_is_still_possible(self):
        self.world.agent("echo x >> %s/starts; [ -e %s/cured ] || kill -9 $PPID; exit 3" % (self.world.folder, self.world.folder))
        poison = self.line.call("task.create", spec=self.world.agent_spec(self.project))["task"]["spec"]["id"]
        until(lambda: len(self.world.marks()) == 3, "three attempts", 60)
        self.given_up(poison)
        open(os.path.join(self.world.folder, "cured"), "w").close()
        self.line.call("task.retry", id=poison)
        task = self.world.ended(self.line, [poison], by=("failed",))[poison]
        self.assertEqual(task["attempt"], 4)


if __name__ == "__main__":
    main()
