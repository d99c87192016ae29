#!/usr/bin/env python3
"""Checks the includes of src/, ui/ and app/ against the floors of docs/architecture.md.

    check_floors.py SOURCE-FOLDER

An upper floor may use a lower one, never the reverse; siblings only as below. The build keeps most of this by itself (each
library sees only what it depends on); this also sees what a wrong DEPENDS would let through.
"""
import pathlib
import re
import sys

SIBLINGS = {("process", "model"), ("git", "model"), ("rpc", "model")}
# Lower than ui/, and still not for it: the window knows the engine only through its client.
NEVER = {("ui", "engine"), ("ui", "runner"), ("ui", "store"), ("ui", "api"), ("ui", "coder"), ("runner", "store"),
         ("coder", "engine"), ("runner", "engine")}
WIDGETS = re.compile(r"#\s*include\s*<(Q(Widget|Application|MainWindow|Dialog|Painter|Icon|Pixmap|GuiApplication)|QtWidgets|QtGui)")
INCLUDE = re.compile(r'#\s*include\s*"([a-z]+)/')
ROW = re.compile(r"\|\s*(\d+)\s*\|\s*`(?:src/)?([a-z]+)/`")


def floors(root):
    """{part: floor} out of the table in the documentation."""
    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    return {part: int(floor) for floor, part in ROW.findall(text)}


def files(folder):
    return sorted(path for ending in ("*.h", "*.cpp") for path in folder.rglob(ending))


def check_file(path, part, table):
    """The faults of one file, as sentences."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        if part not in ("ui", "app") and WIDGETS.search(line):
            yield f"{path}:{number}: {part} must not know the window's classes: {line.strip()}"
        found = INCLUDE.match(line.strip())
        used = found and found.group(1)
        if not used or used not in table or used == part:
            continue
        if (part, used) in NEVER or table[used] > table[part]:
            yield f"{path}:{number}: {part} (floor {table[part]}) must not use {used} (floor {table[used]})"
        elif table[used] == table[part] and (part, used) not in SIBLINGS:
            yield f"{path}:{number}: {part} and {used} are siblings on floor {table[part]}; none may use the other"


def check(root):
    table = floors(root)
    faults = []
    if table.get("app", 0) <= table.get("ui", 0) or len(table) < 10:
        return ["docs/architecture.md: the table of floors cannot be read"]
    for folder in sorted(path for path in (root / "src").iterdir() if path.is_dir()):
        if folder.name not in table:
            faults.append(f"{folder}: is on no floor of docs/architecture.md")
            continue
        for path in files(folder):
            faults += check_file(path, folder.name, table)
    for part in ("ui", "app"):
        for path in files(root / part):
            faults += check_file(path, part, table)
    return faults


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1]))
    print("\n".join(found) or "The floors hold.")
    sys.exit(1 if found else 0)
