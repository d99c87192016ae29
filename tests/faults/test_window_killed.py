"""kill -9 of the window and of its X server while a task streams: the task does not notice; a new window shows it all."""
import os
import shutil
import subprocess
import unittest

from fault_world import BIN, FaultTest, kill, main, until


@unittest.skipUnless(os.access(BIN + "/switchyard", os.X_OK), "built without the window; runs with SWITCHYARD_WINDOW=ON")
class WindowKilled(FaultTest):
    def setUp(self):
        self.world = self.make_world(slots=4, faultline=False)
        self.line = self.world.line()

    def window(self, **environment):
        process = subprocess.Popen([BIN + "/switchyard"], env={**self.world.environment, **environment},
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.world.started.append(process)
        return process

    def subscribed(self, process):
        """The engine has said hello to it."""
        before = self.hellos
        until(lambda: self.world_hellos() > before or process.poll() is not None, "the window to connect", 60)
        self.assertIsNone(process.poll(), "the window lives")
        self.hellos = self.world_hellos()

    def world_hellos(self):
        try:
            with open(self.world.root + "/state/engine.log") as file:
                return file.read().count("client switchyard")
        except OSError:
            return 0

    def counting(self):
        task_id = self.world.add(self.line, "n=0; until [ -e go ]; do n=$((n + 1)); echo $n; sleep 0.02; done")
        until(lambda: self.world.status(self.line, task_id) == "running" and len(self.world.output(task_id)) > 2, "it to count")
        return task_id

    def finish(self, task_id):
        open(self.world.folder + "/go", "w").close()
        self.world.ended(self.line, [task_id], by=("completed",))
        numbers = [int(line) for line in self.world.output(task_id)]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)), "each line once, in order")
        self.assertGapless(self.world.events_of(self.line, task_id))

    def test_window(self):
        self.hellos = self.world_hellos()
        task_id = self.counting()
        for _ in range(4):
            window = self.window(QT_QPA_PLATFORM="offscreen")
            self.subscribed(window)
            kill(window.pid)
            window.communicate(timeout=30)
            before = len(self.world.output(task_id))
            until(lambda: len(self.world.output(task_id)) > before, "the task to go on")
        window = self.window(QT_QPA_PLATFORM="offscreen")
        self.subscribed(window)
        self.finish(task_id)
        self.world.swy("engine", "stop")
        self.assertIsNone(window.poll(), "the window outlives its engine too")

    @unittest.skipUnless(shutil.which("Xvfb"), "there is no display server for tests; runs with Xvfb installed")
    def test_display(self):
        self.hellos = self.world_hellos()
        task_id = self.counting()
        read, write = os.pipe()
        display = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"], pass_fds=[write],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.world.started.append(display)
        os.close(write)
        with os.fdopen(read) as file:
            number = file.readline().strip()
        window = self.window(QT_QPA_PLATFORM="xcb", DISPLAY=":" + number)
        self.subscribed(window)
        display.kill()
        said, _ = window.communicate(timeout=60)  # without a display it ends; nothing else does
        self.assertEqual(window.returncode, 1, said)
        self.assertIn("the connection to the display is lost", said)
        before = len(self.world.output(task_id))
        until(lambda: len(self.world.output(task_id)) > before, "the task to go on")
        self.assertEqual(self.world.status(self.line, task_id), "running")
        self.finish(task_id)


if __name__ == "__main__":
    main()
