// The group of capsules: ristretto255 (RFC 9496).
import { ristretto255 } from "@noble/curves/ed25519.js";
import { type Bytes, fromLittleEndian, randomBytes } from "./bytes.ts";
import { type LocalCode, refuse } from "./error.ts";

export const Point: typeof ristretto255.Point = ristretto255.Point;
export type Point = InstanceType<typeof ristretto255.Point>;
const { Fn } = Point;

// Strictly canonical encodings, and not the identity.
export function decodePoint(bytes: Bytes, code: LocalCode, what: string): Point {
  const point = tryDecode(bytes);
  if (point === undefined) refuse(code, `${what} is no ristretto255 point`);
  if (point.is0()) refuse(code, `${what} is the identity`);
  return point;
}

function tryDecode(bytes: Bytes): Point | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

// 32 bytes, little-endian, below the group's order. Error by `code`.
export function decodeScalar(bytes: Bytes, code: LocalCode, what: string): bigint {
  if (bytes.length !== 32) refuse(code, `${what} has ${bytes.length} bytes; it takes 32`);
  const value = fromLittleEndian(bytes);
  if (value >= Fn.ORDER) refuse(code, `${what} is not below the group's order`);
  return value;
}

export function encodeScalar(scalar: bigint): Bytes {
  return Fn.toBytes(scalar);
}

// 64 bytes, little-endian, modulo the group's order.
export function reduce(bytes: Bytes): bigint {
  return Fn.create(fromLittleEndian(bytes));
}

// From 1 to the order less one.
export function randomScalar(): bigint {
  for (;;) {
    const scalar = reduce(randomBytes(64));
    if (scalar !== 0n) return scalar;
  }
}

export function addScalars(a: bigint, b: bigint): bigint {
  return Fn.add(a, b);
}

export function multiplyScalars(a: bigint, b: bigint): bigint {
  return Fn.mul(a, b);
}
