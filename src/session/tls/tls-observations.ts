import {
  type HandshakeSignatures,
  maxHandshakeMessages,
  type ServerKeyExchangeRecord,
} from '../../model/connection-record.js';
import type { Arrival, Direction } from '../../model/stream.js';
import type { StoredCertificate } from '../../pki/certificate-store.js';
import type { OcspResponse } from '../../pki/ocsp-response.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import type { ClientHelloShape } from '../../wire/tls/client-hello-shape.js';
import type { HelloTransport } from '../../wire/tls/ja4.js';
import type { ServerHelloValue } from '../../wire/tls/server-hello.js';
import type { TlsExchangeLog } from '../content/exchange-log.js';
import type { RequestContent } from '../content/request-content.js';
import { maxListedAlerts } from '../limits.js';
import type { EarlierRandom } from '../shared/random-index.js';
import { DecryptedObservations } from './decrypted-observations.js';
import { type Expectation, expectAfterAnywhere } from './handshake-order.js';
import type { HandshakeTranscript } from './handshake-transcript.js';
import { noMessage, type RingPosition } from './message-ring.js';

/** Records that client authentication in TLS 1.3 is told from; longer flights are not seen in practice. */
export const maxProtectedRecords = 64;

/** An alert as it was seen; `code` is null while it is encrypted. */
export interface ObservedAlert {
  direction: Direction;
  frame: number;
  level: number | null;
  code: number | null;
  /** It crossed under protection, whether keys opened it or not. */
  encrypted: boolean;
}

/** A readable ticket. */
export interface ObservedTicket {
  direction: Direction;
  frame: number;
  lifetimeSeconds: number;
  length: number;
}

/** Beside the handshake types, what else a list of messages holds. */
export const observedTypes = { changeCipherSpec: 0x100, encrypted: 0x101 } as const;

/** What one direction of a TLS connection has shown. Frames are 0 until seen. */
export class ObservedDirection {
  certificates: StoredCertificate[] | null = null;
  certificateFrame = 0;
  certificateVerifyFrame = 0;
  changeCipherSpecFrame = 0;
  /** First protected application data after the handshake (for TLS 1.3: first protected record). */
  applicationFrame = 0;
  finFrame = 0;
  rstFrame = 0;
  records = 0;
  /** Of TLS 1.3, the first protected records: length, offset in the stream, acknowledged offset, frame; four a record. */
  protectedRecords: number[] | null = null;
  /** How many of those stand before the first loss of a record header; null while all headers were seen. */
  recordsBeforeLoss: number | null = null;
  /** Offset of the octet after the last handshake record in clear; 0 = none was seen. */
  hellosEnd = 0;
  /** A record whose sender had not received as much of the other direction is early data. */
  earlyDataBelow = 0;
  /** Why messages of this direction may have escaped; null while all of its handshake was read. */
  hiddenBecause: string | null = null;
  /** Which message may come next, in TLS <= 1.2; null before the first and after a loss: any. */
  expected: Expectation | null = null;

  /** Whether this is as `afterHello` makes it: a ClientHello was seen, and nothing else. */
  get saidOnlyHello(): boolean {
    return (
      this.hellosEnd > 0 &&
      this.expected === afterClientHello &&
      this.certificates === null &&
      this.certificateVerifyFrame === 0 &&
      this.changeCipherSpecFrame === 0 &&
      this.applicationFrame === 0 &&
      this.finFrame === 0 &&
      this.rstFrame === 0 &&
      this.protectedRecords === null &&
      this.recordsBeforeLoss === null &&
      this.earlyDataBelow === 0 &&
      this.hiddenBecause === null
    );
  }

  /** Nothing was seen but a ClientHello, whose record ends at `hellosEnd`. */
  afterHello(hellosEnd: number): void {
    this.hellosEnd = hellosEnd;
    this.expected = afterClientHello;
  }

  /** Notes a protected record of TLS 1.3 while few are known: the handshake's are the first. */
  noteProtected(length: number, offset: number, arrival: Arrival): void {
    if (arrival.acknowledged >= 0 && arrival.acknowledged < this.earlyDataBelow) return;
    this.protectedRecords ??= [];
    if (this.protectedRecords.length >= maxProtectedRecords * 4) return;
    this.protectedRecords.push(length, offset, arrival.acknowledged, arrival.frame);
  }

  /**
   * The ServerHello ends at `offset` of the other direction: of the records so far only those remain that were sent in
   * knowledge of it (and were captured too early). Without an ACK a record counts as early data where that was offered.
   */
  forgetEarlyData(offset: number, offered: boolean): void {
    this.earlyDataBelow = offset;
    const records = this.protectedRecords;
    if (records === null) return;
    let kept = 0;
    for (let at = 0; at < records.length; at += 4) {
      const acknowledged = records[at + 2]!;
      if (acknowledged < 0 ? offered : acknowledged < offset) continue;
      records.copyWithin(kept, at, at + 4);
      kept += 4;
    }
    records.length = kept;
    if (this.recordsBeforeLoss !== null) this.recordsBeforeLoss = 0;
  }
}

const afterClientHello = expectAfterAnywhere(tlsHandshakeTypes.client_hello);
const noMessages: readonly number[] = [];

/**
 * What only a hello that was answered goes on to show. Apart, since half-open connections are the many, and in a flood a
 * million of them are held.
 */
class AnswerObservations {
  /** Keys of `ResumptionIndex`, see `ticketKey`: for the session id that the server chose. */
  sessionIdKey: number | null = null;
  /** For a ticket that came before it was told whether the session is a resumed one. */
  renewedTicketKey: number | null = null;
  /** Offset of the octet after the ServerHello's record in the server's stream; -1 = not seen. */
  serverHelloEnd = -1;
  helloRetryRequestFrame = 0;
  request: RequestContent | null = null;
  requestFrame = 0;
  serverHelloDoneFrame = 0;
  /** Frame of an SSLv2 SERVER-HELLO. */
  sslv2ServerFrame = 0;
  /** Nothing of the server's direction was lost up to ServerHelloDone: what was not seen was not sent. */
  serverFlightWhole = false;
  clientKeyExchangeFrame = 0;
  /** Likewise for the client's direction up to its ChangeCipherSpec. */
  clientFlightWhole = false;
  serverKeyExchange: ServerKeyExchangeRecord | null = null;
  ocspStaple: { frame: number; length: number } | null = null;
  /** The same, read; null where it can't be. */
  staple: OcspResponse | null = null;
  /** What a signature to come covers; null when none is to come. */
  transcript: HandshakeTranscript | null = null;
  signatures: HandshakeSignatures | null = null;
  resumed: boolean | null = null;
  resumedFrom: number | null = null;
  /** Frame that settled `resumed`. */
  resumedFrame = 0;
  tickets: ObservedTicket[] | null = null;
  renegotiationFrames: number[] | null = null;
  alerts: ObservedAlert[] | null = null;
  /** What keys showed; null without. */
  decrypted: DecryptedObservations | null = null;
  /** An earlier flow with the same server random; null where there is none, which is nearly always. */
  sameServerRandom: EarlierRandom | null = null;
  /** Why keys that were given show no more; null where none are given, or all is open. */
  closedBecause: string | null = null;
  /** Questions and answers after the handshake. */
  exchanges: TlsExchangeLog | null = null;
}

/** Of a hello without an answer: never written. */
const noAnswer: Readonly<AnswerObservations> = Object.freeze(new AnswerObservations());

/** Everything that a TLS connection has shown so far, by direction; who is client is told last. */
export class TlsObservations {
  /** Told by the messages themselves; null while none told. */
  client: Direction | null = null;
  /** What every hello of its kind says alike; null without a ClientHello. */
  helloShape: ClientHelloShape | null = null;
  clientHelloFrame = 0;
  legacyVersion = 0;
  serverName: string | null = null;
  /** Octets of the ticket or PSK identity that was offered first; 0 = none was. */
  ticketOctets = 0;
  /** The client offered a session id (SSLv3 to TLS 1.2: a session to resume). */
  offersSessionId = false;
  /**
   * Key of `ResumptionIndex` for the ticket offered. Null without, not 0: a field for numbers of this size takes a box in
   * every connection, full or empty.
   */
  ticketKey: number | null = null;
  /** An earlier flow with the same client random. Not in `answer`: a flood that repeats one hello must not make that. */
  sameClientRandom: EarlierRandom | null = null;
  serverHello: ServerHelloValue | null = null;
  serverHelloFrame = 0;
  /** Handshake messages in the order of the wire, packed: frame, type * 2 + direction, length; three a message. */
  messages: readonly number[] = noMessages;
  /** Null until something is odd. */
  anomalies: Set<string> | null = null;
  /** The last ServerHello was a HelloRetryRequest: another ClientHello is to come. */
  retrying = false;
  /** To be read; `answered` is for writing. */
  answer: Readonly<AnswerObservations> = noAnswer;
  /** Where the ClientHello is kept for a signature that covers it. */
  helloAt: RingPosition = noMessage;
  readonly flowId: number;
  readonly transport: HelloTransport;
  #a: ObservedDirection | null = null;
  #b: ObservedDirection | null = null;

  constructor(flowId: number, transport: HelloTransport = 'tcp') {
    this.flowId = flowId;
    this.transport = transport;
  }

  /** `answer`, to be written. */
  answered(): AnswerObservations {
    if (this.answer === noAnswer) this.answer = new AnswerObservations();
    return this.answer;
  }

  /** What keys showed, to be written. */
  observeDecrypted(): DecryptedObservations {
    const answer = this.answered();
    answer.decrypted ??= new DecryptedObservations();
    return answer.decrypted;
  }

  /** What a direction has shown. */
  of(direction: Direction): ObservedDirection {
    if (direction === 0) {
      this.#a ??= new ObservedDirection();
      return this.#a;
    }
    this.#b ??= new ObservedDirection();
    return this.#b;
  }

  /** Whether all that they tell is what `KeptHellos` keeps: a ClientHello in `direction`, and no more. */
  tellOnlyHello(direction: Direction): boolean {
    const peer = direction === 0 ? this.#b : this.#a;
    return (
      peer === null &&
      this.client === direction &&
      this.clientHelloFrame > 0 &&
      this.messages.length === 3 &&
      this.messages[0] === this.clientHelloFrame &&
      this.serverHello === null &&
      this.anomalies === null &&
      !this.retrying &&
      this.answer === noAnswer &&
      this.transport === 'tcp' &&
      this.of(direction).saidOnlyHello
    );
  }

  /** Lists a message, while there is room. */
  list(direction: Direction, frame: number, type: number, length: number): void {
    const { messages } = this;
    // The first is made to measure: of most half-open connections it stays the only one.
    if (messages.length === 0) this.messages = [frame, type * 2 + direction, length];
    else if (messages.length < maxHandshakeMessages * 3)
      (messages as number[]).push(frame, type * 2 + direction, length);
  }

  /** Notes an alert, while there is room. */
  noteAlert(direction: Direction, frame: number, level: number | null, code: number | null, encrypted: boolean): void {
    const alert = { direction, frame, level, code, encrypted };
    const { alerts } = this.answer;
    if (alerts === null) this.answered().alerts = [alert];
    else if (alerts.length < maxListedAlerts) alerts.push(alert);
  }

  /** Notes an oddity, once. */
  odd(what: string): void {
    this.anomalies ??= new Set();
    this.anomalies.add(what);
  }

  /** The negotiated version's number, or null. */
  get version(): number | null {
    return this.serverHello === null ? null : this.serverHello.version;
  }
}
