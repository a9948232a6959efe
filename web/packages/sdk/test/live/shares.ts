// Shares, relocking and a move by a running node, with the proofs that this library makes; the
// arguments are main.ts's. What the node executes has had its proof checked there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type Operation,
  CapsuleKey,
  GenerionError,
  HttpTransport,
  Node,
  SigningKey,
  TransactionBuilder,
  capsuleOf,
  deriveKey,
  fromHex,
  newPhrase,
  openLock,
  openRecord,
  phraseToSeed,
  relock,
  shareContext,
} from "@generion/sdk";

const [url = "", genesisFile = "", hospitalFile = ""] = process.argv.slice(2);
const chain = fromHex(JSON.parse(readFileSync(genesisFile, "utf8")).chain_id);
const node = new Node(new HttpTransport(url));
const secret = /^secret: ([0-9a-f]{64})$/m.exec(readFileSync(hospitalFile, "utf8"))?.[1] ?? "";
const hospital = SigningKey.fromSeed(fromHex(secret));
const seed = phraseToSeed(newPhrase());
const alice = deriveKey(seed, chain, 0, 0);
const doctor = deriveKey(seed, chain, 0, 1);
const later = deriveKey(seed, chain, 0, 2);
const transaction = (): TransactionBuilder => new TransactionBuilder(chain);
const publish = (key: SigningKey): Operation => ({
  operation: "setUserPubKey",
  pub_key: key.reader().publicKey,
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert(error instanceof GenerionError, `not refused: ${String(error)}`);
  return error.code;
}

await node.execute(
  transaction()
    .add({ operation: "admitUser", usr_adr: [alice.address, doctor.address] })
    .sign(hospital),
);
await node.execute(transaction().add(publish(doctor)).sign(doctor));
const owner = { owner: alice.address, readerKey: alice.reader().publicKey };
const key = CapsuleKey.generate();
const [recordId = 0] = await node.execute(
  transaction().add(publish(alice)).createCapsule(owner, key, { title: "A letter" }).sign(alice),
);
const record = await node.call("getRecord", { record_id: recordId });
const locked = capsuleOf(record);

// A share is taken with its proof, and revoked.
const doctorKey = await node.readerKey(doctor.address);
const expiry = Date.now() + 3_600_000;
const [shareId = 0] = await node.execute(
  transaction().share(locked, doctor.address, doctorKey, alice.reader(), expiry).sign(alice),
);
const share = await node.call("getShare", { share_id: shareId });
assert.deepEqual([share.living, share.grantee], [true, doctor.address]);
const read = openRecord(record, doctor.reader(), share.lock);
assert.deepEqual([read.key.documentKey, read.meta.title], [key.documentKey, "A letter"]);
for await (const one of node.items("getSharedRecordList", { usr_adr: doctor.address })) {
  assert.equal(one.share_id, shareId);
}
await node.execute(
  transaction().add({ operation: "revokeShare", share_id: shareId }).sign(alice),
);
assert(!(await node.call("getShare", { share_id: shareId })).living);

// A new reader key: the record follows it, and the old key opens it no more.
await node.execute(
  transaction()
    .add(publish(later))
    .relock([locked], later.reader().publicKey, alice.reader())
    .sign(alice),
);
const moved = await node.call("getRecord", { record_id: recordId });
assert.notEqual(moved.lock, record.lock);
assert.deepEqual(openRecord(moved, later.reader()).key.documentKey, key.documentKey);
assert.throws(() => openRecord(moved, alice.reader()), { code: "BAD_CAPSULE" });
assert.throws(
  () => transaction().share(capsuleOf(moved), doctor.address, doctorKey, alice.reader()),
  { code: "BAD_KEY" },
);

// The user moves to a new key, which then owns the record.
await node.execute(transaction().moveUser(alice.address, later).sign(alice));

// A proof made for another grantee is refused. After it, the node looks at no proof of hers for a
// while.
const now = capsuleOf(moved);
const made = relock(
  {
    chainId: chain,
    context: shareContext(alice.address),
    recordId,
    fromLock: now.lock,
    toKey: doctorKey,
  },
  later.reader(),
);
assert.deepEqual(openLock(made.lock, doctor.reader()).documentKey, key.documentKey);
const transplanted: Operation = {
  operation: "shareRecord",
  record_id: recordId,
  grantee: doctor.address,
  data_pub_key: doctorKey,
  relocking: { from_key: now.dataPubKey, from_lock: now.lock, ...made },
};
assert.equal(await codeOf(node.execute(transaction().add(transplanted).sign(later))), "BAD_PROOF");
await node.execute(
  transaction().add({ operation: "deleteRecord", record_id: recordId }).sign(later),
);
assert((await node.call("getRecord", { record_id: recordId })).deleted);
console.log("ok");
