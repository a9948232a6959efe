// Bodies that a node and this library refuse, each with the code of its refusal.
import { concat, decodeBody, encodeBody, equal } from "../src/index.ts";
import { CanonicalWriter } from "../src/canonical.ts";
import type { Operation } from "../src/index.ts";
import { run, sender } from "./transaction_cases.ts";

export interface BadBody {
  readonly why: string;
  readonly body: Uint8Array;
  readonly code: string;
}

const one: Operation = { operation: "deleteRecord", record_id: 7 };
const good = encodeBody({
  chainId: run(32, 0),
  sender: sender.address,
  nonce: run(16, 0),
  validUntilMs: 5,
  operations: [one],
});

// A field with bytes, and one with a number, as any Protocol Buffers writer would write them.
function bytes(field: number, value: Uint8Array): Uint8Array {
  const out = new CanonicalWriter();
  out.element(field, value);
  return out.take();
}
const number = (field: number, ...varint: number[]): Uint8Array =>
  Uint8Array.of(field << 3, ...varint);

const kHead = 34 + 34 + 18; // chain_id, sender, nonce
const head = good.slice(0, kHead);
const time = number(4, 5);

// A body with these bytes as its one operation.
const operation = (...inner: Uint8Array[]): Uint8Array =>
  concat(head, time, bytes(5, concat(...inner)));
const numbered = (field: number, ...inner: Uint8Array[]): Uint8Array =>
  operation(bytes(field, concat(...inner)));
const ids = (...varints: number[]): Uint8Array => bytes(1, Uint8Array.from(varints));
const k32 = run(32, 1);
const evidence = (kind: number, first: Uint8Array, second: Uint8Array): Uint8Array =>
  numbered(
    23,
    number(1, kind),
    bytes(2, k32),
    bytes(3, first),
    bytes(4, run(64, 1)),
    bytes(5, second),
    bytes(6, run(64, 2)),
  );

if (!equal(good, numbered(5, number(1, 7)))) throw new Error("the parts do not make the good body");
decodeBody(good);

export const badBodies: BadBody[] = [
  { why: "empty", body: new Uint8Array(), code: "MALFORMED" },
  { why: "cut by a byte", body: good.slice(0, -1), code: "MALFORMED" },
  { why: "no operation", body: concat(head, time), code: "BAD_ARGUMENT" },
  { why: "sender missing", body: concat(good.slice(0, 34), good.slice(68)), code: "MALFORMED" },
  {
    why: "chain id of 31 bytes",
    body: concat(bytes(1, run(31, 0)), good.slice(34)),
    code: "MALFORMED",
  },
  { why: "chain id twice", body: concat(good.slice(0, 34), good), code: "NOT_CANONICAL" },
  { why: "unknown field at the end", body: concat(good, number(9, 1)), code: "NOT_CANONICAL" },
  { why: "field after a higher one", body: concat(good, time), code: "NOT_CANONICAL" },
  { why: "time written as its default", body: concat(head, number(4, 0)), code: "NOT_CANONICAL" },
  {
    why: "time longer than it needs",
    body: concat(head, number(4, 0x85, 0)),
    code: "NOT_CANONICAL",
  },
  {
    why: "time beyond any calendar",
    code: "MALFORMED",
    body: concat(head, number(4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40), good.slice(kHead + 2)),
  },
  {
    why: "number of more than 64 bits",
    code: "MALFORMED",
    body: concat(head, number(4, ...Array<number>(9).fill(0xff), 2)),
  },
  { why: "time as bytes", body: concat(head, bytes(4, run(1, 5))), code: "MALFORMED" },
  {
    why: "257 operations",
    code: "TOO_MANY",
    body: concat(head, time, ...Array.from({ length: 257 }, () => good.slice(kHead + 2))),
  },
  { why: "empty operation", body: operation(), code: "MALFORMED" },
  {
    why: "two operations in one",
    code: "NOT_CANONICAL",
    body: operation(bytes(5, number(1, 7)), bytes(16, new Uint8Array())),
  },
  { why: "operation of the future", body: numbered(24), code: "UNKNOWN_OPERATION" },
  { why: "admitUser nobody", body: numbered(2), code: "BAD_ARGUMENT" },
  { why: "admitUser twice", body: numbered(2, bytes(1, k32), bytes(1, k32)), code: "BAD_ARGUMENT" },
  { why: "admitUser 31 bytes", body: numbered(2, bytes(1, run(31, 0))), code: "MALFORMED" },
  {
    why: "createRecord without data",
    code: "MALFORMED",
    body: numbered(3, bytes(1, k32), bytes(2, k32)),
  },
  {
    why: "createRecord with empty data",
    code: "BAD_ATTACHMENT",
    body: numbered(3, bytes(1, k32), bytes(2, k32), bytes(4, bytes(1, k32))),
  },
  {
    why: "createRecord with too much data",
    code: "TOO_LARGE",
    body: numbered(
      3,
      bytes(1, k32),
      bytes(2, k32),
      bytes(4, concat(bytes(1, k32), number(2, 0x81, 0x80, 0x40))),
    ),
  },
  {
    why: "createRecord with a type of 65 bytes",
    code: "TOO_LARGE",
    body: numbered(
      3,
      bytes(1, k32),
      bytes(2, k32),
      bytes(4, concat(bytes(1, k32), number(2, 1))),
      bytes(6, new Uint8Array(65).fill(65)),
    ),
  },
  {
    why: "createRecord deidentified as 2",
    code: "MALFORMED",
    body: numbered(
      3,
      bytes(1, k32),
      bytes(2, k32),
      bytes(4, concat(bytes(1, k32), number(2, 1))),
      number(8, 2),
    ),
  },
  { why: "verifyRecord none", body: numbered(4), code: "BAD_ARGUMENT" },
  { why: "verifyRecord with an empty list", body: numbered(4, ids()), code: "NOT_CANONICAL" },
  { why: "verifyRecord not packed", body: numbered(4, number(1, 7)), code: "MALFORMED" },
  { why: "verifyRecord twice", body: numbered(4, ids(7, 7)), code: "BAD_ARGUMENT" },
  {
    why: "verifyRecord 1001",
    code: "TOO_MANY",
    body: numbered(4, bytes(1, new Uint8Array(1001).fill(7))),
  },
  {
    why: "shareRecord with neither",
    code: "MALFORMED",
    body: numbered(7, number(1, 7), bytes(2, k32), bytes(3, k32)),
  },
  { why: "createOrder for nothing", body: numbered(9, ids(7)), code: "BAD_ARGUMENT" },
  {
    why: "createOrder of 65 records",
    code: "TOO_MANY",
    body: numbered(9, bytes(1, run(65, 1)), number(2, 1)),
  },
  {
    why: "createOrder text above 16 KiB",
    code: "TOO_LARGE",
    body: numbered(
      9,
      ids(7),
      number(2, 1),
      bytes(3, concat(bytes(1, k32), number(2, 0x81, 0x80, 0x01))),
    ),
  },
  {
    why: "deliverOrder nothing",
    body: numbered(12, number(1, 7), bytes(2, k32)),
    code: "BAD_ARGUMENT",
  },
  { why: "transfer nothing", body: numbered(13, bytes(1, k32)), code: "BAD_ARGUMENT" },
  { why: "setRecoveryKey without delay", body: numbered(14, bytes(1, k32)), code: "BAD_ARGUMENT" },
  { why: "cancelMove with a field", body: numbered(16, number(1, 1)), code: "NOT_CANONICAL" },
  { why: "propose nothing", body: numbered(17), code: "MALFORMED" },
  {
    why: "propose an empty action",
    body: numbered(17, bytes(1, new Uint8Array())),
    code: "MALFORMED",
  },
  {
    why: "propose an action of the future",
    code: "UNKNOWN_OPERATION",
    body: numbered(17, bytes(1, bytes(12, new Uint8Array()))),
  },
  {
    why: "propose types out of order",
    code: "BAD_ARGUMENT",
    body: numbered(17, bytes(1, bytes(10, concat(bytes(1, run(1, 66)), bytes(1, run(1, 65)))))),
  },
  {
    why: "propose a validator without a name",
    code: "BAD_ARGUMENT",
    body: numbered(17, bytes(1, bytes(1, concat(bytes(1, k32), bytes(2, k32))))),
  },
  { why: "anchorLog of nothing", body: numbered(20, bytes(1, k32)), code: "BAD_ARGUMENT" },
  { why: "endEpoch with a field", body: numbered(21, number(1, 1)), code: "NOT_CANONICAL" },
  { why: "reportReady without a hash", body: numbered(22, number(1, 1)), code: "MALFORMED" },
  {
    why: "reportEvidence of no kind",
    code: "BAD_ARGUMENT",
    body: evidence(5, run(9, 1), run(9, 2)),
  },
  {
    why: "reportEvidence the wrong way round",
    code: "BAD_ARGUMENT",
    body: evidence(2, run(9, 2), run(9, 1)),
  },
  {
    why: "reportEvidence of one message",
    code: "BAD_ARGUMENT",
    body: evidence(2, run(9, 1), run(9, 1)),
  },
];
