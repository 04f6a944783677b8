// RFC 5246 §6.3 (Key Calculation): the key block of both directions, cut into MAC keys, keys and IVs.
import { tlsVersions } from '../../registry/tls-versions.js';
import { AeadOpener } from './aead-opener.js';
import { BlockOpener } from './block-opener.js';
import { macLength, RecordMac } from './mac.js';
import { keyBlock, type Randoms } from './prf.js';
import type { RecordOpener } from './record-opener.js';
import { StreamOpener } from './stream-opener.js';
import type { SuiteProtection } from './suite-protection.js';

/** What the hellos of a handshake agreed on, SSLv3 to TLS 1.2. */
export interface Agreement {
  version: number;
  protection: SuiteProtection;
  encryptThenMac: boolean;
  randoms: Randoms;
}

/** The openers of both directions under a master secret. */
export function tls12Openers(agreed: Agreement, master: Uint8Array): { client: RecordOpener; server: RecordOpener } {
  const { version, protection, randoms } = agreed;
  const { keyLength } = protection;
  const macKeyLength = protection.mac === null ? 0 : macLength(protection.mac);
  // From TLS 1.1 on each record of a block cipher brings its own.
  const ivLength = protection.kind === 'block' && version >= tlsVersions.tls11 ? 0 : protection.ivLength;
  const block = keyBlock(version, protection.hash, master, randoms, 2 * (macKeyLength + keyLength + ivLength));
  let at = 0;
  const cut = (length: number): Uint8Array => {
    at += length;
    return block.subarray(at - length, at);
  };
  const macs = [cut(macKeyLength), cut(macKeyLength)] as const;
  const keys = [cut(keyLength), cut(keyLength)] as const;
  const ivs = [cut(ivLength), cut(ivLength)] as const;
  const make = (side: 0 | 1): RecordOpener => opener(agreed, macs[side], keys[side], ivs[side]);
  return { client: make(0), server: make(1) };
}

function opener(
  { version, protection, encryptThenMac }: Agreement,
  macKey: Uint8Array,
  key: Uint8Array,
  iv: Uint8Array,
): RecordOpener {
  if (protection.mac === null) return new AeadOpener(protection, { key, iv });
  const mac = new RecordMac(version, protection.mac, macKey);
  if (protection.kind === 'stream') return new StreamOpener(protection.cipher === 'null' ? null : key, mac);
  return new BlockOpener(protection, { key, iv }, mac, version, encryptThenMac);
}
