"""Agents and commands that end in every way: the exact code or signal is kept and told, no zombie stays, what they leave behind is ended."""
import os
import signal
import unittest

from fault_world import SANITIZER, FaultTest, alive, kill, main, stat_fields, until

ENDS = {  # the last command of a shell: what the task says
    "exit 0": ("completed", "exit code 0"),
    "exit 1": ("failed", "exit code 1"),
    "exit 255": ("failed", "exit code 255"),
    "no-such-program-here": ("failed", "exit code 127"),
    "kill -SEGV $$": ("failed", "sigsegv"),
    "kill -ABRT $$": ("failed", "sigabrt"),
    "kill -KILL $$": ("failed", "sigkill"),
    "kill -PIPE $$": ("failed", "sigpipe"),
}


class AgentEnds(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=8)
        self.line = self.world.line()

    def assertNoZombie(self):
        def zombies():
            runners = set(self.world.runners())
            return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
                    if (fields := stat_fields(pid)) and fields[0] == "Z" and int(fields[1]) in runners]
        until(lambda: not zombies(), lambda: "no zombie: %s" % zombies(), 10)

    def script(self, name, text):
        path = self.world.folder + "/" + name
        with open(path, "w") as file:
            file.write("#!/bin/bash\n" + text + "\n")
        os.chmod(path, 0o755)
        return path

    def test_commands(self):
        ids = {}
        for number, text in enumerate(ENDS):
            ids[text] = self.world.add(self.line, "exec " + self.script("end%d" % number, text))
        tasks = self.world.ended(self.line, ids.values())
        for text, (status, words) in ENDS.items():
            with self.subTest(text):
                task = tasks[ids[text]]
                self.assertEqual(task["status"], status, task["reason"])
                self.assertSaid(task["reason"], words)
                finished = [e["data"] for e in self.world.events_of(self.line, ids[text]) if e["kind"] == "command.finished"]
                self.assertEqual(len(finished), 1)
                self.assertEqual("signal" in finished[0], "sig" in words)
        self.assertNothingLeft(self.world, self.line)

    def test_agents(self):
        project = self.world.repository()
        ids = {}
        for number, text in enumerate(ENDS):
            self.world.agent("echo last words %d >&2; %s" % (number, text), name="a%d" % number)
        for number, text in enumerate(ENDS):
            spec = self.world.agent_spec(project, agent="a%d" % number)
            ids[text] = self.line.call("task.create", spec=spec)["task"]["spec"]["id"]
        tasks = self.world.ended(self.line, ids.values())
        for number, text in enumerate(ENDS):
            with self.subTest(text):
                task = tasks[ids[text]]
                # An agent that leaves without having answered has failed, also with exit code 0.
                self.assertEqual(task["status"], "failed", task["reason"])
                self.assertSaid(task["reason"], "last words %d" % number if "no-such" not in text else "no-such-program")
                if "sig" in ENDS[text][1]:
                    self.assertSaid(task["reason"], ENDS[text][1])
                self.assertEqual(task["attempt"], 1, "a failure is not tried again unasked")
        self.assertNothingLeft(self.world, self.line)

    def test_killed_in_the_middle_of_a_turn(self):
        """The built-in agent dies with a command running: the task fails, the command dies too."""
        os.mkfifo(self.world.folder + "/pipe")
        project = self.world.repository()
        script = self.world.folder + "/script.json"
        with open(script, "w") as file:
            file.write('{"turns": [{"tools": [{"name": "run_command", "input": {"command": "echo $$ > %s/pids; sleep 1000"}}]}]}' % self.world.folder)
        spec = {**self.world.agent_spec(project, agent="builtin"), "model": "script:demo"}
        self.world.swy("code", "set", input="6283\n")
        task_id = self.line.call("task.create", spec=spec)["task"]["spec"]["id"]
        until(lambda: self.world.status(self.line, task_id) == "waiting", "the agent to be at work", 60)
        agents = [pid for pid in self.world.processes() if self.world.role(pid) == "agent"]
        self.assertEqual(len(agents), 1)
        kill(agents[0])
        task = self.world.ended(self.line, [task_id])[task_id]
        self.assertEqual(task["status"], "failed")
        self.assertSaid(task["reason"], "sigkill")
        self.assertEqual(task["waiting_for"], [], "nobody is asked for a code any more")
        self.assertNothingLeft(self.world, self.line)

    def test_a_stopped_agent_can_be_cancelled(self):
        project = self.world.repository()
        self.world.agent("echo $$ >> %s/pids; kill -STOP $$" % self.world.folder)
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        (pid,) = until(lambda: self.world.marks("pids"), "the agent")
        until(lambda: stat_fields(int(pid))[0] == "T", "it to stop")
        self.line.call("task.cancel", id=task_id)
        self.assertEqual(self.world.ended(self.line, [task_id])[task_id]["status"], "cancelled")
        self.assertFalse(alive(int(pid)))
        self.assertNothingLeft(self.world, self.line)

    def test_what_it_leaves_behind(self):
        """A command that ends while its daemons live on: they are ended with the task."""
        ids = [self.world.add(self.line, self.world.awkward(way, 1)) for way in ("daemon", "clean-daemon")]
        ids.append(self.world.add(self.line, self.world.awkward("background")))
        tasks = self.world.ended(self.line, ids)
        self.assertEqual({task["status"] for task in tasks.values()}, {"completed"})
        self.assertNothingLeft(self.world, self.line)

    @unittest.skipIf(SANITIZER == "thread", "the thread sanitizer keeps SIGCHLD from a runner that was forked without its knowledge")
    def test_no_zombies_while_it_runs(self):
        task_id = self.world.add(self.line, "for n in $(seq 200); do (setsid true &); done; echo ready; until [ -e go ]; do sleep 0.1; done")
        until(lambda: self.world.status(self.line, task_id) == "running" and b"ready" in self.world.output(task_id), "it to run")
        self.assertNoZombie()
        open(self.world.folder + "/go", "w").close()
        self.world.ended(self.line, [task_id], by=("completed",))


if __name__ == "__main__":
    assert unittest and signal
    main()
