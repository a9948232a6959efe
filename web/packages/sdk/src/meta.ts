// What a capsule's sealed meta says about its document (proto/generion/v1/capsule.proto).
import { type Bytes, fromUtf8, utf8 } from "./bytes.ts";
import { CanonicalWriter } from "./canonical.ts";
import { refuse } from "./error.ts";
import { WireFields } from "./wire.ts";

const kCodesMax = 256;

export interface CapsuleMeta {
  readonly data_source_url: string; // where the ciphertext is; empty if not told
  readonly document: Bytes | undefined; // its address, 32 bytes
  readonly media_type: string;
  readonly title: string;
  readonly size: number; // of the plaintext, in bytes
  readonly code: readonly string[]; // "system|code"
}

// Whatever is left out is empty.
export function encodeMeta(meta: Partial<CapsuleMeta>): Bytes {
  const { document, code = [] } = meta;
  if (code.length > kCodesMax) refuse("TOO_MANY", `a capsule takes at most ${kCodesMax} codes`);
  if (document !== undefined && document.length !== 32) {
    refuse("BAD_ARGUMENT", `a document's address has 32 bytes, not ${document.length}`);
  }
  const out = new CanonicalWriter();
  out.bytes(1, utf8(meta.data_source_url ?? ""));
  out.bytes(2, document ?? new Uint8Array());
  out.bytes(3, utf8(meta.media_type ?? ""));
  out.bytes(4, utf8(meta.title ?? ""));
  out.uint(5, BigInt(meta.size ?? 0));
  for (const one of code) out.element(6, utf8(one));
  return out.take();
}

// Fields that this version does not know are passed over: another application may have written
// them. Errors MALFORMED, TOO_MANY.
export function decodeMeta(bytes: Bytes): CapsuleMeta {
  const fields = new WireFields(bytes, "capsule meta");
  const document = fields.bytes(2);
  if (document.length !== 0 && document.length !== 32) {
    refuse("MALFORMED", `capsule meta: document has ${document.length} bytes; it takes 32`);
  }
  const codes = fields.list(6);
  if (codes.length > kCodesMax) refuse("TOO_MANY", `capsule meta: has ${codes.length} codes`);
  return {
    data_source_url: fields.text(1),
    document: document.length === 0 ? undefined : document,
    media_type: fields.text(3),
    title: fields.text(4),
    size: Number(fields.uint(5)),
    code: codes.map((code) => fromUtf8(code, "capsule meta: code")),
  };
}
