// Byte strings and their text forms.
import { base64 } from "@scure/base";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { messageOf, refuse } from "./error.ts";

export type Bytes = Uint8Array;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

// Error MALFORMED: no UTF-8.
export function fromUtf8(bytes: Bytes, what = "text"): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse("MALFORMED", `${what} is no UTF-8`);
  }
}

export function toHex(bytes: Bytes): string {
  return bytesToHex(bytes);
}

// `size` in bytes, if it has to be an exact one. Error MALFORMED.
export function fromHex(text: string, size?: number, what = "hexadecimal text"): Bytes {
  if (!/^([0-9a-fA-F]{2})*$/.test(text) || (size !== undefined && text.length !== 2 * size)) {
    const digits = size === undefined ? "an even number of" : `exactly ${2 * size}`;
    refuse("MALFORMED", `${what} is not ${digits} hexadecimal digits`);
  }
  return hexToBytes(text);
}

export function toBase64(bytes: Bytes): string {
  return base64.encode(bytes);
}

// RFC 4648 section 4, padded. Error MALFORMED.
export function fromBase64(text: string, what = "base64 text"): Bytes {
  try {
    return base64.decode(text);
  } catch (error) {
    return refuse("MALFORMED", `${what}: ${messageOf(error)}`);
  }
}

export function concat(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return compare(a, b) === 0;
}

// As memcmp; a prefix comes first. Not for secrets.
export function compare(a: Bytes, b: Bytes): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; ++i) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export const kUint64Max = (1n << 64n) - 1n;

// An unsigned 64-bit number. Error BAD_ARGUMENT: negative, too large, a fraction, or a number that
// JavaScript does not keep exact.
export function uint64(value: number | bigint, what: string): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    refuse("BAD_ARGUMENT", `${what} is ${value}; it takes a whole number, above 2^53 a bigint`);
  }
  const out = BigInt(value);
  if (out < 0n || out > kUint64Max) {
    refuse("BAD_ARGUMENT", `${what} is ${value}; it takes 0 to 2^64 - 1`);
  }
  return out;
}

// `size` bytes, big-endian.
export function bigEndian(value: number | bigint, size: number): Bytes {
  let rest = uint64(value, "number");
  const out = new Uint8Array(size);
  for (let i = size - 1; i >= 0; --i) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

export function fromBigEndian(bytes: Bytes): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function fromLittleEndian(bytes: Bytes): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

// From the system's generator, in Node and in browsers.
export function randomBytes(size: number): Bytes {
  return globalThis.crypto.getRandomValues(new Uint8Array(size));
}
