// Attacks on judging chains: name constraints against names, answers of OCSP about everything, names without number.
import * as tls from '../../bench/tls.mjs';
import { certificateOf, commonName, der, edKey, hex, show } from './certificates.mjs';
import { Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('../../bench/random.mjs').Random} Random */

/** A signature algorithm that nobody knows: such signatures are not checked, and the path goes on. */
const unknownAlgorithm = '300906072a030405060708';
const authority = der(0x30, hex('0603551d13'), [1, 1, 0xff], der(4, hex('30030101ff')));
const dns = (/** @type {string} */ name) => der(0x82, Buffer.from(name));
const alternatives = (/** @type {Uint8Array[]} */ ...names) =>
  der(0x30, hex('0603551d11'), der(4, der(0x30, ...names)));
const constraints = (/** @type {Uint8Array[]} */ ...trees) =>
  der(0x30, hex('0603551d1e'), der(4, der(0x30, der(0xa0, ...trees.map((tree) => der(0x30, tree))))));

/** @param {Random} random @param {string} issuer @param {string} subject @param {number} serial @param {Uint8Array[]} extensions */
function unverified(random, issuer, subject, serial, extensions) {
  return certificateOf({
    issuer: commonName(issuer),
    subject: commonName(subject),
    spki: hex(edKey),
    signature: random.bytes(64),
    serial,
    algorithm: unknownAlgorithm,
    extensions,
  });
}

/** As many constraints as names, in chains of `length`, none of which fits but the last. @param {number} names @param {number} length @returns {Maker} */
function constrained(names, length) {
  const trees = constraints(...Array.from({ length: names }, (_, at) => dns(at === names - 1 ? 'z' : `a${at}`)));
  const hosts = alternatives(...Array.from({ length: names }, (_, at) => dns(`${at}.z`)));
  return ({ file, octets, random }) => {
    for (let index = 0; file.octets < octets; index++) {
      const chain = [unverified(random, `A0 ${index}`, 'leaf', index, [hosts])];
      for (let at = 0; at < length; at++)
        chain.push(unverified(random, `A${at + 1} ${index}`, `A${at} ${index}`, index, [authority, trees, hosts]));
      show(file, index, random, chain);
    }
  };
}

/** The same of directory names of many parts, which are long to compare. @type {Maker} */
function constrainedDirectories({ file, octets, random }) {
  const name = der(
    0x30,
    ...Array.from({ length: 12 }, (_, at) =>
      der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from(`Aa Bb ${at}`)))),
    ),
  );
  const trees = constraints(...Array.from({ length: 40 }, () => der(0xa4, name)));
  const hosts = alternatives(...Array.from({ length: 40 }, () => der(0xa4, name)));
  for (let index = 0; file.octets < octets; index++) {
    const chain = [unverified(random, `A0 ${index}`, 'leaf', index, [hosts])];
    for (let at = 0; at < 10; at++)
      chain.push(unverified(random, `A${at + 1} ${index}`, `A${at} ${index}`, index, [authority, trees, hosts]));
    show(file, index, random, chain);
  }
}

/** Authorities of one name: every path through them is one more. @type {Maker} */
function manyPaths({ file, octets, random }) {
  const trees = constraints(...Array.from({ length: 20 }, (_, at) => dns(at === 19 ? 'z' : `a${at}`)));
  const hosts = alternatives(...Array.from({ length: 20 }, (_, at) => dns(`${at}.z`)));
  for (let index = 0; file.octets < octets; index++) {
    const chain = [unverified(random, `A ${index}`, 'leaf', index, [hosts])];
    for (let at = 0; at < 14; at++)
      chain.push(unverified(random, `A ${index}`, `A ${index}`, index * 16 + at, [authority, trees, hosts]));
    show(file, index, random, chain);
  }
}

/** Certificates of sixteen thousand names of a letter each, and a client that asks for another. @type {Maker} */
function tinyNames({ file, octets, random }) {
  const names = alternatives(...Array.from({ length: 16_000 }, (_, at) => dns(String.fromCharCode(97 + (at % 26)))));
  for (let index = 0; file.octets < octets; index++)
    show(file, index, random, [unverified(random, 'A', `leaf ${index}`, index, [names])]);
}

/** One such certificate, and a name asked for of each connection. @type {Maker} */
function namesAskedFor({ file, octets, random }) {
  const names = alternatives(...Array.from({ length: 700 }, (_, at) => dns(String.fromCharCode(97 + (at % 26)))));
  const leaf = unverified(random, 'A', 'leaf', 1, [names]);
  const message = tls.certificate([leaf]);
  const server = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false });
  for (let index = 0; file.octets < octets; index++) {
    const hello = tls.clientHello(tls.legacyProfiles[0], `${index}.example`).draw(random);
    const talk = new Talk(file, index, 443).open().say(0, hello);
    talk.say(1, tls.concat(server.draw(random), message, tls.serverHelloDone));
  }
}

/** Answers of OCSP about sixty certificates with the same number, of another issuer each. @type {Maker} */
function stapledAnswers({ file, octets, random }) {
  const ca = unverified(random, 'B', 'A', 7, [authority]);
  const leaf = unverified(random, 'A', 'leaf', 9, []);
  const sha1 = hex('300906052b0e03021a0500');
  const time = der(0x18, Buffer.from('20261101000000Z'));
  const server = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false });
  const hello = tls.clientHello(tls.legacyProfiles[0], 'a.example');
  const shown = tls.certificate([leaf, ca]);
  for (let index = 0; file.octets < octets; index++) {
    const singles = Array.from({ length: 64 }, () =>
      der(
        0x30,
        der(0x30, sha1, der(4, random.bytes(20)), der(4, random.bytes(20)), der(2, [0x40, 0, 0, 0, 9])),
        hex('8000'),
        time,
      ),
    );
    const data = der(0x30, der(0xa2, der(4, random.bytes(20))), time, der(0x30, ...singles));
    const basic = der(0x30, data, hex(unknownAlgorithm), der(3, [0], random.bytes(64)));
    const response = der(0x30, hex('0a0100'), der(0xa0, der(0x30, hex('06092b0601050507300101'), der(4, basic))));
    const status = tls.record(0x16, tls.concat([22], tls.vector(3, tls.concat([1], tls.vector(3, response)))));
    const talk = new Talk(file, index, 443).open().say(0, hello.draw(random));
    talk.say(1, tls.concat(server.draw(random), shown, status, tls.serverHelloDone));
  }
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const authorityAttacks = {
  'constraints-small': constrained(200, 1),
  'constraints-chain': constrained(40, 10),
  'constraints-directories': constrainedDirectories,
  'many-paths': manyPaths,
  'certificate-tiny-names': tinyNames,
  'names-asked-for': namesAskedFor,
  'stapled-answers': stapledAnswers,
};
