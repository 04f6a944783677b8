// What is known of one hop and of one service while connections come in: counts and a few frames, never the records.
import { formatEndpoint } from '../base/address.js';
import type { ConnectionRecord, FlowKind, TlsSession } from '../model/connection-record.js';
import { mayBeAskedLater } from '../model/later-request.js';
import { classifySession, evidenceFrame, firstSaid, type SessionFact } from './session-fact.js';
import type { ShortLists } from './short-lists.js';
import { Tallies, Tally } from './tally.js';

// A hop that shows more distinct identities or names than this is a proxy or an attack; the count of flows still tells.
const maxIdentities = 64;
const maxServerNames = 64;
const maxProtocols = 16;

const none: readonly string[] = [];
const noSights: Readonly<Tally> = new Tally();

/** Facts of a service: an address, a port and a server name, over all its clients. */
export class ServiceFacts {
  readonly refused: Tally = new Tally();
  readonly servedWithout: Tally = new Tally();
}

/** Facts of a hop. Adding commutes, so that records may come in any order. */
export class HopFacts {
  readonly clientIp: string;
  readonly serverIp: string;
  readonly port: number;
  /** The service's number. */
  readonly service: number;
  flowCount = 0;
  firstFrame: number = Number.POSITIVE_INFINITY;
  startTime: string;
  endTime: string;
  /** Server name of the earliest flow that has one. */
  serverName: string | null = null;
  readonly kinds: Tallies<FlowKind> = new Tallies();
  protocols: readonly string[] = none;
  cleartextProtocols: readonly string[] = none;
  versions: readonly string[] = none;
  identities: readonly string[] = none;
  /** Server names under which certificates were presented: enforcement is proven by name. */
  presentedNames: readonly string[] = none;
  /** Basis of the earliest session that can't be told, and of the earliest unknown payload. */
  unknownBasis: string | null = null;
  kindBasis: string | null = null;
  /** Resumed sessions whose full handshake is in the capture, on whichever hop. */
  originals = 0;
  /** By kind of session; kinds that never occurred have no entry, for a capture may show a million hops. */
  readonly #sessions: Tallies<SessionFact> = new Tallies();
  readonly #capture: number;
  #lastFrame: number;
  #serverNameFrame = Number.POSITIVE_INFINITY;
  #unknownFrame = Number.POSITIVE_INFINITY;
  #kindFrame = Number.POSITIVE_INFINITY;

  constructor(service: number, record: ConnectionRecord) {
    this.service = service;
    this.clientIp = record.client.ip;
    this.serverIp = record.server.ip;
    this.port = record.server.port;
    this.startTime = record.startTime;
    this.endTime = record.endTime;
    this.#capture = record.capture;
    this.#lastFrame = record.lastFrame;
  }

  /** '10.0.0.5->10.0.0.9:8443' */
  get id(): string {
    return `${this.clientIp}->${formatEndpoint(this.serverIp, this.port)}`;
  }

  /** Adds a connection of this hop; returns what its TLS session is counted as, or null without one. */
  add(record: ConnectionRecord, lists: ShortLists): SessionFact | null {
    this.flowCount++;
    this.#span(record);
    this.kinds.of(record.kind).add(record.tls === null ? firstSaid(record) : record.firstFrame, 'observed');
    this.protocols = lists.with(this.protocols, record.protocol, maxProtocols);
    // Only the beginning was protected.
    const left = record.upgrade?.outcome === 'taken' ? record.upgrade.wentOnFrame : null;
    if (left !== null) this.kinds.of('cleartext').add(left, 'observed');
    if (record.kind === 'cleartext' || left !== null) {
      this.cleartextProtocols = lists.with(this.cleartextProtocols, record.protocol, maxProtocols);
    }
    if (record.kindBasis !== null && record.firstFrame < this.#kindFrame) {
      this.#kindFrame = record.firstFrame;
      this.kindBasis = record.kindBasis;
    }
    return record.tls === null ? null : this.#addSession(record, record.tls, lists);
  }

  /** Frames tell earlier from later within a capture, without looking at the text of a time. */
  #span(record: ConnectionRecord): void {
    const sameCapture = record.capture === this.#capture;
    if (sameCapture ? record.firstFrame < this.firstFrame : record.startTime < this.startTime) {
      this.startTime = record.startTime;
    }
    if (sameCapture ? record.lastFrame > this.#lastFrame : record.endTime > this.endTime) {
      this.endTime = record.endTime;
      if (sameCapture) this.#lastFrame = record.lastFrame;
    }
    if (record.firstFrame < this.firstFrame) this.firstFrame = record.firstFrame;
  }

  addIdentity(identity: string | null, lists: ShortLists): void {
    this.identities = lists.with(this.identities, identity, maxIdentities);
  }

  /** Tally of one kind of session. */
  of(fact: SessionFact): Readonly<Tally> {
    return this.#sessions.get(fact) ?? noSights;
  }

  #addSession(record: ConnectionRecord, session: TlsSession, lists: ShortLists): SessionFact {
    const fact = classifySession(session, record);
    this.#sessions.of(fact).add(evidenceFrame(record, session, fact), session.clientAuth.certainty);
    if (fact === 'resumed' && session.resumedFrom !== null) this.originals++;
    this.versions = lists.with(this.versions, session.version, maxProtocols);
    const serverName = session.clientHello?.serverName ?? null;
    if (serverName !== null && record.firstFrame < this.#serverNameFrame) {
      this.#serverNameFrame = record.firstFrame;
      this.serverName = serverName;
    }
    if (fact === 'presented') {
      this.presentedNames = lists.with(this.presentedNames, serverName ?? '', maxServerNames);
    }
    if ((fact === 'unknown' || fact === 'renegotiated') && record.firstFrame < this.#unknownFrame) {
      this.#unknownFrame = record.firstFrame;
      this.unknownBasis = unknownBasis(session);
    }
    return fact;
  }
}

function unknownBasis(session: TlsSession): string {
  const { basis } = session.clientAuth;
  if (!mayBeAskedLater(session)) return basis;
  return `${basis}; the client offered post-handshake authentication, so that the server may have asked later`;
}
