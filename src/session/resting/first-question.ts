import type { Arrival, Direction } from '../../model/stream.js';
import type { Listener } from '../listener.js';
import type { Stage } from '../stage.js';

/** Where a first question is heard in the end. */
export interface QuestionStage extends Stage {
  /** The connection's content is read from here on. */
  listenToContent(likelyClient: Direction): void;
  /** Octets that were kept are heard now; nothing is noted of their volume, as that was done when they came. */
  hearKept(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void;
}

/**
 * Listens to cleartext whose client spoke first, and keeps its first stretch of octets unread: what a reader makes of it only serves
 * the answer, and a million connections may wait for theirs. Whatever comes next is heard after it.
 */
export class FirstQuestion implements Listener {
  readonly #session: QuestionStage;
  readonly #likelyClient: Direction;
  /** Ticket of `KeptQuestions`; 0 = none yet. */
  #ticket = 0;

  constructor(session: QuestionStage, likelyClient: Direction) {
    this.#session = session;
    this.#likelyClient = likelyClient;
  }

  /** Ticket of the question, which is all that was said; 0 without one. */
  get ticket(): number {
    return this.#ticket;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const session = this.#session;
    if (this.#ticket === 0 && !session.telling) {
      const { questions } = session.context;
      this.#ticket = questions.keep(direction, this.#likelyClient, bytes, start, end, arrival);
      if (this.#ticket !== 0) return 0;
    }
    this.hear();
    return session.data(direction, bytes, start, end, arrival);
  }

  gap(direction: Direction, length: number): number {
    this.hear();
    return this.#session.gap(direction, length);
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.hear();
    this.#session.closed(direction, reset, arrival);
  }

  end(): void {
    this.hear();
  }

  /** Hands the connection on to who reads it, the question first. */
  hear(): void {
    const session = this.#session;
    session.listenToContent(this.#likelyClient);
    if (this.#ticket === 0) return;
    const { questions } = session.context;
    const { direction, bytes, start, end, arrival } = questions.find(this.#ticket);
    session.hearKept(direction, bytes, start, end, arrival);
    questions.release(this.#ticket);
    this.#ticket = 0;
  }
}
