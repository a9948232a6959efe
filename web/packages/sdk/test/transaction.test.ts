import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  type DecodedOperation,
  SigningKey,
  TransactionBuilder,
  decodeBody,
  decodeTransaction,
  encodeBody,
  signBody,
  toHex,
  transactionHash,
  transactionId,
  utf8,
} from "../src/index.ts";
import { CanonicalWriter } from "../src/canonical.ts";
import { badBodies } from "./bad_bodies.ts";
import { cases, run, sender } from "./transaction_cases.ts";
import { codeOf, hex, load } from "./vectors.ts";

interface Vectors {
  note: string;
  seed: string;
  cases: {
    name: string;
    operations: unknown;
    valid_until_ms: string;
    body: string;
    tx_hash: string;
    tx_id: string;
    signature: string;
  }[];
  bad: { why: string; body: string; code: string }[];
}

const kChain = run(32, 0);
const kTime = 1_700_000_000_000n;

// Bytes as hexadecimal text, numbers as decimal text.
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) => {
      if (one instanceof Uint8Array) return toHex(one);
      return typeof one === "bigint" || typeof one === "number" ? String(one) : one;
    }),
  );
}

function computed(): Vectors {
  return {
    note:
      "Transactions: made by the TypeScript SDK (GENERION_WRITE_VECTORS=1 npm test), compared " +
      "with the node's own table in tests/unit/types/transaction_codec_test.cpp. Byte strings " +
      "hexadecimal, numbers decimal text. Chain id 00 01 .. 1f, nonce 00 .. 0f.",
    seed: toHex(sender.seed),
    cases: cases.map(({ name, operations, validUntilMs = kTime }) => {
      const body = encodeBody({
        chainId: kChain,
        sender: sender.address,
        nonce: run(16, 0),
        validUntilMs,
        operations,
      });
      return {
        name,
        operations: plain(operations),
        valid_until_ms: String(validUntilMs),
        body: toHex(body),
        tx_hash: toHex(transactionHash(body)),
        tx_id: transactionId(validUntilMs, transactionHash(body)),
        signature: toHex(sender.sign("generion/tx/1", body)),
      };
    }),
    bad: badBodies.map(({ why, body, code }) => ({ why, body: toHex(body), code })),
  };
}

if (process.env["GENERION_WRITE_VECTORS"] === "1") {
  const file = new URL("../../../../tests/vectors/transactions.json", import.meta.url);
  writeFileSync(fileURLToPath(file), `${JSON.stringify(computed(), null, 1)}\n`);
}

describe("canonical bodies", () => {
  const vectors = load<Vectors>("transactions.json");

  it("are those of the vectors", () => {
    expect(computed()).toEqual(vectors);
    const names = new Set(
      cases.flatMap(({ operations }) => operations.map((one) => one.operation)),
    );
    expect(names.size).toBe(23);
  });

  it("decode to what they were made of", () => {
    for (const one of vectors.cases) {
      const body = decodeBody(hex(one.body));
      expect(body.chainId).toEqual(kChain);
      expect([body.sender, String(body.validUntilMs)]).toEqual([
        sender.address,
        one.valid_until_ms,
      ]);
      expect(withoutDefaults(plain(body.operations)), one.name).toEqual(
        withoutDefaults(one.operations),
      );
    }
  });

  it("are refused in every other shape, with the node's code", () => {
    for (const { why, body, code } of vectors.bad) {
      expect(
        codeOf(() => decodeBody(hex(body))),
        why,
      ).toBe(code);
    }
    const good = hex(vectors.cases[0]?.body ?? "");
    for (let size = 0; size < good.length; ++size) {
      expect(["MALFORMED", "BAD_ARGUMENT"]).toContain(
        codeOf(() => decodeBody(good.slice(0, size))),
      );
    }
    expect(codeOf(() => decodeBody(new Uint8Array(65_537)))).toBe("TOO_LARGE");
  });
});

// false and absent are the same.
function withoutDefaults(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, one: unknown) => (one === false ? undefined : one)));
}

const body = (...operations: DecodedOperation[]): Uint8Array =>
  encodeBody({ chainId: kChain, sender: sender.address, operations });

describe("encoding", () => {
  it("refuses what no number or size can hold", () => {
    const bad = [
      { operation: "deleteRecord", record_id: -1 },
      { operation: "deleteRecord", record_id: 1.5 },
      { operation: "deleteRecord", record_id: 2n ** 64n },
      { operation: "deleteRecord", record_id: 2 ** 53 },
      { operation: "deleteRecord" },
      { operation: "setUserPubKey", pub_key: run(31, 0) },
      {
        operation: "createRecord",
        usr_adr: sender.address,
        data_pub_key: run(32, 0),
        data: { hash: run(32, 0), length: 1 },
        replaces: 0,
      },
    ];
    for (const one of bad) {
      expect(codeOf(() => body(one as unknown as DecodedOperation))).toBe("BAD_ARGUMENT");
    }
    const unknown = { operation: "toString" } as unknown as DecodedOperation;
    expect(codeOf(() => body(unknown))).toBe("UNKNOWN_OPERATION");
    const mistyped = { operation: "transfer", to: "gen1x", amount: 1n } as const;
    expect(codeOf(() => body(mistyped))).toBe("BAD_ADDRESS");
  });

  it("gives every transaction a nonce and a time limit of its own", () => {
    const before = Date.now();
    const [a, b] = [1, 2].map(() => decodeBody(body({ operation: "deleteRecord", record_id: 1n })));
    expect(a?.nonce).not.toEqual(b?.nonce);
    const limit = Number(a?.validUntilMs);
    expect(limit).toBeGreaterThanOrEqual(before + 600_000);
    expect(limit).toBeLessThanOrEqual(Date.now() + 600_000);
  });
});

describe("signed transactions", () => {
  const build = () =>
    new TransactionBuilder(kChain)
      .createOpaque({ owner: sender.address, readerKey: run(32, 0) }, utf8("opaque"))
      .createOrder([1], 5, "Größe")
      .sign(sender);

  it("travel with their attachments", () => {
    const made = build();
    const { transaction, body: decoded } = decodeTransaction(made.bytes);
    expect(transaction).toEqual(made);
    expect(made.attachments.map((one) => new TextDecoder().decode(one))).toEqual([
      "opaque",
      "Größe",
    ]);
    expect(made.id).toBe(transactionId(decoded.validUntilMs, made.hash));
  });

  it("may come with erased attachments, but no altered or missing ones", () => {
    const made = build();
    const again = (attachments: Uint8Array[], signature = made.signature): Uint8Array => {
      const out = new CanonicalWriter();
      out.bytes(1, made.body);
      out.bytes(2, signature);
      attachments.forEach((one) => out.element(3, one));
      return out.take();
    };
    const [data, text] = [utf8("opaque"), utf8("Größe")];
    decodeTransaction(again([data, text]));
    decodeTransaction(again([new Uint8Array(), text]));
    for (const bad of [[data], [text, data], [data, text, text], [utf8("opaquE"), text]]) {
      expect(codeOf(() => decodeTransaction(again(bad)))).toBe("BAD_ATTACHMENT");
    }
    const signature = Uint8Array.from(made.signature);
    signature[0] = (signature[0] ?? 0) ^ 1;
    expect(codeOf(() => decodeTransaction(again([data, text], signature)))).toBe("BAD_SIGNATURE");
    expect(codeOf(() => decodeTransaction(made.bytes.slice(0, -1)))).toBe("MALFORMED");
  });

  it("are signed by their sender only, and mark no opaque data as a capsule", () => {
    const foreign = encodeBody({
      chainId: kChain,
      sender: sender.address,
      operations: [{ operation: "cancelMove" }],
    });
    const stranger = SigningKey.fromSeed(run(32, 99));
    expect(codeOf(() => signBody(foreign, stranger))).toBe("BAD_KEY");
    const capsule = Uint8Array.of(1, 2);
    expect(
      codeOf(() =>
        new TransactionBuilder(kChain)
          .createOpaque({ owner: sender.address, readerKey: run(32, 0) }, capsule)
          .sign(sender),
      ),
    ).toBe("BAD_CAPSULE");
    const large = new Uint8Array(1024 * 1024).fill(2);
    const builder = new TransactionBuilder(kChain);
    for (let i = 0; i < 2; ++i) {
      builder.createOpaque({ owner: sender.address, readerKey: run(32, 0) }, large);
    }
    expect(codeOf(() => builder.sign(sender))).toBe("TOO_LARGE");
  });
});
