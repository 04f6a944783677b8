import { constants, createSign, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tls13SignedContent, verifyHandshakeSignature } from '../../src/pki/handshake-signature.js';
import { importPublicKey } from '../../src/pki/public-key.js';
import { type SignatureOutcome, verifySignature } from '../../src/pki/signature.js';
import { SignatureWork } from '../../src/pki/signature-work.js';
import { signatureSchemes } from '../../src/registry/signature-schemes.js';
import type { SignatureParameters } from '../../src/wire/x509/signature-parameters.js';
import { keyOf } from '../build/pki.js';
import { bitString, der, integer, oid, sequence } from '../build/x509.js';

const data = new TextEncoder().encode('what is signed');
const plenty = (): SignatureWork => new SignatureWork(1e12);
const how = (family: SignatureParameters['family'], hash: string | null): SignatureParameters => ({
  family,
  hash,
  maskHash: family === 'rsa-pss' ? hash : null,
  saltLength: 32,
});
const rsa = keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const ec = keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const octets = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);

function check(spki: Uint8Array, parameters: SignatureParameters, signature: Uint8Array): SignatureOutcome['result'] {
  return verifySignature(importPublicKey(spki), parameters, data, signature, plenty()).result;
}

describe('a signature', () => {
  it('of every usual kind verifies, and does not over other octets', () => {
    const cases: [KeyObject, Uint8Array, SignatureParameters, Uint8Array][] = [];
    const add = (
      pair: { privateKey: KeyObject; publicKey: KeyObject },
      parameters: SignatureParameters,
      made: Buffer,
    ): void => {
      cases.push([pair.privateKey, keyOf(pair).spki, parameters, octets(made)]);
    };
    for (const hash of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']) {
      cases.push([rsa.privateKey, rsa.spki, how('rsa', hash), octets(sign(hash, data, rsa.privateKey))]);
    }
    for (const curve of ['P-256', 'P-384', 'P-521', 'prime192v1', 'brainpoolP256r1', 'secp256k1']) {
      const pair = generateKeyPairSync('ec', { namedCurve: curve });
      add(pair, how('ecdsa', 'sha256'), sign('sha256', data, pair.privateKey));
    }
    for (const kind of ['ed25519', 'ed448'] as const) {
      const pair = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
      add(pair, how(kind, null), sign(null, data, pair.privateKey));
    }
    const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    add(dsa, how('dsa', 'sha1'), sign('sha1', data, dsa.privateKey));
    const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    cases.push([rsa.privateKey, rsa.spki, how('rsa-pss', 'sha256'), octets(sign('sha256', data, pss))]);
    for (const [, spki, parameters, signature] of cases) {
      const outcome = verifySignature(importPublicKey(spki), parameters, data, signature, plenty());
      expect(outcome, JSON.stringify(parameters)).toEqual({ result: 'valid', because: null });
      const other = verifySignature(importPublicKey(spki), parameters, data.subarray(1), signature, plenty());
      expect(other.result).toBe('invalid');
    }
  });

  it('of a broken form is invalid: lengths, zeros, BER where DER is wanted, another hash', () => {
    const good = octets(sign('sha256', data, ec.privateKey));
    const parameters = how('ecdsa', 'sha256');
    expect(check(ec.spki, parameters, good)).toBe('valid');
    expect(check(ec.spki, how('ecdsa', 'sha384'), good)).toBe('invalid');
    const long = Uint8Array.from([0x30, 0x81, good[1]!, ...good.subarray(2)]);
    const broken = [
      new Uint8Array(0),
      good.subarray(0, -1),
      Uint8Array.from([...good, 0]),
      long,
      sequence(integer(0), integer(0)),
      sequence(integer(1), integer(0)),
      sequence(der(2, new Uint8Array(33).fill(0xff)), integer(1)),
      new Uint8Array(64),
    ];
    for (const one of broken) expect(check(ec.spki, parameters, one), Buffer.from(one).toString('hex')).toBe('invalid');
    const rsaGood = octets(sign('sha256', data, rsa.privateKey));
    for (const one of [rsaGood.subarray(1), Uint8Array.from([0, ...rsaGood]), new Uint8Array(256), new Uint8Array(0)]) {
      expect(check(rsa.spki, how('rsa', 'sha256'), one)).toBe('invalid');
    }
  });

  it('of a kind that the key can not make is invalid', () => {
    const made = octets(sign('sha256', data, ec.privateKey));
    expect(check(ec.spki, how('rsa', 'sha256'), made)).toBe('invalid');
    expect(check(rsa.spki, how('ecdsa', 'sha256'), made)).toBe('invalid');
  });

  it('that is not verified here is not called wrong', () => {
    const made = octets(sign('sha256', data, ec.privateKey));
    expect(check(ec.spki, how(null, null), made)).toBe('not-checked');
    expect(check(ec.spki, how('ecdsa', 'sm3'), made)).toBe('not-checked');
    expect(check(new Uint8Array(3), how('ecdsa', 'sha256'), made)).toBe('not-checked');
  });

  it('is left when its price is not left', () => {
    const work = new SignatureWork(0);
    const made = octets(sign('sha256', data, rsa.privateKey));
    expect(verifySignature(importPublicKey(rsa.spki), how('rsa', 'sha256'), data, made, work).result).toBe(
      'not-checked',
    );
    expect(work.refused).toBe(1);
  });
});

describe('a key', () => {
  const rsaKey = (modulus: Uint8Array, exponent: Uint8Array): Uint8Array =>
    sequence(
      sequence(oid('1.2.840.113549.1.1.1'), der(5)),
      bitString(sequence(integer(Uint8Array.from([0, ...modulus])), integer(exponent))),
    );

  it('that would take seconds is refused', () => {
    expect(importPublicKey(rsaKey(new Uint8Array(4096).fill(0xff), Uint8Array.of(3)))).toHaveProperty('because');
    expect(importPublicKey(rsaKey(new Uint8Array(256).fill(0xff), new Uint8Array(256).fill(0x7f)))).toHaveProperty(
      'because',
    );
    expect(importPublicKey(rsaKey(new Uint8Array(256).fill(0xff), Uint8Array.of(3)))).toHaveProperty('key');
  });

  it('off its curve, of no size or of noise is refused and never throws', () => {
    const off = ec.spki.slice();
    off[off.length - 1]! ^= 1;
    expect(importPublicKey(off)).toHaveProperty('because');
    fc.assert(
      fc.property(fc.constantFrom(ec.spki, rsa.spki), fc.nat(), fc.nat(255), fc.nat(), (spki, at, octet, cut) => {
        const mutated = spki.slice();
        mutated[at % mutated.length] = octet;
        const key = importPublicKey(mutated.subarray(0, mutated.length - (cut % 8)));
        expect('key' in key || typeof key.because === 'string').toBe(true);
        check(mutated, how('rsa', 'sha256'), new Uint8Array(256));
        check(mutated, how('ecdsa', 'sha256'), new Uint8Array(70));
      }),
    );
  });
});

describe('a signature of a handshake', () => {
  it('before TLS 1.2 is of MD5 and SHA-1 together for RSA, of SHA-1 for the others', () => {
    const made = octets(sign('md5-sha1', data, rsa.privateKey));
    const key = importPublicKey(rsa.spki);
    expect(verifyHandshakeSignature(key, null, data, made, plenty()).result).toBe('valid');
    const byEc = octets(createSign('sha1').update(data).sign(ec.privateKey));
    expect(verifyHandshakeSignature(importPublicKey(ec.spki), null, data, byEc, plenty()).result).toBe('valid');
  });

  it('of TLS 1.2 goes by its scheme, of which those not verified here are not called wrong', () => {
    const key = importPublicKey(rsa.spki);
    const made = octets(sign('sha512', data, rsa.privateKey));
    const of = (scheme: number): string => verifyHandshakeSignature(key, scheme, data, made, plenty()).result;
    expect(of(signatureSchemes.rsa_pkcs1_sha512)).toBe('valid');
    expect(of(signatureSchemes.rsa_pkcs1_sha256)).toBe('invalid');
    expect(of(signatureSchemes.mldsa65)).toBe('not-checked');
    expect(of(0x1234)).toBe('not-checked');
  });

  it('of TLS 1.3 says whose it is', () => {
    const hash = new Uint8Array(32).fill(7);
    const made = octets(sign('sha256', tls13SignedContent(hash, 'client'), ec.privateKey));
    const scheme = signatureSchemes.ecdsa_secp256r1_sha256;
    const key = importPublicKey(ec.spki);
    const of = (side: 'client' | 'server'): string =>
      verifyHandshakeSignature(key, scheme, tls13SignedContent(hash, side), made, plenty()).result;
    expect(of('client')).toBe('valid');
    expect(of('server')).toBe('invalid');
  });
});
