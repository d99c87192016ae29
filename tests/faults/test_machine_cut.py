"""The power of a whole machine is cut, twenty times: what was acknowledged before is there afterwards, with the end that was told; the database is sound."""
import json
import os
import random
import shutil
import tempfile
import unittest

import emulated_machine
from fault_world import BIN, main

CUTS = 20
SCRIPT = r"""
export SWITCHYARD_ROOT=/disk/sw NO_COLOR=1
mkdir -p /disk/sw/config /disk/work; cd /disk/work
[ -e /disk/sw/config/switchyard.conf ] || { printf '[engine]\nslots=4\nsandbox=off\nleast_free_bytes=0\n' > /disk/sw/config/switchyard.conf; sync; }
# An emulated machine is slow: the engine may not answer in time while it looks after the cut.
ask() { until said=$("$@" 2>/dev/null) || [ -n "$said" ]; do sleep 0.5; done; echo "$said" | tr -d '\n'; }
echo "LISTED $(ask swy tasks list --limit 10000 --json)"
echo "DOCTOR $(ask swy doctor --json)"
add() {
    n=0
    while :; do
        n=$((n + 1))
        id=$(swy run -q -b "echo $n; sleep 0.0$((n % 10))") && echo "ADDED $id"
        [ $((n % $1)) = 0 ] && [ -n "$id" ] && swy wait --timeout 60s $id > /dev/null 2>&1 && echo "ENDED $id"
    done
}
add 5 &
add 2
"""


class MachineCut(unittest.TestCase):
    def setUp(self):
        lacks = emulated_machine.missing()
        if lacks:
            self.skipTest("needs %s" % lacks)
        folder = tempfile.mkdtemp(prefix="swy-machine-", dir="/var/tmp")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        programs = [BIN + "/swy", *filter(None, [shutil.which("shfmt")])]
        self.machine = emulated_machine.Machine(folder, programs, SCRIPT)
        self.addCleanup(self.machine.cut_power)

    def said(self, word):
        """What the next line with this word says after it."""
        while True:
            line = self.machine.line()
            self.assertIsNotNone(line, "the machine ended before it said %s: %s" % (word, "\n".join(self.machine.said)))
            self.assertNotIn(line.split(" ")[0], ("ADDED", "ENDED"), "it said no %s: %s" % (word, "\n".join(self.machine.said)))
            if line.startswith(word + " "):
                return line[len(word) + 1:]

    def test_acknowledged_is_durable(self):
        numbers = random.Random(13)
        known, ended = set(), set()
        for round_ in range(CUTS + 1):
            self.machine.switch_on()
            listed = {task["id"]: task["status"] for task in json.loads(self.said("LISTED"))["tasks"]}
            self.assertLessEqual(known, set(listed), "every task that was acknowledged is there")
            self.assertEqual({listed[task_id] for task_id in ended} - {"completed"}, set(), "an end that was told stays")
            doctor = json.loads(self.said("DOCTOR"))
            self.assertEqual((doctor["engine_trouble"], doctor["findings"]), ("", []), "after cut %d" % round_)
            for _ in range(numbers.randrange(2, 25)):
                line = self.machine.line()
                self.assertIsNotNone(line, "it runs on")
                words = line.split()
                if words[:1] == ["ADDED"]:
                    known.add(words[1])
                elif words[:1] == ["ENDED"]:
                    ended.add(words[1])
            self.machine.cut_power()
        self.assertGreater(len(known), CUTS)
        self.assertGreater(len(ended), CUTS // 2)


if __name__ == "__main__":
    main()
