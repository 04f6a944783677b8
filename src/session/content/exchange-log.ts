// Questions and answers of one connection by volume and time: what a proxy passes on keeps their measure, and nothing else of
// an encrypted connection does.
import { type ExchangeRecord, maxExchanges } from '../../model/connection-record.js';
import type { Arrival, Direction } from '../../model/stream.js';

/** Numbers of a stretch: frame, time of its first and of its last octets, octets (negative from direction 1). */
const stretchNumbers = 4;

const noNumbers: number[] = [];

/** Seconds after which what a side says is no more of what it said: programs write one question in a few strokes. */
const pauseSeconds = 0.002;

/** A greeting, then a stretch of either side for each exchange. */
const maxStretches = 2 * maxExchanges + 1;

/**
 * The first stretches of octets of a connection, by direction, as who is client is told last. Made when there is something to
 * note: half-open connections have none. Numbers are packed, as every connection that speaks has one.
 *
 * A side that had not yet heard the other's stretch did not answer it (its segment acknowledges none of it): what it sends
 * then, session tickets for example, belongs to what it said before.
 */
export class ExchangeLog {
  /** Enough is known. */
  full = false;
  #numbers: number[] = noNumbers;
  /** Offset of the stretch in hand in its direction's stream; -1 = none, so that anything hears it. */
  #offset = -1;
  /** Offsets after the last octet of each direction that was counted. */
  #endOfA = -1;
  #endOfB = -1;

  /** Begins with a stretch that was noted elsewhere: its times, and its offsets in its direction's stream. */
  begin(direction: Direction, frame: number, time: number, lastTime: number, offset: number, end: number): void {
    this.#offset = offset;
    if (direction === 0) this.#endOfA = end;
    else this.#endOfB = end;
    this.#numbers = [frame, time, lastTime, direction === 1 ? offset - end : end - offset];
  }

  /**
   * Notes `length` octets of a direction's stream. What was noted before does not count again (kept octets are told anew to
   * who listens next); what was not lent in between counts with the direction's stretch before.
   */
  noteStream(direction: Direction, length: number, arrival: Arrival): void {
    const { offset } = arrival;
    const end = offset + length;
    const known = direction === 0 ? this.#endOfA : this.#endOfB;
    if (end <= known) return;
    if (direction === 0) this.#endOfA = end;
    else this.#endOfB = end;
    if (known >= 0 && offset > known) this.#add(direction, offset - known);
    const from = Math.max(offset, known);
    this.note(direction, end - from, from, arrival);
  }

  /**
   * Notes `length` octets that begin at `offset` of a direction's stream. Where its stretch had no more than `brief` octets
   * before a pause, it begins here: that was no question.
   */
  note(direction: Direction, length: number, offset: number, arrival: Arrival, brief = 0): void {
    const numbers = this.#numbers;
    const time = microsecondsOf(arrival);
    if (numbers.length > 0) {
      const last = numbers.length - stretchNumbers;
      const isSame = numbers[last + 3]! < 0 === (direction === 1);
      if (isSame) {
        if (Math.abs(numbers[last + 3]!) <= brief && time - numbers[last + 2]! >= pauseSeconds) {
          this.#offset = offset;
          numbers[last] = arrival.frame;
          numbers[last + 1] = time;
          numbers[last + 3] = 0;
        }
        numbers[last + 2] = time;
        numbers[last + 3]! += direction === 1 ? -length : length;
        return;
      }
      const heard = arrival.acknowledged < 0 || arrival.acknowledged > this.#offset;
      if (!heard && this.#add(direction, length)) return;
      if (numbers.length >= maxStretches * stretchNumbers) {
        this.full = true;
        return;
      }
    }
    this.#offset = offset;
    const octets = direction === 1 ? -length : length;
    if (numbers.length === 0) this.#numbers = [arrival.frame, time, time, octets];
    else if (numbers.length === stretchNumbers) this.#numbers = pairOf(numbers, arrival.frame, time, octets);
    else numbers.push(arrival.frame, time, time, octets);
  }

  /** Takes the latest stretch back, where it is of that direction and has so many octets. */
  takeBack(direction: Direction, octets: number): void {
    const numbers = this.#numbers;
    if (numbers[numbers.length - 1] !== (direction === 1 ? -octets : octets)) return;
    this.#numbers = numbers.slice(0, -stretchNumbers);
    this.#offset = -1;
  }

  /** Adds to a direction's latest stretch; false where it has none among the last two. */
  #add(direction: Direction, octets: number): boolean {
    const numbers = this.#numbers;
    for (
      let at = numbers.length - stretchNumbers;
      at >= 0 && at >= numbers.length - 2 * stretchNumbers;
      at -= stretchNumbers
    ) {
      if (numbers[at + 3]! < 0 !== (direction === 1)) continue;
      numbers[at + 3]! += direction === 1 ? -octets : octets;
      return true;
    }
    return false;
  }

  /**
   * The exchanges, told by who is client. Octets that nobody listened to any more are counted by the totals `octetsOfA` and
   * `octetsOfB` where the log is of whole streams.
   */
  records(client: Direction, octetsOfA: number, octetsOfB: number): ExchangeRecord[] {
    if (!this.full) {
      if (this.#endOfA >= 0 && octetsOfA > this.#endOfA) this.#add(0, octetsOfA - this.#endOfA);
      if (this.#endOfB >= 0 && octetsOfB > this.#endOfB) this.#add(1, octetsOfB - this.#endOfB);
      this.#endOfA = octetsOfA;
      this.#endOfB = octetsOfB;
    }
    const records: ExchangeRecord[] = [];
    const numbers = this.#numbers;
    for (let at = 0; at < numbers.length; at += stretchNumbers) {
      const isClient = numbers[at + 3]! < 0 === (client === 1);
      const octets = Math.abs(numbers[at + 3]!);
      if (!isClient && records.length > 0) {
        const last = records[records.length - 1]!;
        last.answerTime = numbers[at + 1]!;
        last.endTime = numbers[at + 2]!;
        last.serverOctets = octets;
        continue;
      }
      // A server that speaks first greets: an answer to nothing.
      if (records.length === maxExchanges) break;
      records.push({
        frame: numbers[at]!,
        time: numbers[at + 1]!,
        answerTime: isClient ? null : numbers[at + 1]!,
        endTime: numbers[at + 2]!,
        clientOctets: isClient ? octets : 0,
        serverOctets: isClient ? 0 : octets,
      });
    }
    return records;
  }
}

/** When octets were captured, in seconds since 1970 UTC, to the microsecond. */
export function microsecondsOf({ seconds, nanoseconds }: Arrival): number {
  return seconds + Math.floor(nanoseconds / 1000) / 1e6;
}

/** Made to measure: most short connections have one question and one answer. */
function pairOf(first: readonly number[], frame: number, time: number, octets: number): number[] {
  return [first[0]!, first[1]!, first[2]!, first[3]!, frame, time, time, octets];
}

/** The exchanges of a TLS connection. */
export class TlsExchangeLog extends ExchangeLog {
  /** Length of the server's first record after the handshake, perhaps a ticket; 0 = none came yet. */
  firstOctets = 0;
  /** Records of the server so far, up to a few: the next one of the same length is another ticket. */
  tickets = 0;
  /** The client acknowledged settings as HTTP/2 does. */
  http2 = false;
}
