// libsodium's crypto_secretstream_xchacha20poly1305: chunks that can't be altered, reordered,
// dropped or cut unnoticed. Its format:
// https://doc.libsodium.org/secret-key_cryptography/secretstream
import { Poly1305 } from "@noble/ciphers/_poly1305.js";
import { chacha20, hchacha } from "@noble/ciphers/chacha.js";
import { equalBytes } from "@noble/ciphers/utils.js";
import { type Bytes, bigEndian, concat, utf8 } from "./bytes.ts";

export const kHeaderBytes = 24;
export const kOverheadBytes = 17; // the sealed tag and the authenticator
export const kTagMessage = 0;
export const kTagFinal = 3;
const kTagRekey = 2;
const kBlockBytes = 64;
const kMacBytes = 16;

// One direction of a stream. `key` has 32 bytes, `header` 24.
export class SecretStream {
  #key: Bytes;
  readonly #nonce = new Uint8Array(12); // counter (4 bytes, little-endian), then 8 bytes of nonce

  constructor(key: Bytes, header: Bytes) {
    this.#key = deriveKey(key, header.slice(0, 16));
    this.#nonce[0] = 1;
    this.#nonce.set(header.subarray(16, kHeaderBytes), 4);
  }

  // The sealed chunk: 17 bytes longer.
  push(chunk: Bytes, tag: number): Bytes {
    const block = new Uint8Array(kBlockBytes);
    block[0] = tag;
    const sealedBlock = this.#stream(block, 1);
    const ciphertext = this.#stream(chunk, 2);
    const mac = this.#authenticate(sealedBlock, ciphertext);
    this.#advance(mac, tag);
    return concat(sealedBlock.subarray(0, 1), ciphertext, mac);
  }

  // The chunk and its tag; undefined if it is not the one that was pushed at this place.
  pull(sealed: Bytes): { chunk: Bytes; tag: number } | undefined {
    if (sealed.length < kOverheadBytes) return undefined;
    const ciphertext = sealed.slice(1, sealed.length - kMacBytes);
    const block = new Uint8Array(kBlockBytes);
    block[0] = sealed[0] ?? 0;
    const opened = this.#stream(block, 1);
    const tag = opened[0] ?? 0;
    opened[0] = block[0]; // the sealed block, which the authenticator covers
    const mac = this.#authenticate(opened, ciphertext);
    if (!equalBytes(mac, sealed.subarray(sealed.length - kMacBytes))) return undefined;
    const chunk = this.#stream(ciphertext, 2);
    this.#advance(mac, tag);
    return { chunk, tag };
  }

  #stream(data: Bytes, counter: number): Bytes {
    return chacha20(this.#key, this.#nonce, data, undefined, counter);
  }

  #authenticate(sealedBlock: Bytes, ciphertext: Bytes): Bytes {
    const key = this.#stream(new Uint8Array(kBlockBytes), 0).slice(0, 32);
    const padding = new Uint8Array(ciphertext.length % 16); // as libsodium pads, for compatibility
    const lengths = concat(littleEndian64(0), littleEndian64(kBlockBytes + ciphertext.length));
    return new Poly1305(key)
      .update(sealedBlock)
      .update(ciphertext)
      .update(padding)
      .update(lengths)
      .digest();
  }

  #advance(mac: Bytes, tag: number): void {
    for (let i = 0; i < 8; ++i) this.#nonce[4 + i] = (this.#nonce[4 + i] ?? 0) ^ (mac[i] ?? 0);
    let place = 0;
    while (place < 4) {
      const next = ((this.#nonce[place] ?? 0) + 1) & 0xff;
      this.#nonce[place] = next;
      if (next !== 0) break;
      ++place;
    }
    if ((tag & kTagRekey) !== 0 || place === 4) this.#rekey();
  }

  #rekey(): void {
    const next = this.#stream(concat(this.#key, this.#nonce.subarray(4)), 0);
    this.#key = next.slice(0, 32);
    this.#nonce.set([1, 0, 0, 0]);
    this.#nonce.set(next.subarray(32), 4);
  }
}

function deriveKey(key: Bytes, nonce: Bytes): Bytes {
  const out = new Uint32Array(8);
  hchacha(words(utf8("expand 32-byte k")), words(key), words(nonce), out);
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  out.forEach((word, place) => view.setUint32(4 * place, word, true));
  return bytes;
}

function words(bytes: Bytes): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, place) =>
    view.getUint32(4 * place, true),
  );
}

function littleEndian64(value: number): Bytes {
  return bigEndian(value, 8).reverse();
}
