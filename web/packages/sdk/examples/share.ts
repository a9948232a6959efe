// A hospital admits a patient and a doctor; the patient keeps a letter under a capsule record,
// proves that it is on the chain, and reads it back.
//   node dist/examples/share.js NODE_URL GENESIS_FILE HOSPITAL_KEY_FILE
import { readFileSync } from "node:fs";
import {
  CapsuleKey,
  HttpTransport,
  Node,
  SigningKey,
  TransactionBuilder,
  decryptDocument,
  deriveKey,
  encryptDocument,
  fromHex,
  fromUtf8,
  newPhrase,
  openRecord,
  phraseToSeed,
  trustAnchor,
  utf8,
} from "@generion/sdk";

const [url = "", genesisFile = "", hospitalFile = ""] = process.argv.slice(2);
const node = new Node(new HttpTransport(url));
const anchor = trustAnchor(JSON.parse(readFileSync(genesisFile, "utf8")));
const chain = anchor.chainId;
const secret = /^secret: ([0-9a-f]{64})$/m.exec(readFileSync(hospitalFile, "utf8"))?.[1] ?? "";
const hospital = SigningKey.fromSeed(fromHex(secret, 32, "the key file's secret"));

// Keys are made by those whom they belong to, from a phrase of 24 words.
const alice = deriveKey(phraseToSeed(newPhrase()), chain);
const doctor = deriveKey(phraseToSeed(newPhrase()), chain);
await node.execute(
  new TransactionBuilder(chain)
    .add({ operation: "admitUser", usr_adr: [alice.address, doctor.address] })
    .sign(hospital),
);
for (const user of [alice, doctor]) {
  await node.execute(
    new TransactionBuilder(chain)
      .add({ operation: "setUserPubKey", pub_key: user.reader().publicKey })
      .sign(user),
  );
}

// The letter is encrypted here; the chain gets its key, locked to Alice.
const key = CapsuleKey.generate();
const { ciphertext, address } = encryptDocument(key.documentKey, utf8("Dear Alice, all is well."));
const [recordId = 0] = await node.execute(
  new TransactionBuilder(chain)
    .createCapsule(
      { owner: alice.address, readerKey: alice.reader().publicKey, type: "Observation" },
      key,
      { document: address, media_type: "text/plain", title: "A letter" },
    )
    .sign(alice),
  "sealed",
);

const proven = await node.prove({ record_id: recordId }, anchor);
const record = await node.call("getRecord", { record_id: recordId });
const opened = openRecord(record, alice.reader());
console.log(
  `record ${recordId} is proven at height ${proven.header.height}; "${opened.meta.title}":`,
  fromUtf8(decryptDocument(opened.key.documentKey, ciphertext)),
);
