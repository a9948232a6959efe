"""Four validators and an observer, whose members vote."""
import json

from harness import DirectoryTest, wait_until
from network import SECONDS, Network

NAMES = [f"validator-{number}" for number in (1, 2, 3, 4)]
JOINER = "observer-1"


class GovernedTest(DirectoryTest):
    """A running network whose members decide by vote."""

    parameters = ("epoch_min_ms=1000", "governance_delay_ms=1000")
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.network = Network(cls.directory / "network", observers=1, parameters=cls.parameters)
        cls.addClassCleanup(cls.network.kill_all)
        for name in (*NAMES, JOINER):
            cls.network.start(name)
        for name in (*NAMES, JOINER):
            wait_until(lambda at=name: (cls.network.health(at) or {}).get("ready"), SECONDS, f"{name} ready")

    def ask(self, at, *command):
        """What the node answers to a command that has to succeed."""
        status, text = self.network.generion("--json", *command, "--node", f"unix:{self.network.socket(at)}")
        self.assertEqual(status, 0, text)
        return json.loads(text)

    def govern(self, name, *command, through=None):
        return self.ask(through or name, "gov", *command, "--key", self.network.directory / name / "governance.key")

    def decide(self, voters, *action):
        """The number of the proposal that they all want."""
        number, = self.govern(voters[0], "propose", *action)["new_ids"]
        for name in voters[1:]:
            self.govern(name, "vote", number, "yes", through=voters[0])
        return number

    def wait_status(self, number, status, at):
        def is_so():
            # A node that lags does not know it yet.
            code, text = self.network.generion("--json", "gov", "show", number, "--node", f"unix:{self.network.socket(at)}")
            return code == 0 and json.loads(text)["status"] == status
        wait_until(is_so, SECONDS, f"proposal {number} to be {status}")

    def wait_role(self, name, role, quorum):
        def is_so():
            status = self.network.status(name)
            return status and (status["role"], status["quorum"], status["ready"]) == (role, quorum, True)
        wait_until(is_so, SECONDS, lambda: f"{name} to be {role} with a quorum of {quorum}; it says {self.network.status(name)}")

    def key_of(self, name):
        """The key that everybody but itself lists under this name, or as the observer."""
        keys = [{peer["key"] for peer in self.ask(at, "query", "getPeers")["peers"]} for at in (*NAMES, JOINER)]
        mine = keys[(*NAMES, JOINER).index(name)]
        key, = set().union(*keys) - mine
        return key

    def add_validator(self):
        """The observer joins; it knows so when this returns."""
        key = self.key_of(JOINER)
        made = self.network.directory / JOINER / "governance.key"
        governance = self.ask(NAMES[0], "institution", "new", "--plain", "--out", made)["address"]
        number = self.decide(NAMES[:3], "add-validator", key, "--governance-key", governance, "--name", "Fifth")
        self.wait_status(number, "awaits_joiner", JOINER)
        self.ask(JOINER, "gov", "ready", number, "--key", self.network.directory / JOINER / "validator.key")
        self.wait_role(JOINER, "validator", 4)
