// Attacks in datagrams: packets of QUIC that each ask for keys, pieces of DTLS far apart, fragments that share a place.
import { be16, be32, ethernetHead, ipv4Head, repeated } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */

/** A long header packet of version 1, its payload random. @param {import('../../bench/random.mjs').Random} random @param {number} flags @param {number} length of number and payload */
function quicPacket(random, flags, length) {
  const head = [flags, ...be32(1), 8, ...random.bytes(8), 0];
  if ((flags & 0x30) === 0) head.push(0);
  return Buffer.concat([Buffer.from(head), Buffer.from(be16(0x4000 | length)), random.bytes(length)]);
}

/** Datagrams full of Initial packets, each with a connection id that makes other keys. @type {Maker} */
function quicInitials({ file, octets, random }) {
  for (let at = 0; file.octets < octets; at++) {
    const packets = Array.from({ length: 33 }, () => quicPacket(random, 0xc0, 21));
    const client = { ip: 0x0a000001 + (at >> 7), port: 20_000 + ((at >> 7) & 0x3fff) };
    file.udp(client, { ip: 0x0a00ffff, port: 443 }, Buffer.concat(packets));
  }
}

/** The same, one packet that fills its datagram. @type {Maker} */
function quicFirsts({ file, octets, random }) {
  for (let at = 0; file.octets < octets; at++) {
    const client = { ip: 0x0a000001 + (at >> 14), port: 20_000 + (at & 0x3fff) };
    file.udp(client, { ip: 0x0a00ffff, port: 443 }, quicPacket(random, 0xc0, 1190));
  }
}

/** A handshake record of DTLS. @param {...Uint8Array} fragments */
function dtlsRecord(...fragments) {
  const content = Buffer.concat(fragments);
  return Buffer.concat([Buffer.from([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, ...be16(content.length)]), content]);
}

/** @param {number} type @param {number} number @param {number} length @param {number} offset @param {Uint8Array} octets */
function dtlsFragment(type, number, length, offset, octets) {
  const u24 = (/** @type {number} */ value) => [value >> 16, (value >> 8) & 0xff, value & 0xff];
  return Buffer.concat([
    Buffer.from([type, ...u24(length), ...be16(number), ...u24(offset), ...u24(octets.length)]),
    octets,
  ]);
}

/** Messages of which the last octet comes first, and nothing else: each wants room for all of it. @type {Maker} */
function dtlsFarPieces({ file, octets }) {
  const octet = Buffer.from([1]);
  file.pace = 20_000_000;
  for (let at = 0; file.octets < octets; at++) {
    const fragments = Array.from({ length: 32 }, (_, number) => dtlsFragment(1, number, 131_072, 131_071, octet));
    const client = { ip: 0x0a000001 + (at >> 14), port: 20_000 + (at & 0x3fff) };
    file.udp(client, { ip: 0x0a00ffff, port: 4433 }, dtlsRecord(...fragments));
  }
}

/** Messages in pieces of an octet, every other one first. @type {Maker} */
function dtlsTinyPieces({ file, octets }) {
  const octet = Buffer.from([1]);
  for (let at = 0; file.octets < octets; at++) {
    const client = { ip: 0x0a000001 + (at >> 14), port: 20_000 + (at & 0x3fff) };
    for (const first of [126, 127]) {
      const fragments = [];
      for (let offset = first; offset >= 0; offset -= 2) fragments.push(dtlsFragment(1, 0, 4000, offset, octet));
      for (let repeat = 0; repeat < 4; repeat++)
        file.udp(client, { ip: 0x0a00ffff, port: 4433 }, dtlsRecord(...fragments));
    }
  }
}

/** First fragments of IPv6 from addresses whose middle words agree in what is left when one is taken from the other. @type {Maker} */
function alikeFragments({ file, octets, random }) {
  const content = random.bytes(8);
  while (file.octets < octets) {
    const word = random.next() | 0;
    const source = [0x20, 1, 0xd, 0xb8, ...be32(word), ...be32(word ^ 0x5555_aaaa), 0, 0, 0, 1];
    const head = [0x60, 0, 0, 0, ...be16(16), 44, 64, ...source, ...Array(16).fill(0x30)];
    file.frame(ethernetHead(0x86dd), head, [17, 0, 0, 1, 0, 0, 0, 7], content);
  }
}

/** First fragments of one datagram in very many VLANs. @type {Maker} */
function fragmentsInVlans({ file, octets, random }) {
  const content = random.bytes(8);
  for (let at = 0; file.octets < octets; at++) {
    const tags = [0x81, 0, ...be16((at >> 12) & 0xfff), 0x81, 0, ...be16(at & 0xfff), 8, 0];
    file.frame(ethernetHead(0).slice(0, 12), tags, ipv4Head(0x0a000001, 0x0a000002, 17, 8, 0x2000, 7), content);
  }
}

/** Datagrams that are nothing known, between ends that are drawn. @type {Maker} */
function unknownDatagrams({ file, count, random }) {
  for (let at = 0; at < count; at++) {
    const from = { ip: random.next() | 0, port: random.below(65_536) };
    file.udp(from, { ip: 0x0a000001, port: random.below(65_536) }, random.bytes(24));
  }
}

/** Answers of SNMP and LDAP without a connection, deep in one another. @type {Maker} */
function nestedBer({ file, octets }) {
  const nested = Buffer.concat([Buffer.from('30820500020101', 'hex'), repeated(Buffer.from('3082', 'hex'), 1300)]);
  for (let at = 0; file.octets < octets; at++) {
    const client = { ip: 0x0a000001 + (at >> 14), port: 20_000 + (at & 0x3fff) };
    file.udp(client, { ip: 0x0a00ffff, port: at % 2 ? 161 : 389 }, nested);
  }
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const datagramAttacks = {
  'quic-initials': quicInitials,
  'quic-firsts': quicFirsts,
  'dtls-far-pieces': dtlsFarPieces,
  'dtls-tiny-pieces': dtlsTinyPieces,
  'fragments-alike': alikeFragments,
  'fragments-in-vlans': fragmentsInVlans,
  'datagrams-unknown': unknownDatagrams,
  'ber-nested': nestedBer,
};
