// Attacks in TLS: records and messages without end, hellos in a thousand pieces, keys that open nothing.
import { createCipheriv, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import * as tls from '../../bench/tls.mjs';
import { be16, repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('../../bench/random.mjs').Random} Random */

const hello = tls.clientHello(tls.clientProfiles[1], 'a.example');
const hello12 = tls.clientHello(tls.legacyProfiles[0], 'a.example');
const server12 = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false });
const server13 = tls.serverHello({ suite: 0x1301, is13: true, resumed: false });

/** A handshake up to the change of ciphers. @param {Talk} talk @param {Random} random */
function begun(talk, random) {
  talk.say(0, hello12.draw(random));
  talk.say(
    1,
    tls.concat(server12.draw(random), tls.certificate([]), tls.serverKeyExchange().draw(random), tls.serverHelloDone),
  );
  talk.say(0, tls.concat(tls.clientKeyExchange().draw(random), tls.changeCipherSpec, tls.finished().draw(random)));
  talk.say(1, tls.concat(tls.changeCipherSpec, tls.finished().draw(random)));
}

/** One connection that repeats a unit after its handshake; `early` = before it. @param {(random: Random) => Uint8Array} unit @param {boolean} early @returns {Maker} */
function endless(unit, early) {
  return ({ file, octets, random }) => {
    const talk = new Talk(file, 0, 443).open();
    if (early) talk.say(0, hello12.draw(random)).say(1, server12.draw(random));
    else begun(talk, random);
    const block = repeated(unit(random), 1 << 20);
    while (file.octets < octets) talk.say(1, block.subarray(0, 60_000)).say(0, block.subarray(0, 60_000));
  };
}

/** The same in a connection for each 64 KiB. @param {(random: Random) => Uint8Array} unit @returns {Maker} */
function endlessInMany(unit) {
  return ({ file, octets, random }) => {
    const block = repeated(unit(random), 60_000);
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, 443).open();
      talk.say(0, hello12.draw(random)).say(1, server12.draw(random));
      talk.say(1, block).close();
    }
  };
}

/** A ClientHello in segments of one octet, 1,500 of them, in connection after connection. @type {Maker} */
function helloInPieces({ file, octets, random }) {
  for (let index = 0; file.octets < octets; index++) {
    const long = tls.clientHello(tls.clientProfiles[0], 'a'.repeat(1000) + index).draw(random);
    new Talk(file, index, 443).open().say(0, long, 1);
  }
}

/** One of 60,000 octets, one a segment; the record's length says so too. @type {Maker} */
function helloOfManySegments({ file, octets, random }) {
  const body = tls.concat(
    be16(0x0303),
    random.bytes(32),
    [0],
    tls.vector(2, repeated(Uint8Array.of(0x13, 1), 60_000)),
    [1, 0],
  );
  const message = tls.concat([1], tls.vector(3, body));
  const records = [];
  for (let at = 0; at < message.length; at += 16_384) records.push(tls.record(0x16, message.subarray(at, at + 16_384)));
  for (let index = 0; file.octets < octets; index++)
    new Talk(file, index, 443).open().say(0, tls.concat(...records), 1);
}

/** Each message in records of one octet. @type {Maker} */
function messagesInTinyRecords({ file, octets, random }) {
  for (let index = 0; file.octets < octets; index++) {
    const message = hello.draw(random).subarray(5);
    const records = tls.concat(...Array.from(message, (octet) => tls.record(0x16, Uint8Array.of(octet))));
    new Talk(file, index, 443).open().say(0, records);
  }
}

/** No two hellos alike, with as many numbers as fit. @type {Maker} */
function distinctHellos({ file, octets, random }) {
  for (let index = 0; file.octets < octets; index++) {
    const suites = Array.from({ length: 400 }, () => random.below(65_536));
    const signatures = Array.from({ length: 120 }, () => random.below(65_536));
    const profile = { ...tls.clientProfiles[1], suites, signatures };
    new Talk(file, index, 443).open().say(0, tls.clientHello(profile, `${index}.example`).draw(random));
  }
}

/** Names of 65,000 octets, of which no two are alike. @type {Maker} */
function longNames({ file, octets, random }) {
  for (let index = 0; file.octets < octets; index++) {
    const name = Buffer.from(`${index}.`.padEnd(60_000, 'a'));
    const extensions = tls.vector(2, tls.concat([0, 0], tls.vector(2, tls.vector(2, [0], tls.vector(2, name)))));
    const body = tls.concat(be16(0x0303), random.bytes(32), [0], tls.vector(2, [0x13, 1]), [1, 0], extensions);
    const message = tls.concat([1], tls.vector(3, body));
    const records = [];
    for (let at = 0; at < message.length; at += 16_384)
      records.push(tls.record(0x16, message.subarray(at, at + 16_384)));
    new Talk(file, index, 443)
      .open()
      .say(0, tls.concat(...records))
      .say(1, server12.draw(random));
  }
}

/** Each message says that it is of 16 MB and has begun, in very many connections. @type {Maker} */
function unfinishedMessages({ file, octets, random }) {
  const begin = tls.record(0x16, tls.concat([1, 0xff, 0xff, 0xff], random.bytes(1200)));
  for (let index = 0; file.octets < octets; index++) new Talk(file, index, 443).open().say(0, begin);
}

/** A CertificateRequest with two thousand names, no two requests alike. @type {Maker} */
function requests({ file, octets, random }) {
  for (let index = 0; file.octets < octets; index++) {
    const names = Array.from({ length: 700 }, (_, at) =>
      tls.concat([0x30, 15, 0x31, 13, 0x30, 11, 6, 3, 0x55, 4, 3, 0x0c, 4], random.bytes(3), [at & 0xff]),
    );
    const talk = new Talk(file, index, 443).open().say(0, hello12.draw(random));
    talk.say(1, tls.concat(server12.draw(random), tls.certificateRequest(names), tls.serverHelloDone));
  }
}

/** HKDF-Expand-Label of one block (RFC 8446 §7.1). @param {Uint8Array} secret @param {string} label @param {number} length */
function expand(secret, label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** One record of TLS 1.3 under `secret`. @param {Uint8Array} secret @param {number} sequence @param {number} type @param {Uint8Array} content */
export function sealed(secret, sequence, type, content) {
  const nonce = Buffer.from(expand(secret, 'iv', 12));
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  const length = content.length + 17;
  const header = Buffer.from([23, 3, 3, length >> 8, length & 0xff]);
  const cipher = createCipheriv('aes-128-gcm', expand(secret, 'key', 16), nonce).setAAD(header);
  return Buffer.concat([
    header,
    cipher.update(Buffer.concat([content, Buffer.from([type])])),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** A compressed Certificate message (RFC 8879) that comes to 16 MB, with keys, in each connection. @type {Maker} */
function compressedCertificates({ file, octets, random, folder }) {
  const secret = Buffer.alloc(32, 7);
  const lines = [];
  for (const claimed of [262_144, 0xffffff]) {
    const packed = deflateSync(Buffer.alloc(claimed));
    const message = tls.concat(
      [25],
      tls.vector(3, tls.concat([0, 1], [claimed >> 16, (claimed >> 8) & 0xff, claimed & 0xff], tls.vector(3, packed))),
    );
    for (let index = claimed & 1 ? 20_000 : 0; file.octets < (claimed & 1 ? octets : octets / 2); index++) {
      const opening = hello.draw(random);
      lines.push(
        `SERVER_HANDSHAKE_TRAFFIC_SECRET ${Buffer.from(opening.subarray(11, 43)).toString('hex')} ${secret.toString('hex')}`,
      );
      const talk = new Talk(file, index, 443).open().say(0, opening).say(1, server13.draw(random));
      for (let at = 0, sequence = 0; at < message.length; at += 16_000)
        talk.say(1, sealed(secret, sequence++, 22, message.subarray(at, at + 16_000)));
    }
  }
  const path = `${folder}/compressed.keys`;
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { args: ['--keylog', path] };
}

/** A key log of 100 MB: a wrong secret of every kind for each connection, and a million lines for nobody. @type {Maker} */
function wrongKeys({ file, octets, random, folder, scale }) {
  const kinds = [
    'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
    'SERVER_HANDSHAKE_TRAFFIC_SECRET',
    'CLIENT_TRAFFIC_SECRET_0',
    'SERVER_TRAFFIC_SECRET_0',
    'CLIENT_EARLY_TRAFFIC_SECRET',
  ];
  const lines = [];
  const hex = (/** @type {number} */ length) => Buffer.from(random.bytes(length)).toString('hex');
  for (let index = 0; file.octets < octets; index++) {
    const opening = hello.draw(random);
    for (const kind of kinds) lines.push(`${kind} ${Buffer.from(opening.subarray(11, 43)).toString('hex')} ${hex(32)}`);
    const talk = new Talk(file, index, 443).open().say(0, opening).say(1, server13.draw(random));
    for (let at = 0; at < 30; at++) talk.say(at % 2 ? 1 : 0, tls.protectedRecord(random, 300), 10_000);
  }
  for (let at = 0; at < 520_000 * scale; at++) lines.push(`CLIENT_RANDOM ${hex(32)} ${hex(48)}`);
  const path = `${folder}/wrong.keys`;
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { args: ['--keylog', path], also: lines.length * 176 };
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const tlsAttacks = {
  'records-tiny': endless(() => tls.record(0x17, Uint8Array.of(1)), false),
  'records-empty': endless(() => tls.record(0x17, new Uint8Array(0)), false),
  'records-empty-early': endless(() => tls.record(0x16, new Uint8Array(0)), true),
  'records-ccs': endless(() => tls.changeCipherSpec, true),
  'records-unknown': endless(() => tls.record(0x30, Uint8Array.of(1)), true),
  alerts: endless(() => tls.record(0x15, Uint8Array.of(1, 90)), false),
  'alerts-early': endless(() => tls.record(0x15, Uint8Array.of(1, 90)), true),
  'hello-requests': endless(() => tls.record(0x16, Uint8Array.of(0, 0, 0, 0)), true),
  'hello-requests-packed': endless(() => tls.record(0x16, repeated(Uint8Array.of(0, 0, 0, 0), 16_384)), true),
  tickets: endless((random) => tls.newSessionTicket(20).draw(random), true),
  renegotiations: endless((random) => tls.concat(hello12.draw(random)), true),
  'server-hellos': endless((random) => server12.draw(random), true),
  'certificates-empty': endless(() => tls.certificate([]), true),
  'early-in-many': endlessInMany(() => tls.record(0x16, repeated(Uint8Array.of(0, 0, 0, 0), 16_384))),
  'server-hellos-in-many': endlessInMany((random) => server12.draw(random)),
  'hello-in-pieces': helloInPieces,
  'hello-of-many-segments': helloOfManySegments,
  'messages-in-tiny-records': messagesInTinyRecords,
  'distinct-hellos': distinctHellos,
  'long-names': longNames,
  'unfinished-messages': unfinishedMessages,
  requests,
  'compressed-certificates': compressedCertificates,
  'wrong-keys': wrongKeys,
};
