// Attacks on what is made of all connections together at the end: legs that are joined to hops, rules that compare connections.
import { be16, be32, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('./wire.mjs').HostileFile} HostileFile */

const client = 0x0a_01_00_01;
const proxy = 0x0a_02_00_02;
const backend = 0x0a_03_00_00;
const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
const ask = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

/** A connection between any two ends. @param {HostileFile} file @param {number} from @param {number} fromPort @param {number} to @param {number} port */
function between(file, from, fromPort, to, port) {
  const talk = new Talk(file, 0, port, to);
  talk.ends[0] = { ip: from, port: fromPort };
  return talk.open();
}

/** A client with very many hops to one proxy, which names it on as many others: each claim may be about each hop. @type {Maker} */
function claimsOfOneClient({ file, octets }) {
  const claim = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.1.0.1\r\n\r\n');
  for (let index = 0; file.octets < octets; index++) {
    between(file, client, 20_000, proxy, 1024 + (index % 60_000))
      .say(0, ask)
      .say(1, answer);
    between(file, proxy, 30_000, backend + index, 80)
      .say(0, claim)
      .say(1, answer);
  }
}

/** One hop with very many requests, and as many claims by the client's port, none of which fits. @type {Maker} */
function claimsOnOneHop({ file, octets }) {
  for (let index = 0; file.octets < octets; index++) {
    const front = between(file, client, 1024 + (index % 30_000), proxy, 80);
    for (let times = 0; times < 8; times++) front.say(0, ask).say(1, answer);
    const back = between(file, proxy, 1024 + (index % 60_000), backend, 80);
    for (let times = 0; times < 8; times++) {
      const port = 32_000 + ((index * 8 + times) % 33_000);
      back.say(0, Buffer.from(`GET / HTTP/1.1\r\nForwarded: for="10.1.0.1:${port}"\r\n\r\n`)).say(1, answer);
    }
  }
}

/** Sixty-four questions wait at a host while it asks without end: each may carry each. @type {Maker} */
function volumePairs({ file, octets }) {
  const said = new Uint8Array([1, 2, 3, 4]);
  const fronts = Array.from({ length: 64 }, (_, index) => between(file, client + index, 20_000, proxy, 7000));
  for (const front of fronts) front.say(0, said);
  for (let index = 0; file.octets < octets; index++) {
    const back = between(file, proxy, 1024 + (index % 60_000), backend + (index >> 8), 7001);
    for (let times = 0; times < 16; times++) back.say(0, said).say(1, said);
  }
  for (const front of fronts) front.say(1, said);
}

/** The same with a question of each client for each that the host asks. @type {Maker} */
function volumeRounds({ file, octets }) {
  const said = new Uint8Array([1, 2, 3, 4]);
  for (let round = 0; file.octets < octets; round++) {
    const fronts = Array.from({ length: 64 }, (_, at) =>
      between(file, client + at, 1024 + (round % 60_000), proxy, 7000),
    );
    for (const front of fronts) front.say(0, said);
    for (let at = 0; at < 8; at++) {
      const back = between(file, proxy, 1024 + ((round * 8 + at) % 60_000), backend + at, 7001);
      for (let times = 0; times < 8; times++) back.say(0, said).say(1, said);
    }
    for (const front of fronts) front.say(1, said);
  }
}

/** Request ids without number, each on eight hops. @type {Maker} */
function requestIds({ file, octets }) {
  for (let index = 0; file.octets < octets; index++) {
    for (let hop = 0; hop < 8; hop++) {
      const talk = between(file, proxy + (hop & 1), 1024 + (index % 60_000), proxy + ((hop + 1) & 1), 80 + hop);
      for (let times = 0; times < 16; times++)
        talk.say(0, Buffer.from(`GET / HTTP/1.1\r\nX-Request-Id: ${index * 16 + times}\r\n\r\n`)).say(1, answer);
    }
  }
}

/** Dialogues of mail through one host, half of them with the offer of TLS, whose greetings differ in their last letter. @type {Maker} */
function withheldOffers({ file, octets }) {
  for (let index = 0; file.octets < octets; index++) {
    const greeting = `220 ${'a'.repeat(480)} ${String(index % 4096).padStart(8, '0')} ESMTP\r\n`;
    for (const offers of [false, true]) {
      const talk = offers
        ? between(file, proxy, 1024 + (index % 60_000), backend + (index % 5000), 25)
        : between(file, client + (index >> 4), 1024 + (index % 60_000), proxy, 25);
      talk.say(1, Buffer.from(greeting)).say(0, Buffer.from('EHLO a\r\n'));
      talk.say(1, Buffer.from(offers ? '250-a\r\n250 STARTTLS\r\n' : '250-a\r\n250 SIZE\r\n'));
      talk.say(0, Buffer.from('MAIL FROM:<a>\r\n')).say(1, Buffer.from('250 ok\r\n'));
    }
  }
}

/** A service for each connection, each capped at a lower version than it was offered. @type {Maker} */
function manyServices({ file, octets, random }) {
  while (file.octets < octets) {
    const talk = between(file, client, 20_000, random.next() | 0, random.below(65_536));
    const from = Buffer.from([0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3, ...random.bytes(32), 0, 0, 2, 0x13, 1, 1, 0]);
    const to = Buffer.from([0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1, ...random.bytes(32), 0, ...be16(0x2f), 0]);
    talk.say(0, from).say(1, to);
  }
}

/** PROXY headers of version 2 that name one client and another service each. @type {Maker} */
function proxyHeaders({ file, octets }) {
  const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
  for (let index = 0; file.octets < octets; index++) {
    between(file, client, 20_000, proxy + (index >> 4), 80)
      .say(0, ask)
      .say(1, answer);
    const ends = [...be32(client), ...be32(proxy + (index & 7)), ...be16(20_000), ...be16(index & 0xffff)];
    const head = Buffer.concat([signature, Buffer.from([0x21, 0x11, 0, 12, ...ends])]);
    between(file, proxy, 1024 + (index % 60_000), backend + (index >> 6), 80)
      .say(0, Buffer.concat([head, ask]))
      .say(1, answer);
  }
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const joinAttacks = {
  'claims-of-one-client': claimsOfOneClient,
  'claims-on-one-hop': claimsOnOneHop,
  'volume-pairs': volumePairs,
  'volume-rounds': volumeRounds,
  'request-ids': requestIds,
  'withheld-offers': withheldOffers,
  'many-services': manyServices,
  'proxy-headers': proxyHeaders,
};
