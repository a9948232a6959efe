"""A Prometheus with the example of configs/prometheus reads a node as docs/operators/health.md says, and knows the alerts.
Ends with 77, "skipped", where Prometheus is not there: `./dev setup` fetches it."""
import contextlib
import json
import secrets
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

from harness import ROOT, ChainTest, end_with_parent, environment, private_file, wait_until

sys.path.append(str(ROOT / "tests" / "prometheus"))
import rules  # noqa: E402

SECONDS = 60


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PrometheusTest(ChainTest):
    chain_arguments = {"start": False}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.port = free_port()
        token = secrets.token_hex(16)
        cls.token = private_file(cls.chain.node / "metrics.token", token + "\n")
        with open(cls.chain.config, "a") as config:
            config.write(f'\n[[rpc.listener]]\naddress = "127.0.0.1:{cls.port}"\naccess = "token"\n'
                         'token_file = "metrics.token"\nmethods = ["getHealth"]\nmetrics = true\n')
        cls.chain.start()

    def test_the_example_reads_a_node_and_knows_the_alerts(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=SECONDS)
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()

        text = (ROOT / "configs" / "prometheus" / "prometheus.yml").read_text()
        for old, new in (("127.0.0.1:9464", f"127.0.0.1:{self.port}"), ("- alerts.yml", f"- {rules.ALERTS}"),
                         ("    #authorization:\n    #  credentials_file: /etc/prometheus/generion-metrics.token",
                          f"    authorization:\n      credentials_file: {self.token}"),
                         ("scrape_interval: 15s", "scrape_interval: 1s")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        config = self.directory / "prometheus.yml"
        config.write_text(text)
        url = f"http://127.0.0.1:{free_port()}"
        with open(self.directory / "prometheus.log", "wb") as log:
            process = subprocess.Popen(
                [rules.tool("prometheus"), f"--config.file={config}",
                 f"--storage.tsdb.path={self.directory / 'series'}",
                 f"--web.listen-address={url.removeprefix('http://')}"],
                stdout=log, stderr=log, env=environment(self.directory), preexec_fn=end_with_parent)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def get(path):
            with contextlib.suppress(OSError), urllib.request.urlopen(url + path, timeout=10) as answer:
                return json.loads(answer.read())["data"]
            return None

        def value(name):
            found = get(f"/api/v1/query?query={name}&time={time.time()}")
            return float(found["result"][0]["value"][1]) if found and found["result"] else None

        wait_until(lambda: value("up") == 1, SECONDS, "Prometheus to have read the node")
        self.assertEqual(value("generion_ready"), 1)
        known = [rule["name"] for group in get("/api/v1/rules")["groups"] for rule in group["rules"]]
        self.assertEqual(known, [alert.name for alert in rules.alerts()])


if __name__ == "__main__":
    if rules.tool("prometheus") is None:
        print("prometheus is not there; ./dev setup fetches it")
        sys.exit(77)
    unittest.main()
