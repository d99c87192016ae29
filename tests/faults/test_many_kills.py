"""200 tasks queued while the engine is killed ten times: never above the slots, none lost, none started twice."""
import random

from fault_world import FaultTest, main, until

TASKS, KILLS, SLOTS = 200, 10, 4


class ManyKills(FaultTest):
    def test_queue(self):
        numbers = random.Random(200)
        world = self.make_world(slots=SLOTS, faultline=False)
        # Each notes when it begins and ends, in one file: what overlaps is seen without a clock.
        command = "echo b%d >> notes; sleep 0.0%d; echo e%d >> notes"
        line, ids, number = world.line(), [], 0
        kills = sorted(numbers.sample(range(10, TASKS), KILLS - 2))
        while number < TASKS:
            if kills and number >= kills[0]:
                kills.pop(0)
                world.kill_engine()
            try:
                ids.append(world.add(line, command % (number, numbers.randrange(1, 9), number)))
                number += 1
            except (ConnectionError, OSError, TimeoutError):
                line = world.line()
                # The one under way may have been taken, its answer lost: an id that is not known belongs to it.
                known = {task["spec"]["id"]: task["spec"]["goal"] for task in line.call("task.list", limit=1000)["tasks"]}
                self.assertLessEqual(set(ids), set(known), "no task that was acknowledged is lost")
                extra = [task_id for task_id, goal in known.items() if task_id not in ids]
                self.assertLessEqual(len(extra), 1)
                for task_id in extra:
                    ids.append(task_id)
                    number += 1
        for _ in range(2):
            until(lambda: world.engine_pid(), "an engine")
            world.kill_engine()
            line = world.line()
        world.ended(line, ids, seconds=180, by=("completed",))
        self.check(world, line, ids)

    def check(self, world, line, ids):
        notes = world.marks("notes")
        begun = [note for note in notes if note[0] == "b"]
        self.assertEqual(len(begun), len(set(begun)), "none was started twice")
        self.assertEqual(len(begun), TASKS)
        self.assertEqual(len(ids), TASKS)
        running = most = 0
        for note in notes:
            running += 1 if note[0] == "b" else -1
            most = max(most, running)
        self.assertLessEqual(most, SLOTS)
        for task_id in ids[::10]:
            self.assertGapless(world.events_of(line, task_id))
            self.assertEqual(line.call("task.get", id=task_id)["task"]["attempt"], 1)
        self.assertNothingLeft(world, line)


if __name__ == "__main__":
    main()
