export { type Anchor, type Header, type Link, type Seal, genesisAnchor, quorum } from "./block.ts";
export { type Bytes, type Code, ProofError, fromHex, toHex } from "./bytes.ts";
export {
  type Kind,
  type Question,
  kCountersKey,
  kParametersKey,
  objectKey,
  verifyAbsent,
  verifyList,
} from "./lists.ts";
export {
  type Outcome,
  type ProvenObject,
  type ProvenPage,
  verifyObject,
  verifyOutcome,
  verifyPage,
} from "./proof.ts";
export { type TrustedBlock, SetChain, parseTrusted, readLinks } from "./sets.ts";
