import { describe, expect, it } from "vitest";
import {
  DocumentDecryptor,
  DocumentEncryptor,
  blake2b256,
  concat,
  decryptDocument,
  documentAddress,
  encryptDocument,
  toHex,
} from "../src/index.ts";
import { codeOf, hex, load, pattern } from "./vectors.ts";

interface Vectors {
  key: string;
  documents: {
    size: number;
    start: number;
    header: string;
    ciphertext?: string;
    ciphertext_hash: string;
    address: string;
  }[];
}

const { key, documents } = load<Vectors>("document.json");
const kChunk = 64 * 1024;

describe("documents", () => {
  it("have libsodium's bytes and the vectors' addresses", () => {
    expect(documents.length).toBeGreaterThan(5);
    for (const one of documents) {
      const plaintext = pattern(one.size, one.start);
      const encryptor = new DocumentEncryptor(hex(key), hex(one.header));
      const ciphertext = concat(encryptor.push(plaintext), encryptor.finish());
      expect(toHex(blake2b256(ciphertext)), `${one.size} bytes`).toBe(one.ciphertext_hash);
      if (one.ciphertext !== undefined) expect(toHex(ciphertext)).toBe(one.ciphertext);
      expect(toHex(encryptor.address())).toBe(one.address);
      expect(toHex(documentAddress(ciphertext))).toBe(one.address);
      expect(blake2b256(decryptDocument(hex(key), ciphertext))).toEqual(blake2b256(plaintext));
    }
  });

  it("may come and go in pieces of any size", () => {
    const plaintext = pattern(2 * kChunk + 5);
    const whole = encryptDocument(hex(key), plaintext);
    for (const size of [1000, kChunk, kChunk + 1]) {
      const [encryptor, decryptor] = [
        new DocumentEncryptor(hex(key)),
        new DocumentDecryptor(hex(key)),
      ];
      const out: Uint8Array[] = [];
      for (let at = 0; at < plaintext.length; at += size) {
        out.push(decryptor.push(encryptor.push(plaintext.subarray(at, at + size))));
      }
      out.push(decryptor.push(encryptor.finish()), decryptor.finish());
      expect(blake2b256(concat(...out))).toEqual(blake2b256(plaintext));
      expect(decryptor.address()).toEqual(encryptor.address());
    }
    expect(whole.ciphertext.length).toBe(24 + plaintext.length + 3 * 17);
  });

  it("are refused when altered, cut, extended, reordered or under another key", () => {
    const plaintext = pattern(2 * kChunk + 5);
    const { ciphertext } = encryptDocument(hex(key), plaintext);
    const sealed = kChunk + 17;
    const altered = (at: number): Uint8Array => {
      const out = Uint8Array.from(ciphertext);
      out[at] = (out[at] ?? 0) ^ 1;
      return out;
    };
    const swapped = concat(
      ciphertext.subarray(0, 24),
      ciphertext.subarray(24 + sealed, 24 + 2 * sealed),
      ciphertext.subarray(24, 24 + sealed),
      ciphertext.subarray(24 + 2 * sealed),
    );
    const bad = [
      altered(0),
      altered(23),
      altered(24),
      altered(25),
      altered(24 + sealed - 1),
      altered(ciphertext.length - 1),
      ciphertext.subarray(0, -1),
      ciphertext.subarray(0, 24 + sealed),
      ciphertext.subarray(0, 24),
      ciphertext.subarray(0, 5),
      new Uint8Array(),
      concat(ciphertext, Uint8Array.of(0)),
      swapped,
    ];
    for (const one of bad) {
      expect(
        codeOf(() => decryptDocument(hex(key), one)),
        `${one.length} bytes`,
      ).toBe("DAMAGED");
    }
    expect(codeOf(() => decryptDocument(pattern(32), ciphertext))).toBe("DAMAGED");
    expect(codeOf(() => decryptDocument(pattern(31), ciphertext))).toBe("BAD_KEY");
  });

  it("have an address only when finished, and finish once", () => {
    const encryptor = new DocumentEncryptor(hex(key));
    expect(codeOf(() => encryptor.address())).toBe("BAD_ARGUMENT");
    encryptor.finish();
    expect(codeOf(() => encryptor.finish())).toBe("BAD_ARGUMENT");
  });
});
