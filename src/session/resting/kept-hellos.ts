import { ChunkedList } from '../../base/chunked-list.js';
import type { Direction } from '../../model/stream.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import type { ClientHelloShape } from '../../wire/tls/client-hello-shape.js';
import { TlsObservations } from '../tls/tls-observations.js';
import { CellPool } from './cell-pool.js';

/** Words of a cell: the fields of `TlsObservations` that a ClientHello fills. */
const fields = {
  /** Bits of `flags`; the upper half is the hello's legacy version. */
  flags: 0,
  frame: 1,
  ticketOctets: 2,
  /** The ticket's key by its lower 26 bits and its upper ones, while `hasTicketKey`. */
  ticketKey: 3,
  /** The earlier flow with the same random, while `hasTwin`. */
  twin: 5,
  messageOctets: 6,
  hellosEnd: 7,
  helloAt: 8,
} as const;
const cellWords = 9;

const flags = {
  /** The hello is of direction 1. */
  fromB: 0x1,
  offersSessionId: 0x2,
  hasTicketKey: 0x4,
  hasTwin: 0x8,
  /** The message around the random was the same, too. */
  identicalTwin: 0x10,
} as const;
const keyUnit = 0x4000000;

/**
 * What half-open TLS connections have shown, a ClientHello and no more, in 36 octets each (and references to what hellos of one kind
 * share) where the objects that a conversation needs take 600. They are made again when somebody answers.
 */
export class KeptHellos {
  readonly #cells: CellPool = new CellPool(cellWords);
  /** By cell, what no word can hold. Most hellos share theirs. */
  readonly #shapes: ChunkedList<ClientHelloShape | null> = new ChunkedList<ClientHelloShape | null>(null);
  readonly #names: ChunkedList<string | null> = new ChunkedList<string | null>(null);

  /** Keeps observations that tell only of a hello in `direction`; returns the cell. */
  keep(seen: TlsObservations, direction: Direction): number {
    const cell = this.#cells.take();
    const words = this.#cells.chunk(cell);
    const at = this.#cells.wordsOf(cell);
    const { ticketKey, sameClientRandom: twin } = seen;
    words[at + fields.flags] =
      (seen.legacyVersion << 16) |
      (direction === 1 ? flags.fromB : 0) |
      (seen.offersSessionId ? flags.offersSessionId : 0) |
      (ticketKey === null ? 0 : flags.hasTicketKey) |
      (twin === null ? 0 : flags.hasTwin) |
      (twin?.identical ? flags.identicalTwin : 0);
    words[at + fields.frame] = seen.clientHelloFrame;
    words[at + fields.ticketOctets] = seen.ticketOctets;
    words[at + fields.ticketKey] = (ticketKey ?? 0) % keyUnit;
    words[at + fields.ticketKey + 1] = Math.floor((ticketKey ?? 0) / keyUnit);
    words[at + fields.twin] = twin?.flow ?? 0;
    words[at + fields.messageOctets] = seen.messages[2]!;
    words[at + fields.hellosEnd] = seen.of(direction).hellosEnd;
    words[at + fields.helloAt] = seen.helloAt;
    this.#shapes.set(cell, seen.helloShape);
    this.#names.set(cell, seen.serverName);
    return cell;
  }

  /** Direction of the hello in `cell`. */
  directionOf(cell: number): Direction {
    return this.#cells.chunk(cell)[this.#cells.wordsOf(cell) + fields.flags]! & flags.fromB ? 1 : 0;
  }

  /** The observations in `cell` again, of the connection `flowId`. */
  observations(cell: number, flowId: number): TlsObservations {
    const words = this.#cells.chunk(cell);
    const at = this.#cells.wordsOf(cell);
    const bits = words[at + fields.flags]!;
    const direction = this.directionOf(cell);
    const frame = words[at + fields.frame]!;
    const seen = new TlsObservations(flowId);
    seen.client = direction;
    seen.helloShape = this.#shapes.get(cell);
    seen.clientHelloFrame = frame;
    seen.legacyVersion = bits >>> 16;
    seen.serverName = this.#names.get(cell);
    seen.ticketOctets = words[at + fields.ticketOctets]!;
    seen.offersSessionId = (bits & flags.offersSessionId) !== 0;
    if (bits & flags.hasTicketKey) {
      seen.ticketKey = words[at + fields.ticketKey + 1]! * keyUnit + words[at + fields.ticketKey]!;
    }
    if (bits & flags.hasTwin) {
      seen.sameClientRandom = { flow: words[at + fields.twin]!, identical: (bits & flags.identicalTwin) !== 0 };
    }
    seen.list(direction, frame, tlsHandshakeTypes.client_hello, words[at + fields.messageOctets]!);
    seen.of(direction).afterHello(words[at + fields.hellosEnd]!);
    seen.helloAt = words[at + fields.helloAt]!;
    return seen;
  }

  release(cell: number): void {
    this.#cells.release(cell);
    this.#shapes.set(cell, null);
    this.#names.set(cell, null);
  }
}
