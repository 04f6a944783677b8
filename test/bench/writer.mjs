import { closeSync, openSync, writeSync } from 'node:fs';

const bufferSize = 4 << 20;
const ethernet = 14;
const ipv4 = 20;
// Ten octets of timestamps and two of padding, as every current stack sends them.
const tcpHeader = 32;
const udpHeader = 8;

/**
 * Writes Ethernet/IPv4 frames into a classic pcap file (microseconds, little endian) through one buffer. IPv4 checksums are
 * right; TCP and UDP checksums are 0, as a capture on a sender with checksum offload may have any value there.
 */
export class CaptureWriter {
  /** @param {string} path */
  constructor(path) {
    this.file = openSync(path, 'w');
    this.buffer = Buffer.alloc(bufferSize + (1 << 17));
    this.used = 0;
    this.packets = 0;
    this.octets = 0;
    this.microseconds = 0;
    this.seconds = 1_790_000_000;
    this.buffer.writeUInt32LE(0xa1b2c3d4, 0);
    this.buffer.writeUInt16LE(2, 4);
    this.buffer.writeUInt16LE(4, 6);
    this.buffer.writeUInt32LE(262_144, 16);
    this.buffer.writeUInt32LE(1, 20);
    this.used = 24;
  }

  /** Moves the clock on. @param {number} microseconds */
  advance(microseconds) {
    this.microseconds += microseconds;
    while (this.microseconds >= 1_000_000) {
      this.microseconds -= 1_000_000;
      this.seconds++;
    }
  }

  /**
   * Writes one TCP segment that carries `payload[start, end)`.
   * @param {Peer} from @param {Peer} to @param {number} flags
   * @param {number} sequence @param {number} acknowledgment
   * @param {Uint8Array} payload @param {number} start @param {number} end
   */
  tcp(from, to, flags, sequence, acknowledgment, payload, start, end) {
    const length = end - start;
    const at = this.#begin(from, to, 6, tcpHeader + length);
    const bytes = this.buffer;
    put16(bytes, at, from.port);
    put16(bytes, at + 2, to.port);
    put32(bytes, at + 4, sequence);
    put32(bytes, at + 8, acknowledgment);
    bytes[at + 12] = (tcpHeader / 4) << 4;
    bytes[at + 13] = flags;
    put16(bytes, at + 14, 0xfaf0);
    put32(bytes, at + 16, 0);
    put32(bytes, at + 20, 0x0101080a);
    put32(bytes, at + 24, this.seconds * 1000 + ((this.microseconds / 1000) | 0));
    put32(bytes, at + 28, this.seconds * 1000);
    bytes.set(start === 0 && end === payload.length ? payload : payload.subarray(start, end), at + tcpHeader);
    this.#finish(at + tcpHeader + length);
  }

  /** Writes one UDP datagram. @param {Peer} from @param {Peer} to @param {Uint8Array} payload */
  udp(from, to, payload) {
    const at = this.#begin(from, to, 17, udpHeader + payload.length);
    const bytes = this.buffer;
    put16(bytes, at, from.port);
    put16(bytes, at + 2, to.port);
    put16(bytes, at + 4, udpHeader + payload.length);
    put16(bytes, at + 6, 0);
    bytes.set(payload, at + udpHeader);
    this.#finish(at + udpHeader + payload.length);
  }

  /** Writes what is buffered and closes the file. */
  close() {
    this.#flush();
    closeSync(this.file);
  }

  /** @param {Peer} from @param {Peer} to @param {number} protocol @param {number} length of the IP payload */
  #begin(from, to, protocol, length) {
    const bytes = this.buffer;
    const captured = ethernet + ipv4 + length;
    let at = this.used;
    bytes.writeUInt32LE(this.seconds, at);
    bytes.writeUInt32LE(this.microseconds, at + 4);
    bytes.writeUInt32LE(captured, at + 8);
    bytes.writeUInt32LE(captured, at + 12);
    at += 16;
    bytes.fill(0, at, at + 12);
    bytes[at] = 2;
    put32(bytes, at + 2, to.ip);
    bytes[at + 6] = 2;
    put32(bytes, at + 8, from.ip);
    put16(bytes, at + 12, 0x0800);
    at += ethernet;
    from.identification = (from.identification + 1) & 0xffff;
    put16(bytes, at, 0x4500);
    put16(bytes, at + 2, ipv4 + length);
    put16(bytes, at + 4, from.identification);
    put16(bytes, at + 6, 0x4000);
    put16(bytes, at + 8, (64 << 8) | protocol);
    put16(bytes, at + 10, 0);
    put32(bytes, at + 12, from.ip);
    put32(bytes, at + 16, to.ip);
    let sum = 0;
    for (let word = 0; word < ipv4; word += 2) sum += (bytes[at + word] << 8) | bytes[at + word + 1];
    sum = (sum & 0xffff) + (sum >>> 16);
    put16(bytes, at + 10, ~(sum + (sum >>> 16)));
    this.packets++;
    this.octets += captured;
    return at + ipv4;
  }

  /** @param {number} end */
  #finish(end) {
    this.used = end;
    if (end >= bufferSize) this.#flush();
  }

  #flush() {
    for (let at = 0; at < this.used; ) at += writeSync(this.file, this.buffer, at, this.used - at);
    this.used = 0;
  }
}

/**
 * One end of a connection. `ip` is an int32.
 * @typedef {{ ip: number, port: number, identification: number }} Peer
 */

/** @param {number} ip @param {number} port @returns {Peer} */
export function peer(ip, port) {
  return { ip, port, identification: (Math.imul(ip, 31) + port) & 0xffff };
}

/** An IPv4 address as an int32. @param {number} a @param {number} b @param {number} c @param {number} d */
export function address(a, b, c, d) {
  return (a << 24) | (b << 16) | (c << 8) | d;
}

/** @param {Uint8Array} bytes @param {number} at @param {number} value */
function put16(bytes, at, value) {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** @param {Uint8Array} bytes @param {number} at @param {number} value */
function put32(bytes, at, value) {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
