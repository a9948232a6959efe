// Capsules: a document's key K, locked to a reader's public key (docs/protocol/capsules.md).
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, concat, randomBytes } from "./bytes.ts";
import { refuse } from "./error.ts";
import { keyedHash, taggedHash } from "./hash.ts";
import type { ReaderSecret } from "./reader_key.ts";
import { Point, decodePoint, randomScalar } from "./ristretto.ts";

export const kLockBytes = 64;
export const kCapsuleByte = 0x01; // data_encr's first
const kNonceBytes = 24;
const kMacBytes = 16;

// K, the group element that a lock hides. Whoever has it can read the document and its meta.
export class CapsuleKey {
  readonly documentKey: Bytes; // 32 bytes, for encryptDocument
  readonly metaKey: Bytes; // 32 bytes, for sealMeta

  private constructor(readonly point: Bytes) {
    const key = taggedHash(32, "generion/capsule/1", point);
    this.documentKey = keyedHash(key, "document");
    this.metaKey = keyedHash(key, "meta");
  }

  static generate(): CapsuleKey {
    return new CapsuleKey(Point.BASE.multiply(randomScalar()).toBytes());
  }

  // Error BAD_CAPSULE: not the encoding of a point, or the identity.
  static fromPoint(point: Bytes): CapsuleKey {
    return new CapsuleKey(decodePoint(point, "BAD_CAPSULE", "the capsule key").toBytes());
  }
}

// The two points of a lock: C1 = rB, C2 = K + rP.
export interface LockPoints {
  readonly c1: Point;
  readonly c2: Point;
}

// Error BAD_CAPSULE: not 64 bytes of two points, neither of them the identity.
export function parseLock(lock: Bytes): LockPoints {
  if (lock.length !== kLockBytes) {
    refuse("BAD_CAPSULE", `a lock has ${kLockBytes} bytes, not ${lock.length}`);
  }
  return {
    c1: decodePoint(lock.subarray(0, 32), "BAD_CAPSULE", "the lock's first half"),
    c2: decodePoint(lock.subarray(32), "BAD_CAPSULE", "the lock's second half"),
  };
}

// A fresh lock of K for the reader, 64 bytes. Error BAD_KEY.
export function lockCapsule(key: CapsuleKey, readerKey: Bytes): Bytes {
  const reader = decodePoint(readerKey, "BAD_KEY", "the reader key");
  return lockWith(Point.fromBytes(key.point), reader, randomScalar());
}

// With a given r, from 1 to the order less one, which must be random and used once.
export function lockWith(key: Point, reader: Point, r: bigint): Bytes {
  return concat(Point.BASE.multiply(r).toBytes(), key.add(reader.multiply(r)).toBytes());
}

// K = C2 - xC1. Whoever the lock is not for gets a key too, one that opens nothing: openMeta tells.
// Error BAD_CAPSULE.
export function openLock(lock: Bytes, reader: ReaderSecret): CapsuleKey {
  const { c1, c2 } = parseLock(lock);
  return CapsuleKey.fromPoint(c2.subtract(c1.multiply(reader.scalar)).toBytes());
}

// nonce (random, 24 bytes) || XChaCha20-Poly1305 of the meta: 40 bytes longer than it.
export function sealMeta(metaKey: Bytes, meta: Bytes): Bytes {
  const nonce = randomBytes(kNonceBytes);
  return concat(nonce, xchacha20poly1305(metaKey, nonce).encrypt(meta));
}

// Error BAD_CAPSULE: too short, altered, or sealed with another key.
export function openMeta(metaKey: Bytes, sealed: Bytes): Bytes {
  if (sealed.length < kNonceBytes + kMacBytes) {
    refuse(
      "BAD_CAPSULE",
      `the sealed meta has ${sealed.length} bytes; it takes at least ` +
        `${kNonceBytes + kMacBytes}`,
    );
  }
  const nonce = sealed.subarray(0, kNonceBytes);
  try {
    return xchacha20poly1305(metaKey, nonce).decrypt(sealed.subarray(kNonceBytes));
  } catch {
    return refuse(
      "BAD_CAPSULE",
      "the capsule does not open: it is locked to another reader, or was altered",
    );
  }
}

// Whether data_encr is a capsule by its first byte. Otherwise it is opaque: the application's own.
export function isCapsule(dataEncr: Bytes): boolean {
  return dataEncr[0] === kCapsuleByte;
}

// 0x01 || lock || sealed meta: what getRecord returns as data_encr.
export function composeDataEncr(lock: Bytes, sealedMeta: Bytes): Bytes {
  parseLock(lock);
  return concat(Uint8Array.of(kCapsuleByte), lock, sealedMeta);
}

// Error BAD_CAPSULE.
export function parseDataEncr(dataEncr: Bytes): { lock: Bytes; sealedMeta: Bytes } {
  if (!isCapsule(dataEncr)) refuse("BAD_CAPSULE", "data_encr is opaque: its first byte is not 01");
  const lock = dataEncr.slice(1, 1 + kLockBytes);
  parseLock(lock);
  return { lock, sealedMeta: dataEncr.slice(1 + kLockBytes) };
}
