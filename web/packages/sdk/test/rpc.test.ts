import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  GenerionError,
  HttpTransport,
  Node,
  RpcError,
  SigningKey,
  TransactionBuilder,
} from "../src/index.ts";
import { Subscription } from "../src/subscription.ts";
import { pattern } from "./vectors.ts";

interface Request {
  id: number;
  method: string;
  params: Record<string, unknown>;
}

// A node of a few methods.
function answer({ id, method, params }: Request): object {
  const result = (value: unknown) => ({ jsonrpc: "2.0", id, result: value });
  switch (method) {
    case "getStatus":
      return result({ chain_id: "ab".repeat(32) });
    case "getUserPubKey":
      return result({});
    case "getRecordIdList": {
      const from = params["cursor"] === undefined ? 0 : Number(params["cursor"]);
      const items = [1, 2, 3, 4, 5].slice(from, from + 2);
      return result({ items, height: 9, ...(from < 4 && { cursor: String(from + 2) }) });
    }
    case "sendTransaction":
      return result(
        params["wait"] === "sealed"
          ? { tx_id: "t", state: "executed", new_ids: [4, 5] }
          : { tx_id: "t", state: "refused", code: "NOT_OWNER", message: "no", failed_operation: 1 },
      );
    default:
      return {
        jsonrpc: "2.0",
        id,
        error: {
          code: -32000,
          message: "slower",
          data: { code: "RATE_LIMITED", retry_after_ms: 250 },
        },
      };
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return JSON.parse(text);
}

const server = createServer((request, response) => {
  void (async () => {
    if (request.url === "/silent") return;
    const body = await bodyOf(request);
    const reply = (status: number, text: string): void => {
      response.writeHead(status).end(text);
    };
    if (request.url === "/text") reply(200, "hello");
    else if (request.url === "/bare")
      reply(401, '{"code": -32000, "message": "who?", "data": {"code": "UNAUTHORIZED"}}');
    else if (request.url === "/token")
      reply(200, JSON.stringify({ jsonrpc: "2.0", id: 1, result: request.headers.authorization }));
    else if (request.url === "/number") reply(200, "5");
    else
      reply(
        200,
        JSON.stringify(
          Array.isArray(body) ? (body as Request[]).map(answer).reverse() : answer(body as Request),
        ),
      );
  })();
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function failure(promise: Promise<unknown>): Promise<GenerionError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GenerionError) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe("a node over HTTP", () => {
  it("answers calls, lists page by page, and batches in order", async () => {
    const node = new Node(new HttpTransport(url));
    expect(await node.chainId()).toEqual(new Uint8Array(32).fill(0xab));
    const ids: number[] = [];
    for await (const id of node.items("getRecordIdList", { usr_adr: "gen1" })) ids.push(id);
    expect(ids).toEqual([1, 2, 3, 4, 5]);
    const results = await new HttpTransport(url).batch([
      { method: "getStatus", params: {} },
      { method: "none", params: {} },
      { method: "getUserPubKey", params: {} },
    ]);
    expect(results[0]).toEqual({ chain_id: "ab".repeat(32) });
    expect((results[1] as RpcError).code).toBe("RATE_LIMITED");
    expect(results[2]).toEqual({});
    expect(await new HttpTransport(url).batch([])).toEqual([]);
  });

  it("tells outcomes, and throws refusals where one asks for execution", async () => {
    const node = new Node(new HttpTransport(url));
    const transaction = new TransactionBuilder(pattern(32))
      .add({ operation: "cancelMove" })
      .sign(SigningKey.fromSeed(pattern(32)));
    expect((await node.send(transaction)).state).toBe("refused");
    expect(await node.execute(transaction, "sealed")).toEqual([4, 5]);
    const refusal = await failure(node.execute(transaction));
    expect([refusal.code, refusal.message]).toEqual(["NOT_OWNER", "no (operation 1)"]);
    expect((await failure(node.readerKey("gen1x"))).code).toBe("READER_KEY_UNSET");
  });

  it("gives errors their codes", async () => {
    const of = (path: string, options = {}): HttpTransport =>
      new HttpTransport(url + path, options);
    const error = await failure(of("").call("none", {}));
    if (!(error instanceof RpcError)) throw new Error("no RpcError");
    expect([error.code, error.number, error.retryAfterMs]).toEqual(["RATE_LIMITED", -32000, 250]);
    expect((await failure(of("/bare").call("getStatus", {}))).code).toBe("UNAUTHORIZED");
    expect((await failure(of("/text").call("getStatus", {}))).code).toBe("MALFORMED");
    expect((await failure(of("/number").call("getStatus", {}))).code).toBe("MALFORMED");
    expect((await failure(of("/silent", { timeoutMs: 50 }).call("getStatus", {}))).code).toBe(
      "TIMED_OUT",
    );
    const nobody = new HttpTransport("http://127.0.0.1:1");
    expect((await failure(nobody.call("getStatus", {}))).code).toBe("UNREACHABLE");
    expect(await of("/token", { token: "secret" }).call("getStatus", {})).toBe("Bearer secret");
  });
});

describe("a subscription", () => {
  const told = (height: number, more = false): Record<string, unknown> => ({
    subscription: 1,
    height,
    block_hash: "",
    time_ms: 1,
    items: [],
    ...(more && { more }),
  });

  it("gives what was told in order and ends when asked", async () => {
    let cancelled = 0;
    const one = new Subscription(1, async () => {
      ++cancelled;
    });
    one.push(told(5));
    one.push(told(6, true));
    const heights: number[] = [];
    for await (const { height } of one) {
      heights.push(height);
      if (height === 6) break;
    }
    expect([heights, cancelled, one.nextHeight]).toEqual([[5, 6], 1, 6]);
    await one.unsubscribe();
    expect(cancelled).toBe(1);
  });

  it("tells an error after what came before it, and where to resume", async () => {
    const one = new Subscription(1, async () => undefined);
    one.push(told(5));
    one.end(new GenerionError("TOO_SLOW", "slow"));
    const heights: number[] = [];
    const error = await failure(
      (async () => {
        for await (const { height } of one) heights.push(height);
      })(),
    );
    expect([error.code, heights, one.nextHeight]).toEqual(["TOO_SLOW", [5], 6]);
  });

  it("does not keep more than its bound for a slow reader", async () => {
    const one = new Subscription(1, async () => undefined);
    for (let height = 1; height <= 10_005; ++height) one.push(told(height));
    let count = 0;
    const error = await failure(
      (async () => {
        for await (const _ of one) ++count;
      })(),
    );
    expect([error.code, count, one.nextHeight]).toEqual(["OVERLOADED", 10_000, 10_001]);
  });
});
