import { describe, expect, it } from "vitest";
import {
  CapsuleKey,
  addressText,
  checkReaderKey,
  checkRelock,
  composeDataEncr,
  deliveryContext,
  isCapsule,
  lockCapsule,
  openLock,
  openMeta,
  ownerContext,
  parseDataEncr,
  parseLock,
  readerSecret,
  relock,
  sealMeta,
  shareContext,
  toHex,
  type RelockStatement,
} from "../src/index.ts";
import { lockWith } from "../src/capsule.ts";
import { relockWith } from "../src/relock.ts";
import { Point, decodeScalar, encodeScalar } from "../src/ristretto.ts";
import { codeOf, hex, load, pattern } from "./vectors.ts";

interface Relock {
  chain_id_hash: string;
  kind: string;
  context: string;
  record_id: number;
  P: string;
  lock: string;
  Q: string;
  new_lock: string;
  x: string;
  r_prime: string;
  a: string;
  b: string;
  proof: string;
  reader_x: string;
  recovered_K: string;
}
interface Vectors {
  reader_keys: { seed: string; x: string; P: string }[];
  capsules: {
    owner: number;
    K: string;
    r: string;
    lock: string;
    document_key: string;
    meta_key: string;
    meta_plaintext: string;
    sealed_meta: string;
    data_encr: string;
  }[];
  relocks: Relock[];
  bad_relocks: { of: number; why: string; change: Partial<Relock> }[];
  addresses: { seed: string; public_key: string; address: string }[];
}
interface Published {
  ristretto255: { multiples: string[]; invalid: string[] };
}

const vectors = load<Vectors>("capsule.json");
const { ristretto255 } = load<Published>("published.json");
const scalar = (text: string): bigint => decodeScalar(hex(text), "BAD_KEY", "scalar");

function statementOf(one: Relock): RelockStatement {
  return {
    chainId: hex(one.chain_id_hash),
    context: hex(one.context),
    recordId: one.record_id,
    fromKey: hex(one.P),
    fromLock: hex(one.lock),
    toKey: hex(one.Q),
    toLock: hex(one.new_lock),
  };
}

describe("reader keys and capsules", () => {
  it("are those of the vectors", () => {
    for (const one of vectors.reader_keys) {
      const reader = readerSecret(hex(one.seed));
      expect([toHex(encodeScalar(reader.scalar)), toHex(reader.publicKey)]).toEqual([one.x, one.P]);
      checkReaderKey(reader.publicKey);
    }
    for (const one of vectors.capsules) {
      const owner = vectors.reader_keys[one.owner];
      if (owner === undefined) throw new Error("no such owner");
      const key = openLock(hex(one.lock), readerSecret(hex(owner.seed)));
      expect([toHex(key.point), toHex(key.documentKey), toHex(key.metaKey)]).toEqual([
        one.K,
        one.document_key,
        one.meta_key,
      ]);
      const [point, reader] = [Point.fromBytes(hex(one.K)), Point.fromBytes(hex(owner.P))];
      expect(toHex(lockWith(point, reader, scalar(one.r)))).toBe(one.lock);
      expect(toHex(openMeta(key.metaKey, hex(one.sealed_meta)))).toBe(one.meta_plaintext);
      expect(toHex(composeDataEncr(hex(one.lock), hex(one.sealed_meta)))).toBe(one.data_encr);
      const parts = parseDataEncr(hex(one.data_encr));
      expect([toHex(parts.lock), toHex(parts.sealedMeta)]).toEqual([one.lock, one.sealed_meta]);
    }
  });

  it("take canonical points only", () => {
    const zero = "00".repeat(32);
    for (const text of [zero, ...ristretto255.invalid]) {
      expect(
        codeOf(() => checkReaderKey(hex(text))),
        text,
      ).toBe("BAD_KEY");
      expect(codeOf(() => CapsuleKey.fromPoint(hex(text)))).toBe("BAD_CAPSULE");
      const good = ristretto255.multiples.at(-1) ?? "";
      expect(codeOf(() => parseLock(hex(text + good)))).toBe("BAD_CAPSULE");
      expect(codeOf(() => parseLock(hex(good + text)))).toBe("BAD_CAPSULE");
    }
    for (const text of ristretto255.multiples) checkReaderKey(hex(text));
    expect(codeOf(() => parseLock(pattern(63)))).toBe("BAD_CAPSULE");
    expect(codeOf(() => checkReaderKey(pattern(31)))).toBe("BAD_KEY");
  });

  it("open to their reader and to nobody else", () => {
    const [alice, bob] = [readerSecret(pattern(32)), readerSecret(pattern(32, 1))];
    const key = CapsuleKey.generate();
    const lock = lockCapsule(key, alice.publicKey);
    expect(lockCapsule(key, alice.publicKey)).not.toEqual(lock);
    const sealed = sealMeta(key.metaKey, pattern(100));
    expect(openMeta(openLock(lock, alice).metaKey, sealed)).toEqual(pattern(100));
    expect(codeOf(() => openMeta(openLock(lock, bob).metaKey, sealed))).toBe("BAD_CAPSULE");
    for (const at of [0, 24, sealed.length - 1]) {
      const altered = Uint8Array.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 128;
      expect(codeOf(() => openMeta(key.metaKey, altered))).toBe("BAD_CAPSULE");
    }
    expect(codeOf(() => openMeta(key.metaKey, sealed.slice(0, 39)))).toBe("BAD_CAPSULE");
    expect([
      isCapsule(Uint8Array.of(1)),
      isCapsule(Uint8Array.of(2)),
      isCapsule(new Uint8Array()),
    ]).toEqual([true, false, false]);
    expect(codeOf(() => parseDataEncr(Uint8Array.of(2, 3)))).toBe("BAD_CAPSULE");
    expect(codeOf(() => parseDataEncr(Uint8Array.of(1, 3)))).toBe("BAD_CAPSULE");
  });
});

describe("relocking", () => {
  it("gives the proofs of the vectors, which hold", () => {
    for (const one of vectors.relocks) {
      const reader = { scalar: scalar(one.x), publicKey: hex(one.P) };
      const random = { r: scalar(one.r_prime), a: scalar(one.a), b: scalar(one.b) };
      const made = relockWith(statementOf(one), reader, random);
      expect([toHex(made.lock), toHex(made.proof)]).toEqual([one.new_lock, one.proof]);
      checkRelock(statementOf(one), hex(one.proof));
      const next = { scalar: scalar(one.reader_x), publicKey: hex(one.Q) };
      expect(toHex(openLock(hex(one.new_lock), next).point)).toBe(one.recovered_K);
    }
    const contexts = new Set(vectors.relocks.map((one) => one.kind));
    expect(contexts.has("share") && contexts.has("delivery")).toBe(true);
  });

  it("refuses every bad one of the vectors", () => {
    expect(vectors.bad_relocks.length).toBeGreaterThan(50);
    for (const { of, why, change } of vectors.bad_relocks) {
      const good = vectors.relocks[of];
      if (good === undefined) throw new Error("no such relock");
      const bad = { ...good, ...change };
      const code = codeOf(() => checkRelock(statementOf(bad), hex(bad.proof)));
      expect(["BAD_PROOF", "BAD_KEY", "BAD_CAPSULE"], why).toContain(code);
    }
  });

  it("holds for its chain, context, record and keys only", () => {
    const [owner, next] = [readerSecret(pattern(32)), readerSecret(pattern(32, 1))];
    const from = {
      chainId: pattern(32, 2),
      context: deliveryContext(7),
      recordId: 2n ** 64n - 1n,
      fromLock: lockCapsule(CapsuleKey.generate(), owner.publicKey),
      toKey: next.publicKey,
    };
    const { lock, proof } = relock(from, owner);
    const statement = { ...from, fromKey: owner.publicKey, toLock: lock };
    checkRelock(statement, proof);
    expect(openLock(lock, next).point).toEqual(openLock(from.fromLock, owner).point);
    const otherLock = lockCapsule(CapsuleKey.generate(), owner.publicKey);
    const changes: Partial<RelockStatement>[] = [
      { chainId: pattern(32, 3) },
      { context: deliveryContext(8) },
      { context: ownerContext() },
      { recordId: 7 },
      { fromKey: next.publicKey },
      { toKey: owner.publicKey },
      { fromLock: otherLock },
      { toLock: otherLock },
      { toLock: from.fromLock },
    ];
    for (const change of changes) {
      expect(codeOf(() => checkRelock({ ...statement, ...change }, proof))).toBe("BAD_PROOF");
    }
    const again = relock(from, owner);
    expect(codeOf(() => checkRelock(statement, again.proof))).toBe("BAD_PROOF");
  });

  it("refuses malformed scalars, points and sizes by their codes", () => {
    const one = vectors.relocks[0];
    if (one === undefined) throw new Error("no relocks");
    const statement = statementOf(one);
    const beyond = "ff".repeat(32);
    const zero = new Uint8Array(32);
    for (let place = 0; place < 3; ++place) {
      const proof = one.proof.slice(0, 64 * place) + beyond + one.proof.slice(64 * place + 64);
      expect(codeOf(() => checkRelock(statement, hex(proof)))).toBe("BAD_PROOF");
    }
    const proof = hex(one.proof);
    expect(codeOf(() => checkRelock(statement, proof.slice(1)))).toBe("BAD_PROOF");
    expect(codeOf(() => checkRelock({ ...statement, toKey: zero }, proof))).toBe("BAD_KEY");
    expect(codeOf(() => checkRelock({ ...statement, fromKey: zero }, proof))).toBe("BAD_KEY");
    const lock = new Uint8Array(64);
    expect(codeOf(() => checkRelock({ ...statement, toLock: lock }, proof))).toBe("BAD_CAPSULE");
    expect(codeOf(() => checkRelock({ ...statement, chainId: proof }, proof))).toBe("BAD_ARGUMENT");
    const topBit = Uint8Array.from(statement.toKey);
    topBit[31] = (topBit[31] ?? 0) | 128;
    expect(codeOf(() => checkRelock({ ...statement, toKey: topBit }, proof))).toBe("BAD_KEY");
  });

  it("has a context of its own for each purpose", () => {
    const grantee = vectors.addresses[0];
    if (grantee === undefined) throw new Error("no addresses");
    expect(addressText(hex(grantee.public_key))).toBe(grantee.address);
    expect(toHex(shareContext(grantee.address))).toBe(grantee.public_key);
    expect(toHex(deliveryContext(1))).toBe(`${"00".repeat(31)}01`);
    expect(toHex(ownerContext())).toBe(`72656c6f636b${"00".repeat(26)}`);
  });
});
