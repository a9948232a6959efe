// A hospital admits a patient; she keeps a letter under a capsule record, proves that it is on the
// chain, and reads it back: node dist/examples/record.js NODE_URL GENESIS_FILE HOSPITAL_KEY_FILE
import { readFileSync } from "node:fs";
import {
  CapsuleKey, HttpTransport, Node, SigningKey, TransactionBuilder, decryptDocument, deriveKey,
  encryptDocument, fromHex, fromUtf8, newPhrase, openRecord, phraseToSeed, trustAnchor, utf8,
} from "@generion/sdk";

const [url = "", genesisFile = "", hospitalFile = ""] = process.argv.slice(2);
const node = new Node(new HttpTransport(url));
const anchor = trustAnchor(JSON.parse(readFileSync(genesisFile, "utf8")));
const transaction = (): TransactionBuilder => new TransactionBuilder(anchor.chainId);

// A patient's keys come from a phrase of 24 words, which only she has.
const alice = deriveKey(phraseToSeed(newPhrase()), anchor.chainId);
const readerKey = alice.reader().publicKey;

// A key file made with `generion institution new --plain`.
const secret = /^secret: ([0-9a-f]{64})$/m.exec(readFileSync(hospitalFile, "utf8"))?.[1] ?? "";
const hospital = SigningKey.fromSeed(fromHex(secret, 32, "the key file's secret"));
await node.execute(
  transaction()
    .add({ operation: "admitUser", usr_adr: [alice.address] })
    .sign(hospital),
);

// The letter is encrypted here. The chain gets its key, locked to Alice; the ciphertext goes to
// whoever stores documents.
const key = CapsuleKey.generate();
const { ciphertext, address } = encryptDocument(key.documentKey, utf8("Dear Alice, all is well."));
const meta = { document: address, media_type: "text/plain", title: "A letter" };
const [recordId = 0] = await node.execute(
  transaction()
    .add({ operation: "setUserPubKey", pub_key: readerKey })
    .createCapsule({ owner: alice.address, readerKey, type: "Observation" }, key, meta)
    .sign(alice),
  "sealed",
);

// Proven without trusting the node, then opened with her reader key.
const proven = await node.prove({ record_id: recordId }, anchor);
const record = await node.call("getRecord", { record_id: recordId });
const opened = openRecord(record, alice.reader());
console.log(
  `record ${recordId} is proven at height ${proven.header.height}; "${opened.meta.title}":`,
  fromUtf8(decryptDocument(opened.key.documentKey, ciphertext)),
);
