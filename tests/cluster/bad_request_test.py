"""Calls that a node must not answer: malformed, too large, from the wrong place."""
import json
import socket
import unittest

from harness import ChainTest, RpcError
from web_socket import BINARY, Closed, Refused, WebSocket

MIB = 1024 * 1024


def request(method="getStatus", **other):
    return {"jsonrpc": "2.0", "id": 1, "method": method, **other}


class BadRequestTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = cls.chain.patient("alice")
        cls.record = cls.chain.create(cls.alice.address, b"about alice")[0]

    def refused(self, answer, status, number, code, *fragments):
        self.assertEqual(answer.status, status, answer.body[:500])
        error = answer.json.get("error", answer.json)
        self.assertEqual((error["code"], error["data"]["code"]), (number, code), error)
        self.assert_contains(error["message"], *fragments)
        return error

    # --- JSON and its envelope ---

    def test_malformed_json(self):
        for body in (b"", b"{", b"nonsense", b'{"jsonrpc": "2.0", "id": 1, "method": "getStatus"', b"\xff\xfe",
                     b'{"a": 1} {"b": 2}', b"{'a': 1}"):
            with self.subTest(body):
                self.refused(self.chain.post(body), 400, -32700, "MALFORMED", "no JSON")
        twice = b'{"jsonrpc": "2.0", "id": 1, "method": "getStatus", "method": "getGenesis"}'
        self.refused(self.chain.post(twice), 400, -32700, "MALFORMED", "twice")

    def test_deep_json(self):
        for depth in (17, 100_000):
            with self.subTest(depth):
                deep = b"[" * depth + b"]" * depth
                self.refused(self.chain.post(deep), 400, -32700, "MALFORMED", "deeper than 16")

    def test_envelopes_that_are_no_request(self):
        cases = [("text", "a request is an object"), (7, "a request is an object"),
                 (request(jsonrpc="1.0"), "JSON-RPC 2.0"), ({"id": 1, "method": "getStatus"}, "JSON-RPC 2.0"),
                 ({"jsonrpc": "2.0", "id": 1}, "method is missing"),
                 (request(method=5), "method is missing, or no text"),
                 (request(params="x"), "an object or an array"), (request(params=None), "an object or an array"),
                 (request(id={"a": 1}), "a text or a whole number"), (request(id=1.5), "a text or a whole number"),
                 (request(extra=1), "unknown member")]
        for value, words in cases:
            with self.subTest(value):
                self.refused(self.chain.post(value), 200, -32600, "MALFORMED", words)

    def test_batches(self):
        self.refused(self.chain.post([]), 400, -32600, "MALFORMED", "at least one")
        error = self.refused(self.chain.post([request()] * 1001), 413, -32600, "TOO_MANY", "1001 requests",
                             "at most 1000")
        self.assertEqual(error["data"]["limit"], 1000)
        answers = self.chain.post([request(id=1), 1, request("getStatsu", id=3), request(id=4)]).json
        self.assertEqual([answer["id"] for answer in answers], [1, None, 3, 4])
        self.assertEqual([answer.get("error", {}).get("code") for answer in answers], [None, -32600, -32601, None])
        notification = {"jsonrpc": "2.0", "method": "getStatus"}
        silent = self.chain.post([notification, notification])
        self.assertEqual((silent.status, silent.body), (204, b""))

    # --- methods and parameters ---

    def test_unknown_methods_name_the_nearest(self):
        for name, near in (("getRecrod", "getRecord"), ("getstatus", "getStatus"),
                           ("sendTransactions", "sendTransaction")):
            with self.subTest(name):
                self.refused(self.chain.post(request(name)), 200, -32601, "UNKNOWN_METHOD", name,
                             f"did you mean {near}?")
        self.refused(self.chain.post(request("somethingElse")), 200, -32601, "UNKNOWN_METHOD", "/openrpc.json")
        self.refused(self.chain.http("GET", "/getRecrod?record_id=1"), 404, -32000, "NOT_FOUND",
                     "did you mean /getRecord?")
        result = self.chain.generion("--json", "query", "getRecrod", "record_id=1")
        self.assert_refused(result, 2, "UNKNOWN_METHOD", "did you mean getRecord?")

    def test_parameters_of_the_wrong_type(self):
        cases = [("getRecord", {"record_id": "seven"}, "record_id: expected a record id"),
                 ("getRecord", {"record_id": 1.5}, "record_id"), ("getRecord", {"record_id": -1}, "record_id"),
                 ("getRecord", {"record_id": 0}, "record_id"), ("getRecord", {"record_id": 2 ** 53 + 1}, "record_id"),
                 ("getRecord", {"record_id": None}, "leave out what is absent"),
                 ("getRecord", {"record_id": True}, "true or false"), ("getRecord", {}, "record_id is missing"),
                 ("getRecord", {"record_id": "1:2:x"}, "1:2:x"),
                 ("getRecord", {"record_id": ":".join(["1"] * 101)}, "at most 100"),
                 ("getRecord", {"recordid": 1}, "unknown parameter \"recordid\"; getRecord takes: record_id, height"),
                 ("getRecord", [1, 2, True, 4], "4 parameters were given; getRecord takes 3"),
                 ("getBlock", {"height": "1"}, "height: expected a whole number"),
                 ("getRecordList", {"usr_adr": self.alice.address, "limit": 1001}, "from 1 to 1000, got 1001"),
                 ("getRecordList", {"usr_adr": self.alice.address, "limit": 0}, "from 1 to 1000, got 0"),
                 ("getTransaction", {"tx_id": "abc"}, "64 hexadecimal digits"),
                 ("sendTransaction", {"transaction": "%%%"}, "base64"),
                 ("sendTransaction", {"transaction": "", "wait": "forever"}, '"accepted" "executed" "sealed"'),
                 ("getProof", {}, "0 of key, record_id, address, tx_id"),
                 ("getProof", {"record_id": 1, "key": "00"}, "2 of key, record_id, address, tx_id")]
        with self.unchanged():
            for method, params, words in cases:
                with self.subTest(method=method, params=params):
                    self.refused(self.chain.post(request(method, params=params)), 200, -32602, "BAD_PARAMS", words)
        self.refused(self.chain.http("GET", "/getRecord?record_id=seven"), 400, -32602, "BAD_PARAMS", "record_id")
        self.refused(self.chain.http("GET", "/getRecord?record_id=1&record_id=2"), 400, -32602, "BAD_PARAMS", "twice")
        self.assert_refused(self.chain.generion("--json", "query", "getRecord", "record_id=seven"), 2, "BAD_PARAMS")

    def test_a_cursor_that_is_not_this_lists(self):
        self.chain.create(self.alice.address, b"more", 3)
        cursor = self.chain.call("getRecordList", {"usr_adr": self.alice.address, "limit": 1})["cursor"]
        for method, params in (("getRecordIdList", {"usr_adr": self.alice.address, "cursor": cursor}),
                               ("getRecordList", {"usr_adr": self.chain.institutions["hospital"], "cursor": cursor}),
                               ("getRecordList", {"usr_adr": self.alice.address, "cursor": cursor[:-2] + "AA"}),
                               ("getRecordList", {"usr_adr": self.alice.address, "cursor": "nonsense"})):
            with self.subTest(method=method, params=params), self.assertRaises(RpcError) as refusal:
                self.chain.call(method, params)
            self.assertIn(refusal.exception.code, ("BAD_CURSOR", "USER_NOT_FOUND"), refusal.exception.message)

    def test_an_address_with_a_typo(self):
        address = self.alice.address
        wrong = "q" if address[20] != "q" else "p"
        typos = {"one letter": address[:20] + wrong + address[21:], "two swapped": swapped(address),
                 "cut": address[:-3], "not the alphabet": address[:-1] + "b", "another prefix": "gen2" + address[4:],
                 "mixed case": address[:10].upper() + address[10:]}
        for name, typo in typos.items():
            with self.subTest(name):
                error = self.refused(self.chain.post(request("getUser", params={"address": typo})), 200, -32602,
                                     "BAD_PARAMS", "address: ")
                self.assertNotIn("expected", error["message"])
                self.assert_refused(self.chain.generion("--json", "record", "list", typo), 1, "BAD_ADDRESS")
                self.assert_refused(self.chain.generion("--json", "user", "show", typo), 1, "BAD_ADDRESS")
        self.assertEqual(self.chain.call("getUser", {"address": address.upper()})["address"], address)

    # --- HTTP ---

    def test_methods_and_paths(self):
        answer = self.chain.http("GET", "/sendTransaction?transaction=AA==")
        self.refused(answer, 405, -32000, "FORBIDDEN", "POST")
        self.assertEqual(answer.headers["allow"], "POST")
        self.refused(self.chain.http("GET", "/"), 405, -32000, "BAD_ARGUMENT", "JSON-RPC")
        self.refused(self.chain.http("POST", "/getStatus", b"{}", {"Content-Type": "application/json"}), 405, -32000,
                     "BAD_ARGUMENT", "POSTed to /")
        self.refused(self.chain.http("GET", "/metrics"), 404, -32000, "NOT_FOUND", "admin socket")
        self.refused(self.chain.http("GET", "/ws"), 426, -32000, "BAD_ARGUMENT", "WebSocket")
        self.refused(self.chain.http("GET", "/getRecord?record_id=999999"), 404, -32000, "RECORD_NOT_FOUND")
        self.refused(self.chain.http("GET", "/../../etc/passwd"), 404, -32000, "NOT_FOUND")

    def test_wrong_host(self):
        answer = self.chain.http("GET", "/getStatus", headers={"Host": "evil.example"})
        self.refused(answer, 421, -32000, "FORBIDDEN", "evil.example", "rpc.hosts")
        self.assertEqual(self.chain.http("GET", "/getStatus", headers={"Host": "localhost:1"}).status, 200)

    def test_two_hosts_or_none(self):
        for hosts in (b"", b"Host: localhost\r\nHost: evil.example\r\n"):
            answer = self.raw(b"GET /getStatus HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
            self.assertIn(b" 400 ", answer.split(b"\r\n")[0])
            self.assertIn(b"missing or stands twice", answer)

    def test_foreign_origin(self):
        evil = {"Origin": "https://evil.example"}
        self.refused(self.chain.post(request(), evil), 403, -32000, "FORBIDDEN", "https://evil.example", "rpc.cors")
        preflight = evil | {"Access-Control-Request-Method": "POST"}
        self.refused(self.chain.http("OPTIONS", "/", headers=preflight), 403, -32000, "FORBIDDEN", "rpc.cors")
        self.assertNotIn("access-control-allow-origin", self.chain.http("GET", "/getStatus", headers=evil).headers)
        with self.assertRaises(Refused) as refusal:
            WebSocket(self.chain.url, headers=evil)
        self.assertEqual(refusal.exception.status, 403)
        self.assertIn(b"rpc.origins", refusal.exception.body)
        with WebSocket(self.chain.url, headers={"Origin": self.chain.url}) as own:
            self.assertIn("result", own.ask(request()))

    def test_wrong_content_type(self):
        body = json.dumps(request()).encode()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"):
            with self.subTest(kind):
                answer = self.chain.http("POST", "/", body, {"Content-Type": kind})
                self.refused(answer, 415, -32000, "MALFORMED", kind, "application/json")
        self.refused(self.chain.http("POST", "/", body), 415, -32000, "MALFORMED", "missing")
        answer = self.chain.http("POST", "/", body, {"Content-Type": "application/json; charset=utf-8"})
        self.assertIn("result", answer.json)

    def test_sizes(self):
        for body in (b" " * (8 * MIB + 1), json.dumps(request(params={"x": "y" * 9 * MIB})).encode()):
            error = self.refused(self.chain.post(body), 413, -32000, "TOO_LARGE", "8388608")
            self.assertEqual(error["data"]["limit"], 8 * MIB)
        answer = self.chain.http("GET", "/getStatus", headers={"X-Long": "x" * 20_000})
        self.refused(answer, 431, -32000, "TOO_LARGE", "16384")
        self.refused(self.chain.http("GET", "/getStatus?x=" + "y" * 5000), 414, -32000, "TOO_LARGE", "4096", "POST")

    def raw(self, request_bytes):
        """What comes back until the server closes."""
        host, port = self.chain.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            connection.sendall(request_bytes)
            return connection.makefile("rb").read()

    def test_what_is_no_http(self):
        for bytes_ in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50), b"HELO there\r\n\r\n",
                       b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"):
            with self.subTest(bytes_):
                answer = self.raw(bytes_)
                self.assertIn(b" 400 ", answer.split(b"\r\n")[0])
                self.assertIn(b"this is no HTTP request", answer)

    # --- WebSocket ---

    def test_web_socket_messages(self):
        with WebSocket(self.chain.url) as connection:
            self.assertEqual(connection.ask("nonsense")["error"]["code"], -32700)
            self.assertEqual(connection.ask("[]")["error"]["data"]["code"], "MALFORMED")
            self.assertEqual(connection.ask([request()] * 1001)["error"]["data"]["code"], "TOO_MANY")
            self.assertIn("did you mean", connection.ask(request("getStatsu"))["error"]["message"])
            self.assertEqual(connection.ask(request())["result"]["chain_id"], self.chain.chain_id)
        for data, kind, code, words in ((b"\x00", BINARY, 1003, "send JSON as text"),
                                        (b" " * (8 * MIB + 1), 1, 1009, "8388608 bytes")):
            with self.subTest(code), WebSocket(self.chain.url) as connection, self.assertRaises(Closed) as closed:
                connection.send(data, kind)
                connection.read()
            self.assertEqual(closed.exception.code, code)
            self.assertIn(words, closed.exception.reason)
        with self.assertRaises(Refused) as refusal:
            WebSocket(self.chain.url, "/elsewhere")
        self.assertEqual(refusal.exception.status, 404)


def swapped(address):
    """Two neighbouring letters that differ, exchanged."""
    at = next(i for i in range(10, 60) if address[i] != address[i + 1])
    return address[:at] + address[at + 1] + address[at] + address[at + 2:]


if __name__ == "__main__":
    unittest.main()
