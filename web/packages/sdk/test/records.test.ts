import { describe, expect, it } from "vitest";
import {
  type RecordResult,
  CapsuleKey,
  SigningKey,
  TransactionBuilder,
  capsuleOf,
  checkRelock,
  composeDataEncr,
  concat,
  decodeBody,
  decodeMeta,
  deliveryContext,
  encodeMeta,
  fromHex,
  lockCapsule,
  makeEnrolment,
  openRecord,
  ownerContext,
  parseEnrolment,
  sealMeta,
  shareContext,
  toBase64,
  toHex,
  utf8,
  verifySignature,
  parseAddress,
} from "../src/index.ts";
import { CanonicalWriter } from "../src/canonical.ts";
import { codeOf, pattern } from "./vectors.ts";

const chainId = pattern(32, 5);
const alice = SigningKey.fromSeed(pattern(32, 1));
const doctor = SigningKey.fromSeed(pattern(32, 2));
const key = CapsuleKey.generate();
const meta = {
  data_source_url: "https://a.example",
  document: pattern(32),
  media_type: "text/plain",
  title: "Ärztlicher Brief",
  size: 2 ** 40,
  code: ["http://loinc.org|1234-5", "x|y"],
};

function recordOf(lock: Uint8Array, sealed: Uint8Array): RecordResult {
  return {
    record_id: 7,
    usr_adr: alice.address,
    creator_adr: alice.address,
    by_institution: false,
    pub_key: toHex(alice.reader().publicKey),
    data_encr: toBase64(composeDataEncr(lock, sealed)),
    data_hash: "",
    data_length: sealed.length,
    lock: toHex(lock),
    is_verified: true,
    deidentified: false,
    created_at_ms: 1,
    deleted: false,
  };
}
const record = recordOf(
  lockCapsule(key, alice.reader().publicKey),
  sealMeta(key.metaKey, encodeMeta(meta)),
);

describe("capsule meta", () => {
  it("comes back as it was, whatever is left out empty", () => {
    expect(decodeMeta(encodeMeta(meta))).toEqual(meta);
    expect(decodeMeta(encodeMeta({}))).toEqual({
      data_source_url: "",
      document: undefined,
      media_type: "",
      title: "",
      size: 0,
      code: [],
    });
  });

  it("passes over what other applications added, and refuses damage", () => {
    const more = new CanonicalWriter();
    more.uint(9, 5n);
    more.element(10, utf8("new"));
    const fixed = Uint8Array.of((11 << 3) | 5, 1, 2, 3, 4, (12 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8);
    expect(decodeMeta(concat(more.take(), fixed, encodeMeta(meta)))).toEqual(meta);
    for (const bad of [[0x0a], [0x0a, 5, 1], [0x0a, 1, 0xff], [0x08, 1], [0x0b], [0x12, 1, 1]]) {
      expect(
        codeOf(() => decodeMeta(Uint8Array.from(bad))),
        bad.join(),
      ).toBe("MALFORMED");
    }
    const code = Array<string>(257).fill("c");
    expect(codeOf(() => encodeMeta({ code }))).toBe("TOO_MANY");
    const coded = encodeMeta({ code: code.slice(1) });
    expect(codeOf(() => decodeMeta(concat(coded, encodeMeta({ code: ["d"] }))))).toBe("TOO_MANY");
    expect(codeOf(() => encodeMeta({ document: pattern(31) }))).toBe("BAD_ARGUMENT");
  });
});

describe("records", () => {
  it("open to their reader", () => {
    const opened = openRecord(record, alice.reader());
    expect(opened.meta).toEqual(meta);
    expect(opened.key.documentKey).toEqual(key.documentKey);
    expect(codeOf(() => openRecord(record, doctor.reader()))).toBe("BAD_CAPSULE");
    const { data_encr: _, ...erased } = record;
    expect(codeOf(() => openRecord(erased, alice.reader()))).toBe("ERASED");
    const { lock: __, ...opaque } = record;
    expect(codeOf(() => openRecord(opaque, alice.reader()))).toBe("NOT_CAPSULE");
  });

  it("are shared, relocked and delivered with proofs that hold for that alone", () => {
    const locked = capsuleOf(record);
    const to = doctor.reader().publicKey;
    const { body } = new TransactionBuilder(chainId)
      .share(locked, doctor.address, to, alice.reader(), 99)
      .relock([locked], to, alice.reader())
      .deliver(300, to, [locked], alice.reader())
      .sign(alice);
    const [share, moved, delivered] = decodeBody(body).operations;
    if (
      share?.operation !== "shareRecord" ||
      moved?.operation !== "relockRecord" ||
      delivered?.operation !== "deliverOrder"
    )
      throw new Error("other operations");
    expect([share.record_id, share.grantee, share.expires_at_ms]).toEqual([
      7n,
      doctor.address,
      99n,
    ]);
    const contexts = [shareContext(doctor.address), ownerContext(), deliveryContext(300)];
    [share.relocking, moved.record[0]?.relocking, delivered.delivery[0]?.relocking].forEach(
      (one, i) => {
        if (one === undefined) throw new Error("no relocking");
        const statement = {
          chainId,
          context: contexts[i] ?? chainId,
          recordId: 7,
          fromKey: one.from_key,
          fromLock: one.from_lock,
          toKey: to,
          toLock: one.lock,
        };
        checkRelock(statement, one.proof);
        const other = contexts[(i + 1) % 3] ?? chainId;
        expect(codeOf(() => checkRelock({ ...statement, context: other }, one.proof))).toBe(
          "BAD_PROOF",
        );
        const opened = openRecord(record, doctor.reader(), toHex(one.lock));
      expect(opened.key.documentKey).toEqual(key.documentKey);
      expect(opened.meta).toEqual(meta);
      },
    );
    expect(
      codeOf(() =>
        new TransactionBuilder(chainId).share(locked, doctor.address, to, doctor.reader()),
      ),
    ).toBe("BAD_KEY");
  });

  it("are made as capsules with their meta as the attachment", () => {
    const made = new TransactionBuilder(chainId)
      .createCapsule(
        {
          owner: alice.address,
          readerKey: alice.reader().publicKey,
          type: "Observation",
          replaces: 3,
          deidentified: true,
        },
        key,
        meta,
      )
      .sign(doctor);
    const [one] = decodeBody(made.body).operations;
    if (one?.operation !== "createRecord" || one.lock === undefined) throw new Error("no capsule");
    expect([one.type, one.replaces, one.deidentified, one.document]).toEqual([
      "Observation",
      3n,
      true,
      meta.document,
    ]);
    const opened = openRecord(recordOf(one.lock, made.attachments[0] ?? utf8("")), alice.reader());
    expect(opened.meta).toEqual(meta);
  });

  it("pass to a new key that agrees", () => {
    const made = new TransactionBuilder(chainId).moveUser(alice.address, doctor).sign(alice);
    const [one] = decodeBody(made.body).operations;
    if (one?.operation !== "moveUser") throw new Error("no move");
    const agreed = concat(chainId, alice.publicKey, doctor.publicKey);
    expect(
      verifySignature(parseAddress(one.new_key), "generion/move/1", agreed, one.new_key_signature),
    ).toBe(true);
  });
});

describe("enrolments", () => {
  const enrolment = makeEnrolment(chainId, alice);
  const changed = (name: string, value: unknown): string =>
    JSON.stringify({ ...(JSON.parse(enrolment) as object), [name]: value });

  it("tell address and reader key, signed", () => {
    expect(parseEnrolment(enrolment, chainId)).toEqual({
      address: alice.address,
      readerKey: alice.reader().publicKey,
    });
  });

  it("are refused when altered", () => {
    const cases: [string, string][] = [
      [changed("address", doctor.address), "BAD_SIGNATURE"],
      [changed("reader_key", toHex(doctor.reader().publicKey)), "BAD_SIGNATURE"],
      [changed("reader_key", "00".repeat(32)), "BAD_KEY"],
      [changed("signature", "00".repeat(64)), "BAD_SIGNATURE"],
      [changed("chain_id", toHex(pattern(32))), "WRONG_CHAIN"],
      [changed("address", "gen1x"), "BAD_ADDRESS"],
      [changed("address", 5), "MALFORMED"],
      [changed("generion_enrolment", 2), "MALFORMED"],
      ["[]", "MALFORMED"],
      ["{", "MALFORMED"],
      ["null", "MALFORMED"],
      [changed("signature", "zz"), "MALFORMED"],
    ];
    for (const [json, code] of cases) {
      expect(
        codeOf(() => parseEnrolment(json, chainId)),
        json,
      ).toBe(code);
    }
    expect(fromHex("00FF")).toEqual(Uint8Array.of(0, 255));
  });
});
