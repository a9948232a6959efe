// A node's record, as its reader opens and moves it.
import { fromBase64, fromHex } from "./bytes.ts";
import type { LockedRecord } from "./builder.ts";
import { type CapsuleKey, kLockBytes, openLock, openMeta, parseDataEncr } from "./capsule.ts";
import { refuse } from "./error.ts";
import { type CapsuleMeta, decodeMeta } from "./meta.ts";
import type { ReaderSecret } from "./reader_key.ts";
import type { RecordResult } from "./results.ts";

type OfRecord = Pick<RecordResult, "record_id" | "pub_key" | "lock" | "data_encr">;

// What relocking needs of it. Error NOT_CAPSULE: an opaque record.
export function capsuleOf(record: OfRecord): LockedRecord {
  if (record.lock === undefined) {
    refuse("NOT_CAPSULE", `record ${record.record_id} is opaque: its application has to open it`);
  }
  return {
    recordId: record.record_id,
    dataPubKey: fromHex(record.pub_key, 32, "pub_key"),
    lock: fromHex(record.lock, kLockBytes, "lock"),
  };
}

export interface OpenedCapsule {
  readonly key: CapsuleKey; // key.documentKey decrypts the document
  readonly meta: CapsuleMeta; // says where the document is
}

// `lock` is the one that is for this reader, hexadecimal: the record's own, that of a share
// (getShare) or that of a delivery (getOrder). Errors NOT_CAPSULE, ERASED, BAD_CAPSULE (locked to
// another reader, or altered), MALFORMED.
export function openRecord(
  record: OfRecord,
  reader: ReaderSecret,
  lock: string | undefined = record.lock,
): OpenedCapsule {
  capsuleOf(record);
  if (record.data_encr === undefined) {
    refuse("ERASED", `the bytes of record ${record.record_id} were erased`);
  }
  const { sealedMeta } = parseDataEncr(fromBase64(record.data_encr, "data_encr"));
  const key = openLock(fromHex(lock ?? "", kLockBytes, "lock"), reader);
  return { key, meta: decodeMeta(openMeta(key.metaKey, sealedMeta)) };
}
