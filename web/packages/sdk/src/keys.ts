// One recovery phrase gives all of a user's keys (docs/protocol/capsules.md, "Keys"): BIP 39, then
// SLIP-0010 Ed25519 at m/7564'/c'/r'/i'.
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { type Bytes, bigEndian, concat, fromBigEndian, randomBytes, utf8 } from "./bytes.ts";
import { refuse } from "./error.ts";
import { SigningKey } from "./signing.ts";

const kWords = 24;
const kPurpose = 7564;
const kHardened = 0x8000_0000;

// r of the path.
export const KeyRole = { user: 0, oneTimeReader: 1, recovery: 2, governance: 3 } as const;
export type KeyRole = (typeof KeyRole)[keyof typeof KeyRole];

// 24 English words from 256 random bits.
export function newPhrase(): string {
  return entropyToMnemonic(randomBytes(32), wordlist);
}

// The 64-byte seed. White space and capitals do not matter in the phrase; in the passphrase they
// do. Error BAD_PHRASE: not 24 words of the list, or their checksum is wrong.
export function phraseToSeed(phrase: string, passphrase = ""): Bytes {
  const words = phrase.trim().toLowerCase().split(/\s+/);
  if (words.length !== kWords) {
    refuse("BAD_PHRASE", `the recovery phrase has ${words.length} words; it takes ${kWords}`);
  }
  const known = new Set(wordlist);
  const place = words.findIndex((word) => !known.has(word));
  if (place >= 0)
    refuse("BAD_PHRASE", `word ${place + 1} of the recovery phrase is not in the list`);
  if (!validateMnemonic(words.join(" "), wordlist)) {
    refuse("BAD_PHRASE", "the recovery phrase's checksum is wrong: words are mistyped or swapped");
  }
  return mnemonicToSeedSync(words.join(" "), passphrase);
}

// SLIP-0010 Ed25519: the private key at a path of numbers, each of them hardened.
export function derivePrivate(seed: Bytes, path: readonly number[]): Bytes {
  let node = hmac(sha512, utf8("ed25519 seed"), seed);
  for (const number of path) {
    if (!Number.isInteger(number) || number < 0 || number >= kHardened) {
      refuse("BAD_ARGUMENT", `path number ${number} is not from 0 to ${kHardened - 1}`);
    }
    const data = concat(new Uint8Array(1), node.slice(0, 32), bigEndian(number + kHardened, 4));
    node = hmac(sha512, node.slice(32), data);
  }
  return node.slice(0, 32);
}

// m/7564'/c'/role'/index'; c = the first 4 bytes of the chain id, without the top bit.
export function derivationPath(chainId: Bytes, role: KeyRole, index: number): number[] {
  if (chainId.length !== 32)
    refuse("BAD_ARGUMENT", `a chain id has 32 bytes, not ${chainId.length}`);
  const chain = Number(fromBigEndian(chainId.subarray(0, 4))) % kHardened;
  return [kPurpose, chain, role, index];
}

// A key of the phrase on this chain.
export function deriveKey(
  seed: Bytes,
  chainId: Bytes,
  role: KeyRole = KeyRole.user,
  index = 0,
): SigningKey {
  return SigningKey.fromSeed(derivePrivate(seed, derivationPath(chainId, role, index)));
}
