"""Listeners that not everybody may use, or not so much: tokens, TLS, certificates, addresses, limits."""
import json
import os
import pathlib
import socket
import subprocess
import unittest

from harness import ChainTest, RpcError, wait_until
from web_socket import Refused, WebSocket

TOKEN = "correct-horse-battery-staple"


def request(method="getStatus", **other):
    return {"jsonrpc": "2.0", "id": 1, "method": method, **other}


class AccessTest(ChainTest):
    """The node is started anew for each test."""

    chain_arguments = {"start": False}

    def tearDown(self):
        self.chain.kill()

    def set_private(self, name, text):
        path = self.directory / name
        path.write_text(text)
        os.chmod(path, 0o600)
        return path

    def make_certificate(self, name="localhost"):
        key, certificate = self.directory / f"{name}.key.pem", self.directory / f"{name}.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
                        f"subjectAltName=DNS:{name},IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        os.chmod(key, 0o600)
        return certificate, key

    def listen(self, **settings):
        arguments = []
        for name, value in settings.items():
            arguments += ["--set", f"rpc.listener.0.{name}={value}"]
        return self.chain.start(*arguments)

    def test_token(self):
        token = self.set_private("token", TOKEN + "\n")
        self.listen(access="token", token_file=token)
        for headers, words in (({}, "a token is needed"), ({"Authorization": "Bearer wrong"}, "not the one"),
                               ({"Authorization": f"Basic {TOKEN}"}, "not the one")):
            answer = self.chain.post(request(), headers)
            self.assertEqual((answer.status, answer.headers.get("www-authenticate")), (401, "Bearer"))
            self.assertEqual(answer.json["data"]["code"], "UNAUTHORIZED", answer.body)
            self.assertIn(words, answer.json["message"])
        self.assertEqual(self.chain.http("GET", "/getStatus").status, 401)
        self.assertEqual(self.chain.http("GET", "/health").status, 200)
        with self.assertRaises(Refused) as refusal:
            WebSocket(self.chain.url)
        self.assertEqual(refusal.exception.status, 401)
        right = {"Authorization": f"Bearer {TOKEN}"}
        self.assertEqual(self.chain.http("GET", "/getStatus", headers=right).status, 200)
        with WebSocket(self.chain.url, headers=right) as connection:
            self.assertIn("result", connection.ask(request()))

        self.assert_refused(self.chain.generion("--json", "node", "status"), 8, "UNAUTHORIZED", "token")
        self.assertIn("--token-file", self.chain.generion("node", "status").err)
        self.assertEqual(self.chain.generion("--token-file", token, "node", "status").status, 0)
        wrong = self.set_private("wrong", "another-token-of-some-length\n")
        self.assert_refused(self.chain.generion("--json", "--token-file", wrong, "node", "status"), 8, "UNAUTHORIZED")
        os.chmod(token, 0o644)
        self.assert_refused(self.chain.generion("--json", "--token-file", token, "node", "status"), 4, "BAD_FILE_MODE",
                            "chmod 0600")

    def test_only_some_methods(self):
        self.listen(methods="getStatus,getRecord")
        self.assertEqual(self.chain.http("GET", "/getStatus").status, 200)
        answer = self.chain.http("GET", "/getGenesis")
        self.assertEqual((answer.status, answer.json["data"]["code"]), (403, "FORBIDDEN"), answer.body)
        with self.assertRaises(RpcError) as refusal:
            self.chain.call("getGenesis")
        self.assertEqual(refusal.exception.code, "FORBIDDEN")
        self.assert_refused(self.chain.generion("--json", "query", "getGenesis"), 8, "FORBIDDEN", "not served")

    def test_tls(self):
        certificate, key = self.make_certificate()
        stranger, _ = self.make_certificate("stranger")
        self.listen(tls_certificate=certificate, tls_key=key)
        self.assertTrue(self.chain.url.startswith("https://"))
        status = self.chain.json("--ca-file", certificate, "node", "status")
        self.assertEqual(status["chain_id"], self.chain.chain_id)
        for arguments in ([], ["--ca-file", stranger]):
            result = self.chain.generion("--json", *arguments, "node", "status")
            self.assert_refused(result, 3, "UNREACHABLE", "certificate")
        plain = self.chain.url.replace("https://", "http://")
        self.assert_refused(self.chain.generion("--json", "node", "status", url=plain), 3, "UNREACHABLE")
        os.chmod(key, 0o644)
        self.chain.stop()
        daemon = self.chain.launch("--set", f"rpc.listener.0.tls_certificate={certificate}", "--set",
                                   f"rpc.listener.0.tls_key={key}")
        self.assertEqual(daemon.wait_end(), 4)
        self.assert_contains(daemon.log, "rpc.listener.0.tls_key", "0644", "chmod 0600")

    def test_client_certificates(self):
        certificate, key = self.make_certificate()
        theirs, their_key = self.make_certificate("client")
        self.listen(tls_certificate=certificate, tls_key=key, access="client_certificate", client_ca=theirs)
        self.assertEqual(self.chain.generion("--ca-file", certificate, "node", "status").status, 3)
        command = ["curl", "--silent", "--fail", "--noproxy", "*", "--cacert", certificate,
                   self.chain.url + "/getStatus"]
        if not pathlib.Path("/usr/bin/curl").exists():
            self.skipTest("there is no curl to show a client certificate with")
        self.assertNotEqual(subprocess.run(command, capture_output=True, timeout=30).returncode, 0)
        shown = subprocess.run([*command, "--cert", theirs, "--key", their_key], capture_output=True, timeout=30)
        self.assertEqual(json.loads(shown.stdout)["chain_id"], self.chain.chain_id)

    def test_beyond_loopback_needs_tls_and_access(self):
        certificate, key = self.make_certificate()
        tls = {"tls_certificate": certificate, "tls_key": key}
        for settings, words in (({}, ["plain HTTP", "tls_certificate"]),
                                (tls, ["access: must be given", "not loopback"])):
            arguments = ["--set", "rpc.listener.0.address=0.0.0.0:0"]
            for name, value in settings.items():
                arguments += ["--set", f"rpc.listener.0.{name}={value}"]
            # `init` writes access = "open" for its loopback address; here nobody has.
            config = self.chain.node / "without-access.toml"
            config.write_text("".join(line for line in self.chain.config.read_text().splitlines(keepends=True)
                                      if not line.startswith("access")))
            daemon = self.chain.launch(*arguments, config=config)
            self.assertEqual(daemon.wait_end(), 4)
            self.assert_contains(daemon.log, *words)

    def test_the_client_warns_of_plain_http_to_another_machine(self):
        result = self.chain.generion("--json", "node", "status", url="http://192.0.2.1:8564")
        self.assert_refused(result, 2, "USAGE", "plain HTTP", "https://")

    # --- limits that an operator sets ---

    def test_connections(self):
        for settings, status, code in ((("rpc.connections_per_address_max=3",), 429, "TOO_MANY"),
                                       (("rpc.connections_max=3", "rpc.connections_per_address_max=3"), 503,
                                        "OVERLOADED")):
            with self.subTest(code):
                self.chain.start(*(part for one in settings for part in ("--set", one)))
                held = [self.chain.connection() for _ in range(3)]
                for connection in held:
                    connection.request("GET", "/getStatus")
                    self.assertEqual(connection.getresponse().read()[:1], b"{")
                answer = self.chain.http("GET", "/getStatus")
                self.assertEqual((answer.status, answer.json["data"]["code"], answer.json["data"]["limit"]),
                                 (status, code, 3), answer.body)
                self.assertIn("retry-after", answer.headers)
                for connection in held:
                    connection.close()
                wait_until(lambda: self.chain.http("GET", "/getStatus").status == 200, 10, "room for a connection")
                self.assertEqual(self.chain.stop(), 0)

    def test_a_request_that_does_not_arrive(self):
        self.chain.start("--set", "rpc.read_timeout_ms=300")
        host, port = self.chain.url.removeprefix("http://").split(":")
        for part in (b"GET /getStatus HTTP/1.1\r\nHost: local",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 100\r\n\r\n{"):
            with socket.create_connection((host, int(port)), 10) as connection:
                connection.sendall(part)
                answer = connection.makefile("rb").read()
            self.assertIn(b" 408 ", answer.split(b"\r\n")[0])
            self.assertIn(b"TIMED_OUT", answer)
            self.assertIn(b"after 300 ms", answer)

    def test_lower_limits_are_the_ones_told(self):
        self.chain.start("--set", "rpc.batch_max=5", "--set", "rpc.body_bytes_max=65536", "--set",
                         "rpc.header_bytes_max=1024")
        for answer, status, limit in ((self.chain.post([request()] * 6), 413, 5),
                                      (self.chain.post(b" " * 65_537), 413, 65_536),
                                      (self.chain.http("GET", "/getStatus", headers={"X": "x" * 1024}), 431, 1024)):
            error = answer.json.get("error", answer.json)
            self.assertEqual((answer.status, error["data"]["limit"]), (status, limit), answer.body)

    def test_origins_that_the_operator_allows(self):
        allowed = {"Origin": "https://wallet.example"}
        self.chain.start("--set", "rpc.cors=https://wallet.example", "--set", "rpc.origins=https://wallet.example")
        answer = self.chain.post(request(), allowed)
        self.assertEqual((answer.status, answer.headers["access-control-allow-origin"]), (200, allowed["Origin"]))
        with WebSocket(self.chain.url, headers=allowed) as connection:
            self.assertIn("result", connection.ask(request()))
        self.assertEqual(self.chain.post(request(), {"Origin": "https://wallet.example.evil"}).status, 403)

    def test_rate_limit(self):
        self.chain.start("--set", "rpc.requests_per_second=10")
        answers = [self.chain.post(request()) for _ in range(60)]
        limited = [answer for answer in answers if answer.status == 429]
        self.assertTrue(limited)
        error = limited[0].json
        self.assertEqual((error["data"]["code"], error["data"]["limit"]), ("RATE_LIMITED", 10))
        self.assertGreater(error["data"]["retry_after_ms"], 0)
        self.assertIn("retry-after", limited[0].headers)


if __name__ == "__main__":
    unittest.main()
