// Messages described once: their canonical bytes, their checks and their TypeScript types all
// follow from the description.
//
//   const transfer = message("transfer", {
//     to: required(1, address),
//     amount: required(2, uint()),
//   });
//   transfer.encode({ to: "gen1...", amount: 5 });
import { type Address, addressText, parseAddress } from "./address.ts";
import { type Bytes, fromUtf8, uint64, utf8 } from "./bytes.ts";
import { CanonicalReader, CanonicalWriter } from "./canonical.ts";
import { refuse } from "./error.ts";

// How a kind of value is written and read. `In` is what a caller may give, `Out` what decoding
// gives; `undefined` from read means absent.
export interface Kind<In, Out> {
  write(out: CanonicalWriter, field: number, value: In, what: string): void;
  read(from: CanonicalReader, field: number, what: string): Out | undefined;
}

export interface Field<In, Out, Required extends boolean> {
  readonly number: number;
  readonly kind: Kind<In, Out>;
  readonly required: Required;
}

export function required<In, Out>(number: number, kind: Kind<In, Out>): Field<In, Out, true> {
  return { number, kind, required: true };
}

export function optional<In, Out>(number: number, kind: Kind<In, Out>): Field<In, Out, false> {
  return { number, kind, required: false };
}

export type Fields = Record<string, Field<never, unknown, boolean>>;
type RequiredNames<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<never, unknown, true> ? K : never;
}[keyof F];
type InOf<T> = T extends Field<infer In, unknown, boolean> ? In : never;
type OutOf<T> = T extends Field<never, infer Out, boolean> ? Out : never;
type Flat<T> = { [K in keyof T]: T[K] };

export type Input<F extends Fields> = Flat<
  { readonly [K in RequiredNames<F>]: InOf<F[K]> } & {
    readonly [K in Exclude<keyof F, RequiredNames<F>>]?: InOf<F[K]>;
  }
>;
export type Output<F extends Fields> = Flat<
  { readonly [K in RequiredNames<F>]: OutOf<F[K]> } & {
    readonly [K in Exclude<keyof F, RequiredNames<F>>]?: OutOf<F[K]>;
  }
>;

export interface Message<In, Out> {
  encode(value: In): Bytes;
  decode(bytes: Bytes): Out;
}

export type InputOf<M> = M extends Message<infer In, unknown> ? In : never;
export type OutputOf<M> = M extends Message<never, infer Out> ? Out : never;

// Fields in ascending order. `check` refuses what no single field can tell.
export function message<const F extends Fields>(
  name: string,
  fields: F,
  check: (value: Output<F>) => void = () => {},
): Message<Input<F>, Output<F>> {
  const entries = Object.entries(fields) as [string, Field<unknown, unknown, boolean>][];
  return {
    encode(value) {
      const out = new CanonicalWriter();
      const given = value as Record<string, unknown>;
      for (const [key, field] of entries) {
        const what = `${name}: ${key}`;
        if (given[key] !== undefined) field.kind.write(out, field.number, given[key], what);
        else if (field.required) refuse("BAD_ARGUMENT", `${what} is missing`);
      }
      return out.take();
    },
    decode(bytes) {
      const from = new CanonicalReader(bytes, name);
      const out: Record<string, unknown> = {};
      for (const [key, field] of entries) {
        const value = field.kind.read(from, field.number, key);
        if (value !== undefined) out[key] = value;
        else if (field.required) missing(from, key);
      }
      from.finish();
      check(out as Output<F>);
      return out as Output<F>;
    },
  };
}

function missing(from: CanonicalReader, key: string): never {
  return from.malformed(`${key} is missing${from.nextField > 0 ? " here" : ""}`);
}

// One of several messages: { [tag]: "name of the one", ...its fields }.
type Cases = Record<string, readonly [number, Message<never, unknown>]>;
type Tagged<Tag extends string, K, T> = Flat<{ readonly [P in Tag]: K } & T>;
type CaseInput<Tag extends string, C extends Cases> = {
  [K in keyof C]: Tagged<Tag, K, InputOf<C[K][1]>>;
}[keyof C];
type CaseOutput<Tag extends string, C extends Cases> = {
  [K in keyof C]: Tagged<Tag, K, OutputOf<C[K][1]>>;
}[keyof C];

// Error UNKNOWN_OPERATION for a name or number that is none of the cases.
export function oneOf<const Tag extends string, const C extends Cases>(
  tag: Tag,
  cases: C,
): Message<CaseInput<Tag, C>, CaseOutput<Tag, C>> {
  type AnyMessage = Message<unknown, Record<string, unknown>>;
  const byNumber = new Map(
    Object.entries(cases).map(([name, [number, inner]]) => [
      number,
      { name, inner: inner as AnyMessage },
    ]),
  );
  return {
    encode(value) {
      const name = String((value as Record<string, unknown>)[tag]);
      const found = Object.hasOwn(cases, name) ? cases[name] : undefined;
      if (found === undefined) {
        refuse(
          "UNKNOWN_OPERATION",
          `${tag} '${name}' is unknown; known are ${Object.keys(cases).join(", ")}`,
        );
      }
      const out = new CanonicalWriter();
      out.element(found[0], (found[1] as AnyMessage).encode(value));
      return out.take();
    },
    decode(bytes) {
      const from = new CanonicalReader(bytes, tag);
      const number = from.nextField;
      if (number === 0) from.malformed("is empty");
      const found = byNumber.get(number);
      if (found === undefined) {
        refuse("UNKNOWN_OPERATION", `${tag} number ${number} is unknown to this version`);
      }
      const inner = from.element(number, found.name) ?? new Uint8Array();
      from.finish();
      const fields = found.inner.decode(inner);
      return { [tag]: found.name, ...fields } as CaseOutput<Tag, C>;
    },
  };
}

// --- kinds of values ---

// Exactly `size` bytes.
export function fixed(size: number): Kind<Bytes, Bytes> {
  return {
    write(out, field, value, what) {
      if (value.length !== size) {
        refuse("BAD_ARGUMENT", `${what} has ${value.length} bytes; it takes exactly ${size}`);
      }
      out.element(field, value);
    },
    read(from, field, what) {
      const value = from.element(field, what);
      return value === undefined ? undefined : exactly(from, value, size, what);
    },
  };
}

function exactly(from: CanonicalReader, value: Bytes, size: number, what: string): Bytes {
  if (value.length === size) return value;
  return from.malformed(`${what} has ${value.length} bytes; it takes exactly ${size}`);
}

// "gen1..." here, 32 bytes there.
export const address: Kind<Address, Address> = {
  write: (out, field, value) => out.element(field, parseAddress(value)),
  read(from, field, what) {
    const value = from.element(field, what);
    return value === undefined ? undefined : addressText(exactly(from, value, 32, what));
  },
};

// 0 is the default: a required one reads as 0n if absent. An optional one is never 0.
export function uint(min = 0n): Kind<number | bigint, bigint> {
  return {
    write: (out, field, value, what) => out.uint(field, uint64(value, what)),
    read(from, field, what) {
      const value = from.uint(field, what);
      if (value < min) {
        refuse("BAD_ARGUMENT", `${from.message}: ${what} is ${value}; it takes at least ${min}`);
      }
      return value;
    },
  };
}

export const optionalUint: Kind<number | bigint, bigint> = {
  write(out, field, value, what) {
    const number = uint64(value, what);
    if (number === 0n) refuse("BAD_ARGUMENT", `${what} is 0; leave it out`);
    out.uint(field, number);
  },
  read(from, field, what) {
    const value = from.uint(field, what);
    return value === 0n ? undefined : value;
  },
};

export const flag: Kind<boolean, boolean> = {
  write: (out, field, value) => out.uint(field, value ? 1n : 0n),
  read(from, field, what) {
    const value = from.uint(field, what);
    if (value > 1n) from.malformed(`${what} is ${value}; it takes 1 or is left out`);
    return value === 1n;
  },
};

// An optional one is never false.
export const optionalFlag: Kind<boolean, boolean> = {
  ...flag,
  read: (...from: Parameters<typeof flag.read>) => flag.read(...from) || undefined,
};

// Any number of bytes; absent if there are none.
export const data: Kind<Bytes, Bytes> = {
  write: (out, field, value) => out.bytes(field, value),
  read: (from, field, what) => from.bytes(field, what),
};

// UTF-8 of min to max bytes.
export function text(min: number, max: number): Kind<string, string> {
  return {
    write: (out, field, value) => out.bytes(field, utf8(value)),
    read: (from, field, what) =>
      checkedText(from.bytes(field, what), `${from.message}: ${what}`, min, max),
  };
}

export function texts(min: number, max: number, count: number): Kind<readonly string[], string[]> {
  return {
    write: (out, field, values) => values.forEach((value) => out.element(field, utf8(value))),
    read: (from, field, what) =>
      from
        .elements(field, what, count)
        .map((value) => checkedText(value, `${from.message}: ${what}`, min, max)),
  };
}

function checkedText(value: Bytes, what: string, min: number, max: number): string {
  if (value.length < min || value.length > max) {
    refuse(
      value.length < min ? "BAD_ARGUMENT" : "TOO_LARGE",
      `${what} has ${value.length} bytes; it takes ${min} to ${max}`,
    );
  }
  return fromUtf8(value, what);
}

// 1 to `max` numbers, none twice.
export function ids(max: number): Kind<readonly (number | bigint)[], bigint[]> {
  return {
    write: (out, field, values, what) =>
      out.packed(
        field,
        values.map((value) => uint64(value, what)),
      ),
    read(from, field, what) {
      const values = from.packed(field, what, max);
      checkDistinct(values, `${from.message}: ${what}`);
      return values;
    },
  };
}

// 1 to `max` addresses, none twice.
export function addresses(max: number): Kind<readonly Address[], Address[]> {
  return {
    write: (out, field, values) =>
      values.forEach((value) => out.element(field, parseAddress(value))),
    read(from, field, what) {
      const values = from
        .elements(field, what, max)
        .map((value) => addressText(exactly(from, value, 32, what)));
      checkDistinct(values, `${from.message}: ${what}`);
      return values;
    },
  };
}

export function checkDistinct(values: readonly unknown[], what: string): void {
  if (values.length === 0) refuse("BAD_ARGUMENT", `${what} is empty; it takes at least one`);
  if (new Set(values).size !== values.length) refuse("BAD_ARGUMENT", `${what} names one twice`);
}

export function nested<In, Out>(inner: Message<In, Out>): Kind<In, Out> {
  return {
    write: (out, field, value) => out.element(field, inner.encode(value)),
    read(from, field, what) {
      const value = from.element(field, what);
      return value === undefined ? undefined : inner.decode(value);
    },
  };
}

export function list<In, Out>(inner: Message<In, Out>, max: number): Kind<readonly In[], Out[]> {
  return {
    write: (out, field, values) =>
      values.forEach((value) => out.element(field, inner.encode(value))),
    read: (from, field, what) =>
      from.elements(field, what, max).map((value) => inner.decode(value)),
  };
}
