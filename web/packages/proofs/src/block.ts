// Headers, certificates, and who may seal.
import { ed25519 } from "@noble/curves/ed25519.js";
import {
  type Bytes,
  ascii,
  bigEndian,
  compare,
  concat,
  equal,
  fromBigEndian,
  fromHex,
  refuse,
  toHex,
} from "./bytes.ts";
import { hash } from "./merkle.ts";
import { Message } from "./wire.ts";

export const kValidatorsMax = 100;
const kHeaderBytes = 296;

export interface Header {
  readonly bytes: Bytes;
  readonly blockHash: Bytes;
  readonly chainId: Bytes;
  readonly epoch: bigint;
  readonly height: bigint;
  readonly parentHash: Bytes;
  readonly timeMs: bigint;
  readonly batchDigest: Bytes;
  readonly txCount: bigint;
  readonly txRoot: Bytes;
  readonly receiptRoot: Bytes;
  readonly stateRoot: Bytes; // after this block
  readonly objectCount: bigint;
  readonly validatorSetHash: Bytes;
  readonly nextValidatorSetHash: Bytes;
}

export interface Seal {
  readonly key: Bytes;
  readonly signature: Bytes;
}

// Whom to trust: from the epoch on, for blocks above the height.
export interface Anchor {
  readonly chainId: Bytes;
  readonly validators: readonly Bytes[]; // keys, ascending
  readonly epoch: bigint;
  readonly after: bigint;
}

// A block with its seals, and those who agree on the one above it (empty: not told).
export interface Link {
  readonly header: Header;
  readonly seals: readonly Seal[];
  readonly next: readonly Bytes[];
}

// Error MALFORMED.
export function readHeader(bytes: Bytes): Header {
  if (bytes.length !== kHeaderBytes) {
    refuse("MALFORMED", `a block header has ${kHeaderBytes} bytes, not ${bytes.length}`);
  }
  let at = 0;
  const take = (): Bytes => bytes.slice(at, (at += 32));
  const number = (): bigint => fromBigEndian(bytes.slice(at, (at += 8)));
  return {
    bytes,
    blockHash: hash(ascii("generion/block/1"), bytes),
    chainId: take(),
    epoch: number(),
    height: number(),
    parentHash: take(),
    timeMs: number(),
    batchDigest: take(),
    txCount: number(),
    txRoot: take(),
    receiptRoot: take(),
    stateRoot: take(),
    objectCount: number(),
    validatorSetHash: take(),
    nextValidatorSetHash: take(),
  };
}

export function readSeals(list: readonly Bytes[]): readonly Seal[] {
  return list.map((bytes) => {
    const seal = new Message(bytes, "a signer");
    return { key: seal.fixed(1, 32), signature: seal.fixed(2, 64) };
  });
}

export function readLink(bytes: Bytes): Link {
  const link = new Message(bytes, "a link");
  return {
    header: readHeader(link.bytes(1)),
    seals: readSeals(link.list(2, kValidatorsMax)),
    next: link.fixedList(3, kValidatorsMax, 32),
  };
}

export function setHash(keys: readonly Bytes[]): Bytes {
  return hash(ascii("generion/validators/1"), bigEndian(keys.length, 4), ...keys);
}

// Of n validators so many make a block final.
export function quorum(n: number): number {
  const f = Math.floor((n - 1) / 3);
  return Math.floor((n + f) / 2) + 1;
}

export function changesSet(header: Header): boolean {
  return !equal(header.validatorSetHash, header.nextValidatorSetHash);
}

function ascend(keys: readonly Bytes[]): boolean {
  return keys.every((key, i) => i === 0 || compare(keys[i - 1] ?? key, key) < 0);
}

// From a genesis file's JSON, which is trusted as a whole. Error MALFORMED.
export function genesisAnchor(genesis: {
  readonly chain_id: string;
  readonly validators: readonly { readonly key: string }[];
}): Anchor {
  const validators = genesis.validators.map(({ key }) => fromHex(key, 32, "a validator's key"));
  if (validators.length === 0 || validators.length > kValidatorsMax || !ascend(validators)) {
    refuse("MALFORMED", "a genesis has 1 to 100 validators, ordered by key");
  }
  return { chainId: fromHex(genesis.chain_id, 32, "chain_id"), validators, epoch: 0n, after: 0n };
}

// Who agrees above a block that holds.
export function anchorAbove(header: Header, next: readonly Bytes[]): Anchor {
  const epoch = changesSet(header) ? header.epoch + 1n : header.epoch;
  return { chainId: header.chainId, validators: next, epoch, after: header.height };
}

// Errors WRONG_CHAIN, BAD_PROOF.
export function checkHeader(header: Header, seals: readonly Seal[], anchor: Anchor): void {
  const block = `block ${header.height}`;
  if (!equal(header.chainId, anchor.chainId)) {
    refuse("WRONG_CHAIN", `${block} is of chain ${toHex(header.chainId)}`);
  }
  if (header.epoch < anchor.epoch || header.height <= anchor.after) {
    refuse("BAD_PROOF", `${block} is below those whom the trusted validators seal`);
  }
  if (!equal(header.validatorSetHash, setHash(anchor.validators))) {
    refuse("BAD_PROOF", `${block} is of other validators than those that are trusted`);
  }
  const needed = quorum(anchor.validators.length);
  if (seals.length < needed) {
    refuse("BAD_PROOF", `${block} has ${seals.length} seals; it takes ${needed}`);
  }
  const message = concat(ascii("generion/seal/1"), header.blockHash);
  if (!ascend(seals.map((seal) => seal.key))) {
    refuse("BAD_PROOF", `${block}: the signers do not ascend by key, or one stands twice`);
  }
  for (const { key, signature } of seals) {
    if (!anchor.validators.some((one) => equal(one, key))) {
      refuse("BAD_PROOF", `${block}: ${toHex(key)} is none of the validators`);
    }
    if (!isSigned(signature, message, key)) {
      refuse("BAD_PROOF", `${block}: the seal of ${toHex(key)} is wrong`);
    }
  }
}

function isSigned(signature: Bytes, message: Bytes, key: Bytes): boolean {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false; // no point of the curve
  }
}

// Whether these agree on the block above. Error BAD_PROOF.
export function checkNext(header: Header, next: readonly Bytes[]): void {
  if (next.length > 0 && ascend(next) && equal(setHash(next), header.nextValidatorSetHash)) return;
  refuse("BAD_PROOF", `the validators after block ${header.height} are not those that it names`);
}
