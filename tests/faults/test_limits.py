"""One task that runs wild: a fork bomb and endless allocation are ended by their limits, named; the others do not notice.

Everything is bounded twice, so that no mistake of ours hurts the machine: the bomb by RLIMIT_NPROC or a control group of the test's own, the memory
by the program itself.
"""
import os
import resource

from fault_world import FaultTest, main, until

MB = 1 << 20


class Limits(FaultTest):
    def setUp(self):
        self.fence = self.make_fence()
        self.world = self.make_world(slots=4)
        self.line = self.world.line()

    def make_fence(self):
        """At most 1,500 processes for this test and all that it starts; what kind of fence, or None."""
        for folder in ("/sys/fs/cgroup/pids", "/sys/fs/cgroup"):
            group = "%s/switchyard-test-%d" % (folder, os.getpid())
            try:
                os.mkdir(group)
                with open(group + "/pids.max", "w") as file:
                    file.write("1500")
                with open(group + "/cgroup.procs", "w") as file:
                    file.write(str(os.getpid()))

                def leave(folder=folder, group=group):
                    with open(folder + "/cgroup.procs", "w") as file:
                        file.write(str(os.getpid()))
                    until(lambda: self.removed(group), "the fence to be empty", 30)
                self.addCleanup(leave)
                return "control group"
            except OSError:
                if os.path.isdir(group):
                    os.rmdir(group)
        if os.geteuid() != 0:  # the kernel does not hold root to it
            soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
            resource.setrlimit(resource.RLIMIT_NPROC, (min(3000, hard) if hard > 0 else 3000, hard))
            self.addCleanup(resource.setrlimit, resource.RLIMIT_NPROC, (soft, hard))
            return "resource limit"
        return None

    @staticmethod
    def removed(group):
        try:
            os.rmdir(group)
        except OSError:
            return not os.path.isdir(group)
        return True

    def test_fork_bomb(self):
        if not self.fence:
            self.skipTest("no control group of processes can be made here and root is not held to resource limits: a bomb would not be safe; runs as an ordinary user, or in a delegated control group")
        script = self.world.folder + "/bomb.py"
        with open(script, "w") as file:
            file.write("import os, time\nend = time.monotonic() + 60\nwhile time.monotonic() < end:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(0.05)\n")
        bomb = self.world.add(self.line, "python3 " + script, limits={"processes": 120})
        others = [self.world.add(self.line, "echo %d" % number) for number in range(6)]
        self.world.ended(self.line, others, seconds=60, by=("completed",))
        until(lambda: self.world.status(self.line, bomb) != "running" or
              any(e["kind"] == "notice" and "processes" in e["data"]["text"] for e in self.world.events_of(self.line, bomb)), "the limit to be met", 60)
        if self.world.status(self.line, bomb) == "running":  # the kernel refuses; the task goes on until somebody ends it
            self.line.call("task.cancel", id=bomb)
        task = self.world.ended(self.line, [bomb], seconds=60)[bomb]
        self.assertIn(task["status"], ("timed_out", "cancelled", "failed"))
        if task["status"] == "timed_out":
            self.assertSaid(task["reason"], "limit of 120 processes")
        self.assertNothingLeft(self.world, self.line)

    def test_endless_allocation(self):
        script = self.world.folder + "/greedy.py"
        with open(script, "w") as file:
            file.write("import time\nheld = []\nfor _ in range(60):\n    held.append(bytearray(10_000_000))\n    time.sleep(0.05)\ntime.sleep(1000)\n")
        greedy = self.world.add(self.line, "python3 " + script, limits={"memory_bytes": 150 * MB})
        other = self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done")
        task = self.world.ended(self.line, [greedy], seconds=90)[greedy]
        self.assertIn(task["status"], ("timed_out", "failed"))
        self.assertSaid(task["reason"], "memory limit")
        self.assertEqual(self.world.status(self.line, other), "running", "only it is ended")
        open(self.world.folder + "/go", "w").close()
        self.world.ended(self.line, [other], by=("completed",))
        self.assertNothingLeft(self.world, self.line)

    def test_endless_output(self):
        loud = self.world.add(self.line, "yes", limits={"output_bytes": 50 * MB})
        task = self.world.ended(self.line, [loud], seconds=90)[loud]
        self.assertEqual(task["status"], "timed_out", task["reason"])
        self.assertSaid(task["reason"], "output")
        self.assertNothingLeft(self.world, self.line)

    def test_time(self):
        ids = [self.world.add(self.line, command, limits={"run_time_ms": 1500})
               for command in ("sleep 1000", self.world.awkward("ignore-term"), self.world.awkward("tree", 30))]
        tasks = self.world.ended(self.line, ids, seconds=60)
        self.assertEqual({task["status"] for task in tasks.values()}, {"timed_out"})
        for task in tasks.values():
            self.assertSaid(task["reason"], "time limit")
        self.assertNothingLeft(self.world, self.line)


if __name__ == "__main__":
    main()
