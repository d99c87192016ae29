"""Every command of `swy help` is in the documentation, the man page and the completions, and nothing else is."""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWY = os.environ["SWITCHYARD_BIN_DIR"] + "/swy"


def commands():
    text = subprocess.run([SWY, "help"], capture_output=True, text=True, timeout=20, check=True).stdout
    return {re.split(r"\s{2,}", line.strip())[0] for line in text.splitlines() if re.match(r"  [a-z]", line)}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


class Documents(unittest.TestCase):
    def test_the_list_can_be_read(self):
        self.assertGreater(len(commands()), 15)
        self.assertIn("tasks list", commands())

    def test_every_command_is_described(self):
        for path, form in [("docs/cli.md", "`swy %s\\b"), ("packaging/man/swy.1", "^\\.B %s\\b")]:
            for command in commands():
                with self.subTest(file=path, command=command):
                    self.assertRegex(read(path), re.compile(form % command, re.M))

    def test_every_word_is_completed(self):
        for path in ("packaging/completions/swy.bash", "packaging/completions/_swy", "packaging/completions/swy.fish"):
            text = read(path)
            for word in {word for command in commands() for word in command.split()}:
                with self.subTest(file=path, word=word):
                    self.assertRegex(text, r"\b%s\b" % word)

    def test_no_page_names_a_command_that_is_gone(self):
        firsts = {command.split()[0] for command in commands()} | {"help", "runner", "agent", "engine", "COMMAND"}
        for path in ("README.md", "docs/cli.md"):
            for word in re.findall(r"(?:^|`)swy ([a-zA-Z]+)", read(path), re.M):
                with self.subTest(file=path, word=word):
                    self.assertIn(word, firsts)


if __name__ == "__main__":
    unittest.main(verbosity=1)
