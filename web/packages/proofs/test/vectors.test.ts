// tests/vectors/proofs of this repository, which the C++ unit tests check too.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Question,
  ProofError,
  SetChain,
  fromHex,
  genesisAnchor,
  parseTrusted,
  quorum,
  readLinks,
  toHex,
  verifyAbsent,
  verifyList,
  verifyObject,
  verifyOutcome,
} from "../src/index.ts";

interface Case {
  readonly name: string;
  readonly what: "object" | "outcome" | "absent" | "list" | "links";
  readonly expect: string;
  readonly alone?: boolean; // the verifier has not followed the changes of the set before
  readonly trusted?: string;
  readonly links?: string;
  readonly head?: number;
  readonly proof?: string;
  readonly key?: string;
  readonly value?: string;
  readonly tx_hash?: string;
  readonly code?: number;
  readonly failed_operation?: number;
  readonly new_ids?: readonly number[];
  readonly kind?: "record" | "share" | "order" | "proposal";
  readonly number?: number;
  readonly question?: { readonly list: string; readonly user?: string; readonly record?: number };
  readonly pages?: readonly string[];
  readonly keys?: readonly string[];
}

interface File {
  readonly validators: number;
  readonly quorum: number;
  readonly genesis: Parameters<typeof genesisAnchor>[0];
  readonly sets: string;
  readonly cases: readonly Case[];
}

function load(validators: number): File {
  const path = `../../../../tests/vectors/proofs/validators-${validators}.json`;
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as File;
}

const base64 = (text = ""): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));

// Those of a file that has followed the changes of the set share one: what is refused leaves no
// trace in it.
const followed = new Map<number, SetChain>();

function begin(file: File, one: Case): SetChain {
  if (one.trusted) {
    return SetChain.fromTrusted(parseTrusted(one.trusted), readLinks(base64(one.links)));
  }
  if (one.alone) return SetChain.fromGenesis(genesisAnchor(file.genesis));
  const known = followed.get(file.validators);
  if (known) return known;
  const chain = SetChain.fromGenesis(genesisAnchor(file.genesis));
  chain.follow(readLinks(base64(file.sets)));
  followed.set(file.validators, chain);
  return chain;
}

function question(one: Case): Question {
  const asked = one.question ?? { list: "" };
  return {
    list: asked.list,
    ...(asked.user === undefined ? {} : { user: fromHex(asked.user, 32, "user") }),
    ...(asked.record === undefined ? {} : { record: BigInt(asked.record) }),
  } as Question;
}

// What a case says besides its code, for those that hold.
function verify(file: File, one: Case): Partial<Case> {
  const chain = begin(file, one);
  switch (one.what) {
    case "links":
      chain.follow(readLinks(base64(one.links)));
      return { head: Number(chain.head?.height) };
    case "object": {
      const { key, value } = verifyObject(base64(one.proof), chain);
      return { key: toHex(key), value: toHex(value) };
    }
    case "outcome": {
      const txHash = fromHex(one.tx_hash ?? "", 32, "tx_hash");
      const outcome = verifyOutcome(base64(one.proof), txHash, chain);
      return {
        code: Number(outcome.code),
        failed_operation: Number(outcome.failedOperation),
        new_ids: outcome.newIds.map(Number),
      };
    }
    case "absent":
      verifyAbsent(one.kind ?? "record", BigInt(one.number ?? 0), base64(one.proof), chain);
      return {};
    case "list":
      return {
        keys: [...verifyList((one.pages ?? []).map(base64), question(one), chain).keys()],
      };
  }
}

describe.each([4, 5, 6])("proofs of a chain of %i validators", (validators) => {
  const file = load(validators);

  it("needs the quorum that the file says", () => {
    expect(quorum(validators)).toBe(file.quorum);
  });

  it.each(file.cases.map((one) => [`${one.name}: ${one.expect}`, one] as const))("%s", (_, one) => {
    if (one.expect === "OK") {
      expect(one).toMatchObject(verify(file, one));
      return;
    }
    let code = "OK";
    try {
      verify(file, one);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      code = error.code;
    }
    expect(code).toBe(one.expect);
  });
});

describe("a chain that has forked", () => {
  it("stays so", () => {
    const file = load(4);
    const fork = file.cases.find((one) => one.expect === "FORK");
    const chain = SetChain.fromGenesis(genesisAnchor(file.genesis));
    const links = readLinks(base64(fork?.links));
    expect(() => chain.follow(links)).toThrow(ProofError);
    expect(() => chain.follow(links.slice(0, 1))).toThrow(/exclude each other/);
  });
});

describe("texts", () => {
  it("are refused where they are no trusted block", () => {
    const hash = "ab".repeat(32);
    expect(parseTrusted(`57:${hash}`).height).toBe(57n);
    for (const text of ["57", `0:${hash}`, `x:${hash}`, "57:00", `57:${hash}0`, `:${hash}`]) {
      expect(() => parseTrusted(text)).toThrow(/HEIGHT:HASH/);
    }
  });
});
