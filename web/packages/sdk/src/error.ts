// What the library throws. `code` is one of the node's codes (docs/protocol/state.md, rpc.md), or
// one of those below; the message says what was wrong and what would be right.

// Codes that the library itself gives, with the node's names where the node has the same refusal.
export type LocalCode =
  | "BAD_ADDRESS"
  | "BAD_ARGUMENT"
  | "BAD_ATTACHMENT"
  | "BAD_CAPSULE"
  | "BAD_KEY"
  | "BAD_PHRASE"
  | "BAD_PROOF"
  | "BAD_SIGNATURE"
  | "DAMAGED"
  | "MALFORMED"
  | "NOT_CANONICAL"
  | "TIMED_OUT"
  | "TOO_LARGE"
  | "TOO_MANY"
  | "UNKNOWN_OPERATION"
  | "UNREACHABLE"
  | "WRONG_CHAIN";

// Any other code that a node may give.
type NodeCode = string & {};

export class GenerionError extends Error {
  override readonly name: string = "GenerionError";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function refuse(code: LocalCode | NodeCode, message: string): never {
  throw new GenerionError(code, message);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
