// JSON-RPC over a WebSocket (/ws), with subscriptions.
import { GenerionError, messageOf, refuse } from "./error.ts";
import type { Transport } from "./http_transport.ts";
import { errorOf, isObject, resultOf } from "./rpc_error.ts";
import { Subscription } from "./subscription.ts";

export interface WebSocketOptions {
  readonly timeoutMs?: number; // of one call, 60 s
  // Another implementation, for Node below version 22, which has none without a flag.
  readonly WebSocket?: typeof WebSocket;
}

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #subscriptions = new Map<number, Subscription>();
  #lastId = 0;
  #lastSubscription = 0; // the node numbers a connection's subscriptions upwards
  #closed: GenerionError | undefined;

  private constructor(socket: WebSocket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code, reason }) =>
      this.#end(
        new GenerionError(
          "UNREACHABLE",
          `the connection was closed: ${reason === "" ? `code ${code}` : reason}`,
        ),
      ),
    );
  }

  // `url` is the node's, such as http://127.0.0.1:8564. Errors UNREACHABLE, BAD_ARGUMENT.
  static async connect(url: string, options: WebSocketOptions = {}): Promise<WebSocketTransport> {
    const Socket = options.WebSocket ?? globalThis.WebSocket;
    if (Socket === undefined) {
      refuse(
        "BAD_ARGUMENT",
        "this JavaScript has no WebSocket: take Node 22, start Node 20 with " +
          "--experimental-websocket, or pass an implementation",
      );
    }
    const target = new URL("/ws", url);
    target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
    const socket = new Socket(target);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener(
        "error",
        () => reject(new GenerionError("UNREACHABLE", `${target} can't be opened`)),
        { once: true },
      );
    });
    return new WebSocketTransport(socket, options.timeoutMs ?? 60_000);
  }

  async call(method: string, params: object): Promise<unknown> {
    if (this.#closed !== undefined) throw this.#closed;
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new GenerionError("TIMED_OUT", `${method} had no answer in ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
    });
    this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return resultOf(await answer);
  }

  // What happens from now on, or from a height: docs/protocol/rpc.md has the kinds and their
  // filters.
  async subscribe(params: {
    readonly kind: string;
    readonly [name: string]: unknown;
  }): Promise<Subscription> {
    const made = await this.call("subscribe", params);
    if (!isObject(made) || typeof made["subscription"] !== "number") {
      refuse("MALFORMED", "the node's answer to subscribe names no subscription");
    }
    const id = made["subscription"];
    const subscription = this.#subscriptions.get(id) ?? this.#open(id);
    if (typeof made["from_height"] === "number") subscription.nextHeight ??= made["from_height"];
    return subscription;
  }

  close(): void {
    this.#socket.close();
    this.#end(new GenerionError("UNREACHABLE", "the connection was closed"));
  }

  #open(id: number): Subscription {
    const subscription = new Subscription(id, async () => {
      this.#subscriptions.delete(id);
      if (this.#closed === undefined) await this.call("unsubscribe", { subscription: id });
    });
    this.#subscriptions.set(id, subscription);
    this.#lastSubscription = Math.max(this.#lastSubscription, id);
    return subscription;
  }

  #receive(data: unknown): void {
    let message: unknown;
    try {
      message = JSON.parse(String(data));
    } catch (error) {
      this.#end(new GenerionError("MALFORMED", `the node sent no JSON: ${messageOf(error)}`));
      this.#socket.close();
      return;
    }
    if (!isObject(message)) return;
    if (message["method"] === "subscription" && isObject(message["params"])) {
      this.#notify(message["params"]);
      return;
    }
    const pending = this.#pending.get(Number(message["id"]));
    if (pending === undefined) return; // of a call that timed out
    this.#pending.delete(Number(message["id"]));
    clearTimeout(pending.timer);
    pending.resolve(message);
  }

  #notify(params: Record<string, unknown>): void {
    const id = Number(params["subscription"]);
    const known = this.#subscriptions.get(id);
    // It may come before the caller of `subscribe` has taken its answer, or after `unsubscribe`.
    if (known === undefined && id <= this.#lastSubscription) return;
    const subscription = known ?? this.#open(id);
    if ("error" in params) {
      this.#subscriptions.delete(id);
      subscription.end(errorOf(params["error"]));
    } else {
      subscription.push(params);
    }
  }

  #end(error: GenerionError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
    for (const subscription of this.#subscriptions.values()) subscription.end(error);
    this.#subscriptions.clear();
  }
}
