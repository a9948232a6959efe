"""A light client against a network whose validators change by vote: what it proves offline and online, and how a node
that lies about it is found out."""
import base64
import contextlib
import json
import subprocess
import unittest

import wire_bytes
from governed import JOINER, NAMES, GovernedTest
from harness import BIN, environment, wait_until
from liar import Liar
from network import SECONDS

HEARTBEATS_MAX = 4  # after so many without a new block a head is old
CHANGES = 5  # the field of a proof with the changes of the set


def edited(result, name, change):
    """The result with other (number, bytes) fields in the message that it has in base64."""
    fields = change(wire_bytes.fields(base64.b64decode(result[name])))
    return result | {name: base64.b64encode(wire_bytes.join(fields)).decode()}


class LightTest(GovernedTest):
    parameters = ("epoch_min_ms=1000", "governance_delay_ms=1000", "heartbeat_ms=1000")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.genesis = cls.network.directory / "genesis.json"
        if not cls.genesis.exists():
            cls.genesis = cls.network.directory / NAMES[0] / "genesis.json"
        cls.urls = {name: "http://%s:%d" % cls.network.daemons[name].address()[1:] for name in (*NAMES, JOINER)}

    def run_generion(self, *arguments):
        status, text = self.network.generion("--json", *arguments)
        return status, json.loads(text)

    def listed(self, *options, node=NAMES[0], seen="seen"):
        """All institutions, proven."""
        return self.run_generion("--node", self.urls.get(node, node), "--seen", self.directory / seen, *options,
                                 "institution", "list", "--proof")

    def proven(self, *options, **more):
        status, out = self.listed(*options, **more)
        self.assertEqual(status, 0, out)
        return out["proven"]

    def refused(self, code, *options, **more):
        status, out = self.listed(*options, **more)
        self.assertNotEqual(status, 0, out)
        self.assertEqual(out["error"]["code"], code, out)
        return out["error"]["message"]

    def saved(self, name, text):
        path = self.directory / name
        path.write_bytes(base64.b64decode(text))
        return path

    def sealed(self):
        """HEIGHT:HASH of the newest certified block."""
        height = self.network.status(NAMES[0])["sealed_height"]
        return height, f"{height}:" + self.ask(NAMES[0], "query", "getBlock", f"height={height}")["block_hash"]

    def test_1_two_nodes_show_one_chain(self):
        proven = self.proven("--genesis", self.genesis, "--second-node", self.urls[NAMES[1]])
        self.assertEqual((proven["nodes"], proven["validators"], proven["count"]), (2, 4, 0))
        memory, = (self.directory / "seen").iterdir()
        self.assertEqual(memory.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.proven("--genesis", self.genesis)["nodes"], 1)
        type(self).old_height, type(self).trusted = self.sealed()
        # Whoever lies from now on can repeat this.
        type(self).old = {method: self.ask(NAMES[0], "query", method, *parameters) for method, parameters in (
            ("getLinks", ()), ("getProof", ("key=02",)), ("getInstitutionList", ("proof=true",)))}
        type(self).links = self.saved("old.links", self.ask(
            NAMES[0], "query", "getLinks", f"from_height={self.old_height}")["links"])

        # Without memory and another node, only the age of its newest block tells.
        wait_until(lambda: self.sealed()[0] > self.old_height + HEARTBEATS_MAX, SECONDS, "the old head to be too old")
        with contextlib.closing(Liar(self.urls[NAMES[0]], self.as_of_old)) as liar:
            done = subprocess.run([BIN / "generion", "--node", liar.url, "--seen", "", "--genesis", self.genesis, "institution", "list",
                                   "--proof"], capture_output=True, check=False, timeout=SECONDS, env=environment(self.directory))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"hide newer ones", done.stderr)

    def as_of_old(self, method, result):
        """What a node says that hides all that came since."""
        return self.old.get(method, result)

    def test_2_the_validators_change_by_vote(self):
        self.add_validator()
        proven = wait_until(
            lambda: next((p for p in [self.proven("--genesis", self.genesis)] if p["validators"] == 5), None), SECONDS,
            "a block of five validators")
        self.assertGreaterEqual(proven["signers"], 4)
        # From a trusted block of the first epoch, without the genesis file.
        proven = self.proven("--trusted", self.trusted, "--second-node", self.urls[JOINER], seen="trusted")
        self.assertEqual((proven["validators"], proven["nodes"]), (5, 2))
        self.refused("BAD_PROOF", "--trusted", f"{self.old_height}:{'0' * 64}", seen="other")

    def test_3_offline(self):
        proof = self.ask(NAMES[0], "query", "getProof", "key=02")
        file = self.saved("parameters.proof", proof["proof"])
        status, out = self.run_generion("--genesis", self.genesis, "verify-proof", file)
        self.assertEqual((status, out["kind"], out["height"]), (0, "parameters", proof["height"]), out)
        # Without the change of the set it proves nothing, but with a links file.
        bare = self.saved("bare.proof", edited(proof, "proof", lambda fields: [f for f in fields if f[0] != CHANGES])["proof"])
        status, out = self.run_generion("--genesis", self.genesis, "verify-proof", bare)
        self.assertEqual((status, out["error"]["code"]), (5, "BAD_PROOF"))
        links = self.saved("all.links", self.ask(NAMES[1], "query", "getLinks")["links"])
        self.assertEqual(self.run_generion("--genesis", self.genesis, "verify-proof", bare, "--links", links)[0], 0)
        # From a trusted block.
        status, out = self.run_generion("--trusted", self.trusted, "verify-proof", file)
        self.assertEqual((status, out["error"]["code"]), (5, "BAD_PROOF"))
        self.assertIn("getLinks", out["error"]["message"])
        self.assertEqual(self.run_generion("--trusted", self.trusted, "verify-proof", file, "--links", self.links)[0], 0)
        itself = f"{proof['height']}:{proof['block_hash']}"
        self.assertEqual(self.run_generion("--trusted", itself, "verify-proof", bare)[0], 0)
        status, out = self.run_generion("--trusted", "57", "verify-proof", file)
        self.assertEqual((status, out["error"]["code"]), (2, "USAGE"))

    def test_4_a_lying_node(self):
        genesis = ("--genesis", self.genesis)

        def lying(lie, code, *options, seen="seen", honest=None):
            with contextlib.closing(Liar(self.urls[NAMES[0]], lie)) as liar:
                more = ("--second-node", self.urls[honest]) if honest else ()
                return self.refused(code, *genesis, *more, *options, node=liar.url, seen=seen), liar.url

        def drop(number):
            return lambda method, result: edited(
                result, "links", lambda fields: fields[:number] + fields[number + 1:]) if method == "getLinks" else result

        def altered(method, result):
            """A bit of the newest header."""
            def flip(fields):
                link = wire_bytes.fields(fields[-1][1])
                header = bytearray(link[0][1])
                header[100] ^= 1
                return [*fields[:-1], (1, wire_bytes.join([(1, bytes(header)), *link[1:]]))]
            return edited(result, "links", flip) if method == "getLinks" else result

        message, url = lying(drop(0), "BAD_PROOF", seen="new")
        self.assertIn(url, message)
        message, url = lying(altered, "BAD_PROOF", honest=NAMES[1])
        self.assertIn(url, message)
        # It hides all that came since: who remembers, and who asks another node too, is not fooled.
        lying(self.as_of_old, "BAD_PROOF")
        with contextlib.closing(Liar(self.urls[NAMES[0]], self.as_of_old)) as liar:
            proven = self.proven(*genesis, "--second-node", self.urls[NAMES[1]], node=liar.url, seen="fresh")
            self.assertEqual(proven["validators"], 5)


if __name__ == "__main__":
    unittest.main()
