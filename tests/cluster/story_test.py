"""The path of a patient, her hospital and a developer: keys, records, offline signing, proofs, lists, WebSocket."""
import base64
import json
import os
import random
import re
import unittest

from harness import ROOT, Chain, ChainTest, RpcError, private_file
from web_socket import WebSocket
from wire_bytes import Envelope

PASSPHRASE = "four words chosen by dice"


class PatientStoryTest(ChainTest):
    def test_keys_under_a_passphrase_and_back_from_the_phrase(self):
        secret = private_file(self.directory / "passphrase", PASSPHRASE + "\n")
        keys, copy = self.directory / "sealed", self.directory / "restored"
        made = self.chain.json("--passphrase-file", secret, "keys", "new", keys=keys)
        self.assertRegex(made["address"], r"^gen1[02-9ac-hj-np-z]{58}$")
        phrase = self.chain.json("--passphrase-file", secret, "keys", "show", "--phrase", keys=keys)["phrase"]
        self.assertEqual(len(phrase.split()), 24)
        for path in keys.iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)
            self.assertNotIn(phrase.split()[3] + " " + phrase.split()[4], path.read_text(errors="replace"))

        result = self.chain.generion("--json", "keys", "new", keys=keys)
        self.assertNotEqual(result.status, 0, "keys are never made over keys")
        self.assert_refused(self.chain.generion("--json", "keys", "show", "--phrase", keys=keys), 2, "USAGE",
                            "terminal", "--passphrase-file")
        wrong = private_file(self.directory / "wrong", "something else\n")
        result = self.chain.generion("--json", "--passphrase-file", wrong, "keys", "show", "--phrase", keys=keys)
        self.assert_refused(result, 4, "BAD_PASSPHRASE")
        os.chmod(secret, 0o644)
        result = self.chain.generion("--json", "--passphrase-file", secret, "keys", "show", "--phrase", keys=keys)
        self.assert_refused(result, 4, "BAD_FILE_MODE", "chmod 0600")
        os.chmod(secret, 0o600)
        short = private_file(self.directory / "short", "short\n")
        result = self.chain.generion("--json", "--passphrase-file", short, "keys", "new", keys=self.directory / "never")
        self.assert_refused(result, 4, "BAD_PASSPHRASE", "at least 8")

        words = private_file(self.directory / "words", phrase + "\n")
        restored = self.chain.json("keys", "restore", "--plain", "--phrase-file", words, keys=copy)
        self.assertEqual((restored["address"], restored["reader_key"]), (made["address"], made["reader_key"]))
        swapped = phrase.split()
        swapped[0], swapped[5] = swapped[5], swapped[0]
        for bad in (" ".join(phrase.split()[:23]), " ".join(swapped), phrase.replace(phrase.split()[7], "hospitalx")):
            private_file(words, bad + "\n")
            result = self.chain.generion("--json", "keys", "restore", "--plain", "--phrase-file", words,
                                         keys=self.directory / "bad")
            self.assert_refused(result, 4, "BAD_PHRASE")
        descriptor_end, other_end = os.pipe()
        os.write(other_end, PASSPHRASE.encode())
        os.close(other_end)
        result = self.chain.generion("--json", "--passphrase-fd", descriptor_end, "keys", "add", keys=keys,
                                     pass_fds=(descriptor_end,))
        os.close(descriptor_end)
        self.assertEqual(result.status, 0, result)
        self.assertNotEqual(result.json["address"], made["address"])

    def test_a_record_from_the_hospital_to_its_deletion(self):
        alice, bob = self.chain.patient("alice"), self.chain.patient("bob")
        letter = self.directory / "Entlassungsbrief – Łódź.pdf"
        content = b"%PDF private findings " + os.urandom(200_000)
        letter.write_bytes(content)
        made = self.chain.json("record", "create", letter, "--enrolment", alice.enrolment, "--type",
                               "DocumentReference", "--code", "http://loinc.org|34133-9", "--media-type",
                               "application/pdf", "--key", self.chain.key("hospital"), "--wait", "sealed")
        record, = made["new_ids"]
        self.assertTrue(made["sealed"] and made["proof"])
        stored = [path.read_bytes() for path in self.chain.documents.rglob("*") if path.is_file()]
        self.assertTrue(stored)
        for text in (b"private findings", letter.name.encode(), b"34133-9"):
            self.assertFalse(any(text in one for one in stored), "the documents are encrypted")
            self.assertFalse(any(text in path.read_bytes() for path in self.chain.data.rglob("*") if path.is_file()))

        listed = self.chain.json("record", "list", keys=alice.keys)["items"]
        self.assertEqual([one["record_id"] for one in listed], [record])
        shown = self.chain.json("record", "show", record)
        self.assertEqual((shown["usr_adr"], shown["creator_adr"], shown["type"], shown["by_institution"],
                          shown["is_verified"], shown["deleted"]),
                         (alice.address, self.chain.institutions["hospital"], "DocumentReference", True, False, False))
        self.assertEqual(len(bytes.fromhex(shown["lock"])), 64)

        result = self.chain.generion("record", "read", record, keys=alice.keys)
        self.assertEqual((result.status, result.stdout), (0, content))
        out = self.directory / "out.pdf"
        read = self.chain.json("record", "read", record, "--out", out, keys=alice.keys)
        self.assertEqual((out.read_bytes(), out.stat().st_mode & 0o777), (content, 0o600))
        self.assertEqual((read["title"], read["media_type"], read["size"], read["codes"]),
                         (letter.name, "application/pdf", len(content), ["http://loinc.org|34133-9"]))
        result = self.chain.generion("--json", "record", "read", record, "--out", out, keys=alice.keys)
        self.assert_refused(result, 4, "FILE_EXISTS")
        result = self.chain.generion("--json", "record", "read", record, "--meta", keys=bob.keys)
        self.assertNotEqual(result.status, 0)
        self.assertNotIn(letter.name, result.out)

        self.chain.json("record", "verify", record, keys=alice.keys)
        self.assertTrue(self.chain.json("record", "show", record)["is_verified"])
        result = self.chain.generion("record", "delete", record, keys=alice.keys)
        self.assertEqual(result.status, 2, "without --yes it asks, and here is nobody to answer")
        self.chain.json("record", "delete", record, "--yes", keys=alice.keys)
        history = self.chain.json("record", "history", record)["items"]
        self.assertEqual([(one["operation"], one["by"]) for one in history],
                         [("createRecord", self.chain.institutions["hospital"]), ("verifyRecord", alice.address),
                          ("deleteRecord", alice.address)])
        self.assertTrue(self.chain.json("record", "show", record)["deleted"])
        self.assertEqual(self.chain.json("user", "show", keys=alice.keys)["address"], alice.address)

    def test_damaged_documents_are_noticed(self):
        carol = self.chain.patient("carol")
        letter = self.directory / "carol.txt"
        letter.write_bytes(os.urandom(100_000))
        before = set(self.chain.documents.rglob("*"))
        record = self.chain.json("record", "create", letter, keys=carol.keys)["new_ids"][0]
        document, = (path for path in set(self.chain.documents.rglob("*")) - before if path.is_file())
        sealed = document.read_bytes()
        for damaged in (sealed[:50_000] + bytes([sealed[50_000] ^ 1]) + sealed[50_001:], sealed[:-1], b""):
            document.write_bytes(damaged)
            out = self.directory / "never"
            result = self.chain.generion("--json", "record", "read", record, "--out", out, keys=carol.keys)
            self.assertIn(result.status, (1, 4, 5), result)
            self.assertFalse(out.exists())
        document.unlink()
        result = self.chain.generion("--json", "record", "read", record, "--out", out, keys=carol.keys)
        self.assertIn(result.status, (4, 7), result)

    def test_records_for_a_patient_by_address(self):
        dora = self.chain.patient("dora")
        letter = self.directory / "dora.txt"
        letter.write_text("for dora")
        command = ("record", "create", letter, "--owner", dora.address, "--key", self.chain.key("hospital"))
        self.assert_refused(self.chain.generion("--json", *command), 1, "BAD_KEY", "generion user set-key")
        self.chain.json("user", "set-key", keys=dora.keys)
        record = self.chain.json(*command)["new_ids"][0]
        self.assertEqual(self.chain.generion("record", "read", record, keys=dora.keys).stdout, b"for dora")
        self.assertIn(dora.address, [one if isinstance(one, str) else one["address"]
                                     for one in self.chain.json("user", "list", "--all")["items"]])


class DeveloperStoryTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = cls.chain.patient("alice")
        cls.records = cls.chain.create(cls.alice.address, b"about alice", 25, type="Observation")

    def test_signed_without_network(self):
        description, built, signed = (self.directory / name for name in ("op.json", "a.tx", "b.tx"))
        operation = {"operation": "verifyRecord", "record_id": self.records[:3]}
        description.write_text(json.dumps({"operations": [operation]}))
        offline = ("--genesis", self.chain.genesis)
        nowhere = "http://127.0.0.1:1"
        self.chain.json(*offline, "tx", "build", description, "--out", built, keys=self.alice.keys, url=nowhere)
        decoded = self.chain.json("tx", "decode", built, url=nowhere)
        self.assertEqual((decoded["signed"], decoded["sender"]), (False, self.alice.address))
        tx_id = self.chain.json(*offline, "tx", "sign", built, "--out", signed, keys=self.alice.keys,
                                url=nowhere)["tx_id"]
        decoded = self.chain.json("tx", "decode", signed, url=nowhere)
        self.assertEqual((decoded["signed"], decoded["signature_holds"], decoded["tx_id"], decoded["chain_id"]),
                         (True, True, tx_id, self.chain.chain_id))
        self.assertEqual(decoded["operations"], [operation])
        self.assertEqual(Envelope(signed.read_bytes()).tx_id, tx_id)

        self.assert_refused(self.chain.generion("--json", "tx", "wait", tx_id, "--timeout", "1"), 7, "NOT_FOUND",
                            "can take effect until")
        accepted = self.chain.json("tx", "send", signed, "--wait", "accepted")
        self.assertEqual(accepted["tx_id"], tx_id)
        waited = self.chain.json("tx", "wait", tx_id, "--wait", "sealed")
        self.assertEqual((waited["state"], waited["sealed"]), ("executed", True))
        shown = self.chain.json("tx", "show", tx_id)
        self.assertEqual(base64.b64decode(shown["transaction"]), signed.read_bytes())
        block = self.chain.call("getBlock", {"height": waited["height"]})
        self.assertIn(tx_id, block["tx_ids"])
        self.assert_refused(self.chain.generion("--json", "tx", "show", "12"), 2, "USAGE", "64 hexadecimal digits")

    def test_proofs_hold_without_the_node_and_not_with_a_flipped_bit(self):
        outcome = self.chain.send(self.chain.signed([{"operation": "verifyRecord", "record_id": self.records[10:11]}],
                                                    keys=self.alice.keys), wait="sealed")
        queries = {"record": {"record_id": self.records[0]}, "user": {"address": self.alice.address},
                   "institution": {"address": self.chain.institutions["hospital"]},
                   "transaction": {"tx_id": outcome["tx_id"]}}
        proofs = {name: base64.b64decode(self.chain.call("getProof", params)["proof"])
                  for name, params in queries.items()}
        proofs["told with the outcome"] = base64.b64decode(outcome["proof"])
        self.assertEqual(self.chain.stop(), 0)
        self.addCleanup(self.chain.start)
        file = self.directory / "proof"
        generator = random.Random(1)
        for name, proof in proofs.items():
            with self.subTest(name):
                file.write_bytes(proof)
                told = self.chain.json("--genesis", self.chain.genesis, "verify-proof", file)
                self.assertEqual((told["holds"], told["chain_id"]), (True, self.chain.chain_id))
                for at in generator.sample(range(len(proof)), 12):
                    file.write_bytes(proof[:at] + bytes([proof[at] ^ 1 << at % 8]) + proof[at + 1:])
                    result = self.chain.generion("--json", "--genesis", self.chain.genesis, "verify-proof", file)
                    self.assertIn((result.status, result.error["code"]), ((5, "BAD_PROOF"), (1, "WRONG_CHAIN")),
                                  f"byte {at}")
                file.write_bytes(proof[:-1])
                result = self.chain.generion("--json", "--genesis", self.chain.genesis, "verify-proof", file)
                self.assert_refused(result, 5, "BAD_PROOF")
        self.assertEqual(told["kind"], "receipt")
        file.write_bytes(proofs["record"])
        other = Chain(self.directory / "other", start=False)
        result = self.chain.generion("--json", "--genesis", other.genesis, "verify-proof", file)
        self.assert_refused(result, 1, "WRONG_CHAIN")
        result = self.chain.generion("--json", "verify-proof", file)
        self.assert_refused(result, 2, "USAGE", "--genesis")
        result = self.chain.generion("--json", "--genesis", self.chain.genesis, "verify-proof", self.directory / "none")
        self.assert_refused(result, 4, "FILE_MISSING")
        self.assertIn("ask another node", self.chain.generion("--genesis", self.chain.genesis, "verify-proof",
                                                              self.chain.genesis).err)

    def test_pages_stand_at_one_height(self):
        bob = self.chain.patient("bob")
        before = self.chain.create(bob.address, b"before", 10)
        page = self.chain.call("getRecordIdList", {"usr_adr": bob.address, "limit": 4})
        seen, height = page["items"], page["height"]
        while "cursor" in page:
            self.chain.create(bob.address, b"meanwhile", 2)
            page = self.chain.call("getRecordIdList", {"usr_adr": bob.address, "limit": 4, "cursor": page["cursor"]})
            self.assertEqual(page["height"], height)
            seen += page["items"]
        self.assertEqual(seen, before)
        now = self.chain.call("getRecordIdList", {"usr_adr": bob.address})
        self.assertEqual((len(now["items"]), "cursor" in now), (14, False))
        then = self.chain.call("getRecordIdList", {"usr_adr": bob.address, "height": height})
        self.assertEqual(then["items"], before)
        listed = self.chain.json("record", "list", bob.address, "--limit", 5)
        self.assertEqual((len(listed["items"]), listed["more"]), (5, True))
        listed = self.chain.json("record", "list", bob.address, "--all")
        self.assertEqual((len(listed["items"]), listed["more"]), (14, False))
        with self.assertRaises(RpcError) as refusal:
            self.chain.call("getRecordIdList", {"usr_adr": bob.address, "height": 10 ** 9})
        self.assertEqual(refusal.exception.code, "HEIGHT_AHEAD")

    def test_a_height_that_is_not_kept(self):
        chain = Chain(self.directory / "short-memory", start=False)
        self.addCleanup(chain.kill)
        chain.start("--set", "ledger.kept_blocks=2", "--set", "ledger.kept_ms=0")
        carol = chain.patient("carol")
        chain.create(carol.address, b"first", 5)
        page = chain.call("getRecordIdList", {"usr_adr": carol.address, "limit": 2})
        for _ in range(4):
            chain.create(carol.address, b"later")
        for params in ({"cursor": page["cursor"]}, {"height": page["height"]}):
            with self.assertRaises(RpcError) as refusal:
                chain.call("getRecordIdList", {"usr_adr": carol.address, "limit": 2, **params})
            self.assertEqual(refusal.exception.code, "HEIGHT_GONE")
            self.assertIn(str(page["height"]), refusal.exception.message)
        self.assertEqual(chain.http("GET", f"/getRecord?record_id=1&height={page['height']}").status, 410)
        result = chain.generion("--json", "query", "getRecord", "record_id=1", f"height={page['height']}")
        self.assert_refused(result, 7, "HEIGHT_GONE")

    def test_json_rpc_over_web_socket(self):
        transaction = self.chain.signed([{"operation": "verifyRecord", "record_id": self.records[20:21]}],
                                        keys=self.alice.keys)
        call = {"jsonrpc": "2.0", "method": "sendTransaction",
                "params": {"transaction": base64.b64encode(transaction).decode(), "wait": "sealed"}, "id": "tx"}
        with WebSocket(self.chain.url) as connection:
            status = connection.ask({"jsonrpc": "2.0", "id": 1, "method": "getStatus"})
            self.assertEqual((status["id"], status["result"]["chain_id"]), (1, self.chain.chain_id))
            outcome = connection.ask(call)
            self.assertEqual((outcome["id"], outcome["result"]["state"], outcome["result"]["sealed"]),
                             ("tx", "executed", True))
            answers = connection.ask([{"jsonrpc": "2.0", "id": number, "method": "getRecord", "params": [record]}
                                      for number, record in enumerate(self.records)])
            self.assertEqual([(one["id"], one["result"]["record_id"]) for one in answers],
                             list(enumerate(self.records)))
            # Many at once on one connection: each gets its own answer.
            for number in range(100):
                connection.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": "getRecord",
                                            "params": {"record_id": self.records[number % 25]}}))
            read = [json.loads(connection.read()) for _ in range(100)]
            answers = {one["id"]: one["result"]["record_id"] for one in read}
            self.assertEqual(answers, {number: self.records[number % 25] for number in range(100)})

    def test_openrpc_lists_what_the_documentation_lists_and_each_query_answers(self):
        described = self.chain.http("GET", "/openrpc.json").json
        methods = {one["name"]: one for one in described["methods"]}
        documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "protocol" / "rpc.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(methods), sorted(documented))
        tx_id = self.chain.call("getBlock", {"height": 1})["tx_ids"][0]
        values = {"address": self.alice.address, "usr_adr": self.alice.address, "record_id": self.records[0],
                  "height": 1, "from": 1, "from_height": 1, "to": 1, "tx_id": tx_id}
        queries = [name for name, one in methods.items() if one["x-kind"] == "query"]
        self.assertEqual(sorted(set(methods) - set(queries)), ["sendTransaction", "simulateTransaction", "subscribe", "unsubscribe"])
        # Nobody shares, sells or proposes in this story.
        queries = [name for name in queries if name not in ("getShare", "getOrder", "getProposal")]
        with WebSocket(self.chain.url) as connection:
            for name in queries:
                params = {one["name"]: values[one["name"]] for one in methods[name]["params"] if one["required"]}
                if name == "getProof":
                    params = {"record_id": self.records[0]}
                if name == "getShareList":
                    params = {"usr_adr": self.alice.address}
                with self.subTest(name):
                    by_post = self.chain.call(name, params)
                    target = f"/{name}?" + "&".join(f"{key}={value}" for key, value in params.items())
                    by_get = self.chain.http("GET", target)
                    self.assertEqual(by_get.status, 200, by_get.body)
                    by_socket = connection.ask({"jsonrpc": "2.0", "id": 1, "method": name, "params": params})["result"]
                    by_cli = self.chain.json("query", name, *(f"{key}={value}" for key, value in params.items()))
                    for other in (by_get.json, by_socket, by_cli):
                        self.assertEqual(without_clock(other), without_clock(by_post))


CLOCKS = {"time_ms", "since_block_ms", "disk_free_bytes"}  # what changes by itself


def without_clock(answer):
    return {name: value for name, value in answer.items() if name not in CLOCKS} if isinstance(answer, dict) else answer


if __name__ == "__main__":
    unittest.main()
