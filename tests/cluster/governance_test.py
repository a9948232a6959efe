"""What validators decide, and the sums of what happened."""
import csv
import io
import unittest

from harness import COMMAND_SECONDS, wait_until
from market_scene import MarketTest


class GovernanceTest(MarketTest):
    def govern(self, *command):
        return self.chain.json("gov", *command, "--key", self.chain.node / "governance.key")

    def propose(self, *action):
        made = self.govern("propose", *action)
        return made["new_ids"][0], made["status"]

    def test_institutions(self):
        clinic, successor = (self.chain.json("institution", "new", "--plain", "--out", self.directory / f"{name}.key")
                             for name in ("clinic", "successor"))
        proposal, status = self.propose("accredit-institution", clinic["address"], "--name", "Clinic", "--kind",
                                        "clinic", "--data-source", "https://clinic.example")
        self.assertEqual(status, "in_force")
        shown = self.chain.json("gov", "show", proposal)
        self.assertEqual((shown["action"]["action"], shown["action"]["name"]), ("accreditInstitution", "Clinic"))
        patient = self.chain.patient("alice", admitted=False)
        self.chain.json("institution", "enroll", patient.enrolment, "--key", self.directory / "clinic.key")
        self.chain.json("institution", "anchor-log", "ab" * 32, 7, "--key", self.directory / "clinic.key")
        self.refused(2, "USAGE", "64 hexadecimal", command=("institution", "anchor-log", "ab", 7), keys=None)

        self.govern("suspend", clinic["address"])
        statuses = {one["address"]: one["status"] for one in self.chain.json("institution", "list")["items"]}
        self.assertEqual(statuses[clinic["address"]], "suspended")
        self.propose("accredit-institution", clinic["address"], "--name", "Clinic")
        self.propose("replace-institution-key", clinic["address"], successor["address"])
        self.propose("withdraw-institution", successor["address"])
        statuses = {one["address"]: one["status"] for one in self.chain.json("institution", "list")["items"]}
        self.assertEqual((statuses[successor["address"]], clinic["address"] in statuses), ("withdrawn", False))

    def test_what_awaits_an_epoch_and_what_is_refused(self):
        ends = [self.propose("set-parameter", "shares_per_record_max", 10)[0],
                self.propose("set-record-types", "Observation", "Condition")[0]]
        for proposal in ends:
            wait_until(lambda number=proposal: self.chain.json("gov", "show", number)["status"] == "in_force",
                       COMMAND_SECONDS, f"proposal {proposal} in force")
        self.assertEqual(self.chain.json("gov", "parameters")["shares_per_record_max"], 10)
        epoch = self.chain.json("gov", "epoch")
        self.assertIn(epoch["epoch"], (1, 2))
        self.assertEqual(self.chain.json("gov", "epoch", 0)["last_height"], self.chain.json("gov", "epoch", 1)
                         ["first_height"] - 1)
        key, governance = (self.chain.json("institution", "new", "--plain", "--out", self.directory / name)["address"]
                           for name in ("validator-2", "governance-2"))
        self.assertEqual(self.propose("add-validator", key, "--governance-key", governance, "--name", "second")[1],
                         "awaits_joiner")
        own, = self.chain.json("gov", "validators")["validators"]
        self.assertEqual(self.propose("schedule-upgrade", 2, 9)[1], "awaits_epoch")
        proposals = self.chain.json("gov", "list", "--all")["items"]
        self.assertEqual({one["action"]["action"] for one in proposals} & {"setParameter", "addValidator"},
                         {"setParameter", "addValidator"})
        self.assert_contains(self.chain.generion("gov", "list").out, "awaits_epoch", "setParameter")
        self.assert_contains(self.chain.generion("gov", "validators").out, own["key"], "Quorum: 1")
        self.assertEqual(self.chain.json("gov", "parameters")["governance_delay_ms"], 1000)
        patient = self.scene.person("mallory")
        signed = ("--key", self.chain.node / "governance.key")
        with self.unchanged():
            for status, code, command, keys in (
                    (1, "NOT_VALIDATOR", ("gov", "propose", "mint", patient.address, "5"), patient.keys),
                    (1, "EPOCH_TOO_YOUNG", ("gov", "end-epoch", *signed), None),
                    (1, "WRONG_KEY", ("gov", "ready", 3, *signed), None),
                    (7, "NOT_FOUND", ("gov", "epoch", 999), None),
                    (1, "PARAMETER_UNKNOWN", ("gov", "propose", "set-parameter", "speed", 1, *signed), None),
                    (1, "PARAMETER_RANGE", ("gov", "propose", "set-parameter", "proofs_max", 1000, *signed), None),
                    (1, "MINT_LIMIT", ("gov", "propose", "mint", patient.address, "100000000000", *signed), None),
                    (1, "USER_NOT_FOUND", ("gov", "propose", "mint", key, "1", *signed), None),
                    (1, "VALIDATOR_NOT_FOUND", ("gov", "propose", "remove-validator", key, *signed), None),
                    (1, "TOO_FEW_VALIDATORS", ("gov", "propose", "remove-validator", own["key"], *signed), None),
                    (1, "BAD_KEY", ("gov", "propose", "remove-validator", "xyz", *signed), None),
                    (1, "PROPOSAL_CLOSED", ("gov", "vote", 1, "yes", *signed), None),
                    (1, "PROPOSAL_NOT_FOUND", ("gov", "vote", 999, "no", *signed), None),
                    (1, "PROPOSAL_NOT_FOUND", ("gov", "show", 999), None),
                    (2, "USAGE", ("gov", "vote", 1, "maybe", *signed), None),
                    (1, "INSTITUTION_NOT_FOUND", ("gov", "suspend", patient.address, *signed), None)):
                with self.subTest(command=command):
                    self.refused(status, code, command=command, keys=keys)


class StatisticsTest(MarketTest):
    def test_one_table_for_people_and_the_same_bytes_for_programs(self):
        patient, doctor = self.scene.person("alice"), self.scene.person("doctor")
        records = [self.scene.record(patient, b"x", "--type", kind) for kind in ["Observation"] * 3 + ["Condition"]]
        self.chain.json("share", "create", *records, "--to", doctor.address, keys=patient.keys)
        self.chain.json("record", "verify", records[0], keys=patient.keys)
        height = self.chain.call("getStatus")["height"]

        table = self.chain.generion("stats", "--by", "type", "--k", 2).out
        self.assertEqual(table.splitlines()[0].split()[:3], ["TYPE", "CREATED", "VERIFIED"])
        self.assert_contains(table, "Observation", "<2", "counts below 2 are not told")
        told = self.chain.json("stats", "--by", "type", "--k", 0)
        self.assertEqual([(one["type"], one["created"], one["verified"], one["shared"]) for one in told["groups"]],
                         [("Condition", 1, 0, 1), ("Observation", 3, 1, 3)])

        question = f"by=month,type,institution&k=0&height={height}"
        command = ("stats", "--k", 0, "--height", height, "--csv")
        got = self.chain.http("GET", f"/getStatistics?{question}&format=csv")
        self.assertEqual((got.status, got.headers["content-type"]), (200, "text/csv; charset=utf-8"))
        rows = list(csv.DictReader(io.StringIO(got.body.decode())))
        as_json = self.chain.http("GET", f"/getStatistics?{question}").json["groups"]
        self.assertEqual([(one["month"], one["type"], one["institution"], int(one["created"])) for one in rows],
                         [(one["month"], one["type"], one["institution"], one["created"]) for one in as_json])
        self.assertEqual(self.chain.generion(*command).stdout, got.body)
        # The numbers of a height stay what they were, whatever comes after, and after a restart.
        self.scene.record(patient, b"later", "--type", "Observation")
        self.assertNotEqual(self.chain.generion(*command[:3], "--csv").stdout, got.body)
        self.assertEqual(self.chain.generion(*command).stdout, got.body)
        self.assertEqual(self.chain.stop(), 0)
        self.chain.start()
        newest = self.chain.call("getStatus")["height"]
        after = self.chain.generion("stats", "--k", 0, "--height", newest, "--csv").stdout
        self.assertEqual(after, self.chain.generion("stats", "--k", 0, "--csv").stdout)

        month = rows[0]["month"]
        self.assertEqual(self.chain.json("stats", "--to", "2020-01", "--k", 0)["groups"], [])
        self.assertEqual(len(self.chain.json("stats", "--from", month, "--to", month, "--by", "none")["groups"]), 1)
        self.assertEqual(self.chain.generion("stats", "--to", "2020-01").out, "Nothing happened in these months.\n")
        for status, code, text, command in ((2, "BAD_PARAMS", "no month", ("stats", "--from", "2026-13")),
                                            (2, "USAGE", "", ("stats", "--by", "year")),
                                            (1, "BAD_ARGUMENT", "before", ("stats", "--from", "2026-02", "--to",
                                                                           "2026-01")),
                                            (2, "USAGE", "one of the two", ("stats", "--csv"))):
            with self.subTest(command=command):
                self.refused(status, code, text, command=command, keys=None)


if __name__ == "__main__":
    unittest.main()
