"""A chain of one validator in a temporary directory, driven from outside as a person does: with the programs
`generion` and `generiond`, HTTP and WebSocket. Loopback only, no fixed port; every wait has an end.

    class MyTest(ChainTest):
        def test_something(self):
            self.chain.generion("node", "status")
"""
import base64
import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("GENERION_BIN", ROOT / "build" / "release" / "bin")).resolve()
PATIENCE = int(os.environ.get("GENERION_PATIENCE", "1"))  # under a sanitizer everything takes longer
START_SECONDS = 30 * PATIENCE
STOP_SECONDS = 15 * PATIENCE
COMMAND_SECONDS = 60 * PATIENCE
PR_SET_PDEATHSIG = 1
RPC_LINE = re.compile(r"RPC on (https?)://([0-9.]+):([0-9]+)")


def environment(home):
    """What the programs see: nothing of the caller's Generion settings."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("GENERION_") and name.lower() not in ("http_proxy", "https_proxy")}
    return kept | {"HOME": str(home), "NO_COLOR": "1"}


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wait_until(condition, seconds, what):
    """The first true value of condition(); asks often, gives up with `what`: a text, or what tells it by then."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def free_ports(count):
    """The first of `count` ports in a row that nobody listens on, below those that the system gives to connections."""
    while True:
        first = random.randrange(12000, 32000, 10)
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + count):
                listener = stack.enter_context(socket.socket())
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(("127.0.0.1", port))
            return first


def private_file(path, text):
    path.write_text(text)
    os.chmod(path, 0o600)
    return path


class Result:
    """How a command ended."""

    def __init__(self, done):
        self.status = done.returncode
        self.stdout = done.stdout
        self.out = done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return self.json["error"]

    def __repr__(self):
        return f"status {self.status}\n{self.out[-1500:]}{self.err[-1500:]}"


class RpcError(Exception):
    def __init__(self, error):
        super().__init__(f"{error.get('data', {}).get('code')}: {error.get('message')}")
        self.number = error.get("code")
        self.message = error.get("message", "")
        self.data = error.get("data", {})
        self.code = self.data.get("code")


class Answer:
    """An HTTP answer."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=COMMAND_SECONDS)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Daemon:
    """One generiond process and its log. Its RPC takes a free port, which the log tells."""

    def __init__(self, config, log, *arguments, stdin=None, variables=None):
        self.log_path = pathlib.Path(log)
        self.started = False
        with open(self.log_path, "wb") as out:
            self.process = subprocess.Popen(
                [BIN / "generiond", "--config", config, *map(str, arguments)], stdin=stdin or subprocess.DEVNULL,
                stdout=out, stderr=out, env=environment(self.log_path.parent) | (variables or {}),
                preexec_fn=end_with_parent)

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_ready(self, admin_socket):
        def is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"generiond ended with {self.process.returncode}:\n{self.log[-3000:]}")
            return is_node_ready(admin_socket)
        wait_until(is_ready, START_SECONDS, f"generiond ready; its log:\n{self.log_path}")
        return self

    def address(self):
        scheme, host, port = RPC_LINE.search(self.log).groups()
        return scheme, host, int(port)

    def wait_end(self, seconds=STOP_SECONDS):
        """The exit status."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            raise AssertionError(f"generiond did not end within {seconds} s:\n{self.log[-3000:]}") from late

    def stop(self, with_signal=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.wait_end()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def unix_get(path, target):
    connection = UnixConnection(path)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def is_node_ready(admin_socket):
    """Whether a node answers there and is ready; not while it has no socket yet."""
    with contextlib.suppress(OSError):
        return unix_get(admin_socket, "/ready").status == 200
    return False


class Chain:
    """A chain of one validator: `directory`/node is its node, `directory`/<name>.key the institutions' keys."""

    def __init__(self, directory, institutions=("hospital",), name="test", parameters=(), start=True):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(exist_ok=True)
        self.node = self.directory / "node"
        self.config = self.node / "generiond.toml"
        self.genesis = self.node / "genesis.json"
        self.data = self.node / "data"
        self.admin_socket = self.node / "admin.sock"
        self.daemon = None
        self.starts = 0
        self.url = "http://127.0.0.1:9"
        self.documents = self.directory / "documents"
        self.institutions = {}
        arguments = []
        for one in institutions:
            made = self.json("institution", "new", "--plain", "--out", self.key(one))
            self.institutions[one] = made["address"]
            arguments += ["--institution", f"{one}={made['address']},hospital"]
        # An idle chain stays at its height, so that a test can see that nothing happened.
        for parameter in ("heartbeat_ms=3600000", *parameters):
            arguments += ["--parameter", parameter]
        made = self.json("init", "--dir", self.node, "--name", name, "--plain-keys", "--rpc", "127.0.0.1:0",
                         *arguments)
        self.chain_id = made["chain_id"]
        if start:
            self.start()

    def key(self, institution):
        return self.directory / f"{institution}.key"

    # --- the node ---

    def launch(self, *arguments, config=None):
        """Starts a process and does not wait for it."""
        self.starts += 1
        return Daemon(config or self.config, self.directory / f"node-{self.starts}.log", *arguments)

    def start(self, *arguments):
        self.daemon = self.launch("--set", "rpc.requests_per_second=0", *arguments)
        self.daemon.wait_ready(self.admin_socket)
        scheme, host, port = self.daemon.address()
        self.url = f"{scheme}://{host}:{port}"
        return self

    def stop(self, with_signal=signal.SIGTERM):
        return self.daemon.stop(with_signal)

    def kill(self):
        if self.daemon:
            self.daemon.kill()

    # --- the command line ---

    def generion(self, *arguments, keys=None, url=None, stdin=None, pass_fds=()):
        command = [BIN / "generion", "--node", url or self.url, "--documents", self.documents]
        if keys:
            command += ["--keys", keys]
        done = subprocess.run([*map(str, command), *map(str, arguments)], capture_output=True, check=False,
                              timeout=COMMAND_SECONDS, env=environment(self.directory), input=stdin or b"",
                              pass_fds=pass_fds, start_new_session=True)
        return Result(done)

    def json(self, *arguments, keys=None, url=None):
        """The answer of a command that has to succeed."""
        result = self.generion("--json", *arguments, keys=keys, url=url)
        if result.status != 0:
            raise AssertionError(f"generion {' '.join(map(str, arguments))}: {result!r}")
        return result.json

    def patient(self, name, admitted=True):
        """Keys in a directory, an enrolment, admitted by the first institution."""
        keys = self.directory / name
        address = self.json("keys", "new", "--plain", keys=keys)["address"]
        enrolment = self.directory / f"{name}.enrolment"
        self.json("keys", "enroll", "--out", enrolment, keys=keys)
        if admitted:
            self.json("institution", "enroll", enrolment, "--key", self.key(next(iter(self.institutions))), "--yes")
        return Patient(keys, address, enrolment)

    def signed(self, operations, key=None, keys=None, sender=None, valid_for=600, genesis=None, name="tx"):
        """The bytes of a transaction made by `tx build` and `tx sign`."""
        description, built, signed = (self.directory / f"{name}{end}" for end in (".json", ".unsigned", ".signed"))
        description.write_text(json.dumps({"operations": operations}))
        more = ["--genesis", genesis] if genesis else []
        if sender is None and key is not None:
            sender = self.institutions[pathlib.Path(key).stem]
        self.json(*more, "tx", "build", description, "--out", built, "--valid-for", valid_for,
                  *(["--sender", sender] if sender else []), keys=keys)
        signed.unlink(missing_ok=True)
        self.json(*more, "tx", "sign", built, "--out", signed, *(["--key", key] if key else []), keys=keys)
        return signed.read_bytes()

    def create(self, owner, data, count=1, name="hospital", **fields):
        """`count` opaque records in one sealed transaction; their ids."""
        operation = {"operation": "createRecord", "usr_adr": owner, "data_pub_key": "11" * 32,
                     "data_encr": base64.b64encode(data).decode(), **fields}
        transaction = self.signed([operation] * count, key=self.key(name))
        return self.send(transaction, wait="sealed")["new_ids"]

    # --- HTTP ---

    def connection(self, timeout=COMMAND_SECONDS):
        return http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=timeout)

    def http(self, method, target, body=None, headers=None):
        connection = self.connection()
        try:
            connection.putrequest(method, target, skip_host="Host" in (headers or {}))
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(body or b"")
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, value, headers=None):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.http("POST", "/", body, {"Content-Type": "application/json", **(headers or {})})

    def call(self, method, params=None):
        """A JSON-RPC call's result; RpcError if it has none."""
        answer = self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}).json
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def send(self, transaction, wait="executed"):
        return self.call("sendTransaction", {"transaction": base64.b64encode(transaction).decode(), "wait": wait})

    def metric(self, name):
        text = unix_get(self.admin_socket, "/metrics").body.decode()
        return float(re.search(rf"^generion_{name} (\S+)$", text, re.MULTILINE).group(1))

    def mark(self):
        """What changes whenever anything was ordered or kept waiting."""
        # A transaction is reported before the mempool has forgotten it.
        status = wait_until(lambda: next((s for s in [self.call("getStatus")] if s["mempool"] == 0), None), 10,
                            "an empty mempool")
        return status["height"], status["block_hash"]


class Patient:
    def __init__(self, keys, address, enrolment):
        self.keys = keys
        self.address = address
        self.enrolment = enrolment


class DirectoryTest(unittest.TestCase):
    """A temporary directory for the class, and what should hold in every test."""

    directory: pathlib.Path

    @classmethod
    def setUpClass(cls):
        if not (BIN / "generiond").exists():
            raise AssertionError(f"{BIN} has no generiond: build it, or set GENERION_BIN to its folder")
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="generion-test."))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)

    def assert_refused(self, result, status, code, *fragments):
        """A command's --json error: exit status, code, and what the message has to say."""
        self.assertEqual((result.status, result.error["code"]), (status, code), repr(result))
        for fragment in fragments:
            self.assertIn(fragment, result.error["message"])

    def assert_contains(self, text, *fragments):
        for fragment in fragments:
            self.assertIn(fragment, text)


class ChainTest(DirectoryTest):
    """One running chain for all tests of the class."""

    chain: Chain
    chain_arguments: dict = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = Chain(cls.directory / "chain", **cls.chain_arguments)
        cls.addClassCleanup(cls.chain.kill)

    @contextlib.contextmanager
    def unchanged(self):
        before = self.chain.mark()
        yield
        self.assertEqual(self.chain.mark(), before)
