import type { ContentSink } from '../model/content-sink.js';
import type { Arrival } from '../model/stream.js';

/** Commands of a connection that wait for their answer; those beyond are not followed up. */
const maxOutstanding = 64;
/** Commands reported of one connection; what a connection is used for shows in the first. */
const maxReported = 256;

/** A command whose answer has not come. */
interface Outstanding {
  number: number;
  request: number;
  frame: number;
  name: string;
  meaningful: boolean;
}

/**
 * Ties answers to commands, and tells which were served though nobody had logged in. Protocols that answer in order number
 * their commands themselves (`ask`, `next`), others by what the messages carry.
 */
export class Commands {
  /** Somebody logged in, or tries to, or it can't be told: nothing is served without login. */
  login = false;
  readonly #sink: ContentSink;
  /** In the order in which they were asked, which is how most are answered: seldom more than one or two. */
  #waiting: Outstanding[] = noneWaiting;
  #reported = 0;
  #opened = false;
  #asked = 0;
  #answered = 0;

  constructor(sink: ContentSink) {
    this.#sink = sink;
  }

  /** A command of the client that is answered in turn. */
  ask(arrival: Arrival, name: string, target: string | null, meaningful: boolean): void {
    this.open(arrival, name, target, meaningful);
    this.close();
  }

  /** The answer of the command whose turn it is. */
  next(arrival: Arrival, status: string | null, served: boolean): void {
    if (this.waits) this.answerTurn(arrival, status, served);
    this.nextTurn();
  }

  /** Begins a turn of the client by its first command; `close` ends the turn. */
  open(arrival: Arrival, name: string, target: string | null, meaningful: boolean): void {
    if (this.#opened) return;
    this.#opened = true;
    this.askNumbered(this.#asked, arrival, name, target, meaningful);
  }

  close(): void {
    this.#opened = false;
    this.#asked++;
  }

  /** What the server says first in its turn is the answer; `nextTurn` ends the turn. */
  answerTurn(arrival: Arrival, status: string | null, served: boolean): void {
    this.answer(this.#answered, arrival, status, served);
  }

  nextTurn(): void {
    if (this.#answered < this.#asked) this.#answered++;
    // The answer to what was not seen: nobody knows what else was not.
    else this.login = true;
  }

  /** Name of the command whose turn it is to be answered; null where none waits or it is not known. */
  get first(): string | null {
    return this.waiting(this.#answered);
  }

  /** A command waits for its answer in turn. */
  get waits(): boolean {
    return this.#answered < this.#asked;
  }

  /** A command of the client with a number that its answer repeats. */
  askNumbered(number: number, arrival: Arrival, name: string, target: string | null, meaningful: boolean): void {
    if (this.#reported >= maxReported) return;
    this.#reported++;
    const request = this.#sink.request('client', arrival, name, target);
    if (this.#waiting.length >= maxOutstanding) return;
    const command = { number, request, frame: arrival.frame, name, meaningful };
    const known = this.#indexOf(number);
    if (known >= 0) this.#waiting[known] = command;
    else if (this.#waiting === noneWaiting) this.#waiting = [command];
    else this.#waiting.push(command);
  }

  /** The answer to the command of a number; `served` = the command was carried out. */
  answer(number: number, arrival: Arrival, status: string | null, served: boolean): void {
    const index = this.#indexOf(number);
    if (index < 0) return;
    const command = this.#waiting[index]!;
    if (index === this.#waiting.length - 1) this.#waiting.pop();
    else this.#waiting.splice(index, 1);
    this.#sink.answered(command.request, arrival, status);
    if (served && !this.login) this.#sink.served('client', command.frame, arrival, command.name, command.meaningful);
  }

  /** Name of the command of a number that waits for its answer; null where none does. */
  waiting(number: number): string | null {
    return this.#waiting[this.#indexOf(number)]?.name ?? null;
  }

  /** Where the command of a number waits; -1 where it does not. */
  #indexOf(number: number): number {
    for (let at = 0; at < this.#waiting.length; at++) if (this.#waiting[at]!.number === number) return at;
    return -1;
  }
}

/** Of connections that asked nothing yet: never written. */
const noneWaiting: Outstanding[] = [];
