"""Transactions that a node must not take: each is told why, with code and words, and changes nothing."""
import base64
import json
import re
import time
import unittest

from harness import Chain, ChainTest, RpcError
from wire_bytes import Envelope, field, fields, join, long_varint, varint

MIB = 1024 * 1024


class BadTransactionTest(ChainTest):
    chain_arguments = {"institutions": ("hospital", "other"), "parameters": ("records_per_user_max=100",)}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = cls.chain.patient("alice")
        cls.record = cls.chain.create(cls.alice.address, b"about alice")[0]

    def create_operation(self, data=b"private", **other):
        return {"operation": "createRecord", "usr_adr": self.alice.address, "data_pub_key": "22" * 32,
                "data_encr": base64.b64encode(data).decode(), **other}

    def transaction(self, data=b"private", **other):
        return self.chain.signed([self.create_operation(data, **other)], key=self.chain.key("hospital"))

    def refuse(self, transaction, code, *fragments, status=1):
        """By the RPC and by the command line, with the same code and words; nothing changes."""
        with self.unchanged():
            with self.assertRaises(RpcError) as refusal:
                self.chain.send(transaction)
            self.assertEqual(refusal.exception.code, code, refusal.exception.message)
            self.assertEqual(refusal.exception.number, -32602 if code == "BAD_PARAMS" else -32000)
            self.assert_contains(refusal.exception.message, *fragments)
            file = self.directory / "bad.tx"
            file.write_bytes(transaction)
            self.assert_refused(self.chain.generion("--json", "tx", "send", file), status, code, *fragments)

    # --- damaged on the way ---

    def test_every_flipped_bit_and_every_cut_is_noticed(self):
        good = self.transaction()
        flipped = [good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1:] for at in range(len(good))
                   for bit in range(8)]
        cut = [good[:size] for size in range(len(good))]
        codes = {}
        with self.unchanged():
            for start in range(0, len(flipped + cut), 500):
                batch = [{"jsonrpc": "2.0", "id": number, "method": "sendTransaction",
                          "params": {"transaction": base64.b64encode(one).decode()}}
                         for number, one in enumerate((flipped + cut)[start:start + 500], start)]
                for answer in self.chain.post(batch).json:
                    self.assertIn("error", answer, f"variant {answer['id']} was taken")
                    code = answer["error"]["data"]["code"]
                    codes[code] = codes.get(code, 0) + 1
                    self.assertGreater(len(answer["error"]["message"]), 20)
        self.assertLessEqual(set(codes), {"MALFORMED", "NOT_CANONICAL", "BAD_SIGNATURE", "WRONG_CHAIN", "EXPIRED",
                                          "TOO_FAR_AHEAD", "BAD_ATTACHMENT", "BAD_ARGUMENT", "UNKNOWN_OPERATION",
                                          "TOO_LARGE", "BAD_CAPSULE", "BAD_KEY"})
        for code in ("MALFORMED", "NOT_CANONICAL", "BAD_SIGNATURE", "WRONG_CHAIN", "BAD_ATTACHMENT"):
            self.assertGreater(codes.get(code, 0), 0, codes)
        # It was a good one: as it is, it is taken.
        self.assertEqual(self.chain.send(good)["state"], "executed")

    def test_truncated_and_damaged_by_name(self):
        good = self.transaction()
        self.refuse(good[:-1], "MALFORMED", "damaged or truncated")
        self.refuse(b"", "MALFORMED", "no body")
        self.refuse(b"not a transaction at all", "MALFORMED", "damaged or truncated")
        envelope = Envelope(good)
        self.refuse(envelope.encode(body=envelope.body[:-1]), "MALFORMED", "truncated")
        self.refuse(envelope.encode(signature=envelope.signature[:63]), "MALFORMED", "63 bytes", "exactly 64")

    def test_without_json_a_person_reads_a_sentence(self):
        file = self.directory / "cut.tx"
        file.write_bytes(self.transaction()[:-1])
        result = self.chain.generion("tx", "send", file)
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertTrue(result.err.startswith("generion: the transaction is damaged or truncated"), result.err)

    # --- another spelling of the same ---

    def test_bodies_not_in_canonical_shape(self):
        envelope = Envelope(self.transaction(type="Observation"))
        chain, sender, nonce, until, operation = fields(envelope.body)
        rest = join([operation])
        create = fields(fields(operation[1])[0][1])

        def with_create(parts):
            return join([chain, sender, nonce, until, (5, field(3, parts))])

        self.assertEqual(with_create(join(create)), envelope.body)
        number = varint(4 << 3) + long_varint(until[1])
        spellings = {
            "a number longer than needed": (join([chain, sender, nonce]) + number + rest, "longer than it needs"),
            "a length longer than needed": (field(1, chain[1], long_varint) + envelope.body[34:],
                                            "longer than it needs"),
            "a field twice": (join([chain, sender, nonce, nonce, until]) + rest, "field 3 stands twice"),
            "an unknown field": (envelope.body + field(6, 1), "field 6 is unknown"),
            "an unknown field inside": (with_create(join([*create, (9, 1)])), "field 9 is unknown"),
            "fields out of order": (with_create(join([*create[:-1], (8, 1), create[-1]])), "ascending order"),
            "a default written": (with_create(join([*create, (8, 0)])), "default value"),
            "an empty text written": (with_create(join([*create[:-1], (6, b"")])), "although it is empty"),
        }
        for name, (body, words) in spellings.items():
            with self.subTest(name):
                self.refuse(envelope.encode(body=body), "NOT_CANONICAL", words)

    def test_bodies_that_are_no_transaction(self):
        envelope = Envelope(self.transaction())
        head = join(fields(envelope.body)[:4])
        self.refuse(envelope.encode(body=envelope.body + b"\x00"), "MALFORMED", "field number 0")
        chain, sender, *rest = fields(envelope.body)
        self.refuse(envelope.encode(body=join([sender, chain, *rest])), "MALFORMED", "chain_id is missing here",
                    "ascending order")
        self.refuse(envelope.encode(body=head), "BAD_ARGUMENT", "no operation")
        self.refuse(envelope.encode(body=head + field(5, b"")), "MALFORMED", "empty")
        self.refuse(envelope.encode(body=head + field(5, field(4, field(1, 7)))), "MALFORMED", "wire type")
        self.refuse(envelope.encode(body=head + field(5, field(99, b"")), attachments=[]), "UNKNOWN_OPERATION",
                    "operation number 99 is unknown", "known are 1 to 23")
        twice = field(5, field(4, field(1, varint(7) * 2)))
        self.refuse(envelope.encode(body=head + twice, attachments=[]), "BAD_ARGUMENT", "twice")
        self.refuse(envelope.encode(body=join([(1, b"short"), *fields(envelope.body)[1:]])), "MALFORMED",
                    "chain_id has 5 bytes; it takes exactly 32")

    # --- not this one's, not this chain's, not now ---

    def test_wrong_signature(self):
        envelope = Envelope(self.transaction())
        other = Envelope(self.transaction())
        self.refuse(envelope.encode(signature=other.signature), "BAD_SIGNATURE", "does not hold")
        self.refuse(envelope.encode(signature=bytes(64)), "BAD_SIGNATURE")
        self.refuse(envelope.encode(signature=b"\xff" * 64), "BAD_SIGNATURE")

    def test_wrong_chain(self):
        other = Chain(self.directory / "other-chain", start=False)
        transaction = self.chain.signed([self.create_operation()], key=self.chain.key("hospital"),
                                        genesis=other.genesis)
        self.refuse(transaction, "WRONG_CHAIN", other.chain_id, self.chain.chain_id)

    def test_expired_and_too_far_ahead_show_both_clocks(self):
        transaction = self.chain.signed([self.create_operation()], key=self.chain.key("hospital"), valid_for=1)
        until = dict(fields(Envelope(transaction).body))[4]
        while time.time() * 1000 <= until:
            time.sleep(0.05)
        before = int(time.time() * 1000)
        self.refuse(transaction, "EXPIRED", f"valid until {until} ms", "sign it again")
        with self.assertRaises(RpcError) as refusal:
            self.chain.send(transaction)
        clock = int(re.search(r"clock is at (\d+) ms", refusal.exception.message).group(1))
        self.assertTrue(before <= clock <= time.time() * 1000 + 1, refusal.exception.message)

        transaction = self.chain.signed([self.create_operation()], key=self.chain.key("hospital"), valid_for=86_400)
        until = dict(fields(Envelope(transaction).body))[4]
        self.refuse(transaction, "TOO_FAR_AHEAD", f"valid until {until} ms", "clock is at", "at most 3600000 ms ahead")

    def test_a_duplicate_gets_the_first_outcome(self):
        transaction = self.transaction()
        envelope = Envelope(transaction)
        first = self.chain.send(transaction)
        self.assertEqual((first["state"], first["tx_id"], first["tx_hash"]),
                         ("executed", envelope.tx_id, envelope.tx_hash))
        with self.unchanged():
            again = self.chain.send(transaction)
            self.assertEqual([again[name] for name in ("tx_id", "state", "height", "index", "new_ids")],
                             [first[name] for name in ("tx_id", "state", "height", "index", "new_ids")])
            file = self.directory / "again.tx"
            file.write_bytes(transaction)
            told = self.chain.json("tx", "send", file, "--wait", "sealed")
            self.assertEqual((told["new_ids"], told["height"], told["sealed"]),
                             (first["new_ids"], first["height"], True))
        # The same body under a signature that does not hold takes no effect either.
        with self.unchanged():
            try:
                told = self.chain.send(envelope.encode(signature=bytes(64)))
                self.assertEqual(told["new_ids"], first["new_ids"])
            except RpcError as refusal:
                self.assertEqual(refusal.code, "BAD_SIGNATURE")

    # --- too large ---

    def test_each_dimension_has_its_limit(self):
        envelope = Envelope(self.transaction(type="Observation"))
        head = join(fields(envelope.body)[:4])
        verify = field(5, field(4, field(1, varint(1))))
        self.refuse(envelope.encode(body=head + verify * 257, attachments=[]), "TOO_MANY", "256")
        self.refuse(envelope.encode(body=head + verify * 10_000, attachments=[]), "TOO_LARGE", "at most 65536")
        many = b"".join(varint(number) for number in range(1, 1002))
        self.refuse(envelope.encode(body=head + field(5, field(4, field(1, many))), attachments=[]), "TOO_MANY", "1000")
        self.refuse(envelope.encode(attachments=[bytes(MIB + 1)]), "TOO_LARGE", f"{MIB + 1} bytes", f"at most {MIB}")
        self.refuse(envelope.encode(attachments=[b"x"] * 257), "TOO_MANY", "257 attachments", "at most 256")
        create = dict(fields(fields(fields(envelope.body)[4][1])[0][1])) | {6: b"T" * 65}
        body = head + field(5, field(3, join(sorted(create.items()))))
        self.refuse(envelope.encode(body=body), "TOO_LARGE", "type has 65 bytes; at most 64")
        self.refuse(envelope.encode(body=head + field(5, field(2, field(1, b"a" * 31))), attachments=[]), "MALFORMED",
                    "31 bytes", "32")

    def test_larger_than_any_transaction(self):
        huge = Envelope(self.transaction()).encode(attachments=[bytes(2 * MIB)])
        with self.unchanged(), self.assertRaises(RpcError) as refusal:
            self.chain.send(huge)
        self.assertEqual((refusal.exception.number, refusal.exception.code), (-32602, "BAD_PARAMS"))
        self.assert_contains(refusal.exception.message, "transaction: expected base64", "at most")
        file = self.directory / "huge.tx"
        file.write_bytes(huge)
        self.assert_refused(self.chain.generion("--json", "tx", "send", file), 1, "TOO_LARGE", "at most")

    def test_attachments_that_do_not_belong(self):
        envelope = Envelope(self.transaction(b"right bytes"))
        self.refuse(envelope.encode(attachments=[b"wrong bytes"]), "BAD_ATTACHMENT", "hash")
        self.refuse(envelope.encode(attachments=[b"short"]), "BAD_ATTACHMENT", "5 bytes", "says 11")
        self.refuse(envelope.encode(attachments=[]), "BAD_ATTACHMENT", "more attachments")
        self.refuse(envelope.encode(attachments=[b"right bytes", b"more"]), "BAD_ATTACHMENT", "2 attachments came")

    # --- what the contract refuses ---

    def test_what_belongs_to_somebody_else(self):
        mallory = self.chain.patient("mallory")
        for operation in ("verify", "delete"):
            with self.unchanged():
                result = self.chain.generion("--json", "record", operation, self.record, "--yes", keys=mallory.keys)
                self.assert_refused(result, 1, "NOT_OWNER")
        self.assertFalse(self.chain.call("getRecord", {"record_id": self.record})["deleted"])

    def test_not_admitted(self):
        stranger = self.chain.patient("stranger", admitted=False)
        document = self.directory / "letter.txt"
        document.write_text("a letter")
        with self.unchanged():
            result = self.chain.generion("--json", "record", "create", document, keys=stranger.keys)
            self.assert_refused(result, 1, "NOT_ADMITTED")
            result = self.chain.generion("--json", "user", "set-key", keys=stranger.keys)
            self.assert_refused(result, 1, "NOT_ADMITTED")
        result = self.chain.generion("record", "create", document, keys=stranger.keys)
        self.assertIn("generion institution enroll", result.err)

    def test_nothing_of_a_transaction_stays_if_one_operation_fails(self):
        ids = self.chain.call("getRecordIdList", {"usr_adr": self.alice.address})["items"]
        operations = [self.create_operation(), self.create_operation(type="NoSuchType")]
        with self.unchanged(), self.assertRaises(RpcError) as refusal:
            self.chain.send(self.chain.signed(operations, key=self.chain.key("hospital")))
        self.assertEqual(refusal.exception.code, "TYPE_UNKNOWN")
        self.assertEqual(self.chain.call("getRecordIdList", {"usr_adr": self.alice.address})["items"], ids)

    def test_records_that_are_not_there_or_not_any_more(self):
        gone = self.chain.create(self.alice.address, b"for a while")[0]
        self.chain.json("record", "delete", gone, "--yes", keys=self.alice.keys)
        cases = [(("record", "delete", gone, "--yes"), "RECORD_DELETED"),
                 (("record", "verify", gone), "RECORD_DELETED"),
                 (("record", "verify", 999_999), "RECORD_NOT_FOUND"),
                 (("record", "show", 999_999), "RECORD_NOT_FOUND"),
                 (("record", "history", 999_999), "RECORD_NOT_FOUND")]
        for command, code in cases:
            with self.subTest(command), self.unchanged():
                self.assert_refused(self.chain.generion("--json", *command, keys=self.alice.keys), 1, code)
        once = self.chain.create(self.alice.address, b"verified once")[0]
        self.chain.json("record", "verify", once, keys=self.alice.keys)
        self.assert_refused(self.chain.generion("--json", "record", "verify", once, keys=self.alice.keys), 1,
                            "ALREADY_VERIFIED")

    # --- what the command line refuses before it asks a node ---

    def test_descriptions_that_tx_build_refuses(self):
        typo = self.alice.address[:-1] + ("q" if self.alice.address[-1] != "q" else "p")
        cases = [
            ('{"operations": [', 1, "MALFORMED", ["no JSON"]),
            ("[]", 1, "MALFORMED", ['{"operations": [...]}']),
            ({"operation": "createRecords"}, 1, "UNKNOWN_OPERATION", ["createRecords", "known are"]),
            ({"operation": "verifyRecord"}, 1, "MALFORMED", ["record_id is missing"]),
            ({"operation": "verifyRecord", "record_id": [0]}, 1, "MALFORMED", ["whole numbers from 1"]),
            ({"operation": "deleteRecord", "record_id": 1, "reason": "x"}, 1, "MALFORMED", ["reason is unknown"]),
            (self.create_operation() | {"usr_adr": typo}, 1, "BAD_ADDRESS", ["usr_adr"]),
            (self.create_operation() | {"data_encr": "%%%"}, 1, "MALFORMED", ["no base64"]),
            (self.create_operation(b"\x01looks like a capsule"), 1, "BAD_CAPSULE", ["01"]),
        ]
        for description, status, code, words in cases:
            with self.subTest(description):
                file = self.directory / "bad.json"
                file.write_text(description if isinstance(description, str)
                                else json.dumps({"operations": [description]}))
                out = self.directory / "never.tx"
                result = self.chain.generion("--json", "tx", "build", file, "--out", out, "--sender",
                                             self.alice.address)
                self.assert_refused(result, status, code, *words)
                self.assertFalse(out.exists())

    def test_a_key_that_is_not_the_senders(self):
        description, built, signed = (self.directory / name for name in ("a.json", "a.unsigned", "a.signed"))
        description.write_text(json.dumps({"operations": [self.create_operation()]}))
        self.chain.json("tx", "build", description, "--out", built, "--sender", self.chain.institutions["other"])
        result = self.chain.generion("--json", "tx", "sign", built, "--out", signed, "--key",
                                     self.chain.key("hospital"))
        self.assert_refused(result, 1, "BAD_KEY", self.chain.institutions["other"])
        self.assertFalse(signed.exists())


if __name__ == "__main__":
    unittest.main()
