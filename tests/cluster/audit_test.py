"""A node's chain, exported while it runs and when it is stopped, checked from its genesis hash alone."""
import hashlib
import os
import shutil
import unittest

from harness import ChainTest


class AuditTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chain = cls.chain
        cls.alice = chain.patient("alice")
        records = chain.create(cls.alice.address, b"kept", count=3)
        chain.json("record", "delete", records[0], "--yes", "--wait", "sealed", keys=cls.alice.keys)
        cls.live = cls.directory / "live"
        cls.first_export = chain.json("export", "--from", chain.url, "--out", cls.live)
        chain.create(cls.alice.address, b"later", count=2)
        cls.second_export = chain.json("export", "--from", chain.url, "--out", cls.live)
        cls.by_url = chain.generion("--json", "audit", chain.url, "--genesis", chain.genesis)
        cls.running = chain.generion("--json", "audit", chain.data, "--genesis-hash", chain.chain_id)
        cls.tip = chain.call("getStatus")
        assert chain.stop() == 0

    def audit(self, place, *arguments):
        return self.chain.generion("--json", "audit", place, "--genesis-hash", self.chain.chain_id, *arguments)

    def test_a_running_node_is_exported_in_steps(self):
        self.assertEqual(self.first_export["first_height"], 1)
        self.assertEqual(self.second_export["first_height"], self.first_export["last_height"] + 1)
        report = self.audit(self.live)
        self.assertEqual(report.status, 0, repr(report))
        self.assertTrue(report.json["sound"])
        self.assertEqual(report.json["head_hash"], self.tip["block_hash"])
        self.assertEqual(report.json["height"], self.tip["height"])
        self.assertEqual(report.json["records"], 5)
        self.assertEqual(report.json["statistics"]["operations"]["deleteRecord"], {"effective": 1, "refused": 0})
        copies = self.chain.generion("--json", "audit", self.live, "--genesis", self.chain.genesis, "--compare",
                                     self.chain.node)
        self.assertEqual(copies.status, 0, repr(copies))
        self.assertEqual((copies.json["same_height"], copies.json["block"]), (self.tip["height"], None))

    def test_a_node_is_audited_by_its_url_or_directory(self):
        self.assertEqual(self.by_url.status, 0, repr(self.by_url))
        self.assertEqual(self.by_url.json["head_hash"], self.tip["block_hash"])
        self.assert_refused(self.running, 4, "LOCKED")
        before = self.file_hashes()
        for place in (self.chain.node, self.chain.data):
            report = self.audit(place)
            self.assertEqual(report.status, 0, repr(report))
            self.assertEqual(report.json["head_hash"], self.tip["block_hash"])
            self.assertEqual(report.json["attachments"]["kept_although_erased"], 0)
            self.assertEqual(report.json["attachments"]["erased"], 1)
        self.assertEqual(self.file_hashes(), before)

    def test_a_stopped_node_is_exported_with_attachments(self):
        archive = self.directory / "stopped"
        self.chain.json("export", "--from", self.chain.node, "--out", archive, "--attachments")
        report = self.audit(archive)
        self.assertEqual(report.status, 0, repr(report))
        self.assertEqual(report.json["attachments"], {"right": 4, "erased": 1, "kept_although_erased": 0})
        again = self.chain.json("export", "--from", archive, "--out", self.directory / "copy")
        self.assertEqual(again["last_height"], self.tip["height"])
        self.assert_refused(self.chain.generion("--json", "export", "--from", "http://127.0.0.1:9", "--out",
                                                self.directory / "none", "--attachments"), 2, "USAGE", "stop it")

    def test_the_report_as_a_page_and_for_people(self):
        page = self.directory / "report.html"
        result = self.chain.generion("audit", self.live, "--genesis-hash", self.chain.chain_id, "--html", page)
        self.assert_contains(result.out, "Everything was found right", "state root")
        text = page.read_text()
        self.assert_contains(text, "<svg", "createRecord", "hospital", "Everything up to block")
        self.assertNotIn("\\x0a", text)
        self.assertNotIn("<script", text)
        self.assertNotIn("http", text)

    def test_only_the_trusted_genesis_will_do(self):
        other = "00" * 32
        result = self.chain.generion("--json", "audit", self.live, "--genesis-hash", other)
        self.assert_refused(result, 1, "WRONG_CHAIN", other)
        self.assert_refused(self.chain.generion("--json", "audit", self.live), 2, "USAGE", "--genesis-hash")
        self.assert_refused(self.chain.generion("--json", "audit", self.live, "--genesis-hash", "12"), 2, "USAGE")
        self.assert_refused(self.audit(self.directory / "nothing"), 2, "USAGE")

    def test_a_damaged_archive_is_told_from_a_false_chain(self):
        damaged = self.directory / "damaged"
        shutil.copytree(self.live, damaged)
        last = sorted(damaged.glob("blocks-*"))[-1]
        content = bytearray(last.read_bytes())
        content[len(content) // 2] ^= 1
        last.write_bytes(content)
        self.assert_refused(self.audit(damaged), 4, "DAMAGED", last.name)

    def test_the_genesis_of_another_chain_under_the_same_blocks_is_a_fault_of_the_chain(self):
        # A genesis that the auditor trusts, with blocks that are not its own.
        other = self.directory / "other"
        made = self.chain.json("init", "--dir", other, "--name", "other", "--plain-keys", "--rpc", "127.0.0.1:0")
        swapped = self.directory / "swapped"
        shutil.copytree(self.live, swapped)
        shutil.copy(other / "genesis.json", swapped / "genesis.json")
        result = self.chain.generion("--json", "audit", swapped, "--genesis-hash", made["chain_id"])
        self.assert_refused(result, 4, "FOREIGN_DATABASE")

    def file_hashes(self):
        chain = self.chain.data / "chain"
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(chain.rglob("*")) if path.is_file() and not os.path.islink(path)}


if __name__ == "__main__":
    unittest.main()
