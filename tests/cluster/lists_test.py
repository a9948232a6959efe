"""Complete lists: `--proof` shows a list only if a node cannot have withheld, added or altered an entry. A lying node
is a proxy that changes what the honest one answers."""
import base64
import contextlib
import unittest

import wire_bytes
from harness import Chain, ChainTest
from liar import Liar

RECORDS = 1_100  # two pages
MINE = 2


def change_proof(page, change):
    """The page with another list of (number, bytes) fields in its proof; objects are number 1."""
    proof = wire_bytes.join(change(wire_bytes.fields(base64.b64decode(page["proof"]))))
    return page | {"proof": base64.b64encode(proof).decode()}


def is_parameters(result):
    """Whether it is a proof of the parameters, by which an old head is known."""
    fields = wire_bytes.fields(base64.b64decode(result.get("proof", "")))
    return any(number == 1 and (1, b"\x02") in wire_bytes.fields(value) for number, value in fields)


class ListsTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice, cls.bob = cls.chain.patient("alice"), cls.chain.patient("bob")
        for _ in range(RECORDS // 100):
            cls.chain.create(cls.alice.address, b"data", count=100)
        cls.chain.create(cls.bob.address, b"data", count=MINE)

    def listed(self, *arguments, keys=None, url=None):
        return self.chain.json("--genesis", self.chain.genesis, *arguments, "--proof", keys=keys, url=url)

    def refused(self, lie, *fragments, code="BAD_PROOF", status=5, command=("record", "list")):
        """Bob's list, or another command's, from a node that lies there, and shows its head as it is."""
        def of_objects(method, result):
            return result if method == "getLinks" or is_parameters(result) else lie(method, result)
        with contextlib.closing(Liar(self.chain.url, of_objects)) as liar:
            result = self.chain.generion("--json", "--genesis", self.chain.genesis, *command, "--proof",
                                         keys=self.bob.keys, url=liar.url)
        self.assert_refused(result, status, code, *fragments)

    def test_a_list_of_two_pages_is_complete(self):
        out = self.listed("record", "list", self.alice.address)
        self.assertEqual([item["record_id"] for item in out["items"]], list(range(1, RECORDS + 1)))
        self.assertEqual((out["proven"]["complete"], out["proven"]["count"], out["more"]), (True, RECORDS, False))
        first = out["items"][0]
        self.assertEqual((first["usr_adr"], first["creator_adr"], first["by_institution"]),
                         (self.alice.address, self.chain.institutions["hospital"], True))
        status = self.chain.call("getStatus")
        self.assertEqual((out["proven"]["height"], out["proven"]["block_hash"]),
                         (status["sealed_height"], status["block_hash"]))

    def test_people_are_told_what_was_verified(self):
        result = self.chain.generion("--genesis", self.chain.genesis, "record", "list", "--proof", keys=self.bob.keys)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assert_contains(result.out, f"Proven: all {MINE} records of {self.bob.address}.",
                             "sealed by 1 of 1 validators, hash ")
        result = self.chain.generion("--genesis", self.chain.genesis, "user", "list", "--proof")
        self.assert_contains(result.out, "Proven: all 2 users that have had a record.", self.alice.address,
                             str(RECORDS))

    def test_users_and_institutions(self):
        users = self.listed("user", "list")["items"]
        self.assertEqual([(one["address"], one["record_count"]) for one in users],
                         [(self.alice.address, RECORDS), (self.bob.address, MINE)])
        institutions = self.listed("institution", "list")["items"]
        self.assertEqual([one["name"] for one in institutions], ["hospital"])

    def test_a_record_and_that_there_is_none(self):
        out = self.listed("record", "show", 1)
        self.assertEqual((out["record_id"], out["usr_adr"], out["proven"]["validators"]), (1, self.alice.address, 1))
        none = RECORDS + MINE + 1
        result = self.chain.generion("--json", "--genesis", self.chain.genesis, "record", "show", none, "--proof")
        self.assert_refused(result, 1, "RECORD_NOT_FOUND", f"no record {none}, proven by the chain's counters")

    def test_orders_are_chosen_from_a_list_that_is_complete(self):
        mine = RECORDS + 1
        orders = [{"operation": "createOrder", "record_id_list": [mine], "price": price} for price in ("5", "7")]
        ids = self.chain.send(self.chain.signed(orders, keys=self.bob.keys), wait="sealed")["new_ids"]

        def listed(*filters):
            out = self.listed("order", "list", *filters)
            return [one["order_id"] for one in out["items"]], out["proven"]["count"]
        self.assertEqual(listed(), (ids, 2))
        self.assertEqual(listed("--seller", self.bob.address), (ids, 2))
        self.assertEqual(listed("--buyer", self.bob.address), ([], 0))
        self.assertEqual(listed("--record", mine, "--price-max", "0.00000006"), (ids[:1], 2))
        self.assertEqual(listed("--status", "purchased"), ([], 2))
        self.assertEqual(listed("--seller", self.alice.address, "--record", mine), ([], 2))
        self.assertEqual(self.listed("share", "list", keys=self.bob.keys)["proven"]["count"], 0)
        self.assertEqual(self.listed("share", "list", "--record", mine)["items"], [])
        result = self.chain.generion("--genesis", self.chain.genesis, "order", "list", "--proof", "--status", "delivered")
        self.assert_contains(result.out, "No order is like this.",
                             "Proven: all 2 orders of the chain; 0 of them are shown.")

    def test_a_lying_node_is_found_out(self):
        def objects(change):
            """Changes the objects, each (number, bytes), of every page."""
            return lambda _, page: change_proof(page, lambda fields: change([f for f in fields if f[0] == 1])
                                                + [f for f in fields if f[0] != 1])

        def altered(fields):
            number, value = fields[-1]
            at = len(value) // 2
            return [*fields[:-1], (number, value[:at] + bytes([value[at] ^ 1]) + value[at + 1:])]

        self.refused(objects(lambda fields: fields[:-1]), f"1 of the {MINE} records of {self.bob.address} are withheld")
        self.refused(objects(lambda fields: [*fields, fields[-1]]), "stands twice in the list")
        self.refused(objects(lambda fields: fields[1:]), f"no user with the address {self.bob.address}")
        self.refused(objects(altered))
        self.refused(lambda _, page: page | {"items": [], "proof": ""})

        whole = self.chain.call("getRecordList", {"usr_adr": self.alice.address, "limit": 10, "proof": True})
        whole.pop("cursor")
        self.refused(lambda *_: whole, f"no user with the address {self.bob.address}")
        more = self.chain.call("getRecordList", {"usr_adr": self.alice.address, "limit": 1, "proof": True})
        extra = [f for f in wire_bytes.fields(base64.b64decode(more["proof"])) if f[0] == 1][1]
        self.refused(objects(lambda fields: [*fields, extra]), "record 1 does not belong to the records of")

        def unsealed(_, page):
            return change_proof(page, lambda fields: [f for f in fields if f[0] != 4])
        self.refused(unsealed)
        exists = RECORDS + MINE
        counters = self.chain.call("getProof", {"key": "01"})
        self.refused(lambda *_: counters, "proved another object", command=("record", "show", exists))

    def test_what_cannot_be_proven_is_said(self):
        stranger = self.chain.patient("stranger", admitted=False)
        result = self.chain.generion("--json", "--genesis", self.chain.genesis, "record", "list", stranger.address,
                                     "--proof")
        self.assert_refused(result, 1, "USER_NOT_FOUND", "this is the node's word")
        result = self.chain.generion("--json", "record", "list", self.bob.address, "--proof")
        self.assert_refused(result, 2, "USAGE", "--genesis")
        result = self.chain.generion("record", "list", self.bob.address, "--proof", "--limit", 5)
        self.assertEqual(result.status, 2)

    def test_another_chain_proves_nothing_here(self):
        other = Chain(self.directory / "other", start=False)
        result = self.chain.generion("--json", "--genesis", other.genesis, "record", "list", self.bob.address, "--proof")
        self.assert_refused(result, 1, "WRONG_CHAIN")

if __name__ == "__main__":
    unittest.main()
