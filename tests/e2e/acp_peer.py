#!/usr/bin/env python3
"""An agent for the conformance tests: plays one scenario over ACP and judges the client by the published schema.

    acp_peer.py        (standard input and output; the scenario is the first word of the prompt)

Every message of the client's must fit the schema, and every one of ours is checked too, so that a test cannot ask for what
no agent may send. The findings are the agent's closing words: {"errors": […], "seen": {…}}.
"""
import base64
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from acp_schema import FILE, Schema  # noqa: E402

SCHEMA = Schema(FILE)
SESSION = "conf-1"
MODES = {"currentModeId": "ask", "availableModes": [{"id": "ask", "name": "Ask"}, {"id": "plan", "name": "Plan"}]}
OPTIONS = [{"id": "model", "name": "Model", "category": "model", "type": "select", "currentValue": "small",
            "options": [{"value": "small", "name": "Small"}, {"value": "large", "name": "Large"}]}]
TEXT = {"type": "text", "text": "words"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# One for each kind of update, complete as the schema has it.
UPDATES = {
    "user_message_chunk": {"content": TEXT},
    "agent_message_chunk": {"content": TEXT, "messageId": "m1"},
    "agent_thought_chunk": {"content": TEXT},
    "tool_call": {"toolCallId": "c1", "title": "Read a", "name": "Read", "kind": "read", "status": "pending",
                  "locations": [{"path": "/x/a", "line": 3}], "rawInput": {"path": "a"}},
    "tool_call_update": {"toolCallId": "c1", "status": "completed", "content": [
        {"type": "content", "content": TEXT}, {"type": "diff", "path": "/x/a", "oldText": None, "newText": "n\n"},
        {"type": "terminal", "terminalId": "t9"}], "rawOutput": {"ok": True}},
    "plan": {"entries": [{"content": "One", "priority": "high", "status": "in_progress"}]},
    "available_commands_update": {"availableCommands": [{"name": "test", "description": "Runs", "input": {"hint": "which"}}]},
    "current_mode_update": {"currentModeId": "plan"},
    "config_option_update": {"configOptions": OPTIONS},
    "session_info_update": {"title": "A title", "updatedAt": "2026-11-21T10:00:00Z"},
    "usage_update": {"used": 900, "size": 1000, "cost": {"amount": 0.25, "currency": "USD"}},
    "notice": {"severity": "warning", "title": "Low", "description": "Very"},
    "compaction_update": {"compactionId": "k1", "status": "in_progress"},
    "compaction_summary_chunk": {"compactionId": "k1", "content": TEXT},
}


class Peer:
    def __init__(self):
        self.errors, self.seen, self.pending, self.next_id, self.cancelled = [], {}, {}, 100, False
        self.closed = self.twice = False

    # ------------------------------------------------------------------ lines
    def send(self, message):
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        sys.stdout.flush()

    def check(self, value, name, who):
        if name is None:
            return
        for error in SCHEMA.errors(value, name):
            self.errors.append("%s: %s" % (who, error))

    def read(self):
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        message = json.loads(line)
        method, params = message.get("method"), message.get("params")
        if method:
            self.seen.setdefault(method, []).append(params)
            kind = "Request" if "id" in message else "Notification"
            if not method.startswith("_"):
                name = SCHEMA.of(method, "agent", kind)
                if name is None and method != "session/set_model":
                    self.errors.append("client sent %s %s, which the schema does not have" % (kind, method))
                self.check(params, name, "client " + method)
        return message

    def request(self, method, params, valid=True):
        """Asks the client and waits; other messages are handled meanwhile."""
        if valid:
            self.check(params, SCHEMA.of(method, "client", "Request"), "ours " + method)
        number, self.next_id = self.next_id, self.next_id + 1
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.read()
            if "method" not in message and message.get("id") == number:
                if "result" in message and valid:
                    self.check(message["result"], SCHEMA.of(method, "client", "Response"), "client's answer to " + method)
                return message
            self.handle(message)

    def update(self, variant, **fields):
        params = {"sessionId": SESSION, "update": {"sessionUpdate": variant, **fields}}
        self.check(params, "SessionNotification", "ours " + variant)
        self.send({"method": "session/update", "params": params})

    def answer(self, message, result):
        self.check(result, SCHEMA.of(message["method"], "agent", "Response"), "our answer to " + message["method"])
        self.send({"id": message["id"], "result": result})

    # ------------------------------------------------------------------ the agent
    def handle(self, message):
        method = message.get("method")
        if method == "initialize":
            ways = [{"id": "key", "name": "Key"}]
            if message["params"]["clientCapabilities"].get("auth", {}).get("terminal"):
                ways.append({"id": "tty", "name": "Terminal", "type": "terminal", "args": ["--login"], "env": {"LOGIN_WITH": "care"}})
            self.answer(message, {"protocolVersion": 1, "agentInfo": {"name": "conf", "version": "1.0"},
                                  "agentCapabilities": {"loadSession": True, "promptCapabilities": {"image": True, "embeddedContext": True},
                                                        "mcpCapabilities": {"http": True},
                                                        "sessionCapabilities": {"resume": {}, "list": {}, "close": {}, "additionalDirectories": {}}},
                                  "authMethods": ways})
        elif method == "session/new" and os.path.exists("login-needed") and "authenticate" not in self.seen:
            self.send({"id": message["id"], "error": {"code": -32000, "message": "Authentication required"}})
        elif method in ("session/new", "session/load", "session/resume"):
            result = {"modes": MODES, "configOptions": OPTIONS}
            self.answer(message, {"sessionId": SESSION, **result} if method == "session/new" else result)
        elif method == "session/set_config_option":
            self.answer(message, {"configOptions": [{**OPTIONS[0], "currentValue": message["params"]["value"]}]})
        elif method == "session/list":
            self.answer(message, {"sessions": []})
        elif method == "session/prompt":
            words = " ".join(block.get("text", "") for block in message["params"]["prompt"])
            scenario = next((word for word in words.split() if hasattr(self, "play_" + word)), None)
            reason = getattr(self, "play_" + scenario)(message["params"]) if scenario else "end_turn"
            seen = {method: len(all_of) for method, all_of in self.seen.items()}
            self.update("agent_message_chunk", messageId="report", content={"type": "text", "text": json.dumps({"errors": self.errors, "seen": seen})})
            for _ in range(2 if self.twice else 1):
                self.answer(message, {"stopReason": reason or "end_turn"})
        elif method == "session/cancel":
            self.cancelled = True
        elif "id" in message and method:
            self.answer(message, {})

    def ask(self, call, options=None):
        options = options or [{"optionId": "z", "name": "Always", "kind": "allow_always"}, {"optionId": "no", "name": "No", "kind": "reject_once"},
                              {"optionId": "yes", "name": "Yes", "kind": "allow_once"}, {"optionId": "never", "name": "Never", "kind": "reject_always"}]
        return self.request("session/request_permission", {"sessionId": SESSION, "toolCall": call, "options": options})

    # ------------------------------------------------------------------ scenarios: one for each method and kind
    def play_updates(self, params):
        for kind, fields in UPDATES.items():
            self.update(kind, **fields)
        missing = {variant["properties"]["sessionUpdate"]["const"] for variant in SCHEMA.definitions["SessionUpdate"]["oneOf"]} - set(UPDATES)
        self.errors += ["no test for the update %s" % kind for kind in missing]

    def play_permission(self, params):
        for command, wanted in (("ls", "yes"), ("sudo reboot --refused-by-the-test", "no")):
            result = self.ask({"toolCallId": command, "title": command, "kind": "execute", "rawInput": {"command": command}})["result"]
            if result["outcome"] != {"outcome": "selected", "optionId": wanted}:
                self.errors.append("%s was answered %s" % (command, result))

    def play_permission_outside(self, params):
        result = self.ask({"toolCallId": "e", "title": "Write", "kind": "edit", "locations": [{"path": "/etc/passwd"}]})["result"]
        if result["outcome"].get("optionId") != "no":
            self.errors.append("a file outside was allowed: %s" % result)

    def play_files(self, params):
        cwd = os.getcwd()
        result = self.request("fs/write_text_file", {"sessionId": SESSION, "path": cwd + "/made.txt", "content": "a\nb\nc\n"})
        read = self.request("fs/read_text_file", {"sessionId": SESSION, "path": cwd + "/made.txt", "line": 2, "limit": 1})
        if "result" not in result or read.get("result", {}).get("content", "").strip() != "b":
            self.errors.append("files: %s %s" % (result, read))
        for path in ("/etc/hostname", cwd + "/../escape.txt", cwd + "/.git/hooks/pre-commit"):
            if "error" not in self.request("fs/write_text_file", {"sessionId": SESSION, "path": path, "content": "x"}):
                self.errors.append("was let write " + path)

    def play_terminals(self, params):
        made = self.request("terminal/create", {"sessionId": SESSION, "command": "sh", "args": ["-c", "echo out; exit 3"],
                                                "env": [{"name": "A", "value": "b"}], "cwd": os.getcwd(), "outputByteLimit": 1000})
        terminal = {"sessionId": SESSION, "terminalId": made["result"]["terminalId"]}
        ended = self.request("terminal/wait_for_exit", terminal)["result"]
        output = self.request("terminal/output", terminal)["result"]
        if ended.get("exitCode") != 3 or output["output"] != "out\n" or output["exitStatus"]["exitCode"] != 3:
            self.errors.append("terminal: %s %s" % (ended, output))
        self.request("terminal/release", terminal)
        if "error" not in self.request("terminal/output", terminal):
            self.errors.append("a released terminal answers")
        long = self.request("terminal/create", {"sessionId": SESSION, "command": "sleep 300"})
        terminal = {"sessionId": SESSION, "terminalId": long["result"]["terminalId"]}
        self.request("terminal/kill", terminal)
        if not self.request("terminal/wait_for_exit", terminal)["result"].get("signal"):
            self.errors.append("a killed command has no signal")
        self.request("terminal/release", terminal)

    def play_blocks(self, params):
        kinds = [block["type"] for block in params["prompt"]]
        if kinds != ["text", "image", "resource", "resource_link"]:
            self.errors.append("the prompt has %s" % kinds)
        image = next(block for block in params["prompt"] if block["type"] == "image")
        base64.b64decode(image["data"], validate=True)

    def play_options(self, params):
        new = self.seen["session/new"][0]
        names = [server["name"] for server in new["mcpServers"]]
        if names != ["tools"] or not new.get("additionalDirectories"):
            self.errors.append("session/new: %s" % new)
        if self.seen.get("session/set_mode", [{}])[0].get("modeId") != "plan":
            self.errors.append("the mode was not set")
        if self.seen.get("session/set_config_option", [{}])[0].get("value") != "large":
            self.errors.append("the model was not set")
        if "be brief" not in params["prompt"][0]["text"]:
            self.errors.append("the instructions are not in the prompt")

    def play_extensions(self, params):
        self.send({"method": "_vendor/weather", "params": {"sun": True}})
        self.send({"method": "$/vendor", "params": {}})
        self.update("agent_message_chunk", content=TEXT, _meta={"vendor": {"x": 1}})
        self.send({"method": "session/update", "params": {"sessionId": SESSION, "update": {"sessionUpdate": "from_the_future", "y": 1}}})
        answer = self.request("_vendor/question", {"z": 1}, valid=False)
        if answer.get("error", {}).get("code") != -32601:
            self.errors.append("an unknown request was answered %s" % answer)
        wrong = self.request("terminal/create", {"sessionId": SESSION}, valid=False)
        if wrong.get("error", {}).get("code") != -32602:
            self.errors.append("a request without its command was answered %s" % wrong)
        stranger = self.request("fs/read_text_file", {"sessionId": "another", "path": "/x"}, valid=False)
        if "error" not in stranger:
            self.errors.append("another session was served")

    def play_question(self, params):
        answer = self.request("_switchyard/ask_user", {"sessionId": SESSION, "question": "Which?", "options": ["a"]}, valid=False)
        if answer.get("result") != {"answer": "the second"}:
            self.errors.append("the question was answered %s" % answer)

    def play_cancel(self, params):
        answer = self.ask({"toolCallId": "d", "title": "rm -rf x", "kind": "execute", "rawInput": {"command": "rm -rf x"}})
        while not self.cancelled:
            self.handle(self.read())
        with open("cancelled.json", "w") as file:
            json.dump({"answer": answer, "errors": self.errors}, file)
        return "cancelled"

    def play_max_tokens(self, params):
        return "max_tokens"

    def play_max_turn_requests(self, params):
        return "max_turn_requests"

    def play_refusal(self, params):
        return "refusal"

    def play_end_turn(self, params):
        return "end_turn"

    # ------------------------------------------------------------------ an agent that is broken
    def play_silence(self, params):
        time.sleep(600)

    def play_death(self, params):
        self.update("agent_message_chunk", content=TEXT)
        os.kill(os.getpid(), signal.SIGKILL)

    def play_half(self, params):
        sys.stdout.write('{"jsonrpc": "2.0", "method": "session/upd')
        sys.stdout.flush()
        os._exit(1)

    def play_flood(self, params):
        for _ in range(100):
            sys.stdout.write("x" * (1 << 20))
        sys.stdout.write("\n")
        sys.stdout.flush()
        time.sleep(600)

    def play_rubbish(self, params):
        for _ in range(1000):
            print("this is no message", flush=True)
        time.sleep(600)

    def play_twice(self, params):
        for number in (4711, "text", None, True, [1]):
            self.send({"id": number, "result": {"stopReason": "refusal"}})
        self.twice = True


if __name__ == "__main__":
    if "--login" in sys.argv:
        print("logged in with", os.environ.get("LOGIN_WITH"))
        sys.exit(0)
    peer = Peer()
    while True:
        peer.handle(peer.read())
