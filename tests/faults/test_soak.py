"""Twenty minutes of faults at random over two thousand short tasks: each ends exactly once, nothing grows, nothing is left.

SWITCHYARD_SOAK_SECONDS shortens it. The seed is printed: the same one brings the same faults.
"""
import os
import random
import sys
import time

from fault_world import SANITIZER, FaultTest, kill, main, memory, until

SECONDS = int(os.environ.get("SWITCHYARD_SOAK_SECONDS", 1200))
TASKS = max(50, SECONDS * 2000 // 1200)
PAUSE = 10 if SECONDS > 120 else 3
MB = 1 << 20


class Soak(FaultTest):
    def test_soak(self):
        seed = int(os.environ.get("SWITCHYARD_SOAK_SEED", random.randrange(1 << 30)))
        print("seed", seed, file=sys.stderr)
        numbers = random.Random(seed)
        world = self.make_world(slots=4, faultline=False)
        line = world.line()
        project = world.repository()
        world.agent("echo a$$ >> %s/starts; sleep 0.3; exit 3" % world.folder)
        ids, watched = [], []
        begun = fault_at = time.monotonic()
        while len(ids) < TASKS or time.monotonic() - begun < SECONDS:
            try:
                due = min(TASKS, int(TASKS * (time.monotonic() - begun) / SECONDS) + 1)
                while len(ids) < due:
                    if numbers.random() < 0.1:
                        ids.append(line.call("task.create", spec=world.agent_spec(project))["task"]["spec"]["id"])
                    else:
                        ids.append(world.add(line, "echo t%d >> starts; sleep 0.%d; exit %d" % (len(ids), numbers.randrange(9), numbers.random() < 0.2)))
                if time.monotonic() > fault_at:
                    fault_at += PAUSE
                    self.fault(numbers, world)
                    watched.append(self.figures(world))
                line.call("engine.status")
                time_left = min(0.2, max(0, fault_at - time.monotonic()))
                until(lambda end=time.monotonic() + time_left: time.monotonic() >= end, "the next moment")
            except (ConnectionError, OSError, TimeoutError):
                line = world.line()
        line = world.line()
        known = world.listed(line)
        self.assertEqual(set(ids) - set(known), set())
        tasks = world.ended(line, known, seconds=300)
        for task_id in tasks:
            events = world.events_of(line, task_id)
            self.assertGapless(events)
            ends = [e for e in events if e["kind"] == "task.status" and e["data"]["to"] in ("completed", "failed", "cancelled", "interrupted", "timed_out")
                    and e["data"]["from"] != e["data"]["to"]]
            self.assertEqual(len(ends), max(1, sum(e["data"].get("to") == "running" and e["data"].get("from") == "queued" for e in events)), task_id)
        marks = [mark for mark in world.marks() if mark[0] == "t"]
        self.assertEqual(len(marks), len(set(marks)), "no command ran twice")
        self.assertNothingLeft(world, line)
        self.assertEqual(line.call("engine.examine")["findings"], [])
        if not SANITIZER and watched:
            self.assertLess(max(figure["memory"] for figure in watched), 150 * MB)
            self.assertLess(max(figure["descriptors"] for figure in watched), 200)
            self.assertLess(max(figure["wal"] for figure in watched), 40 * MB)

    def fault(self, numbers, world):
        """One of F1 to F4."""
        what = numbers.choice(["engine", "runner", "command", "client", "all"])
        engine, runners = world.engine_pid(), world.runners()
        if what in ("engine", "all") and engine:
            kill(engine)
        if what in ("runner", "all") and runners:
            kill(numbers.choice(runners))
        if what == "command":
            commands = [pid for pid in world.processes() if not world.role(pid)]
            if commands:
                kill(numbers.choice(commands))
        if what == "client":
            client = world.start("logs", "-f", "000000")
            kill(client.pid)
            client.communicate()
            world.started.remove(client)

    def figures(self, world):
        engine = world.engine_pid()
        try:
            return {"memory": memory(engine, "VmRSS"), "descriptors": len(os.listdir("/proc/%d/fd" % engine)),
                    "wal": os.path.getsize(world.root + "/data/switchyard.db-wal")}
        except OSError:
            return {"memory": 0, "descriptors": 0, "wal": 0}


if __name__ == "__main__":
    main()
