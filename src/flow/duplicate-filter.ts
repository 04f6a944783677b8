import { i32 } from '../base/bytes.js';
import { mixWord, quickHash } from '../base/hash.js';
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

/** Numbers kept of a frame: hash, ports, number, seconds, nanoseconds. */
const words = 5;

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
   * By frame: a hash, its ports, the number that tells frames of one flow apart, and its time. The hash alone names the place with
   * its low bits, and what is left of it would take one frame in a million for a copy.
   */
  readonly #frames: Int32Array = new Int32Array(remembered * words);
  /** By place: which of its frames the next one takes the room of. */
  readonly #next: Uint8Array = new Uint8Array(sets);

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /**
   * Whether a TCP or UDP packet is a copy of one just seen; remembers it. `connection` is a hash, keyed per run, of the addresses and
   * ports in either order: see `FlowTable.hash`.
   */
  isDuplicate(packet: PacketView, connection: number): boolean {
    const tcp = packet.protocol === 6;
    const { identification, payloadLength } = packet;
    let hash = mixWord(connection, (identification << 16) | payloadLength);
    let number = (identification << 16) | payloadLength;
    if (tcp) {
      hash = mixWord(hash, packet.sequence);
      hash = mixWord(hash, packet.acknowledgment ^ packet.flags);
      number = packet.sequence ^ Math.imul(packet.acknowledgment, golden);
    }
    if (identification === 0) {
      if (tcp) {
        // Repeated pure ACKs are alike in everything; without an identification they are not judged.
        if (payloadLength === 0 && (packet.flags & (tcpFlags.syn | tcpFlags.fin)) === 0) return false;
        const options = packet.transportStart + 20;
        for (let at = options; at + 4 <= packet.payloadStart; at += 4) hash = mixWord(hash, i32(packet.bytes, at));
      } else {
        // A UDP request asked again is alike too; its content and the short window have to tell.
        const end = Math.min(packet.payloadEnd, packet.payloadStart + comparedOctets);
        number = quickHash(packet.bytes, packet.payloadStart, end, this.#seed);
        hash = quickHash(packet.bytes, packet.payloadStart, end, hash);
      }
    }
    const ports = (packet.sourcePort << 16) | packet.destinationPort;
    return this.#seenBefore(hash, ports, number, packet.seconds, packet.nanoseconds);
  }

  #seenBefore(hash: number, ports: number, number: number, seconds: number, nanoseconds: number): boolean {
    const set = hash & (sets - 1);
    const first = set * ways * words;
    const frames = this.#frames;
    for (let at = first; at < first + ways * words; at += words) {
      if (
        frames[at] === hash &&
        frames[at + 1] === ports &&
        frames[at + 2] === number &&
        Math.abs(((seconds - frames[at + 3]!) | 0) + (nanoseconds - frames[at + 4]!) / 1e9) < duplicateWindowSeconds
      )
        return true;
    }
    const which = this.#next[set]!;
    this.#next[set] = (which + 1) % ways;
    const at = first + which * words;
    frames[at] = hash;
    frames[at + 1] = ports;
    frames[at + 2] = number;
    frames[at + 3] = seconds;
    frames[at + 4] = nanoseconds;
    return false;
  }
}
