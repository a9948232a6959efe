"""A node joins by a snapshot, killed in the middle again and again, and ends with the same state."""
import json
import random
import time
import unittest

from harness import DirectoryTest, wait_until
from network import SECONDS, Network

VALIDATORS = [f"validator-{number}" for number in (1, 2, 3, 4)]
JOINER = "observer-1"
RECORDS = 250  # in a transaction
BEHIND = 50


class SnapshotTest(DirectoryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(7)
        bare = Network.__new__(Network)  # its command line is needed before there is a network
        bare.directory = cls.directory / "network"
        keys = {}
        for name in ("hospital", "owner"):
            status, text = bare.generion("--json", "institution", "new", "--plain", "--out", cls.directory / f"{name}.key")
            assert status == 0, text
            keys[name] = json.loads(text)["address"]
        cls.hospital, cls.owner = keys["hospital"], keys["owner"]
        cls.network = Network(cls.directory / "network", observers=1, options=[f"--institution=Hospital={cls.hospital},hospital"],
                              parameters=["epoch_min_ms=1000", "operations_per_day_max=1000000", "records_per_user_max=1000000"])
        cls.addClassCleanup(cls.network.kill_all)
        for name in VALIDATORS:
            cls.network.start(name)
        for name in VALIDATORS:
            wait_until(lambda at=name: (cls.network.health(at) or {}).get("ready"), SECONDS, f"{name} ready")

    def ask(self, at, *command):
        """What the node answers to a command that has to succeed."""
        status, text = self.network.generion("--json", "--node", f"unix:{self.network.socket(at)}", *command)
        self.assertEqual(status, 0, text)
        return json.loads(text)

    def add_records(self, transactions):
        description, built, signed = (self.directory / f"tx{end}" for end in (".json", ".unsigned", ".signed"))
        operation = {"operation": "createRecord", "usr_adr": self.owner, "data_pub_key": "11" * 32, "data_encr": "ZGF0YQ=="}
        description.write_text(json.dumps({"operations": [operation] * RECORDS}))
        for _ in range(transactions):
            for one in (built, signed):
                one.unlink(missing_ok=True)
            self.ask(VALIDATORS[0], "tx", "build", description, "--out", built, "--sender", self.hospital)
            self.ask(VALIDATORS[0], "tx", "sign", built, "--out", signed, "--key", self.directory / "hospital.key")
            self.ask(VALIDATORS[0], "tx", "send", "--wait", "sealed", signed)

    def end_epoch(self):
        """The height of its last block, once all validators have its snapshot."""
        def ended():
            code, text = self.network.generion("--json", "gov", "end-epoch", "--node", f"unix:{self.network.socket(VALIDATORS[1])}",
                                               "--key", self.network.directory / VALIDATORS[1] / "governance.key")
            if code != 0:
                self.assertIn("EPOCH_TOO_YOUNG", text)
            return code == 0 and json.loads(text)
        last = wait_until(ended, SECONDS, "the epoch to be old enough")["last_height"]
        for name in VALIDATORS:
            wait_until(lambda at=name: f"the snapshot of block {last} is made" in self.network.daemons[at].log, SECONDS,
                       f"{name}'s snapshot of block {last}")
        return last

    def roots(self, name, height):
        block = self.ask(name, "query", "getBlock", f"height={height}")
        return block["block_hash"], block["header"]["state_root"], block["header"]["object_count"]

    def test_a_node_joins_killed_at_any_moment(self):
        self.add_records(50)
        self.end_epoch()
        self.add_records(2)
        last = self.end_epoch()
        variables = {"GENERION_JOIN_SNAPSHOT_BEHIND_BLOCKS": str(BEHIND)}
        for _ in range(12):
            self.network.start(JOINER, variables)
            time.sleep(self.random.uniform(0.05, 1.2))  # the moment of the kill is what is tried
            self.network.daemons[JOINER].kill()
        self.network.start(JOINER, variables)
        wait_until(lambda: (self.network.health(JOINER) or {}).get("sealed_height", 0) >= last, SECONDS, "the joiner to have the snapshot")
        self.add_records(1)
        height = self.network.status(VALIDATORS[0])["sealed_height"]
        wait_until(lambda: (self.network.status(JOINER) or {}).get("sealed_height", 0) >= height, SECONDS,
                   lambda: f"the joiner at block {height}: {self.network.status(JOINER)}")
        health = self.network.health(JOINER)
        self.assertEqual(health["first_block"], last + 1)
        self.assertNotIn("joining", health)
        for at in (last + 1, height):
            self.assertEqual(self.roots(JOINER, at), self.roots(VALIDATORS[0], at))
        metrics = self.network.metrics(JOINER)
        self.assertEqual(metrics["generion_first_block"], last + 1)
        self.assertEqual(metrics["generion_joining"], 0)

        # What it does not hold it says, and from where on it does.
        status, text = self.network.generion("--json", "--node", f"unix:{self.network.socket(JOINER)}", "query", "getBlock", "height=1")
        self.assertNotEqual(status, 0)
        self.assertRegex(text, rf"HEIGHT_GONE.*begin at {last + 1}")

        # A start finds all of it again, and a state that another block goes on from.
        self.network.daemons[JOINER].kill()
        self.network.start(JOINER, variables)
        self.add_records(1)
        height = self.network.status(VALIDATORS[0])["sealed_height"]
        wait_until(lambda: (self.network.status(JOINER) or {}).get("sealed_height", 0) >= height, SECONDS, "the joiner after a restart")
        self.assertEqual(self.roots(JOINER, height), self.roots(VALIDATORS[0], height))


if __name__ == "__main__":
    unittest.main()
