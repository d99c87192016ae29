"""./dev on machines of several kinds, made of files: which package sources it sees, and what it makes of them."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEB822 = """Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
"""
EMBEDDED = """Types: deb deb-src
URIs: http://other.example/d
Suites: bookworm
Components: main non-free
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xsFN
 -----END PGP PUBLIC KEY BLOCK-----
"""


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.apt = pathlib.Path(folder.name)
        (self.apt / "sources.list.d").mkdir()
        (self.apt / "preferences.d").mkdir()

    def write(self, name, text):
        (self.apt / name).write_text(text, encoding="utf-8")

    def bash(self, words, path=None):
        script = "source ./dev; apt=%s; as_root() { \"$@\"; }; %s" % (self.apt, words)
        environment = dict(os.environ, PATH=path or os.environ["PATH"])
        return subprocess.run(["/bin/bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30,
                              env=environment)

    def added(self):
        done = self.bash("add_newer_suite")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Pin-Priority: 100\n", (self.apt / "preferences.d/switchyard-trixie").read_text())
        self.assertIn("Pin: release n=trixie\n", (self.apt / "preferences.d/switchyard-trixie").read_text())
        for ending in ("sources", "list"):
            path = self.apt / "sources.list.d" / ("switchyard-trixie." + ending)
            if path.exists():
                return path.read_text()
        return None

    def has(self, suite):
        return self.bash("has_suite " + suite).returncode == 0

    def test_deb822_source_is_derived(self):
        self.write("sources.list.d/debian.sources", DEB822)
        self.assertTrue(self.has("bookworm"))
        self.assertFalse(self.has("trixie"))
        self.assertEqual(self.added(), "Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\n"
                                       "Signed-By: /usr/share/keyrings/some.gpg\n")
        self.assertTrue(self.has("trixie"))

    def test_embedded_key_is_kept(self):
        self.write("sources.list.d/debian.sources", EMBEDDED)
        added = self.added()
        self.assertIn("Types: deb\n", added)
        self.assertIn("Suites: trixie\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n xsFN\n", added)

    def test_line_source_is_derived(self):
        for line, expected in [
                ("deb http://m.example/debian bookworm main contrib", "deb http://m.example/debian trixie main\n"),
                ("deb [arch=amd64 signed-by=/k.gpg]  http://m.example/debian bookworm main",
                 "deb [arch=amd64 signed-by=/k.gpg]  http://m.example/debian trixie main\n")]:
            with self.subTest(line=line):
                self.write("sources.list", "# deb http://no.example bookworm main\n"
                                           "deb http://s.example/sec bookworm-security main\n" + line + "\n")
                self.assertEqual(self.added(), expected)
                (self.apt / "sources.list.d/switchyard-trixie.list").unlink()

    def test_what_is_off_does_not_count(self):
        self.write("sources.list.d/debian.sources", "Enabled: no\n" + EMBEDDED)
        self.write("sources.list.d/src.sources", EMBEDDED.replace("deb deb-src", "deb-src"))
        self.write("sources.list", "deb-src http://m.example bookworm main\n#deb http://m.example bookworm main\n")
        self.assertFalse(self.has("bookworm"))

    def test_debian_13_is_seen(self):
        self.write("sources.list.d/debian.sources", DEB822.replace("bookworm", "trixie"))
        self.assertTrue(self.has("trixie"))
        self.assertFalse(self.has("bookworm"))

    def test_missing_and_old_packages_are_named(self):
        bin_folder = self.apt / "bin"
        bin_folder.mkdir()
        query = bin_folder / "dpkg-query"
        query.write_text("#!/bin/sh\necho 'new-enough ii  1:6.8.2+dfsg-9'\necho 'too-old ii  6.4.2+dfsg-10'\n"
                         "echo 'removed rc  1.0'\nexit 1\n")
        query.chmod(0o755)
        done = self.bash("missing new-enough=6.8 too-old=6.8 removed never", "%s:/usr/bin:/bin" % bin_folder)
        self.assertEqual(done.stdout.split(), ["too-old", "removed", "never"])

    def test_every_command_has_help(self):
        listed = subprocess.run(["./dev", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout
        names = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
        self.assertIn("test", names)
        for name in names:
            with self.subTest(command=name):
                done = subprocess.run(["./dev", name, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=30)
                self.assertEqual(done.returncode, 0)
                self.assertTrue(done.stdout.startswith("Usage: ./dev " + name))

    def test_wrong_calls_are_named(self):
        for words in (["nonsense"], ["test", "--nonsense"], ["lint", "nonsense"], ["setup", "nonsense"]):
            with self.subTest(words=words):
                done = subprocess.run(["./dev", *words], cwd=ROOT, capture_output=True, text=True, timeout=30)
                self.assertEqual(done.returncode, 1)
                self.assertIn("nonsense", done.stderr)

    def test_other_distributions_get_the_names(self):
        done = self.bash("distribution() { echo 'Some Linux 1'; return 1; }; new=(g++-14 cmake=3.28) own=(python3); install_missing")
        self.assertEqual(done.returncode, 1)
        for word in ("Some Linux 1", "g++-14", "cmake", "python3", "SWITCHYARD_NO_SETUP=1"):
            self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
