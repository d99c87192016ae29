"""An assistant that starts, follows and answers a task through `swy mcp`, with the real programs."""
import json
import os
import subprocess
import threading
import unittest

from doors import Assistant, Server
from switchyard_world import BIN, World, until

CODE = "Kranich-6283"  # no id, hash or time can hold it by chance
GOAL = "Build a calculator with tests"
TOOLS = ["start_autonomous_coding", "check_coding_progress", "cancel_coding_task", "submit_background_confirmation"]


class Mcp(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def assistant(self, *arguments, **options):
        assistant = Assistant(self.world, "--model", "script:demo", *arguments, **options)
        self.addCleanup(self.close_pipes, assistant.process)
        return assistant

    @staticmethod
    def close_pipes(process):
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def start_task(self, assistant):
        """A task that waits for the code, as the assistant is told of it: (task, request)."""
        self.world.swy("code", "set", input=CODE + "\n")
        project = self.world.repository()
        started = assistant.call("start_autonomous_coding", goal=GOAL, project_path=project)
        self.assertFalse(started["isError"], started)
        task_id = started["structuredContent"]["task"]["task_id"]

        def waits():
            task = assistant.call("check_coding_progress", task_id=task_id)["structuredContent"]["tasks"][0]
            self.assertNotIn(task["status"], ("failed", "completed"), task)
            return task if task.get("waiting_for") else None
        task = until(waits, "the task to wait for the code")
        return task, task["waiting_for"][0]

    def hold(self, data, schema):
        """As far as our schemas go: no name that is not there, and none missing."""
        self.assertLessEqual(set(schema.get("required", [])), set(data))
        for key, value in data.items():
            part = schema["properties"][key]
            kind = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}[part["type"]]
            self.assertIsInstance(value, kind, key)
            for item in value if kind is list and part["items"]["type"] == "object" else [value] if kind is dict else []:
                self.hold(item, part["items"] if kind is list else part)

    def test_a_whole_task(self):
        assistant = self.assistant()
        self.assertEqual(assistant.hello["result"]["protocolVersion"], "2025-06-18")
        tools = {tool["name"]: tool for tool in assistant.ask("tools/list")["result"]["tools"]}
        self.assertEqual(sorted(tools), sorted(TOOLS))
        task, request = self.start_task(assistant)
        self.assertIn("old_calculator.py", request["command"])
        self.assertIn("deletes a file", " ".join(request["reasons"]))
        real = self.world.task(task["task_id"])
        self.assertEqual(real["branch"], "task/" + task["task_id"])
        old = os.path.join(real["worktree"], "old_calculator.py")
        self.assertTrue(os.path.exists(old), "nothing is deleted before the code")
        shown = assistant.call("check_coding_progress")
        self.hold(shown["structuredContent"], tools["check_coding_progress"]["outputSchema"])
        self.assertIn(request["command"], shown["content"][0]["text"])

        wrong = assistant.call("submit_background_confirmation", code="Kranich-0000", task_id=task["task_id"])
        self.assertTrue(wrong["isError"])
        self.assertIn("wrong", wrong["content"][0]["text"])
        self.assertIn("4 tries left", wrong["content"][0]["text"])
        missing = assistant.call("submit_background_confirmation", task_id=task["task_id"])
        self.assertTrue(missing["isError"])
        self.assertTrue(os.path.exists(old))
        right = assistant.call("submit_background_confirmation", code=CODE, request_id=request["request_id"])
        self.assertFalse(right["isError"], right)
        self.hold(right["structuredContent"], tools["submit_background_confirmation"]["outputSchema"])
        self.assertNotIn(CODE, json.dumps(right))
        self.world.swy("wait", "--timeout", "120s", task["task_id"])
        self.assertFalse(os.path.exists(old))
        ended = assistant.call("check_coding_progress", task_id=task["task_id"])
        self.hold(ended["structuredContent"], tools["check_coding_progress"]["outputSchema"])
        self.assertEqual(ended["structuredContent"]["tasks"][0]["status"], "completed")

        replayed = assistant.call("submit_background_confirmation", code=CODE, request_id=request["request_id"])
        self.assertTrue(replayed["isError"])
        answers = [event["data"] for event in self.world.events(task["task_id"]) if event["kind"] == "confirmation.answered"]
        self.assertEqual([(answer["allowed"], answer["door"]) for answer in answers], [(True, "mcp")])
        self.assertIn("Test assistant", answers[0]["by"])
        audit = [json.loads(line) for line in self.world.swy("audit", "--json").stdout.splitlines()]
        self.assertTrue([entry for entry in audit if entry.get("id") == request["request_id"] and entry.get("door") == "mcp"], audit)
        found = subprocess.run(["grep", "-rlaF", CODE, self.world.root], capture_output=True, text=True, timeout=60)
        self.assertEqual(found.stdout, "", "the code is kept nowhere")
        status, words = assistant.end()
        self.assertEqual((status, words), (0, ""))

    def test_refusing_needs_no_code(self):
        assistant = self.assistant()
        task, request = self.start_task(assistant)
        refused = assistant.call("submit_background_confirmation", allow=False)
        self.assertFalse(refused["isError"], refused)
        self.assertEqual(refused["structuredContent"]["request_id"], request["request_id"])
        self.world.swy("wait", "--timeout", "120s", task["task_id"])
        self.assertTrue(os.path.exists(os.path.join(self.world.task(task["task_id"])["worktree"], "old_calculator.py")))

    def test_a_task_can_be_cancelled(self):
        assistant = self.assistant()
        task, _ = self.start_task(assistant)
        cancelled = assistant.call("cancel_coding_task")
        self.assertFalse(cancelled["isError"], cancelled)
        self.world.wait_status(task["task_id"], "cancelled")
        again = assistant.call("cancel_coding_task")
        self.assertTrue(again["isError"])
        self.assertIn("No task is at work", again["content"][0]["text"])

    def test_two_doors_at_once(self):
        assistant = self.assistant()
        server = Server(self.world)
        self.addCleanup(self.close_pipes, server.process)
        task, request = self.start_task(assistant)
        answers = []
        asking = threading.Thread(target=lambda: answers.append(server.confirm(code=CODE, request_id=request["request_id"])))
        asking.start()
        mine = assistant.call("submit_background_confirmation", code=CODE, request_id=request["request_id"])
        asking.join(90)
        (status, theirs), = answers
        self.assertEqual([status == 200, not mine["isError"]].count(True), 1, (status, theirs, mine))
        if status != 200:
            self.assertEqual(status, 409, theirs)
        self.world.swy("wait", "--timeout", "120s", task["task_id"])
        answered = [event["data"] for event in self.world.events(task["task_id"]) if event["kind"] == "confirmation.answered"]
        self.assertEqual([(one["allowed"], one["door"]) for one in answered], [(True, "http" if status == 200 else "mcp")])

    def test_bad_input(self):
        assistant = self.assistant(version="2024-11-05")
        self.assertEqual(assistant.hello["result"]["protocolVersion"], "2024-11-05")
        for line, code in [(b"hello", -32700), (b"{", -32700), (b"\xff\xfe", -32700), (b"[]", -32600), (b'{"jsonrpc":"2.0"}', -32600),
                           (b"x" * (2 << 20), -32600), (b'{"jsonrpc":"2.0","id":1,"method":"nothing"}', -32601),
                           (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}', -32602),
                           (b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}', -32602)]:
            with self.subTest(line=line[:60]):
                assistant.say(line)
                self.assertEqual(assistant.hear()["error"]["code"], code)
        self.assertEqual(assistant.ask("ping")["result"], {})
        for arguments, says in [({}, "goal"), ({"goal": ""}, "goal"), ({"goal": "x", "project_path": "/nowhere"}, "/nowhere"),
                                ({"goal": "x", "project_path": self.world.folder, "sandbox": "off"}, "sandbox"),
                                ({"goal": "x", "time_limit_minutes": 0}, "time_limit_minutes")]:
            with self.subTest(arguments=arguments):
                refused = assistant.call("start_autonomous_coding", **arguments)
                self.assertTrue(refused["isError"])
                self.assertIn(says, refused["content"][0]["text"])
                self.assertNotIn("structuredContent", refused)
        self.assertTrue(assistant.call("check_coding_progress", task_id="ffffff")["isError"])
        self.assertEqual(assistant.end()[0], 0)

    def test_without_confirming(self):
        assistant = self.assistant("--no-confirm")
        self.assertEqual([tool["name"] for tool in assistant.ask("tools/list")["result"]["tools"]], TOOLS[:3])
        self.assertEqual(assistant.ask("tools/call", name=TOOLS[3], arguments={"code": CODE})["error"]["code"], -32602)

    def test_what_was_piped_in_is_answered(self):
        lines = [{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-03-26"}},
                 {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "check_coding_progress"}}]
        done = subprocess.run([BIN + "/swy", "mcp"], env=self.world.environment, cwd=self.world.folder, capture_output=True, text=True,
                              input="\n".join(map(json.dumps, lines)), timeout=180)
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([answer["id"] for answer in answers], [1, 2])
        self.assertIn("No task", answers[1]["result"]["content"][0]["text"])

    def test_wrong_calls(self):
        self.assertIn("no folder", self.world.swy("mcp", "--project", "/nowhere", status=5).stderr)
        self.world.swy("mcp", "further", status=2)
        self.world.swy("mcp", "--nonsense", status=2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
