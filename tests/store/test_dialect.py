"""PostgreSQL understands the schema and every statement that the store and the engine run, word for word.

The statements are collected from the tests of the store (switchyard.sql tells them), then given to a PostgreSQL of its own:
no socket, no service, gone afterwards. Skipped where there is none."""
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["SWITCHYARD_TEST_BIN_DIR"])
SKIPPED = 77
# What only SQLite has, and only the opening, keeping and locking of its file needs.
SQLITE_ONLY = re.compile(r"^(PRAGMA|BEGIN( IMMEDIATE)?$|COMMIT|ROLLBACK|ATTACH|DETACH|VACUUM|.*\bsqlite_master\b)")


def program(name):
    places = [shutil.which(name)] + sorted(glob.glob("/usr/lib/postgresql/*/bin/" + name), reverse=True)
    return next((place for place in places if place), None)


def as_nobody(command):
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command if os.geteuid() == 0 else command


def migrations():
    for file in sorted((ROOT / "resources/migrations").glob("*.sql")):
        text = re.sub(r"^--.*$", "", file.read_text(encoding="utf-8"), flags=re.M)
        yield from (part.strip() for part in re.split(r";\s*\n", text + "\n") if part.strip())


def statements_run(suite):
    """Every different statement that a test program runs."""
    with tempfile.TemporaryDirectory() as root:
        environment = dict(os.environ, QT_LOGGING_RULES="switchyard.sql.debug=true", SWITCHYARD_ROOT=root,
                           QT_MESSAGE_PATTERN="@%{category}@%{message}", QT_FORCE_STDERR_LOGGING="1")
        done = subprocess.run([str(BIN / suite), "-maxwarnings", "0"], env=environment, capture_output=True, text=True,
                              errors="replace", timeout=300, cwd=root)
    lines = (done.stdout + done.stderr).splitlines()
    return {line.split("@switchyard.sql@", 1)[1].split("@switchyard", 1)[0].strip()
            for line in lines if "@switchyard.sql@" in line}


def prepared(number, statement):
    """With the placeholders that PostgreSQL's driver makes of ours."""
    count = iter(range(1, 1000))
    parts = re.split(r"('(?:[^']|'')*')", statement)  # not within texts
    text = "".join(part if part.startswith("'") else re.sub(r"\?", lambda _: "$%d" % next(count), part) for part in parts)
    return "PREPARE statement_%d AS %s" % (number, text)


class Dialect(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        if os.geteuid() == 0:
            os.chown(self.folder, 65534, 65534)
        self.data = self.folder + "/data"
        subprocess.run(as_nobody([program("initdb"), "-D", self.data, "-N", "-A", "trust", "-U", "test", "--locale=C.UTF-8"]),
                       check=True, capture_output=True, timeout=120, cwd=self.folder)

    def refused(self, statements):
        """What PostgreSQL says against them, by statement."""
        text = "".join(statement.replace("\n", " ") + "\n" for statement in statements)
        done = subprocess.run(as_nobody([program("postgres"), "--single", "-D", self.data, "postgres"]), input=text,
                              capture_output=True, text=True, timeout=120, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.findall(r"ERROR:.*?STATEMENT:[^\n]*", done.stderr, re.S)

    def test_every_statement(self):
        schema = ["CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY)"] + list(migrations())
        said = set().union(*(statements_run(suite) for suite in ("tst_store", "tst_statistics", "tst_care")))
        ours = sorted(one for one in said if not SQLITE_ONLY.match(one) and one not in schema)
        self.assertGreater(len(ours), 40, "the statements of the tests could be collected")
        for word in ("INSERT INTO event", "DELETE FROM task_word", "FROM task_word CROSS JOIN task", "FROM tool_use"):
            self.assertTrue(any(word in one for one in ours), word)
        commands = [one for one in ours if not one.startswith("CREATE")]
        complaints = self.refused(schema + [prepared(number, one) for number, one in enumerate(commands)])
        self.assertEqual(complaints, [])

    def test_it_would_complain(self):
        self.assertEqual(len(self.refused(["SELECT 1", "INSERT OR REPLACE INTO x VALUES (1)", "PRAGMA quick_check"])), 2)


if __name__ == "__main__":
    if not program("postgres") or not program("initdb") or not shutil.which("setpriv"):
        print("There is no PostgreSQL here.")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
