// The repository's test vectors (tests/vectors): the same files that the node's tests read.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GenerionError, fromHex } from "../src/index.ts";

const folder = new URL("../../../../tests/vectors/", import.meta.url);

// `T` is what the file holds; the test fails on the first field that is not as it says.
export function load<T>(name: string): T {
  return JSON.parse(readFileSync(fileURLToPath(new URL(name, folder)), "utf8")) as T;
}

export const hex = (text: string): Uint8Array => fromHex(text);

// The code with which `call` is refused; fails if it is not.
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof GenerionError) return error.code;
    throw error;
  }
  throw new Error("was not refused");
}

// A byte string that looks random and is the same in every run.
export function pattern(size: number, start = 0): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (start + i * 7 + (i >> 8) * 13) & 0xff);
}
