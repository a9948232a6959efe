// An address: a 32-byte Ed25519 public key in Bech32m (BIP 350) with the prefix "gen".
import { bech32m } from "@scure/base";
import type { Bytes } from "./bytes.ts";
import { messageOf, refuse } from "./error.ts";

const kPrefix = "gen";
const kKeyBytes = 32;

// "gen1..." A type of its own would not be checked at run time: parseAddress does.
export type Address = string;

export function addressText(publicKey: Bytes): Address {
  if (publicKey.length !== kKeyBytes) {
    refuse("BAD_ADDRESS", `a public key has ${kKeyBytes} bytes, not ${publicKey.length}`);
  }
  return bech32m.encode(kPrefix, bech32m.toWords(publicKey));
}

// The public key. Error BAD_ADDRESS: mistyped, cut, of another kind.
export function parseAddress(address: Address): Bytes {
  let decoded: { prefix: string; words: number[] };
  try {
    decoded = bech32m.decode(address as `${string}1${string}`);
  } catch (error) {
    return refuse("BAD_ADDRESS", `address '${address}' is mistyped: ${messageOf(error)}`);
  }
  if (decoded.prefix !== kPrefix) {
    refuse("BAD_ADDRESS", `address '${address}' does not begin with ${kPrefix}1`);
  }
  const key = wordsToBytes(decoded.words, address);
  if (key.length !== kKeyBytes) {
    refuse("BAD_ADDRESS", `address '${address}' has ${key.length} bytes; it takes ${kKeyBytes}`);
  }
  return key;
}

function wordsToBytes(words: number[], address: Address): Bytes {
  try {
    return bech32m.fromWords(words);
  } catch (error) {
    return refuse("BAD_ADDRESS", `address '${address}': ${messageOf(error)}`);
  }
}
