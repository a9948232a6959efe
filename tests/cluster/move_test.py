"""Phone lost, phone stolen (docs/patients/phone.md): moves by the old key and by the recovery key, relocking."""
import os
import unittest

from harness import BIN, wait_until
from market_scene import WAIT_SECONDS, MarketTest

DAY = 86_400


class MoveTest(MarketTest):
    def test_phone_lost_and_words_kept(self):
        """The phone is gone or stolen, the words are on paper: moved at once, and relocked."""
        patient = self.scene.person("bea")
        records = [self.scene.record(patient, text) for text in (b"one", b"two")]
        opaque, = self.chain.create(patient.address, b"\x02opaque")
        new, address = self.keys("bea-new")
        moved = self.chain.json("--yes", "user", "move", "--to-keys", new, keys=patient.keys)
        self.assertEqual(moved["state"], "executed")
        self.assertEqual(self.chain.json("user", "show", keys=new)["address"], address)
        self.refused(1, "NOT_ADMITTED", command=("record", "verify", records[0]), keys=patient.keys)
        # Moved, but locked to the old key still.
        self.refused(1, "BAD_KEY", command=("record", "read", records[0], "--meta"), keys=new)
        self.assertEqual(self.chain.generion("record", "read", records[0], keys=patient.keys).stdout, b"one")
        alone = self.chain.generion("--json", "user", "relock", keys=new)
        self.assertEqual((alone.status, len(alone.json["skipped"])), (10, 3), repr(alone))
        done = self.chain.generion("--json", "user", "relock", "--from-keys", patient.keys, keys=new)
        self.assertEqual((done.status, done.json["relocked"], [one["record_id"] for one in done.json["skipped"]]),
                         (10, 2, [opaque]), repr(done))
        self.assertEqual(self.chain.generion("record", "read", records[1], keys=new).stdout, b"two")
        self.assertEqual(self.chain.json("user", "show", keys=new)["reader_key"],
                         self.chain.json("keys", "show", keys=new)["keys"][0]["reader_key"])
        self.chain.json("share", "create", records[0], "--to", self.scene.person("gp").address, keys=new)

    def test_mistakes(self):
        patient, other = self.scene.person("dan"), self.scene.person("eve")
        new, _ = self.keys("dan-new")
        consent = self.directory / "dan-consent.json"
        self.chain.json("user", "accept-move", patient.address, "--out", consent, keys=new)
        altered = self.directory / "altered.json"
        altered.write_text(consent.read_text().replace(patient.address, other.address))
        move = ("--yes", "user", "move")
        with self.unchanged():
            for status, code, text, command, keys in (
                    (1, "BAD_SIGNATURE", "accept-move", (*move, altered), patient.keys),
                    (1, "WRONG_KEY", "", (*move, consent), other.keys),
                    (1, "ADDRESS_TAKEN", "", (*move, "--to-keys", other.keys), patient.keys),
                    (2, "USAGE", "accept-move", move, patient.keys),
                    (2, "USAGE", "", (*move, "--recovery"), patient.keys),
                    (1, "NOT_ADMITTED", "", (*move, consent, "--recovery"), other.keys),
                    (1, "BAD_KEY", "public key", ("user", "set-recovery", "gen1x"), patient.keys),
                    (2, "USAGE", "length of time", ("user", "set-recovery", other.address, "--delay", "a day"),
                     patient.keys),
                    (1, "ADDRESS_TAKEN", "", ("user", "set-recovery", other.address), patient.keys),
                    (4, "FILE_MISSING", "", (*move, self.directory / "nothing"), patient.keys)):
                with self.subTest(command=command):
                    self.refused(status, code, text, command=command, keys=keys)


class LostWordsTest(MarketTest):
    def tomorrow(self, days):
        """Restarts the node, and lets the command line run, so many days ahead."""
        shifted = {"LD_PRELOAD": str(BIN / "libclock_shift.so"), "CLOCK_SHIFT_SECONDS": str(days * DAY),
                   "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        before = {name: os.environ.get(name) for name in shifted}
        self.assertEqual(self.chain.stop(), 0)
        os.environ.update(shifted)

        def back():
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
        self.addCleanup(back)
        self.chain.start()

    def test_words_lost_too(self):
        """Only the recovery key is left: after its delay it moves the user, who could have cancelled."""
        patient = self.scene.person("carl")
        record = self.scene.record(patient, b"about carl")
        trusted, _ = self.keys("carl-recovery")
        recovery = self.chain.json("keys", "recovery", keys=trusted)["recovery_key"]
        self.refused(1, "BAD_ARGUMENT", command=("user", "set-recovery", recovery, "--delay", "1h"),
                     keys=patient.keys)
        self.refused(1, "NO_MOVE_PENDING", command=("user", "cancel-move"), keys=patient.keys)
        self.chain.json("user", "set-recovery", recovery, "--delay", "24h", keys=patient.keys)
        new, address = self.keys("carl-new")
        consent = self.directory / "consent.json"
        self.chain.json("user", "accept-move", patient.address, "--out", consent, keys=new)
        ask = ("user", "move", consent, "--recovery")

        asked = self.chain.generion(*ask, keys=trusted)
        self.assert_contains(asked.out, "takes place at", "unless the old key cancels")
        shown = self.chain.json("user", "show", patient.address)
        self.assertEqual(shown["moves_to"], address)
        self.refused(1, "MOVE_PENDING", command=ask, keys=trusted)
        self.chain.json("user", "cancel-move", keys=patient.keys)
        self.assertNotIn("moves_to", self.chain.json("user", "show", patient.address))

        self.chain.json(*ask, keys=trusted)
        self.tomorrow(2)
        wait_until(lambda: self.chain.generion("--json", "user", "show", keys=new).status == 0, WAIT_SECONDS,
                   "the move")
        self.assertEqual(self.chain.json("record", "list", keys=new)["items"][0]["record_id"], record)
        self.refused(1, "NOT_ADMITTED", command=("user", "cancel-move"), keys=patient.keys)
        skipped = self.chain.generion("--json", "user", "relock", keys=new)
        self.assertEqual((skipped.status, skipped.json["relocked"]), (10, 0))
        self.assertIn("--from-keys", skipped.json["skipped"][0]["reason"])


if __name__ == "__main__":
    unittest.main()
