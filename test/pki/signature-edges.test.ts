// Edge cases of signatures in the manner of project Wycheproof, made here: a signature that the standard does not allow is never
// found valid, of whichever kind, and neither is one that only a lax reader of DER would take.
import { constants, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyHandshakeSignature } from '../../src/pki/handshake-signature.js';
import { importPublicKey } from '../../src/pki/public-key.js';
import { type SignatureOutcome, verifySignature } from '../../src/pki/signature.js';
import { SignatureWork } from '../../src/pki/signature-work.js';
import { signatureSchemes } from '../../src/registry/signature-schemes.js';
import { DerDocument } from '../../src/wire/x509/der.js';
import { readSignatureParameters, type SignatureParameters } from '../../src/wire/x509/signature-parameters.js';
import { keyOf } from '../build/pki.js';
import { bitString, der, integer, oid, sequence } from '../build/x509.js';

const data = new TextEncoder().encode('what is signed');
const work = new SignatureWork(1e15);
const octets = (buffer: Uint8Array): Uint8Array => new Uint8Array(buffer);
const how = (family: SignatureParameters['family'], hash: string | null, saltLength = 32): SignatureParameters => ({
  family,
  hash,
  maskHash: family === 'rsa-pss' ? hash : null,
  saltLength,
});

/** A positive number in big-endian octets. */
function big(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return octets(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
}

/** A DER INTEGER of a number that is not negative. */
function number(value: bigint): Uint8Array {
  const magnitude = big(value);
  return der(2, magnitude[0]! >= 0x80 ? Uint8Array.of(0, ...magnitude) : magnitude);
}

const orders = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384': 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  'P-521': (1n << 521n) - (1n << 260n) + 0xa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
} as const;

/** The numbers of a DER signature with one octet of length. */
function numbersOf(signature: Uint8Array): [bigint, bigint] {
  const start = signature[1] === 0x81 ? 3 : 2;
  const first = signature.subarray(start + 2, start + 2 + signature[start + 1]!);
  const rest = signature.subarray(start + 2 + first.length);
  const value = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return [value(first), value(rest.subarray(2, 2 + rest[1]!))];
}

describe.each(Object.keys(orders) as (keyof typeof orders)[])('an ECDSA signature on %s', (curve) => {
  const pair = keyOf(generateKeyPairSync('ec', { namedCurve: curve }));
  const hash = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' }[curve];
  const order = orders[curve];
  const good = octets(sign(hash, data, pair.privateKey));
  const [r, s] = numbersOf(good);
  const check = (signature: Uint8Array): SignatureOutcome['result'] =>
    verifySignature(importPublicKey(pair.spki), how('ecdsa', hash), data, signature, work).result;

  it('is valid as it was made, and with the other of its two s, which the standard allows', () => {
    expect(check(good)).toBe('valid');
    expect(check(sequence(number(r), number(s)))).toBe('valid');
    expect(check(sequence(number(r), number(order - s)))).toBe('valid');
  });

  it('is not valid with numbers out of range', () => {
    const edges = [0n, 1n, order - 1n, order, order + 1n, 1n << 521n, (1n << 2048n) - 1n];
    for (const edge of edges) {
      for (const other of [...edges, s])
        expect(check(sequence(number(edge), number(other))), `${edge}`).toBe('invalid');
      expect(check(sequence(number(r), number(edge)))).toBe('invalid');
    }
    expect(check(sequence(number(r + order), number(s)))).toBe('invalid');
    expect(check(sequence(number(r), number(s + order)))).toBe('invalid');
    expect(check(sequence(number(s), number(r)))).toBe('invalid');
  });

  it('is not valid with a negative number', () => {
    const negative = (value: bigint): Uint8Array => {
      const bits = BigInt(big(value).length * 8 + 8);
      return der(2, big((1n << bits) - value));
    };
    expect(check(sequence(negative(r), number(s)))).toBe('invalid');
    expect(check(sequence(number(r), negative(s)))).toBe('invalid');
    expect(check(sequence(negative(order - r), number(s)))).toBe('invalid');
    const bare = (value: bigint): Uint8Array => der(2, Uint8Array.of(0x80 | big(value)[0]!, ...big(value).subarray(1)));
    expect(check(sequence(bare(r), bare(s)))).toBe('invalid');
  });

  it('is not valid in BER that is not DER, nor with anything before, behind or between', () => {
    const [first, second] = [number(r), number(s)];
    const content = Uint8Array.of(...first, ...second);
    const long = (tag: number, ...length: number[]): Uint8Array => Uint8Array.of(tag, ...length, ...content);
    const padded = (value: bigint): Uint8Array => der(2, Uint8Array.of(0, 0, ...big(value)));
    const lax = [
      long(0x30, 0x82, 0, content.length),
      long(0x30, 0x83, 0, 0, content.length),
      long(0x30, 0x84, 0, 0, 0, content.length),
      Uint8Array.of(0x30, 0x80, ...content, 0, 0),
      long(0x31, content.length),
      long(0x20, content.length),
      long(0xb0, content.length),
      sequence(padded(r), second),
      sequence(first, padded(s)),
      sequence(first, second, Uint8Array.of(5, 0)),
      sequence(first, second, Uint8Array.of(0)),
      sequence(first, second, first),
      sequence(first),
      sequence(),
      new Uint8Array(0),
      sequence(first, der(2)),
      sequence(der(2), second),
      sequence(der(3, Uint8Array.of(0, ...big(r))), second),
      sequence(sequence(first), second),
      Uint8Array.of(0, ...sequence(first, second)),
      Uint8Array.of(...sequence(first, second), 0),
      Uint8Array.of(...sequence(first, second), 5, 0),
      sequence(first, second).subarray(0, -1),
      Uint8Array.of(...big(r), ...big(s)),
    ];
    for (const one of lax) expect(check(one), Buffer.from(one).toString('hex')).toBe('invalid');
  });

  it('is not valid with a bit changed anywhere, nor by another key or over another hash', () => {
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice();
      changed[at]! ^= 1 << (at % 8);
      expect(check(changed), `octet ${at}`).toBe('invalid');
    }
    const other = keyOf(generateKeyPairSync('ec', { namedCurve: curve }));
    const by = (spki: Uint8Array, parameters: SignatureParameters): string =>
      verifySignature(importPublicKey(spki), parameters, data, good, work).result;
    expect(by(other.spki, how('ecdsa', hash))).toBe('invalid');
    for (const wrong of ['sha1', 'sha256', 'sha384', 'sha512', 'sha3-256'].filter((one) => one !== hash))
      expect(by(pair.spki, how('ecdsa', wrong))).toBe('invalid');
    for (const elsewhere of (Object.keys(orders) as (keyof typeof orders)[]).filter((one) => one !== curve))
      expect(by(keyOf(generateKeyPairSync('ec', { namedCurve: elsewhere })).spki, how('ecdsa', hash))).toBe('invalid');
  });
});

describe('an RSASSA-PKCS1-v1_5 signature', () => {
  const pair = keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const length = 256;
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const good = octets(sign('sha256', data, pair.privateKey));
  const check = (signature: Uint8Array, hash = 'sha256'): string =>
    verifySignature(importPublicKey(pair.spki), how('rsa', hash), data, signature, work).result;
  const hashed = Buffer.from(new Uint8Array(Buffer.from(verifyDigest(pair.privateKey, good)).subarray(-32)));

  /** Any block under the private key, as a forger with a weak key could make. */
  function raw(block: Uint8Array): Uint8Array {
    return octets(privateEncrypt({ key: pair.privateKey, padding: constants.RSA_NO_PADDING }, block));
  }
  const block = (info: Uint8Array, fill = 0xff, behind: Uint8Array = new Uint8Array(0)): Uint8Array => {
    const padding = new Uint8Array(length - 3 - info.length - behind.length).fill(fill);
    return Uint8Array.of(0, 1, ...padding, 0, ...info, ...behind);
  };
  const info = Uint8Array.of(...digestInfo, ...hashed);

  it('is made by the block that the standard says, so that the cases below differ from it in one thing', () => {
    expect(check(raw(block(info)))).toBe('valid');
  });

  it('is not valid with garbage behind or in the digest, or another padding', () => {
    const withoutNull = Uint8Array.of(...Buffer.from('302f300b0609608648016503040201', 'hex'), 0x04, 0x20, ...hashed);
    const laxLength = Uint8Array.of(0x30, 0x81, 0x31, ...info.subarray(2));
    const shortPadding = Uint8Array.of(0, 1, ...new Uint8Array(8).fill(0xff), 0, ...info);
    const blocks = [
      block(info, 0xff, new Uint8Array(20)),
      Uint8Array.of(...shortPadding, ...new Uint8Array(length - shortPadding.length)),
      block(info, 0xfe),
      block(info, 0),
      block(laxLength),
      block(Uint8Array.of(...info, 5, 0)),
      block(hashed),
      block(Uint8Array.of(...Buffer.from('3031300d060960864801650304020205000420', 'hex'), ...hashed)),
      Uint8Array.of(0, 2, ...block(info).subarray(2)),
      Uint8Array.of(0, 0, ...block(info).subarray(2)),
      new Uint8Array(length),
    ];
    for (const one of blocks) expect(check(raw(one)), Buffer.from(one).toString('hex')).toBe('invalid');
    // RFC 8017 appendix B.1: a DigestInfo without NULL; section 8.2.2 makes verifiers compare with the one that has it.
    expect(check(raw(block(withoutNull)))).toBe('invalid');
  });

  it('is not valid in another length, by another hash, or as RSASSA-PSS', () => {
    for (const one of [good.subarray(1), Uint8Array.of(0, ...good), Uint8Array.of(...good, 0), new Uint8Array(0)])
      expect(check(one)).toBe('invalid');
    for (const hash of ['md5', 'sha1', 'sha384', 'sha512', 'md5-sha1']) expect(check(good, hash)).toBe('invalid');
    const asPss = verifySignature(importPublicKey(pair.spki), how('rsa-pss', 'sha256'), data, good, work);
    expect(asPss.result).toBe('invalid');
  });

  it('is not verified with an exponent that makes every block its own signature, or with none that is odd', () => {
    const modulus = new Uint8Array(256).fill(0xff);
    const key = (exponent: Uint8Array): ReturnType<typeof importPublicKey> =>
      importPublicKey(
        sequence(
          sequence(oid('1.2.840.113549.1.1.1'), der(5)),
          bitString(sequence(integer(Uint8Array.of(0, ...modulus)), integer(exponent))),
        ),
      );
    for (const exponent of [1, 2, 4]) expect(key(Uint8Array.of(exponent)), `${exponent}`).toHaveProperty('because');
    expect(key(Uint8Array.of(3))).toHaveProperty('key');
    const forged = verifySignature(key(Uint8Array.of(1)), how('rsa', 'sha256'), data, block(info), work);
    expect(forged.result).toBe('not-checked');
  });
});

/** The block that a signature stands for. */
function verifyDigest(key: KeyObject, signature: Uint8Array): Uint8Array {
  // With the private key's own public half.
  const { publicDecrypt, createPublicKey } = process.getBuiltinModule('node:crypto');
  return publicDecrypt({ key: createPublicKey(key), padding: constants.RSA_NO_PADDING }, signature);
}

describe('an RSASSA-PSS signature', () => {
  const pair = keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const made = (hash: string, saltLength: number): Uint8Array =>
    octets(sign(hash, data, { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }));
  const check = (parameters: SignatureParameters, signature: Uint8Array): string =>
    verifySignature(importPublicKey(pair.spki), parameters, data, signature, work).result;

  it('is valid with the salt and hash that its parameters say, and no other', () => {
    for (const salt of [0, 20, 32, 64]) {
      expect(check(how('rsa-pss', 'sha256', salt), made('sha256', salt))).toBe('valid');
      for (const other of [0, 19, 20, 32, 33, 64, 200].filter((one) => one !== salt))
        expect(check(how('rsa-pss', 'sha256', other), made('sha256', salt)), `${salt} as ${other}`).toBe('invalid');
    }
    expect(check(how('rsa-pss', 'sha384', 32), made('sha256', 32))).toBe('invalid');
    expect(check({ ...how('rsa-pss', 'sha256'), maskHash: 'sha1' }, made('sha256', 32))).toBe('not-checked');
  });

  it('in TLS 1.3 has a salt as long as its hash', () => {
    const key = importPublicKey(pair.spki);
    const of = (salt: number): string =>
      verifyHandshakeSignature(key, signatureSchemes.rsa_pss_rsae_sha256, data, made('sha256', salt), work).result;
    expect(of(32)).toBe('valid');
    for (const salt of [0, 20, 31, 64]) expect(of(salt)).toBe('invalid');
  });

  it('is not valid with a salt length in its certificate that is negative or no number', () => {
    const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), der(5));
    const mask = sequence(oid('1.2.840.113549.1.1.8'), sha256);
    const read = (salt: Uint8Array): SignatureParameters => {
      const identifier = sequence(
        oid('1.2.840.113549.1.1.10'),
        sequence(der(0xa0, sha256), der(0xa1, mask), der(0xa2, der(2, salt))),
      );
      return readSignatureParameters(new DerDocument(identifier, 0, identifier.length).reader('test'));
    };
    expect(check(read(Uint8Array.of(32)), made('sha256', 32))).toBe('valid');
    const broken = [[0xff], [0xfe], [0xfd], [0xff, 0xe0], [0x7f, 0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0, 0], []];
    for (const salt of broken) {
      const result = check(read(Uint8Array.from(salt)), made('sha256', 32));
      expect(result, Buffer.from(salt).toString('hex')).not.toBe('valid');
    }
  });
});

describe.each(['ed25519', 'ed448'] as const)('an %s signature', (kind) => {
  const pair = keyOf(kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448'));
  const good = octets(sign(null, data, pair.privateKey));
  const half = good.length / 2;
  const order =
    kind === 'ed25519'
      ? (1n << 252n) + 27742317777372353535851937790883648493n
      : (1n << 446n) - 0x8335dc163bb124b65129c96fde933d8d723a70aadc873d6d54a7bb0dn;
  const check = (signature: Uint8Array): string =>
    verifySignature(importPublicKey(pair.spki), how(kind, null), data, signature, work).result;
  const little = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

  it('is valid as it was made, and not with the order of the group added to s (RFC 8032 §5.1.7, §5.2.7)', () => {
    expect(check(good)).toBe('valid');
    const s = little(good.subarray(half));
    for (const times of [1n, 2n, 4n, 8n]) {
      const hex = (s + times * order).toString(16).padStart(half * 2, '0');
      if (hex.length > half * 2) continue;
      const other = Uint8Array.of(...good.subarray(0, half), ...Buffer.from(hex, 'hex').reverse());
      expect(check(other), `s + ${times} n`).toBe('invalid');
    }
  });

  it('is not valid with zeros, ones, another length, or a bit changed anywhere', () => {
    const zeros = new Uint8Array(half);
    const broken = [
      new Uint8Array(good.length),
      new Uint8Array(good.length).fill(0xff),
      Uint8Array.of(...zeros, ...good.subarray(half)),
      Uint8Array.of(...good.subarray(0, half), ...zeros),
      Uint8Array.of(1, ...zeros.subarray(1), ...zeros),
      good.subarray(1),
      Uint8Array.of(...good, 0),
      new Uint8Array(0),
    ];
    for (const one of broken) expect(check(one)).toBe('invalid');
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice();
      changed[at]! ^= 1 << (at % 8);
      expect(check(changed), `octet ${at}`).toBe('invalid');
    }
  });
});
