"""A damaged database in every way: noticed at the start, kept aside, rebuilt from the journals, never silently emptied."""
import os
import random
import signal
import sqlite3
import subprocess

from fault_world import FaultTest, alive, kill, main, until


class DamagedDatabase(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4)
        self.path = self.world.root + "/data/switchyard.db"
        line = self.world.line()
        self.ended = [self.world.add(line, "echo %d" % number) for number in range(5)]
        self.ended.append(self.world.add(line, "exit 3"))
        self.world.ended(line, self.ended)
        self.running = self.world.add(line, "echo first; until [ -e go ]; do sleep 0.1; done; echo last")
        self.world.ended(line, [self.running], by=("running",))
        self.queued = self.world.add(line, "echo later", after=[self.running])
        self.before = self.tasks(line)
        line.close()

    def tasks(self, line):
        """What matters about each task, by id."""
        return {task["spec"]["id"]: (task["spec"]["goal"], task["status"] if task["status"] != "pending" else "queued", task["attempt"])
                for task in line.call("task.list", limit=1000)["tasks"]}

    def stop(self, number=signal.SIGTERM):
        pid = self.world.engine_pid()
        kill(pid, number)
        until(lambda: not self.world.engine_pid(), "the engine to end")

    def everything_is_there(self, kept=True):
        line = self.world.line()
        self.assertEqual(self.tasks(line), self.before)
        for task_id in self.ended:
            self.assertGapless(self.world.events_of(line, task_id))
        open(self.world.folder + "/go", "w").close()
        self.assertEqual(self.world.ended(line, [self.running, self.queued])[self.queued]["status"], "completed")
        self.assertEqual(self.world.output(self.running), [b"first", b"last"])
        aside = [name for name in os.listdir(self.world.root + "/data") if "damaged" in name]
        self.assertEqual(bool(aside), kept, "the original is kept aside: %s" % aside)
        if kept:
            self.assertSaid(self.world.engine_log(), "damaged", "rebuilt")
        self.assertNothingLeft(self.world, line)
        return line

    def damage(self, change):
        with open(self.path, "r+b") as file:
            change(file, os.path.getsize(self.path))

    def test_header(self):
        self.stop()
        self.damage(lambda file, size: file.write(b"This is no database"))
        self.everything_is_there()

    def test_truncated(self):
        self.stop()
        self.damage(lambda file, size: file.truncate(size // 2 // 4096 * 4096))
        self.everything_is_there()

    def test_truncated_in_a_page(self):
        self.stop()
        self.damage(lambda file, size: file.truncate(size - 1000))
        self.everything_is_there()

    def test_random_pages(self):
        self.stop()
        numbers = random.Random(16)

        def garble(file, size):
            for _ in range(6):
                file.seek(numbers.randrange(1, size // 4096) * 4096)
                file.write(numbers.randbytes(4096))
        self.damage(garble)
        self.everything_is_there()

    def test_nothing_in_it(self):
        """0 bytes: there is nothing worth keeping, and the journals have everything."""
        self.stop()
        self.damage(lambda file, size: file.truncate(0))
        self.everything_is_there(kept=False)

    def test_gone(self):
        self.stop()
        for name in os.listdir(self.world.root + "/data"):
            if name.startswith("switchyard.db"):
                os.unlink(self.world.root + "/data/" + name)
        self.everything_is_there(kept=False)

    def test_write_ahead_log_deleted(self):
        """The newest commits are gone with it and the database looks sound: the journals tell."""
        self.stop(signal.SIGKILL)
        self.assertTrue(os.path.exists(self.path + "-wal"))
        os.unlink(self.path + "-wal")
        self.everything_is_there(kept=False)

    def test_write_ahead_log_cut(self):
        self.stop(signal.SIGKILL)
        with open(self.path + "-wal", "r+b") as file:
            file.truncate(os.path.getsize(self.path + "-wal") // 2)
        self.everything_is_there(kept=False)

    def test_folders_that_are_no_attempts(self):
        """An agent keeps its sessions beside the attempts; hands leave other things. None of it is read as an attempt or a task."""
        tasks = self.world.root + "/state/tasks/"
        for name in ("%s/sessions" % self.ended[0], "%s/00" % self.ended[0], "%s/-1" % self.ended[1], "%s/1x" % self.ended[1], "%s/99999999999" % self.running,
                     "notes", "lost+found"):
            os.mkdir(tasks + name)
            with open(tasks + name + "/journal.ndjson", "w") as file:
                file.write("not ours\n")
        self.stop(signal.SIGKILL)  # what the journals have is brought in
        self.assertEqual(self.tasks(self.world.line()), self.before)
        self.stop()
        self.damage(lambda file, size: file.write(b"This is no database"))  # and all is made anew
        self.everything_is_there()

    def test_deleted_tasks_stay_deleted(self):
        """What the user deleted does not come back, however much of it the disk still has."""
        line = self.world.line()
        gone = self.ended.pop(0)
        engine = self.world.engine_pid()
        self.world.faultline.at("engine", "unlink", "/tasks/%s/" % gone)  # in the middle of it
        line.send("task.delete", id=gone)
        until(lambda: not alive(engine), "the engine to die")
        self.world.faultline.off()
        self.assertTrue(os.path.exists("%s/state/tasks/%s" % (self.world.root, gone)))
        del self.before[gone]
        line.close()
        self.world.line().close()
        self.stop()
        self.damage(lambda file, size: file.write(b"This is no database"))
        line = self.everything_is_there()
        self.assertNotIn(gone, self.tasks(line))

    def test_an_open_confirmation_survives(self):
        """The runner waits for a code while the database is lost: the request is there again and can be answered."""
        self.world.swy("code", "set", input="6283\n")
        os.mkdir(self.world.folder + "/d")
        with open(self.world.folder + "/d/f", "w") as file:
            file.write("x")
        line = self.world.line()
        waiting = self.world.add(line, "rm -rf d")
        self.world.ended(line, [waiting], by=("waiting",))
        line.close()
        self.stop(signal.SIGKILL)
        self.damage(lambda file, size: file.write(b"This is no database"))
        line = self.world.line()
        self.world.ended(line, [waiting], by=("waiting",))
        until(lambda: line.call("confirmation.list")["confirmations"], "the request to be there again")
        self.world.swy("confirm", waiting, input="6283\n")
        self.assertEqual(self.world.ended(line, [waiting])[waiting]["status"], "completed")
        self.assertFalse(os.path.exists(self.world.folder + "/d"))

    def test_newer_schema(self):
        """Refused with a word that names both versions; not one byte is changed, and the running task goes on."""
        self.stop()
        with sqlite3.connect(self.path) as database:
            database.execute("INSERT INTO schema_version (version) VALUES (9999)")
        database.close()
        with open(self.path, "rb") as file:
            before = file.read()
        said = self.world.swy("tasks", "list", status=6).stderr
        self.assertSaid(said, "newer", "9999")
        with open(self.path, "rb") as file:
            self.assertEqual(before, file.read())
        self.assertTrue(self.world.runners(self.running))
        with sqlite3.connect(self.path) as database:
            database.execute("DELETE FROM schema_version WHERE version = 9999")
        database.close()
        self.everything_is_there(kept=False)

    def test_read_only(self):
        """A disk that went read-only (here: the folder is a file system that may not be written)."""
        self.stop()
        script = ("mount --bind {0} {0} && mount -o remount,ro,bind {0} && exec timeout 60 {1} tasks list"
                  .format(self.world.root + "/data", os.environ["SWITCHYARD_BIN_DIR"] + "/swy"))
        unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
            self.skipTest("needs a mount namespace; runs as root, or where users may make namespaces")
        done = subprocess.run([*unshare, "sh", "-c", script], env=self.world.environment, capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertSaid(done.stderr, self.world.root + "/data", "read-only")
        self.everything_is_there(kept=False)


if __name__ == "__main__":
    main()
