// JSON-RPC over HTTP POST, by the fetch of Node and browsers.
import { GenerionError, messageOf, refuse } from "./error.ts";
import { errorOf, isObject, resultOf } from "./rpc_error.ts";

// One way to a node.
export interface Transport {
  // The result; a GenerionError if there is none: the node's code, or UNREACHABLE, TIMED_OUT,
  // MALFORMED.
  call(method: string, params: object): Promise<unknown>;
}

export interface HttpOptions {
  readonly token?: string; // for nodes with rpc.access = token
  readonly timeoutMs?: number; // of one call, 60 s
  readonly fetch?: typeof fetch; // another implementation
}

export interface Call {
  readonly method: string;
  readonly params: object;
}

export class HttpTransport implements Transport {
  readonly #options: HttpOptions;
  #lastId = 0;

  // `url` such as http://127.0.0.1:8564
  constructor(
    readonly url: string,
    options: HttpOptions = {},
  ) {
    this.#options = options;
  }

  async call(method: string, params: object): Promise<unknown> {
    return resultOf(await this.#post(this.#request({ method, params })));
  }

  // One request for all calls; the results in their order, each a value or the error of its call.
  async batch(calls: readonly Call[]): Promise<(unknown | GenerionError)[]> {
    if (calls.length === 0) return [];
    const requests = calls.map((call) => this.#request(call));
    const answers = await this.#post(requests);
    if (!Array.isArray(answers)) return [resultOf(answers)];
    const byId = new Map(answers.filter(isObject).map((answer) => [answer["id"], answer]));
    return requests.map(({ id }) => {
      const answer = byId.get(id);
      if (answer === undefined) return new GenerionError("MALFORMED", `call ${id} has no answer`);
      return "error" in answer ? errorOf(answer["error"]) : answer["result"];
    });
  }

  #request({ method, params }: Call): {
    jsonrpc: string;
    id: number;
    method: string;
    params: object;
  } {
    return { jsonrpc: "2.0", id: ++this.#lastId, method, params };
  }

  async #post(body: unknown): Promise<unknown> {
    const { token, timeoutMs = 60_000, fetch = globalThis.fetch } = this.#options;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return this.#parse(response.status, await response.text());
    } catch (error) {
      if (error instanceof GenerionError) throw error;
      if (error instanceof Error && error.name === "TimeoutError") {
        refuse("TIMED_OUT", `${this.url} did not answer within ${timeoutMs} ms`);
      }
      return refuse("UNREACHABLE", `${this.url} can't be reached: ${reason(error)}`);
    }
  }

  #parse(status: number, text: string): unknown {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      refuse("MALFORMED", `${this.url} answered with status ${status} and no JSON`);
    }
    // What is refused before JSON-RPC has the bare error object as its body.
    const isBare = isObject(answer) && !("jsonrpc" in answer) && "message" in answer;
    if (isBare) throw errorOf(answer);
    return answer;
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
