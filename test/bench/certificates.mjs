// DER certificates (RFC 5280) with true structure and keys of true size; the signatures are random octets.
import { createECDH } from 'node:crypto';
import { concat, number } from './tls.mjs';

/** @typedef {import('./random.mjs').Random} Random */

/** @param {number} tag @param {...(Uint8Array | number[])} parts @returns {Uint8Array} */
function der(tag, ...parts) {
  const content = concat(...parts);
  const { length } = content;
  const octets = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, ...number(length, 2)];
  return concat([tag], octets, content);
}

const sequence = 0x30;
const set = 0x31;
const integer = 0x02;
const bitString = 0x03;
const octetString = 0x04;
const objectIdentifier = 0x06;
const utf8String = 0x0c;
const utcTime = 0x17;

/** @param {string} dotted */
function oid(dotted) {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    octets.push(...groups);
  }
  return der(objectIdentifier, octets);
}

const text = new TextEncoder();
const sha256WithRsa = der(sequence, oid('1.2.840.113549.1.1.11'), [5, 0]);
const rsaEncryption = der(sequence, oid('1.2.840.113549.1.1.1'), [5, 0]);
const ecPublicKey = der(sequence, oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
const authorityKey = oid('2.5.29.35');
const subjectKey = oid('2.5.29.14');
const keyUsage = oid('2.5.29.15');
const extendedKeyUsage = oid('2.5.29.37');
const basicConstraints = oid('2.5.29.19');
const alternativeName = oid('2.5.29.17');
const critical = [1, 1, 0xff];
const validity = der(sequence, der(utcTime, text.encode('260101000000Z')), der(utcTime, text.encode('280101000000Z')));

/** A Name of organisation and common name. @param {string} commonName @returns {Uint8Array} */
export function distinguishedName(commonName) {
  const attribute = (/** @type {string} */ type, /** @type {string} */ value) =>
    der(set, der(sequence, oid(type), der(utf8String, text.encode(value))));
  return der(sequence, attribute('2.5.4.10', 'Bench Works'), attribute('2.5.4.3', commonName));
}

/**
 * @param {Random} random
 * @param {{ issuer: string, subject: string, names?: string[], elliptic?: boolean, authority?: boolean, client?: boolean }} options
 * @returns {Uint8Array}
 */
export function makeCertificate(
  random,
  { issuer, subject, names = [], elliptic = false, authority = false, client = false },
) {
  const serial = random.bytes(16);
  serial[0] = 0x40 | (serial[0] & 0x3f);
  const keyIdentifier = random.bytes(20);
  const extensions = [
    der(sequence, subjectKey, der(octetString, der(octetString, keyIdentifier))),
    der(sequence, authorityKey, der(octetString, der(sequence, der(0x80, new Uint8Array(20).fill(issuer.length))))),
    der(sequence, basicConstraints, critical, der(octetString, der(sequence, authority ? critical : []))),
    der(sequence, keyUsage, critical, der(octetString, der(bitString, authority ? [1, 0x06] : [5, 0xa0]))),
  ];
  if (!authority) {
    const purpose = oid(client ? '1.3.6.1.5.5.7.3.2' : '1.3.6.1.5.5.7.3.1');
    extensions.push(der(sequence, extendedKeyUsage, der(octetString, der(sequence, purpose))));
  }
  if (names.length > 0) {
    const general = names.map((name) => der(name.includes('://') ? 0x86 : 0x82, text.encode(name)));
    extensions.push(der(sequence, alternativeName, der(octetString, der(sequence, ...general))));
  }
  const signed = der(
    sequence,
    der(0xa0, der(integer, [2])),
    der(integer, serial),
    sha256WithRsa,
    distinguishedName(issuer),
    validity,
    distinguishedName(subject),
    elliptic ? ellipticKey(random) : rsaKey(random),
    der(0xa3, der(sequence, ...extensions)),
  );
  return der(sequence, signed, sha256WithRsa, der(bitString, [0], random.bytes(256)));
}

/** @param {Random} random */
function rsaKey(random) {
  const modulus = random.bytes(256);
  modulus[0] |= 0x80;
  modulus[255] |= 1;
  const key = der(sequence, der(integer, [0], modulus), der(integer, [1, 0, 1]));
  return der(sequence, rsaEncryption, der(bitString, [0], key));
}

/** A point that lies on the curve: verifiers stop early at one that doesn't. @param {Random} random */
function ellipticKey(random) {
  const pair = createECDH('prime256v1');
  const secret = random.bytes(32);
  secret[0] &= 0x7f;
  pair.setPrivateKey(secret);
  return der(sequence, ecPublicKey, der(bitString, [0], pair.getPublicKey()));
}
