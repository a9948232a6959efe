"""Who agrees changes while the chain goes on: parameters, a validator in, another out, a key replaced."""
import json
import shutil
import unittest

from governed import JOINER, NAMES, GovernedTest
from harness import wait_until
from network import SECONDS


class EpochsTest(GovernedTest):
    def check_agreement(self, names):
        """All have the same blocks, up to the lowest sealed height."""
        lowest = min(self.network.status(name)["sealed_height"] for name in names)
        for height in (1, lowest // 2, lowest):
            hashes = {self.ask(name, "query", "getBlock", f"height={height}")["block_hash"] for name in names}
            self.assertEqual(len(hashes), 1, f"block {height}")

    def test_1_parameters(self):
        number = self.decide(NAMES[:3], "set-parameter", "shares_per_record_max", 7)
        for name in (*NAMES, JOINER):
            self.wait_status(number, "in_force", name)
            self.assertEqual(self.ask(name, "gov", "parameters")["shares_per_record_max"], 7)
            self.assertEqual(self.ask(name, "gov", "epoch")["epoch"], 1)
        self.check_agreement((*NAMES, JOINER))

    def test_1_then_one_ends_the_epoch(self):
        before = self.ask(NAMES[0], "gov", "epoch")["epoch"]

        def ended():
            code, text = self.network.generion("--json", "gov", "end-epoch", "--node", f"unix:{self.network.socket(NAMES[1])}",
                                               "--key", self.network.directory / NAMES[1] / "governance.key")
            if code != 0:
                self.assertIn("EPOCH_TOO_YOUNG", text)
            return code == 0 and json.loads(text)
        last = wait_until(ended, SECONDS, "the epoch to be old enough")["last_height"]
        for name in (*NAMES, JOINER):
            wait_until(lambda at=name: self.ask(at, "gov", "epoch")["epoch"] == before + 1, SECONDS, f"{name} in the next epoch")
            self.assertEqual(self.ask(name, "gov", "epoch", before)["last_height"], last)
        self.check_agreement((*NAMES, JOINER))

    def test_2_a_validator_joins(self):
        self.add_validator()
        # It is needed now: of five, four make a quorum.
        self.network.daemons[NAMES[0]].kill()
        self.decide(NAMES[1:4], "set-parameter", "shares_per_record_max", 8)
        self.network.start(NAMES[0])
        for name in (*NAMES, JOINER):
            self.wait_role(name, "validator", 4)
        self.check_agreement((*NAMES, JOINER))

    def test_3_another_leaves(self):
        number = self.decide([*NAMES[:3], JOINER], "remove-validator", self.key_of(NAMES[3]))
        self.wait_status(number, "in_force", NAMES[0])
        for name in (*NAMES[:3], JOINER):
            self.wait_role(name, "validator", 3)
        self.wait_role(NAMES[3], "observer", 3)
        self.check_agreement((*NAMES, JOINER))

    def test_4_a_key_is_replaced(self):
        name = NAMES[2]
        node = self.network.directory / name
        other = self.network.directory / "other"
        self.network.generion("init", "--dir", other, "--plain-keys")
        new = json.loads((other / "genesis.json").read_text())["validators"][0]["key"]
        number = self.decide([*NAMES[:2], JOINER], "replace-validator-key", self.key_of(name), new)
        self.wait_status(number, "in_force", NAMES[0])
        self.wait_role(name, "observer", 3)
        self.network.daemons[name].stop()
        shutil.move(other / "validator.key", node / "validator.key")
        self.network.start(name)
        self.wait_role(name, "validator", 3)
        self.network.daemons[NAMES[0]].stop()  # so that it makes the quorum
        self.decide([JOINER, NAMES[1], name], "set-parameter", "shares_per_record_max", 9)
        self.network.start(NAMES[0])
        self.check_agreement(NAMES[1:3])


if __name__ == "__main__":
    unittest.main()
