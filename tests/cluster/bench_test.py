"""`generion bench` as a test: all of its parts with little load, among them the node that is killed and started again."""
import json
import subprocess
import unittest

from harness import BIN, COMMAND_SECONDS, environment


class BenchTest(unittest.TestCase):
    def bench(self, *arguments):
        done = subprocess.run([BIN / "generion", *arguments, "bench", "--transactions", "200", "--clients", "2",
                               "--per-request", "10", "--restart", "100", "--records", "1000"], capture_output=True,
                              text=True, timeout=2 * COMMAND_SECONDS, check=False, env=environment("/nonexistent"))
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout

    # `./dev bench` measured for minutes, then ended without a figure: it started the node of the last part with a
    # setting above what the configuration takes.
    def test_every_figure_is_there(self):
        figures = json.loads(self.bench("--json"))
        for name in ("tps", "ops_per_second", "verify_per_second", "limit_tps", "share_of_limit", "restart_seconds"):
            self.assertGreater(figures[name], 0, name)
        self.assertEqual(figures["restart_transactions"], 100)
        for name in ("p50", "p90", "p99", "max"):
            self.assertGreater(figures["latency_ms"][name], 0, name)


if __name__ == "__main__":
    unittest.main()
