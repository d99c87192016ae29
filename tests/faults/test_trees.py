"""Trees that will not end: cancel empties them, says so only when it is true, and calls it cancelled."""
import os
import shutil
import subprocess
import time

from fault_world import SLOW, FaultTest, alive, is_frozen, main, until

WAYS = ("ignore-term", "setsid", "daemon", "clean-daemon", "hop", "subreaper", "pid-namespace", "tree 200", "stop-itself", "count")


class Trees(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=20)
        self.line = self.world.line()

    def ready(self, task_id):
        return self.world.status(self.line, task_id) == "running" and self.world.output(task_id)[:1] in ([b"ready"], [b"0"], [b"no namespace can be made here"])

    def test_cancel(self):
        ids = {way: self.world.add(self.line, self.world.awkward(way)) for way in WAYS}
        for way, task_id in ids.items():
            until(lambda: self.ready(task_id), "“%s” to be ready" % way)
        asked = time.monotonic()
        for number in [self.line.send("task.cancel", id=task_id) for task_id in ids.values()]:
            self.line.answer(number, limit=10 * SLOW)
        confirmed = time.monotonic() - asked
        tasks = self.world.ended(self.line, ids.values())
        for way, task_id in ids.items():
            with self.subTest(way):
                self.assertEqual(tasks[task_id]["status"], "cancelled", tasks[task_id]["reason"])
                finished = [e["data"] for e in self.world.events_of(self.line, task_id) if e["kind"] == "command.finished"]
                self.assertEqual([data.get("survivors", []) for data in finished], [[]], "none survived")
        self.assertLess(confirmed, 10 * SLOW)
        self.assertNothingLeft(self.world, self.line)

    def test_the_tree_is_empty_when_the_end_is_told(self):
        """Not a moment later: whoever reads “cancelled” may take the port, the lock, the folder."""
        self.line.subscribe()
        ids = [self.world.add(self.line, self.world.awkward(way)) for way in ("ignore-term", "setsid", "clean-daemon", "tree 60")]
        for task_id in ids:
            until(lambda: self.ready(task_id), "it to be ready")
        members = {task_id: [pid for pid in self.world.processes() if self.world.task_of(pid) == task_id and not self.world.role(pid)]
                   for task_id in ids}
        for task_id in ids:
            self.line.call("task.cancel", id=task_id)
        open_ids = set(ids)
        while open_ids:
            told = lambda: {e["task"] for e in self.line.events if e["data"].get("to") == "cancelled"} & open_ids  # noqa: E731
            self.line.follow(told, "the end of %s" % open_ids)
            for task_id in told():
                self.assertEqual([self.world.words(pid) for pid in members[task_id] if alive(pid)], [])
                open_ids.discard(task_id)

    def test_agents_that_ignore_everything(self):
        project = self.world.repository()
        self.world.agent("trap '' TERM INT HUP; echo up >> %s/up; setsid %s & while :; do sleep 1; done"
                         % (self.world.folder, self.world.awkward("ignore-term")))
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        until(lambda: self.world.marks("up"), "the agent")
        self.line.call("task.cancel", id=task_id)
        self.assertEqual(self.world.ended(self.line, [task_id])[task_id]["status"], "cancelled")
        self.assertNothingLeft(self.world, self.line)

    def test_nested_subreaper_and_pid_namespace(self):
        subreaper = self.world.folder + "/subreaper.py"
        with open(subreaper, "w") as file:
            file.write("import ctypes, os, time\nctypes.CDLL(None).prctl(36, 1)\nos.fork() or os.setsid()\nprint('ready', flush=True)\ntime.sleep(1000)\n")
        namespace = self.world.folder + "/namespace"
        with open(namespace, "w") as file:
            file.write("#!/bin/bash\nunshare --user --map-root-user --pid --fork --mount-proc %s\necho ready without namespaces\nsleep 1000\n"
                       % self.world.awkward("setsid"))
        os.chmod(namespace, 0o755)
        ids = [self.world.add(self.line, command) for command in ("python3 " + subreaper, namespace)]
        for task_id in ids:
            until(lambda: self.world.status(self.line, task_id) == "running" and b"ready" in self.world.log_bytes(task_id), "it to be ready")
        for task_id in ids:
            self.line.call("task.cancel", id=task_id)
        tasks = self.world.ended(self.line, ids)
        self.assertEqual({task["status"] for task in tasks.values()}, {"cancelled"})
        self.assertNothingLeft(self.world, self.line)

    def test_cancel_again_and_again(self):
        """The same click ten times is one cancellation; after the end it is refused with the reason."""
        task_id = self.world.add(self.line, self.world.awkward("ignore-term"))
        until(lambda: self.ready(task_id), "it to be ready")
        for number in [self.line.send("task.cancel", id=task_id) for _ in range(10)]:
            self.line.answer(number)
        self.assertEqual(self.world.ended(self.line, [task_id])[task_id]["status"], "cancelled")
        told = [e for e in self.world.events_of(self.line, task_id) if e["data"].get("to") == "cancelled"]
        self.assertEqual(len(told), 1)
        self.assertSaid(self.world.swy("stop", task_id, status=7).stderr, "ended already")
        self.assertNothingLeft(self.world, self.line)

    def test_in_a_sandbox(self):
        """The same ways with namespaces around them: nothing hides behind the sandbox's own processes."""
        if not shutil.which("bwrap") or subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], capture_output=True).returncode != 0:
            self.skipTest("no sandbox can be made here; runs with bubblewrap installed and user namespaces allowed")
        ids = {way: self.world.add(self.line, self.world.awkward(way), sandbox="standard") for way in ("ignore-term", "setsid", "clean-daemon", "tree 40")}
        for way, task_id in ids.items():
            until(lambda: self.ready(task_id), "“%s” to be ready" % way)
        for task_id in ids.values():
            self.line.call("task.cancel", id=task_id)
        tasks = self.world.ended(self.line, ids.values())
        self.assertEqual({task["status"] for task in tasks.values()}, {"cancelled"})
        self.assertNothingLeft(self.world, self.line)

    def test_paused_tree(self):
        task_id = self.world.add(self.line, self.world.awkward("tree", 40))
        until(lambda: self.ready(task_id), "it to be ready")
        self.line.call("task.pause", id=task_id)
        members = [pid for pid in self.world.processes() if not self.world.role(pid)]
        until(lambda: all(map(is_frozen, members)), "all to stand still")
        self.assertGreaterEqual(len(members), 41)
        self.line.call("task.cancel", id=task_id)
        self.assertEqual(self.world.ended(self.line, [task_id])[task_id]["status"], "cancelled")
        self.assertNothingLeft(self.world, self.line)


if __name__ == "__main__":
    main()
