// What a node's methods answer, as docs/protocol/rpc.md has it: addresses gen1..., hashes and keys
// hexadecimal, byte strings base64, ids, heights and times (ms) numbers, amounts text. A field that
// is absent was left out by the node.
import type { Address } from "./address.ts";

export interface Status {
  readonly chain_id: string;
  readonly chain_name: string;
  readonly version: string;
  readonly epoch: number;
  readonly view: number;
  readonly height: number;
  readonly sealed_height: number;
  readonly block_hash: string;
  readonly block_time_ms: number;
  readonly time_ms: number; // the node's clock
  readonly mempool: number;
  readonly validators: number;
  readonly quorum: number;
  readonly role: string;
  readonly ready: boolean;
  readonly not_ready_reason?: string;
}

export interface Genesis {
  readonly chain_id: string;
  readonly chain_name: string;
  readonly time_ms: number;
  readonly validators: readonly {
    readonly name: string;
    readonly key: string;
    readonly governance_key: string;
  }[];
  readonly institutions: readonly {
    readonly address: Address;
    readonly name: string;
    readonly kind: string;
    readonly data_source_url: string;
  }[];
  readonly parameters: Readonly<Record<string, number | string | readonly string[]>>;
}

export type Wait = "accepted" | "executed" | "sealed";

// How a transaction ended, or how far it is. What is not known yet is left out.
export interface Outcome {
  readonly tx_id: string;
  readonly tx_hash?: string;
  readonly state: "accepted" | "executed" | "refused" | "expired" | "unknown";
  readonly height?: number;
  readonly index?: number;
  readonly code?: string;
  readonly message?: string;
  readonly failed_operation?: number;
  readonly new_ids?: readonly number[];
  readonly sealed?: boolean;
  readonly proof?: string; // base64, a proof file
}

// What a transaction would do to the state at `height`.
export interface Simulation {
  readonly tx_id: string;
  readonly tx_hash: string;
  readonly height: number;
  readonly code: string; // OK, or that of the refusal
  readonly message?: string;
  readonly failed_operation?: number;
  readonly new_ids?: readonly number[];
}

export interface TransactionResult extends Outcome {
  readonly transaction?: string; // base64; erased attachments are empty
  readonly block_time_ms?: number;
}

export interface RecordResult {
  readonly record_id: number;
  readonly usr_adr: Address;
  readonly creator_adr: Address;
  readonly by_institution: boolean;
  readonly pub_key: string; // data_pub_key
  readonly data_encr?: string; // base64; left out once erased
  readonly data_hash: string;
  readonly data_length: number;
  readonly lock?: string; // of capsules
  readonly document?: string;
  readonly type?: string;
  readonly replaces?: number;
  readonly is_verified: boolean;
  readonly deidentified: boolean;
  readonly created_at_ms: number;
  readonly deleted: boolean;
}

export interface UserResult {
  readonly user_id: number;
  readonly address: Address;
  readonly reader_key?: string;
  readonly admitted_by?: Address;
  readonly record_count: number;
  readonly first_seen_ms: number;
  readonly balance: string;
  readonly open_order_count: number;
  readonly order_count: number;
  readonly purchase_count: number;
  readonly share_count: number;
  readonly granted_count: number;
  readonly failed_deliveries: number;
  readonly recovery_key?: string;
  readonly recovery_delay_ms?: number;
  readonly moves_to?: Address;
  readonly moves_at_ms?: number;
}

export interface ShareResult {
  readonly share_id: number;
  readonly record_id: number;
  readonly usr_adr: Address; // the owner
  readonly grantee: Address;
  readonly pub_key: string; // the grantee's reader key
  readonly lock?: string; // of a capsule
  readonly data_hash?: string; // of opaque data
  readonly data_length?: number;
  readonly data_encr?: string; // base64, while the share is living
  readonly living: boolean;
  readonly status: string;
  readonly created_at_ms: number;
  readonly expires_at_ms?: number;
  readonly closed_at_ms?: number;
}

export interface OrderResult {
  readonly order_id: number;
  readonly usr_adr: Address; // the seller
  readonly record_id_list: readonly number[];
  readonly price: string;
  readonly text?: string; // base64, while the order has not ended
  readonly delivery_proven: boolean;
  readonly made_by_institution: boolean;
  readonly deidentified: boolean;
  readonly types: readonly string[];
  readonly status: string;
  readonly created_at_ms: number;
  readonly customer?: Address;
  readonly pub_key?: string; // the buyer's reader key
  readonly deadline_ms?: number;
  readonly retention_end_ms?: number;
  readonly closed_at_ms?: number;
  readonly deliveries?: readonly DeliveryResult[]; // of getOrder, once delivered
}

export interface DeliveryResult {
  readonly record_id: number;
  readonly lock?: string; // of a capsule
  readonly data_hash?: string; // of opaque data
  readonly data_length?: number;
  readonly data_encr?: string; // base64
}

export interface OrderFilter {
  readonly status?: string;
  readonly type?: string;
  readonly seller?: Address;
  readonly buyer?: Address;
  readonly record_id?: number;
  readonly price_min?: string;
  readonly price_max?: string;
}

export interface InstitutionResult {
  readonly address: Address;
  readonly name: string;
  readonly kind: string;
  readonly data_source_url?: string;
  readonly status: string;
  readonly since_ms: number;
}

export interface HistoryEntry {
  readonly height: number;
  readonly time_ms: number;
  readonly tx_id: string;
  readonly operation: string;
  readonly by: Address;
}

export interface ProofResult {
  readonly proof: string; // base64
  readonly height: number;
  readonly block_hash: string;
}

// All pages of one list stand at one height.
export interface Page<T> {
  readonly items: readonly T[];
  readonly height: number;
  readonly cursor?: string; // left out on the last page
}

export interface PageParams {
  readonly limit?: number;
  readonly cursor?: string;
  readonly height?: number;
}

interface AtHeight {
  readonly height?: number;
}

type ProofOf =
  | { readonly key: string }
  | { readonly record_id: number }
  | { readonly address: Address }
  | { readonly tx_id: string };

// The methods that `Node.call` knows with their types; `Node.query` takes any other.
export interface Methods {
  getStatus: { params: object; result: Status };
  getGenesis: { params: object; result: Genesis };
  getParameters: { params: AtHeight; result: Genesis["parameters"] };
  sendTransaction: {
    params: { readonly transaction: string; readonly wait?: Wait };
    result: Outcome;
  };
  simulateTransaction: { params: { readonly transaction: string }; result: Simulation };
  getTransaction: { params: { readonly tx_id: string }; result: TransactionResult };
  getProof: { params: ProofOf & AtHeight; result: ProofResult };
  getInstitutionList: { params: PageParams; result: Page<InstitutionResult> };
  getUser: { params: { readonly address: Address } & AtHeight; result: UserResult };
  getUserList: { params: PageParams; result: Page<Address> };
  getUserPubKey: {
    params: { readonly usr_adr: Address } & AtHeight;
    result: { readonly pub_key?: string };
  };
  getRecord: { params: { readonly record_id: number } & AtHeight; result: RecordResult };
  getRecordList: {
    params: { readonly usr_adr: Address } & PageParams;
    result: Page<RecordResult>;
  };
  getRecordIdList: { params: { readonly usr_adr: Address } & PageParams; result: Page<number> };
  getShare: { params: { readonly share_id: number } & AtHeight; result: ShareResult };
  getShareList: {
    params: ({ readonly usr_adr: Address } | { readonly record_id: number }) & PageParams;
    result: Page<ShareResult>;
  };
  getSharedRecordList: {
    params: { readonly usr_adr: Address } & PageParams;
    result: Page<ShareResult>;
  };
  getOrder: { params: { readonly order_id: number } & AtHeight; result: OrderResult };
  getOrderList: { params: OrderFilter & PageParams; result: Page<OrderResult> };
  getOrderIdList: { params: OrderFilter & PageParams; result: Page<number> };
  getBalance: {
    params: { readonly usr_adr: Address } & AtHeight;
    result: { readonly balance: string };
  };
  getRecordHistory: {
    params: { readonly record_id: number } & PageParams;
    result: Page<HistoryEntry>;
  };
}

export type ListMethod = {
  [M in keyof Methods]: Methods[M]["result"] extends Page<unknown> ? M : never;
}[keyof Methods];
export type ItemOf<M extends ListMethod> = Methods[M]["result"] extends Page<infer T> ? T : never;
