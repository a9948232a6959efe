// A node, asked over HTTP or a WebSocket.
//
//   const node = new Node(new HttpTransport("http://127.0.0.1:8564"));
//   const record = await node.call("getRecord", { record_id: 7 });
//   for await (const one of node.items("getRecordList", { usr_adr })) { ... }
import { type Bytes, fromBase64, fromHex, toBase64 } from "./bytes.ts";
import type { TrustAnchor } from "./block.ts";
import { refuse } from "./error.ts";
import type { Transport } from "./http_transport.ts";
import { type Proven, verifyProof } from "./proof.ts";
import type { ItemOf, ListMethod, Methods, Outcome, Simulation, Wait } from "./results.ts";
import type { SignedTransaction } from "./transaction.ts";

export class Node {
  constructor(readonly transport: Transport) {}

  // Errors: the node's (RpcError), and UNREACHABLE, TIMED_OUT, MALFORMED.
  async call<M extends keyof Methods>(
    method: M,
    params: Methods[M]["params"],
  ): Promise<Methods[M]["result"]> {
    return (await this.transport.call(method, params)) as Methods[M]["result"];
  }

  // Any method, also one that this library does not know.
  async query(method: string, params: object = {}): Promise<unknown> {
    return this.transport.call(method, params);
  }

  // Sends, and waits until it is accepted, executed or sealed. Sending the same transaction again
  // is safe: after TIMED_OUT or UNREACHABLE, and to another node. A transaction that ended in a
  // refusal is an outcome with state "refused", not an error; `executed` throws it.
  async send(transaction: SignedTransaction, wait: Wait = "executed"): Promise<Outcome> {
    return this.call("sendTransaction", { transaction: toBase64(transaction.bytes), wait });
  }

  // Sends, waits, and returns the ids of what was made. Error: the code of the refusal.
  async execute(
    transaction: SignedTransaction,
    wait: "executed" | "sealed" = "executed",
  ): Promise<readonly number[]> {
    const outcome = await this.send(transaction, wait);
    if (outcome.state === "executed") return outcome.new_ids ?? [];
    return refuseOutcome(outcome);
  }

  // What it would do, without sending it; what `send` refuses with an error, this does too.
  async simulate(transaction: SignedTransaction): Promise<Simulation> {
    return this.call("simulateTransaction", { transaction: toBase64(transaction.bytes) });
  }

  // All items of a list, page by page, at one height.
  async *items<M extends ListMethod>(
    method: M,
    params: Methods[M]["params"],
  ): AsyncGenerator<ItemOf<M>> {
    let cursor: string | undefined;
    do {
      const page = await this.call(method, { ...params, ...(cursor && { cursor }) });
      for (const item of page.items) yield item as ItemOf<M>;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  async chainId(): Promise<Bytes> {
    return fromHex((await this.call("getStatus", {})).chain_id, 32, "chain_id");
  }

  // The reader key that a user has published. Error READER_KEY_UNSET.
  async readerKey(address: string): Promise<Bytes> {
    const { pub_key: key } = await this.call("getUserPubKey", { usr_adr: address });
    if (key === undefined) refuse("READER_KEY_UNSET", `${address} has not set a reader key`);
    return fromHex(key, 32, "pub_key");
  }

  // A proof from the node, checked here. Errors BAD_PROOF, WRONG_CHAIN; the node's.
  async prove(of: Methods["getProof"]["params"], anchor: TrustAnchor): Promise<Proven> {
    const { proof } = await this.call("getProof", of);
    return verifyProof(fromBase64(proof, "proof"), anchor);
  }
}

function refuseOutcome(outcome: Outcome): never {
  const place =
    outcome.failed_operation === undefined ? "" : ` (operation ${outcome.failed_operation})`;
  return refuse(
    outcome.code ?? "UNKNOWN",
    `${outcome.message ?? `the transaction ${outcome.tx_id} is ${outcome.state}`}${place}`,
  );
}
