// A transaction: what a user signs (docs/protocol/transactions.md).
import { type Address, parseAddress } from "./address.ts";
import {
  type Bytes,
  bigEndian,
  concat,
  equal,
  fromUtf8,
  randomBytes,
  toHex,
  utf8,
} from "./bytes.ts";
import { kCapsuleByte } from "./capsule.ts";
import { CanonicalWriter } from "./canonical.ts";
import { refuse } from "./error.ts";
import { blake2b256 } from "./hash.ts";
import { type DecodedOperation, type Operation, kTimeMsMax, operation } from "./operations.ts";
import { address, fixed, list, message, required, uint } from "./schema.ts";
import { type SigningKey, verifySignature } from "./signing.ts";
import { WireFields } from "./wire.ts";

const kTag = "generion/tx/1";
const kOperationsMax = 256;
const kBodyBytesMax = 64 * 1024;
const kAttachmentBytesMax = 1024 * 1024;
const kNonceBytes = 16;
const kValidForMs = 10 * 60_000;

const transactionBody = message(
  "transaction",
  {
    chain_id: required(1, fixed(32)),
    sender: required(2, address),
    nonce: required(3, fixed(kNonceBytes)),
    valid_until_ms: required(4, uint()),
    operation: required(5, list(operation, kOperationsMax)),
  },
  (body) => {
    if (body.valid_until_ms > kTimeMsMax) {
      refuse("MALFORMED", "transaction: valid_until_ms is beyond any calendar");
    }
    if (body.operation.length === 0) {
      refuse("BAD_ARGUMENT", "transaction: has no operation; it takes at least one");
    }
  },
);

export interface BodyInput {
  readonly chainId: Bytes;
  readonly sender: Address;
  readonly operations: readonly Operation[];
  readonly validUntilMs?: number | bigint; // default: in ten minutes
  readonly nonce?: Bytes; // 16 bytes; default: random, as it should be
}

export interface TransactionBody {
  readonly chainId: Bytes;
  readonly sender: Address;
  readonly nonce: Bytes;
  readonly validUntilMs: bigint;
  readonly operations: readonly DecodedOperation[];
}

export interface SignedTransaction {
  readonly bytes: Bytes; // what sendTransaction takes
  readonly body: Bytes;
  readonly signature: Bytes;
  readonly attachments: readonly Bytes[];
  readonly hash: Bytes; // 32 bytes, tx_hash
  readonly id: string; // tx_id, 64 hexadecimal digits
}

// The canonical bytes that are signed. Refuses whatever a node would refuse without looking at its
// state; errors as decodeBody.
export function encodeBody(input: BodyInput): Bytes {
  const body = transactionBody.encode({
    chain_id: input.chainId,
    sender: input.sender,
    nonce: input.nonce ?? randomBytes(kNonceBytes),
    valid_until_ms: input.validUntilMs ?? Date.now() + kValidForMs,
    operation: input.operations,
  });
  decodeBody(body);
  return body;
}

// Errors MALFORMED, NOT_CANONICAL, UNKNOWN_OPERATION, TOO_LARGE, TOO_MANY, BAD_ARGUMENT,
// BAD_ATTACHMENT; the message names the field.
export function decodeBody(bytes: Bytes): TransactionBody {
  if (bytes.length > kBodyBytesMax) {
    refuse("TOO_LARGE", `the body has ${bytes.length} bytes; at most ${kBodyBytesMax} are taken`);
  }
  const body = transactionBody.decode(bytes);
  return {
    chainId: body.chain_id,
    sender: body.sender,
    nonce: body.nonce,
    validUntilMs: body.valid_until_ms,
    operations: body.operation,
  };
}

export function transactionHash(body: Bytes): Bytes {
  return blake2b256(utf8(kTag), body);
}

// valid_until_ms (6 bytes, big-endian), then the first 26 bytes of the hash.
export function transactionId(validUntilMs: number | bigint, hash: Bytes): string {
  return toHex(concat(bigEndian(validUntilMs, 6), hash.subarray(0, 26)));
}

// Signs the bytes as they are. `attachments` in the order in which the operations refer to them.
// Errors as checkTransaction; BAD_KEY: the key is not the sender's.
export function signBody(
  body: Bytes,
  key: SigningKey,
  attachments: readonly Bytes[] = [],
): SignedTransaction {
  const { sender } = decodeBody(body);
  if (sender !== key.address) {
    refuse("BAD_KEY", `the transaction is from ${sender}, the key is that of ${key.address}`);
  }
  return assemble(body, key.sign(kTag, body), attachments);
}

function assemble(body: Bytes, signature: Bytes, attachments: readonly Bytes[]): SignedTransaction {
  const out = new CanonicalWriter();
  out.bytes(1, body);
  out.bytes(2, signature);
  for (const attachment of attachments) out.element(3, attachment);
  const hash = transactionHash(body);
  const { validUntilMs } = decodeBody(body);
  const signed = {
    bytes: out.take(),
    body,
    signature,
    attachments,
    hash,
    id: transactionId(validUntilMs, hash),
  };
  checkAttachments(signed);
  return signed;
}

// Reads the envelope and checks everything that needs neither a clock nor state: shape, limits,
// attachments (an erased one is empty), signature. Errors as decodeBody; BAD_ATTACHMENT,
// BAD_CAPSULE, BAD_SIGNATURE.
export function decodeTransaction(bytes: Bytes): {
  transaction: SignedTransaction;
  body: TransactionBody;
} {
  const fields = new WireFields(bytes, "signed transaction");
  const transaction = assemble(fields.bytes(1), fields.bytes(2), fields.list(3));
  const body = decodeBody(transaction.body);
  if (!verifySignature(parseAddress(body.sender), kTag, transaction.body, transaction.signature)) {
    refuse("BAD_SIGNATURE", `the signature is not by ${body.sender}, or the body was altered`);
  }
  return { transaction, body };
}

type AttachmentKind = "sealed meta" | "opaque data" | "text";
interface AttachmentUse {
  readonly hash: Bytes;
  readonly length: bigint;
  readonly kind: AttachmentKind;
}

// What an operation refers to, in order.
export function attachmentUses(one: DecodedOperation): AttachmentUse[] {
  switch (one.operation) {
    case "createRecord":
      return [{ ...one.data, kind: one.lock === undefined ? "opaque data" : "sealed meta" }];
    case "shareRecord":
      return one.data === undefined ? [] : [{ ...one.data, kind: "opaque data" }];
    case "createOrder":
      return one.text === undefined ? [] : [{ ...one.text, kind: "text" }];
    case "deliverOrder":
      return one.delivery.flatMap(({ data }) =>
        data === undefined ? [] : [{ ...data, kind: "opaque data" }],
      );
    default:
      return [];
  }
}

function checkAttachments({ body, attachments }: SignedTransaction): void {
  const uses = decodeBody(body).operations.flatMap(attachmentUses);
  if (uses.length !== attachments.length) {
    refuse(
      "BAD_ATTACHMENT",
      `${attachments.length} attachments came, the operations refer to ${uses.length}`,
    );
  }
  const total = attachments.reduce((sum, one) => sum + one.length, 0);
  if (total > kAttachmentBytesMax) {
    refuse(
      "TOO_LARGE",
      `the attachments have ${total} bytes together; at most ${kAttachmentBytesMax} are taken`,
    );
  }
  attachments.forEach((bytes, place) => {
    const use = uses[place];
    if (use !== undefined && bytes.length > 0) checkAttachment(bytes, use, place);
  });
}

function checkAttachment(bytes: Bytes, use: AttachmentUse, place: number): void {
  if (BigInt(bytes.length) !== use.length || !equal(blake2b256(bytes), use.hash)) {
    refuse("BAD_ATTACHMENT", `attachment ${place} does not have the hash and length in the body`);
  }
  if (use.kind === "opaque data" && bytes[0] === kCapsuleByte) {
    refuse("BAD_CAPSULE", `attachment ${place}: opaque data_encr must not start with byte 01`);
  }
  if (use.kind === "text") fromUtf8(bytes, `attachment ${place}`);
}
