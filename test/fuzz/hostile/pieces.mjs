// Attacks by what is cheap to send and dear to look at again and again: dialogues an octet at a time, beginnings of material that
// go on without end, small things packed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { linkHeaderOf, partsOf } from '../layers.mjs';
import { readFrames } from '../seeds.mjs';
import { be32, repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */

/** What may be the beginning of many a protocol, an octet at a time. @param {string | Uint8Array} unit @returns {Maker} */
function openingInOctets(unit) {
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++)
      new Talk(file, index, 30_001).open().say(0, repeated(unit, 4096), 1);
  };
}

/** The same from both sides in turn. @type {Maker} */
function openingsOfBoth({ file, octets }) {
  const letter = Buffer.from('A');
  for (let index = 0; file.octets < octets; index++) {
    const talk = new Talk(file, index, 30_001).open();
    for (let at = 0; at < 4000; at++) talk.say(0, letter).say(1, letter);
  }
}

/** The dialogues of the sample captures, each stretch of up to 600 octets in segments of one, again and again. @type {Maker} */
function dialoguesInOctets({ file, octets, root, only }) {
  const folder = join(root, 'captures');
  /** @type {{ port: number, pieces: [0 | 1, Uint8Array][] }[]} */
  const talks = [];
  for (const name of readdirSync(folder)) {
    if (!/\.pcap(?:ng)?$/.test(name) || (only !== undefined && !name.includes(only))) continue;
    const { linkType, frames } = readFrames(new Uint8Array(readFileSync(join(folder, name))));
    const link = linkHeaderOf(linkType);
    /** @type {Map<number, { port: number, pieces: [0 | 1, Uint8Array][] }>} */
    const found = new Map();
    for (const { bytes } of link < 0 ? [] : frames) {
      const parts = partsOf(bytes, link);
      if (parts.protocol !== 6 || parts.payload < 0 || parts.payload >= parts.ipEnd) continue;
      const ports = [0, 2].map((at) => (bytes[parts.transport + at] << 8) | bytes[parts.transport + at + 1]);
      const key = Math.max(...ports);
      if (!found.has(key)) found.set(key, { port: Math.min(...ports), pieces: [] });
      found.get(key)?.pieces.push([ports[0] === key ? 0 : 1, bytes.slice(parts.payload, parts.ipEnd)]);
    }
    talks.push(...[...found.values()].slice(0, 2));
  }
  const share = octets / talks.length;
  for (const [index, { port, pieces }] of talks.entries()) {
    const until = file.octets + share;
    const talk = new Talk(file, index, port).open();
    for (const [from, bytes] of pieces) talk.say(from, bytes.subarray(0, 600), 1);
    // The last of each side without what would end it.
    const last = [0, 1].map((from) => pieces.findLast((piece) => piece[0] === from)?.[1]);
    for (let at = 0; file.octets < until; at++) {
      const bytes = last[at & 1] ?? last[0] ?? last[1];
      if (bytes === undefined) break;
      talk.say(at & 1 ? 1 : 0, bytes.subarray(0, Math.max(1, Math.min(2000, bytes.length - 1))), 1);
    }
    talk.close();
  }
}

/** What is searched, in an answer of HTTP to a question that was lost. @param {string | Uint8Array} body */
function page(body) {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

/** Beginnings of keys in base64, each of which says that it goes on through all the others. @param {number} length @returns {Maker} */
function base64Beginnings(length) {
  const head = Buffer.from([0x30, 0x82, length >> 8, length & 0xff, 2, 1, 0, 0x30, 13, ...Array(12).fill(6)]);
  const unit = `\n${head.toString('base64')}`;
  const stream = repeated(unit, 65_000);
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) new Talk(file, index, 80).open().say(1, page(stream)).close();
  };
}

/** The same of DER as it stands. @type {Maker} */
function derBeginnings({ file, octets }) {
  const unit = Buffer.from([0x30, 0x82, 0x40, 0, 2, 1, 0, 0x30, 10, ...Array(10).fill(5)]);
  const stream = repeated(unit, 32_000);
  for (let index = 0; file.octets < octets; index++) new Talk(file, index, 80).open().say(1, page(stream)).close();
}

/** Certificates by armour and label, of which each holds what is none. @type {Maker} */
function armours({ file, octets }) {
  const unit = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(20)}\n-----END CERTIFICATE-----\n`;
  for (let index = 0; file.octets < octets; index++)
    new Talk(file, index, 9999)
      .open()
      .say(0, repeated(unit, unit.length * 600))
      .close();
}

/** Certificates whose text is nothing but backslashes, as many as are looked at. @type {Maker} */
function backslashes({ file, octets }) {
  const stream = Buffer.from(`-----BEGIN CERTIFICATE-----${'\\'.repeat(65_000)}-----END CERTIFICATE-----\n`);
  for (let index = 0; file.octets < octets; index++) new Talk(file, index, 80).open().say(1, page(stream)).close();
}

/** Beginnings of armours with one end for all of them. @type {Maker} */
function oneEnd({ file, octets }) {
  const beginning = '-----BEGIN CERTIFICATE-----\n';
  const body = `${beginning.repeat(512)}${'MIIB'.repeat(10_000)}\n-----END CERTIFICATE-----\n`;
  for (let index = 0; file.octets < octets; index++) new Talk(file, index, 80).open().say(1, page(body)).close();
}

/** A beginning in base64 behind which come blanks without end; `letters` of it are there. @param {number} letters @returns {Maker} */
function blanksInBase64(letters) {
  const head = Buffer.from([0x30, 0x82, 0x40, 0, 2, 1, 0, 0x30, 13, ...Array(24).fill(6)]).toString('base64');
  const stream = Buffer.from(`\n${head.slice(0, letters)}${' '.repeat(65_000)}`);
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) new Talk(file, index, 80).open().say(1, page(stream)).close();
  };
}

/** Cookies of vertical tabs, in answer to logins. @type {Maker} */
function blankCookies({ file, octets }) {
  const form = 'password=abcdefgh';
  const ask = Buffer.from(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
  );
  const cookie = `Set-Cookie: ${'\u000b'.repeat(2000)}\r\n`;
  const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${cookie.repeat(100)}\r\n`);
  for (let index = 0; file.octets < octets; index++) {
    const talk = new Talk(file, index, 80).open();
    for (let times = 0; times < 4; times++) talk.say(0, ask).say(1, answer);
    talk.close();
  }
}

/** Answers of a few octets that come to as much as such may. @param {string} type @param {string} unit @returns {Maker} */
function smallBombs(type, unit) {
  const body = gzipSync(Buffer.alloc(16_000, unit), { level: 9 });
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
  const answers = repeated(Buffer.concat([Buffer.from(head), body]), (head.length + body.length) * 300);
  const asks = repeated('GET / HTTP/1.1\r\nHost: a\r\n\r\n', 27 * 300);
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, 80).open();
      talk.say(0, asks).say(1, answers).close();
    }
  };
}

const webSocketAsk =
  'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const webSocketAnswer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** Messages after a change to WebSocket. @param {Uint8Array} message @returns {Maker} */
function webSocket(message) {
  const length = message.length < 126 ? [message.length] : [126, message.length >> 8, message.length & 0xff];
  const unit = Buffer.concat([Buffer.from([0xc1, ...length]), message]);
  const block = repeated(unit, unit.length * Math.ceil(60_000 / unit.length));
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, 80)
        .open()
        .say(0, Buffer.from(webSocketAsk))
        .say(1, Buffer.from(webSocketAnswer));
      for (let times = 0; times < 8 && file.octets < octets; times++) talk.say(1, block);
      talk.close();
    }
  };
}

/** @param {number} length @param {string} unit */
const packedMessage = (length, unit) => deflateRawSync(Buffer.alloc(length, unit), { level: 9 }).subarray(0, -1);

/** Frames of HTTP/2 with header blocks. @param {Uint8Array} first @param {(stream: number) => Uint8Array} block @returns {Maker} */
function headerBlocks(first, block) {
  const frame = (
    /** @type {number} */ type,
    /** @type {number} */ bits,
    /** @type {number} */ stream,
    /** @type {Uint8Array} */ payload,
  ) =>
    Buffer.concat([
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
  const nothing = new Uint8Array(0);
  const request = Buffer.from([0x82, 0x84, 0x86, 0x41, 1, 0x61]);
  const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, nothing)]);
  return ({ file, octets }) => {
    for (let index = 0; file.octets < octets; index++) {
      const talk = new Talk(file, index, 80)
        .open()
        .say(0, preface)
        .say(1, frame(4, 0, 0, nothing));
      for (let stream = 1, said = 0; said < 500_000 && file.octets < octets; stream += 2) {
        const octetsOf = frame(1, 5, stream, Buffer.concat([stream === 1 ? first : nothing, request, block(stream)]));
        talk.say(0, octetsOf);
        said += octetsOf.length;
      }
    }
  };
}

const largestTable = Buffer.from([0x3f, 0xe1, 0xff, 3]);
const tinyField = Buffer.from([0x40 | 33, 1, 0x61]);
/** Header fields of HTTP/2 in Huffman's code, of letters with the shortest codes and with the longest. */
const shortCodes = Buffer.concat([Buffer.from([0x0f, 0x2b, 0xff, 0x81, 7]), Buffer.alloc(1024, 0)]);
const longCodes = Buffer.concat([
  Buffer.from([0x0f, 0x2b, 0xff, 0x81, 7]),
  Buffer.alloc(1024, Buffer.from('fffffff0', 'hex')),
]);

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const pieceAttacks = {
  'opening-in-octets': openingInOctets('A'),
  'opening-in-blanks': openingInOctets(' '),
  'opening-in-digits': openingInOctets('1'),
  'opening-in-zeros': openingInOctets(new Uint8Array(1)),
  'opening-in-braces': openingInOctets('<a'),
  'openings-of-both': openingsOfBoth,
  'dialogues-in-octets': dialoguesInOctets,
  'search-base64': base64Beginnings(0x2000),
  'search-base64-long': base64Beginnings(0x8000),
  'search-der-beginnings': derBeginnings,
  'search-armours': armours,
  'search-backslashes': backslashes,
  'search-one-end': oneEnd,
  'search-base64-blanks': blanksInBase64(44),
  'search-base64-blank-head': blanksInBase64(20),
  'http-blank-cookies': blankCookies,
  'http-small-bombs': smallBombs('application/json', '{"a":"b","c":"d"},'),
  'http-small-bombs-of-form': smallBombs('application/x-www-form-urlencoded', 'a=%41&'),
  'http-small-bombs-of-text': smallBombs('text/plain', 'MI0'),
  'websocket-bombs': webSocket(packedMessage(16_000, 'a')),
  'websocket-small': webSocket(packedMessage(40, 'a')),
  'websocket-text': webSocket(Buffer.from('{"a":1}')),
  'hpack-large-table': headerBlocks(largestTable, () => repeated(tinyField, 3000)),
  'hpack-resizes': headerBlocks(new Uint8Array(0), () => repeated(Buffer.from([0x20, 0x3f, 0xe1, 0x1f]), 3000)),
  'hpack-short-codes': headerBlocks(new Uint8Array(0), () => repeated(shortCodes, shortCodes.length * 3)),
  'hpack-long-codes': headerBlocks(new Uint8Array(0), () => repeated(longCodes, longCodes.length * 3)),
};
