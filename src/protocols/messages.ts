// Messages that say how long they are, of both sides of a connection: what every follower of a binary protocol (and of those
// of lines and counted blocks) stands on.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import { type Arrival, skipAll } from '../model/stream.js';
import { Message } from './message.js';

/** What `Dialogue.measure` says, beside a length in octets. */
export const measured = {
  /** The octets in hand don't tell the length yet. */
  more: 0,
  /** No message of the protocol begins here. */
  broken: -1,
} as const;

/** One protocol's dialogue: it measures messages and reads them, in the order in which they were captured. */
export interface Dialogue {
  /** Octets at the beginning of a message that `message` gets to see; the rest is stepped over. Also the longest header. */
  readonly bound: number;
  /** All that can be told is told; null while it isn't, else why nothing more is looked at. */
  readonly ended: string | null;
  /** Octets of the message that begins at `start`, header included; `measured.more` or `measured.broken`. */
  measure(from: Side, bytes: Uint8Array, start: number, end: number): number;
  /** A message, as far as `bound` reaches; lent, and read from its first octet. */
  message(from: Side, message: Message, arrival: Arrival): void;
  /** TLS begins. */
  upgraded?(arrival: Arrival): void;
}

/** Messages of a side that are looked at: a login takes a dozen, and what is served without one shows soon. */
const maxFollowedMessages = 2_048;

/** Octets of a side that are stepped through; past the login they are results, which say nothing. */
const maxFollowedOctets = 4_194_304;

/** Follows a dialogue of messages: keeps no more than `bound` octets a side, and only while a message is cut between segments. */
export class MessageFollower implements Follower {
  readonly #sink: ContentSink;
  readonly #dialogue: Dialogue;
  readonly #client: Lane = new Lane();
  readonly #server: Lane = new Lane();
  #over = false;

  constructor(sink: ContentSink, dialogue: Dialogue) {
    this.#sink = sink;
    this.#dialogue = dialogue;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    if (this.#over) return skipAll;
    const lane = this.#lane(from);
    lane.octets += end - start;
    const broken = this.#read(lane, from, bytes, start, end, arrival);
    if (broken) return this.#end(from, 'what follows is no message of the protocol');
    if (this.#dialogue.ended !== null) return this.#end(from, this.#dialogue.ended);
    if (lane.messages > maxFollowedMessages || lane.octets > maxFollowedOctets) return this.#end(from, spent);
    // The rest of a message that nobody wants need not be lent.
    const unneeded = lane.ahead;
    lane.ahead = 0;
    return Math.min(unneeded, longestStep);
  }

  gap(from: Side): number {
    if (this.#over) return skipAll;
    // Where the next message begins is lost, and what the other side answers can't be told any more.
    return this.#end(from, 'octets are missing from the capture');
  }

  upgraded(arrival: Arrival): void {
    this.#dialogue.upgraded?.(arrival);
    this.end();
  }

  end(): void {
    this.#over = true;
    this.#client.kept = null;
    this.#server.kept = null;
  }

  /** Reads the messages of `bytes[start, end)`; whether they are none. */
  #read(lane: Lane, from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): boolean {
    const dialogue = this.#dialogue;
    let at = start;
    while (at < end && dialogue.ended === null) {
      if (lane.kept !== null) {
        at = this.#complete(lane, from, bytes, at, end, arrival);
        if (at < 0) return true;
        continue;
      }
      const length = dialogue.measure(from, bytes, at, end);
      if (length < 0) return true;
      const wanted = length === 0 ? dialogue.bound : Math.min(length, dialogue.bound);
      if (length === 0 || at + wanted > end) {
        if (length === 0 && end - at >= dialogue.bound) return true;
        lane.keep(bytes, at, end);
        return false;
      }
      this.#hand(lane, from, bytes, at, at + wanted, length, arrival);
      at += wanted;
      const stepped = Math.min(length - wanted, end - at);
      at += stepped;
      lane.ahead = length - wanted - stepped;
    }
    return false;
  }

  /** Adds to a message that began in an earlier segment; returns where it ends in `bytes`, or -1 where it is none. */
  #complete(lane: Lane, from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const dialogue = this.#dialogue;
    const before = lane.length;
    lane.keep(bytes, start, Math.min(end, start + dialogue.bound - before));
    const kept = lane.kept!;
    const length = dialogue.measure(from, kept, 0, lane.length);
    if (length < 0 || (length > 0 && length < before)) return -1;
    if (length === 0) return lane.length >= dialogue.bound ? -1 : end;
    const wanted = Math.min(length, dialogue.bound);
    if (lane.length < wanted) return end;
    lane.kept = null;
    lane.length = 0;
    this.#hand(lane, from, kept, 0, wanted, length, arrival);
    const at = start + wanted - before;
    const stepped = Math.min(length - wanted, end - at);
    lane.ahead = length - wanted - stepped;
    return at + stepped;
  }

  #hand(lane: Lane, from: Side, bytes: Uint8Array, start: number, end: number, length: number, arrival: Arrival): void {
    lane.messages++;
    message.show(bytes, start, end, length);
    this.#dialogue.message(from, message, arrival);
  }

  #end(from: Side, because: string): number {
    this.end();
    this.#sink.inspectionEnds(from, because);
    this.#sink.inspectionEnds(from === 'client' ? 'server' : 'client', because);
    return skipAll;
  }

  #lane(from: Side): Lane {
    return from === 'client' ? this.#client : this.#server;
  }
}

/** Follows an exchange of datagrams: each is a message, cut or not, and none hangs on the one before. */
export class DatagramFollower implements Follower {
  readonly #sink: ContentSink;
  readonly #dialogue: Dialogue;
  #datagrams = 0;

  constructor(sink: ContentSink, dialogue: Dialogue) {
    this.#sink = sink;
    this.#dialogue = dialogue;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const length = this.#dialogue.measure(from, bytes, start, end);
    if (length > 0) {
      message.show(bytes, start, Math.min(end, start + length), length);
      this.#dialogue.message(from, message, arrival);
    }
    if (++this.#datagrams <= maxFollowedMessages) return 0;
    this.#sink.inspectionEnds('client', spent);
    this.#sink.inspectionEnds('server', spent);
    return skipAll;
  }

  gap(): number {
    return 0;
  }
}

/** Serves all followers: a message is read before the next is shown. */
const message = new Message();
const spent = 'the share of a connection that is looked at is spent';
const firstKept = 64;
/** A length that would say `skipAll` is no length. */
const longestStep = skipAll - 1;

/** Where one side stands. */
class Lane {
  messages = 0;
  octets = 0;
  /** Octets of the message in hand that are to be stepped over behind those that are lent. */
  ahead = 0;
  /** Beginning of a message whose rest has not come; null while there is none. */
  kept: Uint8Array | null = null;
  length = 0;

  keep(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (this.kept === null) {
      this.kept = new Uint8Array(Math.max(needed, firstKept));
      this.length = 0;
    } else if (needed > this.kept.length) {
      const grown = new Uint8Array(2 * needed);
      grown.set(this.kept.subarray(0, this.length));
      this.kept = grown;
    }
    this.kept.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }
}
