// What hostile captures are written with: any frame into a pcap file, and TCP connections that go on as they are told.
import { closeSync, openSync, writeSync } from 'node:fs';

/** @typedef {import('../../bench/random.mjs').Random} Random */
/** One end of a connection; `ip` is an int32. @typedef {{ ip: number, port: number }} End */

const bufferSize = 1 << 22;
export const flags = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16 };
const nothing = new Uint8Array(0);

/** A pcap file (microseconds, little endian) of frames with one link type; an hour of packet time at most. */
export class HostileFile {
  /** @param {string} path @param {number} [linkType] */
  constructor(path, linkType = 1) {
    this.path = path;
    this.file = openSync(path, 'w');
    this.buffer = Buffer.alloc(bufferSize + (1 << 19));
    this.used = 24;
    this.octets = 24;
    this.packets = 0;
    this.microseconds = 0;
    /** Packet time between two frames. */
    this.pace = 20;
    this.buffer.writeUInt32LE(0xa1b2c3d4, 0);
    this.buffer.writeUInt16LE(2, 4);
    this.buffer.writeUInt16LE(4, 6);
    this.buffer.writeUInt32LE(262_144, 16);
    this.buffer.writeUInt32LE(linkType, 20);
  }

  /** Writes a frame made of parts. @param {...(Uint8Array | readonly number[])} parts */
  frame(...parts) {
    let length = 0;
    for (const part of parts) length += part.length;
    const { buffer } = this;
    let at = this.used;
    this.microseconds += this.pace;
    buffer.writeUInt32LE(1_790_000_000 + Math.floor(this.microseconds / 1e6), at);
    buffer.writeUInt32LE(this.microseconds % 1e6, at + 4);
    buffer.writeUInt32LE(length, at + 8);
    buffer.writeUInt32LE(length, at + 12);
    at += 16;
    for (const part of parts) {
      buffer.set(part, at);
      at += part.length;
    }
    this.used = at;
    this.octets += 16 + length;
    this.packets++;
    if (at >= bufferSize) this.#flush();
  }

  /** Writes a TCP segment in Ethernet and IPv4. @param {End} from @param {End} to @param {number} bits @param {number} sequence @param {number} acknowledged @param {Uint8Array} [payload] */
  tcp(from, to, bits, sequence, acknowledged, payload = nothing) {
    this.frame(
      ethernetHead(0x0800),
      ipv4Head(from.ip, to.ip, 6, 20 + payload.length),
      [
        ...be16(from.port),
        ...be16(to.port),
        ...be32(sequence),
        ...be32(acknowledged),
        0x50,
        bits,
        0xfa,
        0xf0,
        0,
        0,
        0,
        0,
      ],
      payload,
    );
  }

  /** Writes a UDP datagram in Ethernet and IPv4. @param {End} from @param {End} to @param {Uint8Array} payload */
  udp(from, to, payload) {
    this.frame(
      ethernetHead(0x0800),
      ipv4Head(from.ip, to.ip, 17, 8 + payload.length),
      [...be16(from.port), ...be16(to.port), ...be16(8 + payload.length), 0, 0],
      payload,
    );
  }

  close() {
    this.#flush();
    closeSync(this.file);
  }

  #flush() {
    for (let at = 0; at < this.used; ) at += writeSync(this.file, this.buffer, at, this.used - at);
    this.used = 0;
  }
}

/** A TCP connection whose segments are written as soon as they are said. */
export class Talk {
  /** @param {HostileFile} file @param {number} index makes the client @param {number} port of the server @param {number} [serverIp] */
  constructor(file, index, port, serverIp = 0x0a_ff_00_01) {
    this.file = file;
    /** @type {[End, End]} */
    this.ends = [
      { ip: 0x0a_00_00_01 + Math.floor(index / 30_000), port: 30_000 + (index % 30_000) },
      { ip: serverIp, port },
    ];
    this.sequence = [1000, 5000];
  }

  /** The handshake of TCP. */
  open() {
    this.segment(0, flags.syn);
    this.sequence[0]++;
    this.segment(1, flags.syn | flags.ack);
    this.sequence[1]++;
    this.segment(0, flags.ack);
    return this;
  }

  /** Says octets in segments of `size`. @param {0 | 1} direction @param {Uint8Array} bytes @param {number} [size] */
  say(direction, bytes, size = 1448) {
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      this.segment(direction, flags.ack | flags.push, piece);
      this.sequence[direction] = (this.sequence[direction] + piece.length) >>> 0;
    }
    return this;
  }

  /** One segment at an offset from where the direction stands; nothing moves on. @param {0 | 1} direction @param {number} bits @param {Uint8Array} [payload] @param {number} [offset] */
  segment(direction, bits, payload = nothing, offset = 0) {
    const acknowledged = bits & flags.ack ? this.sequence[1 - direction] : 0;
    const sequence = (this.sequence[direction] + offset) >>> 0;
    this.file.tcp(this.ends[direction], this.ends[1 - direction], bits, sequence, acknowledged, payload);
  }

  close() {
    this.segment(0, flags.fin | flags.ack);
    this.sequence[0]++;
    this.segment(1, flags.fin | flags.ack);
    this.sequence[1]++;
    this.segment(0, flags.ack);
  }
}

/** @param {number} type */
export function ethernetHead(type) {
  return [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, type >> 8, type & 0xff];
}

/** @param {number} source @param {number} destination @param {number} protocol @param {number} length of the payload @param {number} [fragment] flags and offset @param {number} [identification] */
export function ipv4Head(source, destination, protocol, length, fragment = 0x4000, identification = 0) {
  return [
    ...[0x45, 0, ...be16(20 + length), ...be16(identification), ...be16(fragment), 64, protocol, 0, 0],
    ...[...be32(source), ...be32(destination)],
  ];
}

/** @param {number} value */
export function be16(value) {
  return [(value >> 8) & 0xff, value & 0xff];
}

/** @param {number} value */
export function be32(value) {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** `unit` again and again, to `length` octets. @param {Uint8Array | string} unit @param {number} length @returns {Uint8Array} */
export function repeated(unit, length) {
  return new Uint8Array(Buffer.alloc(length, Buffer.from(unit)));
}
