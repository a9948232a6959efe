"""Several nodes that agree, as real processes of one machine."""
import contextlib
import pathlib
import subprocess

from harness import BIN, Daemon, environment, free_ports, unix_get

SECONDS = 60


class Network:
    """Four validators in a directory, and observers; each is run when it is started."""

    def __init__(self, directory, observers=0, parameters=(), options=()):
        self.directory = pathlib.Path(directory)
        base = f"127.0.0.1:{free_ports(2 * (4 + observers))}"
        options = [*options, *(f"--parameter={parameter}" for parameter in parameters)]
        status, text = self.generion("init", "--dir", self.directory, "--validators", 4, "--observers", observers,
                                     "--plain-keys", "--rpc", base, *options)
        if status != 0:
            raise AssertionError(text)
        self.daemons = {}
        self.starts = 0

    def generion(self, *arguments):
        done = subprocess.run([BIN / "generion", *map(str, arguments)], capture_output=True, check=False,
                              timeout=SECONDS, env=environment(self.directory.parent))
        return done.returncode, done.stdout.decode()

    def start(self, name, variables=None):
        self.starts += 1
        self.daemons[name] = Daemon(self.directory / name / "generiond.toml",
                                    self.directory.parent / f"{name}-{self.starts}.log", variables=variables)

    def kill_all(self):
        for daemon in self.daemons.values():
            daemon.kill()

    def socket(self, name):
        return self.directory / name / "admin.sock"

    def health(self, name):
        """None while it does not answer."""
        with contextlib.suppress(OSError):
            answer = unix_get(self.socket(name), "/health")
            return answer.json if answer.status == 200 else None
        return None

    def codes(self, name):
        """The reasons' codes; None while it does not answer. How full this machine's disk is, is not the test's."""
        health = self.health(name)
        return health and [one["code"] for one in health["reasons"] if one["code"] != "DISK_LOW"]

    def metrics(self, name):
        """The values by what stands before them: "generion_height", 'generion_trouble{code="STALLED"}'."""
        lines = unix_get(self.socket(name), "/metrics").body.decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    def status(self, name):
        """getStatus; None while it does not answer."""
        with contextlib.suppress(OSError):
            answer = unix_get(self.socket(name), "/getStatus")
            return answer.json if answer.status == 200 else None
        return None
