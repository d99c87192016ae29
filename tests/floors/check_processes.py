#!/usr/bin/env python3
"""Checks that nothing new starts programs: whatever a task, an agent, a hook or a template runs goes through
runner/terminal_host, where the gate judges it.

    check_processes.py SOURCE-FOLDER
"""
import pathlib
import re
import sys

# Who may, and what it starts.
ALLOWED = {
    "src/runner/terminal_host.h": "the one door for commands, behind the gate",
    "src/agent/session.h": "the agent itself",
    "src/agent/session_state.h": "the agent itself",
    "src/base/process_owner.h": "nothing: lets go of what its users started",
    "src/gate/shell_reader.cpp": "the parser",
    "src/runner/nursery.cpp": "a runner",
    "src/engine/nursery.h": "the nursery of runners",
    "src/engine/supervisor.cpp": "a runner",
    "src/client/connection.cpp": "the engine",
    "src/api/agent_methods.cpp": "swy agent probe",
    "src/coder/local_terminal.h": "commands of the built-in agent under other clients, which were asked for each",
    "app/commands/spec_options.cpp": "nothing: it takes a command line apart",
    "ui/shell/editor.cpp": "the editor that the user chose, for a file of the user's choice",
    "ui/settings/swy_program.cpp": "swy key and swy gate, the user's own acts in the settings",
    "app/commands/agent_commands.cpp": "the login of an agent, typed by the user",
}
STARTS = re.compile(
    r'#\s*include\s*(<QProcess>|<spawn\.h>|"(process/(command|spawn|supervisor|fork_into|child)|base/process_owner)\.h")|^\s*class QProcess;'
    r"|\b(posix_spawnp?|execv[pe]*|execl[pe]*|vfork|popen)\s*\(|(?<![\w.>])fork\s*\(|\bstd::system\s*\(|\bSYS_(execve|clone3?|v?fork)\b|\bstartDetached\s*\(")


def check(root):
    """The faults, as sentences."""
    faults = []
    for part in ("src", "ui", "app"):
        for path in sorted(file for ending in ("*.h", "*.cpp") for file in (root / part).rglob(ending)):
            name = path.relative_to(root).as_posix()
            if name.startswith("src/process/") or name in ALLOWED:
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if STARTS.search(line.split("//")[0]):
                    faults.append(f"{path}:{number}: starts a program; commands of tasks belong to runner/terminal_host, behind "
                                  "the gate, and what else is right to start is listed in tests/floors/check_processes.py")
    return faults


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1]))
    print("\n".join(found) or "Nothing runs past the gate.")
    sys.exit(1 if found else 0)
