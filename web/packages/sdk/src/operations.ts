// What a transaction can do, by the names and with the fields of docs/protocol/transactions.md:
//
//   const operation: Operation = { operation: "verifyRecord", record_id: [7, 8] };
//
// Addresses are text (gen1...), other byte strings Uint8Array; ids and amounts number or bigint,
// bigint when decoded. Amounts are in the smallest unit: one token is 10^8.
import { compare } from "./bytes.ts";
import { refuse } from "./error.ts";
import { governanceAction } from "./governance.ts";
import {
  type InputOf,
  type OutputOf,
  address,
  addresses,
  checkDistinct,
  data,
  fixed,
  flag,
  ids,
  list,
  message,
  nested,
  oneOf,
  optional,
  optionalFlag,
  optionalUint,
  required,
  text,
  uint,
} from "./schema.ts";

const kAttachmentBytesMax = 1024 * 1024;
const kOrderTextBytesMax = 16 * 1024;
const kProofsMax = 64;
const kRecordsPerOrderMax = 64;
const kRecordsPerOperationMax = 1000;
const kUsersPerAdmissionMax = 1000;
const kRecordTypeBytesMax = 64;
const kStatementBytesMax = 48 * 1024;
const kDayMs = 86_400_000n;
export const kTimeMsMax = (1n << 48n) - 1n;

const key = fixed(32);
const hash = fixed(32);
const lock = fixed(64);

// Bytes that travel beside the body: their BLAKE2b-256 and length.
function attachmentRef(what: string, max: number) {
  return message(what, { hash: required(1, hash), length: required(2, uint()) }, ({ length }) => {
    if (length === 0n) refuse("BAD_ATTACHMENT", `${what} is empty`);
    if (length > BigInt(max)) {
      refuse("TOO_LARGE", `${what} has ${length} bytes; at most ${max} are taken`);
    }
  });
}

// A capsule's key, locked to another reader, with the proof that it is the same key.
const relocking = message("relocking", {
  from_key: required(1, key),
  from_lock: required(2, lock),
  lock: required(3, lock),
  proof: required(4, fixed(96)),
});

// A capsule's relocking, or opaque data as an attachment.
function checkAccess(what: string) {
  return (value: { relocking?: unknown; data?: unknown }): void => {
    if ((value.relocking === undefined) === (value.data === undefined)) {
      refuse(
        "MALFORMED",
        `${what}: exactly one of relocking and data is needed, the first for a ` +
          "capsule, the second for opaque data",
      );
    }
  };
}

const createRecord = message("createRecord", {
  usr_adr: required(1, address),
  data_pub_key: required(2, key),
  lock: optional(3, lock),
  data: required(4, nested(attachmentRef("createRecord: data", kAttachmentBytesMax))),
  document: optional(5, hash),
  type: optional(6, optionalText(kRecordTypeBytesMax)),
  replaces: optional(7, optionalUint),
  deidentified: optional(8, optionalFlag),
});

function optionalText(max: number) {
  const kind = text(0, max);
  return {
    ...kind,
    read: (...from: Parameters<typeof kind.read>) => kind.read(...from) || undefined,
  };
}

const recordRelocking = message("relockRecord: record", {
  record_id: required(1, uint()),
  relocking: required(2, nested(relocking)),
});

const relockRecord = message(
  "relockRecord",
  {
    pub_key: required(1, key),
    record: required(2, list(recordRelocking, kProofsMax)),
  },
  ({ record }) =>
    checkDistinct(
      record.map((one) => one.record_id),
      "relockRecord: record",
    ),
);

const shareRecord = message(
  "shareRecord",
  {
    record_id: required(1, uint()),
    grantee: required(2, address),
    data_pub_key: required(3, key),
    relocking: optional(4, nested(relocking)),
    data: optional(5, nested(attachmentRef("shareRecord: data", kAttachmentBytesMax))),
    expires_at_ms: optional(6, optionalUint),
  },
  (value) => {
    checkAccess("shareRecord")(value);
    if ((value.expires_at_ms ?? 0n) > kTimeMsMax) {
      refuse("BAD_ARGUMENT", "shareRecord: expires_at_ms is beyond any calendar");
    }
  },
);

const createOrder = message("createOrder", {
  record_id_list: required(1, ids(kRecordsPerOrderMax)),
  price: required(2, uint(1n)),
  text: optional(3, nested(attachmentRef("createOrder: text", kOrderTextBytesMax))),
});

const purchaseData = message("purchaseData", {
  order_id: required(1, uint()),
  pub_key: required(2, key),
  amount: required(3, uint()),
});

const delivery = message(
  "deliverOrder: delivery",
  {
    record_id: required(1, uint()),
    relocking: optional(2, nested(relocking)),
    data: optional(3, nested(attachmentRef("deliverOrder: data", kAttachmentBytesMax))),
  },
  checkAccess("deliverOrder"),
);

const deliverOrder = message(
  "deliverOrder",
  {
    order_id: required(1, uint()),
    pub_key: required(2, key),
    delivery: required(3, list(delivery, kRecordsPerOrderMax)),
  },
  (value) => {
    if (value.delivery.length === 0) refuse("BAD_ARGUMENT", "deliverOrder: delivers no record");
  },
);

const setRecoveryKey = message(
  "setRecoveryKey",
  {
    key: required(1, key),
    delay_ms: required(2, uint()),
  },
  ({ delay_ms: delay }) => {
    if (delay < kDayMs || delay > 365n * kDayMs) {
      refuse(
        "BAD_ARGUMENT",
        `setRecoveryKey: delay_ms is ${delay}; it takes ${kDayMs} (24 hours) to ` +
          `${365n * kDayMs} (a year)`,
      );
    }
  },
);

const moveUser = message("moveUser", {
  usr_adr: required(1, address),
  new_key: required(2, address),
  new_key_signature: required(3, fixed(64)),
});

// Two messages that one validator signed and that contradict each other: what was signed, after the
// kind's tag (docs/protocol/consensus.md). kind: 1 PRE-PREPARE, 2 PREPARE, 3 VIEW-CHANGE, 4 SEAL.
const reportEvidence = message(
  "reportEvidence",
  {
    kind: required(1, uint()),
    culprit: required(2, key),
    first: required(3, data),
    first_signature: required(4, fixed(64)),
    second: required(5, data),
    second_signature: required(6, fixed(64)),
  },
  ({ kind, first, second }) => {
    if (kind < 1n || kind > 4n) {
      refuse("BAD_ARGUMENT", `reportEvidence: kind is ${kind}; it takes 1 to 4`);
    }
    if (Math.max(first.length, second.length) > kStatementBytesMax) {
      refuse(
        "TOO_LARGE",
        `reportEvidence: a message has more than ${kStatementBytesMax} bytes; other evidence of ` +
          "the same will do",
      );
    }
    if (compare(first, second) >= 0) {
      refuse(
        "BAD_ARGUMENT",
        "reportEvidence: first and second have to ascend by their bytes, and to differ",
      );
    }
  },
);

// By field number. A new operation gets a new number at the end.
export const operation = oneOf("operation", {
  setUserPubKey: [1, message("setUserPubKey", { pub_key: required(1, key) })],
  admitUser: [2, message("admitUser", { usr_adr: required(1, addresses(kUsersPerAdmissionMax)) })],
  createRecord: [3, createRecord],
  verifyRecord: [
    4,
    message("verifyRecord", {
      record_id: required(1, ids(kRecordsPerOperationMax)),
    }),
  ],
  deleteRecord: [5, message("deleteRecord", { record_id: required(1, uint()) })],
  relockRecord: [6, relockRecord],
  shareRecord: [7, shareRecord],
  revokeShare: [8, message("revokeShare", { share_id: required(1, uint()) })],
  createOrder: [9, createOrder],
  deleteOrder: [10, message("deleteOrder", { order_id: required(1, uint()) })],
  purchaseData: [11, purchaseData],
  deliverOrder: [12, deliverOrder],
  transfer: [
    13,
    message("transfer", {
      to: required(1, address),
      amount: required(2, uint(1n)),
    }),
  ],
  setRecoveryKey: [14, setRecoveryKey],
  moveUser: [15, moveUser],
  cancelMove: [16, message("cancelMove", {})],
  propose: [17, message("propose", { action: required(1, nested(governanceAction)) })],
  vote: [18, message("vote", { proposal_id: required(1, uint()), yes: required(2, flag) })],
  suspendInstitution: [19, message("suspendInstitution", { address: required(1, address) })],
  anchorLog: [
    20,
    message("anchorLog", {
      root: required(1, hash),
      count: required(2, uint(1n)),
    }),
  ],
  endEpoch: [21, message("endEpoch", {})],
  reportReady: [
    22,
    message("reportReady", {
      proposal_id: required(1, uint()),
      height: required(2, uint()),
      block_hash: required(3, hash),
    }),
  ],
  reportEvidence: [23, reportEvidence],
});

export type Operation = InputOf<typeof operation>;
export type DecodedOperation = OutputOf<typeof operation>;
export type OperationName = Operation["operation"];
export type Relocking = InputOf<typeof relocking>;
export type AttachmentRef = { readonly hash: Uint8Array; readonly length: number | bigint };
