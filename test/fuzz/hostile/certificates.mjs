// Attacks by certificates: chains that are long, wide, deep or dear to verify.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { makeCertificate } from '../../bench/certificates.mjs';
import * as tls from '../../bench/tls.mjs';
import { repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('../../bench/random.mjs').Random} Random */

const hello = tls.clientHello(tls.legacyProfiles[0], 'a.example');
const server = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false });
const rsaWithSha256 = '300d06092a864886f70d01010b0500';
const ecdsaWithSha512 = '300a06082a8648ce3d040304';

/** @param {number} tag @param {...(Uint8Array | number[])} parts @returns {Uint8Array} */
export function der(tag, ...parts) {
  const content = tls.concat(...parts);
  const { length } = content;
  const octets =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x1_0000
          ? [0x82, ...tls.number(length, 2)]
          : [0x83, ...tls.number(length, 3)];
  return tls.concat([tag], octets, content);
}

export const hex = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text, 'hex'));
export const commonName = (/** @type {string} */ name) =>
  der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from(name)))));
const validity = der(0x30, der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('280101000000Z')));
const authority = der(0x30, hex('0603551d13'), [1, 1, 0xff], der(4, hex('30030101ff')));

/** A certificate of any parts. @param {{ issuer: Uint8Array, subject: Uint8Array, spki: Uint8Array, algorithm?: string, extensions?: Uint8Array[], signature: Uint8Array, serial: number }} parts */
export function certificateOf({
  issuer,
  subject,
  spki,
  algorithm = rsaWithSha256,
  extensions = [authority],
  signature,
  serial,
}) {
  const kind = hex(algorithm);
  const signed = der(
    0x30,
    hex('a003020102'),
    der(2, [0x40, ...tls.number(serial, 4)]),
    kind,
    issuer,
    validity,
    subject,
    spki,
    der(0xa3, der(0x30, ...extensions)),
  );
  return der(0x30, signed, kind, der(3, [0], signature));
}

/** @param {Uint8Array} modulus @param {Uint8Array} exponent */
function rsaKey(modulus, exponent) {
  const key = der(0x30, der(2, [0], modulus), der(2, [0], exponent));
  return der(0x30, hex('300d06092a864886f70d0101010500'), der(3, [0], key));
}

/** Shows `chain` as a server does. @param {import('./wire.mjs').HostileFile} file @param {number} index @param {Random} random @param {readonly Uint8Array[]} chain */
export function show(file, index, random, chain) {
  const message = tls.concat([11], tls.vector(3, tls.vector(3, ...chain.map((one) => tls.vector(3, one)))));
  const records = [];
  for (let at = 0; at < message.length; at += 16_384) records.push(tls.record(0x16, message.subarray(at, at + 16_384)));
  const talk = new Talk(file, index, 443).open().say(0, hello.draw(random));
  return talk.say(1, tls.concat(server.draw(random), ...records, tls.serverHelloDone));
}

/** @param {number} octets @param {Random} random */
function oddNumber(octets, random) {
  const bytes = random.bytes(octets);
  bytes[0] |= 0x80;
  bytes[octets - 1] |= 1;
  return bytes;
}

/** Each connection shows an authority of its own with an RSA key of so many bits; each signature has to be found wrong. @param {number} bits @param {number} exponentOctets @param {boolean} asked @returns {Maker} */
function dearRsa(bits, exponentOctets, asked) {
  return ({ file, octets, random, folder }) => {
    for (let index = 0; file.octets < octets; index++) {
      const name = commonName(`Authority ${index}`);
      const spki = rsaKey(oddNumber(bits / 8, random), oddNumber(exponentOctets, random));
      const signature = random.bytes(bits / 8);
      signature[0] = 0;
      const ca = certificateOf({ issuer: name, subject: name, spki, signature, serial: index });
      const leaf = certificateOf({
        issuer: name,
        subject: commonName('leaf'),
        spki: hex(edKey),
        signature,
        serial: index,
        extensions: [],
      });
      show(file, index, random, [leaf, ca]);
    }
    return asked ? withBundle(folder, random) : {};
  };
}

export const edKey = '302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

/** A bundle that vouches for nobody here. @param {string} folder @param {Random} random */
function withBundle(folder, random) {
  const path = `${folder}/bundle.pem`;
  const der = makeCertificate(random, { issuer: 'Nobody', subject: 'Nobody', authority: true, elliptic: true });
  const base64 = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n');
  writeFileSync(path, `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
  return { args: ['--ca', path] };
}

/** The same with the curve that OpenSSL is slowest on. @param {string} curve @param {boolean} asked @returns {Maker} */
function dearCurve(curve, asked) {
  return ({ file, octets, random, folder }) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    for (let index = 0; file.octets < octets; index++) {
      const name = commonName(`Authority ${index}`);
      const signature = der(0x30, der(2, [0x3f], random.bytes(63)), der(2, [0x3f], random.bytes(63)));
      const parts = { issuer: name, spki, signature, serial: index, algorithm: ecdsaWithSha512 };
      const ca = certificateOf({ ...parts, subject: name });
      const leaf = certificateOf({ ...parts, subject: commonName('leaf') });
      show(file, index, random, [leaf, ca]);
    }
    return asked ? withBundle(folder, random) : {};
  };
}

/** Authorities of one name, all of which could have issued the leaf: nobody's signature fits. @type {Maker} */
function manyIssuers({ file, octets, random, folder }) {
  const name = commonName('Authority');
  for (let index = 0; file.octets < octets; index++) {
    const chain = Array.from({ length: 17 }, (_, at) => {
      const signature = random.bytes(256);
      signature[0] = 0;
      const spki = rsaKey(oddNumber(256, random), hex('010001'));
      return certificateOf({
        issuer: name,
        subject: at === 0 ? commonName('leaf') : name,
        spki,
        signature,
        serial: index * 20 + at,
      });
    });
    show(file, index, random, chain);
  }
  return withBundle(folder, random);
}

/** Messages of 16 MB with tens of thousands of certificates. @type {Maker} */
function longChains({ file, octets, random }) {
  const one = makeCertificate(random, { issuer: 'A', subject: 'B', elliptic: true });
  for (let index = 0; file.octets < octets; index++) {
    const chain = Array.from({ length: (Math.min(16_000_000, octets) / (one.length + 3)) | 0 }, (_, at) => {
      const copy = one.slice();
      new DataView(copy.buffer).setUint32(copy.length - 8, at + index * 100_000);
      return copy;
    });
    show(file, index, random, chain);
  }
}

/** Sixty-four distinct certificates a connection. @type {Maker} */
function fullChains({ file, octets, random }) {
  const one = makeCertificate(random, { issuer: 'A', subject: 'B', names: ['a.example', 'b.example'], elliptic: true });
  for (let index = 0; file.octets < octets; index++) {
    const chain = Array.from({ length: 64 }, (_, at) => {
      const copy = one.slice();
      new DataView(copy.buffer).setUint32(20, 0x40000000 + index * 64 + at);
      return copy;
    });
    show(file, index, random, chain);
  }
}

/** Certificates of 100 KB: of names without number, and of one huge extension. @param {'names' | 'extensions' | 'subject' | 'one' | 'constraints'} what @returns {Maker} */
function largeCertificates(what) {
  return ({ file, octets, random }) => {
    for (let index = 0; file.octets < octets; index++) {
      const spki = hex(edKey);
      let subject = commonName(`leaf ${index}`);
      let extensions = [authority];
      if (what === 'names') {
        const names = Array.from({ length: 6000 }, (_, at) => der(0x82, Buffer.from(`host-${at}-${index}.example`)));
        extensions = [der(0x30, hex('0603551d11'), der(4, der(0x30, ...names)))];
      } else if (what === 'extensions') {
        extensions = Array.from({ length: 6000 }, (_, at) =>
          der(0x30, [6, 4, 0x55, 0x1d, 0x80 | (at >> 7), at & 0x7f], der(4, [5, 0])),
        );
      } else if (what === 'subject') {
        const attributes = Array.from({ length: 6000 }, (_, at) =>
          der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from(`${at}`)))),
        );
        subject = der(0x30, ...attributes);
      } else if (what === 'constraints') {
        const trees = Array.from({ length: 5000 }, (_, at) => der(0x30, der(0x82, Buffer.from(`a${at}.example`))));
        extensions = [authority, der(0x30, hex('0603551d1e'), der(4, der(0x30, der(0xa0, ...trees))))];
        const name = commonName(`Authority ${index}`);
        const ca = certificateOf({
          issuer: name,
          subject: name,
          spki,
          signature: random.bytes(64),
          serial: index,
          extensions,
          algorithm: '300506032b6570',
        });
        const names = Array.from({ length: 3000 }, (_, at) => der(0x82, Buffer.from(`host-${at}-${index}.test`)));
        const leaf = certificateOf({
          issuer: name,
          subject,
          spki,
          signature: random.bytes(64),
          serial: index,
          algorithm: '300506032b6571',
          extensions: [der(0x30, hex('0603551d11'), der(4, der(0x30, ...names)))],
        });
        show(file, index, random, [leaf, ca]);
        continue;
      } else extensions = [der(0x30, hex('0603551d63'), der(4, repeated('x', 100_000)))];
      const one = certificateOf({
        issuer: commonName('A'),
        subject,
        spki,
        extensions,
        signature: random.bytes(256),
        serial: index,
      });
      show(file, index, random, [one]);
    }
  };
}

/** DER in DER in DER, thousands deep, where a certificate is due. @type {Maker} */
function deepDer({ file, octets, random }) {
  let inner = new Uint8Array(0);
  for (let depth = 0; depth < 5000; depth++) inner = der(0x30, inner);
  for (let index = 0; file.octets < octets; index++) {
    const extensions = [der(0x30, hex('0603551d11'), der(4, inner)), der(0x30, hex('0603551d1e'), der(4, inner))];
    const subject = commonName(`leaf ${index}`);
    const nested = certificateOf({
      issuer: inner,
      subject,
      spki: hex(edKey),
      extensions,
      signature: random.bytes(256),
      serial: index,
    });
    show(file, index, random, [nested, inner]);
  }
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const certificateAttacks = {
  'rsa-16384': dearRsa(16_384, 3, false),
  'rsa-8192': dearRsa(8192, 3, false),
  'rsa-8192-exponent': dearRsa(8192, 8, false),
  'rsa-8192-bundle': dearRsa(8192, 3, true),
  'rsa-8192-exponent-bundle': dearRsa(8192, 8, true),
  'rsa-3072-exponent-bundle': dearRsa(3072, 8, true),
  'curve-sect571r1-bundle': dearCurve('sect571r1', true),
  'curve-brainpoolP512r1-bundle': dearCurve('brainpoolP512r1', true),
  'many-issuers': manyIssuers,
  'long-chains': longChains,
  'full-chains': fullChains,
  'certificate-names': largeCertificates('names'),
  'certificate-extensions': largeCertificates('extensions'),
  'certificate-subject': largeCertificates('subject'),
  'certificate-constraints': largeCertificates('constraints'),
  'certificate-of-100k': largeCertificates('one'),
  'deep-der': deepDer,
};
