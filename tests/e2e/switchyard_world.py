"""A private Switchyard for one test: its own folders, its own engine, the real programs as built."""
import glob
import hashlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

BIN = os.environ["SWITCHYARD_BIN_DIR"]


def until(condition, what, seconds=90):
    """The first true value of condition(); fails naming `what` at the limit: far off, since the machine may be slow and busy."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("waited %g s for %s" % (seconds, what() if callable(what) else what))
        select.select([], [], [], 0.03)


def as_an_ordinary_user(case, *names):
    """Runs these tests of the case's file once more, without root's rights."""
    if os.geteuid() != 0:
        case.skipTest("an ordinary user runs all of this already; as root it runs once more for another user")
    program = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if not shutil.which("setpriv") or subprocess.run([*program, "test", "-x", BIN + "/swy", "-a", "-r", __file__]).returncode != 0:
        case.skipTest("needs setpriv (of util-linux) and a build folder that other users may enter")
    mark = "RUN_AGAIN=%s" % uuid.uuid4()
    try:
        done = subprocess.run(["env", mark, *program, sys.executable, os.path.abspath(sys.modules[type(case).__module__].__file__), *names],
                              capture_output=True, text=True, timeout=400, cwd="/")
    finally:
        end_marked(mark)
    case.assertEqual(done.returncode, 0, done.stderr[-6000:])


def marked(mark):
    """The processes with this in their environment; without root's rights only those that may be looked at."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                with open("/proc/%s/environ" % entry, "rb") as environ:
                    if mark.encode() in environ.read().split(b"\0"):
                        yield int(entry)
            except OSError:
                pass


def end_marked(mark):
    for pid in marked(mark):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def remove_group(path):
    """A control group in which nobody is any more, with those below it. An engine may be doing the same."""
    try:
        for entry in os.scandir(path):
            if entry.is_dir():
                remove_group(entry.path)
        os.rmdir(path)
    except OSError:
        pass


class World:
    def __init__(self, within="/tmp"):
        self.folder = tempfile.mkdtemp(prefix="swy-e2e-", dir=within)
        self.root = self.folder + "/sw"
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "SWITCHYARD_", "ANTHROPIC", "OPENAI"))}
        self.environment.update(SWITCHYARD_ROOT=self.root, HOME=self.folder, GIT_CONFIG_GLOBAL="/dev/null", SWITCHYARD_SCRIPT_PACE_MS="0",
                                LC_ALL="C.UTF-8", NO_COLOR="1")
        self.started = []

    def close(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait(10)
        if os.geteuid() != 0:  # the engine cannot be looked into, so it is not found below
            subprocess.run([BIN + "/swy", "engine", "stop"], env=self.environment, capture_output=True, timeout=60)
        end_marked("SWITCHYARD_ROOT=" + self.root)
        end = time.monotonic() + 5
        while self.groups() and time.monotonic() < end:  # what was killed takes a moment to be gone
            for group in self.groups():
                remove_group(group)
        if os.environ.get("SWITCHYARD_KEEP"):
            print("kept:", self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self):
        """Everything alive that belongs to this world."""
        return marked("SWITCHYARD_ROOT=" + self.root)

    def groups(self, below=""):
        """The control group of this world's engine's attempts, wherever it could make one; below "*": those of the attempts."""
        pool = "switchyard-" + hashlib.sha256((self.root + "/state").encode()).hexdigest()[:10]
        depths = ("", "*/", "*/*/", "*/*/*/")
        return [path for depth in depths for path in glob.glob(os.path.join("/sys/fs/cgroup/" + depth + pool, below) if below else "/sys/fs/cgroup/" + depth + pool)
                if os.path.isdir(path)]

    # ------------------------------------------------------------------ swy
    def swy(self, *arguments, input=None, status=0, cwd=None, timeout=180):
        """Runs swy to its end; `status` is the exit status that must come (None: any)."""
        done = subprocess.run([BIN + "/swy", *arguments], env=self.environment, input=input if input is not None else "",
                              capture_output=True, text=True, timeout=timeout, cwd=cwd or self.folder)
        if status is not None and done.returncode != status:
            raise AssertionError("swy %s ended with %d, not %d:\n%s%s\n%s" % (" ".join(arguments), done.returncode, status, done.stdout,
                                                                         done.stderr, self.engine_log()))
        return done

    def start(self, *arguments, **options):
        process = subprocess.Popen([BIN + "/swy", *arguments], env=self.environment, cwd=self.folder, text=True, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        self.started.append(process)
        return process

    def engine_log(self):
        try:
            with open(self.root + "/state/engine.log") as log:
                return log.read()[-3000:]
        except OSError:
            return ""

    def run(self, *arguments, cwd=None):
        return self.swy("run", "-q", *arguments, cwd=cwd).stdout.strip()

    def task(self, task_id):
        return json.loads(self.swy("tasks", "show", "--json", task_id).stdout)

    def events(self, task_id):
        return [json.loads(line) for line in self.swy("tasks", "events", "--json", task_id).stdout.splitlines()]

    def wait_status(self, task_id, *statuses, seconds=90):
        task = {}

        def reached():
            task.update(self.task(task_id))
            return task["status"] in statuses
        until(reached, lambda: "task %s to be %s; it is %s" % (task_id, "/".join(statuses), json.dumps(task)[:2000]), seconds)
        return task

    def engine_pid(self):
        return json.loads(self.swy("engine", "status", "--json").stdout)["pid"]

    def runner_pid(self, task_id):
        for pid in self.processes():
            try:
                with open("/proc/%d/cmdline" % pid, "rb") as cmdline:
                    words = cmdline.read().split(b"\0")
            except OSError:
                continue  # it has ended meanwhile
            if b"runner" in words and task_id.encode() in words:
                return pid
        raise AssertionError("no runner of task %s" % task_id)

    # ------------------------------------------------------------------ git
    def git(self, *arguments, cwd):
        environment = {key: value for key, value in self.environment.items() if key != "LD_PRELOAD"}  # for our programs only
        return subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main", *arguments],
                              env=environment, cwd=cwd, check=True, capture_output=True, text=True).stdout

    def repository(self, name="project"):
        """The small project that the scripted model knows its way in."""
        path = os.path.join(self.folder, name)
        shutil.copytree(os.path.join(os.path.dirname(__file__), "../../resources/demo/project"), path)
        self.git("init", "-q", cwd=path)
        self.git("add", "-A", cwd=path)
        self.git("commit", "-qm", "Start", cwd=path)
        return path
