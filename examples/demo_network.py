"""The demo's nodes: four validators and an observer, each a process with a directory of its own."""
import ctypes
import json
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from demo_output import DemoError

VALIDATORS, OBSERVERS = 4, 1
READY_SECONDS = 60
PR_SET_PDEATHSIG = 1


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Node:
    def __init__(self, binaries, name, key, rpc, config):
        self.binaries = binaries
        self.name = name
        self.key = key
        self.url = f"http://{rpc}"
        self.config = config
        self.log = config.parent / "node.log"
        self.governance_key = config.parent / "governance.key"  # of a validator
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.binaries / "generiond", "--config", self.config],
                                            stdout=log, stderr=log, preexec_fn=end_with_parent)

    def wait_ready(self):
        wait_until(self.is_ready, READY_SECONDS, f"{self.name} ready (its log is {self.log})")

    def is_ready(self):
        if self.process.poll() is not None:
            raise DemoError(f"{self.name} ended at its start; its log is {self.log}:\n" + self.log.read_text()[-1500:])
        try:
            urllib.request.urlopen(self.url + "/ready", timeout=1).close()
            return True
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def call(self, method, **parameters):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        asked = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=READY_SECONDS) as answer:
            return json.load(answer)["result"]


class Network:
    """`nodes`: the validators, then the observer, as `generion init` made them."""

    def __init__(self, binaries, made, directory):
        self.nodes = [Node(binaries, one["name"], one["key"], one["rpc"], directory / one["name"] / "generiond.toml")
                      for one in made["nodes"]]
        self.validators, self.observer = self.nodes[:VALIDATORS], self.nodes[-1]

    def start(self):
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_ready()

    def stop(self):
        running = [node for node in self.nodes if node.process and node.process.poll() is None]
        for node in running:
            node.process.send_signal(signal.SIGTERM)
        self.wait_end()

    def wait_end(self):
        for node in self.nodes:
            if node.process:
                node.process.wait()

    def primary(self):
        """The validator that leads, as one of those that run says, and its view."""
        status = next(node for node in self.validators if node.process.poll() is None).call("getStatus")
        return next(node for node in self.validators if node.key == status["primary"]), status["view"]


def wait_until(condition, seconds, what):
    """The first true value of condition()."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise DemoError(f"{what} did not come within {seconds} s")


def free_ports():
    """The first of as many neighbouring ports as the nodes take, two each; below those that the system gives out."""
    count = 2 * (VALIDATORS + OBSERVERS)
    while True:
        first = random.randrange(12000, 32000, count)
        if all(is_free(port) for port in range(first, first + count)):
            return first


def is_free(port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
