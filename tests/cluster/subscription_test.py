"""Subscriptions, simulation and proofs with queries, on a live node."""
import base64
import json
import unittest

from harness import Chain, ChainTest, DirectoryTest, RpcError, wait_until
from web_socket import Closed, WebSocket
from wire_bytes import Envelope


def subscribe(socket, **params):
    answer = socket.ask({"jsonrpc": "2.0", "id": "s", "method": "subscribe", "params": params})
    if "error" in answer:
        raise RpcError(answer["error"])
    return answer["result"]


def notification(socket):
    message = json.loads(socket.read())
    assert message["method"] == "subscription", message
    return message["params"]


class SubscriptionTest(ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient = cls.chain.patient("patient")
        cls.other = cls.chain.patient("other")

    def sealed(self):
        return self.chain.call("getStatus")["sealed_height"]

    def test_blocks_are_told_as_getBlock_shows_them(self):
        with WebSocket(self.chain.url) as socket:
            made = subscribe(socket, kind="blocks")
            self.assertEqual(made["from_height"], self.sealed() + 1)
            self.chain.create(self.patient.address, b"one")
            self.chain.create(self.patient.address, b"two")
            for height in (made["from_height"], made["from_height"] + 1):
                told = notification(socket)
                block = self.chain.call("getBlock", {"height": height})
                self.assertEqual((told["height"], told["block_hash"]), (height, block["block_hash"]))
                self.assertEqual(told["items"], [block["header"]])
                self.assertIn("certificate", block)

    def test_a_reader_resumes_without_gap_or_repeat(self):
        start = self.sealed() + 1
        for text in (b"a", b"b", b"c"):
            self.chain.create(self.patient.address, text)
        told = []
        with WebSocket(self.chain.url) as socket:
            subscribe(socket, kind="blocks", from_height=start)
            told += [notification(socket)["height"] for _ in range(2)]
        self.chain.create(self.patient.address, b"d")
        with WebSocket(self.chain.url) as socket:
            subscribe(socket, kind="blocks", from_height=told[-1] + 1)
            told += [notification(socket)["height"] for _ in range(2)]
            self.chain.create(self.patient.address, b"e")
            told.append(notification(socket)["height"])
        self.assertEqual(told, list(range(start, start + 5)))

    def test_an_owner_is_told_of_his_records(self):
        with WebSocket(self.chain.url) as socket:
            subscribe(socket, kind="records", owner=self.other.address)
            self.chain.create(self.patient.address, b"not his")
            record, = self.chain.create(self.other.address, b"his")
            self.chain.send(self.chain.signed([{"operation": "verifyRecord", "record_id": [record]}],
                                              keys=self.other.keys), wait="sealed")
            self.chain.send(self.chain.signed([{"operation": "deleteRecord", "record_id": record}],
                                              keys=self.other.keys), wait="sealed")
            hospital = self.chain.institutions["hospital"]
            told = [notification(socket) for _ in range(3)]
        history = self.chain.call("getRecordHistory", {"record_id": record})["items"]
        self.assertEqual([(one["height"], item["tx_id"], item["operation"], item["by"], item["record_id"])
                          for one in told for item in one["items"]],
                         [(h["height"], h["tx_id"], h["operation"], h["by"], record) for h in history])
        self.assertEqual([h["by"] for h in history], [hospital, self.other.address, self.other.address])

    def test_transactions_are_told_with_their_receipts(self):
        with WebSocket(self.chain.url) as socket:
            subscribe(socket, kind="transactions", wait="executed")
            record, = self.chain.create(self.other.address, b"x")
            told = notification(socket)
            item, = told["items"]
        self.assertEqual((item["code"], item["new_ids"], item["sender"]),
                         ("OK", [record], self.chain.institutions["hospital"]))
        receipt = self.chain.call("getReceipt", {"tx_id": item["tx_id"]})
        self.assertEqual((receipt["height"], receipt["receipt"]["tx_hash"]), (told["height"], item["tx_hash"]))

    def test_refusals(self):
        with WebSocket(self.chain.url) as socket:
            for params, code in (({"kind": "records"}, "BAD_PARAMS"), ({"kind": "rain"}, "BAD_PARAMS"),
                                 ({"kind": "blocks", "from_height": 1_000_000}, "HEIGHT_AHEAD")):
                with self.assertRaises(RpcError) as refused:
                    subscribe(socket, **params)
                self.assertEqual(refused.exception.code, code)
            for _ in range(16):
                subscribe(socket, kind="blocks")
            with self.assertRaises(RpcError) as full:
                subscribe(socket, kind="blocks")
            self.assertEqual((full.exception.code, full.exception.data["limit"]), ("TOO_MANY", 16))
        with self.assertRaises(RpcError) as posted:
            self.chain.call("subscribe", {"kind": "blocks"})
        self.assertIn("/ws", posted.exception.message)

    # --- simulateTransaction ---

    def simulate(self, transaction):
        return self.chain.call("simulateTransaction", [base64.b64encode(transaction).decode()])

    def test_a_simulation_tells_the_outcome_and_changes_nothing(self):
        create = {"operation": "createRecord", "usr_adr": self.patient.address, "data_pub_key": "11" * 32,
                  "data_encr": base64.b64encode(b"data").decode()}
        transaction = self.chain.signed([create, create], key=self.chain.key("hospital"))
        with self.unchanged():
            told = self.simulate(transaction)
            self.assertEqual(told, self.simulate(transaction))
        self.assertEqual((told["code"], len(told["new_ids"])), ("OK", 2))
        self.assertEqual(told["height"], self.chain.call("getStatus")["height"])
        done = self.chain.send(transaction)
        self.assertEqual((done["new_ids"], done["tx_id"], done["tx_hash"]),
                         (told["new_ids"], told["tx_id"], told["tx_hash"]))
        with self.assertRaises(RpcError) as again:
            self.simulate(transaction)
        self.assertEqual(again.exception.code, "DUPLICATE")

    def test_a_simulation_refuses_what_the_real_thing_refuses(self):
        record, = self.chain.create(self.other.address, b"x")
        delete = [{"operation": "createRecord", "usr_adr": self.patient.address, "data_pub_key": "11" * 32,
                   "data_encr": base64.b64encode(b"own").decode()},
                  {"operation": "deleteRecord", "record_id": record}]
        with self.unchanged():
            told = self.simulate(self.chain.signed(delete, keys=self.patient.keys))
            self.assertEqual((told["code"], told["failed_operation"], told["new_ids"]), ("NOT_OWNER", 1, []))
            self.assertIn("operation 1, deleteRecord", told["message"])
            envelope = Envelope(self.chain.signed(delete, keys=self.other.keys))
            with self.assertRaises(RpcError) as forged:
                self.simulate(envelope.encode(signature=bytes(64)))
            self.assertEqual(forged.exception.code, "BAD_SIGNATURE")
            with self.assertRaises(RpcError) as garbage:
                self.simulate(b"\x01\x02")
            self.assertEqual(garbage.exception.code, "MALFORMED")

    # --- other queries ---

    def test_a_query_with_a_proof_holds_offline(self):
        record, = self.chain.create(self.patient.address, b"proven")
        answer = self.chain.call("getRecord", {"record_id": record, "proof": True})
        self.assertEqual(answer["height"], self.sealed())
        same = self.chain.call("getProof", {"record_id": record, "height": answer["height"]})
        self.assertEqual((answer["proof"], answer["block_hash"]), (same["proof"], same["block_hash"]))
        self.assertIn("proof", self.chain.call("getUser", {"address": self.patient.address, "proof": True}))

    def test_block_ranges_and_the_mempool(self):
        self.chain.create(self.patient.address, b"one more")
        page = self.chain.call("getBlockRange", {"from_height": 1, "limit": 2})
        self.assertEqual([item["height"] for item in page["items"]], [1, 2])
        self.assertEqual(page["items"][1]["parent_hash"], page["items"][0]["block_hash"])
        self.assertEqual(page["height"], self.chain.call("getStatus")["height"])
        wait_until(lambda: self.chain.call("getMempool") == {"count": 0, "tx_ids": []}, 10, "an empty mempool")


def sealed_tip(chain):
    """The newest block's height, if it is sealed: a subscription begins after that."""
    status = chain.call("getStatus")
    return status["height"] if status["sealed_height"] == status["height"] else None


class SlowReaderTest(DirectoryTest):
    def test_a_reader_who_takes_nothing_is_cut_off_and_can_resume(self):
        chain = Chain(self.directory / "slow", start=False)
        self.addCleanup(chain.kill)
        chain.start("--set", "rpc.subscription_behind_max=3", "--set", "rpc.subscriptions_per_connection_max=1000")
        patient = chain.patient("patient")
        start = wait_until(lambda: sealed_tip(chain), 10, "the newest block sealed") + 1
        with WebSocket(chain.url) as socket:
            # A megabyte a block, until the sockets between are full; of which nothing is read.
            for _ in range(1_000):
                subscribe(socket, kind="blocks")
            for _ in range(40):
                chain.create(patient.address, b"x")
            told = []
            with self.assertRaises(Closed) as closed:
                while True:
                    told.append(notification(socket))
        self.assertEqual(closed.exception.code, 1008)
        self.assertRegex(closed.exception.reason, "blocks behind, at most 3; resume from height [0-9]+$")
        resume = int(closed.exception.reason.split()[-1])
        heights = [one["height"] for one in told if one["subscription"] == 1]
        self.assertEqual(heights, list(range(start, start + len(heights))))
        with WebSocket(chain.url) as socket:
            subscribe(socket, kind="blocks", from_height=resume)
            self.assertEqual(notification(socket)["height"], resume)


if __name__ == "__main__":
    unittest.main()
