"""`generion bench` as a test: all of its parts with little load, among them nodes that are killed and started again."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from harness import BIN, COMMAND_SECONDS, PATIENCE, end_with_parent, environment, wait_until

CANCELLED = 9
LOAD = ("--clients", "4", "--per-request", "10")


def children(process):
    """Ids of the living child processes of a process."""
    listed = pathlib.Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


class BenchTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()  # for the nodes of the benchmark
        self.addCleanup(self.directory.cleanup)
        self.environment = environment("/nonexistent") | {"TMPDIR": self.directory.name}

    def bench(self, *arguments):
        done = subprocess.run([BIN / "generion", "--json", "bench", *LOAD, *arguments], capture_output=True, text=True,
                              timeout=2 * COMMAND_SECONDS, check=False, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
        self.assertEqual(os.listdir(self.directory.name), [])
        return json.loads(done.stdout)

    def check_figures(self, figures):
        for name in ("tps", "ops_per_second", "verify_per_second", "verify_us", "limit_tps", "share_of_limit",
                     "beside_signature_us", "beside_signature_share", "cores_busy", "written_bytes_per_tx"):
            self.assertGreater(figures[name], 0, name)
        for name in ("p50", "p90", "p99", "max"):
            self.assertGreater(figures["latency_ms"][name], 0, name)
        self.assertEqual(figures["failed"], 0)

    # `./dev bench` measured for minutes, then ended without a figure: it started the node of the last part with a
    # setting above what the configuration takes.
    def test_every_figure_is_there(self):
        figures = self.bench("--transactions", "200", "--restart", "100", "--records", "1000")
        self.check_figures(figures)
        self.assertGreater(figures["restart_seconds"], 0)
        self.assertEqual(figures["restart_transactions"], 100)
        self.assertEqual(figures["validators"], 1)

    def test_four_validators_lose_nothing_when_the_primary_is_killed(self):
        figures = self.bench("--validators", "4", "--failover", "--transactions", "400")
        self.check_figures(figures)
        self.assertEqual(figures["validators"], 4)
        self.assertAlmostEqual(figures["limit_tps"], figures["verify_per_second"] / 4)
        by_validator = figures["cpu_us_per_tx_by_validator"]
        self.assertEqual(len(by_validator), 4)
        for part, together in figures["cpu_us_per_tx"].items():
            self.assertAlmostEqual(sum(of_one.get(part, 0) for of_one in by_validator), together, msg=part)
        failover = figures["failover"]
        self.assertEqual(failover["failed"], 0)
        self.assertGreater(failover["seconds"], 0)
        self.assertGreater(failover["longest_wait_ms"], 0)
        executed = figures["executed_by_validator"]
        self.assertEqual(executed.count(None), 1)  # the one that was killed has counted from its second start on
        for count in executed:
            if count is not None:
                self.assertEqual(count, figures["told_executed"])

    def test_ctrl_c_ends_every_node_and_removes_their_directory(self):
        process = subprocess.Popen([BIN / "generion", "bench", "--validators", "4"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, env=self.environment, preexec_fn=end_with_parent)
        nodes = wait_until(lambda: (found := children(process.pid)) and len(found) == 4 and found, COMMAND_SECONDS,
                           "four nodes run")
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30 * PATIENCE)
        self.assertEqual(process.returncode, CANCELLED, error)
        self.assertEqual([node for node in nodes if pathlib.Path(f"/proc/{node}").exists()], [])
        self.assertEqual(os.listdir(self.directory.name), [])

    def test_a_normal_build_orders_nothing_unsigned(self):
        done = subprocess.run([BIN / "generion", "bench", "--unsigned"], capture_output=True, text=True,
                              timeout=COMMAND_SECONDS, check=False, env=self.environment)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("this build checks every client's signature", done.stderr)
        chain = pathlib.Path(self.directory.name) / "chain"
        subprocess.run([BIN / "generion", "init", "--dir", chain, "--name", "unsigned benchmark", "--plain-keys"],
                       check=True, capture_output=True, timeout=COMMAND_SECONDS, env=self.environment)
        done = subprocess.run([BIN / "generiond", "--config", chain / "generiond.toml"], capture_output=True, text=True,
                              timeout=COMMAND_SECONDS, check=False, env=self.environment)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("this build checks all", done.stdout + done.stderr)

    def test_options_that_do_not_go_together(self):
        for arguments in (("--failover",), ("--validators", "4", "--restart", "10"), ("--validators", "2", "--attach"),
                          ("--validators", "4", "--mix", "market")):
            done = subprocess.run([BIN / "generion", "bench", *arguments], capture_output=True, text=True,
                                  timeout=COMMAND_SECONDS, check=False, env=self.environment)
            self.assertEqual(done.returncode, 2, arguments)


if __name__ == "__main__":
    unittest.main()
