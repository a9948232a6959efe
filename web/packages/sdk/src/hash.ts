// BLAKE2b as the protocol uses it.
import { blake2b } from "@noble/hashes/blake2.js";
import { type Bytes, concat, utf8 } from "./bytes.ts";

export const kHashBytes = 32;

// BLAKE2b-256 of the parts, one after the other.
export function blake2b256(...parts: readonly Bytes[]): Bytes {
  return blake2b(concat(...parts), { dkLen: kHashBytes });
}

// H-n(tag, items) of capsules.md: the tag, a zero byte, the items; n = 8 * size bits.
export function taggedHash(size: 32 | 64, tag: string, ...items: readonly Bytes[]): Bytes {
  return blake2b(concat(utf8(tag), new Uint8Array(1), ...items), { dkLen: size });
}

// H-256(key = k, tag).
export function keyedHash(key: Bytes, tag: string): Bytes {
  return blake2b(concat(utf8(tag), new Uint8Array(1)), { dkLen: kHashBytes, key });
}

// H-256(tag, all pieces), for what arrives piece by piece.
export class TaggedHash {
  readonly #state;

  constructor(tag: string) {
    this.#state = blake2b.create({ dkLen: kHashBytes });
    this.#state.update(concat(utf8(tag), new Uint8Array(1)));
  }

  update(piece: Bytes): void {
    this.#state.update(piece);
  }

  // Of all pieces so far; may be called again after more of them.
  digest(): Bytes {
    return this.#state.clone().digest();
  }
}
