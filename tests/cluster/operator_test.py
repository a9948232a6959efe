"""What an operator can get wrong or be hit by: configuration, keys, ports, directories, signals."""
import hashlib
import json
import os
import pty
import signal
import socket
import subprocess
import time
import unittest

from harness import (BIN, COMMAND_SECONDS, START_SECONDS, Chain, DirectoryTest, environment, is_node_ready,
                     private_file, wait_until)

MISTAKES = """data_dir = "data"
genesis = "genesis.json"
key_file = "validator.key"
admin_socket = "admin.sock"
verify_threads = 1000
[rpc]
batch_maxx = 5
threads = "two"
[[rpc.listener]]
address = "localhost:80"
access = "everybody"
[log]
level = "loud"
"""


NOBODY = 65534


def contents(directory):
    """Hash of each file below."""
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.rglob("*"))
            if path.is_file() and path.name not in ("generion.lock", "LOCK")}


class OperatorTest(DirectoryTest):
    def setUp(self):
        self.chain = Chain(self.directory / self.id().rsplit(".", maxsplit=1)[1], start=False)
        self.addCleanup(self.chain.kill)

    def refused_start(self, status, *words, config=None, arguments=()):
        """The node ends by itself and says why."""
        daemon = self.chain.launch(*arguments, config=config)
        self.assertEqual(daemon.wait_end(), status, daemon.log)
        self.assert_contains(daemon.log, *words)
        return daemon.log

    def check_config(self, config, extra_environment=None, arguments=(), user=None):
        return subprocess.run([BIN / "generiond", "--check-config", "--config", config, *arguments], text=True,
                              capture_output=True, timeout=COMMAND_SECONDS, check=False, user=user,
                              env=environment(self.directory) | (extra_environment or {}))

    # --- configuration ---

    def test_a_configuration_that_is_right(self):
        done = self.check_config(self.chain.config)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "The configuration is right.\n", ""))

    def test_every_mistake_is_named_with_its_line(self):
        config = self.chain.node / "mistakes.toml"
        config.write_text(MISTAKES)
        done = self.check_config(config)
        self.assertEqual(done.returncode, 4)
        for line, words in ((5, "verify_threads: is 1000; wanted: a whole number from 0 to 256"),
                            (7, "rpc.batch_maxx: is not known; did you mean rpc.batch_max?"),
                            (8, 'rpc.threads: is the text "two"; wanted: a whole number from 1 to 64'),
                            (10, 'rpc.listener.0.address: is "localhost:80"; wanted: an IP address and a port'),
                            (11, 'rpc.listener.0.access: is the text "everybody"; wanted: one of "open", "token"'),
                            (13, "log.level: is the text \"loud\"; wanted: one of")):
            self.assertIn(f"{config}:{line}: {words}", done.stderr)
        self.assertIn("6 mistakes in the configuration", done.stderr)
        self.refused_start(4, "6 mistakes in the configuration", config=config)

    def test_configurations_that_cannot_be_read(self):
        broken = self.chain.node / "broken.toml"
        broken.write_text('data_dir = "data"\ngenesis = \n')
        done = self.check_config(broken)
        self.assertEqual(done.returncode, 4)
        self.assertIn(f"{broken}:2: is not TOML here", done.stderr)
        for missing in (self.chain.node / "none.toml", self.chain.node):
            done = self.check_config(missing)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(str(missing), done.stderr)

    def test_a_configuration_without_the_right_to_read_it(self):
        if os.geteuid() == 0:
            for path in (self.directory, self.chain.directory, self.chain.node):
                os.chmod(path, 0o755)
        os.chmod(self.chain.config, 0)
        try:
            done = self.check_config(self.chain.config, user=NOBODY if os.geteuid() == 0 else None)
        except PermissionError:
            self.skipTest(f"user {NOBODY} cannot reach {BIN}")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(f"{self.chain.config}: cannot open: Permission denied", done.stderr)

    def test_mistakes_outside_of_the_file(self):
        done = self.check_config(self.chain.config, arguments=["--set", "rpc.batch_maxx=5", "--set", "rpc.threads=0"])
        self.assertEqual(done.returncode, 4)
        self.assert_contains(done.stderr, "--set rpc.batch_maxx", "did you mean rpc.batch_max?", "--set rpc.threads",
                             'is "0"; wanted: a whole number from 1 to 64', "2 mistakes")
        done = self.check_config(self.chain.config, {"GENERION_RPC_BATCH_MAX": "many"})
        self.assertEqual(done.returncode, 4)
        self.assert_contains(done.stderr, "GENERION_RPC_BATCH_MAX", 'is "many"')
        done = self.check_config(self.chain.config, arguments=["--set", "rpc.threads"])
        self.assertEqual(done.returncode, 2)
        self.assertIn("it takes KEY=VALUE", done.stderr)

    def test_genesis_files_that_are_wrong(self):
        original = json.loads(self.chain.genesis.read_text())
        cases = [("{", ["no JSON"]),
                 (original | {"chain_name": "changed"}, ["chain_id", "was changed"]),
                 (original | {"parameters": original["parameters"] | {"heartbeat": 5}}, ["heartbeat"]),
                 (original | {"parameters": original["parameters"] | {"heartbeat_ms": 5}}, ["heartbeat_ms", "1000"]),
                 (original | {"validators": []}, ["validators"])]
        for content, words in cases:
            with self.subTest(words):
                self.chain.genesis.write_text(content if isinstance(content, str) else json.dumps(content))
                self.refused_start(4, str(self.chain.genesis), *words)
        self.chain.genesis.unlink()
        self.refused_start(4, str(self.chain.genesis), "must exist")

    # --- keys ---

    def test_key_files_that_others_can_read(self):
        key = self.chain.node / "validator.key"
        for mode in (0o644, 0o660, 0o604):
            os.chmod(key, mode)
            self.refused_start(4, "key_file", f"has mode {mode:04o}", f"chmod 0600 {key}")
        os.chmod(key, 0o600)
        self.chain.start()
        self.addCleanup(self.chain.stop)
        alice = self.chain.patient("alice")
        for path in alice.keys.iterdir():
            os.chmod(path, 0o644)
        result = self.chain.generion("--json", "record", "verify", 1, keys=alice.keys)
        self.assert_refused(result, 4, "BAD_FILE_MODE", "0644", "chmod 0600")
        hospital = self.chain.key("hospital")
        os.chmod(hospital, 0o640)
        result = self.chain.generion("--json", "institution", "enroll", alice.enrolment, "--key", hospital)
        self.assertEqual(result.status, 0, "nobody was to be admitted, so no key was needed")
        bob = self.chain.patient("bob", admitted=False)
        result = self.chain.generion("--json", "institution", "enroll", bob.enrolment, "--key", hospital)
        self.assert_refused(result, 4, "BAD_FILE_MODE", "0640", f"chmod 0600 {hospital}")

    def test_keys_of_somebody_else(self):
        other = Chain(self.chain.directory / "other", start=False)
        self.refused_start(4, "is none of the chain's 1 validators", arguments=["--set", f"key_file={other.node / 'validator.key'}"])
        self.refused_start(4, "holds a key of kind governance",
                           arguments=["--set", f"key_file={self.chain.node / 'governance.key'}"])
        self.refused_start(4, "holds a key of kind institution",
                           arguments=["--set", f"key_file={self.chain.key('hospital')}"])

    def sealed_node(self):
        """A node whose keys are under the passphrase "correct horse"; its configuration says nothing of it."""
        secret = private_file(self.chain.directory / "passphrase", "correct horse\n")
        node = self.chain.directory / "sealed"
        self.chain.json("--passphrase-file", secret, "init", "--dir", node, "--name", "sealed", "--rpc", "127.0.0.1:0")
        return node, secret

    def test_a_sealed_key_without_its_passphrase(self):
        node, secret = self.sealed_node()
        config = node / "generiond.toml"
        self.refused_start(4, "validator.key is sealed", "passphrase_file", "start the node on a terminal",
                           config=config)
        wrong = private_file(self.chain.directory / "wrong", "battery staple\n")
        self.refused_start(4, str(node / "validator.key"), "passphrase", config=config,
                           arguments=["--set", f"passphrase_file={wrong}"])
        secret.chmod(0o644)
        self.refused_start(4, f"chmod 0600 {secret}", config=config, arguments=["--set", f"passphrase_file={secret}"])
        secret.chmod(0o600)
        daemon = self.chain.launch("--set", f"passphrase_file={secret}", config=config)
        self.addCleanup(daemon.kill)
        daemon.wait_ready(node / "admin.sock")
        self.assertEqual(daemon.stop(), 0)

    def start_on_terminal(self, node, answer):
        """Starts the node as somebody who sits at a terminal and types `answer`; its process and the terminal."""
        process, terminal = pty.fork()
        if process == 0:
            os.execve(BIN / "generiond", ["generiond", "--config", node / "generiond.toml"],
                      environment(self.directory))
        self.addCleanup(os.close, terminal)
        shown = b""
        while b"Passphrase of" not in shown:
            shown += os.read(terminal, 4096)
        self.assertIn(str(node / "validator.key"), shown.decode())
        os.write(terminal, answer)
        return process, terminal

    def test_a_sealed_key_on_a_terminal(self):
        node, _ = self.sealed_node()
        for answer, status in ((b"battery staple\n", 4), (b"\x03", 9)):
            process, _ = self.start_on_terminal(node, answer)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), status)
        process, terminal = self.start_on_terminal(node, b"correct horse\n")
        log = b""
        while b"RPC on" not in log:
            log += os.read(terminal, 4096)
        self.assertNotIn(b"horse", log)
        wait_until(lambda: is_node_ready(node / "admin.sock"), START_SECONDS, "the node ready")
        os.kill(process, signal.SIGTERM)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), 0)

    def test_init_touches_nothing_that_is_there(self):
        before = contents(self.chain.node)
        result = self.chain.generion("--json", "init", "--dir", self.chain.node, "--plain-keys")
        self.assert_refused(result, 4, "FILE_EXISTS", str(self.chain.node), "nothing was changed")
        result = self.chain.generion("--json", "institution", "new", "--plain", "--out", self.chain.key("hospital"))
        self.assert_refused(result, 4, "FILE_EXISTS", str(self.chain.key("hospital")))
        self.assertEqual(contents(self.chain.node), before)

    # --- two at one place ---

    def test_an_occupied_port(self):
        with socket.create_server(("127.0.0.1", 0)) as holder:
            port = holder.getsockname()[1]
            self.refused_start(4, f"127.0.0.1:{port}", "in use",
                               arguments=["--set", f"rpc.listener.0.address=127.0.0.1:{port}"])
        # It left nothing behind: the next start works.
        self.chain.start()
        self.assertEqual(self.chain.stop(), 0)

    def test_a_second_node_on_the_same_directory(self):
        self.chain.start()
        second = self.chain.launch()
        self.assertEqual(second.wait_end(), 4, second.log)
        self.assert_contains(second.log, str(self.chain.data), "in use")
        self.assertEqual(self.chain.call("getStatus")["ready"], True)
        self.assertEqual(self.chain.generion("node", "status").status, 0)
        self.assertEqual(self.chain.stop(), 0)

    def test_data_of_another_chain(self):
        self.chain.start().stop()
        other = Chain(self.chain.directory / "other", start=False)
        other.start().stop()
        before = contents(other.data)
        # All of it, and with only the databases being the other's.
        self.refused_start(4, "another chain", arguments=["--set", f"data_dir={other.data}"])
        for database in ("chain", "state"):
            own, aside = self.chain.data / database, self.chain.directory / "aside"
            own.rename(aside)
            (other.data / database).rename(own)
            self.refused_start(4, str(own), other.chain_id, self.chain.chain_id)
            own.rename(other.data / database)
            aside.rename(own)
        self.assertEqual(contents(other.data), before)
        self.chain.start()

    # --- ends ---

    def test_signals_end_it_with_status_0(self):
        for with_signal in (signal.SIGTERM, signal.SIGINT):
            self.chain.start()
            begun = time.monotonic()
            self.assertEqual(self.chain.stop(with_signal), 0)
            self.assertLess(time.monotonic() - begun, 10)
            self.assertIn(signal.Signals(with_signal).name + " received", self.chain.daemon.log)
            self.assertTrue(self.chain.daemon.log.rstrip().endswith("stopped"), self.chain.daemon.log)
            self.assert_refused(self.chain.generion("--json", "node", "status"), 3, "UNREACHABLE", self.chain.url)

    def test_signals_end_it_under_load(self):
        for with_signal in (signal.SIGTERM, signal.SIGINT):
            self.chain.start()
            before = self.chain.call("getStatus")["height"]
            load = subprocess.Popen([BIN / "generion", "--node", self.chain.url, "bench", "--attach", "--institution",
                                     self.chain.key("hospital"), "--transactions", "30000", "--clients", "4"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                    env=environment(self.directory))
            self.addCleanup(load.wait)
            self.addCleanup(load.kill)
            while self.chain.call("getStatus")["height"] < before + 3:
                self.assertIsNone(load.poll(), "the load ended early")
                time.sleep(0.05)
            begun = time.monotonic()
            self.assertEqual(self.chain.stop(with_signal), 0, self.chain.daemon.log[-2000:])
            self.assertLess(time.monotonic() - begun, 10)
            load.kill()
        self.chain.start()
        self.assertTrue(self.chain.call("getStatus")["ready"])


if __name__ == "__main__":
    unittest.main()
