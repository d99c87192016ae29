#!/usr/bin/python3
"""The real window on a private display against the real engine: its start with many tasks beside an empty Qt window, memory,
what it costs while it idles, and how it answers while a task floods the output that is shown. Ours beside promise or peer."""
import json
import os
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BIN = os.environ["SWITCHYARD_BIN_DIR"]
TASKS = int(os.environ.get("SWITCHYARD_BENCH_TASKS", "10000"))
EMPTY = os.path.join(sys.argv[1], "empty_window")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ["SWITCHYARD_SOURCE_DIR"], "tests/desktop"))

from desktop import Desktop, until  # noqa: E402
from window_case import WindowCase  # noqa: E402

FLOOD = """
import sys, time
begin, line = time.monotonic(), 0
while time.monotonic() - begin < %d:
    due = int((time.monotonic() - begin) * 100000)
    if due > line:
        sys.stdout.write("".join("[%%d] compiling module_%%d with all the usual options\\n" %% (n, n %% 977) for n in range(line, due)))
        sys.stdout.flush()
        line = due
    time.sleep(0.005)
"""

# Speaks the Agent Client Protocol: 2,500 updates a second, half of them new tool calls, half their ends.
AGENT = """
import json, sys, time
def say(**message):
    sys.stdout.write(json.dumps(dict(jsonrpc="2.0", **message)) + "\\n")
def update(**what):
    say(method="session/update", params={"sessionId": "s", "update": what})
for line in sys.stdin:
    message = json.loads(line)
    if message.get("method") == "session/prompt":
        begin, done = time.monotonic(), 0
        while time.monotonic() - begin < %d:
            while done < (time.monotonic() - begin) * 2500:
                call = "call-%%d" %% done
                update(sessionUpdate="tool_call", toolCallId=call, title="Read file %%d" %% done, kind="read", status="in_progress")
                update(sessionUpdate="tool_call_update", toolCallId=call, status="completed")
                done += 2
            sys.stdout.flush()
            time.sleep(0.01)
    if "id" in message:
        say(id=message["id"], result={"initialize": {"protocolVersion": 1}, "session/new": {"sessionId": "s"},
                                      "session/prompt": {"stopReason": "end_turn"}}.get(message.get("method"), {}))
        sys.stdout.flush()
"""


class World(WindowCase):
    """The tests' ways of doing things, without a test."""

    def __init__(self):
        super().__init__("run")
        self.desk = Desktop()

    def create_many(self, count):
        self.swy("engine", "start")
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.engine_socket())
            said = line.makefile("r")
            spec = {"kind": "shell", "goal": "true", "project": self.folder(), "isolation": "in_place", "title": "Update the dependencies"}
            calls = [("hello", {"protocol": 1, "client": "bench", "version": "1"}), ("queue.hold", {})]
            calls += [("task.create", {"spec": spec})] * count
            for at in range(0, len(calls), 50):
                some = calls[at:at + 50]
                line.sendall("".join(json.dumps({"jsonrpc": "2.0", "id": at + i, "method": method, "params": params}) + "\n"
                                     for i, (method, params) in enumerate(some)).encode())
                answers = 0
                while answers < len(some):
                    answers += "id" in json.loads(said.readline())


def report(what, value, beside):
    print("%-62s %-12s (%s)" % (what, value, beside), flush=True)


def pss(pid):
    with open("/proc/%d/smaps_rollup" % pid) as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


def cpu(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def switches(pid):
    count = 0
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, thread)) as status:
            count += sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
    return count


def first_paint(world, program):
    begin = time.monotonic()
    window = subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              env=world.desk.environment | {"SWITCHYARD_PRINT_FIRST_PAINT": "1"}, start_new_session=True)
    window.stdout.readline()
    return (time.monotonic() - begin) * 1000, window


def start_and_memory(world):
    ours, empty = [], []
    for turn in range(7):
        for program, times in ((BIN + "/switchyard", ours), (EMPTY, empty)):
            took, window = first_paint(world, program)
            times.append(took)
            if turn == 6:
                select.select([], [], [], 13)  # the cursor blinks for ten seconds
                report("%s: memory (PSS), idle, %d tasks" % (os.path.basename(program), TASKS), "%.1f MB" % pss(window.pid), "promise 60 MB")
            if turn == 6 and times is ours:
                idle(window.pid)
            window.terminate()
            window.wait()
    report("start → first full paint, %d tasks listed, median of 7" % TASKS, "%.0f ms" % statistics.median(ours),
           "an empty Qt window %.0f ms; promise twice that" % statistics.median(empty))


def peers(world):
    """Start → a window that the window manager knows of, the same way for all of them."""
    log = os.path.join(tempfile.gettempdir(), "switchyard-bench.log")
    commands = [("an empty Qt window", [EMPTY]), ("ours, %d tasks" % TASKS, [BIN + "/switchyard"]), ("konsole", ["konsole", "-e", "sleep", "100"])]
    if os.path.exists(log):
        commands.append(("glogg with a log of %d MB" % (os.path.getsize(log) // 10**6), ["glogg", "-m", log]))
    for name, command in commands:
        if not shutil.which(command[0]):
            continue
        times, memory = [], 0
        for _ in range(5):
            before = set(world.desk.window_ids())
            begin = time.monotonic()
            window = subprocess.Popen(command, env=world.desk.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            while not set(world.desk.window_ids()) - before and time.monotonic() - begin < 20:
                pass
            times.append((time.monotonic() - begin) * 1000)
            select.select([], [], [], 1)
            memory = pss(window.pid)
            window.terminate()
            window.wait()
        report("start → window known to the window manager: " + name, "%.0f ms" % statistics.median(times), "memory a second later %.1f MB" % memory)


def idle(pid):
    before, used, begin = switches(pid), cpu(pid), time.monotonic()
    select.select([], [], [], 10)
    took = time.monotonic() - begin
    report("window: idle, wake-ups", "%.1f /s" % ((switches(pid) - before) / took), "promise 1")
    report("window: idle, CPU", "%.2f %%" % ((cpu(pid) - used) / took * 100), "promise 0.5 %")


def ten_running(world):
    world.ask("queue.resize", slots=11)
    tasks = [world.create("seq -f 'line %g of the output that somebody looks at' 5000; sleep 1000") for _ in range(10)]
    for task in tasks:
        world.wait_status(task, "running")
    window = world.open_window("--task", tasks[0])
    world.desk.wait("commandField")
    for _ in tasks:
        world.desk.key("ctrl+2")
        world.desk.wait("logLines")
        world.desk.key("ctrl+shift+l", "Down")
    select.select([], [], [], 2)
    engine = world.ask("engine.status")["pid"]
    ours, theirs = pss(window.pid), pss(engine)
    report("window + engine, 10 running tasks of 5,000 lines", "%.1f MB" % (ours + theirs), "%.1f + %.1f; promise 130 MB" % (ours, theirs))
    window.terminate()
    window.wait()
    for task in tasks:
        world.swy("tasks", "cancel", task)


def talkers(world, seconds):
    """Two agents with 2,500 updates a second each; the number of their events so far, to be called."""
    with open(world.desk.folder + "/talker.py", "w") as script:
        script.write(AGENT % seconds)
    world.swy("agent", "add", "talker", sys.executable, "--", world.desk.folder + "/talker.py")
    tasks = [world.swy("run", "-q", "--agent", "talker", "--sandbox", "off", "--in-place", "--steps", "0", "--project", world.folder(), "talk").stdout.strip()
             for _ in range(2)]
    for task in tasks:
        world.wait_status(task, "running")
    return lambda: max(world.task(task)["position"] for task in tasks)  # the engine's running number


def flood(world):
    with open(world.desk.folder + "/flood.py", "w") as script:
        script.write(FLOOD % 40)
    events = talkers(world, 40)
    task = world.create("python3 %s/flood.py" % world.desk.folder)
    world.wait_status(task, "running")
    window = world.open_window("--task", task)
    world.desk.wait("taskTitle")
    world.desk.key("ctrl+2")
    world.desk.wait("logLines")
    field = world.desk.wait("commandField")
    before, begun = events(), time.monotonic()
    waits, end = [], time.monotonic() + 10
    while time.monotonic() < end:  # an accessible's answer comes from the window's one thread
        begin = time.monotonic()
        field.states()
        waits.append((time.monotonic() - begin) * 1000)
        select.select([], [], [], 0.004)
    report("events of other tasks meanwhile", "%.0f /s" % ((events() - before) / (time.monotonic() - begun)), "5,000 are said")
    report("100,000 lines/s in the shown log: longest stall", "%.0f ms" % max(waits),
           "median %.1f ms of %d looks from outside; promise 50 ms" % (statistics.median(waits), len(waits)))
    world.desk.key("ctrl+l")
    world.desk.wait_focus("commandField")
    latencies = []
    for number in range(1, 21):
        begin = time.monotonic()
        world.desk.run("xdotool", "key", "x")
        until(lambda: len(field.text()) >= number, "the letter", 5)
        latencies.append((time.monotonic() - begin) * 1000)
    report("typing under that load, key → in the field, median", "%.0f ms" % statistics.median(latencies),
           "with xdotool's start and up to 50 ms between looks; the worst %.0f ms" % max(latencies))
    report("window while it shows that: memory (PSS)", "%.1f MB" % pss(window.pid), "")
    window.terminate()
    window.wait()


def main():
    world = World()
    try:
        world.set_code()
        begin = time.monotonic()
        world.create_many(TASKS)
        print("(%d tasks made in %.0f s)" % (TASKS, time.monotonic() - begin))
        start_and_memory(world)
        peers(world)
    finally:
        world.desk.close()
    world = World()  # without those that wait: they would take the slots
    try:
        world.set_code()
        ten_running(world)
        flood(world)
    finally:
        world.desk.close()


main()
