// Ed25519 keys and signatures. A signature always covers a domain tag and a message.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Address, addressText } from "./address.ts";
import { type Bytes, concat, equal, fromLittleEndian, utf8 } from "./bytes.ts";
import { refuse } from "./error.ts";
import { readerSecret, type ReaderSecret } from "./reader_key.ts";

const kSeedBytes = 32;
const kSignatureBytes = 64;
const { Point } = ed25519;

// A user's key: the Ed25519 seed, and all that follows from it.
export class SigningKey {
  readonly publicKey: Bytes;
  readonly address: Address;
  readonly #seed: Bytes;

  private constructor(seed: Bytes) {
    this.#seed = seed;
    this.publicKey = ed25519.getPublicKey(seed);
    this.address = addressText(this.publicKey);
  }

  // From the 32-byte seed of RFC 8032. Error BAD_KEY.
  static fromSeed(seed: Bytes): SigningKey {
    if (seed.length !== kSeedBytes) {
      refuse("BAD_KEY", `an Ed25519 seed has ${kSeedBytes} bytes, not ${seed.length}`);
    }
    return new SigningKey(Uint8Array.from(seed));
  }

  // A copy, for storing it; keep it as secret as the key.
  get seed(): Bytes {
    return Uint8Array.from(this.#seed);
  }

  // The reader key of the same seed: it opens what is locked to this user.
  reader(): ReaderSecret {
    return readerSecret(this.#seed);
  }

  sign(tag: string, message: Bytes): Bytes {
    return ed25519.sign(concat(utf8(tag), message), this.#seed);
  }
}

// Whether `signature` by `publicKey` covers tag || message. As libsodium decides it, so that this
// library and a node never differ: no point of small order, no scalar beyond the group's order,
// without the cofactor.
export function verifySignature(
  publicKey: Bytes,
  tag: string,
  message: Bytes,
  signature: Bytes,
): boolean {
  if (publicKey.length !== 32 || signature.length !== kSignatureBytes) return false;
  const nonce = signature.subarray(0, 32);
  try {
    const key = Point.fromBytes(publicKey);
    const scalar = Point.Fn.fromBytes(signature.subarray(32));
    if (key.isSmallOrder() || Point.fromBytes(nonce).isSmallOrder()) return false;
    const digest = sha512(concat(nonce, publicKey, utf8(tag), message));
    const challenge = Point.Fn.create(fromLittleEndian(digest));
    const expected = Point.BASE.multiplyUnsafe(scalar).subtract(key.multiplyUnsafe(challenge));
    return equal(expected.toBytes(), nonce);
  } catch {
    return false; // no points or no scalar
  }
}
