import { Opening, type Protocol, recognition } from '../../model/protocol.js';
import type { Arrival, Direction } from '../../model/stream.js';
import { identify } from '../../protocols/identify.js';
import { other } from '../listener.js';
import { Openings } from '../openings.js';
import type { SessionContext } from '../shared/session-context.js';
import { ContentNotes } from './content-notes.js';
import { ContentReader, follow } from './content-reader.js';

const firstOpening = new Opening();
const secondOpening = new Opening();

/** Reads what keys opened of a connection: it is named by its first octets and followed like cleartext. */
export class DecryptedContent {
  /** Null while unnamed. */
  protocol: Protocol | null = null;
  readonly notes: ContentNotes;
  readonly #context: SessionContext;
  readonly #clientPort: number;
  readonly #serverPort: number;
  #openings: Openings | null = null;
  #reader: ContentReader | null = null;

  /** `client` is the direction of the TLS client; the ports order the guesses (0 = not known). */
  constructor(context: SessionContext, client: Direction, clientPort: number, serverPort: number) {
    this.#context = context;
    this.#clientPort = clientPort;
    this.#serverPort = serverPort;
    this.notes = new ContentNotes(client, context.announced, true);
  }

  /** Octets of a direction in their order; `arrival` is that of the record they were in. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (start === end) return;
    if (this.#reader !== null) {
      this.#reader.tell(direction, bytes, start, end, arrival);
      return;
    }
    this.#openings ??= new Openings(this.#context.octets, direction);
    const taken = this.#openings.keep(direction, bytes, start, end, arrival);
    this.#identify(this.#openings);
    if (taken < end) (this.#reader as ContentReader | null)?.tell(direction, bytes, taken, end, arrival);
  }

  /** `length` octets of a direction could not be read. */
  gap(direction: Direction, length: number): void {
    if (this.#reader === null) {
      this.#openings ??= new Openings(this.#context.octets, direction);
      this.#openings.final[direction] = true;
      this.#identify(this.#openings);
    }
    (this.#reader as ContentReader | null)?.gap(direction, length);
  }

  /** The connection is over. */
  end(): void {
    if (this.#reader === null && this.#openings !== null) {
      this.#openings.final[0] = true;
      this.#openings.final[1] = true;
      this.#identify(this.#openings);
    }
    this.#reader?.end();
    this.#openings?.release();
  }

  #identify(openings: Openings): void {
    const { first } = openings;
    openings.show(first, firstOpening);
    openings.show(other(first), secondOpening);
    if (firstOpening.length === 0) return;
    const found = identify(firstOpening, secondOpening, this.#clientPort, this.#serverPort, 'tcp');
    const isOver = openings.final[0] && openings.final[1];
    if (found.protocol === null && found.recognition !== recognition.no && !isOver) return;
    this.protocol = found.protocol;
    this.#reader = new ContentReader(this.notes, follow(found.protocol, this.notes));
    openings.tell(this.#reader);
  }
}
