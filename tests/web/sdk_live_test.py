"""The TypeScript SDK against a live node: its example and its test program, whose enrolment the command line takes."""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cluster"))
from harness import COMMAND_SECONDS, ROOT, ChainTest, environment  # noqa: E402

SDK = ROOT / "web" / "packages" / "sdk"
NODE = os.environ.get("GENERION_NODEJS", "node")


class SdkTest(ChainTest):
    def run_js(self, program, *arguments):
        """The standard output of a program of the built SDK."""
        # Node 20 has no WebSocket without the flag.
        command = [NODE, "--experimental-websocket", SDK / "dist" / program, *arguments]
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False, text=True,
                              timeout=COMMAND_SECONDS, env=environment(self.directory))
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        return done.stdout

    def test_the_example(self):
        told = self.run_js("examples/record.js", self.chain.url, self.chain.genesis, self.chain.key("hospital"))
        self.assertRegex(told, r'record [0-9]+ is proven at height [0-9]+; "A letter": Dear Alice, all is well\.\n')

    def test_the_library_and_the_command_line_together(self):
        told = self.run_js("test/live/main.js", self.chain.url, self.chain.genesis, self.chain.key("hospital"),
                           self.directory)
        stranger = json.loads(told)["address"]
        self.chain.json("institution", "enroll", self.directory / "sdk.enrolment", "--key",
                        self.chain.key("hospital"), "--yes")
        self.assertEqual(self.chain.json("user", "show", stranger)["address"], stranger)

    def test_shares_relocking_and_a_move(self):
        told = self.run_js("test/live/shares.js", self.chain.url, self.chain.genesis, self.chain.key("hospital"))
        self.assertEqual(told, "ok\n")


if __name__ == "__main__":
    unittest.main()
