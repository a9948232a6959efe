"""Importing FHIR records: crashes on either side lose and double nothing; mistakes are told with their place."""
import base64
import json
import random
import signal
import subprocess
import time
import unittest

from harness import BIN, COMMAND_SECONDS, ChainTest, environment, wait_until

SYSTEM = "http://hospital.example/mrn"
RESOURCES = 1200


def patient(number, given):
    return {"resourceType": "Patient", "id": f"p{number}", "name": [{"given": [given], "family": "O'Łódź-Ñ"}],
            "identifier": [{"system": SYSTEM, "value": str(number)}]}


def observation(owner, number):
    return {"resourceType": "Observation", "id": f"o{number}", "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": f"{number}-1"}]},
            "subject": {"reference": f"Patient/p{owner}"}, "valueString": f"unique finding {number}"}


class ImportTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {number: cls.chain.patient(f"patient-{number}") for number in (1, 2)}
        cls.listing = cls.directory / "patients.csv"
        cls.listing.write_text("# identifier,enrolment\n" + "".join(
            f"{SYSTEM}|{number},{person.enrolment}\n" for number, person in cls.people.items()))

    def command(self, fhir, log, listing=None, per_transaction=20):
        return ["record", "import", "--patients", listing or self.listing, "--key", self.chain.key("hospital"), "--log",
                self.directory / log, "--records-per-transaction", per_transaction, "--fhir", fhir]

    def count(self):
        total = 0
        for person in self.people.values():
            user = self.chain.call("getUser", {"address": person.address})
            total += user["record_count"]
        return total

    def test_killed_again_and_again_each_record_is_there_once(self):
        fhir = self.directory / "many"
        fhir.mkdir()
        (fhir / "patients.ndjson").write_text("\n".join(json.dumps(patient(n, "Zoë")) for n in self.people) + "\n")
        (fhir / "observations.ndjson").write_text("\n".join(
            json.dumps(observation(1 + number % 2, number)) for number in range(RESOURCES)) + "\n")
        before = self.count()
        generator = random.Random(7)
        kills = {"client": 0, "node": 0, "interrupted": 0}
        for how in ("client", "node", "interrupted") * 3:
            importing = self.start(self.command(fhir, "log-many", per_transaction=3))
            goal = min(self.count() + generator.randrange(20, 120), before + RESOURCES)
            wait_until(lambda: importing.poll() is not None or self.count() >= goal, 60, "records arrive")
            if importing.poll() is not None:
                importing.communicate()
                break
            kills[how] += 1
            if how == "client":
                importing.kill()
            elif how == "node":
                self.chain.kill()
            else:
                importing.send_signal(signal.SIGINT)
            out, err = importing.communicate(timeout=COMMAND_SECONDS)
            if how == "node":
                self.chain.start()
            # It may have ended well before it noticed.
            told = {"client": (-signal.SIGKILL, None), "node": (3, "UNREACHABLE"), "interrupted": (9, "CANCELLED")}[how]
            if importing.returncode != 0:
                code = json.loads(out)["error"]["code"] if out else None
                self.assertEqual((importing.returncode, code), told, out + err)
        self.assertGreater(sum(kills.values()), 3, kills)
        report = self.chain.json(*self.command(fhir, "log-many"))
        self.assertEqual((report["resources"], report["recorded"] + report["recorded_before"], report["skipped"]),
                         (RESOURCES + 2, RESOURCES + 2, []))
        again = self.chain.json(*self.command(fhir, "log-many"))
        self.assertEqual((again["recorded"], again["recorded_before"], again["transactions"]), (0, RESOURCES + 2, 0))
        self.assertEqual(self.count() - before, RESOURCES + 2)

        # Each is a different one: by the plaintext, in a sample, and by the documents' names, all.
        documents = set()
        for person in self.people.values():
            items = self.chain.json("record", "list", "--all", keys=person.keys)["items"]
            documents |= {one["document"] for one in items}
            sample = generator.sample([one for one in items if one.get("type") == "Observation"], 10)
            for one in sample:
                read = json.loads(self.chain.generion("record", "read", one["record_id"], keys=person.keys).stdout)
                number = int(read["id"][1:])
                self.assertEqual(read, observation(1 + number % 2, number))
                self.assertEqual(self.people[1 + number % 2], person)
        self.assertGreaterEqual(len(documents), RESOURCES + 2)

    def start(self, command):
        return subprocess.Popen([str(one) for one in (BIN / "generion", "--node", self.chain.url, "--documents",
                                                      self.chain.documents, "--json", *command)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(self.directory))

    def test_who_is_not_listed_is_skipped_and_named(self):
        fhir = self.directory / "strangers.ndjson"
        lines = [patient(1, "Known"), patient(77, "Stranger"), observation(77, 1), observation(1, 900_001),
                 {"resourceType": "Observation", "id": "lost", "status": "final"}]
        fhir.write_text("\n".join(map(json.dumps, lines)) + "\n")
        before = self.count()
        result = self.chain.generion("--json", *self.command(fhir, "log-strangers"))
        self.assertEqual(result.status, 10, result)
        report = result.json
        self.assertEqual((report["resources"], report["recorded"]), (5, 2))
        self.assertEqual([(one["line"], one["resource"]) for one in report["skipped"]],
                         [(2, "Patient/p77"), (3, "Observation/o1"), (5, "Observation/lost")])
        for one in report["skipped"]:
            self.assertEqual(one["file"], str(fhir))
            self.assertGreater(len(one["reason"]), 15)
        self.assertEqual(self.count() - before, 2)
        text = self.chain.generion(*self.command(fhir, "log-strangers"))
        self.assertEqual(text.status, 10)
        for word in ("Skipped 3", "Observation/lost", "2 were recorded before"):
            self.assertIn(word, text.out)

    def test_files_that_are_no_fhir(self):
        cases = {"cut.json": '{"resourceType": "Patient", "id"', "other.json": '{"hello": "world"}',
                 "list.json": "[1, 2, 3]", "binary.json": "\x00\x01\x02", "empty.json": ""}
        before = self.count()
        for name, content in cases.items():
            with self.subTest(name):
                file = self.directory / name
                file.write_text(content)
                result = self.chain.generion("--json", *self.command(file, "log-" + name))
                self.assertIn(result.status, (1, 10), result)
                self.assertIn(name, result.out)
        result = self.chain.generion("--json", *self.command(self.directory / "nowhere", "log-none"))
        self.assertEqual((result.status, result.error["code"]), (4, "FILE_MISSING"), result)
        self.assertEqual(self.count(), before)

    def test_lists_with_mistakes(self):
        fhir = self.directory / "one.json"
        fhir.write_text(json.dumps(patient(1, "One")))
        enrolment = self.people[1].enrolment
        damaged = self.directory / "damaged.enrolment"
        told = json.loads(enrolment.read_text())
        damaged.write_text(json.dumps(told | {"reader_key": "00" * 32}))
        cases = [(f"{SYSTEM}|1\n", ":1"), (f"# title\n{SYSTEM}|1,missing.enrolment\n", "missing.enrolment"),
                 (f"{SYSTEM}|1,{enrolment}\n{SYSTEM}|1,{self.people[2].enrolment}\n", ":2"),
                 (f"{SYSTEM}|1,{damaged}\n", "damaged.enrolment"), (f'"{SYSTEM}|1,{enrolment}\n', ":1")]
        before = self.count()
        for text, words in cases:
            with self.subTest(text):
                listing = self.directory / "bad.csv"
                listing.write_text(text)
                result = self.chain.generion("--json", *self.command(fhir, "log-bad", listing))
                self.assertIn(result.status, (1, 4, 5), result)
                self.assertIn(words, result.error["message"])
        self.assertEqual(self.count(), before)

    def test_only_an_institution_imports(self):
        stranger = self.directory / "stranger.key"
        self.chain.json("institution", "new", "--plain", "--out", stranger)
        fhir = self.directory / "import-me.json"
        fhir.write_text(json.dumps(patient(1, "Me")))
        command = self.command(fhir, "log-stranger")
        command[command.index("--key") + 1] = stranger
        with self.unchanged():
            result = self.chain.generion("--json", *command)
            self.assertEqual(result.status, 1, result)
            self.assertEqual(result.error["code"], "NOT_ADMITTED")
            self.assertIn("an accredited institution has to admit it", result.error["message"])

    def test_a_large_document_with_an_odd_name(self):
        big = {"resourceType": "DocumentReference", "id": "big", "status": "current",
               "subject": {"reference": "Patient/p2"},
               "content": [{"attachment": {"data": base64.b64encode(random.Random(3).randbytes(6_000_000)).decode()}}]}
        fhir = self.directory / "großes Dokument 山田 'x'.json"
        fhir.write_text(json.dumps({"resourceType": "Bundle", "type": "collection",
                                    "entry": [{"resource": patient(2, "X")}, {"resource": big}]}))
        begun = time.monotonic()
        report = self.chain.json(*self.command(fhir, "log-big"))
        self.assertEqual(report["recorded"], 2)
        self.assertLess(time.monotonic() - begun, 30)
        items = self.chain.json("record", "list", "--all", keys=self.people[2].keys)["items"]
        record = [one["record_id"] for one in items if one["type"] == "DocumentReference"][-1]
        read = self.chain.generion("record", "read", record, keys=self.people[2].keys)
        self.assertEqual(json.loads(read.stdout), big)


if __name__ == "__main__":
    unittest.main()
