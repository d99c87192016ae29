#!/usr/bin/python3
"""How many of an agent's updates come through: agent → runner → journal → engine → database → a client that listens.

The agent is this same program (--agent): it says everything at once and then ends its turn. The limit of the same run is a
process that reads the same lines from a pipe and parses them.
"""
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

UPDATES = int(os.environ.get("SWITCHYARD_BENCH_UPDATES", "20000"))
RUNS = int(os.environ.get("SWITCHYARD_BENCH_RUNS", "3"))


def lines(count):
    for number in range(count // 2):
        call = "call-%d" % number
        for update in ({"sessionUpdate": "tool_call", "toolCallId": call, "title": "Read file %d" % number, "kind": "read", "status": "in_progress",
                        "rawInput": {"path": "src/file%d.cpp" % number}, "locations": [{"path": "/w/src/file%d.cpp" % number}]},
                       {"sessionUpdate": "tool_call_update", "toolCallId": call, "status": "completed",
                        "content": [{"type": "content", "content": {"type": "text", "text": "line\n" * 20}}]}):
            yield json.dumps({"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s", "update": update}}) + "\n"


def agent():
    for line in sys.stdin:
        message = json.loads(line)
        method = message.get("method")
        if method == "session/prompt":
            sys.stdout.writelines(lines(int(message["params"]["prompt"][0]["text"])))
        result = {"initialize": {"protocolVersion": 1}, "session/new": {"sessionId": "s"}, "session/prompt": {"stopReason": "end_turn"}}.get(method, {})
        if "id" in message:
            print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)


def swy(root, *arguments):
    environment = dict(os.environ, SWITCHYARD_ROOT=root, HOME=root)
    return subprocess.run([os.environ["SWITCHYARD_BIN_DIR"] + "/swy", *arguments], env=environment, check=True, capture_output=True, text=True).stdout


def one_run(root, lines_in):
    """Seconds from the first to the last of the task's events, as the client gets them, and how many there were."""
    client = socket.socket(socket.AF_UNIX)
    client.connect(root + "/run/engine.sock")
    stream = client.makefile("rb")
    for number, (method, params) in enumerate((("hello", {"protocol": 1, "client": "bench", "version": "0"}), ("events.subscribe", {"after": 0}))):
        client.sendall(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n")
    task = swy(root, "run", "-q", "--agent", "flood", "--sandbox", "off", "--in-place", "--steps", "0", "--project", root, str(lines_in)).strip()
    first = last = None
    count = 0
    while True:
        message = json.loads(stream.readline())
        event = message.get("params", {}).get("event", message.get("params", {}))
        if event.get("task") != task:
            continue
        kind = event.get("kind", "")
        if kind.startswith("tool."):
            count += 1
            last = time.monotonic()
            first = first or last
        if kind == "task.status" and event["data"]["to"] in ("completed", "failed", "timed_out", "cancelled"):
            assert event["data"]["to"] == "completed", event
            client.close()
            return last - first, count


def main():
    root = tempfile.mkdtemp(prefix="swy-bench-")
    swy(root, "agent", "add", "flood", sys.executable, "--", os.path.realpath(__file__), "--agent")
    swy(root, "engine", "start")
    times = []
    for _ in range(RUNS):
        seconds, count = one_run(root, UPDATES)
        assert count == UPDATES, "%d of %d came through" % (count, UPDATES)
        times.append(seconds)
    begin = time.monotonic()
    feeder = subprocess.Popen([sys.executable, os.path.realpath(__file__), "--feed"], stdout=subprocess.PIPE)
    read = sum(1 for line in feeder.stdout if json.loads(line))
    limit = time.monotonic() - begin
    ours = statistics.median(times)
    print("%-58s %.0f/s   (%d updates in %.2f s; a python reader alone: %.0f/s)" % ("updates, agent → runner → engine → client", UPDATES / ours, UPDATES, ours, read / limit))
    print("%-58s %.0f µs" % ("of the client's and everything behind it, per update", 1e6 * ours / UPDATES))
    swy(root, "engine", "stop")


if __name__ == "__main__":
    if "--agent" in sys.argv:
        agent()
    elif "--feed" in sys.argv:
        sys.stdout.writelines(lines(UPDATES))
    else:
        main()
