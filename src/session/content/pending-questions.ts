import type { Arrival, Direction } from '../../model/stream.js';
import { ExchangeLog, microsecondsOf } from './exchange-log.js';

/** First questions that are remembered while they wait for their answer; a power of two. Answers come within seconds. */
const room = 65_536;
/** Numbers of a question: flow, frame, time of its first and last octets, offsets of its first octet and after its last. */
const fields = 6;

/**
 * The first stretch of octets of connections that nobody answered yet. A million of them may be open, each with a request
 * and no more: the oldest are forgotten, and only what is answered gets a log of its own.
 */
export class PendingQuestions {
  readonly #numbers: Float64Array = new Float64Array(room * fields);
  readonly #directions: Uint8Array = new Uint8Array(room);
  #next = 0;

  /**
   * Notes octets of a connection that has the ticket of its first stretch, or 0 for none. Returns the ticket, or the log that
   * the connection has from its first answer on.
   */
  note(flow: number, ticket: number, direction: Direction, length: number, arrival: Arrival): number | ExchangeLog {
    const { offset } = arrival;
    if (ticket === 0) {
      this.#next = (this.#next + 1) & (room - 1);
      const at = this.#next * fields;
      const time = microsecondsOf(arrival);
      const numbers = this.#numbers;
      numbers[at] = flow;
      numbers[at + 1] = arrival.frame;
      numbers[at + 2] = time;
      numbers[at + 3] = time;
      numbers[at + 4] = offset;
      numbers[at + 5] = offset + length;
      this.#directions[this.#next] = direction;
      return this.#next + 1;
    }
    const slot = ticket - 1;
    const at = slot * fields;
    const isOurs = this.#numbers[at] === flow;
    if (isOurs && this.#directions[slot] === direction) {
      if (offset + length <= this.#numbers[at + 5]!) return ticket;
      this.#numbers[at + 3] = microsecondsOf(arrival);
      this.#numbers[at + 5] = offset + length;
      return ticket;
    }
    const log = this.logOf(flow, ticket) ?? new ExchangeLog();
    log.noteStream(direction, length, arrival);
    return log;
  }

  /** A log with what the ticket stands for; null where that is forgotten. */
  logOf(flow: number, ticket: number): ExchangeLog | null {
    const slot = ticket - 1;
    const at = slot * fields;
    const numbers = this.#numbers;
    if (ticket === 0 || numbers[at] !== flow) return null;
    const log = new ExchangeLog();
    const direction = this.#directions[slot] as Direction;
    log.begin(direction, numbers[at + 1]!, numbers[at + 2]!, numbers[at + 3]!, numbers[at + 4]!, numbers[at + 5]!);
    return log;
  }
}
