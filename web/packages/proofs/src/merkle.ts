// BLAKE2b-256, and trees as in RFC 6962.
import { blake2b } from "@noble/hashes/blake2.js";
import { type Bytes, concat, equal } from "./bytes.ts";

export const kPathMax = 64;

export function hash(...parts: readonly Bytes[]): Bytes {
  return blake2b(concat(...parts), { dkLen: 32 });
}

export function leafHash(...parts: readonly Bytes[]): Bytes {
  return hash(Uint8Array.of(0), ...parts);
}

export function nodeHash(left: Bytes, right: Bytes): Bytes {
  return hash(Uint8Array.of(1), left, right);
}

// Whether the leaf stands at `place` of the tree of `size` leaves with this root.
export function isInTree(
  leaf: Bytes,
  place: bigint,
  size: bigint,
  path: readonly Bytes[],
  root: Bytes,
): boolean {
  if (place >= size || path.length > kPathMax) return false;
  let [fn, sn, r] = [place, size - 1n, leaf];
  for (const p of path) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(p, r);
      while ((fn & 1n) === 0n && fn > 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(r, root);
}
