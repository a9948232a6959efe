#!/usr/bin/env python3
"""A network of hospitals on this machine: what `./dev demo` runs.

Starts four validators and an observer, enrols patients, imports their FHIR records for two institutions, lets the
patients list, verify, read and delete, kills a validator, goes on without it: a patient shares with a doctor and another
sells to a buyer; starts the killed one again, checks that a list is complete, and a proof with all nodes switched off.
Uses only the `generion` and `generiond` programs, as anybody would; all commands talk to the observer.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from demo_network import VALIDATORS, OBSERVERS, READY_SECONDS, Network, free_ports, wait_until
from demo_output import DemoError, heading, say
from demo_people import fhir_files, find_people, observations, split_by_institution
from demo_sharing import Sale, share_with_a_doctor

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKER = "made-by-demo"
# Within the ranges that a chain may have; one for patients would have 72 hours and 2 days.
DELIVERY_SECONDS = 4
GOVERNANCE_DELAY_SECONDS = 1
SOME_SKIPPED = 10  # exit code of an import that left out resources of nobody on the list


class Demo:
    def __init__(self, binaries, directory, fhir):
        self.binaries = binaries
        self.directory = directory
        self.fhir = fhir
        self.network = None
        self.figures = []
        self.url = "http://127.0.0.1:9"

    # --- the programs ---

    def run(self, *arguments, keys=None, binary=False, allowed=(0,), node=None):
        """Runs one generion command and returns what it printed; `node` other than the observer."""
        command = [self.binaries / "generion", "--node", node.url if node else self.url,
                   "--documents", self.directory / "documents", "--seen", self.directory / "seen"]
        if keys:
            command += ["--keys", keys]
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True, check=False)
        if done.returncode not in allowed:
            raise DemoError(f"generion {' '.join(map(str, arguments))}\n"
                            f"ended with status {done.returncode}:\n{done.stderr.decode()}{done.stdout.decode()}")
        return done.stdout if binary else done.stdout.decode()

    def run_json(self, *arguments, **options):
        return json.loads(self.run("--json", *arguments, **options))

    def timed(self, label, work):
        start = time.monotonic()
        result = work()
        self.figures.append((label, time.monotonic() - start))
        return result

    # --- the story ---

    def make_chain(self):
        heading(f"A chain of {VALIDATORS} hospitals")
        institutions = []
        for name in self.fhir:
            answer = self.run_json("institution", "new", "--plain", "--out", self.directory / f"{name}.key")
            institutions += ["--institution", f"{name}={answer['address']},hospital"]
            say(f"{name}: {answer['address']}")
        made = self.run_json("init", "--dir", self.directory / "network", "--name", "demo", "--plain-keys",
                             "--validators", VALIDATORS, "--observers", OBSERVERS, "--rpc", f"127.0.0.1:{free_ports()}",
                             "--parameter", f"delivery_window_ms={DELIVERY_SECONDS * 1000}",
                             "--parameter", f"governance_delay_ms={GOVERNANCE_DELAY_SECONDS * 1000}", *institutions)
        say(f"chain id {made['chain_id']}")
        say(f"a seller has {DELIVERY_SECONDS} s to deliver here, so that you see a refund (72 h are usual), "
            f"and new tokens take {GOVERNANCE_DELAY_SECONDS} s (2 days)")
        self.network = Network(self.binaries, made, self.directory / "network")
        self.url = self.network.observer.url
        self.timed("start of the five nodes", self.network.start)
        say(f"{VALIDATORS} validators order transactions, any three are enough; the observer serves on {self.url}")

    def enrol_patients(self, people):
        heading("Patients make their own keys; institutions admit them")
        for number, person in enumerate(people, 1):
            self.make_keys(person, str(number))
        listing = self.directory / "patients.csv"
        rows = [f'"{quote(identifier)}",{person["enrolment"]}' for person in people
                for identifier in person["identifiers"]]
        listing.write_text("\n".join(rows) + "\n")
        self.timed("admitting the patients", lambda: self.run(
            "institution", "enroll", "--patients", listing, "--key", self.hospital_key, "--yes"))
        return listing

    @property
    def hospital_key(self):
        return self.directory / f"{next(iter(self.fhir))}.key"

    @property
    def genesis(self):
        return self.network.observer.config.parent / "genesis.json"

    def make_keys(self, person, name):
        person["keys"] = self.directory / "people" / name
        person["keys"].parent.mkdir(exist_ok=True)
        self.run("keys", "new", "--plain", keys=person["keys"])
        person["enrolment"] = self.directory / "people" / f"{name}.enrolment.json"
        self.run("keys", "enroll", "--out", person["enrolment"], keys=person["keys"])
        person["address"] = json.loads(person["enrolment"].read_text())["address"]
        say(f"{person['name']}: {person['address']}")

    def admit(self, name):
        """Somebody who is no patient: keys, admitted, a reader key published."""
        person = {"name": name}
        self.make_keys(person, name.split()[0].lower())
        self.run("institution", "enroll", person["enrolment"], "--key", self.hospital_key, "--yes")
        self.run("user", "set-key", keys=person["keys"])
        return person

    def import_records(self, listing):
        heading("Two institutions import their FHIR records")
        for name, files in self.fhir.items():
            report = self.timed(f"import of {name}", lambda: self.run_json(
                "record", "import", "--patients", listing, "--key", self.directory / f"{name}.key",
                "--log", self.directory / f"{name}.import-log", "--fhir", *files,
                allowed=(0, SOME_SKIPPED)))
            seconds = self.figures[-1][1]
            say(f"{name}: {report['recorded']} records in {report['transactions']} transactions, "
                f"{report['document_bytes']:,} bytes of documents encrypted, {report['recorded'] / seconds:,.0f} "
                f"records/s; {len(report['skipped'])} resources belong to no listed patient")

    def use_records(self, people):
        heading("Patients list, verify, read and delete")
        for person in people:
            self.run("user", "set-key", keys=person["keys"])
            items = self.run_json("record", "list", "--all", keys=person["keys"])["items"]
            if not items:
                say(f"{person['name']}: no records")
                continue
            ids = [item["record_id"] for item in items]
            for start in range(0, len(ids), 200):
                self.run("record", "verify", *ids[start:start + 200], keys=person["keys"])
            document = self.run("record", "read", ids[0], keys=person["keys"], binary=True)
            resource = json.loads(document)
            say(f"{person['name']}: {len(ids)} records, all verified; record {ids[0]} decrypts to a "
                f"{resource['resourceType']} of {len(document):,} bytes")
            person["records"] = ids

        person = max(people, key=lambda p: len(p.get("records", [])))
        if len(person.get("records", [])) < 2:
            raise DemoError("nobody has two records to delete one of; give --fhir a directory with patients' resources")
        gone = person["records"][-1]
        self.run("record", "delete", gone, "--yes", keys=person["keys"])
        shown = self.run_json("record", "show", gone, keys=person["keys"])
        if not shown["deleted"] or "data_encr" in shown:
            raise DemoError(f"record {gone} was deleted but still shows data: {shown}")
        say(f"{person['name']} deleted record {gone}: its private bytes are gone from the chain")
        say("its history:")
        print(self.run("record", "history", gone, keys=person["keys"]).rstrip())
        heading(f"What {person['name']} sees, and that nothing is missing")
        print(self.run("--genesis", self.genesis, "record", "list", "--proof", keys=person["keys"]).rstrip())
        return person["records"][0]

    def kill_the_primary(self):
        heading("The primary is killed, and the chain goes on")
        killed, view = self.network.primary()
        height = self.network.observer.call("getStatus")["height"]
        killed.kill()
        say(f"kill -9 of {killed.name}, the primary of view {view}, at height {height}")
        doctor = self.timed("an admission without it", lambda: self.admit("Dr. Amara Osei"))
        primary, view = self.network.primary()
        say(f"admitted after {self.figures[-1][1]:.1f} s: the other three waited for {killed.name}, then went on in view "
            f"{view} with {primary.name}")
        return killed, doctor

    def bring_back(self, killed):
        heading("The killed validator comes back")
        reached = self.network.observer.call("getStatus")["height"]
        killed.start()
        self.timed("its restart, catching up", lambda: wait_until(
            lambda: killed.is_ready() and killed.call("getStatus")["height"] >= reached, READY_SECONDS,
            f"height {reached} on {killed.name}"))
        roots = {node.name: node.call("getBlock", height=reached)["header"]["state_root"]
                 for node in (killed, self.network.observer)}
        if len(set(roots.values())) != 1:
            raise DemoError(f"the states of block {reached} differ: {roots}")
        say(f"{killed.name} fetched what it had missed up to block {reached}, and has the same state: "
            f"root {roots[killed.name]}")

    def check_proof(self, record):
        heading("A proof, checked with all nodes switched off")
        proof = self.directory / f"record-{record}.proof"
        answer = self.run_json("query", "getProof", f"record_id={record}")
        proof.write_bytes(base64.b64decode(answer["proof"]))
        self.network.stop()
        say(f"the nodes are off; {proof.stat().st_size} bytes of proof, and the genesis file:")
        print(self.run("--genesis", self.genesis, "verify-proof", proof).rstrip())
        self.timed("restart of the five nodes", self.network.start)

    def summary(self, people):
        status = self.run_json("node", "status")
        heading("Figures")
        for label, seconds in self.figures:
            say(f"{label:<28}{seconds * 1000:10,.0f} ms")
        say(f"{len(people)} patients, {sum(len(p.get('records', [])) for p in people)} records, "
            f"height {status['height']}, sealed {status['sealed_height']}")
        heading("Look yourself")
        say(f"curl {self.url}/getStatus")
        say(f"curl {self.url}/openrpc.json")
        say(f"{self.binaries / 'generion'} --node {self.url} --keys {people[0]['keys']} record list")
        primary, _ = self.network.primary()
        say(f"kill -9 {primary.process.pid} kills the primary, {primary.name}; the others go on")
        say(f"the nodes' logs are {self.directory / 'network'}/*/node.log")


def quote(text):
    return text.replace('"', '""')


def fresh_directory(directory):
    if directory.exists() and not (directory / MARKER).exists():
        raise DemoError(f"{directory} is there already and was not made by the demo; give another --dir")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True, mode=0o700)
    (directory / MARKER).touch()


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--once", action="store_true", help="end by itself, with `demo: ok` as the last line")
    parser.add_argument("--fhir", type=pathlib.Path, default=ROOT / "examples" / "fhir", metavar="DIR",
                        help="FHIR R4 files to import (default: examples/fhir)")
    parser.add_argument("--dir", type=pathlib.Path, default=ROOT / "demo-data", metavar="DIR",
                        help="where the demo's chain, keys and documents go; made anew (default: demo-data)")
    parser.add_argument("--bin", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("GENERION_BIN", ROOT / "build" / "release" / "bin")),
                        help=argparse.SUPPRESS)
    return parser.parse_args()


def play(demo, arguments):
    demo.make_chain()
    files = [path for one in demo.fhir.values() for path in one]
    people = find_people(files)
    listing = demo.enrol_patients(people)
    demo.import_records(listing)
    record = demo.use_records(people)
    owners = [person for person in people if len(person.get("records", [])) > 1]
    killed, doctor = demo.kill_the_primary()
    share_with_a_doctor(demo, owners[0], doctor)
    sale = Sale(demo, owners[-1], observations(files))
    sale.offer()
    sale.let_one_lapse()
    sale.deliver_the_other()
    demo.bring_back(killed)
    heading(f"Statistics, as every node has them; here {killed.name}")
    print(demo.run("stats", "--by", "type", "--k", 0, node=killed).rstrip())
    sale.see_the_refund(DELIVERY_SECONDS)
    demo.check_proof(record)
    demo.summary(people)
    if not arguments.once:
        print("\nThe nodes keep running; Ctrl-C ends them.", flush=True)
        demo.network.wait_end()


def main():
    arguments = parse_arguments()
    demo = None
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        if not arguments.fhir.is_dir():
            raise DemoError(f"{arguments.fhir} is no directory; --fhir takes one with FHIR R4 files")
        fresh_directory(arguments.dir.resolve())
        demo = Demo(arguments.bin.resolve(), arguments.dir.resolve(), split_by_institution(arguments.fhir.resolve()))
        play(demo, arguments)
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        return 130 if arguments.once else 0
    except (DemoError, json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
        print(f"\ndemo: failed: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        if demo and demo.network:
            demo.network.stop()
    print("demo: ok", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
