// A TCP connection that writes itself packet by packet, and the loop that lets many of them overlap in time.

const fin = 1;
const syn = 2;
const push = 8;
const ack = 16;
const nothing = new Uint8Array(0);
const maximumSegment = 1448;
// What receive offload hands a capture: up to 64 KiB in one packet.
const largestMerged = 44 * maximumSegment;

/** @typedef {import('./writer.mjs').Peer} Peer */
/** @typedef {import('./writer.mjs').CaptureWriter} CaptureWriter */
/** @typedef {import('./random.mjs').Random} Random */
/** Writes its next packet each time it is resumed. @typedef {Generator<void, void, void>} Speaker */

export class Connection {
  /** @param {CaptureWriter} writer @param {Peer} client @param {Peer} server @param {Random} random */
  constructor(writer, client, server, random) {
    this.writer = writer;
    this.client = client;
    this.server = server;
    this.random = random;
    this.sequence = [random.next(), random.next()];
  }

  /** SYN, SYN-ACK, ACK. @returns {Speaker} */
  *open() {
    this.#send(0, syn, nothing, 0, 0);
    this.sequence[0] = (this.sequence[0] + 1) >>> 0;
    yield;
    this.#send(1, syn | ack, nothing, 0, 0);
    this.sequence[1] = (this.sequence[1] + 1) >>> 0;
    yield;
    this.acknowledge(0);
    yield;
  }

  /** FIN from the client, FIN from the server, ACK. @returns {Speaker} */
  *close() {
    this.#send(0, fin | ack, nothing, 0, 0);
    this.sequence[0] = (this.sequence[0] + 1) >>> 0;
    yield;
    this.#send(1, fin | ack, nothing, 0, 0);
    this.sequence[1] = (this.sequence[1] + 1) >>> 0;
    yield;
    this.acknowledge(0);
    yield;
  }

  /** A bare ACK. @param {0 | 1} direction 0 = from the client */
  acknowledge(direction) {
    this.#send(direction, ack, nothing, 0, 0);
  }

  /** Sends bytes in segments of the MTU. @param {0 | 1} direction @param {Uint8Array} bytes @returns {Speaker} */
  *say(direction, bytes) {
    for (let at = 0; at < bytes.length; at += maximumSegment) {
      this.#data(direction, bytes, at, Math.min(at + maximumSegment, bytes.length));
      yield;
    }
  }

  /**
   * Sends a long stream with the other side's ACKs between: mostly MTU-sized segments, some merged by receive offload, now
   * and then two in the wrong order or one twice.
   * @param {0 | 1} direction @param {number} length @param {(bytes: Uint8Array, length: number) => void} produce fills the
   * next octets of the stream @param {{ merged: number, acks: number, disorder: number }} likelihood @returns {Speaker}
   */
  *stream(direction, length, produce, likelihood) {
    const bytes = scratch;
    const { random } = this;
    const other = direction === 0 ? 1 : 0;
    for (let left = length; left > 0; ) {
      const merged = random.chance(likelihood.merged)
        ? maximumSegment * random.between(2, largestMerged / maximumSegment / 4)
        : 0;
      const size = Math.min(left, merged || maximumSegment);
      produce(bytes, size);
      left -= size;
      const flags = random.chance(0.1) || left === 0 ? ack | push : ack;
      if (size > 2 && random.chance(likelihood.disorder)) {
        const middle = size >> 1;
        const first = this.sequence[direction];
        this.sequence[direction] = (first + middle) >>> 0;
        this.#send(direction, flags, bytes, middle, size);
        this.sequence[direction] = first;
        this.#send(direction, flags, bytes, 0, middle);
        if (random.chance(0.3)) this.#send(direction, flags, bytes, 0, middle);
        this.sequence[direction] = (first + size) >>> 0;
      } else this.#data(direction, bytes, 0, size, flags);
      yield;
      if (random.chance(likelihood.acks)) {
        this.acknowledge(other);
        yield;
      }
    }
  }

  /** @param {0 | 1} direction @param {Uint8Array} bytes @param {number} start @param {number} end */
  #data(direction, bytes, start, end, flags = ack | push) {
    this.#send(direction, flags, bytes, start, end);
    this.sequence[direction] = (this.sequence[direction] + end - start) >>> 0;
  }

  /** @param {0 | 1} direction @param {number} flags @param {Uint8Array} bytes @param {number} start @param {number} end */
  #send(direction, flags, bytes, start, end) {
    const [from, to] = direction === 0 ? [this.client, this.server] : [this.server, this.client];
    const acknowledged = flags & ack ? this.sequence[1 - direction] : 0;
    this.writer.tcp(from, to, flags, this.sequence[direction], acknowledged, bytes, start, end);
  }
}

const scratch = new Uint8Array(1 << 16);

/**
 * Lets `count` speakers speak, at most `concurrency` at one time, in random order.
 * @param {number} count @param {number} concurrency @param {(index: number) => Speaker} start
 * @param {CaptureWriter} writer @param {Random} random @param {number} microseconds mean time between two packets
 */
export function interleave(count, concurrency, start, writer, random, microseconds) {
  /** @type {Speaker[]} */
  const speaking = [];
  let started = 0;
  while (started < count || speaking.length > 0) {
    while (started < count && speaking.length < concurrency) speaking.push(start(started++));
    const index = random.below(speaking.length);
    writer.advance(random.between(1, 2 * microseconds - 1));
    if (speaking[index].next().done) {
      speaking[index] = speaking[speaking.length - 1];
      speaking.pop();
    }
  }
}
