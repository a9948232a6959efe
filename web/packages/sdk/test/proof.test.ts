import { describe, expect, it } from "vitest";
import {
  type TrustAnchor,
  SigningKey,
  bigEndian,
  blake2b256,
  blockHash,
  concat,
  isAbout,
  merkleLeaf,
  merkleNode,
  objectKey,
  quorumSize,
  toHex,
  trustAnchor,
  validatorSetHash,
  verifyMerklePath,
  verifyProof,
} from "../src/index.ts";
import { CanonicalWriter } from "../src/canonical.ts";
import { codeOf, pattern } from "./vectors.ts";

// A Merkle tree the slow way, straight from RFC 6962.
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return blake2b256();
  if (leaves.length === 1) return leaves[0] ?? blake2b256();
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return merkleNode(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}
function pathOf(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return index < split
    ? [...pathOf(leaves.slice(0, split), index), rootOf(leaves.slice(split))]
    : [...pathOf(leaves.slice(split), index - split), rootOf(leaves.slice(0, split))];
}

describe("Merkle paths", () => {
  it("lead to the root from every leaf of trees of 1 to 33 leaves, and from nowhere else", () => {
    for (let size = 1; size <= 33; ++size) {
      const leaves = Array.from({ length: size }, (_, i) => merkleLeaf(Uint8Array.of(i)));
      const root = rootOf(leaves);
      leaves.forEach((leaf, i) => {
        const path = pathOf(leaves, i);
        const holds = (index: number, of: number, by = path, at = leaf): boolean =>
          verifyMerklePath(at, BigInt(index), BigInt(of), by, root);
        expect(holds(i, size)).toBe(true);
        expect(holds(i, size, [...path, root])).toBe(false);
        expect(holds(i, size, path.slice(1))).toBe(size === 1);
        expect(holds(i, size, path, merkleLeaf(Uint8Array.of(99)))).toBe(false);
        if (size > 1) expect(holds((i + 1) % size, size)).toBe(false);
        expect(holds(size, size)).toBe(false);
      });
    }
  });
});

// A chain of four validators, of which the first three seal one block.
const chainId = pattern(32, 9);
const keys = [1, 2, 3, 4]
  .map((n) => SigningKey.fromSeed(new Uint8Array(32).fill(n)))
  .sort((a, b) => (toHex(a.publicKey) < toHex(b.publicKey) ? -1 : 1));
const genesis = {
  chain_id: toHex(chainId),
  validators: keys.map((key) => ({ key: toHex(key.publicKey) })).reverse(),
};
const anchor: TrustAnchor = trustAnchor(genesis);

interface Parts {
  header: Uint8Array;
  sealers: SigningKey[];
  object?: Uint8Array;
  receipt?: Uint8Array;
  changes?: Uint8Array[];
}

function message(...fields: [number, Uint8Array | number][]): Uint8Array {
  const out = new CanonicalWriter();
  for (const [field, value] of fields) {
    if (typeof value === "number") out.uint(field, BigInt(value));
    else out.element(field, value);
  }
  return out.take();
}

const objects = Array.from({ length: 5 }, (_, i) => ({
  key: objectKey(5, i + 1),
  value: pattern(40, i),
}));
const objectLeaves = objects.map(({ key, value }) =>
  merkleLeaf(bigEndian(key.length, 4), key, bigEndian(value.length, 4), value),
);
const system = [1, 2].map((id) => message([5, 1], [6, id])); // a refund of an order each
const txHashes = [pattern(32, 1), pattern(32, 2), pattern(32, 3)];
const receipts = txHashes.map((hash, i) =>
  message(
    [1, hash],
    ...(i === 1
      ? ([
          [2, 104],
          [3, 1],
        ] as [number, number][])
      : ([[4, Uint8Array.of(7)]] as [number, Uint8Array][])),
  ),
);

function header(
  changes: {
    chain?: Uint8Array;
    epoch?: number;
    height?: number;
    set?: Uint8Array;
    next?: Uint8Array;
  } = {},
): Uint8Array {
  const set = changes.set ?? validatorSetHash(anchor.validators);
  return concat(
    changes.chain ?? chainId,
    bigEndian(changes.epoch ?? 0, 8),
    bigEndian(changes.height ?? 12, 8),
    pattern(32),
    bigEndian(1_700_000_000_000, 8),
    pattern(32),
    bigEndian(receipts.length, 8),
    rootOf(txHashes.map((hash) => merkleLeaf(hash))),
    rootOf([...system, ...receipts].map((one) => merkleLeaf(one))),
    rootOf(objectLeaves),
    bigEndian(objects.length, 8),
    set,
    changes.next ?? set,
  );
}

function objectProof(place: number, slot = place): Uint8Array {
  const { key, value } = objects[place] ?? { key: pattern(1), value: pattern(1) };
  return message(
    [1, key],
    [2, value],
    [3, slot],
    ...pathOf(objectLeaves, place).map((one) => [4, one] as [number, Uint8Array]),
  );
}

function receiptProof(place: number, before = system.length): Uint8Array {
  const path = (leaves: Uint8Array[], at: number, field: number): [number, Uint8Array][] =>
    pathOf(
      leaves.map((one) => merkleLeaf(one)),
      at,
    ).map((one) => [field, one]);
  return message(
    [1, receipts[place] ?? pattern(1)],
    [2, place],
    ...path([...system, ...receipts], system.length + place, 3),
    ...path(txHashes, place, 4),
    [5, before],
  );
}

const sealsOf = (bytes: Uint8Array, sealers: readonly SigningKey[]): Uint8Array[] =>
  sealers.map((key) =>
    message([1, key.publicKey], [2, key.sign("generion/seal/1", blockHash(bytes))]),
  );

// The last block of an epoch, and who agrees after it.
function change(
  bytes: Uint8Array,
  next: readonly SigningKey[],
  sealers: readonly SigningKey[] = keys.slice(0, 3),
): Uint8Array {
  return message(
    [1, bytes],
    ...sealsOf(bytes, sealers).map((seal) => [2, seal] as [number, Uint8Array]),
    ...next.map((key) => [3, key.publicKey] as [number, Uint8Array]),
  );
}

const setOf = (members: readonly SigningKey[]): Uint8Array =>
  validatorSetHash(members.map((key) => key.publicKey));

function proofOf(parts: Partial<Parts>): Uint8Array {
  const bytes = parts.header ?? header();
  const seals = sealsOf(bytes, parts.sealers ?? keys.slice(0, 3));
  return message(
    ...(parts.object ? [[1, parts.object] as [number, Uint8Array]] : []),
    ...(parts.receipt ? [[2, parts.receipt] as [number, Uint8Array]] : []),
    [3, bytes],
    ...seals.map((seal) => [4, seal] as [number, Uint8Array]),
    ...(parts.changes ?? []).map((one) => [5, one] as [number, Uint8Array]),
  );
}

const codeFor = (parts: Partial<Parts>): string =>
  codeOf(() => verifyProof(proofOf(parts), anchor));

describe("proof files", () => {
  it("show an object", () => {
    for (let place = 0; place < objects.length; ++place) {
      const proven = verifyProof(proofOf({ object: objectProof(place) }), anchor);
      if (proven.kind !== "object") throw new Error("no object");
      expect([proven.slot, proven.header.height, proven.header.timeMs]).toEqual([
        BigInt(place),
        12n,
        1_700_000_000_000n,
      ]);
      expect(proven.value).toEqual(objects[place]?.value);
      expect(isAbout(proven, objectKey(5, place + 1))).toBe(true);
      expect(isAbout(proven, objectKey(5, place + 2))).toBe(false);
    }
  });

  it("show how a transaction ended", () => {
    const ended = [0, 1, 2].map((place) => {
      const proven = verifyProof(proofOf({ receipt: receiptProof(place) }), anchor);
      if (proven.kind !== "receipt") throw new Error("no receipt");
      expect(proven.receipt.txHash).toEqual(txHashes[place]);
      return [proven.receipt.code, proven.receipt.failedOperation, proven.receipt.newIds];
    });
    expect(ended).toEqual([
      [0, 0n, [7n]],
      [104, 1n, []],
      [0, 0n, [7n]],
    ]);
  });

  it("do not hold with a bit flipped, nor cut", () => {
    for (const proof of [
      proofOf({ object: objectProof(2) }),
      proofOf({ receipt: receiptProof(1) }),
    ]) {
      for (let at = 0; at < proof.length; at += 9) {
        const bad = Uint8Array.from(proof);
        bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
        expect(["BAD_PROOF", "WRONG_CHAIN"], `byte ${at}`).toContain(
          codeOf(() => verifyProof(bad, anchor)),
        );
      }
      expect(codeOf(() => verifyProof(proof.slice(0, -1), anchor))).toBe("BAD_PROOF");
    }
    expect(codeOf(() => verifyProof(new Uint8Array(), anchor))).toBe("BAD_PROOF");
    expect(codeOf(() => verifyProof(new Uint8Array(1024 * 1024 + 1), anchor))).toBe("BAD_PROOF");
  }, 120_000);

  it("follow the validators through the epochs", () => {
    const object = objectProof(0);
    const [two, one] = [keys.slice(2), keys.slice(0, 1)];
    // The same validators in a later epoch.
    verifyProof(proofOf({ object, header: header({ epoch: 7 }) }), anchor);

    const first = header({ epoch: 1, height: 5, next: setOf(two) });
    const second = header({ epoch: 2, height: 8, set: setOf(two), next: setOf(one) });
    const last = header({ epoch: 3, height: 12, set: setOf(one) });
    const changes = [change(first, two), change(second, one, two)];
    verifyProof(proofOf({ object, header: last, sealers: one, changes }), anchor);

    const bad: Partial<Parts>[] = [
      { header: last, sealers: one },
      { header: last, sealers: one, changes: changes.slice(1) },
      { header: last, sealers: one, changes: [...changes].reverse() },
      { header: last, sealers: two, changes },
      { header: last, sealers: one, changes: [change(first, one), change(second, one, two)] },
      { header: last, sealers: one, changes: [change(first, two), change(second, one, one)] },
      { header: last, sealers: one, changes: [change(first, two, keys.slice(0, 2)), ...changes] },
      { header: header({ epoch: 2, set: setOf(one) }), sealers: one, changes },
      { header: header({ epoch: 3, height: 8, set: setOf(one) }), sealers: one, changes },
      { header: header({ epoch: 3 }), changes: [change(header({ epoch: 1, height: 5 }), keys)] },
    ];
    for (const [place, parts] of bad.entries()) {
      expect(codeFor({ object, ...parts }), `case ${place}`).toBe("BAD_PROOF");
    }
    const elsewhere = header({ chain: pattern(32, 77), height: 5, next: setOf(two) });
    expect(
      codeFor({ object, header: last, sealers: one, changes: [change(elsewhere, two)] }),
    ).toBe("WRONG_CHAIN");
  });

  it("need a quorum of distinct validators in order", () => {
    const [a, b, c, d] = keys as [SigningKey, SigningKey, SigningKey, SigningKey];
    const object = objectProof(0);
    for (const sealers of [
      [a, b],
      [a, b, b],
      [a, c, b],
      [],
      [a, b, SigningKey.fromSeed(pattern(32))],
    ]) {
      expect(codeFor({ object, sealers })).toBe("BAD_PROOF");
    }
    verifyProof(proofOf({ object, sealers: [b, c, d] }), anchor);
    verifyProof(proofOf({ object, sealers: [a, b, c, d] }), anchor);
    expect([1, 2, 3, 4, 5, 6, 7, 10, 100].map(quorumSize)).toEqual([1, 2, 2, 3, 4, 4, 5, 7, 67]);
  });

  it("are of the trusted chain and its validators", () => {
    const object = objectProof(0);
    expect(codeFor({ object, header: header({ chain: pattern(32) }) })).toBe("WRONG_CHAIN");
    expect(codeFor({ object, header: header({ set: pattern(32) }) })).toBe("BAD_PROOF");
    expect(codeFor({ object, header: header().slice(1) })).toBe("BAD_PROOF");
    expect(codeFor({})).toBe("BAD_PROOF");
    expect(codeFor({ object, receipt: receiptProof(0) })).toBe("BAD_PROOF");
    expect(codeFor({ object: objectProof(0, 1) })).toBe("BAD_PROOF");
    expect(codeFor({ receipt: receiptProof(0, 1) })).toBe("BAD_PROOF");
    expect(codeFor({ receipt: receiptProof(0, 3) })).toBe("BAD_PROOF");
    expect(codeOf(() => trustAnchor({ ...genesis, validators: [] }))).toBe("MALFORMED");
    expect(codeOf(() => trustAnchor({ ...genesis, chain_id: "00" }))).toBe("MALFORMED");
  });
});
