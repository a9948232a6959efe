import { describe, expect, it } from "vitest";
import {
  KeyRole,
  SigningKey,
  addressText,
  deriveKey,
  derivationPath,
  derivePrivate,
  newPhrase,
  parseAddress,
  phraseToSeed,
  toHex,
  verifySignature,
} from "../src/index.ts";
import { codeOf, hex, load } from "./vectors.ts";

interface KeyVectors {
  cases: {
    phrase: string;
    passphrase: string;
    seed: string;
    chain_id_hash: string;
    keys: { path: string; private: string; public: string; address: string }[];
  }[];
}
interface Published {
  bip39: { entropy: string; phrase: string; seed: string }[];
  slip10: { seed: string; keys: { path: number[]; private: string; public: string }[] }[];
  rfc8032: { seed: string; public: string; message: string; signature: string }[];
}

const { cases } = load<KeyVectors>("keys.json");
const published = load<Published>("published.json");

describe("keys of a recovery phrase", () => {
  it("are those of the vectors", () => {
    expect(cases.length).toBeGreaterThan(0);
    for (const one of cases) {
      const seed = phraseToSeed(one.phrase, one.passphrase);
      expect(toHex(seed)).toBe(one.seed);
      for (const wanted of one.keys) {
        const [, , chain, role, index] = wanted.path
          .split("/")
          .map((part) => Number.parseInt(part, 10));
        const id = hex(one.chain_id_hash);
        expect(derivationPath(id, role as KeyRole, index ?? 0)[1]).toBe(chain);
        const key = deriveKey(seed, id, role as KeyRole, index);
        expect([toHex(key.seed), toHex(key.publicKey), key.address]).toEqual([
          wanted.private,
          wanted.public,
          wanted.address,
        ]);
        expect(toHex(parseAddress(wanted.address))).toBe(wanted.public);
      }
    }
  });

  it("follow BIP 39 and SLIP-0010 as published", () => {
    for (const one of published.bip39) {
      expect(toHex(phraseToSeed(one.phrase, "TREZOR"))).toBe(one.seed);
    }
    for (const one of published.slip10) {
      for (const wanted of one.keys) {
        const key = SigningKey.fromSeed(derivePrivate(hex(one.seed), wanted.path));
        expect([toHex(key.seed), toHex(key.publicKey)]).toEqual([wanted.private, wanted.public]);
      }
    }
  });

  it("take a phrase as people type it, and refuse a mistyped one", () => {
    const phrase = newPhrase();
    const seed = phraseToSeed(phrase);
    expect(phraseToSeed(`  ${phrase.toUpperCase().replaceAll(" ", "\n ")} `)).toEqual(seed);
    expect(phraseToSeed(phrase, "x")).not.toEqual(seed);
    const words = phrase.split(" ");
    expect(codeOf(() => phraseToSeed(words.slice(1).join(" ")))).toBe("BAD_PHRASE");
    expect(codeOf(() => phraseToSeed(["generion", ...words.slice(1)].join(" ")))).toBe(
      "BAD_PHRASE",
    );
    const abandon = "abandon ".repeat(24);
    expect(codeOf(() => phraseToSeed(abandon))).toBe("BAD_PHRASE");
  });

  it("need numbers and a chain id of the right size", () => {
    expect(codeOf(() => derivePrivate(new Uint8Array(64), [-1]))).toBe("BAD_ARGUMENT");
    expect(codeOf(() => derivePrivate(new Uint8Array(64), [2 ** 31]))).toBe("BAD_ARGUMENT");
    expect(codeOf(() => derivationPath(new Uint8Array(31), KeyRole.user, 0))).toBe("BAD_ARGUMENT");
  });
});

describe("addresses", () => {
  const address = cases[0]?.keys[0]?.address ?? "";

  it("are refused when mistyped, cut or of another kind", () => {
    const other = address.endsWith("q") ? "p" : "q";
    for (const bad of [
      address.slice(0, -1) + other,
      address.slice(0, -2),
      "",
      "gen1",
      address.replace("gen1", "bc1"),
      `${address}${address}`,
    ]) {
      expect(
        codeOf(() => parseAddress(bad)),
        bad,
      ).toBe("BAD_ADDRESS");
    }
    expect(codeOf(() => addressText(new Uint8Array(31)))).toBe("BAD_ADDRESS");
  });

  it("may be in capitals, as a QR code has them, but not mixed", () => {
    expect(parseAddress(address.toUpperCase())).toEqual(parseAddress(address));
    expect(codeOf(() => parseAddress(`G${address.slice(1)}`))).toBe("BAD_ADDRESS");
  });
});

describe("signatures", () => {
  it("are those of RFC 8032, and hold only for their message", () => {
    for (const one of published.rfc8032) {
      const key = SigningKey.fromSeed(hex(one.seed));
      expect(toHex(key.sign("", hex(one.message)))).toBe(one.signature);
      const signature = hex(one.signature);
      expect(verifySignature(key.publicKey, "", hex(one.message), signature)).toBe(true);
      expect(verifySignature(key.publicKey, "x", hex(one.message), signature)).toBe(false);
      for (const at of [0, 31, 32, 63]) {
        const altered = Uint8Array.from(signature);
        altered[at] = (altered[at] ?? 0) ^ 1;
        expect(verifySignature(key.publicKey, "", hex(one.message), altered)).toBe(false);
      }
    }
  });

  it("do not hold for keys of small order and scalars beyond the order", () => {
    const identity = hex(`01${"00".repeat(31)}`);
    const smallOrder = hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    const zero = new Uint8Array(32);
    for (const key of [identity, smallOrder]) {
      const signature = new Uint8Array([...identity, ...zero]);
      expect(verifySignature(key, "tag", zero, signature)).toBe(false);
    }
    const key = SigningKey.fromSeed(pattern32());
    const signature = key.sign("tag", zero);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let scalar = signature.slice(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    scalar += order;
    const beyond = Uint8Array.from({ length: 32 }, (_, i) =>
      Number((scalar >> BigInt(8 * i)) & 255n),
    );
    const malleable = new Uint8Array([...signature.slice(0, 32), ...beyond]);
    expect(verifySignature(key.publicKey, "tag", zero, signature)).toBe(true);
    expect(verifySignature(key.publicKey, "tag", zero, malleable)).toBe(false);
    expect(verifySignature(key.publicKey, "tag", zero, signature.slice(1))).toBe(false);
    expect(codeOf(() => SigningKey.fromSeed(zero.slice(1)))).toBe("BAD_KEY");
  });
});

function pattern32(): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => i);
}
