// RFC 5869 and RFC 9846 (Key Schedule; 8446 §7.1): from traffic secrets to the keys of records.
import { createHmac } from 'node:crypto';

/** Key and IV of one direction. */
export interface TrafficKeys {
  key: Uint8Array;
  iv: Uint8Array;
}

/**
 * HKDF-Expand-Label. `prefix` is what stands before the label: 'tls13 ', 'TLS 1.3, ' in drafts before 20, 'dtls13' for DTLS.
 * Neither the label nor the result is checked: both are ours.
 */
export function expandLabel(
  hash: string,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
  prefix: string = 'tls13 ',
): Uint8Array {
  const name = Buffer.from(prefix + label, 'latin1');
  const info = Buffer.concat([
    Uint8Array.of(length >> 8, length & 0xff, name.length),
    name,
    Uint8Array.of(context.length),
    context,
  ]);
  return expand(hash, secret, info, length);
}

/** Key and IV of a traffic secret (RFC 9846, Traffic Key Calculation; 8446 §7.3). */
export function trafficKeys(
  hash: string,
  secret: Uint8Array,
  keyLength: number,
  ivLength: number,
  prefix: string = 'tls13 ',
): TrafficKeys {
  return {
    key: expandLabel(hash, secret, 'key', nothing, keyLength, prefix),
    iv: expandLabel(hash, secret, 'iv', nothing, ivLength, prefix),
  };
}

/** The traffic secret after a KeyUpdate (RFC 9846, Updating Traffic Secrets; 8446 §7.2). */
export function nextTrafficSecret(hash: string, secret: Uint8Array, prefix: string = 'tls13 '): Uint8Array {
  const [label, name] = prefix.startsWith('TLS') ? ['application traffic secret', prefix] : ['traffic upd', prefix];
  return expandLabel(hash, secret, label, nothing, secret.length, name);
}

const nothing = new Uint8Array(0);

/** RFC 5869 §2.3. */
function expand(hash: string, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let block: Uint8Array = nothing;
  for (let filled = 0, counter = 1; filled < length; counter++) {
    block = createHmac(hash, secret).update(block).update(info).update(Uint8Array.of(counter)).digest();
    output.set(block.subarray(0, length - filled), filled);
    filled += block.length;
  }
  return output;
}
