// The layer between records and what they hold, where keys are given: protected records are collected, opened, and their content
// goes the same way as that of records in clear.
import type { Arrival, Direction } from '../../model/stream.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import { parseServerHello } from '../../wire/tls/server-hello.js';
import type { OctetPool } from '../octet-pool.js';
import { ConnectionKeys } from '../secrets/connection-keys.js';
import { recordsOpenedFreely } from '../secrets/limits.js';
import type { SealedSide } from '../secrets/sealed-side.js';
import { tls13Phases } from '../secrets/tls13-keys.js';
import type { SessionContext } from '../shared/session-context.js';
import type { TlsObservations } from '../tls/tls-observations.js';
import { OpenedContent } from './opened-content.js';

/** Who gets what was opened. Bytes are lent for the call. */
export interface OpenedSink {
  /** The content of a record; `early` = it is early data, which the server may refuse. */
  opened(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    early: boolean,
  ): void;
  /** A record that no key opened. */
  stayedClosed(direction: Direction, type: number, length: number, arrival: Arrival): void;
}

/** The protected record in hand of one direction. */
interface SealedRecord {
  type: number;
  length: number;
  /** Octets of it that are collected. */
  taken: number;
  /** Null while the record may still come in one piece. */
  bytes: Uint8Array | null;
  /** There was no room: the record is not read. */
  refused: boolean;
}

/** Opens the protected records of one connection. */
export class OpenedRecords {
  readonly keys: ConnectionKeys;
  /** What of it is application data; null while there was none. */
  content: OpenedContent | null = null;
  /** TLS 1.3 knows no other handshake after the first: a second ServerHello changes nothing. */
  #isTls13 = false;
  readonly #seen: TlsObservations;
  readonly #context: SessionContext;
  readonly #pool: OctetPool;
  readonly #records: [SealedRecord | null, SealedRecord | null] = [null, null];

  constructor(seen: TlsObservations, context: SessionContext) {
    this.#seen = seen;
    this.#context = context;
    this.#pool = context.octets;
    this.keys = new ConnectionKeys(context.secrets);
  }

  /** A record begins. Returns whether it is protected and there may be keys for it: then `take` gets its content. */
  begins(direction: Direction, type: number, length: number): boolean {
    this.drop(direction);
    const side = this.#side(direction);
    if (side === null || length === 0 || !side.hopeful) return false;
    const { version } = this.#seen;
    // Before a ServerHello, what is protected is early data.
    if ((version === null || version === tlsVersions.tls13) && type !== tlsContentTypes.application_data) return false;
    if (side.opened + side.closed >= recordsOpenedFreely && !this.#context.secrets.work.affords(length)) {
      this.#giveUp(direction, 'protected records are more, and shorter, than are opened: the rest was not read');
      return false;
    }
    this.#records[direction] = { type, length, taken: 0, bytes: null, refused: false };
    return true;
  }

  /** Whether the octets that come of a direction are those of a protected record. */
  collecting(direction: Direction): boolean {
    return this.#records[direction] !== null;
  }

  /** Octets of the record; opens it when it is whole. */
  take(sink: OpenedSink, direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const record = this.#records[direction]!;
    const { length } = record;
    if (record.taken === 0 && end - start === length) {
      this.#records[direction] = null;
      this.#open(sink, direction, record, bytes, start, end, arrival);
      return;
    }
    if (record.bytes === null && !record.refused) {
      record.bytes = this.#pool.take(length);
      record.refused = record.bytes === null;
    }
    record.bytes?.set(bytes.subarray(start, end), record.taken);
    record.taken += end - start;
    if (record.taken < length) return;
    this.#records[direction] = null;
    if (record.bytes === null) {
      this.#seen.odd('protected record over the memory budget, not read');
      this.#side(direction)?.lost();
      sink.stayedClosed(direction, record.type, length, arrival);
      return;
    }
    const { bytes: whole } = record;
    this.#open(sink, direction, record, whole, 0, length, arrival);
    this.#pool.release(whole);
  }

  /** Octets of the direction are lost. */
  lost(direction: Direction): void {
    this.#side(direction)?.lost();
    // How much more than the record in hand is lost, nobody can say.
    this.content?.gap(direction, this.#records[direction]?.length ?? 1);
    this.drop(direction);
  }

  /** Application data that was opened. */
  applicationData(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    early: boolean,
  ): void {
    this.content ??= new OpenedContent(this.#context, this.#seen);
    this.content.data(direction, bytes, start, end, arrival, early);
  }

  /** The connection is over: gives back what is held. */
  end(): void {
    this.drop(0);
    this.drop(1);
    this.content?.end();
  }

  /** Gives back what a direction holds. */
  drop(direction: Direction): void {
    const record = this.#records[direction];
    if (record === null) return;
    if (record.bytes !== null) this.#pool.release(record.bytes);
    this.#records[direction] = null;
  }

  /** A handshake message, header included, read in clear or opened, before it changes what the connection is known to be. */
  message(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number): void {
    const { keys } = this;
    const isClient = this.#isClient(direction);
    const body = start + handshakeHeaderLength;
    keys.message(bytes, start, end, type === tlsHandshakeTypes.client_hello);
    switch (type) {
      case tlsHandshakeTypes.client_hello: {
        const shape = this.#seen.helloShape;
        if (isClient) keys.clientHello(bytes, body, end, shape?.cipherSuites ?? [], shape?.earlyData ?? false);
        return;
      }
      case tlsHandshakeTypes.server_hello: {
        if (isClient || this.#isTls13) return;
        const hello = parseServerHello(bytes, body, end, this.#context.serverHellos);
        if (hello.helloRetryRequest) return;
        this.#isTls13 = hello.version === tlsVersions.tls13;
        keys.serverHello(bytes, hello);
        return;
      }
      case tlsHandshakeTypes.client_key_exchange:
        if (isClient) keys.clientKeyExchange(bytes, body, end);
        return;
      case tlsHandshakeTypes.end_of_early_data:
        if (isClient) keys.endOfEarlyData();
        return;
      case tlsHandshakeTypes.finished:
        keys.finished(isClient);
        return;
      case tlsHandshakeTypes.key_update:
        if (this.#context.secrets.work.affordsKeys()) keys.keyUpdate(isClient);
        else this.#giveUp(direction, 'keys change more often than is followed: the rest was not read');
        return;
      default:
    }
  }

  /** The direction's records are protected from here on (TLS <= 1.2). */
  changeCipherSpec(direction: Direction): void {
    this.keys.changeCipherSpec(this.#isClient(direction));
  }

  /** Whether all that the direction sent under protection so far was opened. */
  allOpened(direction: Direction): boolean {
    return (this.#side(direction)?.closed ?? 0) === 0;
  }

  /** Why protected records stayed closed, in words for a report; null where they were opened. */
  closedBecause(): string | null {
    const { client, server, unsupported, found } = this.keys;
    if (unsupported !== null) return unsupported;
    if (!found) return 'encrypted: none of the keys given is for this connection';
    if (isUnfit(client) || isUnfit(server)) return keysDoNotFit;
    const opened = (client?.opened ?? 0) + (server?.opened ?? 0);
    return opened > 0 ? null : 'encrypted: the keys given for this connection do not reach its handshake';
  }

  #open(
    sink: OpenedSink,
    direction: Direction,
    record: SealedRecord,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    const side = this.#side(direction);
    const { version } = this.#seen;
    const isTls13 = version === null || version === tlsVersions.tls13;
    // RFC 9846 (Record Payload Protection): always that of TLS 1.2.
    const recordVersion = isTls13 ? tlsVersions.tls12 : version;
    const tries = side?.tries ?? 0;
    const plain = side === null ? null : side.open(record.type, recordVersion, bytes, start, end);
    const more = (side?.tries ?? 0) - tries - 1;
    if (more > 0 && !this.#context.secrets.work.affordsTries(more)) {
      this.#seen.odd('protected records that did not open are more than are searched for: the rest was not read');
      side?.giveUp();
    }
    if (side === null || plain === null) {
      sink.stayedClosed(direction, record.type, record.length, arrival);
      return;
    }
    const early = isTls13 && side.phase === tls13Phases.early;
    sink.opened(direction, side.contentType, plain, 0, plain.length, arrival, early);
  }

  /** Nothing more of a direction is opened. */
  #giveUp(direction: Direction, because: string): void {
    this.#seen.odd(because);
    this.lost(direction);
    this.#side(direction)?.giveUp();
  }

  #side(direction: Direction): SealedSide | null {
    return this.#isClient(direction) ? this.keys.client : this.keys.server;
  }

  #isClient(direction: Direction): boolean {
    return this.#seen.client === direction;
  }
}

/** What is said of a connection whose keys don't open it. */
export const keysDoNotFit = 'the keys given do not fit';

/** Keys were there for records, and none opened. */
function isUnfit(side: SealedSide | null): boolean {
  return side !== null && side.opened === 0 && side.closed > 0;
}
