"""A chain with a hospital's patients, capsule records and tokens."""
import pathlib

from harness import ChainTest, wait_until

TOKEN = 100_000_000
WAIT_SECONDS = 20


class Scene:
    """A hospital's patient with capsule records, and others of the chain."""

    def __init__(self, chain, directory):
        self.chain = chain
        self.directory = pathlib.Path(directory)

    def person(self, name):
        one = self.chain.patient(name)
        self.chain.json("user", "set-key", keys=one.keys)
        return one

    def record(self, owner, content, *options):
        """One that the hospital made; its id."""
        file = self.directory / "document"
        file.write_bytes(content)
        return self.chain.json("record", "create", file, "--owner", owner.address, "--key", self.chain.key("hospital"),
                               *options)["new_ids"][0]

    def mint(self, to, tokens):
        before = self.balance(to)
        made = self.chain.json("gov", "propose", "mint", to.address, tokens, "--key", self.chain.node / "governance.key")
        wait_until(lambda: self.balance(to) > before, WAIT_SECONDS, "minted tokens")
        return made

    def balance(self, of):
        return int(self.chain.json("token", "balance", of.address)["balance"])


class MarketTest(ChainTest):
    chain_arguments = {"parameters": ("governance_delay_ms=1000",)}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scene = Scene(cls.chain, cls.directory)

    def keys(self, name):
        directory = self.directory / name
        return directory, self.chain.json("keys", "new", "--plain", keys=directory)["address"]

    def refused(self, status, code, *fragments, command, keys):
        self.assert_refused(self.chain.generion("--json", *command, keys=keys), status, code, *fragments)
