"""An engine is exchanged under living runners, for a newer one and back: runners are found again, journals of earlier versions are read, a newer database
is refused untouched."""
import json
import os
import shutil
import sqlite3
import sys

import fault_world
from fault_world import FaultTest, Line, kill, main, until

switchyard_world = sys.modules["switchyard_world"]


class Upgrade(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=6, faultline=False)
        self.line = self.world.line()

    def running(self):
        task_id = self.world.add(self.line, "n=0; until [ -e go ]; do n=$((n + 1)); echo $n; sleep 0.05; done")
        until(lambda: self.world.status(self.line, task_id) == "running" and len(self.world.output(task_id)) > 2, "it to count")
        return task_id

    def check(self, ids):
        open(self.world.folder + "/go", "w").close()
        tasks = self.world.ended(self.line, ids)
        for task_id in ids:
            self.assertEqual((tasks[task_id]["status"], tasks[task_id]["attempt"]), ("completed", 1))
            numbers = [int(line) for line in self.world.output(task_id)]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
            self.assertGapless(self.world.events_of(self.line, task_id))
        self.assertNothingLeft(self.world, self.line)

    def journals(self):
        for folder, _, names in os.walk(self.world.root + "/state/tasks"):
            if "journal.ndjson" in names:
                yield os.path.join(folder, "journal.ndjson")

    def test_orderly_exchange(self):
        ids = [self.running() for _ in range(3)]
        for _ in range(3):
            self.world.swy("engine", "stop")
            until(lambda: not self.world.engine_pid(), "the engine to end")
            self.line = self.world.line()
        self.check(ids)

    def test_program_replaced_while_it_runs(self):
        """The file of the program is exchanged, as a package manager does: those that run go on with the old one."""
        folder = self.world.folder + "/bin"
        shutil.copytree(os.environ["SWITCHYARD_BIN_DIR"], folder, ignore=shutil.ignore_patterns("switchyard*"))
        world = self.make_world(slots=6, faultline=False)
        before = switchyard_world.BIN
        self.addCleanup(setattr, switchyard_world, "BIN", before)
        switchyard_world.BIN = fault_world.BIN = folder
        self.world = world
        self.line = world.line()
        ids = [self.running()]
        shutil.copy(before + "/swy", folder + "/swy.new")
        os.rename(folder + "/swy.new", folder + "/swy")
        late = world.add(self.line, "echo by the old engine and the new runner")
        world.ended(self.line, [late], by=("completed",))
        world.swy("engine", "stop")
        until(lambda: not world.engine_pid(), "the engine to end")
        self.line = world.line()
        self.check(ids)

    def test_journals_without_checksums(self):
        """As versions before wrote them; the living runner goes on in the same file."""
        finished = self.world.add(self.line, "echo old")
        self.world.ended(self.line, [finished], by=("completed",))
        self.assertNothingLeft(self.world, self.line)
        self.world.swy("engine", "stop")
        until(lambda: not self.world.engine_pid(), "the engine to end")
        for path in self.journals():
            with open(path) as file:
                events = [json.loads(line) for line in file]
            with open(path, "w") as file:
                for event in events:
                    event.pop("crc")
                    file.write(json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n")
        for name in os.listdir(self.world.root + "/data"):
            os.unlink(self.world.root + "/data/" + name)
        self.line = self.world.line()
        self.assertEqual(self.world.status(self.line, finished), "completed", "rebuilt from the old journals")
        self.line.call("task.retry", id=finished)
        self.world.ended(self.line, [finished], by=("completed",))
        self.assertGapless(self.world.events_of(self.line, finished))
        self.assertEqual(self.line.call("engine.examine")["findings"], [])

    def test_events_of_a_newer_version(self):
        """Kinds and fields that are not known here are kept and handed out as they are."""
        task_id = self.running()
        self.world.kill_engine()
        runner = self.world.runner(task_id)
        kill(runner)
        until(lambda: not self.world.runners(), "it to die")
        path = "%s/state/tasks/%s/1/journal.ndjson" % (self.world.root, task_id)
        with open(path) as file:
            lines = file.read().splitlines()
        events = [json.loads(line) for line in lines]
        for event in events:
            event.pop("crc", None)
        events.append({**events[-1], "seq": len(events) + 1, "kind": "thing.of_the_future", "data": {"colour": "blue"}})
        with open(path, "w") as file:
            for event in events:
                file.write(json.dumps(event, separators=(",", ":")) + "\n")
        self.line = self.world.line()
        self.world.ended(self.line, [task_id], by=("interrupted",))
        kinds = {event["kind"]: event["data"] for event in self.world.events_of(self.line, task_id)}
        self.assertEqual(kinds.get("thing.of_the_future"), {"colour": "blue"})

    def test_newer_database_and_back(self):
        """A newer version had it for a while: refused untouched, with running tasks unharmed; the older database is served again."""
        task_id = self.running()
        self.world.swy("engine", "stop")
        until(lambda: not self.world.engine_pid(), "the engine to end")
        path = self.world.root + "/data/switchyard.db"
        with sqlite3.connect(path) as database:
            database.execute("INSERT INTO schema_version (version) VALUES (4711)")
        database.close()
        with open(path, "rb") as file:
            before = file.read()
        for words in (["tasks", "list"], ["run", "-q", "-b", "true"], ["engine", "start"]):
            self.assertSaid(self.world.swy(*words, status=6).stderr, "newer", "4711")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM schema_version WHERE version = 4711")
        database.close()
        self.line = self.world.line()
        self.check([task_id])

    def test_client_of_another_protocol(self):
        with self.assertRaises(Exception) as caught:
            class Other(Line):
                def call(self, method, limit=None, **params):
                    return super().call(method, limit, **{**params, "protocol": 99})
            Other(self.world.root + "/run/engine.sock")
        self.assertSaid(str(caught.exception), "protocol", "upgrade")


if __name__ == "__main__":
    main()
