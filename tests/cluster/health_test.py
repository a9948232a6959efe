"""What a node tells those who have to keep it well: /health, /metrics and `generion node status` while validators are
killed, come back, and have a wrong clock."""
import json
import os
import sys
import unittest

from harness import BIN, ROOT, DirectoryTest, private_file, unix_get, wait_until
from network import Network

sys.path.append(str(ROOT / "tests" / "prometheus"))
import rules  # noqa: E402

HEALTH_PAGE = ROOT / "docs" / "operators" / "health.md"
SECONDS = 60
VALIDATORS = [f"validator-{number}" for number in (1, 2, 3, 4)]
# Of a listener of this test alone, self-signed, until the year 2126.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBWzCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MCAXDTI2
MTEyODA3MTExMVoYDzIxMjYxMTA0MDcxMTExWjAMMQowCAYDVQQDDAF4MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE9frPdpxBCuRXAIDzw5zl4CJoeuKyRUe1WLll
yt1cuY8IYm+c4nl+DTrzRpFZOQO6RiLwgd8TfxXaK9yqigTQLKNTMFEwHQYDVR0O
BBYEFPksWHoaddoNuxyYrjvdxgmQVzqBMB8GA1UdIwQYMBaAFPksWHoaddoNuxyY
rjvdxgmQVzqBMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgLX43
UEID1CfVR1H4iXYRZ9Ovs3/1tj5VboYMBuB1yCQCIFdkVEyueI3Dfp1m9SXDYAaP
gESIBpJwUCfmAowt7Qvz
-----END CERTIFICATE-----
"""
KEY = """-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIL745Olpvw6+ime8fzpXe24//u+OgNvbAK2B3FuCsQbsoAoGCCqGSM49
AwEHoUQDQgAE9frPdpxBCuRXAIDzw5zl4CJoeuKyRUe1WLllyt1cuY8IYm+c4nl+
DTrzRpFZOQO6RiLwgd8TfxXaK9yqigTQLA==
-----END EC PRIVATE KEY-----
"""


class HealthTest(DirectoryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.network = Network(cls.directory / "network")
        cls.addClassCleanup(cls.network.kill_all)
        first = cls.network.directory / VALIDATORS[0]
        (first / "tls.crt").write_text(CERTIFICATE)
        private_file(first / "tls.key", KEY)
        with open(first / "generiond.toml", "a") as config:
            config.write('\n[[rpc.listener]]\naddress = "127.0.0.1:0"\ntls_certificate = "tls.crt"\n'
                         'tls_key = "tls.key"\nmetrics = true\n')
        for name in VALIDATORS:
            cls.network.start(name)

    def wait_codes(self, expected, names):
        for name in names:
            wait_until(lambda at=name: self.network.codes(at) == expected, SECONDS,
                       f"{name} to say {expected}; the last that it said: {self.network.health(name)}")

    def test_1_all_is_well(self):
        self.wait_codes([], VALIDATORS)
        health = wait_until(lambda: next((h for h in [self.network.health(VALIDATORS[0])] if h["height"] > 0), None),
                            SECONDS, "a block")
        self.assertTrue(health["live"] and health["ready"])
        self.assertEqual((health["validators"], health["quorum"], health["validators_connected"]), (4, 3, 4))
        self.assertEqual((health["listening"], health["view_change"], health["lag"] <= 1), (False, False, True))
        self.assertLess(abs(health["clock_offset_ms"]), 1000)
        self.assertGreater(health["certificates"][0]["ends_at_ms"], health["time_ms"])
        status, text = self.network.generion("node", "status", "--node", f"unix:{self.network.socket(VALIDATORS[1])}")
        self.assertEqual(status, 0, text)
        self.assert_contains(text, "4 of 4 connected, 3 needed", health["primary"])

    def test_2_every_metric_that_is_named_is_there_and_every_one_is_described(self):
        there = {one.split("{")[0] for one in self.network.metrics(VALIDATORS[0])}
        named = set().union(*(alert.metrics for alert in rules.alerts()))
        for page in (ROOT / "docs" / "operators").glob("*.md"):
            named |= rules.page_metrics(page)
        self.assertEqual(named - there, set(), "named, but not there")
        self.assertEqual(there - rules.page_metrics(HEALTH_PAGE), set(), f"not described in {HEALTH_PAGE.name}")

    def test_3_two_are_killed_and_come_back(self):
        primary = self.network.health(VALIDATORS[0])["primary"]
        peers = json.loads(unix_get(self.network.socket(VALIDATORS[0]), "/getPeers").body)["peers"]
        keys = {peer["key"] for peer in peers}
        killed = [name for name in VALIDATORS[1:] if self.key_of(name) != primary][:2]
        left = [name for name in VALIDATORS if name not in killed]
        lost = [self.key_of(name) for name in killed]
        self.assertLessEqual(set(lost), keys)
        for name in killed:
            self.network.daemons[name].kill()
        for name in left:
            wait_until(lambda at=name: "NO_QUORUM" in self.network.codes(at), SECONDS, f"{name} to miss a quorum")
            reason, = [one for one in self.network.health(name)["reasons"] if one["code"] == "NO_QUORUM"]
            self.assert_contains(reason["what"], "2 of 4 validators", "3 are needed", *lost, *(f"{name}, gen1" for name in killed))
            self.assertIn("start the missing validators", reason["do"])
            metrics = self.network.metrics(name)
            self.assertEqual(metrics['generion_trouble{code="NO_QUORUM"}'], 1)
            self.assertEqual(metrics["generion_validators_connected"], 2)
            self.assertEqual([metrics[f'generion_peer_connected{{peer="{key}"}}'] for key in lost], [0, 0])
        self.check_table(left, killed)
        # Back, one of them with its clock 5 s ahead.
        early, other = killed
        self.network.start(other)
        self.network.start(early, {"LD_PRELOAD": str(BIN / "libclock_shift.so"), "CLOCK_SHIFT_SECONDS": "5",
                                   "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})
        self.wait_codes(["CLOCK_SKEW"], [early])
        reason, = [one for one in self.network.health(early)["reasons"] if one["code"] == "CLOCK_SKEW"]
        self.assertIn("ahead of", reason["what"])
        self.assertAlmostEqual(self.network.metrics(early)["generion_clock_offset_seconds"], 5, delta=1)
        self.wait_codes([], [name for name in VALIDATORS if name != early])
        self.network.daemons[early].stop()
        self.network.start(early)
        self.wait_codes([], VALIDATORS)
        self.assertEqual(self.network.metrics(left[0])['generion_trouble{code="NO_QUORUM"}'], 0)

    def key_of(self, name):
        """A validator's key: the one that its peers know and it does not name itself."""
        known = {other: {peer["key"] for peer in json.loads(unix_get(self.network.socket(other), "/getPeers").body)["peers"]}
                 for other in VALIDATORS}
        key, = set().union(*known.values()) - known[name]
        return key

    def check_table(self, left, killed):
        sockets = {name: f"unix:{self.network.socket(name)}" for name in VALIDATORS}
        status, text = self.network.generion("node", "status", *sockets.values())
        self.assertEqual(status, 6, text)
        rows = dict(line.split(maxsplit=1) for line in text.splitlines()[1:5])
        for name in left:
            self.assert_contains(rows[sockets[name]], "validator", "2/4", "NO_QUORUM")
        for name in killed:
            self.assertIn("no answer", rows[sockets[name]])


if __name__ == "__main__":
    unittest.main()
