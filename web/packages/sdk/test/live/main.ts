// What the SDK does with a running node; tests/web/sdk_live_test.py starts it and tells the node's
// address, its genesis file and the hospital's key file. Fails with an assertion.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import {
  type SignedTransaction,
  CapsuleKey,
  GenerionError,
  HttpTransport,
  Node,
  SigningKey,
  TransactionBuilder,
  WebSocketTransport,
  decryptDocument,
  deriveKey,
  encryptDocument,
  fromBase64,
  fromHex,
  makeEnrolment,
  newPhrase,
  openRecord,
  phraseToSeed,
  toHex,
  trustAnchor,
  utf8,
  verifyProof,
} from "@generion/sdk";

const [url = "", genesisFile = "", hospitalFile = "", folder = ""] = process.argv.slice(2);
const anchor = trustAnchor(JSON.parse(readFileSync(genesisFile, "utf8")));
const chain = anchor.chainId;
const secret = /^secret: ([0-9a-f]{64})$/m.exec(readFileSync(hospitalFile, "utf8"))?.[1] ?? "";
const hospital = SigningKey.fromSeed(fromHex(secret));
const seed = phraseToSeed(newPhrase());
const alice = deriveKey(seed, chain);
const overHttp = new Node(new HttpTransport(url));
const socket = await WebSocketTransport.connect(url);
const overSocket = new Node(socket);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert(error instanceof GenerionError, `not refused: ${String(error)}`);
  return error.code;
}
const transaction = (): TransactionBuilder => new TransactionBuilder(chain);

// Both ways to the node tell the same chain.
assert.deepEqual(await overHttp.chainId(), chain);
assert.deepEqual(await overSocket.chainId(), chain);

// A stranger is refused, with the contract's code; a transaction of another chain, too.
const setKey = { operation: "setUserPubKey", pub_key: alice.reader().publicKey } as const;
assert.equal(await codeOf(overHttp.execute(transaction().add(setKey).sign(alice))), "NOT_ADMITTED");
const elsewhere = new TransactionBuilder(new Uint8Array(32)).add(setKey).sign(alice);
assert.equal(await codeOf(overHttp.send(elsewhere)), "WRONG_CHAIN");
assert.equal(await codeOf(overHttp.readerKey(alice.address)), "USER_NOT_FOUND");
assert.equal(await codeOf(overHttp.query("noSuchMethod")), "UNKNOWN_METHOD");

// Admitted, she publishes her reader key. The same bytes again give the same outcome.
await overHttp.execute(
  transaction()
    .add({ operation: "admitUser", usr_adr: [alice.address] })
    .sign(hospital),
);
const published = transaction().add(setKey).sign(alice);
const outcome = await overSocket.send(published, "sealed");
assert.deepEqual([outcome.state, outcome.tx_id], ["executed", published.id]);
assert.equal((await overHttp.send(published, "sealed")).height, outcome.height);
assert.deepEqual(await overHttp.readerKey(alice.address), alice.reader().publicKey);
const receipt = verifyProof(fromBase64(outcome.proof ?? ""), anchor);
assert(receipt.kind === "receipt" && receipt.receipt.code === 0);
assert.deepEqual(receipt.receipt.txHash, published.hash);

// Her records are told as they are made, from the first height on.
const subscription = await socket.subscribe({
  kind: "records",
  owner: alice.address,
  from_height: (outcome.height ?? 0) + 1,
});
const plaintext = new Uint8Array(200_000).map((_, i) => (i * 31) & 0xff);
const key = CapsuleKey.generate();
const { ciphertext, address } = encryptDocument(key.documentKey, plaintext);
const owner = { owner: alice.address, readerKey: alice.reader().publicKey };
const create = (): SignedTransaction =>
  transaction()
    .createCapsule({ ...owner, type: "Observation" }, key, {
      document: address,
      title: "X",
      media_type: "application/octet-stream",
      size: plaintext.length,
    })
    .createOpaque(owner, utf8("opaque"))
    .sign(hospital);
const ids = await overSocket.execute(create(), "sealed");
assert.equal(ids.length, 2);
await overHttp.execute(
  transaction()
    .add({ operation: "verifyRecord", record_id: [...ids] })
    .sign(alice),
);
const told: string[] = [];
for await (const { items } of subscription) {
  told.push(...items.map((item) => `${String(item["operation"])} ${String(item["record_id"])}`));
  if (told.length === 4) break;
}
assert.deepEqual(told, [
  `createRecord ${ids[0]}`,
  `createRecord ${ids[1]}`,
  `verifyRecord ${ids[0]}`,
  `verifyRecord ${ids[1]}`,
]);

// They are hers, proven, listed page by page, and the capsule opens.
for await (const record of overSocket.items("getRecordList", {
  usr_adr: alice.address,
  limit: 1,
})) {
  assert(ids.includes(record.record_id) && record.is_verified);
  const proven = await overHttp.prove({ record_id: record.record_id }, anchor);
  assert.equal(proven.kind, "object");
}
const [capsule = 0] = ids;
const record = await overHttp.call("getRecord", { record_id: capsule });
const opened = openRecord(record, alice.reader());
assert.equal(opened.meta.size, plaintext.length);
assert.deepEqual(decryptDocument(opened.key.documentKey, ciphertext), plaintext);
const stranger = deriveKey(seed, chain, 0, 1);
assert.throws(() => openRecord(record, stranger.reader()), { code: "BAD_CAPSULE" });

// What she may not do is refused where she would do it, and by a simulation.
const foreign = transaction()
  .add({ operation: "deleteRecord", record_id: 2 ** 40 })
  .sign(alice);
assert.equal(await codeOf(overHttp.execute(foreign)), "RECORD_NOT_FOUND");
const simulated = await overHttp.simulate(foreign);
assert.deepEqual([simulated.code, simulated.failed_operation], ["RECORD_NOT_FOUND", 0]);

// For the command line: another patient's enrolment, and hers.
writeFileSync(`${folder}/sdk.enrolment`, makeEnrolment(chain, stranger));
console.log(JSON.stringify({ address: stranger.address, enrolled: toHex(stranger.publicKey) }));
socket.close();
assert.equal(await codeOf(overSocket.call("getStatus", {})), "UNREACHABLE");
