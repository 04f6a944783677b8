// Protected records, made as a sender makes them: the inverse of what decryption does, with encryption of its own.
import { type CipherGCMTypes, createCipheriv, createHash, createHmac } from 'node:crypto';
import { trafficKeys } from '../../src/session/secrets/hkdf.js';
import { keyBlock, type Randoms } from '../../src/session/secrets/prf.js';
import { type SuiteProtection, suiteProtection } from '../../src/session/secrets/suite-protection.js';
import { octets, record, uint16 } from './tls.js';

function sequenceOctets(sequence: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(sequence));
  return bytes;
}

function seal(protection: SuiteProtection, key: Uint8Array, nonce: Uint8Array, data: Uint8Array, text: Uint8Array) {
  const cipher = createCipheriv(protection.cipher as CipherGCMTypes, key, nonce, {
    authTagLength: protection.tagLength,
  });
  cipher.setAAD(data, { plaintextLength: text.length });
  const sealed = cipher.update(text);
  cipher.final();
  return octets(sealed, cipher.getAuthTag());
}

/** Protects records of TLS 1.3 under one traffic secret. */
export class Sealer13 {
  sequence = 0;
  readonly #protection: SuiteProtection;
  readonly #keys: { key: Uint8Array; iv: Uint8Array };

  constructor(secret: Uint8Array, suite = 0x1301) {
    this.#protection = suiteProtection(suite)!;
    this.#keys = trafficKeys(this.#protection.hash, secret, this.#protection.keyLength, 12);
  }

  /** The next record. */
  seal(type: number, content: Uint8Array, padding = 0): Uint8Array {
    const nonce = Buffer.from(this.#keys.iv);
    const sequence = sequenceOctets(this.sequence++);
    for (let at = 0; at < 8; at++) nonce[at + 4]! ^= sequence[at]!;
    const text = octets(content, type, new Uint8Array(padding));
    const header = octets(23, uint16(0x0303), uint16(text.length + this.#protection.tagLength));
    return record(23, seal(this.#protection, this.#keys.key, nonce, header, text), 0x0303);
  }
}

/** How a Sealer12 is made. */
export interface Sealing {
  version: number;
  suite: number;
  master: Uint8Array;
  randoms: Randoms;
  fromClient: boolean;
  encryptThenMac?: boolean;
}

/** Protects records of SSLv3 to TLS 1.2. */
export class Sealer12 {
  sequence = 0;
  readonly #sealing: Sealing;
  readonly #protection: SuiteProtection;
  readonly #macKey: Uint8Array;
  readonly #key: Uint8Array;
  #iv: Uint8Array;
  readonly #stream: Uint8Array | null;
  #i = 0;
  #j = 0;

  constructor(sealing: Sealing) {
    this.#sealing = sealing;
    const protection = suiteProtection(sealing.suite)!;
    this.#protection = protection;
    const macLength = { md5: 16, sha1: 20, sha256: 32, sha384: 48 }[protection.mac ?? ''] ?? 0;
    const { keyLength } = protection;
    const ivLength = protection.kind === 'block' && sealing.version > 0x0301 ? 0 : protection.ivLength;
    const all = 2 * (macLength + keyLength + ivLength);
    const block = keyBlock(sealing.version, protection.hash, sealing.master, sealing.randoms, all);
    const at = (offset: number, length: number): Uint8Array => {
      const start = 2 * offset + (sealing.fromClient ? 0 : length);
      return block.slice(start, start + length);
    };
    this.#macKey = at(0, macLength);
    this.#key = at(macLength, keyLength);
    this.#iv = at(macLength + keyLength, ivLength);
    this.#stream = protection.cipher === 'rc4' ? scheduled(this.#key) : null;
  }

  /** The next record. */
  seal(type: number, content: Uint8Array): Uint8Array {
    const { version } = this.#sealing;
    const sequence = this.sequence++;
    const header = (length: number): Uint8Array =>
      octets(sequenceOctets(sequence), type, uint16(version), uint16(length));
    return record(type, this.#sealed(type, content, sequence, header), version);
  }

  #sealed(type: number, content: Uint8Array, sequence: number, header: (length: number) => Uint8Array): Uint8Array {
    const protection = this.#protection;
    if (protection.kind === 'chacha20') {
      const nonce = Buffer.from(this.#iv);
      const number = sequenceOctets(sequence);
      for (let at = 0; at < 8; at++) nonce[at + 4]! ^= number[at]!;
      return seal(protection, this.#key, nonce, header(content.length), content);
    }
    if (protection.mac === null) {
      const explicit = sequenceOctets(sequence + 0x1234);
      return octets(explicit, seal(protection, this.#key, octets(this.#iv, explicit), header(content.length), content));
    }
    if (protection.kind === 'stream') return this.#streamed(octets(content, this.#mac(type, sequence, content)));
    if (this.#sealing.encryptThenMac) {
      const sealed = this.#encrypted(content);
      const mac = createHmac(protection.mac, this.#macKey).update(header(sealed.length)).update(sealed).digest();
      return octets(sealed, mac);
    }
    return this.#encrypted(octets(content, this.#mac(type, sequence, content)));
  }

  #mac(type: number, sequence: number, content: Uint8Array): Uint8Array {
    const hash = this.#protection.mac!;
    const { version } = this.#sealing;
    const start = octets(sequenceOctets(sequence), type);
    if (version > 0x0300) {
      return createHmac(hash, this.#macKey)
        .update(octets(start, uint16(version), uint16(content.length), content))
        .digest();
    }
    const pad = (octet: number): Uint8Array => new Uint8Array(hash === 'md5' ? 48 : 40).fill(octet);
    const digest = (...parts: Uint8Array[]): Uint8Array =>
      createHash(hash)
        .update(octets(...parts))
        .digest();
    return digest(this.#macKey, pad(0x5c), digest(this.#macKey, pad(0x36), start, uint16(content.length), content));
  }

  #encrypted(text: Uint8Array): Uint8Array {
    const block = this.#protection.ivLength;
    const padding = block - 1 - (text.length % block);
    const whole = octets(text, new Uint8Array(padding + 1).fill(padding));
    const explicit = this.#sealing.version > 0x0301;
    const iv = explicit
      ? createHash('sha256').update(sequenceOctets(this.sequence)).digest().subarray(0, block)
      : this.#iv;
    const key = this.#key.length === 8 ? octets(this.#key, this.#key, this.#key) : this.#key;
    const sealed = createCipheriv(this.#protection.cipher, key, iv).setAutoPadding(false).update(whole);
    this.#iv = sealed.subarray(sealed.length - block);
    return explicit ? octets(iv, sealed) : sealed;
  }

  #streamed(text: Uint8Array): Uint8Array {
    const state = this.#stream;
    if (state === null) return text;
    return text.map((octet) => {
      this.#i = (this.#i + 1) % 256;
      this.#j = (this.#j + state[this.#i]!) % 256;
      [state[this.#i], state[this.#j]] = [state[this.#j]!, state[this.#i]!];
      return octet ^ state[(state[this.#i]! + state[this.#j]!) % 256]!;
    });
  }
}

function scheduled(key: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at);
  let j = 0;
  for (let i = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) % 256;
    [state[i], state[j]] = [state[j]!, state[i]!];
  }
  return state;
}
