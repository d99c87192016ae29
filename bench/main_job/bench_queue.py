#!/usr/bin/python3
"""Figures of queue, runners and recovery with the real programs: `swy run`, tasks a second, memory and wake-ups of what
only waits, the end of a tree, an engine that comes back, live output. Medians, beside a limit or a peer of the same run."""
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

from bench_support import BIN, Engine, pss, report, until, wake_ups, wake_ups_since

RUNS = int(os.environ.get("SWITCHYARD_BENCH_RUNS", "30"))
TASKS = int(os.environ.get("SWITCHYARD_BENCH_QUEUE", "400"))
IDLE_S = int(os.environ.get("SWITCHYARD_BENCH_IDLE_S", "60"))


def from_the_command_line(engine):
    """From the start of `swy run` to the command's first instruction, which notes the time; task-spooler does the same where
    it is installed, without keeping anything."""
    stamp = engine.root + "/first"
    command = "date +%s%N > " + stamp
    ways = {"swy": [BIN + "/swy", "run", "-q", "-b", "--shell", "sh", "--project", engine.root, command]}
    if shutil.which("tsp"):
        ways["tsp"] = ["tsp", "-n", "sh", "-c", command]
    environment = dict(engine.environment, TS_SOCKET=engine.root + "/tsp.socket")
    times = {name: [] for name in ways}
    alone = []
    for _ in range(RUNS):
        for name, words in ways.items():
            if os.path.exists(stamp):
                os.unlink(stamp)
            begin = time.time_ns()
            subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=engine.root)
            written = until(lambda: os.path.exists(stamp) and open(stamp).read().strip())
            times[name].append((int(written) - begin) / 1e6)
        engine.wait_idle()
        begin = time.time_ns()
        subprocess.run([BIN + "/swy", "--version"], env=engine.environment, check=True, stdout=subprocess.DEVNULL)
        alone.append((time.time_ns() - begin) / 1e6)
    if "tsp" in ways:
        subprocess.run(["tsp", "-K"], env=environment, check=True)
    peer = ["task-spooler %.1f ms" % statistics.median(times["tsp"])] if "tsp" in ways else []
    report("swy run → first instruction, median of %d" % RUNS, "%.1f ms" % statistics.median(times["swy"]),
           "; ".join([*peer, "start and end of swy alone %.1f ms" % statistics.median(alone), "promise 40 ms"]))


def throughput(engine):
    """Every state synced; two at once, as the peers."""
    engine.call("queue.resize", slots=2)
    rates, limits = [], []
    for _ in range(3):
        engine.call("queue.hold")
        ids = [engine.run("true") for _ in range(TASKS)]
        begin = time.monotonic()
        engine.call("queue.release")
        engine.wait_idle()  # asked each 20 ms: more often would take the engine's time
        rates.append(TASKS / (time.monotonic() - begin))
        begin = time.monotonic()
        for _ in range(TASKS // 2):
            for child in [subprocess.Popen(["sh", "-c", "true"]) for _ in range(2)]:
                child.wait()
        limits.append(TASKS / (time.monotonic() - begin))
    statuses = {engine.call("task.get", id=task)["task"]["status"] for task in ids}
    assert statuses == {"completed"}, statuses
    report("tasks a second through the queue (true, 2 slots)", "%.0f" % statistics.median(rates),
           "fork and exec from python %.0f; promise 150" % statistics.median(limits))


def waiting_tasks(engine, count=10):
    engine.call("queue.resize", slots=count)
    time.sleep(1)
    before = pss(engine.pid)
    nursery = engine.nursery_pid()
    kept_ready = pss(nursery)
    ids = [engine.run("sleep 1000")]
    runners = [until(lambda: engine.runner_pid(ids[0]))]
    time.sleep(5)
    # What they share is counted once: with the first runner the nursery's part becomes as much smaller as the runner's is too large.
    first = pss(nursery) + pss(runners[0]) - kept_ready
    ids += [engine.run("sleep 1000") for _ in range(count - 1)]
    runners += [until(lambda: engine.runner_pid(task)) for task in ids[1:]]
    time.sleep(60)  # the meters calm down
    each = (pss(nursery) + sum(map(pss, runners)) - kept_ready) / count
    report("a runner: memory (PSS) more than without it, one / each of %d" % count, "%.1f / %.1f MB" % (first, each),
           "the nursery alone %.1f MB; promise 5 MB" % kept_ready)
    report("engine: memory (PSS), idle → with %d tasks" % count, "%.1f → %.1f MB" % (before, pss(engine.pid)), "promise 20 MB")
    report("each runner: memory (PSS), median of %d" % count, "%.1f MB" % statistics.median(map(pss, runners)), "promise 5 MB")
    pids = [engine.pid, *runners]
    before = {thread: count for pid in pids for thread, count in wake_ups(pid).items()}
    time.sleep(IDLE_S)
    report("wake-ups a second, engine and %d runners of sleeping tasks" % count, "%.2f" % (wake_ups_since(before, pids) / IDLE_S),
           "promise 1")
    for task in ids:
        engine.call("task.cancel", id=task)
    engine.wait_idle()


def live_output(engine):
    """A line's way from the command to a follower's standard output, beside `tail -F` on the same file."""
    task = engine.run("while sleep 0.05; do date +%s%N; done")
    log = "%s/state/tasks/%s/1/output.log" % (engine.root, task)
    until(lambda: os.path.exists(log))
    result = []
    for command in ([BIN + "/swy", "logs", "-f", task], ["tail", "-n", "0", "-F", log]):
        follower = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=engine.environment)
        times = []
        while len(times) < 10 + RUNS:
            line = follower.stdout.readline()
            now = time.time_ns()
            if line.strip().isdigit():
                times.append((now - int(line)) / 1e6)
        result.append(statistics.median(times[10:]))
        follower.terminate()
        follower.wait()
    engine.call("task.cancel", id=task)
    engine.wait_idle()
    report("written → shown by swy logs -f, with the end of `date`", "%.1f ms" % result[0], "tail -F %.1f ms; promise 5 ms" % result[1])


def restart(engine, count=50):
    """kill -9, a new engine, until it has all runners again."""
    engine.call("queue.resize", slots=count)
    ids = [engine.run("sleep 1000") for _ in range(count)]
    until(lambda: all(engine.call("task.get", id=task)["task"]["status"] == "running" for task in ids), 120)
    times = []
    for _ in range(3):
        os.kill(engine.pid, signal.SIGKILL)
        until(lambda: not os.path.exists("/proc/%d" % engine.pid) or open("/proc/%d/stat" % engine.pid).read().split()[2] == "Z")
        begin = time.monotonic()
        engine.connect()
        for task in ids:  # answered by its runner: attached
            engine.call("task.pause", id=task)
        times.append((time.monotonic() - begin) * 1000)
        for task in ids:
            engine.call("task.resume", id=task)
    report("engine killed → %d tasks re-attached, each asked and answered" % count, "%.0f ms" % statistics.median(times), "promise 500 ms")
    for task in ids:
        engine.call("task.cancel", id=task)
    engine.wait_idle()


def stop_tree(engine):
    """200 processes, a third deaf to SIGTERM, some in sessions of their own; the grace is 5 s."""
    command = "for i in $(seq 66); do sleep 1000 & setsid sleep 1000 & sh -c 'trap \"\" TERM; sleep 1000' & done; echo ready; wait"
    times = []
    for _ in range(3):
        task = engine.run(command)
        log = "%s/state/tasks/%s/1/output.log" % (engine.root, task)
        until(lambda: os.path.exists(log) and b"ready" in open(log, "rb").read().split(b"\n"))
        begin = time.monotonic()
        engine.call("task.cancel", id=task)
        until(lambda: engine.call("task.get", id=task)["task"]["status"] == "cancelled")
        times.append(time.monotonic() - begin)
    engine.wait_idle()
    report("cancel → a tree of 200 seen empty, told", "%.2f s" % statistics.median(times), "promise grace 5 s + 0.1 s")


def main():
    with tempfile.TemporaryDirectory(prefix="swy-bench-", dir="/tmp") as root:
        engine = Engine(root)
        try:
            from_the_command_line(engine)
            throughput(engine)
            live_output(engine)
            stop_tree(engine)
            waiting_tasks(engine)
            restart(engine)
        finally:
            engine.call("engine.shutdown")


main()
