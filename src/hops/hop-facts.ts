// What is known of one hop and of one service while connections come in: counts and a few frames, never the records.
import type { ConnectionRecord, FlowKind, TlsSession } from '../model/connection-record.js';
import { classifySession, evidenceFrame, type SessionFact, sessionFacts } from './session-fact.js';
import { Tally } from './tally.js';

// A hop that shows more distinct identities or names than this is a proxy or an attack; the count of flows still tells.
const maxIdentities = 64;
const maxServerNames = 64;
const maxProtocols = 16;

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
  firstFrame = Number.POSITIVE_INFINITY;
  startTime: string;
  endTime: string;
  /** Server name of the earliest flow that has one. */
  serverName: string | null = null;
  readonly kinds: Map<FlowKind, Tally> = new Map();
  readonly protocols: Set<string> = new Set();
  readonly cleartextProtocols: Set<string> = new Set();
  readonly versions: Set<string> = new Set();
  readonly identities: Set<string> = new Set();
  readonly sessions: Map<SessionFact, Tally> = new Map(sessionFacts.map((fact) => [fact, new Tally()]));
  /** Server names under which certificates were presented: enforcement is proven by name. */
  readonly presentedNames: Set<string> = new Set();
  /** Basis of the earliest session that can't be told, and of the earliest unknown payload. */
  unknownBasis: string | null = null;
  kindBasis: string | null = null;
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
  of(fact: SessionFact): Tally {
    return tallyOf(this.sessions, fact);
  }

  #addSession(record: ConnectionRecord, session: TlsSession): SessionFact {
    const fact = classifySession(session);
    this.of(fact).add(evidenceFrame(record, session, fact), session.clientAuth.certainty);
    if (session.version !== null) this.versions.add(session.version);
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

function addBounded(values: Set<string>, value: string | null, limit: number): void {
  if (value !== null && values.size < limit) values.add(value);
}
