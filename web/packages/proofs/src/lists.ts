// Complete lists, and what does not exist: by the counts that objects hold.
import { type Bytes, bigEndian, concat, equal, refuse, toHex } from "./bytes.ts";
import { type ProvenObject, type ProvenPage, verifyObject, verifyPage } from "./proof.ts";
import { type SetChain } from "./sets.ts";
import { Message } from "./wire.ts";

export type Kind = "institution" | "user" | "record" | "share" | "order" | "proposal";

const kKeyByte: Readonly<Record<Kind, number>> = {
  institution: 3,
  user: 4,
  record: 5,
  share: 6,
  order: 7,
  proposal: 8,
};

// The field of the counters that says how many there are.
const kCounter = { record: 3, share: 5, order: 6, proposal: 7 } as const;

export const kCountersKey: Bytes = Uint8Array.of(1);
export const kParametersKey: Bytes = Uint8Array.of(2);

export function objectKey(kind: Kind, number: bigint | number): Bytes {
  return concat(Uint8Array.of(kKeyByte[kind]), bigEndian(number, 8));
}

// A user by his address (32 bytes), a record by its number.
export type Question =
  | { readonly list: "records_of_owner"; readonly user: Bytes }
  | { readonly list: "shares_of_owner"; readonly user: Bytes }
  | { readonly list: "shares_to"; readonly user: Bytes }
  | { readonly list: "shares_of_record"; readonly record: bigint }
  | { readonly list: "orders" }
  | { readonly list: "orders_of_seller"; readonly user: Bytes }
  | { readonly list: "orders_of_buyer"; readonly user: Bytes }
  | { readonly list: "orders_of_record"; readonly record: bigint }
  | { readonly list: "users" }
  | { readonly list: "institutions" }
  | { readonly list: "proposals" };

interface Rule {
  readonly entries: Kind;
  readonly count: number; // the field of what counts the list
  // Whether an entry belongs to the user or record with this number.
  readonly belongs: (entry: Message, number: bigint) => boolean;
}

const all = (): boolean => true;
const field =
  (number: number) =>
  (entry: Message, of: bigint): boolean =>
    entry.number(number) === of;

const kRules: Readonly<Record<Question["list"], Rule>> = {
  records_of_owner: { entries: "record", count: 5, belongs: field(1) },
  shares_of_owner: { entries: "share", count: 11, belongs: field(2) },
  shares_to: { entries: "share", count: 12, belongs: field(3) },
  shares_of_record: { entries: "share", count: 14, belongs: field(1) },
  orders: { entries: "order", count: 6, belongs: all },
  orders_of_seller: { entries: "order", count: 9, belongs: field(1) },
  orders_of_buyer: { entries: "order", count: 10, belongs: field(11) },
  orders_of_record: {
    entries: "order",
    count: 17,
    belongs: (order, record) => order.numbers(2).includes(record),
  },
  users: { entries: "user", count: 4, belongs: (user) => user.number(5) > 0n },
  institutions: { entries: "institution", count: 2, belongs: all },
  proposals: { entries: "proposal", count: 7, belongs: all },
};

function isKind(key: Bytes, kind: Kind): boolean {
  return key.length === 9 && key[0] === kKeyByte[kind];
}

// The entries of a list by their keys (hexadecimal, in the order of their numbers), of which none
// is missing. `pages` in any order. Errors MALFORMED, WRONG_CHAIN, BAD_PROOF, FORK.
export function verifyList(
  pages: readonly Bytes[],
  question: Question,
  chain: SetChain,
): ReadonlyMap<string, ProvenObject> {
  const rule = kRules[question.list];
  const entries = new Map<string, ProvenObject>();
  const others = new Map<string, ProvenObject>();
  let first: ProvenPage | undefined;
  for (const bytes of pages) {
    const page = verifyPage(bytes, chain, first?.header);
    first ??= page;
    for (const object of page.objects) {
      const key = toHex(object.key);
      if (!isKind(object.key, rule.entries)) {
        others.set(key, object);
      } else if (entries.has(key)) {
        refuse("BAD_PROOF", `${key} stands twice in the list`);
      } else {
        entries.set(key, object);
      }
    }
  }
  const { count, number } = counter(question, rule, [...others.values()]);
  for (const [key, object] of entries) {
    if (!rule.belongs(new Message(object.value, "an entry"), number)) {
      refuse("BAD_PROOF", `${key} does not belong to the list`);
    }
  }
  if (BigInt(entries.size) !== count) {
    refuse("BAD_PROOF", `${entries.size} entries were shown, ${count} are counted`);
  }
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function counter(
  question: Question,
  rule: Rule,
  objects: readonly ProvenObject[],
): { count: bigint; number: bigint } {
  const found = objects.find((object) => {
    if ("record" in question) return equal(object.key, objectKey("record", question.record));
    if ("user" in question) {
      const isUser = isKind(object.key, "user");
      return isUser && equal(new Message(object.value, "a user").bytes(1), question.user);
    }
    return equal(object.key, kCountersKey);
  });
  if (!found) return refuse("BAD_PROOF", "what counts the list was not proven");
  const number = found.key.slice(1).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { count: new Message(found.value, "a counter").number(rule.count), number };
}

// That no object of that kind has this number, by a proof file of the counters.
// Errors MALFORMED, WRONG_CHAIN, BAD_PROOF, FORK.
export function verifyAbsent(
  kind: keyof typeof kCounter,
  number: bigint,
  counters: Bytes,
  chain: SetChain,
): ProvenObject {
  const object = verifyObject(counters, chain);
  if (!equal(object.key, kCountersKey)) refuse("BAD_PROOF", "the counters were not proven");
  const last = new Message(object.value, "the counters").number(kCounter[kind]);
  if (number > 0n && number <= last) {
    refuse("BAD_PROOF", `${kind} ${number} is there: numbers go up to ${last}`);
  }
  return object;
}
