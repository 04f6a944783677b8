// RFC 9001 §5 (Packet Protection): keys from secrets, header protection, and opening. Initial packets are protected by what
// everybody who sees them can derive, so that only those who look at them read them.
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createHmac, type DecipherGCM } from 'node:crypto';
import { quicVersions } from '../../wire/tls/quic.js';
import { expandLabel } from './hkdf.js';
import { type SuiteProtection, suiteProtection } from './suite-protection.js';

const sampleLength = 16;
/** RFC 9001 §5.4.2: the sample begins where the packet number would end at its longest. */
const longestNumber = 4;

/** RFC 9001 §5: Initial packets, whatever is negotiated. */
const initialProtection: SuiteProtection = {
  cipher: 'aes-128-gcm',
  kind: 'gcm',
  keyLength: 16,
  ivLength: 12,
  tagLength: 16,
  mac: null,
  hash: 'sha256',
};

/** RFC 9001 §5.2, RFC 9369 §3.3.1, and the drafts that were deployed (23 to 28, 29 to 32; 33 and 34 are as version 1). */
const salts = {
  v1: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'),
  v2: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'),
  draft29: Buffer.from('afbfec289993d24c9e9786f19c6111e04390a899', 'hex'),
  draft23: Buffer.from('c3eef712c72ebb5a11a7d2432bb46365bef9f502', 'hex'),
} as const;

/** Opens the packets of one direction and one packet number space. */
export class QuicOpener {
  /** Largest packet number opened so far. */
  #largest = -1;
  readonly #protection: SuiteProtection;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #headerKey: Uint8Array;

  private constructor(protection: SuiteProtection, secret: Uint8Array, version: number) {
    // RFC 9369 §3.3.2: version 2 has labels of its own.
    const prefix = version === quicVersions.v2 ? 'quicv2 ' : 'quic ';
    const { hash, keyLength } = protection;
    const derive = (label: string, length: number): Uint8Array =>
      expandLabel(hash, secret, prefix + label, nothing, length);
    this.#protection = protection;
    this.#key = derive('key', keyLength);
    this.#iv = derive('iv', 12);
    this.#headerKey = derive('hp', keyLength);
  }

  /** For the Initial packets of a side, from the destination connection id of the client's first. */
  static initial(version: number, destinationId: Uint8Array, side: 'client' | 'server'): QuicOpener {
    const secret = createHmac('sha256', saltOf(version)).update(destinationId).digest();
    const own = expandLabel('sha256', secret, side === 'client' ? 'client in' : 'server in', nothing, 32);
    return new QuicOpener(initialProtection, own, version);
  }

  /** For packets under a traffic secret of a key log; null for a suite that QUIC does not have. */
  static fromSecret(version: number, cipherSuite: number, secret: Uint8Array): QuicOpener | null {
    const protection = suiteProtection(cipherSuite);
    return protection === null ? null : new QuicOpener(protection, secret, version);
  }

  /**
   * Opens the long header packet `bytes[start, end)` whose packet number begins at `numberAt`. Returns its frames, owned; null
   * when it is not authentic under these keys.
   */
  open(bytes: Uint8Array, start: number, numberAt: number, end: number): Uint8Array | null {
    const sampleAt = numberAt + longestNumber;
    if (sampleAt + sampleLength > end) return null;
    const mask = this.#mask(bytes.subarray(sampleAt, sampleAt + sampleLength));
    const header = bytes.slice(start, sampleAt);
    header[0]! ^= mask[0]! & 0x0f;
    const numberLength = (header[0]! & 3) + 1;
    let truncated = 0;
    for (let at = 0; at < numberLength; at++) {
      header[numberAt - start + at]! ^= mask[1 + at]!;
      truncated = truncated * 256 + header[numberAt - start + at]!;
    }
    const number = this.#whole(truncated, 256 ** numberLength);
    const contentAt = numberAt + numberLength;
    const plaintext = this.#unseal(number, header.subarray(0, contentAt - start), bytes, contentAt, end);
    if (plaintext !== null) this.#largest = Math.max(this.#largest, number);
    return plaintext;
  }

  /** RFC 9001 §5.4.3 and §5.4.4. */
  #mask(sample: Uint8Array): Uint8Array {
    const { kind, keyLength } = this.#protection;
    // For ChaCha20 node:crypto takes counter and nonce as one, and they are the sample as it stands.
    if (kind === 'chacha20') return createCipheriv('chacha20', this.#headerKey, sample).update(fiveZeros);
    return createCipheriv(keyLength === 32 ? 'aes-256-ecb' : 'aes-128-ecb', this.#headerKey, null).update(sample);
  }

  /** RFC 9000 Appendix A.3: the number nearest to the one expected that ends like this. */
  #whole(truncated: number, window: number): number {
    const expected = this.#largest + 1;
    const candidate = expected - (expected % window) + truncated;
    if (candidate <= expected - window / 2) return candidate + window;
    if (candidate > expected + window / 2 && candidate >= window) return candidate - window;
    return candidate;
  }

  #unseal(number: number, header: Uint8Array, bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    const { cipher, tagLength } = this.#protection;
    const tagAt = end - tagLength;
    if (tagAt < start) return null;
    const nonce = this.#iv.slice();
    for (let at = 11, rest = number; at >= 4; at--, rest = Math.floor(rest / 256)) nonce[at]! ^= rest % 256;
    // The three modes have one interface, but no common name in the types.
    const decipher = createDecipheriv(cipher as CipherGCMTypes, this.#key, nonce, {
      authTagLength: tagLength,
    }) as DecipherGCM;
    decipher.setAuthTag(bytes.subarray(tagAt, end));
    decipher.setAAD(header, { plaintextLength: tagAt - start });
    try {
      const plaintext = decipher.update(bytes.subarray(start, tagAt));
      decipher.final();
      return plaintext;
    } catch {
      return null;
    }
  }
}

const nothing = new Uint8Array(0);
const fiveZeros = new Uint8Array(5);

function saltOf(version: number): Uint8Array {
  if (version === quicVersions.v2) return salts.v2;
  if (version === quicVersions.v1 || version >>> 8 !== 0xff0000) return salts.v1;
  const draft = version & 0xff;
  if (draft > 32) return salts.v1;
  return draft >= 29 ? salts.draft29 : salts.draft23;
}
