#!/usr/bin/python3
"""The figures of the main job with the real programs: how soon a task's command runs, how soon the window paints, what
everything costs while it idles. Prints medians beside the limit of the same run: fork and exec of the same shell."""
import os
import statistics
import subprocess
import tempfile
import time

from bench_support import BIN, Engine, percentile, pss, report, ticks

RUNS = int(os.environ.get("SWITCHYARD_BENCH_RUNS", "200"))
TASKS = int(os.environ.get("SWITCHYARD_BENCH_TASKS", "1000"))


def first_instruction(engine):
    """The command's first instruction is to write down the time; both commands start the same `date`."""
    stamp = engine.root + "/first"

    def stamped(begin):
        with open(stamp) as file:
            return (int(file.read()) - begin) / 1e6
    ours, limit = [], []
    for _ in range(RUNS):
        begin = time.time_ns()
        engine.run("date +%s%N > " + stamp)
        engine.wait_idle()
        ours.append(stamped(begin))
        begin = time.time_ns()
        subprocess.run(["sh", "-c", "date +%s%N > " + stamp], check=True)
        limit.append(stamped(begin))
    report("task created → first instruction, median of %d" % RUNS, "%.1f ms" % statistics.median(ours),
           "fork and exec %.1f ms; promise 30 ms" % statistics.median(limit))
    report("task created → first instruction, p99", "%.1f ms" % percentile(ours, .99),
           "fork and exec %.1f ms; promise 80 ms" % percentile(limit, .99))


def first_paint(engine):
    have = engine.call("task.list", limit=1)["total"]
    for _ in range(max(0, TASKS - have)):
        engine.run("true")
    engine.wait_idle()
    times = []
    for _ in range(7):
        window = subprocess.Popen([BIN + "/switchyard"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                  env=dict(engine.environment, SWITCHYARD_PRINT_FIRST_PAINT="1"))
        times.append(float(window.stdout.readline().split()[-2]))
        memory = pss(window.pid) if len(times) == 7 and not time.sleep(2) else 0
        window.terminate()
        window.wait()
    report("window: start → first paint, %d tasks in the store" % engine.call("task.list", limit=1)["total"],
           "%.0f ms" % statistics.median(times), "promise 2 × an empty Qt window")
    report("window: memory (PSS), idle", "%.1f MB" % memory, "promise 60 MB")


def idle(engine):
    task = engine.run("sleep 1000")
    time.sleep(1.5)
    begin = ticks(engine.pid)
    time.sleep(10)
    report("engine: CPU while one task sleeps", "%.2f %%" % ((ticks(engine.pid) - begin) * 10))
    report("engine: memory (PSS)", "%.1f MB" % pss(engine.pid), "promise 20 MB")
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/cmdline" % entry, "rb") as line:
                    words = line.read().split(b"\0")
            except OSError:
                continue
            if b"runner" in words and task.encode() in words:
                report("one runner: memory (PSS)", "%.1f MB" % pss(int(entry)), "promise 5 MB")
    engine.call("task.cancel", id=task)
    engine.wait_idle()


def main():
    with tempfile.TemporaryDirectory(prefix="swy-bench-", dir="/tmp") as root:
        engine = Engine(root)
        try:
            first_instruction(engine)
            idle(engine)
            first_paint(engine)
        finally:
            engine.call("engine.shutdown")


main()
