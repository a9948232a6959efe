"""A backup of a running node, and nodes that run on what was restored."""
import base64
import json
import shutil
import unittest

from harness import ChainTest, DirectoryTest, wait_until
from network import SECONDS, Network


def files_with(directory, needle):
    return [path.name for path in directory.rglob("*") if path.is_file() and needle in path.read_bytes()]


class OneValidatorTest(ChainTest):
    """Its data are lost with the disk; nobody else has the chain."""

    def backup(self, out, *, status=0):
        result = self.chain.generion("--json", "backup", "--dir", self.chain.node, "--out", out)
        self.assertEqual(result.status, status, repr(result))
        return result

    def restore(self, source):
        return self.chain.generion("--json", "restore", "--dir", self.chain.node, "--from", source)

    def test_the_chain_goes_on_from_the_backup(self):
        alice = self.chain.patient("alice")
        kept, = self.chain.create(alice.address, b"KEPT" * 300)
        out = self.directory / "backup"
        told = self.backup(out).json
        self.assertEqual(told["chain_id"], self.chain.chain_id)
        self.assertEqual(told["block_hash"], self.chain.call("getBlock", {"height": told["height"]})["block_hash"])
        self.assertEqual(told["attachments"], 1)
        self.assertEqual(files_with(out, b"KEPT" * 300) != [], True)
        self.assertFalse((out / "journal").exists())
        self.assert_refused(self.backup(out, status=4), 4, "FILE_EXISTS", "already")
        self.chain.create(alice.address, b"LATER")  # is in no backup

        # Nothing is put over a node that runs, or over a chain that is there.
        self.assert_refused(self.restore(out), 4, "LOCKED", "in use by process")
        self.assertEqual(self.chain.stop(), 0)
        before = sorted(path.name for path in self.chain.data.iterdir())
        self.assertNotEqual(self.restore(out).status, 0)
        self.assertEqual(sorted(path.name for path in self.chain.data.iterdir()), before)

        shutil.rmtree(self.chain.data)
        restored = self.restore(out)
        self.assertEqual((restored.status, restored.json["height"]), (0, told["height"]), repr(restored))
        self.chain.start()
        self.assertEqual(self.chain.call("getBlock", {"height": told["height"]})["block_hash"], told["block_hash"])
        wait_until(lambda: not (self.chain.data / "restored").exists(), SECONDS, "the node to be done with restoring")
        record = self.chain.call("getRecord", {"record_id": kept})
        self.assertEqual(base64.b64decode(record["data_encr"]), b"KEPT" * 300)
        again, = self.chain.create(alice.address, b"AGAIN")
        self.assertEqual(again, kept + 1)  # what came after the backup is not known

        # The journal of meanwhile is no reason not to start, nor thrown away.
        self.chain.kill()
        for part in ("chain", "state"):
            shutil.rmtree(self.chain.data / part)
        self.assertEqual(self.restore(out).status, 0)
        self.assertTrue((self.chain.data / "journal.kept-1").is_dir())
        self.chain.start()
        self.assertEqual(self.chain.create(alice.address, b"AGAIN"), [kept + 1])

    def test_what_is_no_backup_is_refused(self):
        for source in (self.directory, self.directory / "none"):
            result = self.restore(source)
            self.assertNotEqual(result.status, 0, source)


class NetworkTest(DirectoryTest):
    """An observer among validators that went on."""

    def test_it_catches_up_and_erases_what_was_deleted_meanwhile(self):
        chain = Network(self.directory / "network", observers=1, options=["--admission=open"], parameters=["erase_within_ms=60000"])
        self.addCleanup(chain.kill_all)
        names = ("validator-1", "validator-2", "validator-3", "validator-4", "observer-1")
        for name in names:
            chain.start(name)
        for name in names:
            wait_until(lambda at=name: (chain.health(at) or {}).get("ready"), SECONDS, f"{name} ready")
        keys = self.directory / "alice"

        def run(*arguments, at="validator-1"):
            status, text = chain.generion("--json", "--node", f"unix:{chain.socket(at)}", "--keys", keys, "--documents",
                                          self.directory / "documents", *arguments)
            self.assertEqual(status, 0, text)
            return text
        run("keys", "new", "--plain")
        run("user", "set-key")
        letter = self.directory / "letter"
        letter.write_bytes(b"a letter")
        for _ in range(2):
            run("record", "create", letter, "--wait", "sealed")
        height = chain.status("validator-1")["sealed_height"]
        wait_until(lambda: (chain.status("observer-1") or {}).get("sealed_height", 0) >= height, SECONDS, "the observer to follow")
        sealed = base64.b64decode(self.query(chain, "observer-1", 1)["data_encr"])[65:]
        self.assertNotEqual(files_with(chain.directory / "observer-1" / "data", sealed), [])

        node, out = chain.directory / "observer-1", self.directory / "copy"
        status, text = chain.generion("--json", "backup", "--dir", node, "--out", out)
        self.assertEqual(status, 0, text)
        self.assertNotEqual(files_with(out, sealed), [])
        run("record", "delete", "1", "--yes", "--wait", "sealed")
        chain.daemons["observer-1"].kill()
        shutil.rmtree(node / "data")
        status, text = chain.generion("--json", "restore", "--dir", node, "--from", out)
        self.assertEqual(status, 0, text)
        self.assertNotEqual(files_with(node / "data", sealed), [])

        chain.start("observer-1")
        wait_until(lambda: not (node / "data" / "restored").exists(), SECONDS, "the observer to be done with restoring")
        self.assertEqual(files_with(node / "data", sealed), [])
        self.assertTrue(self.query(chain, "observer-1", 1)["deleted"])
        self.assertIn("data_encr", self.query(chain, "observer-1", 2))
        height = chain.status("validator-1")["sealed_height"]
        def block_hash(name):
            return json.loads(chain.generion("--json", "--node", f"unix:{chain.socket(name)}", "query", "getBlock",
                                             f"height={height}")[1])["block_hash"]
        self.assertEqual(block_hash("observer-1"), block_hash("validator-1"))

    def query(self, chain, at, record):
        status, text = chain.generion("--json", "--node", f"unix:{chain.socket(at)}", "query", "getRecord", f"record_id={record}")
        self.assertEqual(status, 0, text)
        return json.loads(text)


if __name__ == "__main__":
    unittest.main()
