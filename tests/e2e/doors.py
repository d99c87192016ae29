"""Clients of `swy mcp` and `swy http`, as an assistant and a program that brings answers would be."""
import http.client
import json
import select
import subprocess
import time

from switchyard_world import BIN


class Assistant:
    """A client of the Model Context Protocol on the standard input and output of `swy mcp`."""

    def __init__(self, world, *arguments, version="2025-06-18", cwd=None):
        self.process = subprocess.Popen([BIN + "/swy", "mcp", *arguments], env=world.environment, cwd=cwd or world.folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        world.started.append(self.process)
        self.number = 0
        self.inbox = b""
        self.hello = self.ask("initialize", protocolVersion=version, capabilities={}, clientInfo={"name": "Test assistant", "version": "1"})
        self.notify("notifications/initialized")

    def say(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def notify(self, method, **params):
        self.say(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def hear(self, seconds=90):
        """The next message."""
        end = time.monotonic() + seconds
        while b"\n" not in self.inbox:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError("swy mcp said nothing for %g s" % seconds)
            chunk = self.process.stdout.read1(65536)
            if not chunk:
                raise AssertionError("swy mcp has ended")
            self.inbox += chunk
        line, self.inbox = self.inbox.split(b"\n", 1)
        return json.loads(line)

    def ask(self, method, **params):
        self.number += 1
        self.say(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}).encode())
        return self.hear()

    def call(self, tool, **arguments):
        return self.ask("tools/call", name=tool, arguments=arguments)["result"]

    def end(self):
        """Ends the input; the exit status, and what it said on standard error."""
        self.process.stdin.close()
        status = self.process.wait(60)
        return status, self.process.stderr.read().decode()


class Server:
    """`swy http` on a port of its own choice."""

    def __init__(self, world, *arguments):
        self.token = world.swy("http", "token", "test").stdout.strip()
        self.process = subprocess.Popen([BIN + "/swy", "http", "--port", "0", *arguments], env=world.environment, cwd=world.folder, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        world.started.append(self.process)
        line = self.process.stdout.readline()
        if not line.startswith("Listening on http://127.0.0.1:"):
            raise AssertionError("swy http said %r %r" % (line, self.process.stderr.read()))
        self.port = int(line.rsplit(":", 1)[1])

    def ask(self, method, path, body=None, token="", headers=None):
        """(status, answer) of one request; `body` bytes or what becomes JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        fields = {"Authorization": "Bearer " + (token or self.token), "Content-Type": "application/json"}
        fields.update(headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        connection.request(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body), fields)
        answer = connection.getresponse()
        data = json.loads(answer.read())
        connection.close()
        return answer.status, data

    def confirm(self, **body):
        return self.ask("POST", "/webhook/background-confirmation", body)

    def waiting(self):
        status, data = self.ask("GET", "/api/confirmations")
        if status != 200:
            raise AssertionError((status, data))
        return data["confirmations"]
