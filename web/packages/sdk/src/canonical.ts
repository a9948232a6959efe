// The canonical shape of Protocol Buffers in which everything stands that is hashed or signed as a
// message (docs/protocol/transactions.md): fields ascending; minimal varints; no field with its
// default value; no unknown field; no single field twice; lists of numbers packed; nothing after
// the end. CanonicalReader accepts nothing else.
import { type Bytes, concat, kUint64Max, toHex } from "./bytes.ts";
import { refuse } from "./error.ts";

const kVarint = 0;
const kLengthDelimited = 2;
const kFieldMax = 0x1fffffff;
const kVarintBytesMax = 10;

function varint(value: bigint): Bytes {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

// Fields must be written in ascending order.
export class CanonicalWriter {
  readonly #parts: Bytes[] = [];

  // Left out if it is 0, the default.
  uint(field: number, value: bigint): void {
    if (value !== 0n) this.#parts.push(varint(key(field, kVarint)), varint(value));
  }

  // An element of a repeated field, or a present sub-message: written even if empty.
  element(field: number, value: Bytes): void {
    this.#parts.push(varint(key(field, kLengthDelimited)), varint(BigInt(value.length)), value);
  }

  // Left out if it is empty, the default.
  bytes(field: number, value: Bytes): void {
    if (value.length > 0) this.element(field, value);
  }

  packed(field: number, values: readonly bigint[]): void {
    this.bytes(field, concat(...values.map(varint)));
  }

  take(): Bytes {
    return concat(...this.#parts);
  }
}

function key(field: number, wireType: number): bigint {
  return (BigInt(field) << 3n) | BigInt(wireType);
}

// Reads fields in ascending order, then finish(). Errors MALFORMED, NOT_CANONICAL, TOO_MANY.
export class CanonicalReader {
  #at = 0;
  #field = 0; // the next field's number; 0 at the end
  #wireType = 0;
  #last = 0;

  // `message` names what is read in error texts.
  constructor(
    readonly bytesIn: Bytes,
    readonly message: string,
  ) {
    this.#peek();
  }

  get nextField(): number {
    return this.#field;
  }

  // 0 if absent.
  uint(field: number, name: string): bigint {
    if (!this.#is(field, kVarint, name)) return 0n;
    const value = this.#varint();
    if (value === 0n) {
      this.#notCanonical(`${name} is written although it has its default value, 0`);
    }
    this.#peek();
    return value;
  }

  // A present sub-message, or the next element of a repeated field. Borrowed from the input.
  element(field: number, name: string): Bytes | undefined {
    if (!this.#is(field, kLengthDelimited, name)) return undefined;
    const out = this.#lengthDelimited();
    this.#peek();
    return out;
  }

  // Empty if absent.
  bytes(field: number, name: string): Bytes {
    const value = this.element(field, name);
    if (value?.length === 0) this.#notCanonical(`${name} is written although it is empty`);
    return value ?? new Uint8Array();
  }

  elements(field: number, name: string, max: number): Bytes[] {
    const out: Bytes[] = [];
    for (let next = this.element(field, name); next; next = this.element(field, name)) {
      if (out.length === max) this.#tooMany(name, max);
      out.push(next);
    }
    return out;
  }

  packed(field: number, name: string, max: number): bigint[] {
    const inner = new VarintReader(this.bytes(field, name), this.message);
    const out: bigint[] = [];
    while (!inner.done) {
      if (out.length === max) this.#tooMany(name, max);
      out.push(inner.next());
    }
    return out;
  }

  // Everything was read, nothing is left.
  finish(): void {
    if (this.#field === 0) return;
    if (this.#field === this.#last) this.#notCanonical(`field ${this.#field} stands twice`);
    if (this.#field < this.#last) {
      this.#notCanonical(
        `field ${this.#field} comes after a higher one; fields go in ascending order`,
      );
    }
    this.#notCanonical(`field ${this.#field} is unknown`);
  }

  malformed(what: string): never {
    return refuse("MALFORMED", `${this.message}: ${what}`);
  }

  #notCanonical(what: string): never {
    return refuse("NOT_CANONICAL", `${this.message}: ${what}`);
  }

  #tooMany(name: string, max: number): never {
    return refuse("TOO_MANY", `${this.message}: ${name} has more than the ${max} elements allowed`);
  }

  #is(field: number, wireType: number, name: string): boolean {
    if (this.#field === 0 || this.#field > field) return false;
    if (this.#field < field) this.finish();
    if (this.#wireType !== wireType) {
      this.malformed(`${name} has wire type ${this.#wireType}; it takes ${wireType}`);
    }
    this.#last = field;
    return true;
  }

  #peek(): void {
    if (this.#at === this.bytesIn.length) {
      this.#field = 0;
      return;
    }
    const next = this.#varint();
    const field = next >> 3n;
    if (field === 0n || field > BigInt(kFieldMax)) this.malformed(`has field number ${field}`);
    this.#field = Number(field);
    this.#wireType = Number(next & 7n);
  }

  #varint(): bigint {
    const reader = new VarintReader(this.bytesIn.subarray(this.#at), this.message);
    const value = reader.next();
    this.#at += reader.taken;
    return value;
  }

  #lengthDelimited(): Bytes {
    const size = this.#varint();
    const left = this.bytesIn.length - this.#at;
    if (size > BigInt(left)) {
      this.malformed(`ends early: a field of ${size} bytes has ${left} left; it is truncated`);
    }
    const out = this.bytesIn.slice(this.#at, this.#at + Number(size));
    this.#at += Number(size);
    return out;
  }
}

// Varints one after the other.
export class VarintReader {
  taken = 0;

  constructor(
    readonly bytes: Bytes,
    readonly message: string,
  ) {}

  get done(): boolean {
    return this.taken === this.bytes.length;
  }

  next(): bigint {
    let value = 0n;
    for (let place = 0; place < kVarintBytesMax; ++place) {
      const byte = this.bytes[this.taken];
      if (byte === undefined) {
        refuse("MALFORMED", `${this.message}: input ends inside a number; it is truncated`);
      }
      ++this.taken;
      value |= BigInt(byte & 0x7f) << BigInt(7 * place);
      if (byte < 0x80) {
        if (byte === 0 && place > 0) {
          refuse("NOT_CANONICAL", `${this.message}: a number is longer than it needs to be`);
        }
        if (value <= kUint64Max) return value;
      }
    }
    return refuse(
      "MALFORMED",
      `${this.message}: a number has more than 64 bits, near ` +
        toHex(this.bytes.subarray(0, this.taken).subarray(-kVarintBytesMax)),
    );
  }
}
