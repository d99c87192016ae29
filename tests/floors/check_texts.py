#!/usr/bin/env python3
"""Finds texts in ui/ that a person reads and that pass no tr(): they could never be translated.

    check_texts.py SOURCE-FOLDER

A line that is meant so (a name, a sample of code) ends in "// not translated".
"""
import pathlib
import re
import sys

SHOWING = (r"setText|setWindowTitle|setToolTip|setStatusTip|setWhatsThis|setPlaceholderText|setAccessibleName|"
           r"setAccessibleDescription|setTitle|setLabelText|setInformativeText|setHtml|addTab|addRow|addItem|addAction|addMenu|"
           r"showMessage|QLabel|QPushButton|QAction|QCheckBox|QRadioButton|QGroupBox|QToolButton|QTreeWidgetItem")
CALL = re.compile(r"\b(?:" + SHOWING + r")\b[^;]*?[(,{]\s*(?:u|QStringLiteral\(|QLatin1StringView\()\"((?:[^\"\\]|\\.)*)\"")
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}.*[ .:…?!]|^[A-Z][a-z]{2,}")
IDENTIFIER = re.compile(r"^[a-z]+([.:_-][A-Za-z]+)*$")
PLACEHOLDER = re.compile(r"%L?\d|<[^>]*>|&[a-z]+;|\\.")


def faults(root):
    for path in sorted((root / "ui").rglob("*.cpp")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.rstrip().endswith("// not translated"):
                continue
            for text in CALL.findall(line):
                if not IDENTIFIER.match(text) and WORD.search(PLACEHOLDER.sub("", text)):
                    yield f"{path}:{number}: “{text}” is shown without tr()"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "All texts of the window pass through tr().")
    sys.exit(1 if found else 0)
