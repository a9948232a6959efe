// Bytes, and the error of everything here.

export type Bytes = Uint8Array;

// BAD_PROOF: it does not hold. WRONG_CHAIN: it is of another chain. FORK: two certified blocks
// exclude each other. MALFORMED: it is no such message. TOO_MANY: more than is taken.
export type Code = "BAD_PROOF" | "WRONG_CHAIN" | "FORK" | "MALFORMED" | "TOO_MANY";

export class ProofError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.name = "ProofError";
    this.code = code;
  }
}

export function refuse(code: Code, message: string): never {
  throw new ProofError(code, message);
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

// Below 0 if a stands before b.
export function compare(a: Bytes, b: Bytes): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; ++i) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return compare(a, b) === 0;
}

export function ascii(text: string): Bytes {
  return new TextEncoder().encode(text);
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Error MALFORMED: not hexadecimal, or not so many bytes.
export function fromHex(text: string, size: number, what: string): Bytes {
  if (text.length !== 2 * size || !/^[0-9a-fA-F]*$/.test(text)) {
    refuse("MALFORMED", `${what} takes ${2 * size} hexadecimal digits`);
  }
  return Uint8Array.from({ length: size }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function bigEndian(value: bigint | number, size: number): Bytes {
  let rest = BigInt(value);
  const out = new Uint8Array(size);
  for (let i = size - 1; i >= 0; --i) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

export function fromBigEndian(bytes: Bytes): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
