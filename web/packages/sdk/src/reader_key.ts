// Reader keys: what a document's key is locked to (docs/protocol/capsules.md).
import type { Bytes } from "./bytes.ts";
import { taggedHash } from "./hash.ts";
import { Point, decodePoint, reduce } from "./ristretto.ts";

// The scalar x, and P = xB, which `setUserPubKey` publishes.
export interface ReaderSecret {
  readonly scalar: bigint;
  readonly publicKey: Bytes; // 32 bytes
}

// From the user's 32-byte Ed25519 seed.
export function readerSecret(seed: Bytes): ReaderSecret {
  const scalar = reduce(taggedHash(64, "generion/reader/1", seed));
  return { scalar, publicKey: Point.BASE.multiply(scalar).toBytes() };
}

// Error BAD_KEY: not the encoding of a point, or the identity.
export function checkReaderKey(key: Bytes): void {
  decodePoint(key, "BAD_KEY", "the reader key");
}
