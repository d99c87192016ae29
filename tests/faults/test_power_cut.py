"""The power goes: what was acknowledged is there, the database is sound, no state is lost; at most some output.

The loaded library keeps, of every file, what was synced last, and of every folder the names that it had when it was synced. “Power cut” means:
everything is killed and only that is left. More pessimistic than any file system: nothing reaches the disk by itself.
"""
import os
import random
import shutil
import signal
import sqlite3

from fault_world import FaultTest, kill, main, until

CUTS = 20 if os.environ.get("SWITCHYARD_LONG") else 5


class PowerCut(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4)
        self.durable = self.world.folder + "/durable"
        # The folders themselves were made long ago.
        line = self.world.line()
        line.close()
        self.world.swy("engine", "stop")
        until(lambda: not self.world.engine_pid(), "the engine to end")
        self.snapshot()

    def snapshot(self):
        """All that there is reached the disk."""
        shutil.rmtree(self.durable, ignore_errors=True)
        shutil.copytree(self.world.root, self.durable, ignore=shutil.ignore_patterns("run"))
        for folder, folders, files in os.walk(self.durable):
            with open(folder + "/.names", "w") as names:
                names.write("\n".join(folders + files) + "\n")
        self.world.faultline.set(recording=1)

    def cut(self):
        pids = self.world.processes()
        for pid in pids:
            kill(pid, signal.SIGSTOP)  # all at the same moment
        for pid in pids:
            kill(pid)
        until(lambda: not self.world.processes(), "everything to die")
        self.world.faultline.set(recording=0)
        shutil.rmtree(self.world.root)
        shutil.copytree(self.durable, self.world.root)
        self.forget_names(self.world.root)
        self.snapshot()
        copy = self.world.folder + "/look"
        shutil.copytree(self.world.root + "/data", copy)
        with sqlite3.connect(copy + "/switchyard.db") as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        database.close()
        shutil.rmtree(copy)

    def forget_names(self, folder):
        """Removes what no synced folder names."""
        names = set()
        if os.path.exists(folder + "/.names"):
            with open(folder + "/.names") as file:
                names = set(file.read().splitlines())
            os.unlink(folder + "/.names")
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name not in names:
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
            elif os.path.isdir(path):
                self.forget_names(path)

    def test_acknowledged_is_durable(self):
        numbers = random.Random(13)
        known, ended = {}, {}
        for round_ in range(CUTS):
            with self.subTest(round_):
                line = self.world.line()
                listed = self.world.listed(line)
                self.assertLessEqual(set(known), set(listed), "every task that was acknowledged is there")
                for task_id, status in ended.items():
                    self.assertEqual(listed[task_id]["status"], status, "an end that was told stays")
                line.subscribe(line.greeting["position"])
                stop_at = numbers.randrange(3, 30)
                for number in range(stop_at):
                    task_id = self.world.add(line, "echo %d; sleep 0.0%d" % (number, number % 10))
                    known[task_id] = number
                if round_ % 2:
                    line.follow(lambda: sum(e["data"].get("to") == "completed" for e in line.events) >= min(4, stop_at), "some ends")
                for event in line.events:
                    if event["data"].get("to") in ("completed", "failed", "interrupted"):
                        ended[event["task"]] = event["data"]["to"]
                    elif event["data"].get("to") == "queued":
                        ended.pop(event["task"], None)
                line.close()
                self.cut()
        line = self.world.line()
        tasks = self.world.ended(line, known, seconds=120)
        self.assertLessEqual({task["status"] for task in tasks.values()}, {"completed", "interrupted", "failed"})
        for task_id in known:
            self.assertGapless(self.world.events_of(line, task_id))
        self.assertEqual(line.call("engine.examine")["findings"], [])
        self.assertNothingLeft(self.world, line)

    def test_a_waiting_confirmation(self):
        """The command that waits for a code did not run, will not run, and its task is told as interrupted."""
        self.world.swy("code", "set", input="6283\n")
        victim = self.world.folder + "/victim"
        with open(victim, "w") as file:
            file.write("x")
        line = self.world.line()
        task_id = self.world.add(line, "rm victim")
        self.world.ended(line, [task_id], by=("waiting",))
        line.close()
        self.cut()
        line = self.world.line()
        task = self.world.ended(line, [task_id])[task_id]
        self.assertEqual(task["status"], "interrupted")
        self.assertEqual(line.call("confirmation.list")["confirmations"], [])
        self.assertTrue(os.path.exists(victim))
        # The code is the old one still.
        again = self.world.add(line, "rm victim")
        self.world.ended(line, [again], by=("waiting",))
        self.world.swy("confirm", again, input="6283\n")
        self.assertEqual(self.world.ended(line, [again])[again]["status"], "completed")


if __name__ == "__main__":
    main()
