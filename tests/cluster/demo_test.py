"""`./dev demo --once` as a test: the whole story with the example patients."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from harness import BIN, COMMAND_SECONDS, ROOT


class DemoTest(unittest.TestCase):
    def test_once(self):
        with tempfile.TemporaryDirectory(prefix="generion-demo.") as directory:
            # Twice at the same place: a second demo starts afresh.
            for _ in range(2):
                done = subprocess.run([sys.executable, "-B", ROOT / "examples" / "demo.py", "--once", "--dir",
                                       pathlib.Path(directory) / "demo"], capture_output=True, text=True,
                                      timeout=2 * COMMAND_SECONDS, env=os.environ | {"GENERION_BIN": str(BIN)},
                                      check=False)
                self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
                self.assertEqual(done.stdout.splitlines()[-1], "demo: ok")
                self.assertEqual(done.stderr, "")
                for line in ("The proof holds.", "all verified", "its private bytes are gone from the chain",
                             "Proven: all 12 records of gen1", "is told SHARE_CLOSED",
                             "Proven: all 2 orders of the chain.", "the buyer decrypts both documents", "TOKENS PAID",
                             "refunded by itself", "has 7.5 tokens again", "sealed by 3 of 4 validators", "kill -9 of",
                             "by the vote of 3 of 4 validators", "has the same state: root"):
                    self.assertIn(line, done.stdout)

    def test_a_directory_that_is_not_the_demos_is_left_alone(self):
        with tempfile.TemporaryDirectory(prefix="generion-demo.") as directory:
            mine = pathlib.Path(directory) / "mine.txt"
            mine.write_text("keep me")
            done = subprocess.run([sys.executable, "-B", ROOT / "examples" / "demo.py", "--once", "--dir", directory],
                                  capture_output=True, text=True, timeout=COMMAND_SECONDS,
                                  env=os.environ | {"GENERION_BIN": str(BIN)}, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("was not made by the demo", done.stderr)
            self.assertEqual(mine.read_text(), "keep me")


if __name__ == "__main__":
    unittest.main()
