// AEAD records: RFC 9846 (Record Payload Protection; 8446 §5.2), RFC 5246 §6.2.3.3 with RFC 5288, 6655 and 7905.
import { type CipherGCMTypes, createDecipheriv, type DecipherGCM } from 'node:crypto';
import type { TrafficKeys } from './hkdf.js';
import { type RecordOpener, writeSequence } from './record-opener.js';
import type { SuiteProtection } from './suite-protection.js';

/** RFC 5288 §3: the part of the nonce that a record of TLS 1.2 carries. */
const explicitNonceLength = 8;
const nonceLength = 12;

/** Opens AEAD records of TLS 1.2; ChaCha20-Poly1305's nonce is made as in TLS 1.3. */
export class AeadOpener implements RecordOpener {
  readonly canSearch: boolean = true;
  contentType = 0;
  protected readonly protection: SuiteProtection;
  readonly #keys: TrafficKeys;
  readonly #nonce: Uint8Array = new Uint8Array(nonceLength);
  readonly #data: Uint8Array = new Uint8Array(13);

  constructor(protection: SuiteProtection, keys: TrafficKeys) {
    this.protection = protection;
    this.#keys = keys;
  }

  open(
    sequence: number,
    type: number,
    version: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null {
    const { kind, tagLength } = this.protection;
    const explicit = kind === 'chacha20' ? 0 : explicitNonceLength;
    const length = end - start - explicit - tagLength;
    if (length < 0) return null;
    this.contentType = type;
    const data = this.#data;
    writeSequence(data, 0, sequence);
    data[8] = type;
    data[9] = version >> 8;
    data[10] = version & 0xff;
    data[11] = length >> 8;
    data[12] = length & 0xff;
    if (explicit === 0) return this.unseal(this.#sequenceNonce(sequence), data, bytes, start, end);
    this.#nonce.set(this.#keys.iv);
    this.#nonce.set(bytes.subarray(start, start + explicit), nonceLength - explicit);
    return this.unseal(this.#nonce, data, bytes, start + explicit, end);
  }

  /** RFC 9846 (Per-Record Nonce): the sequence number over the IV. */
  protected sequenceNonce(sequence: number): Uint8Array {
    return this.#sequenceNonce(sequence);
  }

  protected unseal(
    nonce: Uint8Array,
    data: Uint8Array | null,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null {
    const { cipher, kind, tagLength } = this.protection;
    const tagStart = end - tagLength;
    if (tagStart < start) return null;
    // The three modes have one interface, but no common name in the types.
    const decipher = createDecipheriv(cipher as CipherGCMTypes, this.#keys.key, nonce, {
      authTagLength: tagLength,
    }) as DecipherGCM;
    decipher.setAuthTag(bytes.subarray(tagStart, end));
    const plaintextLength = tagStart - start;
    if (data !== null) decipher.setAAD(data, kind === 'ccm' ? { plaintextLength } : undefined);
    try {
      const plaintext = decipher.update(bytes.subarray(start, tagStart));
      decipher.final();
      return plaintext;
    } catch {
      return null;
    }
  }

  #sequenceNonce(sequence: number): Uint8Array {
    const { iv } = this.#keys;
    const nonce = this.#nonce.fill(0);
    writeSequence(nonce, nonceLength - 8, sequence);
    for (let at = 0; at < nonceLength; at++) nonce[at]! ^= iv[at]!;
    return nonce;
  }
}

/** Opens records of TLS 1.3: the type stands inside, behind the content and before the padding. */
export class Tls13Opener extends AeadOpener {
  readonly #header: Uint8Array = new Uint8Array(5);
  /** Drafts before 25 authenticate no header. */
  readonly #bare: boolean;

  constructor(protection: SuiteProtection, keys: TrafficKeys, bare: boolean) {
    super(protection, keys);
    this.#bare = bare;
  }

  override open(
    sequence: number,
    type: number,
    version: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null {
    const header = this.#header;
    header[0] = type;
    header[1] = version >> 8;
    header[2] = version & 0xff;
    header[3] = (end - start) >> 8;
    header[4] = (end - start) & 0xff;
    const inner = this.unseal(this.sequenceNonce(sequence), this.#bare ? null : header, bytes, start, end);
    if (inner === null) return null;
    let length = inner.length;
    while (length > 0 && inner[length - 1] === 0) length--;
    this.contentType = length === 0 ? 0 : inner[length - 1]!;
    return inner.subarray(0, Math.max(0, length - 1));
  }
}
