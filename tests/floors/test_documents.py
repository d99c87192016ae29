"""Every command of `swy help` is in the documentation, the man page and the completions, and nothing else is."""
import os
import pathlib
import re
import subprocess
import tempfile
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
                    self.assertTrue(re.search(form % command, read(path), re.M), "%s does not describe “swy %s”" % (path, command))

    def completions(self, *words):
        script = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _swy; printf "%s\\n" "${COMPREPLY[@]}"')
        with tempfile.TemporaryDirectory() as root:
            environment = dict(os.environ, SWITCHYARD_ROOT=root, PATH=os.path.dirname(SWY) + ":" + os.environ["PATH"])
            done = subprocess.run(["bash", "-c", script, ROOT / "packaging/completions/swy.bash", "swy", *words],
                                  capture_output=True, text=True, timeout=60, env=environment, cwd=root)
            subprocess.run([SWY, "engine", "stop"], env=environment, capture_output=True, timeout=60)
        return set(done.stdout.split())

    def test_bash_completes_commands_and_options(self):
        words = [command.split() for command in commands()]
        self.assertLessEqual({first for first, *_ in words}, self.completions(""))
        for first in {word[0] for word in words if len(word) > 1}:
            with self.subTest(command=first):
                self.assertLessEqual({word[1] for word in words if len(word) > 1 and word[0] == first}, self.completions(first, ""))
        self.assertEqual(self.completions("tasks", "list", "--st"), {"--status"})
        self.assertEqual(self.completions("run", "--priority", "h"), {"high"})

    def test_the_other_shells_take_their_words_from_the_program(self):
        for path in ("packaging/completions/_swy", "packaging/completions/swy.fish"):
            with self.subTest(file=path):
                self.assertIn("swy help", read(path))

    def test_no_page_names_a_command_that_is_gone(self):
        firsts = {command.split()[0] for command in commands()} | {"help", "runner", "agent", "engine", "COMMAND"}
        for path in ("README.md", "docs/cli.md"):
            for word in re.findall(r"(?:^|`)swy ([a-zA-Z]+)", read(path), re.M):
                with self.subTest(file=path, word=word):
                    self.assertIn(word, firsts)


if __name__ == "__main__":
    unittest.main(verbosity=1)
