import { finishHash, mixWord } from '../base/hash.js';
import { secondsBetween } from '../base/time.js';
import type { PacketView } from '../model/packet.js';
import type { Cursor } from '../wire/link/cursor.js';
import { AgeList } from './age-list.js';
import { Datagram, tunnelOf } from './datagram.js';

/** RFC 791 §3.1 and RFC 8200 §4.5: no datagram's payload can be longer. */
const maxDatagramLength = 0xffff;

/**
 * Datagrams waiting at once. Linux keeps 4 MiB of them; a busy NFS or GTP link was seen with a few hundred. Past it the
 * oldest goes, as its missing fragment is the least likely to come.
 */
const defaultMaxDatagrams = 4096;

/** Octets held by all waiting datagrams, bookkeeping included. Past it the oldest go. */
const defaultMaxBytes = 16 * 1024 * 1024;

/** RFC 791 §3.2 suggests 15 s, RFC 8200 §4.5 demands 60 s, Linux takes 30 s: a later fragment would meet no receiver. */
const timeoutSeconds = 30;

/**
 * How long a completed datagram is remembered, so that the second copy of a fragment (a mirror of two ports) starts
 * no new one. Short, as identifications of IPv4 come round within a second on a fast link.
 */
const lingerSeconds = 0.25;

/** Completed datagrams remembered at once: second copies come within a few packets. They hold no octets. */
const maxRemembered = 1024;

/** What fragments cost and what our bounds did to them. Running totals. */
export interface DefragmenterCounters {
  /** Fragments taken in. */
  fragments: number;
  /** Datagrams put together. */
  reassembled: number;
  /** Fragments that brought nothing new: a frame captured twice. */
  duplicates: number;
  /** Fragments that overlapped others in part: the first copy stayed (RFC 5722 forbids them, attackers send them). */
  overlaps: number;
  /** Fragments that contradict themselves or their datagram: past 65,535 octets, past its end, odd lengths. */
  invalid: number;
  /** Datagrams given up because their time was over. */
  expired: number;
  /** Datagrams given up because too many were waiting. */
  overDatagrams: number;
  /** Datagrams given up because too many octets were held. */
  overBytes: number;
  /** Fragments dropped because their datagram had too many pieces. */
  overPieces: number;
}

/**
 * Puts IPv4 and IPv6 fragments together, within bounds. Holds copies; a whole datagram's payload is lent in one buffer
 * until the next call of `add`.
 *
 * Invariant: every datagram is in one bucket and in one of `#waiting` (incomplete) and `#remembered` (complete); `#bytes` is
 * the sum of what the waiting ones hold.
 */
export class Defragmenter {
  readonly counters: DefragmenterCounters = {
    fragments: 0,
    reassembled: 0,
    duplicates: 0,
    overlaps: 0,
    invalid: 0,
    expired: 0,
    overDatagrams: 0,
    overBytes: 0,
    overPieces: 0,
  };
  readonly #output: Uint8Array = new Uint8Array(maxDatagramLength);
  readonly #seed: number;
  readonly #maxDatagrams: number;
  readonly #maxBytes: number;
  readonly #buckets = new Map<number, Datagram>();
  readonly #waiting = new AgeList<Datagram>();
  readonly #remembered = new AgeList<Datagram>();
  #bytes = 0;

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(seed = 0, maxDatagrams: number = defaultMaxDatagrams, maxBytes: number = defaultMaxBytes) {
    this.#seed = seed;
    this.#maxDatagrams = maxDatagrams;
    this.#maxBytes = maxBytes;
  }

  /** Datagrams that lack a fragment. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Octets held. */
  get heldBytes(): number {
    return this.#bytes;
  }

  /**
   * Takes the fragment at the cursor. True when it completes its datagram: `packet.bytes` is then this object's buffer
   * and the cursor spans the whole payload, as if it had come in one packet; where the capture cut a fragment, the
   * cursor's `end` is the first missing octet. `cursor.nextHeader` becomes the first fragment's.
   */
  add(packet: PacketView, cursor: Cursor): boolean {
    const { counters } = this;
    counters.fragments++;
    this.#expire(packet);
    const length = cursor.limit - cursor.at;
    const end = cursor.fragmentOffset + length;
    // All but the last must be a multiple of 8 long, or the next one could not say where it goes.
    if (length <= 0 || end > maxDatagramLength || (cursor.fragmentMore && (length & 7) !== 0)) {
      counters.invalid++;
      return false;
    }
    const datagram = this.#find(packet, cursor);
    if (datagram.isComplete) {
      counters.duplicates++;
      return false;
    }
    const before = datagram.heldBytes;
    const outcome = datagram.insert(packet.bytes, cursor);
    this.#bytes += datagram.heldBytes - before;
    if (outcome !== 'kept') {
      counters[outcome]++;
      if (outcome !== 'overlaps') return false;
    }
    if (!datagram.isWhole) {
      this.#makeRoom();
      return false;
    }
    counters.reassembled++;
    cursor.nextHeader = datagram.nextHeader;
    cursor.at = 0;
    cursor.end = datagram.copyTo(this.#output);
    cursor.limit = datagram.totalLength;
    packet.bytes = this.#output;
    this.#remember(datagram, packet);
    return true;
  }

  #find(packet: PacketView, cursor: Cursor): Datagram {
    const hash = this.#hash(packet, cursor);
    for (let known = this.#buckets.get(hash) ?? null; known !== null; known = known.nextInBucket) {
      if (!known.matches(packet, cursor)) continue;
      // `#expire` only looks at the oldest: one that it did not reach makes way here.
      if (!isOver(known, packet)) return known;
      if (!known.isComplete) this.counters.expired++;
      this.#remove(known);
      break;
    }
    if (this.#waiting.size >= this.#maxDatagrams) this.#evictOldest('overDatagrams');
    const created = new Datagram(packet, cursor, hash);
    created.nextInBucket = this.#buckets.get(hash) ?? null;
    this.#buckets.set(hash, created);
    this.#waiting.push(created);
    return created;
  }

  #hash(packet: PacketView, cursor: Cursor): number {
    // All that `Datagram.matches` compares, each by itself: what is left out, or taken together, is where collisions are aimed.
    let hash = mixWord(this.#seed, packet.source0);
    hash = mixWord(hash, packet.destination0);
    if (packet.family === 6) {
      hash = mixWord(mixWord(mixWord(hash, packet.source1), packet.source2), packet.source3);
      hash = mixWord(mixWord(mixWord(hash, packet.destination1), packet.destination2), packet.destination3);
    } else hash = mixWord(hash, cursor.nextHeader);
    if (packet.layerCount > 0) hash = mixWord(hash, tunnelOf(packet));
    return finishHash(mixWord(hash, cursor.fragmentIdentification));
  }

  #expire(packet: PacketView): void {
    for (let oldest = this.#waiting.oldest; oldest !== null && isOver(oldest, packet); oldest = this.#waiting.oldest) {
      this.counters.expired++;
      this.#remove(oldest);
    }
    for (let oldest = this.#remembered.oldest; oldest !== null && isOver(oldest, packet); ) {
      this.#remove(oldest);
      oldest = this.#remembered.oldest;
    }
  }

  #makeRoom(): void {
    while (this.#bytes > this.#maxBytes && this.#waiting.oldest !== null) this.#evictOldest('overBytes');
  }

  #evictOldest(reason: 'overDatagrams' | 'overBytes'): void {
    const { oldest } = this.#waiting;
    if (oldest === null) return;
    this.counters[reason]++;
    this.#remove(oldest);
  }

  #remember(datagram: Datagram, packet: PacketView): void {
    this.#bytes -= datagram.heldBytes;
    this.#waiting.remove(datagram);
    datagram.complete(packet.seconds, packet.nanoseconds);
    this.#remembered.push(datagram);
    if (this.#remembered.size > maxRemembered && this.#remembered.oldest !== null)
      this.#remove(this.#remembered.oldest);
  }

  #remove(datagram: Datagram): void {
    if (datagram.isComplete) this.#remembered.remove(datagram);
    else {
      this.#bytes -= datagram.heldBytes;
      this.#waiting.remove(datagram);
    }
    const first = this.#buckets.get(datagram.hash);
    if (first === datagram) {
      if (datagram.nextInBucket === null) this.#buckets.delete(datagram.hash);
      else this.#buckets.set(datagram.hash, datagram.nextInBucket);
      return;
    }
    for (let previous = first; previous !== undefined && previous.nextInBucket !== null; ) {
      if (previous.nextInBucket === datagram) {
        previous.nextInBucket = datagram.nextInBucket;
        return;
      }
      previous = previous.nextInBucket;
    }
  }
}

function isOver(datagram: Datagram, packet: PacketView): boolean {
  const age = secondsBetween(datagram.seconds, datagram.nanoseconds, packet.seconds, packet.nanoseconds);
  // Clocks step back, and merged captures repeat a time: far before is as far as far behind.
  return Math.abs(age) > (datagram.isComplete ? lingerSeconds : timeoutSeconds);
}
