"""What a program in a task can do. Prints one JSON object: probe → true if it got through. Arguments: NAME=VALUE."""
import ctypes
import json
import os
import socket
import subprocess
import sys

given = dict(argument.split("=", 1) for argument in sys.argv[1:])
results = {}


def probe(function):
    if "only" in given and function.__name__ not in given["only"].split(","):
        return
    try:
        results[function.__name__] = bool(function())
    except Exception as problem:  # whatever it is: it did not get through
        results[function.__name__] = False
        print(function.__name__, type(problem).__name__, problem, file=sys.stderr)


def write(path, text="x\n"):
    with open(path, "a") as file:
        file.write(text)
    return True


def read(path):
    with open(path, "rb") as file:
        file.read(1)
    return True


def connect(path):
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(path)
    return True


def git(*arguments):
    return subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *arguments], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


common = given["project"] + "/.git"
own = subprocess.run(["git", "rev-parse", "--absolute-git-dir"], capture_output=True, text=True).stdout.strip()


@probe
def writes_the_worktree():
    return write("made_here.txt")


@probe
def writes_tmp():
    return write("/tmp/" + given["name"])


@probe
def commits():
    return write("committed.txt") and git("add", "committed.txt") and git("commit", "-qm", "from within")


@probe
def writes_the_extra_folder():
    return write(given["extra"] + "/made_there")


@probe
def writes_the_home():
    write(given["home"] + "/made_at_home")
    return False  # the test looks: it may be a folder of the sandbox's own


@probe
def writes_the_project():
    write(given["project"] + "/made_beside")
    return False  # the test looks: it may be a folder of the sandbox's own


@probe
def writes_the_system():
    return write("/etc/switchyard-escape")


@probe
def reads_keys():
    return read(given["home"] + "/.ssh/id_ed25519")


@probe
def reads_the_code():
    return read(given["root"] + "/config/code.json")


@probe
def writes_the_settings():
    write(given["root"] + "/config/made_in_config")
    return False  # the test looks: it may be a folder of the sandbox's own


@probe
def sees_other_tasks():
    return any(os.scandir(given["root"] + "/state/tasks"))


@probe
def reaches_the_engine():
    return connect(given["socket"])


@probe
def reaches_a_runner():
    folder = os.path.dirname(given["socket"]) + "/runners"
    return any(connect(folder + "/" + name) for name in os.listdir(folder))


@probe
def reaches_the_session_bus():
    return connect(given["bus"])


@probe
def sees_the_engines_process():
    os.kill(int(given["engine"]), 0)
    return "engine" in open("/proc/%s/cmdline" % given["engine"]).read()


@probe
def traces_others():
    library = ctypes.CDLL(None)
    attached = library.ptrace(16, int(given["engine"]), None, None) == 0
    if attached:
        os.waitpid(int(given["engine"]), 0)
        library.ptrace(17, int(given["engine"]), None, None)
    return attached


@probe
def gets_secret_variables():
    return any(word in os.environ for word in ("MY_API_TOKEN", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK"))


@probe
def makes_a_hook():
    return write(common + "/hooks/post-checkout")


@probe
def makes_a_hook_of_its_own():
    return write(own + "/hooks/post-checkout") and False  # git does not read that one


@probe
def changes_git_settings():
    return git("config", "core.fsmonitor", "touch /tmp/x") or write(common + "/config")


@probe
def changes_ignores():
    return write(common + "/info/exclude")


@probe
def moves_another_branch():
    return git("update-ref", "refs/heads/main", "HEAD") or write(common + "/refs/heads/main")


@probe
def moves_another_tasks_branch():
    return git("update-ref", "refs/heads/task/other", "HEAD") or write(common + "/refs/heads/task/other")


@probe
def makes_a_tag():
    return git("tag", "from-within")


@probe
def moves_the_link():
    os.rename(".git", "elsewhere")
    return True


@probe
def mounts():
    return ctypes.CDLL(None).mount(b"none", b"/mnt", b"tmpfs", 0, None) == 0


@probe
def changes_the_kernel():
    return write("/proc/sys/kernel/core_pattern", "")


@probe
def reaches_this_machines_servers():
    with socket.create_connection(("127.0.0.1", int(given["port"])), 2):
        return True


@probe
def has_a_loopback_of_its_own():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with socket.create_connection(server.getsockname(), 2):
            return True


print("RESULT " + json.dumps(results))
