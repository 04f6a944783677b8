import { i32 } from '../base/bytes.js';
import { finishHash, mixWord, quickHash } from '../base/hash.js';
import { type PacketView, tcpFlags } from '../model/packet.js';
import { duplicateWindowSeconds } from './limits.js';

/** Frames remembered: a copy follows its original within a few frames, even on a busy SPAN port. */
const remembered = 4_096;

/**
 * Frames that share a place. With one alone, a frame would now and then push out another before its copy came, by the chance of the
 * seed: four that come between two copies and all fall to their place happen less than once in a million frames.
 */
const ways = 4;
const sets = remembered / ways;

/** Odd, so that multiplying loses nothing: the golden ratio in 32 bits. */
const golden = 0x9e3779b1;

/** Payload octets that tell UDP datagrams apart: numbers and identifiers stand in front. */
const comparedOctets = 32;

/**
 * Recognises a frame that was captured twice (SPAN of two ports, `any`, routed over two VLANs, inside and outside a tunnel).
 * A copy agrees in addresses, ports, numbers and identification within `duplicateWindowSeconds`; a retransmission has a new
 * IPv4 identification or a new TCP time stamp. Link layers, TTL and checksums may differ between copies.
 */
export class DuplicateFilter {
  readonly #seed: number;
  /**
   * What a frame is known again by: a hash, its ports, and the number that tells frames of one flow apart. The hash alone names the
   * place with its low bits, and what is left of it would take one frame in a million for a copy.
   */
  readonly #hashes: Int32Array = new Int32Array(remembered);
  readonly #ports: Int32Array = new Int32Array(remembered);
  readonly #numbers: Int32Array = new Int32Array(remembered);
  readonly #times: Float64Array = new Float64Array(remembered);
  /** By place: which of its frames the next one takes the room of. */
  readonly #next: Uint8Array = new Uint8Array(sets);

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Whether a TCP or UDP packet is a copy of one just seen; remembers it. */
  isDuplicate(packet: PacketView): boolean {
    const tcp = packet.protocol === 6;
    let hash = mixWord(this.#seed, packet.identification);
    hash = mixWord(hash, packet.source0);
    hash = mixWord(hash, packet.destination0);
    if (packet.family === 6) hash = this.#mixWideAddresses(hash, packet);
    const ports = (packet.sourcePort << 16) | packet.destinationPort;
    let number = tcp
      ? packet.sequence ^ Math.imul(packet.acknowledgment, golden)
      : (packet.identification << 16) | packet.payloadLength;
    hash = mixWord(hash, ports);
    hash = mixWord(hash, packet.payloadLength);
    if (tcp) {
      hash = mixWord(hash, packet.sequence);
      hash = mixWord(hash, packet.acknowledgment ^ packet.flags);
    }
    if (packet.identification === 0) {
      if (tcp) {
        // Repeated pure ACKs are alike in everything; without an identification they are not judged.
        if (packet.payloadLength === 0 && (packet.flags & (tcpFlags.syn | tcpFlags.fin)) === 0) return false;
        const options = packet.transportStart + 20;
        for (let at = options; at + 4 <= packet.payloadStart; at += 4) hash = mixWord(hash, i32(packet.bytes, at));
      } else {
        // A UDP request asked again is alike too; its content and the short window have to tell.
        const end = Math.min(packet.payloadEnd, packet.payloadStart + comparedOctets);
        number = quickHash(packet.bytes, packet.payloadStart, end, this.#seed);
        hash = quickHash(packet.bytes, packet.payloadStart, end, hash);
      }
    }
    return this.#seenBefore(finishHash(hash), ports, number, packet.seconds + packet.nanoseconds / 1e9);
  }

  #seenBefore(hash: number, ports: number, number: number, time: number): boolean {
    const set = hash & (sets - 1);
    const first = set * ways;
    const hashes = this.#hashes;
    for (let slot = first; slot < first + ways; slot++) {
      if (
        hashes[slot] === hash &&
        this.#ports[slot] === ports &&
        this.#numbers[slot] === number &&
        Math.abs(time - this.#times[slot]!) < duplicateWindowSeconds
      )
        return true;
    }
    const slot = first + this.#next[set]!;
    this.#next[set] = (this.#next[set]! + 1) % ways;
    hashes[slot] = hash;
    this.#ports[slot] = ports;
    this.#numbers[slot] = number;
    this.#times[slot] = time;
    return false;
  }

  #mixWideAddresses(hash: number, packet: PacketView): number {
    let mixed = mixWord(mixWord(mixWord(hash, packet.source1), packet.source2), packet.source3);
    mixed = mixWord(mixWord(mixWord(mixed, packet.destination1), packet.destination2), packet.destination3);
    return mixed;
  }
}
