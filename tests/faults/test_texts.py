"""Bytes that are no text and text that is up to no good, in output, goals, names and paths: raw bytes kept, shown harmlessly, no error."""
import json
import os
import socket
import subprocess

from fault_world import FaultTest, Refused, main

NASTY = ["a\u202eb evil.exe", "tab\tand\u2028separator", "\u200bnothing\u200b", "x" * 4096, "'; DROP TABLE task; --", "<img src=x onerror=y>", "%1 %s %n {0}",
         "\U0001f600 astral", "e\u0301 combining", "\x1b]0;title\x07\x1b[31mred", "\x7f\x01\x02"]


class Texts(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4)
        self.line = self.world.line()

    def assertHarmless(self, text):
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\u202e", text)
        self.assertNotIn("\x07", text)

    def test_output(self):
        """Every byte value, broken UTF-8, NUL, lone surrogates: the log has them as they were."""
        task_id = self.world.add(self.line, self.world.awkward("bytes"))
        self.world.ended(self.line, [task_id], by=("completed",))
        raw = bytes(range(256)) + b"\xff\xfe\xed\xa0\x80\n"
        self.assertIn(raw, self.world.log_bytes(task_id))
        done = subprocess.run([os.environ["SWITCHYARD_BIN_DIR"] + "/swy", "monitor", task_id], env=self.world.environment, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        done.stdout.decode()  # what is shown is text

    def test_goals_and_titles(self):
        ids = {text: self.world.add(self.line, "true # " + text.replace("\n", " "), title=text) for text in NASTY}
        # Asking for the code before running such a line is right, too.
        tasks = self.world.ended(self.line, ids.values(), by=("completed", "failed", "waiting"))
        waiting = [task_id for task_id, task in tasks.items() if task["status"] == "waiting"]
        for task_id in waiting:
            self.assertHarmless(self.world.swy("tasks", "show", task_id).stdout)
            self.line.call("task.cancel", id=task_id)
        self.world.ended(self.line, waiting, by=("cancelled",))
        for text, task_id in ids.items():
            with self.subTest(text[:20]):
                self.assertEqual(tasks[task_id]["spec"]["title"], text, "kept as it was")
                self.assertHarmless(self.world.swy("tasks", "show", task_id).stdout)
        self.assertHarmless(self.world.swy("tasks", "list").stdout)
        for text in NASTY[:6]:
            self.assertLessEqual(self.line.call("task.list", text=text, limit=100)["total"], len(NASTY))
        self.world.kill_engine()
        line = self.world.line()
        self.assertEqual({task["spec"]["title"] for task in line.call("task.list", limit=100)["tasks"]}, set(NASTY))

    def test_lone_surrogates_and_nul(self):
        """Sent as JSON escapes: refused or kept without harm, never a torn database."""
        for text in ("lone \ud800 surrogate", "nul \x00 inside"):
            try:
                task_id = self.world.add(self.line, "true", title=text)
                self.world.ended(self.line, [task_id], by=("completed",))
                self.world.events_of(self.line, task_id)
            except Refused as refusal:
                self.assertEqual(json.loads(str(refusal))["data"]["code"], "invalid")
        self.world.kill_engine()
        line = self.world.line()
        line.call("task.list", limit=100)
        self.assertEqual(line.call("engine.examine")["findings"], [])

    def test_file_names(self):
        """A project with names that are not UTF-8: the difference can be read, the change merged, the bytes are right."""
        project = self.world.repository()
        name = b"caf\xe9 \x01 \xf0\x9f\x99\x82.txt"
        self.world.agent("printf 'x\\n' > $'caf\\xe9 \\x01 \\xf0\\x9f\\x99\\x82.txt'; exit 3")
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        task = self.world.ended(self.line, [task_id], by=("failed",))[task_id]
        self.assertIn(name, os.listdir(os.fsencode(task["worktree"])))
        self.assertHarmless(self.world.swy("diff", task_id).stdout)
        self.line.call("task.merge", id=task_id, delete_branch=True)
        self.assertIn(name, os.listdir(os.fsencode(project)))

    def test_agents_messages(self):
        """Rubbish on the agent's line, its standard error and in its update messages."""
        project = self.world.repository()
        self.world.agent("printf 'last \\xff\\xfe\\x00\\x1b[31m words\\n' >&2; printf '\\xff\\xfe\\x00{\\n'; exit 5")
        task_id = self.line.call("task.create", spec=self.world.agent_spec(project))["task"]["spec"]["id"]
        task = self.world.ended(self.line, [task_id], by=("failed",))[task_id]
        self.assertSaid(task["reason"], "words")
        self.assertHarmless(self.world.swy("tasks", "show", task_id).stdout)

    def test_nonsense_on_the_socket(self):
        """What no client would send: the line is closed or refused, the others do not notice."""
        for data in (b"\xff\xfe\x00\x01" * 1000 + b"\n", b"[" * 100_000 + b"\n", b"{}\n" * 50, b'{"jsonrpc":"2.0","id":1,"method":"task.list"}\n',
                     b'{"jsonrpc":"2.0","id":{"a":1},"method":"hello","params":[]}\n', b"GET / HTTP/1.1\r\n\r\n" * 30):
            with socket.socket(socket.AF_UNIX) as raw:
                raw.connect(self.world.root + "/run/engine.sock")
                raw.settimeout(30)
                try:
                    raw.sendall(data)
                    raw.shutdown(socket.SHUT_WR)
                    while raw.recv(65536):
                        pass
                except OSError:
                    pass
            self.assertTrue(self.line.call("engine.status")["pid"])


if __name__ == "__main__":
    main()
