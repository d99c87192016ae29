"""Two engines on one folder, also through a symbolic link: the second leaves politely, naming the first; no task is claimed twice."""
import os
import subprocess

from fault_world import BIN, FaultTest, main, until


class TwoEngines(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=3)

    def second(self, **environment):
        return subprocess.run([BIN + "/swy", "engine"], env={**self.world.environment, **environment}, capture_output=True, text=True, timeout=60)

    def test_second_names_the_first(self):
        line = self.world.line()
        first = self.world.engine_pid()
        done = self.second()
        self.assertEqual(done.returncode, 7)
        self.assertSaid(done.stderr, str(first), "runs already", "swy engine stop")
        self.assertEqual(line.call("engine.status")["pid"], first)

    def test_through_a_symbolic_link(self):
        line = self.world.line()
        other = self.world.folder + "/other"
        os.symlink(self.world.root, other)
        done = self.second(SWITCHYARD_ROOT=other)
        self.assertEqual(done.returncode, 7)
        self.assertSaid(done.stderr, str(self.world.engine_pid()))
        line.call("engine.status")

    def test_runtime_folder_elsewhere(self):
        """The same data reached with another runtime folder: the sockets differ, the database does not."""
        world = self.world
        world.environment.pop("SWITCHYARD_ROOT")
        names = {"XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "d", "XDG_STATE_HOME": "s"}
        world.environment.update({name: world.folder + "/" + part for name, part in names.items()}, XDG_RUNTIME_DIR=world.folder + "/r1")
        for part in ("c", "d", "s", "r1", "r2"):
            os.mkdir(world.folder + "/" + part, 0o700)
        world.swy("engine", "start")
        done = self.second(XDG_RUNTIME_DIR=world.folder + "/r2")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertSaid(done.stderr, "runs already")
        world.swy("engine", "stop")

    def test_twenty_at_once(self):
        """All clients find no engine and start one each: one stays."""
        started = [self.world.start("run", "-q", "-b", "echo %d >> starts" % number) for number in range(20)]
        words = [process.communicate(timeout=120)[0] for process in started]
        self.assertEqual([process.returncode for process in started], [0] * 20, words)
        line = self.world.line()
        ids = [text.strip() for text in words]
        self.world.ended(line, ids, by=("completed",))
        self.assertStartedOnce(self.world, ids)
        until(lambda: len([pid for pid in self.world.processes() if self.world.role(pid) == "engine"]) == 1, "one engine")
        self.assertNothingLeft(self.world, line)


if __name__ == "__main__":
    main()
