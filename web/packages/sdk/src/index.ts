// The entry of @generion/sdk; README.md has a table of what is here.
export * from "./address.ts";
export * from "./block.ts";
export * from "./builder.ts";
export * from "./bytes.ts";
export {
  CapsuleKey,
  composeDataEncr,
  isCapsule,
  kCapsuleByte,
  kLockBytes,
  lockCapsule,
  openLock,
  openMeta,
  parseDataEncr,
  parseLock,
  sealMeta,
} from "./capsule.ts";
export * from "./document.ts";
export * from "./enrolment.ts";
export { GenerionError } from "./error.ts";
export type { DecodedGovernanceAction, GovernanceAction } from "./governance.ts";
export { blake2b256 } from "./hash.ts";
export * from "./http_transport.ts";
export * from "./keys.ts";
export * from "./merkle.ts";
export * from "./meta.ts";
export * from "./node.ts";
export type {
  AttachmentRef,
  DecodedOperation,
  Operation,
  OperationName,
  Relocking,
} from "./operations.ts";
export * from "./proof.ts";
export * from "./reader_key.ts";
export * from "./records.ts";
export {
  type RelockStatement,
  checkRelock,
  deliveryContext,
  kRelockProofBytes,
  ownerContext,
  relock,
  shareContext,
} from "./relock.ts";
export * from "./results.ts";
export { RpcError } from "./rpc_error.ts";
export * from "./signing.ts";
export * from "./subscription.ts";
export * from "./transaction.ts";
export * from "./web_socket_transport.ts";
