"""The original middleware's paths on a live node: its replies and error texts, as a table."""
import base64
import json
import unittest

from harness import ChainTest

INVALID_IDS = "Invalid record id list. Format: {i1:i2:i3}"


class IdentityTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient = cls.chain.patient("patient")
        cls.empty = cls.chain.patient("empty")
        cls.writer = cls.chain.patient("writer")
        cls.one, cls.two = cls.chain.create(cls.patient.address, b"data", count=2)

    def ask(self, method, path, body=None, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.chain.http(method, path, None if body is None else json.dumps(body).encode(), headers)

    def get(self, path):
        answer = self.ask("GET", path)
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/json"), answer.body)
        return answer.json

    def write(self, method, path, operations, **signer):
        signed = self.chain.signed(operations, **signer)
        return self.ask(method, path, {"signed_tx": base64.b64encode(signed).decode()})

    # --- the table: what the original answered to the same request ---

    def test_replies_of_the_reading_paths(self):
        tx_id = self.chain.call("getRecordHistory", {"record_id": self.one})["items"][0]["tx_id"]
        shown = {"usr_adr": self.patient.address, "pub_key": "11" * 32,
                 "creator_adr": self.chain.institutions["hospital"], "is_verified": False,
                 "data_encr": base64.b64encode(b"data").decode()}
        patient = f"/identity/users/{self.patient.address}"
        for path, result in (
                (f"{patient}/records/", [self.one, self.two]),
                (f"/identity/users/{self.empty.address}/records/", []),
                (f"/identity/users/{self.empty.address}/pubkey/",
                 self.chain.call("getUserPubKey", [self.empty.address]).get("pub_key", "")),
                (f"/identity/records/{self.one}", [shown]),
                (f"/identity/records/{self.one}:{self.two}", [shown, shown]),
                (f"/identity/records/{self.one}:999", [shown, {}]),
                ("/identity/records/999", [{}])):
            for form in (path, path.removesuffix("/"), path.removesuffix("/") + "/"):
                with self.subTest(path=form):
                    answer = self.get(form)
                    self.assertEqual(answer["result"], result)
                    self.assertEqual((answer["tx_unconfirmed"], answer["tx_failed"]), ([], []))
        self.assertEqual(self.get("/identity/users/")["result"][0], self.patient.address)
        for path, result in ((f"/identity/tx/{tx_id}", True), (f"/identity/tx/{'0' * 64}", False),
                             (f"/identity/claim_gas/{self.patient.address}", "Not supported")):
            with self.subTest(path=path):
                self.assertEqual(self.get(path), {"result": result})

    def test_error_texts(self):
        records = f"/identity/users/{self.patient.address}/records/"
        for method, path, body, status, code, text in (
                ("GET", "/identity/records/x", None, 400, 2, INVALID_IDS),
                ("GET", "/identity/records/1:x", None, 400, 2, INVALID_IDS),
                ("POST", "/identity/records/x/verify", {"signed_tx": self.some_signed()}, 400, 2, INVALID_IDS),
                ("POST", records, {"creator_adr": "x", "records": [{}]}, 400, 2, "Missing signed_tx"),
                ("DELETE", "/identity/records/1", {}, 400, 2, "Missing signed_tx"),
                ("GET", "/identity/unknown/", None, 404, 3, "NOT_FOUND: \"/identity/unknown\" is no path of the original"),
                ("POST", "/identity/users/", {}, 405, 3, "/identity/users takes GET")):
            with self.subTest(method=method, path=path):
                answer = self.ask(method, path, body)
                self.assertEqual((answer.status, answer.json), (status, {"errorCode": code, "errorMessage": text}))
        broken = self.chain.http("POST", records, b"{", {"Content-Type": "application/json"})
        self.assertEqual((broken.status, broken.json["errorCode"]), (400, 2))
        self.assertTrue(broken.json["errorMessage"].startswith("JSON Error: "))
        short = self.ask("GET", "/identity/users/AYRd6wrG1BXDwbBMrg3nQFD6jH2uEvN4ZT/records/")
        self.assertEqual((short.status, short.json["errorCode"]), (400, 2))

    def some_signed(self):
        signed = self.chain.signed([{"operation": "verifyRecord", "record_id": [self.one]}], keys=self.patient.keys)
        return base64.b64encode(signed).decode()

    # --- the original's writes, signed by the user ---

    def test_create_verify_delete(self):
        path = f"/identity/users/{self.writer.address}/records/"
        create = {"operation": "createRecord", "usr_adr": self.writer.address, "data_pub_key": "11" * 32,
                  "data_encr": base64.b64encode(b"more").decode()}
        made = self.write("POST", path, [create, create], key=self.chain.key("hospital"))
        self.assertEqual(made.status, 200, made.body)
        ids = made.json["result"]
        self.assertEqual(len(ids), 2)
        self.assertEqual(self.get(path)["result"], ids)
        self.assertEqual(self.get(f"/identity/tx/{made.json['tx_hash']}"), {"result": True})

        both = ":".join(map(str, ids))
        verified = self.write("POST", f"/identity/records/{both}/verify",
                              [{"operation": "verifyRecord", "record_id": ids}], keys=self.writer.keys)
        self.assertEqual((verified.status, verified.json["result"]), (200, [1, 1]), verified.body)
        self.assertEqual([one["is_verified"] for one in self.get(f"/identity/records/{both}")["result"]], [True, True])

        delete = [{"operation": "deleteRecord", "record_id": ids[0]}]
        gone = self.write("DELETE", f"/identity/records/{ids[0]}", delete, keys=self.writer.keys)
        self.assertEqual((gone.status, gone.json["result"]), (200, 1), gone.body)
        self.assertEqual(self.get(f"/identity/records/{both}")["result"][0], {})
        self.assertEqual(self.get(path)["result"], ids[1:])
        self.assertIn(self.writer.address, self.get("/identity/users/")["result"])

        again = self.write("DELETE", f"/identity/records/{ids[0]}", delete, keys=self.writer.keys)
        self.assertEqual((again.status, again.json["errorCode"]), (500, 3))
        self.assertTrue(again.json["errorMessage"].startswith("RECORD_DELETED: "), again.json)
        other = self.write("DELETE", f"/identity/records/{self.one}",
                           [{"operation": "deleteRecord", "record_id": self.one}], keys=self.writer.keys)
        self.assertEqual((other.status, other.json["errorCode"]), (500, 3))
        self.assertTrue(other.json["errorMessage"].startswith("NOT_OWNER: "), other.json)
        with self.unchanged():
            wrong = self.write("DELETE", f"/identity/records/{self.one}",
                               [{"operation": "deleteRecord", "record_id": ids[1]}], keys=self.writer.keys)
            self.assertEqual((wrong.status, wrong.json),
                             (400, {"errorCode": 2,
                                    "errorMessage": f"signed_tx is not one deleteRecord of {self.one}"}))

    def test_a_reader_key(self):
        key = json.loads(self.writer.enrolment.read_text())["reader_key"]
        path = f"/identity/users/{self.patient.address}/pubkey/"
        made = self.write("POST", path, [{"operation": "setUserPubKey", "pub_key": key}], keys=self.patient.keys)
        self.assertEqual((made.status, made.json["result"]), (200, 1), made.body)
        self.assertEqual(self.get(path)["result"], key)
        foreign = self.write("POST", path, [{"operation": "setUserPubKey", "pub_key": key}], keys=self.writer.keys)
        self.assertEqual((foreign.status, foreign.json["errorMessage"]),
                         (400, f"signed_tx is not one setUserPubKey by {self.patient.address}"))


class IdentityTokenTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain.stop()
        token = cls.chain.directory / "token"
        token.write_text("0123456789abcdef\n")
        token.chmod(0o600)
        cls.chain.start("--set", "rpc.listener.0.access=token", "--set", f"rpc.listener.0.token_file={token}")

    def test_the_originals_words_for_a_missing_and_a_wrong_token(self):
        for headers, status, answer in (
                ({}, 403, {"errorCode": 1, "errorMessage": "Missing Authorization header"}),
                ({"Authorization": "Bearer wrong"}, 403, {"errorCode": 1, "errorMessage": "Wrong auth token"}),
                ({"Authorization": "Bearer 0123456789abcdef"}, 200, [])):
            with self.subTest(headers=headers):
                got = self.chain.http("GET", "/identity/users/", None, headers)
                self.assertEqual(got.status, status)
                self.assertEqual(got.json if status == 403 else got.json["result"], answer)


if __name__ == "__main__":
    unittest.main()
