"""Records that others read: shared, revoked, sold, delivered, refunded; and what people mistype."""
import os
import pathlib
import unittest

from harness import wait_until
from market_scene import TOKEN, WAIT_SECONDS, MarketTest


class ShareTest(MarketTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice, cls.doctor = cls.scene.person("alice"), cls.scene.person("doctor")

    def test_shared_read_revoked(self):
        first, second = (self.scene.record(self.alice, text, "--title", "Blood count") for text in (b"one", b"two"))
        shared = self.chain.json("share", "create", first, second, "--to", self.doctor.address, "--expires", "30d",
                                 keys=self.alice.keys)
        shares = shared["new_ids"]
        self.assertEqual(len(shares), 2)
        listed = [self.chain.json("share", "list", "--received", keys=self.doctor.keys),
                  self.chain.json("share", "list", "--to", self.doctor.address),
                  self.chain.json("share", "list", "--owner", self.alice.address),
                  self.chain.json("share", "list", keys=self.alice.keys)]
        for answer in listed:
            self.assertTrue(set(shares) <= {one["share_id"] for one in answer["items"]})
        one, = self.chain.json("share", "list", "--record", first)["items"]
        self.assertEqual((one["grantee"], one["living"], one["expires_at_ms"]),
                         (self.doctor.address, True, shared["expires_at_ms"]))
        table = self.chain.generion("share", "list", "--record", first).out
        self.assert_contains(table, "SHARED WITH", self.doctor.address, "living")

        self.assertEqual(self.chain.generion("share", "read", shares[0], keys=self.doctor.keys).stdout, b"one")
        meta = self.chain.json("share", "read", shares[1], "--meta", keys=self.doctor.keys)
        self.assertEqual((meta["title"], meta["size"]), ("Blood count", 3))
        copy = self.directory / "copy"
        self.chain.json("share", "read", shares[1], "--out", copy, keys=self.doctor.keys)
        self.assertEqual(copy.read_bytes(), b"two")
        # Who it was not shared with has no key for it, and the doctor cannot end it.
        stranger = self.scene.person("stranger")
        self.refused(1, "BAD_KEY", command=("share", "read", shares[0], "--meta"), keys=stranger.keys)
        self.refused(1, "NOT_OWNER", command=("share", "revoke", shares[0]), keys=self.doctor.keys)

        self.chain.json("share", "revoke", *shares, keys=self.alice.keys)
        for share in shares:
            self.refused(1, "SHARE_CLOSED", "revoked", command=("share", "read", share, "--meta"),
                         keys=self.doctor.keys)
        self.assertEqual(self.chain.json("share", "show", shares[0])["status"], "revoked")
        self.refused(1, "SHARE_CLOSED", command=("share", "revoke", shares[0]), keys=self.alice.keys)

    def test_a_second_share_to_the_same_reader_replaces_the_first(self):
        record = self.scene.record(self.alice, b"again")
        create = ("share", "create", record, "--to", self.doctor.address)
        first, second = (self.chain.json(*create, keys=self.alice.keys)["new_ids"][0] for _ in range(2))
        self.refused(1, "SHARE_CLOSED", "replaced", command=("share", "read", first, "--meta"), keys=self.doctor.keys)
        self.assertEqual(self.chain.generion("share", "read", second, keys=self.doctor.keys).stdout, b"again")

    def test_mistakes(self):
        record = self.scene.record(self.alice, b"mine")
        keyless = self.chain.patient("keyless")
        opaque, = self.chain.create(self.alice.address, b"\x02opaque")
        share = ("share", "create")
        with self.unchanged():
            for status, code, text, command, keys in (
                    (1, "BAD_ADDRESS", "", (*share, record, "--to", "gen1qqqq"), self.alice.keys),
                    (1, "USER_NOT_FOUND", "", (*share, record, "--to", self.chain.institutions["hospital"]),
                     self.alice.keys),
                    (1, "READER_KEY_UNSET", "generion user set-key", (*share, record, "--to", keyless.address),
                     self.alice.keys),
                    (1, "RECORD_NOT_FOUND", "", (*share, 999, "--to", self.doctor.address), self.alice.keys),
                    (1, "NOT_OWNER", "belongs to", (*share, record, "--to", self.alice.address), self.doctor.keys),
                    (1, "SAME_USER", "", (*share, record, "--to", self.alice.address), self.alice.keys),
                    (1, "NOT_CAPSULE", "application", (*share, opaque, "--to", self.doctor.address), self.alice.keys),
                    (2, "USAGE", "no time", (*share, record, "--to", self.doctor.address, "--expires", "soon"),
                     self.alice.keys),
                    (2, "USAGE", "past", (*share, record, "--to", self.doctor.address, "--expires", "2020-01-31"),
                     self.alice.keys),
                    (1, "SHARE_NOT_FOUND", "", ("share", "show", 999), None),
                    (1, "SHARE_NOT_FOUND", "", ("share", "read", 999, "--meta"), self.doctor.keys),
                    (1, "SHARE_NOT_FOUND", "", ("share", "revoke", 999), self.alice.keys),
                    (2, "USAGE", "", ("share", "list", "--record", 1, "--received"), self.alice.keys),
                    (2, "USAGE", "--json needs", ("share", "read", 1), self.doctor.keys)):
                with self.subTest(command=command):
                    self.refused(status, code, text, command=command, keys=keys)


class SaleTest(MarketTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.buyer = cls.scene.person("seller"), cls.scene.person("buyer")
        cls.scene.mint(cls.buyer, "100")

    def offer(self, price="2.5", texts=(b"first", b"second"), options=("--deidentified",)):
        records = [self.scene.record(self.seller, text, "--type", "Observation", *options) for text in texts]
        order = self.chain.json("order", "create", *records, "--price", price, "--text", "two blood counts",
                                keys=self.seller.keys)["new_ids"][0]
        return records, order

    def test_sold_delivered_read(self):
        records, order = self.offer()
        shown = self.chain.json("order", "show", order)
        self.assertEqual((shown["status"], shown["price"], shown["record_id_list"], shown["delivery_proven"],
                          shown["made_by_institution"]), ("open", str(250_000_000), records, True, True))
        self.refused(7, "NOT_FOUND", "open", command=("order", "read", order), keys=self.buyer.keys)
        self.refused(1, "ORDER_NOT_PURCHASED", command=("order", "deliver", order), keys=self.seller.keys)

        before = self.scene.balance(self.buyer), self.scene.balance(self.seller)
        bought = self.chain.json("order", "purchase", order, keys=self.buyer.keys)
        self.assertEqual(bought["warnings"], [])
        published = self.chain.json("user", "show", self.buyer.address)["reader_key"]
        self.assertNotEqual(bought["reader_key"], published)
        self.assertEqual(self.scene.balance(self.buyer), before[0] - 250_000_000)
        self.refused(1, "ORDER_NOT_OPEN", "purchased", command=("order", "purchase", order), keys=self.buyer.keys)
        self.refused(1, "NOT_SELLER", command=("order", "deliver", order), keys=self.buyer.keys)

        self.chain.json("order", "deliver", order, keys=self.seller.keys)
        self.assertEqual(self.scene.balance(self.seller), before[1] + 250_000_000)
        folder = self.directory / "bought"
        read = self.chain.json("order", "read", order, "--out", folder, keys=self.buyer.keys)["records"]
        self.assertEqual([pathlib.Path(one["file"]).read_bytes() for one in read], [b"first", b"second"])
        self.assertEqual([one["record_id"] for one in read], records)
        self.assert_contains(self.chain.generion("order", "read", order, keys=self.buyer.keys).out, "MEDIA TYPE")
        self.refused(1, "BAD_KEY", command=("order", "read", order), keys=self.seller.keys)
        history = self.chain.json("token", "history", keys=self.seller.keys)["items"]
        self.assertIn(("paid", "250000000", order), [(one["change"], one.get("amount"), one.get("about"))
                                                     for one in history])

        # The one-time key follows from the phrase: who restores it reads what he bought, and uses no key twice.
        phrase = self.directory / "phrase"
        phrase.write_text(self.chain.json("keys", "show", "--phrase", keys=self.buyer.keys)["phrase"])
        os.chmod(phrase, 0o600)
        restored = self.directory / "restored"
        self.chain.json("keys", "restore", "--plain", "--phrase-file", phrase, keys=restored)
        self.assertEqual(len(self.chain.json("order", "read", order, keys=restored)["records"]), 2)
        _, other = self.offer("1")
        again = self.chain.json("order", "purchase", other, keys=restored)
        self.assertNotEqual(again["reader_key"], bought["reader_key"])

    def test_listed_by_filter(self):
        records, order = self.offer("7")
        withdrawn = self.offer("8")[1]
        self.chain.json("order", "withdraw", withdrawn, keys=self.seller.keys)
        for options, wanted, unwanted in ((("--status", "open"), order, withdrawn),
                                          (("--status", "withdrawn"), withdrawn, order),
                                          (("--record", records[0]), order, withdrawn),
                                          (("--seller", self.seller.address, "--price-max", "7.5"), order, withdrawn),
                                          (("--price-min", "7.5", "--price-max", "8"), withdrawn, order),
                                          (("--type", "Observation", "--status", "open"), order, withdrawn)):
            with self.subTest(options):
                ids = [one["order_id"] for one in self.chain.json("order", "list", "--all", *options)["items"]]
                self.assertIn(wanted, ids)
                self.assertNotIn(unwanted, ids)
        self.assertEqual(self.chain.json("order", "list", "--type", "Immunization")["items"], [])
        self.assert_contains(self.chain.generion("order", "list", "--record", records[0]).out, "TOKENS", "open", "yes")

    def test_a_buyer_is_warned_of_what_nobody_vouches_for(self):
        own = self.directory / "own"
        own.write_bytes(b"by myself")
        record = self.chain.json("record", "create", own, "--deidentified", keys=self.seller.keys)["new_ids"][0]
        order = self.chain.json("order", "create", record, "--price", "1", keys=self.seller.keys)["new_ids"][0]
        refused = self.chain.generion("order", "purchase", order, keys=self.buyer.keys)
        self.assertEqual(refused.status, 2)
        self.assert_contains(refused.err, "Warning", "made by an institution")
        bought = self.chain.json("--yes", "order", "purchase", order, "--own-reader-key", keys=self.buyer.keys)
        self.assertEqual(len(bought["warnings"]), 1)
        self.assertEqual(bought["reader_key"], self.chain.json("user", "show", self.buyer.address)["reader_key"])

    def test_mistakes(self):
        records, order = self.offer("1000000")
        named = self.scene.record(self.seller, b"with a name")
        create = ("order", "create")
        with self.unchanged():
            for status, code, text, command, keys in (
                    (2, "USAGE", "--price is 0", (*create, records[0], "--price", "0"), self.seller.keys),
                    (2, "USAGE", "no number of tokens", (*create, records[0], "--price", "ten"), self.seller.keys),
                    (2, "USAGE", "no number of tokens", (*create, records[0], "--price=-1"), self.seller.keys),
                    (2, "USAGE", "at most 8 digits", (*create, records[0], "--price", "0.000000001"),
                     self.seller.keys),
                    (2, "USAGE", "--price", (*create, records[0]), self.seller.keys),
                    (1, "BAD_ARGUMENT", "--reveal-identity", (*create, named, "--price", "1"), self.seller.keys),
                    (1, "NOT_OWNER", "", (*create, records[0], "--price", "1"), self.buyer.keys),
                    (1, "RECORD_NOT_FOUND", "", (*create, 999, "--price", "1"), self.seller.keys),
                    (1, "INSUFFICIENT_BALANCE", "", ("order", "purchase", order), self.buyer.keys),
                    (1, "IS_SELLER", "", ("order", "purchase", order), self.seller.keys),
                    (1, "ORDER_NOT_FOUND", "", ("order", "purchase", 999), self.buyer.keys),
                    (1, "ORDER_NOT_FOUND", "", ("order", "show", 999), None),
                    (1, "ORDER_NOT_FOUND", "", ("order", "deliver", 999), self.seller.keys),
                    (1, "NOT_SELLER", "", ("order", "withdraw", order), self.buyer.keys),
                    (2, "USAGE", "", ("order", "list", "--status", "closed"), None),
                    (1, "BAD_ADDRESS", "", ("order", "list", "--seller", "gen1x"), None),
                    (1, "INSUFFICIENT_BALANCE", "", ("token", "transfer", self.buyer.address, "1000000"),
                     self.seller.keys),
                    (2, "USAGE", "AMOUNT is 0", ("token", "transfer", self.buyer.address, "0"), self.seller.keys),
                    (1, "BAD_ADDRESS", "", ("token", "transfer", self.buyer.address[:-1] + "!", "1"),
                     self.seller.keys)):
                with self.subTest(command=command):
                    self.refused(status, code, text, command=command, keys=keys)
        self.chain.json("order", "create", named, "--price", "1", "--reveal-identity", keys=self.seller.keys)

    def test_tokens_sent(self):
        third = self.chain.patient("third")
        self.chain.json("token", "transfer", third.address, "0.25", keys=self.buyer.keys)
        self.assertEqual(self.chain.generion("token", "balance", third.address).out, "0.25 tokens\n")
        self.assertEqual(self.scene.balance(third), TOKEN // 4)


class RefundTest(MarketTest):
    chain_arguments = {"parameters": ("governance_delay_ms=1000", "delivery_window_ms=1000")}

    def test_refunded_at_the_deadline(self):
        seller, buyer = self.scene.person("seller"), self.scene.person("buyer")
        self.scene.mint(buyer, "3")
        record = self.scene.record(seller, b"never delivered", "--deidentified")
        order = self.chain.json("order", "create", record, "--price", "3", keys=seller.keys)["new_ids"][0]
        self.chain.json("order", "purchase", order, keys=buyer.keys)
        shown = wait_until(lambda: next((one for one in [self.chain.json("order", "show", order)]
                                         if one["status"] == "refunded"), None), WAIT_SECONDS, "a refund")
        self.assertGreaterEqual(shown["closed_at_ms"], shown["deadline_ms"])
        self.assertEqual(self.scene.balance(buyer), 3 * TOKEN)
        self.assertEqual(self.chain.json("user", "show", seller.address)["failed_deliveries"], 1)
        self.refused(1, "ORDER_NOT_PURCHASED", "refunded", command=("order", "deliver", order), keys=seller.keys)
        self.refused(7, "NOT_FOUND", "refunded", command=("order", "read", order), keys=buyer.keys)


if __name__ == "__main__":
    unittest.main()
