"""A patient shares a record with a doctor; another sells two, and a third order runs into its deadline."""
import json
import time

from demo_network import VALIDATORS, wait_until
from demo_output import DemoError, heading, say
from demo_people import deidentified

PRICE = "2.5"
REFUND_SECONDS = 30  # more than any deadline of the demo


def share_with_a_doctor(demo, patient, doctor):
    heading("A patient shares with a doctor, and takes it back")
    record = patient["records"][0]
    shared = demo.run_json("share", "create", record, "--to", doctor["address"], "--expires", "30d",
                           keys=patient["keys"])
    share = shared["new_ids"][0]
    say(f"{patient['name']} shares record {record} for 30 days: share {share}, with a proof that it is the record's key")
    document = demo.run("share", "read", share, keys=doctor["keys"], binary=True)
    say(f"{doctor['name']} decrypts a {json.loads(document)['resourceType']} of {len(document):,} bytes")
    demo.run("share", "revoke", share, keys=patient["keys"])
    refused = demo.run_json("share", "read", share, "--out", demo.directory / "too-late", keys=doctor["keys"],
                            allowed=(1,))
    if refused["error"]["code"] != "SHARE_CLOSED":
        raise DemoError(f"a revoked share should be closed: {refused}")
    say(f"revoked: {doctor['name']} is told SHARE_CLOSED")


class Sale:
    def __init__(self, demo, patient, observations):
        self.demo = demo
        self.patient = patient
        if len(observations) < 3:
            raise DemoError("the files hold fewer than three Observations; the demo sells three")
        self.documents = [json.dumps(deidentified(resource), ensure_ascii=False, sort_keys=True).encode()
                          for resource in observations[:3]]

    def json(self, *arguments, who=None, **more):
        return self.demo.run_json(*arguments, keys=(who or self.patient)["keys"], **more)

    def balance(self, who):
        return int(self.json("token", "balance", who=who)["balance"]) / 10**8

    def offer(self):
        heading("Another sells two records that identify nobody")
        demo = self.demo
        self.buyer = demo.admit("Institute for Research")
        yes = self.vote_new_tokens(10)
        self.records = []
        for number, document in enumerate(self.documents, 1):
            file = demo.directory / f"deidentified-{number}.json"
            file.write_bytes(document)
            made = demo.run_json("record", "create", file, "--owner", self.patient["address"], "--type", "Observation",
                                 "--media-type", "application/fhir+json", "--deidentified", "--key", demo.hospital_key)
            self.records += made["new_ids"]
        say(f"the hospital records {len(self.records)} de-identified observations of {self.patient['name']}")
        offers = ((self.records[:2], "two observations of one patient"), (self.records[2:], "one observation"))
        self.order, self.lapsing = (self.json("order", "create", *records, "--price", PRICE, "--text", text)["new_ids"][0]
                                    for records, text in offers)
        wait_until(lambda: self.balance(self.buyer) > 0, REFUND_SECONDS, f"the tokens of {self.buyer['name']}")
        say(f"{self.buyer['name']} has {self.balance(self.buyer):g} new tokens by the vote of {yes} of {VALIDATORS} "
            f"validators, and finds")
        print(demo.run("--genesis", demo.genesis, "order", "list", "--status", "open", "--proof").rstrip())

    def vote_new_tokens(self, amount):
        """How many members said yes: as many as it takes."""
        proposer, *others = (("--key", node.governance_key) for node in self.demo.network.validators)
        made = self.demo.run_json("gov", "propose", "mint", self.buyer["address"], amount, *proposer)
        proposal = made["new_ids"][0]
        for votes, voter in enumerate(others, 2):
            self.demo.run("gov", "vote", proposal, "yes", *voter)
            if self.demo.run_json("gov", "show", proposal)["status"] != "open":
                return votes
        raise DemoError(f"all have voted, and proposal {proposal} is open")

    def let_one_lapse(self):
        self.json("order", "purchase", self.lapsing, who=self.buyer)
        self.bought_at = time.monotonic()

    def deliver_the_other(self):
        self.json("order", "purchase", self.order, who=self.buyer)
        say(f"both bought: {self.balance(self.buyer):g} tokens are left, {2 * float(PRICE):g} are held")
        self.demo.timed("delivery of two records", lambda: self.json("order", "deliver", self.order))
        bought = self.demo.directory / "bought"
        self.json("order", "read", self.order, "--out", bought, who=self.buyer)
        for record, document in zip(self.records[:2], self.documents):
            if (bought / f"record-{record}").read_bytes() != document:
                raise DemoError(f"the buyer's record {record} is not the seller's document")
        say(f"order {self.order} is delivered and paid in one step: {self.patient['name']} has "
            f"{self.balance(self.patient):g} tokens, the buyer decrypts both documents")

    def see_the_refund(self, delivery_seconds):
        heading("An order that nobody delivers")
        order = wait_until(lambda: refunded(self.json("order", "show", self.lapsing)), REFUND_SECONDS, "the refund")
        say(f"order {self.lapsing} was not delivered within {delivery_seconds} s: {order['status']} by itself, "
            f"{time.monotonic() - self.bought_at:.1f} s after the purchase")
        seller = self.json("user", "show", self.patient["address"])
        say(f"{self.buyer['name']} has {self.balance(self.buyer):g} tokens again; {self.patient['name']} has "
            f"{seller['failed_deliveries']} failed delivery")


def refunded(order):
    return order if order["status"] == "refunded" else None
