// The transactions of tests/vectors/transactions.json. The node's tests build the same ones, by
// their names, from their own table (tests/unit/types/transaction_codec_test.cpp), and compare the
// bytes.
import type { Operation } from "../src/index.ts";
import { SigningKey } from "../src/index.ts";

// n bytes: start, start + 1, ...
export function run(size: number, start: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (start + i) & 0xff);
}

export const kMax = 2n ** 64n - 1n;
export const sender = SigningKey.fromSeed(run(32, 1));
const addressOf = (start: number): string => SigningKey.fromSeed(run(32, start)).address;
const [alice, bob] = [addressOf(2), addressOf(3)];
const point = run(32, 64); // the codec asks no point of a key

// One, and then where a varint gets longer.
const ids = [1n, 127n, 128n, 16_383n, 16_384n, 2n ** 32n, 2n ** 53n, 2n ** 63n, kMax];
const oneTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const ref = (length: number | bigint) => ({ hash: run(32, 32), length });
const relocking = {
  from_key: run(32, 80),
  from_lock: run(64, 90),
  lock: run(64, 100),
  proof: run(96, 110),
};
const text64 = "Ärztin ".repeat(8); // 64 bytes of UTF-8

export interface Case {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly validUntilMs?: bigint;
}

const records: Case[] = [
  { name: "setUserPubKey", operations: [{ operation: "setUserPubKey", pub_key: point }] },
  { name: "admitUser one", operations: [{ operation: "admitUser", usr_adr: [alice] }] },
  { name: "admitUser two", operations: [{ operation: "admitUser", usr_adr: [bob, alice] }] },
  {
    name: "createRecord opaque, least",
    operations: [
      {
        operation: "createRecord",
        usr_adr: alice,
        data_pub_key: new Uint8Array(32),
        data: ref(1),
      },
    ],
  },
  {
    name: "createRecord capsule, all fields",
    operations: [
      {
        operation: "createRecord",
        usr_adr: alice,
        data_pub_key: point,
        lock: run(64, 7),
        data: ref(1_048_576),
        document: run(32, 9),
        type: text64,
        replaces: kMax,
        deidentified: true,
      },
    ],
  },
  { name: "verifyRecord one", operations: [{ operation: "verifyRecord", record_id: [1] }] },
  { name: "verifyRecord varints", operations: [{ operation: "verifyRecord", record_id: ids }] },
  {
    name: "verifyRecord 1000",
    operations: [{ operation: "verifyRecord", record_id: oneTo(1000) }],
  },
  { name: "deleteRecord 1", operations: [{ operation: "deleteRecord", record_id: 1 }] },
  { name: "deleteRecord max", operations: [{ operation: "deleteRecord", record_id: kMax }] },
];

const shares: Case[] = [
  {
    name: "relockRecord two",
    operations: [
      {
        operation: "relockRecord",
        pub_key: point,
        record: [
          { record_id: 1, relocking },
          { record_id: kMax, relocking },
        ],
      },
    ],
  },
  {
    name: "shareRecord capsule",
    operations: [
      {
        operation: "shareRecord",
        record_id: 7,
        grantee: bob,
        data_pub_key: point,
        relocking,
      },
    ],
  },
  {
    name: "shareRecord opaque, expiring",
    operations: [
      {
        operation: "shareRecord",
        record_id: kMax,
        grantee: bob,
        data_pub_key: point,
        data: ref(300),
        expires_at_ms: 2n ** 48n - 1n,
      },
    ],
  },
  { name: "revokeShare", operations: [{ operation: "revokeShare", share_id: kMax }] },
];

const market: Case[] = [
  {
    name: "createOrder least",
    operations: [{ operation: "createOrder", record_id_list: [1], price: 1 }],
  },
  {
    name: "createOrder 64 records, text",
    operations: [
      {
        operation: "createOrder",
        record_id_list: oneTo(64),
        price: kMax,
        text: ref(16_384),
      },
    ],
  },
  { name: "deleteOrder", operations: [{ operation: "deleteOrder", order_id: 128 }] },
  {
    name: "purchaseData",
    operations: [{ operation: "purchaseData", order_id: 1, pub_key: point, amount: kMax }],
  },
  {
    name: "deliverOrder capsule and opaque",
    operations: [
      {
        operation: "deliverOrder",
        order_id: 300,
        pub_key: point,
        delivery: [
          { record_id: 1, relocking },
          { record_id: 2, data: ref(5) },
        ],
      },
    ],
  },
  { name: "transfer 1", operations: [{ operation: "transfer", to: bob, amount: 1 }] },
  { name: "transfer max", operations: [{ operation: "transfer", to: bob, amount: kMax }] },
];

const users: Case[] = [
  {
    name: "setRecoveryKey 24 h",
    operations: [{ operation: "setRecoveryKey", key: point, delay_ms: 86_400_000 }],
  },
  {
    name: "setRecoveryKey a year",
    operations: [{ operation: "setRecoveryKey", key: point, delay_ms: 31_536_000_000 }],
  },
  {
    name: "moveUser",
    operations: [
      {
        operation: "moveUser",
        usr_adr: alice,
        new_key: bob,
        new_key_signature: run(64, 120),
      },
    ],
  },
  { name: "cancelMove", operations: [{ operation: "cancelMove" }] },
];

const key = run(32, 40);
const governance: Case[] = (
  [
    { action: "addValidator", key, governance_key: run(32, 41), name: "St. Änne" },
    { action: "removeValidator", key },
    { action: "replaceValidatorKey", key, new_key: run(32, 42) },
    { action: "replaceGovernanceKey", key, new_governance_key: run(32, 43) },
    { action: "accreditInstitution", address: alice, name: "N", kind: "", data_source_url: "" },
    { action: "withdrawInstitution", address: alice },
    { action: "replaceInstitutionKey", address: alice, new_address: bob },
    { action: "mint", to: bob, amount: kMax },
    { action: "setParameter", name: "tx_window_ms", value: 0 },
    { action: "setRecordTypes", types: ["Basic", "Observation", "字", "𝄞"] },
    { action: "scheduleUpgrade", version: 1, epoch: kMax },
  ] as const
).map((action) => ({
  name: `propose ${action.action}`,
  operations: [{ operation: "propose", action }],
}));

const rest: Case[] = [
  {
    name: "propose accreditInstitution, all fields",
    operations: [
      {
        operation: "propose",
        action: {
          action: "accreditInstitution",
          address: alice,
          name: "a".repeat(128),
          kind: "hospital",
          data_source_url: `https://${"b".repeat(504)}`,
        },
      },
    ],
  },
  { name: "vote no", operations: [{ operation: "vote", proposal_id: 1, yes: false }] },
  { name: "vote yes", operations: [{ operation: "vote", proposal_id: kMax, yes: true }] },
  { name: "suspendInstitution", operations: [{ operation: "suspendInstitution", address: bob }] },
  { name: "anchorLog", operations: [{ operation: "anchorLog", root: run(32, 50), count: kMax }] },
  {
    name: "propose removeValidator by force",
    operations: [{ operation: "propose", action: { action: "removeValidator", key, force: true } }],
  },
  { name: "endEpoch", operations: [{ operation: "endEpoch" }] },
  ...[0n, kMax].map((height) => ({
    name: `reportReady ${height}`,
    operations: [
      { operation: "reportReady" as const, proposal_id: 7, height, block_hash: run(32, 60) },
    ],
  })),
  ...[1, 2, 3, 4].map((kind) => ({
    name: `reportEvidence ${kind}`,
    operations: [
      {
        operation: "reportEvidence" as const,
        kind,
        culprit: key,
        first: run(120, 10),
        first_signature: run(64, 70),
        second: run(120, 11),
        second_signature: run(64, 71),
      },
    ],
  })),
  {
    name: "256 operations",
    operations: oneTo(256).map((id) => ({ operation: "deleteRecord", record_id: id })),
  },
  {
    name: "valid until 0",
    validUntilMs: 0n,
    operations: [{ operation: "deleteRecord", record_id: 1 }],
  },
  {
    name: "valid until the end",
    validUntilMs: 2n ** 48n - 1n,
    operations: [{ operation: "deleteRecord", record_id: 1 }],
  },
];

export const cases = [...records, ...shares, ...market, ...users, ...governance, ...rest];
