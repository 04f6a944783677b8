// Attacks in what is said: bodies that are bombs, dialogues without end, names that point at themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { linkHeaderOf, partsOf } from '../layers.mjs';
import { readFrames } from '../seeds.mjs';
import { be16, be32, repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */

const bombLength = 1 << 20;
const ask = Buffer.from('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');

/** RFC 8878: a frame whose blocks are runs of one octet. @param {number} length */
export function zstdBomb(length) {
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58])];
  for (let left = length; left > 0; left -= 1 << 17) {
    const size = Math.min(left, 1 << 17);
    const header = (size << 3) | 2 | (left <= 1 << 17 ? 1 : 0);
    parts.push(Buffer.from([header & 0xff, (header >> 8) & 0xff, header >> 16, 0x61]));
  }
  return Buffer.concat(parts);
}

const text = Buffer.from('{"user":"a","password":"');
/** @type {Readonly<Record<string, Buffer>>} */
const bodies = {
  gzip: gzipSync(Buffer.alloc(bombLength, 'a'), { level: 9 }),
  deflate: deflateSync(Buffer.alloc(bombLength, text), { level: 9 }),
  br: brotliCompressSync(Buffer.alloc(bombLength, 'a')),
  window: brotliCompressSync(Buffer.alloc(1 << 24, 'a'), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }),
  zstd: zstdBomb(bombLength),
  der: gzipSync(Buffer.alloc(bombLength, Buffer.from('3082010030820100', 'hex')), { level: 9 }),
  pem: gzipSync(Buffer.alloc(bombLength, '-----BEGIN PRIVATE KEY-----\n'), { level: 9 }),
};

/** Answers with bombs: each in its connection, or all in a few. @param {string} kind @param {boolean} apart @returns {Maker} */
function bombs(kind, apart) {
  const coding = ['der', 'pem'].includes(kind) ? 'gzip' : kind === 'window' ? 'br' : kind;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ${coding}\r\nContent-Length: ${bodies[kind].length}\r\n\r\n`;
  const answer = Buffer.concat([Buffer.from(head), bodies[kind]]);
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, 80).open();
      for (let times = apart ? 1 : 700; times > 0 && file.octets < octets; times--) talk.say(0, ask).say(1, answer);
      talk.close();
    }
  };
}

/** One unit again and again: in one connection, or in connections of half a MiB. @param {number} port @param {string | Uint8Array} unit @param {{ opening?: string | Uint8Array, answer?: string | Uint8Array, apart?: boolean, from?: 0 | 1 }} [how] @returns {Maker} */
function endless(port, unit, { opening = '', answer = '', apart = false, from = 0 } = {}) {
  return ({ file, octets }) => {
    const block = repeated(unit, 60_000 - (60_000 % Buffer.from(unit).length));
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, port).open();
      if (opening.length > 0) talk.say(0, new Uint8Array(Buffer.from(opening)));
      if (answer.length > 0) talk.say(1, new Uint8Array(Buffer.from(answer)));
      for (let times = apart ? 9 : Number.MAX_SAFE_INTEGER; times > 0 && file.octets < octets; times--)
        talk.say(from, block);
      talk.close();
    }
  };
}

/** @param {number} type @param {number} bits @param {number} stream @param {Uint8Array} payload */
function h2Frame(type, bits, stream, payload) {
  return Buffer.concat([
    Buffer.from([
      payload.length >> 16,
      (payload.length >> 8) & 0xff,
      payload.length & 0xff,
      type,
      bits,
      ...be32(stream),
    ]),
    payload,
  ]);
}

const h2Preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), h2Frame(4, 0, 0, Buffer.alloc(0))]);
const h2Request = Buffer.from([0x82, 0x84, 0x86, 0x41, 1, 0x61]);

/** HTTP/2 of frames made for each stream; a connection of half a MiB each, or one. @param {(stream: number) => Buffer} make @param {boolean} apart @returns {Maker} */
function streams(make, apart) {
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, 80).open().say(0, h2Preface);
      talk.say(1, h2Frame(4, 0, 0, Buffer.alloc(0)));
      let said = 0;
      for (let stream = 1; file.octets < octets && (!apart || said < 500_000); ) {
        const frames = [];
        for (let count = 0; count < 500; count++, stream += 2) frames.push(make(stream));
        const block = Buffer.concat(frames);
        said += block.length;
        talk.say(0, block);
      }
    }
  };
}

/** A field with a name of 4,000 octets goes into the table, and then one octet stands for it. */
const hpackBomb = (() => {
  const field = Buffer.concat([Buffer.from([0x40, 1, 0x78, 0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 'v')]);
  return (/** @type {number} */ stream) =>
    h2Frame(1, 5, stream, Buffer.concat([h2Request, stream === 1 ? field : Buffer.alloc(0), Buffer.alloc(2000, 0xbe)]));
})();

/** Fields that push one another out of the table. */
const hpackEviction = (/** @type {number} */ stream) => {
  const fields = Array.from({ length: 60 }, (_, at) =>
    Buffer.from([0x40, 2, 0x78, at + 0x30, 3, 0x61 + (stream % 26), 0x62, 0x63]),
  );
  return h2Frame(1, 5, stream, Buffer.concat([h2Request, ...fields]));
};

const dnsHead = (/** @type {number} */ id, /** @type {number} */ answers) =>
  Buffer.from([...be16(id), 0x81, 0x80, 0, 1, ...be16(answers), 0, 0, 0, 0]);

/** Answers whose names are pointers to pointers, to themselves, or to one long name; `how` 0, 1, 2. @param {number} how @returns {Maker} */
function dnsNames(how) {
  return ({ file, octets, random }) => {
    const question = Buffer.concat([
      Buffer.concat(Array.from({ length: 60 }, () => Buffer.from([3, 0x61, 0x62, 0x63]))),
      Buffer.from([0, 0, 1, 0, 1]),
    ]);
    for (let at = 0; file.octets < octets; at++) {
      const answers = [];
      let place = 12 + question.length;
      for (let count = 0; count < 80; count++) {
        const target = how === 0 ? place : how === 1 ? (count === 0 ? 12 : place - 16) : 12;
        answers.push(
          Buffer.from([0xc0 | (target >> 8), target & 0xff, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...be32(random.next())]),
        );
        place += 16;
      }
      const client = { ip: 0x0a000001 + (at >> 14), port: 20_000 + (at & 0x3fff) };
      const server = { ip: 0x0a000002, port: 53 };
      file.udp(client, server, Buffer.concat([dnsHead(at & 0xffff, 0), question]));
      file.udp(server, client, Buffer.concat([dnsHead(at & 0xffff, 80), question, ...answers]));
    }
  };
}

/** A name of its own for each of very many addresses. @type {Maker} */
function dnsFlood({ file, octets, random }) {
  for (let at = 0; file.octets < octets; at++) {
    const label = Buffer.from(`h${at}`);
    const question = Buffer.concat([
      Buffer.from([label.length]),
      label,
      Buffer.from([7]),
      Buffer.from('example'),
      Buffer.from([0, 0, 1, 0, 1]),
    ]);
    const client = { ip: random.next() | 0, port: 20_000 + (at & 0x3fff) };
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...be32(random.next())]);
    file.udp(client, { ip: 0x0a000002, port: 53 }, Buffer.concat([dnsHead(at & 0xffff, 0), question]));
    file.udp({ ip: 0x0a000002, port: 53 }, client, Buffer.concat([dnsHead(at & 0xffff, 1), question, answer]));
  }
}

/** What is said in the sample captures, its later parts again and again for half a MiB, in either direction. @type {Maker} */
function dialogues({ file, octets, root, only }) {
  const folder = join(root, 'captures');
  const talks = readdirSync(folder)
    .filter((name) => /\.pcap(?:ng)?$/.test(name) && (only === undefined || name.includes(only)))
    .flatMap((name) => {
      const { linkType, frames } = readFrames(new Uint8Array(readFileSync(join(folder, name))));
      const link = linkHeaderOf(linkType);
      /** @type {Map<number, { port: number, pieces: [0 | 1, Uint8Array][] }>} */
      const found = new Map();
      for (const { bytes } of link < 0 ? [] : frames) {
        const parts = partsOf(bytes, link);
        if (parts.protocol !== 6 || parts.payload < 0 || parts.payload >= parts.ipEnd) continue;
        const ports = [
          (bytes[parts.transport] << 8) | bytes[parts.transport + 1],
          (bytes[parts.transport + 2] << 8) | bytes[parts.transport + 3],
        ];
        const key = Math.max(...ports);
        if (!found.has(key)) found.set(key, { port: Math.min(...ports), pieces: [] });
        found.get(key)?.pieces.push([ports[0] === key ? 0 : 1, bytes.slice(parts.payload, parts.ipEnd)]);
      }
      return [...found.values()].slice(0, 3);
    });
  const share = octets / talks.length;
  for (const [index, { port, pieces }] of talks.entries()) {
    const until = file.octets + share;
    const talk = new Talk(file, index, port).open();
    for (const [from, bytes] of pieces) talk.say(from, bytes);
    // Each piece in turn, many times: what grows with what was said before shows.
    for (let at = 0; file.octets < until; at++) {
      const [from, bytes] = pieces[Math.floor(at / 20) % pieces.length];
      talk.say(from, repeated(bytes, Math.max(bytes.length, 4000 - (4000 % bytes.length))));
    }
    talk.close();
  }
}

const bearer = `Authorization: Bearer ${'eyJhbGciOiJIUzI1NiJ9.'.repeat(20)}\r\n`;

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const contentAttacks = {
  'http-gzip-bombs': bombs('gzip', true),
  'http-gzip-bombs-in-one': bombs('gzip', false),
  'http-deflate-bombs': bombs('deflate', true),
  'http-br-bombs': bombs('br', true),
  'http-br-windows': bombs('window', true),
  'http-zstd-bombs': bombs('zstd', true),
  'http-bombs-of-der': bombs('der', true),
  'http-bombs-of-pem': bombs('pem', true),
  'http-requests': endless(80, ask),
  'http-requests-in-many': endless(80, ask, { apart: true }),
  'http-headers': endless(80, 'a: b\r\n', { opening: 'GET / HTTP/1.1\r\n', apart: true }),
  'http-one-header': endless(80, 'x', { opening: 'GET / HTTP/1.1\r\nX: ', apart: true }),
  'http-credentials': endless(80, `GET / HTTP/1.1\r\nHost: a\r\n${bearer}Cookie: ${'a=b; '.repeat(200)}\r\n\r\n`, {
    apart: true,
  }),
  'http-chunks': endless(80, '1\r\na\r\n', {
    opening: ask,
    answer: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n',
    apart: true,
    from: 1,
  }),
  'http-forms': endless(80, 'password=a&', {
    opening:
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 65000\r\n\r\n',
    apart: true,
  }),
  'http-json-nested': endless(80, '[{"password":', {
    opening: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n',
    apart: true,
  }),
  'http-multipart': endless(80, '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n', {
    opening:
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n',
    apart: true,
  }),
  'search-pem': endless(8000, '-----BEGIN CERTIFICATE-----\n', { apart: true }),
  'search-pem-base64': endless(8000, `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(300)}\n`, { apart: true }),
  'search-der': endless(8000, Buffer.from('30820400', 'hex'), { apart: true }),
  'search-der-nested': endless(8000, Buffer.from('3080', 'hex'), { apart: true }),
  'search-jwt': endless(8000, 'eyJ.eyJ.', { apart: true }),
  'h2-streams': streams((stream) => h2Frame(1, 5, stream, h2Request), false),
  'h2-streams-in-many': streams((stream) => h2Frame(1, 5, stream, h2Request), true),
  'h2-streams-open': streams((stream) => h2Frame(1, 4, stream, h2Request), true),
  'h2-resets': streams(
    (stream) => Buffer.concat([h2Frame(1, 4, stream, h2Request), h2Frame(3, 0, stream, Buffer.alloc(4))]),
    true,
  ),
  'h2-continuations': streams(
    (stream) =>
      Buffer.concat([
        h2Frame(1, 0, 1, h2Request),
        ...Array(stream === 1 ? 1 : 20).fill(h2Frame(9, 0, 1, Buffer.from([0x82]))),
      ]),
    true,
  ),
  'h2-settings': streams(() => h2Frame(4, 0, 0, Buffer.alloc(0)), true),
  'h2-data': streams((stream) => h2Frame(0, 0, stream, Buffer.from('a')), true),
  'hpack-bomb': streams(hpackBomb, true),
  'hpack-eviction': streams(hpackEviction, true),
  'dns-loops': dnsNames(0),
  'dns-pointer-chains': dnsNames(1),
  'dns-long-names': dnsNames(2),
  'dns-flood': dnsFlood,
  dialogues,
  'redis-pings': endless(6379, '*1\r\n$4\r\nPING\r\n', { apart: true }),
  'redis-nested': endless(6379, '*1000\r\n', { apart: true }),
  'ldap-nested': endless(389, Buffer.from('3084000f0000', 'hex'), {
    opening: Buffer.from('300c020101600702010304008000', 'hex'),
    apart: true,
  }),
  'smtp-lines': endless(25, 'MAIL FROM:<a>\r\n', { answer: '220 a ESMTP\r\n', opening: 'EHLO a\r\n', apart: true }),
  'ftp-lines': endless(21, 'USER a\r\nPASS b\r\nPASV\r\n', { answer: '220 a\r\n', apart: true }),
  'unnamed-octets': endless(9999, Buffer.from('1603011603031603', 'hex'), { apart: true }),
  'unnamed-records': endless(9999, Buffer.from('160303ffff01', 'hex'), { apart: true, opening: 'xx' }),
};
