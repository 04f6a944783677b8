// What is known of one hop and of one service while connections come in: counts and a few frames, never the records.
import type { ConnectionRecord, FlowKind, TlsSession } from '../model/connection-record.js';
import { classifySession, evidenceFrame, type SessionFact } from './session-fact.js';
import { Tally } from './tally.js';

// A hop that shows more distinct identities or names than this is a proxy or an attack; the count of flows still tells.
const maxIdentities = 64;
const maxServerNames = 64;
const maxProtocols = 16;

const noSights: Readonly<Tally> = new Tally();

/** Facts of a service: an address, a port and a server name, over all its clients. */
export class ServiceFacts {
  readonly refused: Tally = new Tally();
  readonly servedWithout: Tally = new Tally();
}

/** Facts of a hop. Adding commutes, so that records may come in any order. */
export class HopFacts {
  readonly id: string;
  readonly clientIp: string;
  readonly serverIp: string;
  readonly port: number;
  readonly flows: number[] = [];
  firstFrame: number = Number.POSITIVE_INFINITY;
  startTime: string;
  endTime: string;
  /** Server name of the earliest flow that has one. */
  serverName: string | null = null;
  readonly kinds: Map<FlowKind, Tally> = new Map();
  readonly protocols: string[] = [];
  readonly cleartextProtocols: string[] = [];
  readonly versions: string[] = [];
  readonly identities: string[] = [];
  /** Server names under which certificates were presented: enforcement is proven by name. */
  readonly presentedNames: string[] = [];
  /** Basis of the earliest session that can't be told, and of the earliest unknown payload. */
  unknownBasis: string | null = null;
  kindBasis: string | null = null;
  /** By kind of session; kinds that never occurred have no entry, for a capture may show a million hops. */
  readonly #sessions: Map<SessionFact, Tally> = new Map();
  #serverNameFrame = Number.POSITIVE_INFINITY;
  #unknownFrame = Number.POSITIVE_INFINITY;
  #kindFrame = Number.POSITIVE_INFINITY;

  constructor(id: string, record: ConnectionRecord) {
    this.id = id;
    this.clientIp = record.client.ip;
    this.serverIp = record.server.ip;
    this.port = record.server.port;
    this.startTime = record.startTime;
    this.endTime = record.endTime;
  }

  /** Adds a connection of this hop; returns what its TLS session is counted as, or null without one. */
  add(record: ConnectionRecord): SessionFact | null {
    this.flows.push(record.id);
    this.firstFrame = Math.min(this.firstFrame, record.firstFrame);
    if (record.startTime < this.startTime) this.startTime = record.startTime;
    if (record.endTime > this.endTime) this.endTime = record.endTime;
    tallyOf(this.kinds, record.kind).add(record.firstFrame, 'observed');
    addBounded(this.protocols, record.protocol, maxProtocols);
    if (record.kind === 'cleartext') addBounded(this.cleartextProtocols, record.protocol, maxProtocols);
    if (record.kindBasis !== null && record.firstFrame < this.#kindFrame) {
      this.#kindFrame = record.firstFrame;
      this.kindBasis = record.kindBasis;
    }
    return record.tls === null ? null : this.#addSession(record, record.tls);
  }

  addIdentity(identity: string | null): void {
    addBounded(this.identities, identity, maxIdentities);
  }

  /** Tally of one kind of session. */
  of(fact: SessionFact): Readonly<Tally> {
    return this.#sessions.get(fact) ?? noSights;
  }

  #addSession(record: ConnectionRecord, session: TlsSession): SessionFact {
    const fact = classifySession(session);
    tallyOf(this.#sessions, fact).add(evidenceFrame(record, session, fact), session.clientAuth.certainty);
    addBounded(this.versions, session.version, maxProtocols);
    const serverName = session.clientHello?.serverName ?? null;
    if (serverName !== null && record.firstFrame < this.#serverNameFrame) {
      this.#serverNameFrame = record.firstFrame;
      this.serverName = serverName;
    }
    if (fact === 'presented') addBounded(this.presentedNames, serverName ?? '', maxServerNames);
    if ((fact === 'unknown' || fact === 'renegotiated') && record.firstFrame < this.#unknownFrame) {
      this.#unknownFrame = record.firstFrame;
      this.unknownBasis = session.clientAuth.basis;
    }
    return fact;
  }
}

function tallyOf<K>(tallies: Map<K, Tally>, key: K): Tally {
  const tally = tallies.get(key) ?? new Tally();
  tallies.set(key, tally);
  return tally;
}

function addBounded(values: string[], value: string | null, limit: number): void {
  if (value !== null && values.length < limit && !values.includes(value)) values.push(value);
}
