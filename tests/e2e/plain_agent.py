"""An agent without a model, over ACP: the goal is a shell command. With the word "inside:" before it the agent runs it
itself, as foreign agents do; with "tools:" it fetches a page and calls a tool of an MCP server, of which it asks for one; else it
asks for a terminal. The output is its message."""
import json
import subprocess
import sys

waiting = {}
next_id = [1000]


def send(message):
    message["jsonrpc"] = "2.0"
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def call(method, **params):
    """Asks and waits; what comes in between is left alone but for the answer."""
    next_id[0] += 1
    send({"id": next_id[0], "method": method, "params": params})
    while True:
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        answer = json.loads(line)
        if answer.get("id") == next_id[0] and "method" not in answer:
            return answer


def use_tools(session):
    """What neither the gate nor a terminal sees: the agent does it within itself and only tells of it."""
    said = []
    for number, (kind, title, given) in enumerate((("fetch", "Fetch https://example.org/page", {"url": "https://example.org/page"}),
                                                   ("other", "mcp__notes__search", {"query": "plans", "password": "hunter2hunter2"}))):
        tool = {"toolCallId": "t%d" % number, "title": title, "kind": kind, "rawInput": given}
        send({"method": "session/update", "params": {"sessionId": session, "update": dict(tool, sessionUpdate="tool_call", status="pending")}})
        asked = call("session/request_permission", sessionId=session, toolCall=dict(tool, content=[], locations=[]),
                     options=[{"optionId": "y", "name": "Yes", "kind": "allow_once"}, {"optionId": "n", "name": "No", "kind": "reject_once"}])
        said.append(asked["result"]["outcome"].get("optionId", "cancelled"))
        send({"method": "session/update", "params": {"sessionId": session, "update": {
            "sessionUpdate": "tool_call_update", "toolCallId": tool["toolCallId"], "status": "completed",
            "content": [{"type": "content", "content": {"type": "text", "text": "found"}}]}}})
    return " ".join(said)


def work(session, goal):
    if goal.startswith("tools:"):
        return use_tools(session)
    if goal.startswith("inside:"):
        done = subprocess.run(["bash", "-c", goal[7:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
        return done.stdout
    made = call("terminal/create", sessionId=session, command=goal)
    if "error" in made:
        return "refused: " + made["error"]["message"]
    terminal = made["result"]["terminalId"]
    call("terminal/wait_for_exit", sessionId=session, terminalId=terminal)
    return call("terminal/output", sessionId=session, terminalId=terminal)["result"]["output"]


while True:
    line = sys.stdin.readline()
    if not line:
        break
    request = json.loads(line)
    method = request.get("method")
    if method == "initialize":
        send({"id": request["id"], "result": {"protocolVersion": 1, "agentCapabilities": {}, "agentInfo": {"name": "plain", "version": "1"}}})
    elif method == "session/new":
        send({"id": request["id"], "result": {"sessionId": "s1"}})
    elif method == "session/prompt":
        goal = "".join(block.get("text", "") for block in request["params"]["prompt"])
        text = work("s1", goal)
        send({"method": "session/update", "params": {"sessionId": "s1", "update": {
            "sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}}}})
        send({"id": request["id"], "result": {"stopReason": "end_turn"}})
    elif "id" in request:
        send({"id": request["id"], "error": {"code": -32601, "message": "not here"}})
