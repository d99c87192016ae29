"""A private Switchyard to which faults can happen: processes die at a chosen call, the disk fills up, the clock jumps.

Builds upon the world of the end-to-end tests. `faultline.cpp`, loaded into the real programs, does what cannot be had from outside.
"""
import hashlib
import json
import mmap
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from switchyard_world import BIN, World, until  # noqa: E402

FAULTLINE = os.environ["SWITCHYARD_FAULTLINE_LIBRARY"]
AWKWARD = os.environ["SWITCHYARD_AWKWARD_CHILD"]
SANITIZER = os.environ.get("SWITCHYARD_SANITIZER", "")  # memory bounds mean nothing under one
SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support/threads.supp")
FINISHED = ("completed", "failed", "cancelled", "timed_out", "interrupted")
SLOW = 4 if SANITIZER else 1


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name: state, parent, …; None once it is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None


def alive(pid):
    fields = stat_fields(pid)
    return fields is not None and fields[0] not in "ZX"


def is_stopped(pid):
    fields = stat_fields(pid)
    return fields is not None and fields[0] == "T"


def is_frozen(pid):
    """Stands still: stopped by a signal, or in a control group that is frozen."""
    if is_stopped(pid):
        return True
    try:
        with open("/proc/%d/cgroup" % pid) as file:
            path = next(line for line in file if line.startswith("0::"))[3:].strip()
    except (OSError, StopIteration):
        return False
    for top in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        try:
            with open(top + path + "/cgroup.events") as file:
                return "frozen 1" in file.read()
        except OSError:
            pass
    return False


def parent(pid):
    fields = stat_fields(pid)
    return int(fields[1]) if fields else 0


def kill(pid, number=signal.SIGKILL):
    """Sends it; True if somebody was there."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def memory(pid, field="VmHWM"):
    """Bytes of resident memory, by default the most there ever were."""
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    return 0


class Refused(Exception):
    """The engine's answer was an error."""


class Line:
    """The engine's socket as any client has it: requests with a limit, events in order."""

    def __init__(self, path, limit=60):
        self.limit = limit
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(limit)
        self.socket.connect(path)
        self.buffer = b""
        self.events = []
        self.answers = {}
        self.next_id = 0
        self.greeting = self.call("hello", protocol=1, client="fault test", version="0")

    def close(self):
        self.socket.close()

    def message(self, deadline):
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.socket], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("no answer")
            data = self.socket.recv(1 << 20)
            if not data:
                raise ConnectionError("the engine closed the line")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def send(self, method, **params):
        self.next_id += 1
        self.socket.sendall(json.dumps({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}).encode() + b"\n")
        return self.next_id

    def take(self, message):
        if message.get("method") == "event":
            self.events.append(message["params"])
        elif "id" in message:
            self.answers[message["id"]] = message  # they come in any order

    def answer(self, number, limit=None):
        deadline = time.monotonic() + (limit or self.limit)
        while number not in self.answers:
            self.take(self.message(deadline))
        message = self.answers.pop(number)
        if "error" in message:
            raise Refused(json.dumps(message["error"]))
        return message["result"]

    def call(self, method, limit=None, **params):
        return self.answer(self.send(method, **params), limit)

    def subscribe(self, after=0):
        self.call("events.subscribe", after=after)

    def follow(self, condition, what, seconds=60):
        """Reads events until condition() is true."""
        deadline = time.monotonic() + seconds * SLOW
        while not condition():
            try:
                self.take(self.message(deadline))
            except TimeoutError:
                raise AssertionError("waited %g s for %s" % (seconds, what() if callable(what) else what)) from None


class Faultline:
    """The page of wishes that the loaded programs share; laid out as in faultline.cpp."""

    FIELDS = {name: (offset, form) for offset, name, form in (
        (0, "clock_offset_ms", "q"), (8, "free_bytes", "q"), (16, "full", "i"), (20, "recording", "i"), (24, "generation", "i"),
        (28, "action", "i"), (32, "nth", "i"), (36, "budget", "i"), (40, "hits", "i"),
        (48, "role", "16s"), (64, "call", "24s"), (88, "path", "128s"), (216, "root", "256s"), (472, "durable", "256s"))}
    ACTIONS = {"none": 0, "kill": 1, "stop": 2}

    def __init__(self, path):
        with open(path, "wb") as file:
            file.truncate(4096)
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 4096)

    def set(self, **values):
        for name, value in values.items():
            offset, form = self.FIELDS[name]
            struct.pack_into(form, self.page, offset, value.encode() if isinstance(value, str) else value)

    def get(self, name):
        offset, form = self.FIELDS[name]
        return struct.unpack_from(form, self.page, offset)[0]

    def at(self, role, call, path="", nth=1, action="kill", budget=1):
        """From now on: the next `budget` processes of this role die (or stop) at their nth such call on such a path."""
        self.set(action=0)
        self.set(generation=self.get("generation") + 1, nth=nth, budget=budget, hits=0, role=role, call=call, path=path)
        self.set(action=self.ACTIONS[action])

    def off(self):
        self.set(action=0)


class FaultWorld(World):
    def __init__(self, slots=None, faultline=True, folder=None, settings="", sandbox="off"):
        super().__init__()
        if folder:  # on a disk of the test's own, or at the end of a long path
            shutil.rmtree(self.folder)
            os.makedirs(folder, exist_ok=True)
            self.folder, self.root = folder, folder + "/sw"
            self.environment.update(SWITCHYARD_ROOT=self.root, HOME=folder)
        self.lines = []
        self.faultline = None
        self.environment["SWITCHYARD_SANITIZER"] = SANITIZER
        if SANITIZER:  # what its run-time says of any of the programs fails the test, also where that one was about to be killed
            self.reports = tempfile.mkdtemp(prefix="swy-sanitizer-", dir="/tmp")
            options = "log_path=%s/report" % self.reports
            self.environment.update(ASAN_OPTIONS=options, UBSAN_OPTIONS=options + ":print_stacktrace=1",
                                    TSAN_OPTIONS=options + ":suppressions=" + SUPPRESSIONS)
        os.makedirs(self.root + "/config", 0o700)
        with open(self.root + "/config/switchyard.conf", "w") as file:
            # The agents of these tests leave their marks outside of their worktrees, which no sandbox allows.
            file.write("[engine]\nretry_pause_ms=50\nleast_free_bytes=0\nsandbox=%s\ncommand_sandbox=%s\n%s%s"
                       % (sandbox, sandbox, "slots=%d\n" % slots if slots else "", settings))
        if faultline:
            self.load_faultline()

    def load_faultline(self):
        page = self.folder + "/faultline"
        self.faultline = Faultline(page)
        self.faultline.set(root=self.root, durable=self.folder + "/durable")
        name = {"address": "libasan.so", "thread": "libtsan.so"}.get(SANITIZER)  # wants to be the first
        runtime = subprocess.run(["gcc-14", "-print-file-name=" + name], capture_output=True, text=True, check=True).stdout.strip() \
            if name else ""
        self.environment.update(LD_PRELOAD=(runtime + " " + FAULTLINE).strip(), SWITCHYARD_FAULTLINE=page)

    def close(self):
        for line in self.lines:
            line.close()
        super().close()
        if not os.environ.get("SWITCHYARD_KEEP"):
            shutil.rmtree(self.runtime(), ignore_errors=True)
        if SANITIZER:
            self.check_reports()

    def check_reports(self):
        said = []
        for name in sorted(os.listdir(self.reports)):
            with open(os.path.join(self.reports, name), errors="replace") as file:
                said.append(file.read(4000))
        shutil.rmtree(self.reports)
        assert not said, "the sanitizer reports:\n" + "\n".join(said)

    # ------------------------------------------------------------------ processes
    def belongs(self, pid):
        marks = {("SWITCHYARD_ROOT=" + self.root).encode(), ("HOME=" + self.folder).encode()}
        try:
            with open("/proc/%d/environ" % pid, "rb") as environ:
                if marks & set(environ.read().split(b"\0")):
                    return True
            return any(os.readlink("/proc/%d/%s" % (pid, link)).startswith(self.folder) for link in ("exe", "cwd"))
        except OSError:
            return False

    def processes(self):
        """Everything of this world: by its environment or, where it cleared that, its program or the folder it is in."""
        own = os.getpid()
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid != own and alive(pid) and self.belongs(pid)]

    @staticmethod
    def words(pid):
        """pid and command line, for messages and for telling who it is."""
        try:
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                return [str(pid), *file.read().decode(errors="replace").split("\0")[:-1]]
        except OSError:
            return [str(pid)]

    def role(self, pid):
        """"engine", "nursery" (of runners), "runner", "agent" for programs of ours, else empty."""
        words = self.words(pid)
        if len(words) < 3 or os.path.basename(words[1]) != "swy":
            return ""
        return "nursery" if "--nursery" in words else words[2]

    def task_of(self, pid):
        """The task that a process works for, by its place among the processes."""
        seen = 0
        while pid > 1 and seen < 20:
            if self.role(pid) == "runner":
                return self.words(pid)[4]
            pid, seen = parent(pid), seen + 1
        return ""

    def runners(self, task_id=None):
        """pids of living runners, of one task or of all."""
        return [pid for pid in self.processes() if self.role(pid) == "runner" and (task_id is None or task_id in self.words(pid))]

    def runner(self, task_id, seconds=30):
        return until(lambda: self.runners(task_id), "a runner of " + task_id, seconds * SLOW)[0]

    def engine_pid(self):
        """As its lock says; 0 without one."""
        try:
            with open(self.runtime() + "/engine.lock") as file:
                pid = int(file.read() or 0)
        except (OSError, ValueError):
            return 0
        return pid if pid and alive(pid) and self.belongs(pid) else 0

    def kill_engine(self):
        pid = self.engine_pid()
        assert kill(pid), "no engine to kill"
        until(lambda: not alive(pid), "the engine to die")
        return pid

    def awkward(self, *ways):
        """A command line that misbehaves so; its program lies in this world's folder, so that nothing of it can hide."""
        target = self.folder + "/awkward"
        if not os.path.exists(target):
            shutil.copy(AWKWARD, target)
        return " ".join([target, *map(str, ways)])

    # ------------------------------------------------------------------ engine
    def runtime(self):
        """The folder of the sockets: a path too long for them is exchanged for a short one."""
        folder = self.root + "/run"
        if len(os.fsencode(folder)) <= 80:
            return folder
        return "/tmp/switchyard-%d-%s" % (os.getuid(), hashlib.sha256(os.fsencode(folder)).hexdigest()[:12])

    def line(self, start=True):
        """A client of the engine, which is started if there is none."""
        if start:
            self.swy("engine", "start", timeout=120)
        line = Line(self.runtime() + "/engine.sock", 60 * SLOW)
        self.lines.append(line)
        return line

    def shell_spec(self, command, **more):
        return {"kind": "shell", "goal": command, "project": self.folder, "isolation": "in_place", "shell": "bash", **more}

    def add(self, line, command, **more):
        return line.call("task.create", spec=self.shell_spec(command, **more))["task"]["spec"]["id"]

    def status(self, line, task_id):
        return line.call("task.get", id=task_id)["task"]["status"]

    def ended(self, line, task_ids, seconds=120, by=FINISHED):
        """Waits until all of them have ended; their tasks by id."""
        tasks = {}

        def done():
            for task_id in task_ids:
                if tasks.get(task_id, {}).get("status") not in by:
                    tasks[task_id] = line.call("task.get", id=task_id)["task"]
            return all(task["status"] in by for task in tasks.values())
        until(done, lambda: "the end of %s" % {i: (t["status"], t.get("reason")) for i, t in tasks.items() if t["status"] not in by},
              seconds * SLOW)
        return tasks

    @staticmethod
    def listed(line):
        """All tasks by id; the engine gives them in pages."""
        tasks, total = [], 1
        while len(tasks) < total:
            page = line.call("task.list", offset=len(tasks))
            tasks, total = tasks + page["tasks"], page["total"]
            assert page["tasks"] or len(tasks) >= total, "a page of the list is empty"
        return {task["spec"]["id"]: task for task in tasks}

    def events_of(self, line, task_id):
        events, more = [], True
        while more:
            page = line.call("task.events", id=task_id, after=events[-1]["position"] if events else 0, limit=5000)
            events += page["events"]
            more = page["more"]
        return events

    def log_bytes(self, task_id, attempt=1):
        with open("%s/state/tasks/%s/%d/output.log" % (self.root, task_id, attempt), "rb") as file:
            return file.read()

    def output(self, task_id, attempt=1):
        """What the task's commands wrote, without the marker lines."""
        lines = self.log_bytes(task_id, attempt).split(b"\n")
        return [line for line in lines[:-1] if not line.startswith(("▶ ".encode(), "■ ".encode()))]

    def marks(self, file="starts"):
        """What the tasks' commands have noted in a file of this world."""
        try:
            with open(os.path.join(self.folder, file)) as notes:
                return notes.read().split()
        except OSError:
            return []

    def agent(self, script, name="mine", **server):
        """Makes an agent known that is a shell script."""
        path = self.root + "/config/agents.json"
        known = {}
        if os.path.exists(path):
            with open(path) as file:
                known = json.load(file)["agent_servers"]
        known[name] = {"command": "/bin/bash", "args": ["-c", script], **server}
        with open(path, "w") as file:
            json.dump({"agent_servers": known}, file)

    def agent_spec(self, project, goal="Do it", agent="mine", **more):
        return {"kind": "agent", "goal": goal, "project": project, "agent": agent, **more}


class FaultTest(unittest.TestCase):
    """A test with a world of its own and the checks that every fault must leave true."""
    maxDiff = 4000

    def make_world(self, **options):
        world = FaultWorld(**options)
        self.addCleanup(world.close)
        return world

    def assertGapless(self, events):
        """Numbered from 1 without a gap in each attempt, each once, positions growing."""
        newest = {}
        for event in events:
            self.assertEqual(event["seq"], newest.get(event["attempt"], 0) + 1, "attempt %d" % event["attempt"])
            newest[event["attempt"]] = event["seq"]
        positions = [event["position"] for event in events]
        self.assertEqual(positions, sorted(set(positions)))

    def assertStartedOnce(self, world, task_ids, file="starts"):
        """Each task's command wrote its mark once."""
        marks = world.marks(file)
        self.assertEqual(sorted(marks), sorted(set(marks)), "a task was started twice")
        self.assertEqual(len(marks), len(task_ids))

    def assertNothingLeft(self, world, line=None):
        """No process but the engine, no socket, no half-written file."""
        engine = world.engine_pid()

        def names():
            return [world.words(pid) for pid in world.processes() if pid != engine and world.role(pid) != "nursery"]
        until(lambda: not names(), lambda: "no process to be left but %s" % names(), 30 * SLOW)
        until(lambda: not os.listdir(world.runtime() + "/runners"), lambda: "no socket to be left: %s" % os.listdir(world.runtime() + "/runners"), 15 * SLOW)
        until(lambda: not world.groups("*"), lambda: "no control group to be left: %s" % world.groups("*"), 30 * SLOW)
        left = [os.path.join(folder, name) for folder, _, names_ in os.walk(world.root) for name in names_ if name.endswith((".tmp", ".part", ".reserve"))]
        self.assertEqual(left, [], "half-written files")

    def assertSaid(self, text, *parts):
        for part in parts:
            self.assertIn(part.lower(), text.lower())


def main():
    unittest.main(verbosity=2)
