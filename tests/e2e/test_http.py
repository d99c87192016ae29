"""Answers to waiting commands over `swy http`, with the real programs."""
import json
import os
import socket
import subprocess
import threading
import time
import unittest

from doors import Server
from switchyard_world import World, until

CODE = "Kranich-6283"  # no id, hash or time can hold it by chance
GOAL = "Build a calculator with tests"


class Http(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def serve(self, *arguments):
        server = Server(self.world, *arguments)
        self.addCleanup(server.process.stdout.close)
        self.addCleanup(server.process.stderr.close)
        return server

    def start_task(self, server, name="project"):
        """A task that waits for the code, as the server tells of it."""
        project = self.world.repository(name)
        task_id = self.world.run("--agent", "builtin", "--model", "script:demo", GOAL, cwd=project)
        return until(lambda: [one for one in server.waiting() if one["task_id"] == task_id], "the task to wait for the code")[0]

    def answers(self, task_id):
        return [event["data"] for event in self.world.events(task_id) if event["kind"] == "confirmation.answered"]

    def old_file(self, task_id):
        return os.path.join(self.world.task(task_id)["worktree"], "old_calculator.py")

    def test_a_whole_confirmation(self):
        self.world.swy("code", "set", input=CODE + "\n")
        server = self.serve()
        self.assertEqual(server.waiting(), [])
        self.assertEqual(server.confirm(code=CODE)[0], 409)
        request = self.start_task(server)
        task_id = request["task_id"]
        self.assertIn("old_calculator.py", request["command"])
        old = self.old_file(task_id)
        status, wrong = server.confirm(task_id=task_id, code="Kranich-0000")
        self.assertEqual(status, 403)
        self.assertIn("4 tries left", wrong["hint"])
        self.assertEqual(server.waiting()[0]["tries_left"], 4)
        self.assertTrue(os.path.exists(old), "nothing is deleted before the code")
        status, taken = server.confirm(task_id=task_id, code=CODE, door="chat")
        self.assertEqual(status, 200, taken)
        self.assertEqual((taken["request_id"], taken["allowed"]), (request["request_id"], True))
        self.assertNotIn(CODE, json.dumps(taken))
        self.world.swy("wait", "--timeout", "120s", task_id)
        self.assertFalse(os.path.exists(old))
        self.assertEqual(server.waiting(), [])
        self.assertEqual(server.confirm(request_id=request["request_id"], code=CODE)[0], 409, "an answer is good for once")
        answer, = self.answers(task_id)
        self.assertEqual((answer["allowed"], answer["door"]), (True, "chat"))
        self.assertIn("test", answer["by"])
        audit = [json.loads(line) for line in self.world.swy("audit", "--json").stdout.splitlines()]
        doors = [entry.get("door") for entry in audit if entry.get("id") == request["request_id"] and entry.get("door")]
        self.assertIn("chat", doors)
        self.assertIn("http", doors)  # the wrong one
        for secret in (CODE, server.token):
            found = subprocess.run(["grep", "-rlaF", secret, self.world.root], capture_output=True, text=True, timeout=60)
            self.assertEqual(found.stdout, "", "kept nowhere")

    def test_four_at_once_and_one_is_taken(self):
        self.world.swy("code", "set", input=CODE + "\n")
        server = self.serve()
        request = self.start_task(server)
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(server.confirm(request_id=request["request_id"], code=CODE)[0])) for _ in range(3)]
        threads += [threading.Thread(target=lambda: statuses.append(
            {0: 200, 5: 409, 7: 409}.get(self.world.swy("confirm", request["task_id"], input=CODE + "\n", status=None).returncode)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(180)
        self.assertEqual(sorted(statuses), [200, 409, 409, 409])
        self.world.swy("wait", "--timeout", "120s", request["task_id"])
        self.assertEqual([answer["allowed"] for answer in self.answers(request["task_id"])], [True])

    def test_wrong_codes_refuse_and_lock(self):
        self.world.swy("code", "set", input=CODE + "\n")
        server = self.serve()
        request, other = self.start_task(server), self.start_task(server, "other")
        old = self.old_file(request["task_id"])
        said = [server.confirm(request_id=request["request_id"], code="Kranich-%04d" % number) for number in range(4)]
        before = time.monotonic()
        said.append(server.confirm(request_id=request["request_id"], code="Kranich-0004"))
        status, locked = server.confirm(request_id=other["request_id"], code=CODE)
        if time.monotonic() - before < 25:  # the first lock is of 30 s
            self.assertEqual(status, 429, locked)
            self.assertEqual(self.answers(other["task_id"]), [])
        self.assertEqual({status for status, _ in said}, {403}, said)
        self.assertIn("refused", said[-1][1]["detail"])
        self.world.wait_status(request["task_id"], "completed", "failed", "cancelled")
        self.assertTrue(os.path.exists(old))
        self.assertEqual([answer["allowed"] for answer in self.answers(request["task_id"])], [False])

    def test_only_who_has_a_token(self):
        server = self.serve()
        for headers, status in [({"Authorization": None}, 401), ({"Authorization": "Bearer swy_wrong"}, 401), ({"Authorization": "Basic eDp5"}, 401),
                                ({"Host": "evil.example"}, 421), ({"Host": "localhost.evil.example:80"}, 421), ({"Host": "localhost"}, 200),
                                ({"Origin": "http://127.0.0.1:%d" % server.port}, 403)]:
            with self.subTest(headers=headers):
                for path in ("/api/confirmations", "/openapi.json"):
                    self.assertEqual(server.ask("GET", path, headers=headers)[0], status)
        self.world.swy("http", "revoke", "test")
        self.assertEqual(server.ask("GET", "/api/confirmations")[0], 401, "a revoked token counts no longer, at once")
        self.assertEqual(self.world.swy("http", "tokens").stdout, "")
        self.world.swy("http", "revoke", "test", status=5)

    def test_the_document(self):
        server = self.serve()
        status, document = server.ask("GET", "/openapi.json")
        self.assertEqual(status, 200)
        self.assertEqual({(path, method) for path, methods in document["paths"].items() for method in methods},
                         {("/webhook/background-confirmation", "post"), ("/api/confirmations", "get"), ("/openapi.json", "get")})
        self.assertEqual(server.ask("GET", "/webhook/background-confirmation")[0], 405)
        self.assertEqual(server.ask("GET", "/api/projects")[0], 404)

    def raw(self, server, data):
        """What the server says to these bytes until it hangs up or has answered."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=90) as line:
            try:
                line.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            said = b""
            while b"\r\n\r\n" not in said:
                chunk = line.recv(65536)
                if not chunk:
                    break
                said += chunk
            return said

    def test_bad_input(self):
        server = self.serve()
        for body, status in [(b"", 400), (b"[]", 400), (b"{", 400), (b"\xff", 400), (b'{"code":6283}', 422), (b'{"code":"x","door":"window"}', 422),
                             (b'{"code":"x","task_id":"ffffff"}', 404), (b'{"code":"x","more":1}', 422)]:
            with self.subTest(body=body):
                answer = server.ask("POST", "/webhook/background-confirmation", body)
                self.assertEqual(answer[0], status, answer)
        self.assertEqual(server.ask("POST", "/webhook/background-confirmation", b"{}", headers={"Content-Type": "text/plain"})[0], 415)
        head = b"Host: localhost\r\nAuthorization: Bearer " + server.token.encode() + b"\r\n"
        for data, status in [(b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\n\r\n", b"400"),
                             (b"GET /" + b"a" * 100_000, b"431"),
                             (b"POST / HTTP/1.1\r\n" + head + b"Content-Length: 9999999\r\n\r\n" + b"x" * 3_000_000, b"413"),
                             (b"POST / HTTP/1.1\r\n" + head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
                             (b"POST / HTTP/1.1\r\n" + head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"400")]:
            with self.subTest(data=data[:40]):
                said = self.raw(server, data)
                self.assertTrue(said.startswith(b"HTTP/1.1 " + status), said[:200])
        self.assertEqual(server.waiting(), [])

    def test_wrong_calls(self):
        self.assertIn("--beyond-this-machine", self.world.swy("http", "--address", "0.0.0.0", status=2).stderr)
        self.world.swy("http", "--address", "nowhere", status=2)
        self.world.swy("http", "--port", "70000", status=2)
        self.world.swy("http", "further", status=2)
        self.world.swy("http", "token", " ", status=2)
        first = self.world.swy("http", "token").stdout
        self.assertRegex(first, r"^swy_[A-Za-z0-9_-]{43}\n$")
        self.assertNotEqual(first, self.world.swy("http", "token").stdout)
        self.assertEqual([one["name"] for one in json.loads(self.world.swy("http", "tokens", "--json").stdout)["tokens"]], ["default"])
        self.assertEqual(os.stat(self.world.root + "/config/http_tokens.json").st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main(verbosity=2)
