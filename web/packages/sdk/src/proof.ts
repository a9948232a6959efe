// Proof files (docs/protocol/proofs.md): that an object stands in the state of a chain, or that a
// transaction ended in a certain way. Checked without any node.
import { type Bytes, bigEndian, equal } from "./bytes.ts";
import { CanonicalReader } from "./canonical.ts";
import {
  type BlockHeader,
  type Seal,
  type TrustAnchor,
  followSets,
  verifyCertificate,
} from "./block.ts";
import { GenerionError, refuse } from "./error.ts";
import { merkleLeaf, verifyMerklePath } from "./merkle.ts";
import { WireFields } from "./wire.ts";

const kProofBytesMax = 1024 * 1024;
const kNewIdsMax = 4096;
const kDuePerBlockMax = 10_000n;

// An object of the state: docs/protocol/state.md has keys and values.
export interface ProvenObject {
  readonly kind: "object";
  readonly header: BlockHeader;
  readonly key: Bytes;
  readonly value: Bytes;
  readonly slot: bigint;
}

export interface Receipt {
  readonly txHash: Bytes;
  readonly code: number; // 0: executed; else the number of the contract's code
  readonly failedOperation: bigint;
  readonly newIds: readonly bigint[];
}

export interface ProvenReceipt {
  readonly kind: "receipt";
  readonly header: BlockHeader;
  readonly receipt: Receipt;
  readonly index: bigint; // among the block's transactions
}

export type Proven = ProvenObject | ProvenReceipt;

// What the proof shows. It speaks of the state after the block in `header`, not of today's: compare
// header.timeMs with the time now. Errors BAD_PROOF, WRONG_CHAIN.
export function verifyProof(proof: Bytes, anchor: TrustAnchor): Proven {
  try {
    return verify(proof, anchor);
  } catch (error) {
    if (error instanceof GenerionError && error.code !== "WRONG_CHAIN") {
      refuse("BAD_PROOF", error.message);
    }
    throw error;
  }
}

function verify(proof: Bytes, anchor: TrustAnchor): Proven {
  if (proof.length > kProofBytesMax) {
    refuse("TOO_LARGE", `the proof has ${proof.length} bytes; at most ${kProofBytesMax} are taken`);
  }
  const fields = new WireFields(proof, "proof");
  const changes = fields.list(5).map((bytes) => {
    const change = new WireFields(bytes, "proof: set change");
    return { header: change.bytes(1), seals: readSeals(change.list(2)), next: change.list(3) };
  });
  const trusted = followSets(anchor, changes);
  const header = verifyCertificate(fields.bytes(3), readSeals(fields.list(4)), trusted);
  if (fields.has(1) === fields.has(2)) {
    refuse("MALFORMED", "the proof has to hold either an object or a receipt");
  }
  return fields.has(1)
    ? verifyObject(new WireFields(fields.bytes(1), "proof: object"), header)
    : verifyReceipt(new WireFields(fields.bytes(2), "proof: receipt"), header);
}

function readSeals(list: readonly Bytes[]): Seal[] {
  return list.map((bytes) => {
    const seal = new WireFields(bytes, "proof: signer");
    return { key: seal.bytes(1), signature: seal.bytes(2) };
  });
}

function verifyObject(fields: WireFields, header: BlockHeader): ProvenObject {
  const [key, value, slot] = [fields.bytes(1), fields.bytes(2), fields.uint(3)];
  const leaf = merkleLeaf(bigEndian(key.length, 4), key, bigEndian(value.length, 4), value);
  if (!verifyMerklePath(leaf, slot, header.objectCount, fields.list(4), header.stateRoot)) {
    refuse(
      "BAD_PROOF",
      "the object's path does not lead to the state root: key, value, slot or " +
        `path is not that of block ${header.height}`,
    );
  }
  return { kind: "object", header, key, value, slot };
}

// Receipts of what fell due by itself stand before the transactions' in the receipts' tree.
function verifyReceipt(fields: WireFields, header: BlockHeader): ProvenReceipt {
  const [bytes, index, before] = [fields.bytes(1), fields.uint(2), fields.uint(5)];
  const receipt = decodeReceipt(bytes);
  const count = header.txCount;
  const holds = verifyMerklePath(
    merkleLeaf(bytes),
    before + index,
    before + count,
    fields.list(3),
    header.receiptRoot,
  );
  if (before > kDuePerBlockMax || !holds) {
    refuse("BAD_PROOF", "the receipt's path does not lead to the receipt root");
  }
  const leaf = merkleLeaf(receipt.txHash);
  if (!verifyMerklePath(leaf, index, count, fields.list(4), header.txRoot)) {
    refuse("BAD_PROOF", "the transaction's path does not lead to the transaction root");
  }
  return { kind: "receipt", header, receipt, index };
}

// A receipt's canonical bytes. Errors MALFORMED, NOT_CANONICAL.
export function decodeReceipt(bytes: Bytes): Receipt {
  const from = new CanonicalReader(bytes, "receipt");
  const txHash = from.element(1, "tx_hash");
  const receipt = {
    txHash: txHash?.length === 32 ? txHash : from.malformed("tx_hash has to have 32 bytes"),
    code: Number(from.uint(2, "code")),
    failedOperation: from.uint(3, "failed_operation"),
    newIds: from.packed(4, "new_ids", kNewIdsMax),
  };
  from.finish();
  return receipt;
}

// The key of an object: one byte for its kind, then its number (docs/protocol/state.md).
export function objectKey(kind: number, number: number | bigint): Bytes {
  return Uint8Array.of(kind, ...bigEndian(number, 8));
}

// Whether a proof is about this object.
export function isAbout(proven: Proven, key: Bytes): boolean {
  return proven.kind === "object" && equal(proven.key, key);
}
