"""The same thing delivered twice, and results that come too late: one is accepted, the others are refused and change nothing."""
import json
import subprocess

from fault_world import BIN, FaultTest, Line, Refused, kill, main, until


class Duplicates(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4)
        self.line = self.world.line()

    def runner(self, task_id, attempt=1):
        return subprocess.run([BIN + "/swy", "runner", "--task", task_id, "--attempt", str(attempt)], env=self.world.environment,
                              capture_output=True, text=True, timeout=60)

    def refused(self, code, method, **params):
        with self.assertRaises(Refused) as caught:
            self.line.call(method, **params)
        self.assertEqual(json.loads(str(caught.exception))["data"]["code"], code)

    def test_two_runners_for_one_attempt(self):
        task_id = self.world.add(self.line, "echo %d >> starts; until [ -e go ]; do sleep 0.1; done" % 1)
        self.world.ended(self.line, [task_id], by=("running",))
        second = self.runner(task_id)
        self.assertNotEqual(second.returncode, 0)
        self.assertSaid(second.stderr, "held by another process")
        open(self.world.folder + "/go", "w").close()
        self.world.ended(self.line, [task_id], by=("completed",))
        self.assertStartedOnce(self.world, [task_id])

    def test_an_attempt_that_has_run(self):
        task_id = self.world.add(self.line, "echo 1 >> starts")
        self.world.ended(self.line, [task_id], by=("completed",))
        self.assertNothingLeft(self.world, self.line)
        events = self.world.events_of(self.line, task_id)
        again = self.runner(task_id)
        self.assertNotEqual(again.returncode, 0)
        self.assertSaid(again.stderr, "has run already")
        self.assertStartedOnce(self.world, [task_id])
        self.assertEqual(self.world.events_of(self.line, task_id), events)

    def test_a_late_result_of_an_earlier_attempt(self):
        """Attempt 1 dies, is tried again; then its journal says it completed after all. The second attempt's result counts."""
        task_id = self.world.add(self.line, "until [ -e go ]; do sleep 0.1; done; exit 3")
        self.world.ended(self.line, [task_id], by=("running",))
        kill(self.world.runner(task_id))
        self.world.ended(self.line, [task_id], by=("interrupted",))
        self.line.call("task.retry", id=task_id)
        until(lambda: self.line.call("task.get", id=task_id)["task"]["attempt"] == 2, "the second attempt")
        journal = "%s/state/tasks/%s/1/journal.ndjson" % (self.world.root, task_id)
        with open(journal) as file:
            last = json.loads(file.read().splitlines()[-1])
        with open(journal, "a") as file:
            file.write(json.dumps({**{key: last[key] for key in ("v", "task", "attempt", "t")}, "seq": last["seq"] + 1, "kind": "task.status",
                                   "data": {"from": "running", "to": "completed", "reason": "late"}}, separators=(",", ":")) + "\n")
        self.world.kill_engine()
        self.line = self.world.line()
        self.assertEqual(self.world.status(self.line, task_id), "running")
        open(self.world.folder + "/go", "w").close()
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertEqual((task["status"], task["attempt"]), ("failed", 2))
        self.assertSaid(task["reason"], "exit code 3")

    def test_commands_sent_again(self):
        task_id = self.world.add(self.line, "sleep 1000")
        self.world.ended(self.line, [task_id], by=("running",))
        self.refused("conflict", "task.retry", id=task_id)
        self.refused("conflict", "task.resume", id=task_id)
        for _ in range(3):
            self.line.call("task.pause", id=task_id)
        self.line.call("task.resume", id=task_id)
        self.refused("conflict", "task.resume", id=task_id)
        answers = [self.line.send("task.cancel", id=task_id) for _ in range(5)]
        for number in answers:
            try:
                self.line.answer(number)
            except Refused as refusal:
                self.assertIn("ended already", str(refusal))
        self.world.ended(self.line, [task_id], by=("cancelled",))
        self.refused("conflict", "task.cancel", id=task_id)
        self.refused("conflict", "task.pause", id=task_id)
        told = [e["data"]["to"] for e in self.world.events_of(self.line, task_id) if e["kind"] == "task.status"]
        self.assertEqual(told, ["queued", "running", "paused", "running", "cancelled"])

    def test_a_confirmation_answered_twice(self):
        """Ten right codes at once: the command runs once; the other nine are told that it was answered."""
        self.world.swy("code", "set", input="6283\n")
        with open(self.world.folder + "/victim", "w") as file:
            file.write("x")
        task_id = self.world.add(self.line, "rm victim && echo 1 >> starts")
        self.world.ended(self.line, [task_id], by=("waiting",))
        (request,) = self.line.call("confirmation.list")["confirmations"]
        other = Line(self.world.root + "/run/engine.sock")
        self.world.lines.append(other)
        asked = [(line, line.send("confirmation.answer", id=request["id"], allow=True, code="6283")) for line in [self.line, other] * 5]
        accepted = 0
        for line, number in asked:
            try:
                line.answer(number)
                accepted += 1
            except Refused as refusal:
                self.assertIn(json.loads(str(refusal))["data"]["code"], ("conflict", "limit"))
        self.assertEqual(accepted, 1)
        self.world.ended(self.line, [task_id], by=("completed",))
        self.assertStartedOnce(self.world, [task_id])
        answered = [e for e in self.world.events_of(self.line, task_id) if e["kind"] == "confirmation.answered"]
        self.assertEqual(len(answered), 1)

    def test_retry_pressed_many_times(self):
        task_id = self.world.add(self.line, "echo x$RANDOM$RANDOM >> starts; exit 3")
        self.world.ended(self.line, [task_id], by=("failed",))
        for number in [self.line.send("task.retry", id=task_id) for _ in range(8)]:
            try:
                self.line.answer(number)
            except Refused:
                pass
        until(lambda: self.line.call("queue.status")["running"] + self.line.call("queue.status")["queued"] == 0, "quiet")
        task = self.line.call("task.get", id=task_id)["task"]
        self.assertEqual(len(self.world.marks()), task["attempt"])
        self.assertGapless(self.world.events_of(self.line, task_id))
        self.assertNothingLeft(self.world, self.line)


if __name__ == "__main__":
    main()
