"""`generion localnet` as a person uses it: it makes a network, shows its nodes, and ends all of them."""
import json
import os
import pathlib
import random
import signal
import subprocess
import unittest

from harness import BIN, DirectoryTest, end_with_parent, environment, wait_until


def is_running(process):
    return pathlib.Path(f"/proc/{process}").exists()


class LocalnetTest(DirectoryTest):
    def start(self, *arguments):
        self.log = self.directory / "localnet.log"
        with open(self.log, "wb") as out:
            process = subprocess.Popen([BIN / "generion", "localnet", *map(str, arguments)], stdout=out, stderr=out,
                                       stdin=subprocess.DEVNULL, preexec_fn=end_with_parent,
                                       env=environment(self.directory))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def output(self):
        return self.log.read_text(errors="replace")

    def ready(self):
        """Names and processes of the nodes that were told to be ready."""
        found = {}
        for line in self.output().splitlines():
            if ": ready" in line:
                name, rest = line.split(" (", 1)
                found[name] = int(rest.split("process ")[1].split(")")[0])
        return found

    def test_made_shown_ended_and_started_again(self):
        network = self.directory / "network"
        base = f"127.0.0.1:{random.randrange(12000, 32000, 10)}"
        names = {"validator-1", "validator-2", "validator-3", "validator-4", "observer-1"}
        for _ in range(2):  # made, then used as it is
            process = self.start("--dir", network, "--validators", 4, "--observers", 1, "--rpc", base)
            wait_until(lambda: set(self.ready()) >= names, 60, f"all ready:\n{self.output()}")
            nodes = self.ready().values()
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 0, self.output())
            self.assertFalse([node for node in nodes if is_running(node)])
            self.assertIn("generion localnet --dir", self.output())

    def test_a_directory_of_something_else_is_refused(self):
        other = self.directory / "other"
        other.mkdir()
        (other / "file").write_text("x")
        done = subprocess.run([BIN / "generion", "--json", "localnet", "--dir", other], capture_output=True,
                              check=False, timeout=60, env=environment(self.directory))
        self.assertEqual(json.loads(done.stdout)["error"]["code"], "FILE_MISSING")
        self.assertEqual(os.listdir(other), ["file"])


if __name__ == "__main__":
    unittest.main()
