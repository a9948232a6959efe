"""What a disk can do to a node: lose the journal, damage it, tear its end, be full."""
import base64
import contextlib
import os
import shutil
import subprocess
import unittest

import journal_file
from harness import Chain, DirectoryTest, RpcError
from operator_test import contents

MIB = 1024 * 1024


class JournalTest(DirectoryTest):
    """Six records, then the node is killed: the journal ends as a crash leaves it."""

    def setUp(self):
        self.chain = Chain(self.directory / self.id().rsplit(".", maxsplit=1)[1])
        self.addCleanup(self.chain.kill)
        self.alice = self.chain.patient("alice")
        self.records = [self.chain.create(self.alice.address, b"record")[0] for _ in range(6)]
        self.height = self.chain.call("getStatus")["height"]
        self.chain.kill()
        self.journal = self.chain.data / "journal"
        self.frames = journal_file.frames(self.journal)

    def refused_start(self, *words):
        before = contents(self.chain.data)
        daemon = self.chain.launch()
        self.assertEqual(daemon.wait_end(), 4, daemon.log)
        self.assert_contains(daemon.log, *words)
        self.assertEqual(contents(self.chain.data), before)

    def starts_with_everything(self):
        self.chain.start()
        self.assertEqual(self.chain.call("getRecordIdList", {"usr_adr": self.alice.address})["items"], self.records)
        self.assertEqual(self.chain.call("getStatus")["height"], self.height)
        self.records += self.chain.create(self.alice.address, b"one more")
        self.assertEqual(self.chain.stop(), 0)
        self.chain.start()
        self.assertEqual(self.chain.call("getRecordIdList", {"usr_adr": self.alice.address})["items"], self.records)

    def test_a_missing_journal(self):
        aside = self.chain.directory / "aside"
        self.journal.rename(aside)
        self.refused_start(str(self.journal), "journal")
        self.assertFalse(self.journal.exists(), "a start never makes a journal")
        aside.rename(self.journal)
        self.starts_with_everything()

    def test_a_byte_flipped_in_the_middle(self):
        self.assertGreater(len(self.frames), 6)
        middle = self.frames[len(self.frames) // 2]
        for offset in (0, 20, 45, middle.size // 2 + 20):
            with self.subTest(offset):
                journal_file.flip(middle.path, middle.offset + offset)
                self.refused_start(f"journal segment {middle.path.name}, offset {middle.offset}", "cannot be read",
                                   f"entries {middle.first} to {middle.behind - 1}")
                journal_file.flip(middle.path, middle.offset + offset)
        self.starts_with_everything()

    def test_a_flipped_byte_in_a_segments_header(self):
        path = self.frames[0].path
        for offset in (0, 20, 50):
            journal_file.flip(path, offset)
            self.refused_start(f"journal segment {path.name}, offset 0")
            journal_file.flip(path, offset)
        with open(path, "r+b") as file:
            file.truncate(path.stat().st_size - 4096)
        self.refused_start(f"journal segment {path.name}", "bytes instead of")

    def test_an_end_torn_while_it_was_written(self):
        last = self.frames[-1]
        data = last.path.read_bytes()[last.offset:last.offset + last.size]
        journal_file.overwrite(last.path, last.offset + last.size, data[:last.size // 2])
        self.starts_with_everything()

    def test_an_end_of_noise(self):
        last = self.frames[-1]
        journal_file.overwrite(last.path, last.offset + last.size, os.urandom(5000))
        self.starts_with_everything()

    def test_the_last_frame_torn(self):
        last = self.frames[-1]
        journal_file.overwrite(last.path, last.offset + last.size // 2, bytes(last.size - last.size // 2))
        self.starts_with_everything()


class FullDiskTest(DirectoryTest):
    """The node's directory on a small file system of its own."""

    SMALL, LARGE = "64m", "160m"

    def setUp(self):
        self.disk = self.directory / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.SMALL}", "tmpfs", self.disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no file system can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        self.chain = Chain(self.disk / "chain")
        self.addCleanup(self.chain.kill)

    def test_nothing_told_is_lost_when_the_disk_fills(self):
        alice = self.chain.patient("alice")
        told = []
        failure = None
        while failure is None and len(told) < 80:
            operation = {"operation": "createRecord", "usr_adr": alice.address, "data_pub_key": "33" * 32,
                         "data_encr": base64.b64encode(b"%4d" % len(told) + os.urandom(900_000)).decode()}
            # Its files would fill the disk as well; they stay outside.
            transaction = self.sign_outside(operation)
            try:
                told.append(self.chain.send(transaction))
            except (RpcError, OSError, ValueError) as error:
                failure = error
        self.assertIsNotNone(failure, "the disk did not fill")
        self.assertGreater(len(told), 3)
        self.assertNotEqual(self.chain.daemon.wait_end(), 0)
        self.assertEqual(self.chain.daemon.wait_end(), 4, self.log())
        self.assert_contains(self.log(), "DISK_FULL", "generiond:", "free some space")
        self.assertNotIn("please report it", self.log())

        again = self.chain.launch()
        with contextlib.suppress(AssertionError):
            self.assertEqual(again.wait_end(3), 4, again.log)
        again.kill()
        subprocess.run(["mount", "-o", f"remount,size={self.LARGE}", self.disk], check=True)
        self.chain.start()
        for outcome in told:
            found = self.chain.call("getTransaction", {"tx_id": outcome["tx_id"]})
            self.assertEqual((found["state"], found["height"], found["new_ids"]),
                             ("executed", outcome["height"], outcome["new_ids"]))
            record = self.chain.call("getRecord", {"record_id": outcome["new_ids"][0]})
            self.assertEqual(len(base64.b64decode(record["data_encr"])), 900_004)
        # The one that failed can be sent again, and takes effect once.
        last = self.chain.send(transaction)
        self.assertEqual(last["state"], "executed")
        ids = self.chain.call("getRecordIdList", {"usr_adr": alice.address})["items"]
        self.assertEqual(len(ids), len(told) + 1)
        self.assertEqual(self.chain.stop(), 0)

    def log(self):
        return self.chain.daemon.log

    def sign_outside(self, operation):
        inside = self.chain.directory
        outside = self.directory / "outside"
        if not outside.exists():
            outside.mkdir()
            shutil.copy2(self.chain.key("hospital"), outside)
        self.chain.directory = outside
        try:
            return self.chain.signed([operation], key=self.chain.key("hospital"))
        finally:
            self.chain.directory = inside


if __name__ == "__main__":
    unittest.main()
