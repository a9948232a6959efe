// Encryption of a document (docs/protocol/capsules.md): a secretstream in chunks of 64 KiB of
// plaintext, the last one shorter (empty if need be) and tagged FINAL.
//
//   const encryptor = new DocumentEncryptor(key.documentKey);
//   for (const piece of pieces) write(encryptor.push(piece));
//   write(encryptor.finish());
//   const address = encryptor.address();
import { type Bytes, concat, randomBytes } from "./bytes.ts";
import { refuse } from "./error.ts";
import { TaggedHash, taggedHash } from "./hash.ts";
import {
  SecretStream,
  kHeaderBytes,
  kOverheadBytes,
  kTagFinal,
  kTagMessage,
} from "./secretstream.ts";

export const kDocumentChunkBytes = 64 * 1024; // of plaintext
const kSealedChunkBytes = kDocumentChunkBytes + kOverheadBytes;
const kAddressTag = "generion/document/1";

// H-256("generion/document/1", ciphertext): where a data source keeps it.
export function documentAddress(ciphertext: Bytes): Bytes {
  return taggedHash(32, kAddressTag, ciphertext);
}

// Cuts what arrives into pieces of the same size.
class Cutter {
  #pending: Bytes = new Uint8Array();

  *push(piece: Bytes, size: number): Generator<Bytes> {
    let rest = concat(this.#pending, piece);
    while (rest.length >= size) {
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
    }
    this.#pending = rest.slice();
  }

  get rest(): Bytes {
    return this.#pending;
  }
}

export class DocumentEncryptor {
  readonly #stream: SecretStream;
  readonly #chunks = new Cutter();
  readonly #address = new TaggedHash(kAddressTag);
  #header: Bytes;
  #finished = false;

  // A random header makes two encryptions of one document differ.
  constructor(documentKey: Bytes, header: Bytes = randomBytes(kHeaderBytes)) {
    this.#stream = new SecretStream(checkedKey(documentKey), header);
    this.#header = header;
  }

  // The ciphertext that is ready, in order.
  push(plaintext: Bytes): Bytes {
    const out = [this.#takeHeader()];
    for (const chunk of this.#chunks.push(plaintext, kDocumentChunkBytes)) {
      out.push(this.#stream.push(chunk, kTagMessage));
    }
    return this.#addressed(concat(...out));
  }

  // The rest. Once.
  finish(): Bytes {
    if (this.#finished) refuse("BAD_ARGUMENT", "the document is finished");
    this.#finished = true;
    const last = this.#stream.push(this.#chunks.rest, kTagFinal);
    return this.#addressed(concat(this.#takeHeader(), last));
  }

  // After finish.
  address(): Bytes {
    if (!this.#finished) refuse("BAD_ARGUMENT", "a document has an address when it is finished");
    return this.#address.digest();
  }

  #takeHeader(): Bytes {
    const header = this.#header;
    this.#header = new Uint8Array();
    return header;
  }

  #addressed(ciphertext: Bytes): Bytes {
    this.#address.update(ciphertext);
    return ciphertext;
  }
}

export class DocumentDecryptor {
  readonly #key: Bytes;
  readonly #pieces = new Cutter();
  readonly #address = new TaggedHash(kAddressTag);
  #stream: SecretStream | undefined;
  #chunks = 0;

  constructor(documentKey: Bytes) {
    this.#key = checkedKey(documentKey);
  }

  // The plaintext of the chunks that are complete; each is authentic and in its place, but that
  // none is missing at the end is known only after finish. Error DAMAGED.
  push(ciphertext: Bytes): Bytes {
    this.#address.update(ciphertext);
    const out: Bytes[] = [];
    let rest = ciphertext;
    if (this.#stream === undefined) {
      const wanted = kHeaderBytes - this.#pieces.rest.length;
      for (const header of this.#pieces.push(rest.subarray(0, wanted), kHeaderBytes)) {
        this.#stream = new SecretStream(this.#key, header);
      }
      rest = rest.subarray(wanted);
    }
    for (const sealed of this.#pieces.push(rest, kSealedChunkBytes)) out.push(this.#open(sealed));
    return concat(...out);
  }

  // The last chunk. Error DAMAGED: the document is cut, altered or extended.
  finish(): Bytes {
    if (this.#stream === undefined || this.#pieces.rest.length < kOverheadBytes) {
      refuse("DAMAGED", `the document is cut after ${this.#chunks} whole chunks`);
    }
    return this.#open(this.#pieces.rest);
  }

  // Of the ciphertext given so far.
  address(): Bytes {
    return this.#address.digest();
  }

  // A full chunk has a successor, a shorter one is the last.
  #open(sealed: Bytes): Bytes {
    const opened = this.#stream?.pull(sealed);
    const expected = sealed.length === kSealedChunkBytes ? kTagMessage : kTagFinal;
    if (opened === undefined || opened.tag !== expected) {
      refuse(
        "DAMAGED",
        `chunk ${this.#chunks + 1} of the document was altered, is cut, or is ` +
          "encrypted with another key",
      );
    }
    ++this.#chunks;
    return opened.chunk;
  }
}

// A whole document that fits into memory.
export function encryptDocument(
  documentKey: Bytes,
  plaintext: Bytes,
): { ciphertext: Bytes; address: Bytes } {
  const encryptor = new DocumentEncryptor(documentKey);
  const ciphertext = concat(encryptor.push(plaintext), encryptor.finish());
  return { ciphertext, address: encryptor.address() };
}

// Error DAMAGED.
export function decryptDocument(documentKey: Bytes, ciphertext: Bytes): Bytes {
  const decryptor = new DocumentDecryptor(documentKey);
  return concat(decryptor.push(ciphertext), decryptor.finish());
}

function checkedKey(key: Bytes): Bytes {
  if (key.length !== 32) refuse("BAD_KEY", `a document key has 32 bytes, not ${key.length}`);
  return Uint8Array.from(key);
}
