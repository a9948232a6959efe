"""Deleted means gone: private bytes leave every file of the node, while the others' stay readable."""
import base64
import os
import unittest

from harness import ChainTest, wait_until

# erase_within_ms has to hold; half of it is when the node clears up, and then it takes a moment.
ERASE_WITHIN_MS = 60_000
KIB = 1024


def marked(mark, size):
    """Bytes of which every part can be recognized: the mark again and again, with its place."""
    out = b"".join(b"%s@%06d|" % (mark, place) for place in range(size // (len(mark) + 8) + 1))
    return out[:size]


class ErasureTest(ChainTest):
    chain_arguments = {"parameters": (f"erase_within_ms={ERASE_WITHIN_MS}",)}

    def files_with(self, *needles):
        """The files of the node's directory that hold any of these, and which."""
        found = []
        for path in self.chain.node.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                found += [(path.name, needle[:40]) for needle in needles if needle in data]
        return found

    def test_deleted_bytes_leave_the_disk(self):
        alice = self.chain.patient("alice")
        # Small ones stay in tables and logs, large ones in blob files; each kind, kept and deleted.
        sizes = (40, 900, 1100, 70 * KIB, 700 * KIB)
        kept = {self.opaque(alice, b"KEPT-%d" % size, size): b"KEPT-%d" % size for size in sizes}
        gone = {self.opaque(alice, b"GONE-%d" % size, size): b"GONE-%d" % size for size in sizes}
        letter = self.directory / "letter.txt"
        letter.write_bytes(b"a letter that the data source keeps, encrypted" * 100)
        capsules = [self.chain.json("record", "create", letter, "--title", title, keys=alice.keys)["new_ids"][0]
                    for title in ("kept", "gone")]
        sealed = [base64.b64decode(self.chain.call("getRecord", {"record_id": one})["data_encr"]) for one in capsules]
        self.assertNotEqual(sealed[0], sealed[1])

        # The capsule's private part is behind its first byte and its lock, which the body holds.
        secret_bytes = {"kept": sealed[0][65:], "gone": sealed[1][65:]}
        before = {needle for _, needle in self.files_with(*gone.values(), *kept.values(), secret_bytes["gone"])}
        self.assertEqual(len(before), len(gone) + len(kept) + 1, "all were on the disk")

        for one in (*gone, capsules[1]):
            self.chain.json("record", "delete", one, "--yes", "--wait", "sealed", keys=alice.keys)
            shown = self.chain.call("getRecord", {"record_id": one})
            self.assertTrue(shown["deleted"])
            self.assertNotIn("data_encr", shown)
        self.assertEqual(self.chain.metric("erasure_pending"), len(gone) + 1)

        # One that is deleted by the transaction that makes it.
        create = self.operation(alice, marked(b"GONE-AT-ONCE", 2000))
        at_once = self.chain.signed([create, {"operation": "deleteRecord", "record_id": capsules[1] + 1}],
                                    keys=alice.keys)
        short_lived = self.chain.send(at_once, wait="sealed")["new_ids"][0]
        gone[short_lived] = b"GONE-AT-ONCE"
        self.assertEqual(self.chain.metric("erasure_pending"), len(gone) + 1)

        wait_until(lambda: self.chain.metric("erasure_pending") == 0, ERASE_WITHIN_MS / 1000,
                   "the node clears up within erase_within_ms")
        self.assertEqual(self.files_with(*gone.values(), secret_bytes["gone"]), [])
        self.assertIn(f"the bytes of {len(gone) + 1} deleted attachments are gone from the disk", self.chain.daemon.log)
        self.others_are_served(kept, capsules, alice, letter)

        # Nor do they come back with a restart, or out of any answer.
        self.chain.kill()
        self.assertEqual(self.files_with(*gone.values(), secret_bytes["gone"]), [])
        self.chain.start()
        self.others_are_served(kept, capsules, alice, letter)
        told = self.chain.call("getTransaction", {"tx_id": self.tx_id(next(iter(gone)))})
        self.assertNotIn(b"GONE", base64.b64decode(told["transaction"]))
        self.assertEqual(self.chain.stop(), 0)
        self.assertEqual(self.files_with(*gone.values(), secret_bytes["gone"]), [])
        self.assertEqual(len({needle for _, needle in self.files_with(*kept.values())}), len(kept))

    def operation(self, owner, data):
        return {"operation": "createRecord", "usr_adr": owner.address, "data_pub_key": os.urandom(32).hex(),
                "data_encr": base64.b64encode(data).decode()}

    def opaque(self, owner, mark, size):
        return self.chain.create(owner.address, marked(mark, size))[0]

    def tx_id(self, record):
        return self.chain.call("getRecordHistory", {"record_id": record})["items"][0]["tx_id"]

    def others_are_served(self, kept, capsules, alice, letter):
        for one, mark in kept.items():
            size = int(mark.split(b"-")[1])
            data = base64.b64decode(self.chain.call("getRecord", {"record_id": one})["data_encr"])
            self.assertEqual(data, marked(mark, size))
        result = self.chain.generion("record", "read", capsules[0], keys=alice.keys)
        self.assertEqual((result.status, result.stdout), (0, letter.read_bytes()))
        result = self.chain.generion("--json", "record", "read", capsules[1], "--meta", keys=alice.keys)
        self.assert_refused(result, 1, "RECORD_DELETED", "nobody can read it any more")


if __name__ == "__main__":
    unittest.main()
