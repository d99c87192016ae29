"""An agent that tries what it must not do. The goal names a JSON file with its attempts, each {"how": …, …}:
terminal {command}, permission {command}, write {path}, read {path}, process {command} (in its own process),
engine and runner {socket, method, params}. The outcome of each is its message, a JSON list of true (it got through) or false."""
import json
import os
import socket
import subprocess
import sys

next_id = [1000]


def send(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def call(method, **params):
    next_id[0] += 1
    send({"id": next_id[0], "method": method, "params": {"sessionId": "s1", **params}})
    while True:
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        answer = json.loads(line)
        if answer.get("id") == next_id[0] and "method" not in answer:
            return answer


def terminal(command):
    made = call("terminal/create", command=command)
    if "error" in made:
        return False
    identity = made["result"]["terminalId"]
    return call("terminal/wait_for_exit", terminalId=identity)["result"].get("exitCode") == 0


def permission(command):
    options = [{"optionId": "yes", "name": "Yes", "kind": "allow_once"}, {"optionId": "no", "name": "No", "kind": "reject_once"}]
    answer = call("session/request_permission", options=options,
                  toolCall={"toolCallId": "p%d" % next_id[0], "title": command, "kind": "execute", "rawInput": {"command": command}})
    return answer.get("result", {}).get("outcome", {}).get("optionId") == "yes"


def rpc(path, *messages):
    """Whether the last one was answered with a result."""
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(30)
        door.connect(path)
        lines = door.makefile("rw")
        for number, (method, params) in enumerate(messages):
            lines.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
            lines.flush()
            while True:
                answer = json.loads(lines.readline())
                if answer.get("id") == number and "method" not in answer:
                    break
        return "result" in answer


def attempt(how, **words):
    if how == "terminal":
        return terminal(**words)
    if how == "permission":
        return permission(**words)
    if how == "write":
        return "result" in call("fs/write_text_file", content="x\n", **words)
    if how == "read":
        return "result" in call("fs/read_text_file", **words)
    if how == "process":
        return subprocess.run(["bash", "-c", words["command"]], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    hello = [("hello", {"protocol": 1, "client": "window", "version": "1"})] if how == "engine" else []
    doors = [words["socket"]]
    if os.path.isdir(doors[0]):
        doors = [os.path.join(doors[0], name) for name in os.listdir(doors[0]) if name.endswith(".sock")]
    through = False
    for door in doors:
        try:
            through = rpc(door, *hello, (words["method"], words["params"])) or through
        except OSError as problem:  # of a runner that has ended
            print(door, problem, file=sys.stderr)
    return through


def work(goal):
    with open(goal.strip()) as file:
        attempts = json.load(file)
    outcome = []
    for words in attempts:
        try:
            outcome.append(attempt(**words))
        except (OSError, ValueError) as problem:
            print(words, problem, file=sys.stderr)
            outcome.append(False)
    return json.dumps(outcome)


while True:
    line = sys.stdin.readline()
    if not line:
        break
    request = json.loads(line)
    method = request.get("method")
    if method == "initialize":
        send({"id": request["id"], "result": {"protocolVersion": 1, "agentCapabilities": {}, "agentInfo": {"name": "red", "version": "1"}}})
    elif method == "session/new":
        send({"id": request["id"], "result": {"sessionId": "s1"}})
    elif method == "session/prompt":
        text = work("".join(block.get("text", "") for block in request["params"]["prompt"]))
        send({"method": "session/update", "params": {"sessionId": "s1", "update": {
            "sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}}}})
        send({"id": request["id"], "result": {"stopReason": "end_turn"}})
    elif "id" in request:
        send({"id": request["id"], "error": {"code": -32601, "message": "not here"}})
