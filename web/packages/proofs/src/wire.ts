// Reads Protocol Buffers (proto3): the fields of one message by their numbers.
import { type Bytes, refuse } from "./bytes.ts";

const kMax = (1n << 64n) - 1n;

export class Message {
  readonly #what: string;
  readonly #numbers = new Map<number, bigint[]>();
  readonly #bytes = new Map<number, Bytes[]>();

  // `what` says in messages what it is. Error MALFORMED.
  constructor(bytes: Bytes, what: string) {
    this.#what = what;
    const reader = new Reader(bytes, what);
    while (!reader.atEnd()) {
      const tag = reader.varint();
      const field = Number(tag >> 3n);
      if (field === 0 || field > 0x1fffffff) this.#refuse("has a field without a number");
      switch (Number(tag & 7n)) {
        case 0:
          add(this.#numbers, field, reader.varint());
          break;
        case 1:
          reader.take(8n);
          break;
        case 2:
          add(this.#bytes, field, reader.take(reader.varint()));
          break;
        case 5:
          reader.take(4n);
          break;
        default:
          this.#refuse("has a field of an unknown kind");
      }
    }
  }

  has(field: number): boolean {
    return this.#bytes.has(field) || this.#numbers.has(field);
  }
  // 0 if absent.
  number(field: number): bigint {
    return this.#numbers.get(field)?.at(-1) ?? 0n;
  }
  // Empty if absent.
  bytes(field: number): Bytes {
    return this.#bytes.get(field)?.at(-1) ?? new Uint8Array(0);
  }
  list(field: number, max: number): readonly Bytes[] {
    const out = this.#bytes.get(field) ?? [];
    if (out.length > max) this.#refuse(`has more than ${max} entries of field ${field}`);
    return out;
  }
  // Each with exactly so many bytes.
  fixedList(field: number, max: number, size: number): readonly Bytes[] {
    for (const one of this.list(field, max)) this.#checkSize(one, field, size);
    return this.list(field, max);
  }
  fixed(field: number, size: number): Bytes {
    return this.#checkSize(this.bytes(field), field, size);
  }
  // A packed list of numbers.
  numbers(field: number): readonly bigint[] {
    const reader = new Reader(this.bytes(field), this.#what);
    const out = [];
    while (!reader.atEnd()) out.push(reader.varint());
    return out;
  }

  #checkSize(bytes: Bytes, field: number, size: number): Bytes {
    if (bytes.length === size) return bytes;
    return this.#refuse(`has ${bytes.length} bytes in field ${field}; it takes ${size}`);
  }
  #refuse(why: string): never {
    refuse("MALFORMED", `${this.#what} ${why}`);
  }
}

function add<T>(map: Map<number, T[]>, field: number, value: T): void {
  const list = map.get(field);
  if (list) list.push(value);
  else map.set(field, [value]);
}

class Reader {
  readonly #bytes: Bytes;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Bytes, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  varint(): bigint {
    let out = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      out |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return out & kMax;
    }
    return refuse("MALFORMED", `${this.#what} is damaged or truncated`);
  }

  take(size: bigint): Bytes {
    if (size > BigInt(this.#bytes.length - this.#at)) {
      refuse("MALFORMED", `${this.#what} is damaged or truncated`);
    }
    const start = this.#at;
    this.#at += Number(size);
    return this.#bytes.subarray(start, this.#at);
  }
}
