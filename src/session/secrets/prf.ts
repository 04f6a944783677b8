// RFC 5246 §5, RFC 2246 §5 and RFC 6101 §6: from pre-master to master secrets, and from those to the keys of records.
import { createHash, createHmac } from 'node:crypto';
import { tlsVersions } from '../../registry/tls-versions.js';

/** Octets of every master secret. */
export const masterLength = 48;

/** What both hellos gave to the derivation. */
export interface Randoms {
  client: Uint8Array;
  server: Uint8Array;
}

/** `hash` is that of the suite's PRF (TLS 1.2; others have one of their own). */
export function keyBlock(
  version: number,
  hash: string,
  master: Uint8Array,
  randoms: Randoms,
  length: number,
): Uint8Array {
  const seed = Buffer.concat([randoms.server, randoms.client]);
  if (version === tlsVersions.sslv3) return expandSslv3(master, seed, length);
  return prf(version, hash, master, 'key expansion', seed, length);
}

/** RFC 5246 §8.1. */
export function masterSecret(version: number, hash: string, preMaster: Uint8Array, randoms: Randoms): Uint8Array {
  const seed = Buffer.concat([randoms.client, randoms.server]);
  if (version === tlsVersions.sslv3) return expandSslv3(preMaster, seed, masterLength);
  return prf(version, hash, preMaster, 'master secret', seed, masterLength);
}

/** RFC 7627 §4: bound to the handshake up to the ClientKeyExchange, `transcript`. */
export function extendedMasterSecret(
  version: number,
  hash: string,
  preMaster: Uint8Array,
  transcript: Uint8Array,
): Uint8Array {
  const digest = (name: string): Uint8Array => createHash(name).update(transcript).digest();
  const seed = version === tlsVersions.tls12 ? digest(hash) : Buffer.concat([digest('md5'), digest('sha1')]);
  return prf(version, hash, preMaster, 'extended master secret', seed, masterLength);
}

/** The pseudorandom function of TLS 1.0 to 1.2. */
export function prf(
  version: number,
  hash: string,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  if (version === tlsVersions.tls12) return expandHmac(hash, secret, labelled, length);
  // RFC 2246 §5: both halves share the middle octet of an odd secret.
  const half = Math.ceil(secret.length / 2);
  const output = expandHmac('md5', secret.subarray(0, half), labelled, length);
  const other = expandHmac('sha1', secret.subarray(secret.length - half), labelled, length);
  for (let at = 0; at < length; at++) output[at]! ^= other[at]!;
  return output;
}

/** P_hash, RFC 5246 §5. */
function expandHmac(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let chained: Uint8Array = seed;
  for (let filled = 0; filled < length; ) {
    chained = createHmac(hash, secret).update(chained).digest();
    const block = createHmac(hash, secret).update(chained).update(seed).digest();
    output.set(block.subarray(0, length - filled), filled);
    filled += block.length;
  }
  return output;
}

/** RFC 6101 §6.1 and §6.2.2: 'A', 'BB', 'CCC', … */
function expandSslv3(secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  for (let filled = 0, round = 1; filled < length; round++) {
    const letters = new Uint8Array(round).fill(0x40 + round);
    const inner = createHash('sha1').update(letters).update(secret).update(seed).digest();
    const block = createHash('md5').update(secret).update(inner).digest();
    output.set(block.subarray(0, length - filled), filled);
    filled += block.length;
  }
  return output;
}
