"""The disk is full, in the middle of everything: no crash, no agent held up, what is lost is counted and told, ends are saved, all is well soon after there is room.

As any user the programs are told so by the loaded library; as root also by a real file system of 64 MB.
"""
import os
import sqlite3
import subprocess
import sys

from fault_world import FINISHED, FaultTest, Refused, main, until

MB = 1 << 20


class DiskFull(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=6)
        self.line = self.world.line()

    def fill(self):
        self.world.faultline.set(free_bytes=0, full=1)

    def make_room(self):
        self.world.faultline.set(free_bytes=200 * MB)

    def sound(self):
        with sqlite3.connect("file:%s?mode=ro" % (self.world.root + "/data/switchyard.db"), uri=True) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        database.close()

    def finish(self, ids, line=None):
        line = line or self.line
        tasks = self.world.ended(line, ids, seconds=60)
        for task_id in ids:
            self.assertGapless(self.world.events_of(line, task_id))
        new = self.world.add(line, "echo well again")
        self.world.ended(line, [new], by=("completed",))
        self.assertNothingLeft(self.world, line)
        self.sound()
        return tasks

    def test_output_is_lost_and_told(self):
        """The command is not held up; its status comes in full; what the log lacks is counted."""
        task_id = self.world.add(self.line, "echo before; until [ -e full ]; do sleep 0.05; done; seq 300000; echo done > /dev/shm/%s; until [ -e go ]; do sleep 0.05; done; echo after"
                                 % os.path.basename(self.world.folder))
        mark = "/dev/shm/" + os.path.basename(self.world.folder)
        self.addCleanup(lambda: os.path.exists(mark) and os.unlink(mark))
        until(lambda: self.world.status(self.line, task_id) == "running" and self.world.output(task_id) == [b"before"], "it to run")
        os.unlink(self.world.root + "/data/switchyard.db.ballast")  # room for all the output, should the engine need it just now
        self.fill()
        open(self.world.folder + "/full", "w").close()
        until(lambda: os.path.exists(mark), "the command to get rid of its output")
        self.make_room()
        open(self.world.folder + "/go", "w").close()
        task = self.finish([task_id])[task_id]
        self.assertEqual(task["status"], "completed", task["reason"])
        log = self.world.log_bytes(task_id)
        self.assertIn(b"before\n", log)
        self.assertIn(b"after\n", log)
        notices = [event["data"]["text"] for event in self.world.events_of(self.line, task_id) if event["kind"] == "notice"]
        self.assertTrue(any("lost" in text for text in notices), notices)

    def test_ends_are_saved_while_it_is_full(self):
        """Tasks that end on a full disk: the end is on disk before there is room again, thanks to what was set aside."""
        ids = [self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done; exit %d" % number) for number in range(4)]
        self.world.ended(self.line, ids, by=("running",))
        self.fill()
        open(self.world.folder + "/go", "w").close()
        self.world.ended(self.line, ids, seconds=60)
        until(lambda: not self.world.runners(), "the runners to end")
        self.world.kill_engine()
        line = self.world.line()
        tasks = self.world.ended(line, ids, seconds=30)
        self.assertEqual([tasks[task_id]["status"] for task_id in ids], ["completed", "failed", "failed", "failed"])
        self.make_room()
        self.finish(ids, line)

    def test_a_run_that_cannot_tell_its_end_waits(self):
        """With even the reserve used up the runner stays until it could write, rather than be taken for dead."""
        task_id = self.world.add(self.line, "touch up; until [ -e go ]; do sleep 0.05; done")
        until(lambda: os.path.exists(self.world.folder + "/up"), "the command to begin")
        os.unlink("%s/state/tasks/%s/1/journal.ndjson.reserve" % (self.world.root, task_id))
        os.unlink(self.world.root + "/data/switchyard.db.ballast")  # the engine's may serve the runner, too
        self.fill()
        open(self.world.folder + "/go", "w").close()
        until(lambda: not [pid for pid in self.world.processes() if not self.world.role(pid)], "the command to end")
        self.assertEqual(len(self.world.runners(task_id)), 1)
        self.assertNotIn(self.world.status(self.line, task_id), FINISHED)
        self.make_room()
        task = self.finish([task_id])[task_id]
        self.assertEqual(task["status"], "completed", task["reason"])

    def test_new_tasks(self):
        """Refused with a reason, or taken whole; never half. What is taken is there after a restart."""
        self.fill()
        taken, refused = [], 0
        for number in range(20):
            try:
                taken.append(self.world.add(self.line, "echo %d" % number))
            except Refused as refusal:
                refused += 1
                self.assertIn("disk", str(refusal).lower())
            except TimeoutError:
                self.fail("no answer on a full disk")
        self.assertGreater(refused, 0)
        self.make_room()
        self.world.kill_engine()
        line = self.world.line()
        known = {task["spec"]["id"] for task in line.call("task.list", limit=100)["tasks"]}
        self.assertLessEqual(set(taken), known)
        self.finish(list(known), line)

    def test_refused_below_the_limit(self):
        world = self.make_world(slots=2, settings="least_free_bytes=%d\n" % (1024 * MB))
        config = world.root + "/config/switchyard.conf"
        with open(config) as file:
            text = file.read().replace("least_free_bytes=0\n", "")
        with open(config, "w") as file:
            file.write(text)
        line = world.line()
        running = world.add(line, "until [ -e go ]; do sleep 0.05; done")
        world.ended(line, [running], by=("running",))
        world.faultline.set(free_bytes=500 * MB, full=1)
        with self.assertRaises(Refused) as caught:
            world.add(line, "true")
        self.assertSaid(str(caught.exception), "free", "1024")
        open(world.folder + "/go", "w").close()
        world.ended(line, [running], by=("completed",))
        world.faultline.set(free_bytes=5000 * MB)
        world.ended(line, [world.add(line, "true")], by=("completed",))

    def test_agent_work_that_cannot_be_committed(self):
        """The worktree stays as it is; the task says that its work is there and why it was not committed, or commits it after all."""
        project = self.world.repository()
        self.world.agent("echo made > made.txt; touch %s/up; until [ -e %s/go ]; do sleep 0.05; done; exit 3" % (self.world.folder, self.world.folder))
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        until(lambda: os.path.exists(self.world.folder + "/up"), "the agent")
        self.fill()
        open(self.world.folder + "/go", "w").close()
        until(lambda: self.world.status(self.line, task_id) in FINISHED or self.world.runners(task_id), "it to end or wait")
        until(lambda: not [pid for pid in self.world.processes() if not self.world.role(pid)], "the agent to end")
        self.make_room()
        task = self.finish([task_id])[task_id]
        self.assertEqual(task["status"], "failed")
        with open(task["worktree"] + "/made.txt") as file:
            self.assertEqual(file.read(), "made\n")

    def test_an_engine_can_start(self):
        task_id = self.world.add(self.line, "until [ -e go ]; do sleep 0.05; done")
        self.world.ended(self.line, [task_id], by=("running",))
        self.fill()
        self.world.kill_engine()
        line = self.world.line()
        self.assertEqual(self.world.status(line, task_id), "running")
        self.make_room()
        open(self.world.folder + "/go", "w").close()
        self.finish([task_id], line)


class RealFileSystem(FaultTest):
    """The same once more on a real one of 64 MB, in a mount namespace of its own."""

    def test_tmpfs(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            self.skipTest("mounts a small file system in a namespace of its own; runs as root")
        done = subprocess.run(["unshare", "-m", sys.executable, __file__, "--inside"], timeout=250)
        self.assertEqual(done.returncode, 0)


class Inside(FaultTest):
    def setUp(self):
        self.disk = "/mnt"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])
        self.world = self.make_world(slots=4, faultline=False, folder=self.disk + "/w")

    def told(self, task_id):
        """Its runner has its end on disk."""
        with open("%s/state/tasks/%s/1/journal.ndjson" % (self.world.root, task_id)) as journal:
            text = journal.read()
        return any('"to":"%s"' % status in text for status in FINISHED)

    def test_fill_it_up(self):
        line = self.world.line()
        quiet = [self.world.add(line, "until [ -e /tmp/%d-go ]; do sleep 0.05; done; exit %d" % (os.getpid(), number)) for number in (0, 3)]
        loud = self.world.add(line, "yes 0123456789012345678901234567890123456789 | head -c 200000000")
        go = "/tmp/%d-go" % os.getpid()
        self.addCleanup(lambda: os.path.exists(go) and os.unlink(go))
        self.world.ended(line, quiet, by=("running",))

        def full():
            info = os.statvfs(self.disk)
            return info.f_bavail * info.f_frsize < 64 << 10
        until(lambda: full() or self.world.status(line, loud) in FINISHED, "the disk to be full", 120)
        until(lambda: not any("yes" in self.world.words(pid) for pid in self.world.processes()), "the flood to be over", 120)
        with open(self.disk + "/filler", "wb", buffering=0) as filler:  # down to the last page
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
        open(go, "w").close()
        # Whether the engine can store it now depends on who took the last page; what was set aside for the runners is theirs.
        until(lambda: all(self.told(task_id) for task_id in quiet), "the quiet ones to end on the full disk", 60)
        os.unlink(self.disk + "/filler")
        os.truncate("%s/state/tasks/%s/1/output.log" % (self.world.root, loud), 0)
        tasks = self.world.ended(line, [*quiet, loud], seconds=60)
        self.assertEqual([tasks[task_id]["status"] for task_id in quiet], ["completed", "failed"])
        notices = [event["data"]["text"] for event in self.world.events_of(line, loud) if event["kind"] == "notice"]
        self.assertTrue(any("lost" in text for text in notices), notices)
        self.world.kill_engine()
        line = self.world.line()
        self.world.ended(line, [self.world.add(line, "echo well again")], by=("completed",))
        with sqlite3.connect("file:%s?mode=ro" % (self.world.root + "/data/switchyard.db"), uri=True) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        database.close()
        self.world.kill_engine()


def load_tests(loader, tests, pattern):
    inside = "--inside" in sys.argv
    suite = type(tests)()
    for case in ([Inside] if inside else [DiskFull, RealFileSystem]):
        suite.addTests(loader.loadTestsFromTestCase(case))
    return suite


if __name__ == "__main__":
    if "--inside" in sys.argv:
        import unittest
        result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(Inside))
        sys.exit(not result.wasSuccessful())
    main()
