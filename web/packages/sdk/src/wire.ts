// Protocol Buffers that no hash covers: any encoding is read, unknown fields are passed over.
import { type Bytes, fromUtf8 } from "./bytes.ts";
import { VarintReader } from "./canonical.ts";
import { refuse } from "./error.ts";

// A message's fields by their numbers. Error MALFORMED.
export class WireFields {
  readonly #values = new Map<number, (bigint | Bytes)[]>();

  constructor(
    bytes: Bytes,
    readonly what: string,
  ) {
    let rest = bytes;
    while (rest.length > 0) {
      const head = new VarintReader(rest, what);
      const key = head.next();
      const [field, wireType] = [Number(key >> 3n), Number(key & 7n)];
      if (wireType === 0) {
        this.#add(field, head.next());
        rest = rest.subarray(head.taken);
        continue;
      }
      const fixedSize = { 1: 8, 2: undefined, 5: 4 }[wireType];
      if (wireType !== 2 && fixedSize === undefined) {
        refuse("MALFORMED", `${what}: field ${field} has wire type ${wireType}`);
      }
      const size = fixedSize ?? Number(head.next());
      if (size > rest.length - head.taken) refuse("MALFORMED", `${what} is truncated`);
      this.#add(field, rest.slice(head.taken, head.taken + size));
      rest = rest.subarray(head.taken + size);
    }
  }

  // The last one, as Protocol Buffers reads doubles; 0 if absent.
  uint(field: number): bigint {
    const value = this.#values.get(field)?.at(-1) ?? 0n;
    return typeof value === "bigint" ? value : this.#wrong(field);
  }

  bytes(field: number): Bytes {
    return this.list(field).at(-1) ?? new Uint8Array();
  }

  list(field: number): Bytes[] {
    return (this.#values.get(field) ?? []).map((value) =>
      typeof value === "bigint" ? this.#wrong(field) : value,
    );
  }

  text(field: number): string {
    return fromUtf8(this.bytes(field), `${this.what}: field ${field}`);
  }

  has(field: number): boolean {
    return this.#values.has(field);
  }

  #add(field: number, value: bigint | Bytes): void {
    const known = this.#values.get(field);
    if (known === undefined) this.#values.set(field, [value]);
    else known.push(value);
  }

  #wrong(field: number): never {
    return refuse("MALFORMED", `${this.what}: field ${field} is of another type`);
  }
}
