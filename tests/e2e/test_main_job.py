"""From a goal to a merged change, with the real swy, engine, runner and built-in agent."""
import json
import os
import signal
import subprocess
import unittest

from switchyard_world import BIN, World, until

GOAL = "Build a calculator with tests"


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name: state, parent…; None once it is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def process_state(pid):
    fields = stat_fields(pid)
    return fields and fields[0]


CODE = "Kranich-6283"  # no id, hash or time can hold it by chance


class MainJob(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def start_calculator(self):
        self.world.swy("code", "set", input=CODE + "\n")
        self.project = self.world.repository()
        return self.world.run("--agent", "builtin", "--model", "script:demo", GOAL, cwd=self.project)

    def assertGapless(self, events):
        attempts = {}
        for event in events:
            self.assertEqual(event["seq"], attempts.get(event["attempt"], 0) + 1, "events in order, each once")
            attempts[event["attempt"]] = event["seq"]
        positions = [event["position"] for event in events]
        self.assertEqual(positions, sorted(set(positions)))

    def test_goal_to_merged_change(self):
        task_id = self.start_calculator()
        self.assertRegex(task_id, "^[0-9a-f]{6}$")
        task = self.world.wait_status(task_id, "waiting")
        waits = task["waiting_for"][0]
        self.assertIn("old_calculator.py", waits["command"])
        self.assertIn("deletes a file", " ".join(waits["reasons"]))
        self.assertTrue(os.path.exists(os.path.join(task["worktree"], "old_calculator.py")), "nothing is deleted before the code")

        wrong = self.world.swy("confirm", task_id, input="1111\n", status=None)
        self.assertNotEqual(wrong.returncode, 0)
        self.assertIn("wrong", wrong.stderr)
        self.assertIn("4 tries left", wrong.stderr)
        self.assertTrue(os.path.exists(os.path.join(task["worktree"], "old_calculator.py")))

        self.world.swy("confirm", task_id, input=CODE + "\n")
        self.world.swy("wait", "--timeout", "60s", task_id)
        task = self.world.task(task_id)
        self.assertEqual(task["status"], "completed")
        self.assertEqual(task["branch"], "task/" + task_id)
        self.assertEqual(task["percent"], 100)

        events = self.world.events(task_id)
        self.assertGapless(events)
        tests = [event["data"]["ok"] for event in events if event["kind"] == "test.result"]
        self.assertEqual(tests[0], False, "the tests really failed once")
        self.assertEqual(tests[-1], True, "and really passed in the end")
        log = self.world.swy("logs", task_id).stdout
        self.assertIn("FAILED", log)
        self.assertIn("OK", log)
        self.assertNotIn(CODE, json.dumps(events) + log)

        self.assertIn("calculator.py", self.world.swy("diff", "--stat", task_id).stdout)
        self.assertFalse(os.path.exists(os.path.join(self.project, "calculator.py")), "the project is untouched until the merge")
        self.world.swy("merge", "--delete-branch", task_id)
        self.assertTrue(os.path.exists(os.path.join(self.project, "calculator.py")))
        self.assertFalse(os.path.exists(os.path.join(self.project, "old_calculator.py")))
        self.assertFalse(os.path.exists(task["worktree"]))
        self.assertEqual(self.world.git("status", "--porcelain", cwd=self.project), "")
        self.assertNotIn("task/", self.world.git("branch", cwd=self.project))
        subprocess.run(["python3", "-m", "unittest", "-q"], cwd=self.project, check=True, capture_output=True)
        self.assertEqual(self.world.task(task_id)["merged_into"], "main")

    def test_refused_deletion_goes_on_without_it(self):
        task_id = self.start_calculator()
        self.world.wait_status(task_id, "waiting")
        self.world.swy("confirm", "--deny", task_id)
        self.world.swy("wait", "--timeout", "60s", task_id)
        self.world.swy("merge", task_id)
        self.assertTrue(os.path.exists(os.path.join(self.project, "old_calculator.py")))
        self.assertTrue(os.path.exists(os.path.join(self.project, "calculator.py")))
        self.assertIn("task/" + task_id, self.world.git("branch", cwd=self.project), "the branch stays by choice")

    def test_five_wrong_codes_refuse(self):
        task_id = self.start_calculator()
        self.world.wait_status(task_id, "waiting")
        for _ in range(5):
            self.world.swy("confirm", task_id, input="0000\n", status=None)
        self.world.wait_status(task_id, "completed", "failed", "cancelled")
        self.assertTrue(os.path.exists(os.path.join(self.project, "old_calculator.py")))

    def test_unattended_demo(self):
        done = self.world.swy("demo", "--unattended", timeout=300)
        self.assertNotIn("✗", done.stdout.split("What really happened:")[1])
        self.assertIn("old_calculator.py is gone", done.stdout)

    def test_demo_on_standard_input(self):
        done = self.world.swy("demo", input=CODE + "\n1111\n" + CODE + "\ny\n", timeout=300)
        self.assertIn("The code is wrong", done.stdout)
        self.assertIn("merged into main", done.stdout)

    def test_shell_command(self):
        with open(self.world.folder + "/Makefile", "w") as makefile:
            makefile.write("test:\n\t@echo one\n\t@echo two >&2\n")
        task_id = self.world.run("-b", "make test")
        self.world.swy("wait", task_id)
        log = self.world.swy("logs", "-f", task_id).stdout
        self.assertLess(log.index("one"), log.index("two"))
        listed = json.loads(self.world.swy("tasks", "list", "--json").stdout)
        self.assertEqual([task["id"] for task in listed["tasks"]], [task_id])
        self.assertIn(task_id, self.world.swy("tasks", "list").stdout)
        self.assertIn("completed", self.world.swy("monitor", task_id).stdout)

    def test_used_says_only_what_was_measured(self):
        task_id = self.world.run("-b", "true")
        self.world.swy("wait", task_id)
        shown = self.world.swy("tasks", "show", task_id).stdout
        self.assertNotIn("0 processes", shown)
        self.assertNotIn("memory 0 bytes", shown)

    def test_exit_codes(self):
        self.assertIn("Exit code 3", self.world.swy("run", "-b", "-f", "exit 3", status=1).stdout)
        self.assertIn("not found", self.world.swy("run", "-b", "-f", "no-such-command-here", status=1).stdout)

    def test_stop_ends_the_whole_tree(self):
        task_id = self.world.run("-b", "echo $$ > pids; sleep 1000 & echo $! >> pids; setsid sh -c 'echo $$ >> pids; trap \"\" TERM; sleep 1001' & wait")
        pids = until(lambda: self.read_pids(3), "three processes")
        self.world.swy("stop", task_id)
        self.world.swy("wait", "--timeout", "20s", task_id, status=4)
        until(lambda: not [pid for pid in pids if os.path.exists("/proc/%d" % pid)], "the tree to be gone")

    def read_pids(self, count):
        try:
            with open(self.world.folder + "/pids") as file:
                pids = [int(line) for line in file.read().split()]
        except (OSError, ValueError):
            return None
        return pids if len(pids) == count else None

    def test_engine_killed_while_a_task_runs(self):
        os.mkfifo(self.world.folder + "/pipe")
        task_id = self.world.run("-b", "while read line; do echo got $line; done < pipe")
        with open(self.world.folder + "/pipe", "w", buffering=1) as pipe:
            for number in range(100):
                pipe.write("%d\n" % number)
            engine = self.world.engine_pid()
            os.kill(engine, signal.SIGKILL)
            until(lambda: process_state(engine) in (None, "Z"), "the engine to die")
            for number in range(100, 200):
                pipe.write("%d\n" % number)
            task = self.world.wait_status(task_id, "running")  # this call starts another engine
            self.assertNotEqual(self.world.engine_pid(), engine)
            self.assertEqual(task["attempt"], 1, "the same attempt goes on")
            for number in range(200, 300):
                pipe.write("%d\n" % number)
        self.world.swy("wait", "--timeout", "30s", task_id)
        log = self.world.swy("logs", task_id).stdout
        self.assertEqual([line for line in log.splitlines() if line.startswith("got ")], ["got %d" % n for n in range(300)])
        events = self.world.events(task_id)
        self.assertGapless(events)
        self.assertEqual([e["data"]["to"] for e in events if e["kind"] == "task.status"], ["queued", "running", "completed"])

    def test_engine_killed_while_a_confirmation_waits(self):
        task_id = self.start_calculator()
        self.world.wait_status(task_id, "waiting")
        os.kill(self.world.engine_pid(), signal.SIGKILL)
        self.world.swy("confirm", task_id, input=CODE + "\n")
        self.world.swy("wait", "--timeout", "60s", task_id)
        self.assertGapless(self.world.events(task_id))

    def test_runner_killed(self):
        task_id = self.world.run("-b", "echo $$ > pids; sleep 1000")
        (shell,) = until(lambda: self.read_pids(1), "the command")
        runner = int(stat_fields(shell)[1])
        os.kill(runner, signal.SIGKILL)
        task = self.world.wait_status(task_id, "interrupted", "queued", "running")
        until(lambda: "interrupted" in [e["data"].get("to") for e in self.world.events(task_id)], "the interruption to be told")
        self.assertGapless(self.world.events(task_id))
        self.assertIsNotNone(task)
        until(lambda: not os.path.exists("/proc/%d" % shell), "the command to die with its runner")

    def test_two_engines(self):
        self.world.swy("engine", "start")
        first = self.world.engine_pid()
        second = subprocess.run([BIN + "/swy", "engine"], env=self.world.environment, capture_output=True, text=True, timeout=120)
        self.assertNotEqual(second.returncode, 0)
        self.assertIn(str(first), second.stderr)
        self.assertEqual(self.world.engine_pid(), first)


if __name__ == "__main__":
    unittest.main(verbosity=2)
