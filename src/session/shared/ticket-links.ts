// TLS 1.3 encrypts tickets and shows them again in clear (RFC 9846 / 8446 §4.2.11, §4.6.1): a ticket's length is in the record
// that brought it, and in the pre_shared_key extension that uses it. Stateless tickets hold the session, most often with the
// client's certificate, so that their length tells sessions apart.
import { finishHash, mixWord } from '../../base/hash.js';
import { unitAt } from '../../base/text.js';
import type { Direction } from '../../model/stream.js';
import { RecordRun } from '../inference/inference-records.js';
import { maxTicketPeers } from '../limits.js';
import { other } from '../listener.js';
import { maxProtectedRecords, type TlsObservations } from '../tls/tls-observations.js';
import { KeyRing } from './key-ring.js';

/** Full handshakes remembered between a client and a service, and records after each that may hold a ticket. */
const maxOriginals = 4;
const maxTicketRecords = 6;

/** Of a record: type octet and tag. */
const protectionOctets = 17;
/** Of NewSessionTicket: header 4, lifetime 4, age_add 4, lengths of nonce 1, ticket 2 and extensions 2. */
const ticketHeadOctets = 17;
/** Octets of the nonce that stacks give a ticket (OpenSSL and Go 8, others 0 to 32). */
const nonceOctets: readonly number[] = [0, 1, 2, 4, 8, 16, 32];
/** Added by early_data in the ticket, and by JSSE's padding of each record. */
const additions: readonly number[] = [0, 8, 16];

/** Int32 words of a full handshake: its flow (0 = none), then outer lengths of records that may hold a ticket, two to a word. */
const originalWords = 1 + maxTicketRecords / 2;
const peersWords = maxOriginals * originalWords;

/**
 * Ties resumptions of TLS 1.3 to their full handshake by the length of the ticket, where no keys tell. Bounded: whoever came
 * first is forgotten first. In typed arrays: every full handshake is remembered, and as objects sixteen thousand pairs took ten
 * megabytes that the garbage collector went through each time.
 */
export class TicketLinks {
  readonly #seed: number;
  readonly #peers: KeyRing;
  /** By place in the ring, the latest handshake first. */
  #originals: Int32Array = new Int32Array(0);
  /** Hears of every full handshake that is remembered, so that `keep` can make the same again. */
  onKept: ((peers: string, flow: number, lengths: readonly number[]) => void) | null = null;
  /** Hears of every ticket whose origin was asked for and is not known. */
  onMissed: ((peers: string, ticketOctets: number) => void) | null = null;

  /** `seed` is drawn per run. */
  constructor(seed: number) {
    this.#seed = seed;
    this.#peers = new KeyRing(seed, maxTicketPeers);
  }

  /** A full handshake of flow `flow`, between the two that `peers` names. */
  remember(peers: string, flow: number, seen: TlsObservations, client: Direction): void {
    const lengths = ticketLengths(seen, client);
    if (lengths.length > 0) this.keep(peers, flow, lengths);
  }

  /** A full handshake, by the outer lengths of the records after it that may hold a ticket; at most `maxTicketRecords`. */
  keep(peers: string, flow: number, lengths: number[]): void {
    this.onKept?.(peers, flow, lengths);
    const known = this.#peers.enter(this.#keyOf(peers), flow, 0);
    const at = (known < 0 ? this.#peers.latestPlace : known) * peersWords;
    this.#reserve(at + peersWords);
    const originals = this.#originals;
    if (known < 0) originals.fill(0, at, at + peersWords);
    else originals.copyWithin(at + originalWords, at, at + peersWords - originalWords);
    originals[at] = flow;
    for (let word = 1; word < originalWords; word++) {
      originals[at + word] = ((lengths[word * 2 - 2] ?? 0) << 16) | (lengths[word * 2 - 1] ?? 0);
    }
  }

  /** Flow of the latest full handshake between them that brought a ticket of so many octets; null = none. */
  origin(peers: string, ticketOctets: number): number | null {
    const place = this.#peers.placeOf(this.#keyOf(peers));
    const origin = place < 0 ? null : this.#originAt(place, ticketOctets);
    if (origin === null) this.onMissed?.(peers, ticketOctets);
    return origin;
  }

  /** Whether full handshakes between so many more peers may come before the first are forgotten. */
  hasRoomFor(peers: number): boolean {
    return this.#peers.hasRoomFor(peers);
  }

  #originAt(place: number, ticketOctets: number): number | null {
    const originals = this.#originals;
    const end = (place + 1) * peersWords;
    for (let at = place * peersWords; at < end && originals[at] !== 0; at += originalWords) {
      for (let word = at + 1; word < at + originalWords; word++) {
        const two = originals[word]!;
        if (holdsTicket(two >>> 16, ticketOctets) || holdsTicket(two & 0xffff, ticketOctets)) return originals[at]!;
      }
    }
    return null;
  }

  /** What stands for `peers`: 52 bits of two independent keyed hashes. */
  #keyOf(peers: string): number {
    let low = this.#seed;
    let high = ~this.#seed;
    for (let at = 0; at < peers.length; at++) {
      const unit = unitAt(peers, at);
      low = mixWord(low, unit);
      high = mixWord(high, unit);
    }
    return (finishHash(high) >>> 6) * 0x4000000 + (finishHash(low) >>> 6);
  }

  #reserve(words: number): void {
    if (words <= this.#originals.length) return;
    const grown = new Int32Array(Math.min(Math.max(words, this.#originals.length * 2), maxTicketPeers * peersWords));
    grown.set(this.#originals);
    this.#originals = grown;
  }
}

/** Lengths of what the server sent first in knowledge of the client's part: its tickets are the first of it. */
function ticketLengths(seen: TlsObservations, client: Direction): number[] {
  const lengths: number[] = [];
  const answers = seen.of(client).protectedRecords;
  const packed = seen.of(other(client)).protectedRecords;
  if (answers === null || packed === null || answers.length === 0) return lengths;
  const answer = new RecordRun(answers, 0, maxProtectedRecords, protectionOctets - 1);
  const run = new RecordRun(packed, 0, maxProtectedRecords, protectionOctets - 1);
  for (let at = 0; at < run.count && lengths.length < maxTicketRecords; at++) {
    if (run.acknowledged(at) > answer.offset(0) && !lengths.includes(run.length(at))) lengths.push(run.length(at));
  }
  return lengths;
}

/** Whether a record of so many octets may hold a ticket of so many; 0 octets hold none. */
function holdsTicket(recordOctets: number, ticketOctets: number): boolean {
  const rest = recordOctets - protectionOctets - ticketHeadOctets - ticketOctets;
  for (const addition of additions) if (nonceOctets.includes(rest - addition)) return true;
  return false;
}
