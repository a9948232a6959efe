// The chain of validator sets: followed by certificates from a genesis file or a trusted block.
import {
  type Anchor,
  type Header,
  type Link,
  type Seal,
  anchorAbove,
  changesSet,
  checkHeader,
  checkNext,
  readLink,
} from "./block.ts";
import { type Bytes, equal, fromHex, refuse, toHex } from "./bytes.ts";
import { Message } from "./wire.ts";

export const kSetChangesMax = 256;
const kLinksMax = kSetChangesMax + 2;
const kLinksBytesMax = 4 * 1024 * 1024;

export interface TrustedBlock {
  readonly height: bigint;
  readonly hash: Bytes;
}

// HEIGHT:HASH. Error MALFORMED.
export function parseTrusted(text: string): TrustedBlock {
  const parts = /^([1-9][0-9]{0,18}):([0-9a-fA-F]{64})$/.exec(text);
  if (!parts) refuse("MALFORMED", "a trusted block is HEIGHT:HASH, the hash as 64 hex digits");
  return { height: BigInt(parts[1] ?? ""), hash: fromHex(parts[2] ?? "", 32, "the hash") };
}

// A links file, as getLinks gives it. Error MALFORMED.
export function readLinks(bytes: Bytes): readonly Link[] {
  if (bytes.length > kLinksBytesMax) refuse("MALFORMED", "a links file has at most 4 MiB");
  return new Message(bytes, "a links file").list(1, kLinksMax).map(readLink);
}

export class SetChain {
  readonly #anchors: Anchor[]; // [i]: after i changes
  readonly #changes: Link[] = [];
  readonly #start: Header | undefined;
  #head: { header: Header; seals: readonly Seal[] } | undefined;
  #forked: string | undefined;

  private constructor(anchor: Anchor, start?: Header) {
    this.#anchors = [anchor];
    this.#start = start;
    if (start) this.#head = { header: start, seals: [] };
  }

  static fromGenesis(anchor: Anchor): SetChain {
    return new SetChain(anchor);
  }

  // Error BAD_PROOF: none of the links is the trusted block, or its next set is not what it names.
  static fromTrusted(trusted: TrustedBlock, links: readonly Link[]): SetChain {
    const link = links.find(
      ({ header }) => header.height === trusted.height && equal(header.blockHash, trusted.hash),
    );
    if (!link) refuse("BAD_PROOF", `no link is the trusted block ${trusted.height}`);
    checkNext(link.header, link.next);
    return new SetChain(anchorAbove(link.header, link.next), link.header);
  }

  // The highest certified header that was shown.
  get head(): Header | undefined {
    return this.#head?.header;
  }

  // Who agrees on the block at this height, as far as is known.
  anchorAt(height: bigint): Anchor {
    let i = this.#changes.length;
    while (i > 0 && (this.#changes[i - 1]?.header.height ?? 0n) >= height) --i;
    return this.#anchors[i] as Anchor;
  }

  // Takes links, ascending. Errors WRONG_CHAIN, BAD_PROOF, FORK, TOO_MANY.
  follow(links: readonly Link[]): void {
    for (const link of links) this.#take(link);
  }

  // Whether a header is of this chain, by the certificate and the changes that a proof brings.
  check(header: Header, seals: readonly Seal[], changes: readonly Link[]): void {
    let below = 0n;
    for (const change of changes) {
      const { height } = change.header;
      if (!changesSet(change.header)) refuse("BAD_PROOF", `block ${height} changes no set`);
      if (height <= below || height >= header.height) {
        refuse("BAD_PROOF", `the change by block ${height} does not stand in order`);
      }
      below = height;
    }
    this.follow(changes);
    if (this.#start && header.height < this.#start.height) {
      refuse("BAD_PROOF", `block ${header.height} is below the trusted block`);
    }
    if (seals.length === 0 && !(this.#start && equal(header.bytes, this.#start.bytes))) {
      refuse("BAD_PROOF", `block ${header.height} has no certificate`);
    }
    this.#take({ header, seals, next: [] });
  }

  #known(): Header[] {
    const out = this.#changes.map((change) => change.header);
    if (this.#start) out.unshift(this.#start);
    if (this.#head) out.push(this.#head.header);
    return out;
  }

  #take(link: Link): void {
    const { header } = link;
    if (this.#forked) refuse("FORK", this.#forked);
    if (this.#start && equal(header.chainId, this.#start.chainId)) {
      if (header.height < this.#start.height) return;
      if (header.height === this.#start.height) {
        if (equal(header.bytes, this.#start.bytes)) return;
        refuse("BAD_PROOF", `block ${header.height} is not the trusted block`);
      }
    }
    if (link.seals.length === 0) {
      if (this.#known().some((one) => equal(one.bytes, header.bytes))) return;
      refuse("BAD_PROOF", `block ${header.height} has no certificate and was not seen before`);
    }
    checkHeader(header, link.seals, this.anchorAt(header.height));
    if (link.next.length > 0) checkNext(header, link.next);
    this.#checkFork(header);
    const last = this.#changes.at(-1)?.header.height ?? 0n;
    if (changesSet(header) && link.next.length > 0 && header.height > last) {
      if (this.#changes.length === kSetChangesMax) {
        refuse("TOO_MANY", `more than ${kSetChangesMax} changes of the set`);
      }
      this.#changes.push(link);
      this.#anchors.push(anchorAbove(header, link.next));
    }
    if (!this.#head || this.#head.header.height < header.height) {
      this.#head = { header, seals: link.seals };
    }
  }

  #checkFork(header: Header): void {
    for (const other of this.#known()) {
      if (!this.#exclude(other, header)) continue;
      this.#forked =
        `two certified blocks exclude each other: ${other.height} (${toHex(other.blockHash)}) ` +
        `and ${header.height} (${toHex(header.blockHash)})`;
      refuse("FORK", this.#forked);
    }
  }

  #exclude(a: Header, b: Header): boolean {
    const [lower, upper] = a.height < b.height ? [a, b] : [b, a];
    if (lower.height === upper.height) return !equal(a.blockHash, b.blockHash);
    const adjacent = lower.height + 1n === upper.height;
    if (adjacent && !equal(upper.parentHash, lower.blockHash)) return true;
    return (
      changesSet(lower) &&
      this.anchorAt(lower.height) === this.anchorAt(upper.height) &&
      equal(lower.validatorSetHash, upper.validatorSetHash)
    );
  }
}
