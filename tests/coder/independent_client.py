#!/usr/bin/env python3
"""Drives the agent as any ACP client would, without a line of our own code.

    independent_client.py AGENT SCHEMA PROJECT_FOLDER [SCENARIO]

Every message of the agent is checked against the published schema of the protocol; what it does is checked on disk.
Exit status 0 only if all scenarios went as they must. Needs nothing but Python.
"""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from acp_schema import Schema  # noqa: E402

LIMIT = 60  # seconds a scenario may take

REQUESTS = {  # what the agent may send: the definition its parameters must fit
    "session/request_permission": "RequestPermissionRequest",
    "fs/read_text_file": "ReadTextFileRequest",
    "fs/write_text_file": "WriteTextFileRequest",
    "terminal/create": "CreateTerminalRequest",
    "terminal/output": "TerminalOutputRequest",
    "terminal/wait_for_exit": "WaitForTerminalExitRequest",
    "terminal/kill": "KillTerminalRequest",
    "terminal/release": "ReleaseTerminalRequest",
}
RESULTS = {
    "initialize": "InitializeResponse", "session/new": "NewSessionResponse", "session/prompt": "PromptResponse",
    "session/load": "LoadSessionResponse", "session/resume": "ResumeSessionResponse",
    "session/list": "ListSessionsResponse", "session/close": "CloseSessionResponse",
    "session/set_config_option": "SetSessionConfigOptionResponse",
}


class Client:
    def __init__(self, agent, schema, cwd, allow=lambda command: True, environment=None, sessions=""):
        self.schema, self.cwd, self.allow = schema, cwd, allow
        self.problems, self.updates, self.asked, self.reads, self.writes = [], [], [], [], []
        self.terminals, self.next_id, self.answers = {}, 1, queue.Queue()
        self.lock = threading.Lock()
        env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
        env.update({"SWITCHYARD_SCRIPT_PACE_MS": "0"}, **(environment or {}))
        arguments = [agent, "--model", "script:demo"] + (["--sessions", sessions] if sessions else [])
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, message):
        with self.lock:
            self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
            self.process.stdin.flush()

    def request(self, method, **params):
        number, self.next_id = self.next_id, self.next_id + 1
        self.send({"id": number, "method": method, "params": params})
        return number

    def wait(self, number, method):
        deadline = time.monotonic() + LIMIT
        while True:
            message = self.answers.get(timeout=max(0.1, deadline - time.monotonic()))
            if message.get("id") != number:
                self.problems.append(f"an answer nobody waits for: {message}")
                continue
            if "result" in message and method in RESULTS:
                self.problems += self.schema.errors(message["result"], RESULTS[method])
            return message

    def call(self, method, **params):
        return self.wait(self.request(method, **params), method)

    def open(self):
        ready = self.call("initialize", protocolVersion=1, clientInfo={"name": "independent", "version": "1"},
                          clientCapabilities={"fs": {"readTextFile": True, "writeTextFile": True}, "terminal": True})
        assert ready["result"]["protocolVersion"] == 1, ready
        self.session = self.call("session/new", cwd=self.cwd, mcpServers=[])["result"]["sessionId"]
        return ready["result"]

    def prompt(self, text):
        return self.request("session/prompt", sessionId=self.session, prompt=[{"type": "text", "text": text}])

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=10)
        if status != 0:
            self.problems.append(f"the agent left with status {status}")

    def said(self):
        return "".join(u["content"]["text"] for u in self.updates if u["sessionUpdate"] == "agent_message_chunk")

    # ---- the client's side
    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if message.get("jsonrpc") != "2.0":
                self.problems.append(f"not JSON-RPC 2.0: {line[:100]}")
            if "method" not in message:
                self.answers.put(message)
            elif "id" in message:
                threading.Thread(target=self._serve, args=(message,), daemon=True).start()
            elif message["method"] == "session/update":
                self.problems += self.schema.errors(message["params"], "SessionNotification")
                self.updates.append(message["params"]["update"])
            else:
                self.problems.append(f"unknown notification {message['method']}")

    def _serve(self, message):
        method, params = message["method"], message["params"]
        if method not in REQUESTS:
            self.send({"id": message["id"], "error": {"code": -32601, "message": "Method not found"}})
            return
        self.problems += self.schema.errors(params, REQUESTS[method])
        try:
            result = getattr(self, "_" + method.replace("/", "_"))(params)
            self.send({"id": message["id"], "result": result})
        except OSError as error:
            self.send({"id": message["id"], "error": {"code": -32603, "message": str(error)}})

    def _session_request_permission(self, params):
        command = params["toolCall"]["rawInput"]["command"]
        self.asked.append((command, params["toolCall"].get("kind")))
        wanted = "allow_once" if self.allow(command) else "reject_once"
        option = next(o for o in params["options"] if o["kind"] == wanted)
        return {"outcome": {"outcome": "selected", "optionId": option["optionId"]}}

    def _fs_read_text_file(self, params):
        self.reads.append(params["path"])
        with open(params["path"], encoding="utf-8", newline="") as file:
            lines = file.read().split("\n")
        first = (params.get("line") or 1) - 1
        last = first + params["limit"] if params.get("limit") else None
        return {"content": "\n".join(lines[first:last])}

    def _fs_write_text_file(self, params):
        self.writes.append(params["path"])
        with open(params["path"], "w", encoding="utf-8", newline="") as file:
            file.write(params["content"])
        return {}

    def _terminal_create(self, params):
        command = [params["command"], *params["args"]] if params.get("args") else ["bash", "-c", params["command"]]
        process = subprocess.Popen(command, cwd=params.get("cwd"), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = []
        reader = threading.Thread(target=lambda: output.extend(process.stdout), daemon=True)
        reader.start()
        name = f"t{len(self.terminals)}"
        self.terminals[name] = (process, output, reader)
        return {"terminalId": name}

    def _status(self, process):
        code = process.poll()
        return None if code is None else {"exitCode": code if code >= 0 else None, "signal": None if code >= 0 else "KILL"}

    def _terminal_output(self, params):
        process, output, _ = self.terminals[params["terminalId"]]
        text = b"".join(output).decode(errors="replace")
        return {"output": text, "truncated": False, "exitStatus": self._status(process)}

    def _terminal_wait_for_exit(self, params):
        process, _, reader = self.terminals[params["terminalId"]]
        process.wait()
        reader.join()
        return self._status(process)

    def _terminal_kill(self, params):
        self.terminals[params["terminalId"]][0].kill()
        return {}

    _terminal_release = _terminal_kill


def check(client, condition, what):
    if not condition:
        client.problems.append(what)


def play(agent, schema, project, allow_rm):
    client = Client(agent, schema, project, allow=lambda command: allow_rm or not command.startswith("rm "))
    client.open()
    end = client.wait(client.prompt("Build a calculator with tests"), "session/prompt")
    client.close()
    check(client, end.get("result", {}).get("stopReason") == "end_turn", f"the turn ended with {end}")
    check(client, [c for c, _ in client.asked] == ["python3 -m unittest -v"] * 2 + ["rm old_calculator.py"],
          f"asked were {client.asked}")
    check(client, client.asked and client.asked[-1][1] == "delete", "rm is not shown as a deletion")
    check(client, os.path.exists(f"{project}/old_calculator.py") != allow_rm, "the answer about rm was not obeyed")
    done = subprocess.run([sys.executable, "-m", "unittest"], cwd=project, capture_output=True, check=False)
    check(client, done.returncode == 0, f"the tests it wrote fail: {done.stderr.decode()}")
    calls = [u for u in client.updates if u["sessionUpdate"] == "tool_call"]
    ends = [u for u in client.updates if u["sessionUpdate"] == "tool_call_update" and u.get("status") in ("completed", "failed")]
    check(client, len(calls) == len({u["toolCallId"] for u in calls}) == len(ends), "tool calls begin and end unevenly")
    check(client, set(client.reads) >= {f"{project}/old_calculator.py"}, "it read past the client")
    check(client, set(client.writes) == {f"{project}/{n}" for n in ("calculator.py", "test_calculator.py", "README.md")},
          f"written were {client.writes}")
    check(client, ("stays" in client.said()) != allow_rm, "its closing words do not fit what happened")
    return client


def cancel(agent, schema, project):
    client = Client(agent, schema, project, environment={"SWITCHYARD_SCRIPT_PACE_MS": "100"})
    client.open()
    number = client.prompt("Build a calculator with tests")
    while not any(u["sessionUpdate"] == "agent_thought_chunk" for u in client.updates):
        time.sleep(0.01)
    client.send({"method": "session/cancel", "params": {"sessionId": client.session}})
    end = client.wait(number, "session/prompt")
    check(client, end.get("result", {}).get("stopReason") == "cancelled", f"cancelled, it answered {end}")
    client.close()
    return client


def nonsense(agent, schema, project):
    """What no client should send: the agent answers with errors and goes on."""
    client = Client(agent, schema, project)
    client.open()
    client.process.stdin.write(b"this is no JSON\n\n[1,2]\n{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n")
    client.process.stdin.flush()
    for method, params, code in (
        ("session/new", {"cwd": "/no/such/folder", "mcpServers": []}, None),
        ("session/prompt", {"sessionId": "nobody", "prompt": [{"type": "text", "text": "x"}]}, -32002),
        ("session/prompt", {"sessionId": client.session, "prompt": []}, -32602),
        ("session/fly", {}, -32601),
    ):
        answer = client.call(method, **params)
        check(client, "error" in answer and answer["error"]["message"], f"{method} was answered with {answer}")
        check(client, code is None or answer.get("error", {}).get("code") == code, f"{method} gave {answer}")
    end = client.wait(client.prompt("Build a calculator with tests"), "session/prompt")
    check(client, end.get("result", {}).get("stopReason") == "end_turn", f"the turn ended with {end}")
    client.close()
    return client


def killed(agent, schema, project):
    """kill -9 in the middle; another process takes the conversation up."""
    sessions = tempfile.mkdtemp()
    first = Client(agent, schema, project, sessions=sessions, environment={"SWITCHYARD_SCRIPT_PACE_MS": "3"})
    first.open()
    first.prompt("Build a calculator with tests")
    while not os.path.exists(f"{project}/calculator.py"):
        time.sleep(0.01)
    first.process.kill()
    first.process.wait()
    client = Client(agent, schema, project, sessions=sessions)
    ready = client.open()
    check(client, ready["agentCapabilities"]["loadSession"] is True, "it offers no session/load")
    listed = client.call("session/list")["result"]["sessions"]
    check(client, first.session in [s["sessionId"] for s in listed], f"the session is not listed: {listed}")
    before = len(client.updates)
    loaded = client.call("session/load", sessionId=first.session, cwd=project, mcpServers=[])
    check(client, "result" in loaded, f"it cannot be loaded: {loaded}")
    kinds = {u["sessionUpdate"] for u in client.updates[before:]}
    check(client, {"user_message_chunk", "agent_message_chunk", "tool_call", "plan"} <= kinds, f"replayed were only {kinds}")
    client.close()
    client.problems += first.problems
    shutil.rmtree(sessions)
    return client


SCENARIOS = {
    "allowed": lambda *a: play(*a, allow_rm=True), "refused": lambda *a: play(*a, allow_rm=False),
    "cancel": cancel, "nonsense": nonsense, "killed": killed,
}


def main():
    agent, schema_path, source = sys.argv[1:4]
    schema, bad = Schema(schema_path), 0
    for name in sys.argv[4:] or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            project = os.path.join(os.path.realpath(folder), "calc")
            shutil.copytree(source, project)
            started = time.monotonic()
            client = SCENARIOS[name](agent, schema, project)
            print(f"{'FAIL' if client.problems else 'ok':4} {name}: {len(client.updates)} updates, "
                  f"{time.monotonic() - started:.1f} s")
            for problem in client.problems[:20]:
                print(f"     {problem}")
            bad += bool(client.problems)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
