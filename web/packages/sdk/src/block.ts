// Block headers and certificates (docs/protocol/blocks.md).
import {
  type Bytes,
  bigEndian,
  compare,
  concat,
  equal,
  fromBigEndian,
  fromHex,
  toHex,
  utf8,
} from "./bytes.ts";
import { refuse } from "./error.ts";
import { blake2b256 } from "./hash.ts";
import { verifySignature } from "./signing.ts";

export interface BlockHeader {
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

const kHeaderBytes = 8 * 32 + 5 * 8;

// Error MALFORMED: not the fixed layout.
export function decodeHeader(bytes: Bytes): BlockHeader {
  if (bytes.length !== kHeaderBytes) {
    refuse("MALFORMED", `a block header has ${kHeaderBytes} bytes, not ${bytes.length}`);
  }
  let at = 0;
  const take = (size: number): Bytes => bytes.slice(at, (at += size));
  const number = (): bigint => fromBigEndian(take(8));
  return {
    chainId: take(32),
    epoch: number(),
    height: number(),
    parentHash: take(32),
    timeMs: number(),
    batchDigest: take(32),
    txCount: number(),
    txRoot: take(32),
    receiptRoot: take(32),
    stateRoot: take(32),
    objectCount: number(),
    validatorSetHash: take(32),
    nextValidatorSetHash: take(32),
  };
}

// Of the header's bytes.
export function blockHash(header: Bytes): Bytes {
  return blake2b256(utf8("generion/block/1"), header);
}

// What a client trusts: the chain, and who validates it from when on. From the genesis file that
// the members of the chain agreed on (a node that is not trusted could make one up), or from
// followSets.
export interface TrustAnchor {
  readonly chainId: Bytes;
  readonly validators: readonly Bytes[]; // keys, ascending
  readonly epoch: bigint; // the first in which they agree
  readonly after: bigint; // the last block of the epoch before it
}

// The last block of an epoch, sealed by its validators, names those of the next one.
export interface SetChange {
  readonly header: Bytes;
  readonly seals: readonly Seal[];
  readonly next: readonly Bytes[]; // keys, ascending
}

// From the parsed genesis file. Error MALFORMED.
export function trustAnchor(genesis: {
  readonly chain_id: string;
  readonly validators: readonly { readonly key: string }[];
}): TrustAnchor {
  if (genesis.validators.length === 0) refuse("MALFORMED", "the genesis has no validators");
  const validators = genesis.validators.map(({ key }) => fromHex(key, 32, "a validator's key"));
  return {
    chainId: fromHex(genesis.chain_id, 32, "chain_id"),
    validators: validators.sort(compare),
    epoch: 0n,
    after: 0n,
  };
}

export function validatorSetHash(validators: readonly Bytes[]): Bytes {
  return blake2b256(
    utf8("generion/validators/1"),
    bigEndian(validators.length, 4),
    concat(...validators),
  );
}

// floor((n + f) / 2) + 1 of n validators, f = floor((n - 1) / 3) of which may be faulty.
export function quorumSize(validators: number): number {
  const faulty = Math.floor((validators - 1) / 3);
  return Math.floor((validators + faulty) / 2) + 1;
}

export interface Seal {
  readonly key: Bytes;
  readonly signature: Bytes;
}

// Whether the certificate proves this header, given as its bytes. Errors WRONG_CHAIN, BAD_PROOF.
export function verifyCertificate(
  header: Bytes,
  seals: readonly Seal[],
  anchor: TrustAnchor,
): BlockHeader {
  const decoded = decodeHeader(header);
  if (!equal(decoded.chainId, anchor.chainId)) {
    refuse(
      "WRONG_CHAIN",
      `the block is of chain ${toHex(decoded.chainId)}, the trusted one is ` +
        toHex(anchor.chainId),
    );
  }
  if (decoded.epoch < anchor.epoch || decoded.height <= anchor.after) {
    refuse(
      "BAD_PROOF",
      `block ${decoded.height} of epoch ${decoded.epoch} is not of the trusted validators, who ` +
        `agree from block ${anchor.after + 1n} of epoch ${anchor.epoch} on`,
    );
  }
  if (!equal(decoded.validatorSetHash, validatorSetHash(anchor.validators))) {
    refuse(
      "BAD_PROOF",
      `block ${decoded.height} of epoch ${decoded.epoch} names other validators than those ` +
        `trusted since epoch ${anchor.epoch}; a proof has to bring the changes of the set`,
    );
  }
  checkSeals(blockHash(header), seals, anchor.validators);
  return decoded;
}

// Whom to trust after these changes. Errors WRONG_CHAIN, BAD_PROOF.
export function followSets(anchor: TrustAnchor, changes: readonly SetChange[]): TrustAnchor {
  return changes.reduce((trusted, { header, seals, next }) => {
    const decoded = verifyCertificate(header, seals, trusted);
    const ascend = next.every((key, i) => i === 0 || compare(next[i - 1] ?? key, key) < 0);
    const named = equal(decoded.nextValidatorSetHash, validatorSetHash(next));
    if (next.length === 0 || !ascend || !named) {
      refuse(
        "BAD_PROOF",
        `the validators after block ${decoded.height} are not those that it names`,
      );
    }
    if (equal(decoded.nextValidatorSetHash, decoded.validatorSetHash)) {
      refuse("BAD_PROOF", `block ${decoded.height} does not change the validator set`);
    }
    return {
      chainId: trusted.chainId,
      validators: next,
      epoch: decoded.epoch + 1n,
      after: decoded.height,
    };
  }, anchor);
}

function checkSeals(hash: Bytes, seals: readonly Seal[], validators: readonly Bytes[]): void {
  const quorum = quorumSize(validators.length);
  if (seals.length < quorum) {
    refuse(
      "BAD_PROOF",
      `the certificate has ${seals.length} seals; a quorum of ${validators.length} is ${quorum}`,
    );
  }
  let last: Bytes | undefined;
  for (const { key, signature } of seals) {
    if (last !== undefined && compare(last, key) >= 0) {
      refuse("BAD_PROOF", "the certificate's signers are doubled or out of order");
    }
    last = key;
    if (!validators.some((validator) => equal(validator, key))) {
      refuse("BAD_PROOF", `${toHex(key)} sealed, but is no validator`);
    }
    if (!verifySignature(key, "generion/seal/1", hash, signature)) {
      refuse("BAD_PROOF", `the seal of ${toHex(key)} does not hold`);
    }
  }
}
