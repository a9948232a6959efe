// What a node answers instead of a result (docs/protocol/rpc.md, "Errors").
import { GenerionError } from "./error.ts";

export class RpcError extends GenerionError {
  override readonly name = "RpcError";

  // `code` is data.code, such as NOT_OWNER; `number` JSON-RPC's, such as -32000.
  constructor(
    code: string,
    message: string,
    readonly number: number,
    readonly data: Readonly<Record<string, unknown>>,
  ) {
    super(code, message);
  }

  // When to ask again, on RATE_LIMITED and the like.
  get retryAfterMs(): number | undefined {
    const value = this.data["retry_after_ms"];
    return typeof value === "number" ? value : undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// The result of a JSON-RPC answer. Errors: the node's; MALFORMED.
export function resultOf(answer: unknown): unknown {
  if (!isObject(answer)) throw new GenerionError("MALFORMED", "the answer is no JSON-RPC answer");
  if ("error" in answer) throw errorOf(answer["error"]);
  if ("result" in answer) return answer["result"];
  throw new GenerionError("MALFORMED", "the answer has neither a result nor an error");
}

export function errorOf(error: unknown): GenerionError {
  if (!isObject(error) || typeof error["message"] !== "string") {
    return new GenerionError("MALFORMED", "the answer's error is no JSON-RPC error");
  }
  const data = isObject(error["data"]) ? error["data"] : {};
  const code = typeof data["code"] === "string" ? data["code"] : "INTERNAL";
  return new RpcError(code, error["message"], Number(error["code"]), data);
}
