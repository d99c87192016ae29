"""Awkward places and names: a path too long for a socket, blanks and every kind of character in it, folders that go away."""
import os
import shutil
import stat
import tempfile

from fault_world import FaultTest, main, until


class Places(FaultTest):
    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="swy-places-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.top, True)

    def whole_life(self, world):
        line = world.line()
        socket = line.socket.getpeername()
        self.assertLessEqual(len(os.fsencode(socket)), 107)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(socket)).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(socket).st_mode), 0o600)
        task_id = world.add(line, "echo it works; until [ -e go ]; do sleep 0.05; done")
        until(lambda: world.status(line, task_id) == "running" and world.output(task_id) == [b"it works"], "it to run")
        for name in os.listdir(os.path.dirname(socket) + "/runners"):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(socket) + "/runners/" + name).st_mode), 0o600)
        world.kill_engine()
        line = world.line()
        open(world.folder + "/go", "w").close()
        world.ended(line, [task_id], by=("completed",))
        return line

    def test_a_path_too_long_for_a_socket(self):
        world = self.make_world(folder=os.path.join(self.top, *["a-rather-long-name-%02d" % n for n in range(12)]), faultline=False)
        self.whole_life(world)
        world.swy("engine", "stop")

    def test_two_long_paths_do_not_meet(self):
        worlds = [self.make_world(folder=os.path.join(self.top, *["a-rather-long-name-%02d" % n for n in range(12)], last), faultline=False)
                  for last in ("one", "two")]
        pids = set()
        for world in worlds:
            line = world.line()
            pids.add(line.call("engine.status")["pid"])
        self.assertEqual(len(pids), 2)
        for world in worlds:
            world.swy("engine", "stop")

    def test_characters(self):
        for name in ("with blanks and 'quotes'", "grüße-日本-🙂", "semi;colon $(touch oops) `x` &", "-rf", "new\nline"):
            with self.subTest(name):
                world = self.make_world(folder=os.path.join(self.top, name), faultline=False)
                line = self.whole_life(world)
                project = world.repository("pro ject " + name[:8])
                world.agent("echo done > made.txt; exit 3")
                task_id = line.call("task.create", spec=world.agent_spec(project))["task"]["spec"]["id"]
                task = world.ended(line, [task_id], by=("failed",))[task_id]
                self.assertTrue(os.path.exists(task["worktree"] + "/made.txt"), task["reason"])
                self.assertFalse(os.path.exists(world.folder + "/oops"))
                world.swy("engine", "stop")

    def test_the_project_goes_away(self):
        world = self.make_world(faultline=False)
        line = world.line()
        line.call("queue.hold")
        project = world.repository()
        task_id = line.call("task.create", spec=world.agent_spec(project, agent="builtin", model="script:demo"))["task"]["spec"]["id"]
        shutil.rmtree(project)
        line.call("queue.release")
        task = world.ended(line, [task_id])[task_id]
        self.assertEqual(task["status"], "failed")
        self.assertSaid(task["reason"], project)
        line.call("task.delete", id=task_id)
        self.assertNothingLeft(world, line)

    def test_the_worktree_goes_away(self):
        world = self.make_world(faultline=False)
        line = world.line()
        project = world.repository()
        world.agent("echo x > made.txt; touch %s/up; until [ -e %s/go ]; do sleep 0.05; done; exit 3" % (world.folder, world.folder))
        task_id = line.call("task.create", spec=world.agent_spec(project))["task"]["spec"]["id"]
        until(lambda: os.path.exists(world.folder + "/up"), "the agent")
        worktree = until(lambda: line.call("task.get", id=task_id)["task"]["worktree"], "the engine to know its worktree")
        shutil.rmtree(worktree)
        open(world.folder + "/go", "w").close()
        task = world.ended(line, [task_id])[task_id]
        self.assertEqual(task["status"], "failed")
        self.assertGapless(world.events_of(line, task_id))
        line.call("task.discard", id=task_id)
        line.call("task.delete", id=task_id)
        self.assertNotIn("task/", world.git("branch", cwd=project))
        self.assertNothingLeft(world, line)

    def test_the_sockets_go_away(self):
        """Somebody tidies the runtime folder: tasks go on; the next engine finds what became of them."""
        world = self.make_world(faultline=False)
        line = world.line()
        task_id = world.add(line, "until [ -e go ]; do sleep 0.05; done; echo end")
        world.ended(line, [task_id], by=("running",))
        world.kill_engine()
        for name in os.listdir(world.root + "/run/runners"):
            os.unlink(world.root + "/run/runners/" + name)
        line = world.line()
        self.assertEqual(world.status(line, task_id), "running", "alive without a socket is not dead")
        open(world.folder + "/go", "w").close()
        world.ended(line, [task_id], by=("completed",))
        self.assertEqual(world.output(task_id), [b"end"])
        self.assertNothingLeft(world, line)


if __name__ == "__main__":
    main()
