// Builds transactions: operations with their attachments, relocking proofs, a nonce, a time limit.
//
//   const transaction = new TransactionBuilder(chainId)
//     .add({ operation: "verifyRecord", record_id: [7] })
//     .sign(key);
import { type Address, parseAddress } from "./address.ts";
import { type Bytes, concat, equal, utf8 } from "./bytes.ts";
import { type CapsuleKey, lockCapsule, sealMeta } from "./capsule.ts";
import { refuse } from "./error.ts";
import { blake2b256 } from "./hash.ts";
import { type CapsuleMeta, encodeMeta } from "./meta.ts";
import type { AttachmentRef, Operation, Relocking } from "./operations.ts";
import type { ReaderSecret } from "./reader_key.ts";
import { deliveryContext, ownerContext, relock, shareContext } from "./relock.ts";
import type { SigningKey } from "./signing.ts";
import { type SignedTransaction, encodeBody, signBody } from "./transaction.ts";

// What every new record has.
export interface RecordFields {
  readonly owner: Address;
  readonly readerKey: Bytes; // whose private part opens it: the owner's, as a rule
  readonly type?: string; // document class from the chain's list
  readonly replaces?: number | bigint;
  readonly deidentified?: boolean;
}

// What a capsule record holds that relocking needs: `capsuleOf` reads it from a node's answer.
export interface LockedRecord {
  readonly recordId: number | bigint;
  readonly dataPubKey: Bytes;
  readonly lock: Bytes;
}

export class TransactionBuilder {
  readonly #operations: Operation[] = [];
  readonly #attachments: Bytes[] = [];

  constructor(readonly chainId: Bytes) {}

  // Any operation; `attachments` in the order in which it refers to them (see attachmentRef).
  add(operation: Operation, ...attachments: readonly Bytes[]): this {
    this.#operations.push(operation);
    this.#attachments.push(...attachments);
    return this;
  }

  // A record of a document that was encrypted with key.documentKey. meta.document, its address,
  // goes into the record too.
  createCapsule(fields: RecordFields, key: CapsuleKey, meta: Partial<CapsuleMeta>): this {
    const sealed = sealMeta(key.metaKey, encodeMeta(meta));
    const lock = lockCapsule(key, fields.readerKey);
    return this.#create(fields, sealed, {
      lock,
      ...(meta.document === undefined ? {} : { document: meta.document }),
    });
  }

  // A record of the application's own format; its first byte is not 0x01.
  createOpaque(fields: RecordFields, dataEncr: Bytes, document?: Bytes): this {
    return this.#create(fields, dataEncr, document === undefined ? {} : { document });
  }

  // Shares a capsule with a grantee, whose reader key getUserPubKey tells. `reader` opens the
  // record now. Errors BAD_KEY, BAD_CAPSULE, BAD_ADDRESS.
  share(
    record: LockedRecord,
    grantee: Address,
    readerKey: Bytes,
    reader: ReaderSecret,
    expiresAtMs?: number | bigint,
  ): this {
    return this.add({
      operation: "shareRecord",
      record_id: record.recordId,
      grantee,
      data_pub_key: readerKey,
      relocking: this.#relock(record, shareContext(grantee), readerKey, reader),
      ...(expiresAtMs === undefined ? {} : { expires_at_ms: expiresAtMs }),
    });
  }

  // Moves the owner's capsules to his new reader key, `to`, from `reader`.
  relock(records: readonly LockedRecord[], to: Bytes, reader: ReaderSecret): this {
    return this.add({
      operation: "relockRecord",
      pub_key: to,
      record: records.map((record) => ({
        record_id: record.recordId,
        relocking: this.#relock(record, ownerContext(), to, reader),
      })),
    });
  }

  createOrder(recordIds: readonly (number | bigint)[], price: number | bigint, text = ""): this {
    const bytes = utf8(text);
    const order = { operation: "createOrder", record_id_list: recordIds, price } as const;
    if (text === "") return this.add(order);
    return this.add({ ...order, text: attachmentRef(bytes) }, bytes);
  }

  // Delivers a purchased order of capsules, in the order's sequence of records, to the buyer's key.
  deliver(
    orderId: number | bigint,
    buyerKey: Bytes,
    records: readonly LockedRecord[],
    reader: ReaderSecret,
  ): this {
    const context = deliveryContext(orderId);
    return this.add({
      operation: "deliverOrder",
      order_id: orderId,
      pub_key: buyerKey,
      delivery: records.map((record) => ({
        record_id: record.recordId,
        relocking: this.#relock(record, context, buyerKey, reader),
      })),
    });
  }

  // Moves a user to a new key, which signs that it agrees.
  moveUser(user: Address, newKey: SigningKey): this {
    const message = concat(this.chainId, parseAddress(user), newKey.publicKey);
    return this.add({
      operation: "moveUser",
      usr_adr: user,
      new_key: newKey.address,
      new_key_signature: newKey.sign("generion/move/1", message),
    });
  }

  // The whole transaction, valid for `validForMs` (ten minutes; the chain's tx_window_ms at most)
  // from now. Errors as encodeBody and signBody.
  sign(key: SigningKey, validForMs = 600_000): SignedTransaction {
    const body = encodeBody({
      chainId: this.chainId,
      sender: key.address,
      operations: this.#operations,
      validUntilMs: Date.now() + validForMs,
    });
    return signBody(body, key, this.#attachments);
  }

  #create(fields: RecordFields, data: Bytes, more: { lock?: Bytes; document?: Bytes }): this {
    return this.add(
      {
        operation: "createRecord",
        usr_adr: fields.owner,
        data_pub_key: fields.readerKey,
        data: attachmentRef(data),
        ...more,
        ...(fields.type === undefined ? {} : { type: fields.type }),
        ...(fields.replaces === undefined ? {} : { replaces: fields.replaces }),
        ...(fields.deidentified === undefined ? {} : { deidentified: fields.deidentified }),
      },
      data,
    );
  }

  #relock(record: LockedRecord, context: Bytes, to: Bytes, reader: ReaderSecret): Relocking {
    if (!equal(record.dataPubKey, reader.publicKey)) {
      refuse("BAD_KEY", `record ${record.recordId} is locked to another reader key`);
    }
    const { lock, proof } = relock(
      {
        chainId: this.chainId,
        context,
        recordId: record.recordId,
        fromLock: record.lock,
        toKey: to,
      },
      reader,
    );
    return { from_key: reader.publicKey, from_lock: record.lock, lock, proof };
  }
}

export function attachmentRef(bytes: Bytes): AttachmentRef {
  return { hash: blake2b256(bytes), length: bytes.length };
}
