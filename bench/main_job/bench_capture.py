#!/usr/bin/python3
"""Output captured by the real programs: 1, 4 and 16 tasks that print as fast as they can, through engine and runners, and
what these spend on a gigabyte. Beside it the least that the machine needs: one loop of epoll, read and write over as many
pipes. Medians of pairs; every byte is accounted for."""
import os
import statistics
import subprocess
import tempfile
import threading
import time

from bench_support import BIN, Engine, pss, report, ticks, until

RUNS = int(os.environ.get("SWITCHYARD_BENCH_CAPTURE_RUNS", "3"))
BLOCKS = int(os.environ.get("SWITCHYARD_BENCH_CAPTURE_MB", "1024")) << 20
LINES = BLOCKS // 8
PROGRAM = BIN + "/bench_process"
LINE_BYTES = 100


class Spending(threading.Thread):
    """CPU seconds of processes to their end; nobody waits for a runner, so they are looked at as long as they live."""

    def __init__(self, pids):
        super().__init__()
        self.seconds = {}
        self.pids = pids
        self.start()

    def run(self):
        left = set(self.pids)
        while left:
            for pid in list(left):
                try:
                    self.seconds[pid] = ticks(pid)
                except OSError:
                    left.discard(pid)
            time.sleep(0.02)

    def total(self):
        self.join()
        return sum(self.seconds.values())


def started(engine, task):
    return any(event["kind"] == "command.started" for event in engine.call("task.events", id=task, after=0, limit=100)["events"])


def ours(engine, children, each, how):
    """MB/s and CPU seconds per GB, from the moment in which all of them may begin to the end of the last."""
    gate = engine.root + "/go"
    tasks = [engine.run("until [ -e %s ]; do sleep 0.02; done; %s --write %d %s" % (gate, PROGRAM, each, how)) for _ in range(children)]
    until(lambda: all(started(engine, task) for task in tasks))
    pids = [engine.pid, *(until(lambda: engine.runner_pid(task)) for task in tasks)]
    spent = sum(map(ticks, pids))
    runners = Spending(pids[1:])
    begin = time.monotonic()
    open(gate, "w").close()
    engine.wait_idle()
    seconds = time.monotonic() - begin
    cpu = runners.total() + ticks(engine.pid) - spent
    os.unlink(gate)
    for task in tasks:
        ended = [event["data"] for event in engine.call("task.events", id=task, after=0, limit=1000)["events"] if event["kind"] == "command.finished"]
        kept = sum(data["log_to"] - data["log_from"] for data in ended)
        assert kept >= each and ended[0]["ok"], (kept, each, ended)
        engine.call("task.delete", id=task)
    gigabytes = children * each / 1e9
    return gigabytes * 1000 / seconds, cpu / gigabytes


def plain(root, children, each, how):
    words = subprocess.run([PROGRAM, "--loop", str(children), str(each), how, root], check=True, capture_output=True, text=True).stdout.split()
    return float(words[0]), float(words[1])


def capture(engine):
    for how, total in (("blocks", BLOCKS), ("lines", LINES)):
        for children in (1, 4, 16):
            engine.call("queue.resize", slots=children)
            pairs = [(ours(engine, children, total // children, how), plain(engine.root, children, total // children, how)) for _ in range(RUNS)]
            speed, cpu, loop_speed, loop_cpu = (statistics.median(values) for values in zip(*((*a, *b) for a, b in pairs)))
            ratio = statistics.median(a[0] / b[0] for a, b in pairs)
            lines = ", %.2f million lines/s" % (speed / LINE_BYTES) if how == "lines" else ""
            report("output captured, %2d tasks, %s" % (children, how), "%.0f MB/s%s" % (speed, lines),
                   "%.2f × one epoll loop, %.0f MB/s; promise 0.8" % (ratio, loop_speed))
            report("   engine and runners, CPU for a GB", "%.2f s" % cpu, "epoll loop %.2f s; promise 1.5 s" % loop_cpu)


def memory(engine):
    """Of a runner that has captured a gigabyte, beside one that has captured nothing."""
    engine.call("queue.resize", slots=2)
    idle, full = engine.run("sleep 1000"), engine.run("%s --write %d blocks; touch %s/full; sleep 1000" % (PROGRAM, 1 << 30, engine.root))
    until(lambda: os.path.exists(engine.root + "/full"), 300)
    time.sleep(5)  # parts that were closed are compressed
    before, after = (pss(until(lambda: engine.runner_pid(task))) for task in (idle, full))
    report("a runner's memory (PSS) after 1 GB of output", "%.1f MB" % after, "without output %.1f MB; promise 8 MB more at most" % before)
    for task in (idle, full):
        engine.call("task.cancel", id=task)
    engine.wait_idle()


def main():
    with tempfile.TemporaryDirectory(prefix="swy-bench-", dir="/tmp") as root:
        engine = Engine(root)
        try:
            capture(engine)
            memory(engine)
        finally:
            engine.call("engine.shutdown")


main()
