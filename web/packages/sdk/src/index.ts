// The entry of @generion/sdk; README.md has a table of what is here.
export * from "./address.ts";
export * from "./bytes.ts";
export * from "./capsule.ts";
export * from "./document.ts";
export * from "./error.ts";
export type { DecodedGovernanceAction, GovernanceAction } from "./governance.ts";
export * from "./keys.ts";
export * from "./meta.ts";
export type {
  AttachmentRef, DecodedOperation, Operation, OperationName, Relocking,
} from "./operations.ts";
export * from "./reader_key.ts";
export * from "./relock.ts";
export * from "./signing.ts";
export * from "./transaction.ts";
