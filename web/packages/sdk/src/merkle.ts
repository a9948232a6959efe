// Merkle trees as in RFC 6962, with BLAKE2b-256.
import { type Bytes, equal } from "./bytes.ts";
import { blake2b256 } from "./hash.ts";

const kLeafPrefix = Uint8Array.of(0);
const kNodePrefix = Uint8Array.of(1);
const kPathMax = 64;

// Of the concatenation of the parts.
export function merkleLeaf(...parts: readonly Bytes[]): Bytes {
  return blake2b256(kLeafPrefix, ...parts);
}

export function merkleNode(left: Bytes, right: Bytes): Bytes {
  return blake2b256(kNodePrefix, left, right);
}

// Whether the leaf hash stands at `index` of the tree of `size` leaves with this root: RFC 9162,
// section 2.1.3.2, with its names. `path` from the leaf upwards.
export function verifyMerklePath(
  leaf: Bytes,
  index: bigint,
  size: bigint,
  path: readonly Bytes[],
  root: Bytes,
): boolean {
  if (index >= size || path.length > kPathMax) return false;
  let fn = index;
  let sn = size - 1n;
  let r = leaf;
  for (const p of path) {
    if (sn === 0n) return false;
    if ((fn & 1n) !== 0n || fn === sn) {
      r = merkleNode(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = merkleNode(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(r, root);
}
