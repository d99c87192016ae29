"""What the benchmarks of the real programs share: an engine of their own, meters of processes, one form of report."""
import json
import os
import socket
import subprocess
import time

BIN = os.environ["SWITCHYARD_BIN_DIR"]


class Engine:
    """A client of our own on the engine's socket: what is measured is the engine, not the start of a program."""

    def __init__(self, root):
        self.root = root
        self.environment = dict(os.environ, SWITCHYARD_ROOT=root, HOME=root)
        self.connect()

    def connect(self):
        """Starts the engine unless it runs."""
        subprocess.run([BIN + "/swy", "engine", "start"], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(self.root + "/run/engine.sock")
        self.lines = self.socket.makefile("rb")
        self.next_id = 0
        self.pid = self.call("hello", protocol=1, client="bench", version="0")["pid"]

    def call(self, method, **params):
        self.next_id += 1
        self.socket.sendall(json.dumps({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}).encode() + b"\n")
        while True:
            message = json.loads(self.lines.readline())
            if message.get("id") == self.next_id:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]

    def run(self, command):
        spec = {"kind": "shell", "goal": command, "project": self.root, "isolation": "in_place", "shell": "sh"}
        return self.call("task.create", spec=spec)["task"]["spec"]["id"]

    def runner_pid(self, task):
        """As its lock says; 0 while there is none."""
        try:
            with open("%s/state/tasks/%s/1/runner.lock" % (self.root, task)) as lock:
                return int(lock.read() or 0)
        except OSError:
            return 0

    def nursery_pid(self):
        """The process that runners are forked from."""
        with open("/proc/%d/task/%d/children" % (self.pid, self.pid)) as children:
            for pid in children.read().split():
                with open("/proc/%s/cmdline" % pid, "rb") as words:
                    if b"--nursery" in words.read():
                        return int(pid)
        raise RuntimeError("the engine keeps no runner ready")

    def wait_idle(self):
        while True:
            status = self.call("engine.status")
            if status["running"] + status["queued"] == 0:
                return
            time.sleep(0.02)


def pss(pid):
    with open("/proc/%d/smaps_rollup" % pid) as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


def ticks(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(what, value, beside=""):
    print("%-58s %s%s" % (what, value, "   (%s)" % beside if beside else ""), flush=True)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def wake_ups(pid):
    """How often its threads have gone to sleep by themselves so far, thread by thread: some end meanwhile."""
    counts = {}
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, thread)) as status:
            counts[pid, thread] = next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt_switches"))
    return counts


def wake_ups_since(before, pids):
    """Those of threads that have ended are not known."""
    return sum(count - before.get(thread, 0) for pid in pids for thread, count in wake_ups(pid).items())


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise RuntimeError("it did not come true in time")
        time.sleep(0.001)
    return value
