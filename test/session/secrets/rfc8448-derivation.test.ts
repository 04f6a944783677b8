// RFC 8448 §3: what the other tests take from it is derived here from the private keys and the two hellos with node:crypto alone,
// so that a digit typed wrong, or a label of ours, can't stay unseen: every value hangs on all the octets before it.
import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { trafficKeys } from '../../../src/session/secrets/hkdf.js';
import { fromHex, message } from '../../build/tls.js';
import { rfc8448 } from '../../wire/tls/vectors.js';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const extract = (salt: Uint8Array, input: Uint8Array): Buffer => createHmac('sha256', salt).update(input).digest();

/** HKDF-Expand-Label (RFC 8446 §7.1) of up to 32 octets. */
function expand(secret: Uint8Array, label: string, context: Uint8Array, length = 32): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.from([0, length, name.length, ...name, context.length, ...context, 1]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

const privateKey = (text: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), fromHex(text)]),
    format: 'der',
    type: 'pkcs8',
  });
const client = privateKey('49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005');
const server = privateKey('b1580eeadf6dd589b8ef4f2d5652578cc810e9980191ec8d058308cea216a21e');
const publicOctets = (key: KeyObject): string =>
  hex(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));

describe('the handshake of RFC 8448 §3', () => {
  const shared = diffieHellman({ privateKey: client, publicKey: createPublicKey(server) });
  const transcript = createHash('sha256')
    .update(message(1, rfc8448.clientHello))
    .update(message(2, rfc8448.serverHello))
    .digest();
  const empty = createHash('sha256').digest();
  const early = extract(new Uint8Array(32), new Uint8Array(32));
  const handshake = extract(expand(early, 'derived', empty), shared);

  it('shows the public keys of its private ones', () => {
    expect(hex(rfc8448.clientHello)).toContain(publicOctets(client));
    expect(hex(rfc8448.serverHello)).toContain(publicOctets(server));
  });

  it('agrees on the secrets that it says', () => {
    expect(hex(shared)).toBe('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
    expect(hex(early)).toBe('33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a');
    expect(hex(handshake)).toBe('1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac');
  });

  it.each([
    [
      'c hs traffic',
      'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
      'dbfaa693d1762c5b666af5d950258d01',
    ],
    [
      's hs traffic',
      'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
      '3fce516009c21727d0f2e4e86ee403bc',
    ],
  ])('has the traffic secret %s, and we make its key', (label, secret, key) => {
    const derived = expand(handshake, label, transcript);
    expect(hex(derived)).toBe(secret);
    const ours = trafficKeys('sha256', new Uint8Array(derived), 16, 12);
    expect(hex(ours.key)).toBe(key);
    expect(hex(ours.key)).toBe(hex(expand(derived, 'key', new Uint8Array(0), 16)));
    expect(hex(ours.iv)).toBe(hex(expand(derived, 'iv', new Uint8Array(0), 12)));
  });
});
