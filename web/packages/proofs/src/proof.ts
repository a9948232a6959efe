// Proofs of objects and of transactions' outcomes.
import {
  type Header,
  type Link,
  type Seal,
  kValidatorsMax,
  readHeader,
  readLink,
  readSeals,
} from "./block.ts";
import { type Bytes, bigEndian, equal, refuse } from "./bytes.ts";
import { isInTree, kPathMax, leafHash } from "./merkle.ts";
import { type SetChain, kSetChangesMax } from "./sets.ts";
import { Message } from "./wire.ts";

const kProofBytesMax = 1024 * 1024;
const kPageBytesMax = 64 * 1024 * 1024;
const kSystemReceiptsMax = 10_000n;

export interface ProvenObject {
  readonly header: Header;
  readonly key: Bytes;
  readonly value: Bytes;
}

export interface Outcome {
  readonly header: Header;
  readonly txHash: Bytes;
  readonly code: bigint; // 0: all operations took effect
  readonly failedOperation: bigint;
  readonly newIds: readonly bigint[];
}

export interface ProvenPage {
  readonly header: Header;
  readonly objects: readonly ProvenObject[];
}

// A proof file of an object. Errors MALFORMED, WRONG_CHAIN, BAD_PROOF, FORK.
export function verifyObject(file: Bytes, chain: SetChain): ProvenObject {
  const { message, header } = readProof(file, chain);
  if (!message.has(1)) refuse("BAD_PROOF", "the proof is of a transaction, not of an object");
  return objectIn(new Message(message.bytes(1), "an object's proof"), header);
}

// A proof file of how the transaction with this hash ended. Errors as above.
export function verifyOutcome(file: Bytes, txHash: Bytes, chain: SetChain): Outcome {
  const { message, header } = readProof(file, chain);
  if (!message.has(2)) refuse("BAD_PROOF", "the proof is of an object, not of a transaction");
  const outcome = outcomeIn(new Message(message.bytes(2), "a receipt's proof"), header);
  if (!equal(outcome.txHash, txHash)) refuse("BAD_PROOF", "the proof is of another transaction");
  return outcome;
}

// One page of a list: its objects, each proven. A page that goes on another has to be of the same
// block, `of`, whose seals were checked with the first. Errors as above.
export function verifyPage(file: Bytes, chain: SetChain, of?: Header): ProvenPage {
  if (file.length > kPageBytesMax) refuse("MALFORMED", "a page's proof has at most 64 MiB");
  const message = new Message(file, "a page's proof");
  if (of && !equal(message.bytes(3), of.bytes)) {
    refuse("BAD_PROOF", "the pages are of different blocks");
  }
  const header = of ?? checkSeals(message, chain);
  const objects = message
    .list(1, Number.MAX_SAFE_INTEGER)
    .map((bytes) => objectIn(new Message(bytes, "an object's proof"), header));
  return { header, objects };
}

function readProof(file: Bytes, chain: SetChain): { message: Message; header: Header } {
  if (file.length > kProofBytesMax) refuse("MALFORMED", "a proof has at most 1 MiB");
  const message = new Message(file, "a proof");
  if (message.has(1) === message.has(2)) {
    refuse("MALFORMED", "a proof holds either an object or a receipt");
  }
  return { message, header: checkSeals(message, chain) };
}

function checkSeals(message: Message, chain: SetChain): Header {
  const header = readHeader(message.bytes(3));
  const seals: readonly Seal[] = readSeals(message.list(4, kValidatorsMax));
  const changes: readonly Link[] = message.list(5, kSetChangesMax).map(readLink);
  chain.check(header, seals, changes);
  return header;
}

function objectIn(proof: Message, header: Header): ProvenObject {
  const [key, value, slot] = [proof.bytes(1), proof.bytes(2), proof.number(3)];
  const path = proof.fixedList(4, kPathMax, 32);
  const leaf = leafHash(bigEndian(key.length, 4), key, bigEndian(value.length, 4), value);
  if (!isInTree(leaf, slot, header.objectCount, path, header.stateRoot)) {
    refuse("BAD_PROOF", `the object does not stand in the state after block ${header.height}`);
  }
  return { header, key, value };
}

function outcomeIn(proof: Message, header: Header): Outcome {
  const [bytes, index, before] = [proof.bytes(1), proof.number(2), proof.number(5)];
  const receiptPath = proof.fixedList(3, kPathMax, 32);
  const transactionPath = proof.fixedList(4, kPathMax, 32);
  const receipt = new Message(bytes, "a receipt");
  const txHash = receipt.fixed(1, 32);
  const count = header.txCount;
  if (index >= count || before > kSystemReceiptsMax) {
    refuse("BAD_PROOF", `block ${header.height} has no such receipt`);
  }
  if (!isInTree(leafHash(bytes), before + index, before + count, receiptPath, header.receiptRoot)) {
    refuse("BAD_PROOF", `the receipt does not stand in block ${header.height}`);
  }
  if (!isInTree(leafHash(txHash), index, count, transactionPath, header.txRoot)) {
    refuse("BAD_PROOF", `the transaction does not stand in block ${header.height}`);
  }
  return {
    header,
    txHash,
    code: receipt.number(2),
    failedOperation: receipt.number(3),
    newIds: receipt.numbers(4),
  };
}
