"""`generion localnet` as a person uses it: it makes a network, shows its nodes, and ends all of them."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import unittest
import urllib.request

from harness import BIN, DirectoryTest, end_with_parent, environment, free_ports, wait_until


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

    def told(self, network):
        """What localnet and its nodes said."""
        logs = [f"{log.parent.name}:\n{log.read_text(errors='replace')}" for log in sorted(network.glob("*/node.log"))]
        return "\n".join([self.output(), *logs])

    def ready(self):
        """Names and processes of the nodes that were told to be ready."""
        found = {}
        for line in self.output().splitlines():
            if ": ready" in line:
                name, rest = line.split(" (", 1)
                found[name] = int(rest.split("process ")[1].split(")")[0])
        return found

    def test_made_shown_ended_and_started_again(self):
        network = self.directory / "shown"
        base = f"127.0.0.1:{free_ports(10)}"
        names = {"validator-1", "validator-2", "validator-3", "validator-4", "observer-1"}
        for _ in range(2):  # made, then used as it is
            process = self.start("--dir", network, "--validators", 4, "--observers", 1, "--rpc", base)
            wait_until(lambda: set(self.ready()) >= names, 60, lambda: f"all ready:\n{self.told(network)}")
            nodes = self.ready().values()
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 0, self.output())
            self.assertFalse([node for node in nodes if is_running(node)])
            self.assertIn("generion localnet --dir", self.output())

    def generion(self, *arguments):
        """The answer of a command that has to succeed."""
        command = [BIN / "generion", "--json", "--documents", self.directory / "documents", *arguments]
        done = subprocess.run([*map(str, command)], capture_output=True, check=False, timeout=60,
                              env=environment(self.directory))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_every_node_tells_the_same_statistics_of_a_height(self):
        hospital, letter = self.directory / "hospital.key", self.directory / "letter"
        letter.write_bytes(b"all is well")
        made = self.generion("institution", "new", "--plain", "--out", hospital)
        port = free_ports(10)
        network = self.directory / "network"
        self.start("--dir", network, "--validators", 4, "--observers", 1,
                   "--rpc", f"127.0.0.1:{port}", "--institution", f"hospital={made['address']},hospital")
        wait_until(lambda: len(self.ready()) == 5, 60, lambda: f"all ready:\n{self.told(network)}")
        urls = [f"http://127.0.0.1:{port + 2 * place}" for place in range(5)]  # between them, p2p
        keys = self.directory / "keys"
        owner = self.generion("--node", urls[0], "--keys", keys, "keys", "new", "--plain")["address"]
        self.generion("--node", urls[0], "--keys", keys, "user", "set-key")
        for url, kind in zip(urls, ("Observation", "Condition", "Observation", "Observation", "Condition")):
            height = self.generion("--node", url, "record", "create", letter, "--owner", owner, "--type", kind,
                                   "--key", hospital, "--wait", "sealed")["height"]

        def answers():
            target = f"/getStatistics?format=csv&k=0&by=month,type,institution&height={height}"
            found = []
            for url in urls:
                with contextlib.suppress(OSError), urllib.request.urlopen(url + target, timeout=10) as answer:
                    found.append(answer.read())
            return found if len(found) == len(urls) else None
        found = wait_until(answers, 30, f"height {height} everywhere")
        self.assertEqual(len(set(found)), 1, found)
        self.assertIn(b",Observation,", found[0])
        self.assertEqual(found[0].count(b"\n"), 3)

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
