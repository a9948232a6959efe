// Moving a capsule to another reader, with a proof that both locks hold the same key
// (docs/protocol/capsules.md): a Schnorr proof of a conjunction, made non-interactive.
import { parseAddress, type Address } from "./address.ts";
import { type Bytes, bigEndian, concat, utf8 } from "./bytes.ts";
import { kLockBytes, lockWith, openLock, parseLock } from "./capsule.ts";
import { refuse } from "./error.ts";
import { taggedHash } from "./hash.ts";
import type { ReaderSecret } from "./reader_key.ts";
import {
  Point,
  addScalars,
  decodePoint,
  decodeScalar,
  encodeScalar,
  multiplyScalars,
  randomScalar,
  reduce,
} from "./ristretto.ts";

export const kRelockProofBytes = 96; // e, z1, z2
const kContextBytes = 32;

// What the proof speaks of: it holds for this chain, purpose and record only.
export interface RelockStatement {
  readonly chainId: Bytes;
  readonly context: Bytes; // shareContext, deliveryContext or ownerContext
  readonly recordId: number | bigint;
  readonly fromKey: Bytes; // P, to whom `fromLock` is locked
  readonly fromLock: Bytes;
  readonly toKey: Bytes; // Q
  readonly toLock: Bytes;
}

// For `shareRecord`: the grantee.
export function shareContext(grantee: Address): Bytes {
  return parseAddress(grantee);
}

// For `deliverOrder`.
export function deliveryContext(orderId: number | bigint): Bytes {
  return bigEndian(orderId, kContextBytes);
}

// For `relockRecord`.
export function ownerContext(): Bytes {
  return concat(utf8("relock"), new Uint8Array(kContextBytes - 6));
}

// What makes one proof. Each from 1 to the order less one, random, and never used twice: two proofs
// with the same a tell the reader's private key.
export interface RelockRandomness {
  readonly r: bigint;
  readonly a: bigint;
  readonly b: bigint;
}

// The new lock and the proof, by the reader of the old lock. Errors BAD_KEY, BAD_CAPSULE.
export function relock(
  from: Pick<RelockStatement, "chainId" | "context" | "recordId" | "fromLock" | "toKey">,
  reader: ReaderSecret,
): { lock: Bytes; proof: Bytes } {
  return relockWith(from, reader, { r: randomScalar(), a: randomScalar(), b: randomScalar() });
}

export function relockWith(
  from: Pick<RelockStatement, "chainId" | "context" | "recordId" | "fromLock" | "toKey">,
  reader: ReaderSecret,
  { r, a, b }: RelockRandomness,
): { lock: Bytes; proof: Bytes } {
  const { c1 } = parseLock(from.fromLock);
  const to = decodePoint(from.toKey, "BAD_KEY", "the new reader key");
  const key = Point.fromBytes(openLock(from.fromLock, reader).point);
  const toLock = lockWith(key, to, r);
  const challenge = challengeOf({ ...from, fromKey: reader.publicKey, toLock }, [
    Point.BASE.multiply(a),
    Point.BASE.multiply(b),
    c1.multiply(a).subtract(to.multiply(b)),
  ]);
  const z1 = addScalars(a, multiplyScalars(challenge, reader.scalar));
  const z2 = addScalars(b, multiplyScalars(challenge, r));
  return { lock: toLock, proof: concat(...[challenge, z1, z2].map(encodeScalar)) };
}

// Whether `proof` shows that both locks hold the same key. Errors: BAD_KEY a key, BAD_CAPSULE a
// lock is not made of points other than the identity; BAD_PROOF a scalar is not canonical, or the
// proof does not hold for this statement.
export function checkRelock(statement: RelockStatement, proof: Bytes): void {
  if (proof.length !== kRelockProofBytes) {
    refuse("BAD_PROOF", `a proof has ${kRelockProofBytes} bytes, not ${proof.length}`);
  }
  const scalar = (place: number): bigint =>
    decodeScalar(proof.slice(32 * place, 32 * place + 32), "BAD_PROOF", "a scalar of the proof");
  const [e, z1, z2] = [scalar(0), scalar(1), scalar(2)];
  const p = decodePoint(statement.fromKey, "BAD_KEY", "the old reader key");
  const q = decodePoint(statement.toKey, "BAD_KEY", "the new reader key");
  const { c1, c2 } = parseLock(statement.fromLock);
  const next = parseLock(statement.toLock);

  const times = (point: Point, by: bigint): Point => point.multiplyUnsafe(by); // nothing is secret
  const t1 = times(Point.BASE, z1).subtract(times(p, e));
  const t2 = times(Point.BASE, z2).subtract(times(next.c1, e));
  const t3 = times(c1, z1)
    .subtract(times(q, z2))
    .subtract(times(c2.subtract(next.c2), e));
  if (challengeOf(statement, [t1, t2, t3]) !== e) {
    refuse(
      "BAD_PROOF",
      "the proof does not hold: another record, reader, order or chain, or the " +
        "new lock does not hold the record's key",
    );
  }
}

function challengeOf(statement: RelockStatement, commitments: readonly Point[]): bigint {
  exactly(statement.chainId, 32, "chain id");
  exactly(statement.context, kContextBytes, "context");
  exactly(statement.fromLock, kLockBytes, "lock");
  return reduce(
    taggedHash(
      64,
      "generion/relock/1",
      statement.chainId,
      statement.context,
      bigEndian(statement.recordId, 8),
      statement.fromKey,
      statement.fromLock,
      statement.toKey,
      statement.toLock,
      ...commitments.map((point) => point.toBytes()),
    ),
  );
}

function exactly(bytes: Bytes, size: number, what: string): void {
  if (bytes.length !== size) {
    refuse("BAD_ARGUMENT", `the ${what} has ${bytes.length} bytes; it takes ${size}`);
  }
}
