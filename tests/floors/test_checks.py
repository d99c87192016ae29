"""The checks must find what they are there for, and the source must pass them."""
import pathlib
import sys
import tempfile
import unittest

import check_floors
import check_processes
import check_texts

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Floors(unittest.TestCase):
    def faults_of(self, part, line):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.cpp"
            path.write_text(f"#pragma once\n{line}\n", encoding="utf-8")
            return list(check_floors.check_file(path, part, check_floors.floors(ROOT)))

    def test_the_source_keeps_them(self):
        self.assertEqual(check_floors.check(ROOT), [])

    def test_upwards_sideways_and_forbidden_includes_are_found(self):
        for part, line in [("git", '#include "engine/engine.h"'), ("base", '#include "model/task.h"'),
                           ("engine", '#include "ui/shell/main_window.h"'), ("engine", '#include "runner/job.h"'),
                           ("gate", '#include "store/store.h"'), ("ui", '#include "engine/engine.h"'),
                           ("ui", '  #  include "store/store.h"'), ("runner", '#include "store/store.h"'),
                           ("api", "#include <QWidget>"), ("model", "#include <QtWidgets/QLabel>")]:
            with self.subTest(part=part, line=line):
                faults = self.faults_of(part, line)
                self.assertEqual(len(faults), 1)
                self.assertIn("x.cpp:2", faults[0])

    def test_lower_floors_and_own_files_are_fine(self):
        for part, line in [("engine", '#include "git/repository.h"'), ("git", '#include "git/handle.h"'),
                           ("git", '#include "model/diff.h"'), ("ui", '#include "client/engine_client.h"'),
                           ("ui", "#include <QWidget>"), ("app", '#include "engine/engine.h"'), ("base", "#include <QString>")]:
            with self.subTest(part=part, line=line):
                self.assertEqual(self.faults_of(part, line), [])


class Processes(unittest.TestCase):
    def faults_of(self, line):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "src/runner").mkdir(parents=True)
            (pathlib.Path(folder) / "src/runner/hooks.cpp").write_text(line + "\n", encoding="utf-8")
            return check_processes.check(pathlib.Path(folder))

    def test_nothing_runs_past_the_gate(self):
        self.assertEqual(check_processes.check(ROOT), [])
        self.assertEqual([name for name in check_processes.ALLOWED if not (ROOT / name).exists()], [])

    def test_ways_past_it_are_found(self):
        for line in ["#include <QProcess>", '#include "process/command.h"', "QProcess::startDetached(program);", "std::system(text);",
                     "execvp(name, words);", "if (const auto pid = ::fork(); pid == 0)", "auto* f = popen(text, mode);"]:
            with self.subTest(line=line):
                self.assertEqual(len(self.faults_of(line)), 1)

    def test_others_are_left_alone(self):
        for line in ['#include "runner/terminal_host.h"', "dialog.exec();", "query.exec(text);", "// popen() would do",
                     "co_await m_host.run(command, cwd, 0);"]:
            with self.subTest(line=line):
                self.assertEqual(self.faults_of(line), [])


class Texts(unittest.TestCase):
    def faults_of(self, line):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "ui").mkdir()
            (pathlib.Path(folder) / "ui/x.cpp").write_text(line + "\n", encoding="utf-8")
            return list(check_texts.faults(pathlib.Path(folder)))

    def test_the_window_has_none(self):
        self.assertEqual(list(check_texts.faults(ROOT)), [])

    def test_hard_coded_ones_are_found(self):
        for line in ['label->setText(u"Nothing to show."_s);', 'new QPushButton(u"Merge"_s, this)',
                     'form->addRow(u"&Title:"_s, m_title);', 'setWindowTitle(QStringLiteral("New task"));']:
            with self.subTest(line=line):
                self.assertEqual(len(self.faults_of(line)), 1)

    def test_others_are_left_alone(self):
        for line in ['label->setText(tr("Nothing to show."));', 'setObjectName(u"mergeButton"_s);',
                     'label->setText(u"%1 %2"_s.arg(a, b));', 'label->setText(u"–"_s);', 'addAction(u"log.find"_s, tr("Find"));',
                     'label->setText(u"make test"_s); // not translated']:
            with self.subTest(line=line):
                self.assertEqual(self.faults_of(line), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
