// Says connections to the session floor through its public door, as the flow floor would: in order, skipping what is not
// wanted, and with every lent buffer overwritten after the call.

import { FlowFacts } from '../../src/flow/flow-facts.js';
import type { ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import type { Side } from '../../src/model/side.js';
import { type Arrival, type Direction, skipAll } from '../../src/model/stream.js';
import { buildConnectionRecord, type Session } from '../../src/session/connection-builder.js';
import { DatagramSession } from '../../src/session/datagrams/datagram-session.js';
import { RestingSessions } from '../../src/session/resting/resting.js';
import { SessionContext } from '../../src/session/shared/session-context.js';
import { StreamSession } from '../../src/session/stream-session.js';
import { octets } from '../build/tls.js';

/** What happens next on a connection. The frame of a step is its place in the list, counted from 1. */
export type Step =
  | { from: Side; bytes: Uint8Array }
  | { from: Side; missing: number }
  | { from: Side; closes: 'fin' | 'rst' };

/** The client sends. */
export const client = (...parts: readonly Uint8Array[]): Step => ({ from: 'client', bytes: octets(...parts) });

/** The server sends. */
export const server = (...parts: readonly Uint8Array[]): Step => ({ from: 'server', bytes: octets(...parts) });

/** Octets of one side that the capture does not have. */
export const missing = (from: Side, length: number): Step => ({ from, missing: length });

/** One side ends the connection. */
export const closes = (from: Side, how: 'fin' | 'rst' = 'fin'): Step => ({ from, closes: how });

/** How a connection is told. */
export interface Telling {
  /** Memories and budgets to share with other connections; else its own. */
  context?: SessionContext;
  id?: number;
  /** Whose packet is the first; the client's by default. */
  first?: Side;
  /** Whether the capture has the SYN; by default it does not, so that roles come from what is said. */
  syn?: boolean;
  clientPort?: number;
  serverPort?: number;
  /** Octets of a segment at most. */
  segment?: number;
  /** Before each thing that happens, the session is laid down where it can be, looked at, and made again. */
  rests?: boolean;
  /** Cut one step in two at an octet; both halves keep its frame. */
  cut?: { step: number; at: number };
}

/** A context as a run makes it. */
export function newContext(): SessionContext {
  return new SessionContext(0x5eed);
}

/** The record of a TCP connection on which `steps` happen. Throws when a budget is not given back. */
export function talk(steps: readonly Step[], telling: Telling = {}): ConnectionRecord {
  const context = telling.context ?? newContext();
  const lentBefore = context.octets.lent;
  const facts = factsOf(telling, 'tcp');
  const session = new StreamSession(context, facts.endpoints[0].port, facts.endpoints[1].port, facts.id);
  const hearing = new Hearing(session, facts, telling.rests === true ? new RestingSessions(context) : null);
  for (const [at, step] of steps.entries()) {
    const direction = directionOf(step.from, telling);
    hearing.frame = at + 1;
    if ('missing' in step) hearing.miss(direction, step.missing);
    else if ('closes' in step) hearing.close(direction, step.closes === 'rst');
    else for (const piece of pieces(step.bytes, at, telling)) hearing.hear(direction, piece);
  }
  return finish(facts, hearing.session(), context, lentBefore);
}

/** The same, and its TLS session, which must be there. */
export function talkTls(steps: readonly Step[], telling: Telling = {}): TlsSession {
  const { tls } = talk(steps, telling);
  if (tls === null) throw new Error('no TLS was found');
  return tls;
}

/** The record of a UDP exchange of these datagrams. */
export function talkDatagrams(steps: readonly Step[], telling: Telling = {}): ConnectionRecord {
  const context = telling.context ?? newContext();
  const facts = factsOf(telling, 'udp');
  const session = new DatagramSession(context, facts.endpoints[0].port, facts.endpoints[1].port, facts.id);
  const done = [false, false];
  for (const [at, step] of steps.entries()) {
    const direction = directionOf(step.from, telling);
    const arrival = { frame: at + 1, seconds: 0, nanoseconds: 0, acknowledged: -1, offset: 0 };
    if (done[direction] || !('bytes' in step)) continue;
    const lent = lend(step.bytes);
    done[direction] = session.datagram(direction, lent.bytes, lent.start, lent.end, arrival) === skipAll;
    lent.bytes.fill(poison);
  }
  return finish(facts, session, context, 0);
}

/** The record of a connection without payload. */
export function talkNothing(telling: Telling = {}): ConnectionRecord {
  return buildConnectionRecord(factsOf(telling, 'tcp'), null, newContext());
}

const poison = 0xee;
const margin = 13;

/** The octets in the middle of others, which no parser may look at. */
function lend(bytes: Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  const lent = new Uint8Array(bytes.length + 2 * margin).fill(0x16);
  lent.set(bytes, margin);
  return { bytes: lent, start: margin, end: margin + bytes.length };
}

function pieces(bytes: Uint8Array, step: number, { segment, cut }: Telling): Uint8Array[] {
  if (cut?.step === step) return [bytes.slice(0, cut.at), bytes.slice(cut.at)];
  if (segment === undefined) return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / segment) }, (_, at) =>
    bytes.slice(at * segment, (at + 1) * segment),
  );
}

function directionOf(side: Side, { first = 'client' }: Telling): Direction {
  return side === first ? 0 : 1;
}

function factsOf(telling: Telling, transport: 'tcp' | 'udp'): FlowFacts {
  const facts = new FlowFacts();
  const clientDirection = directionOf('client', telling);
  facts.id = telling.id ?? 1;
  facts.transport = transport;
  facts.endpoints[clientDirection] = { ip: '192.0.2.1', port: telling.clientPort ?? 49152 };
  facts.endpoints[1 - clientDirection] = { ip: '198.51.100.2', port: telling.serverPort ?? 8443 };
  facts.sawSyn = telling.syn ?? false;
  facts.opener = facts.sawSyn ? clientDirection : null;
  return facts;
}

function finish(facts: FlowFacts, session: Session, context: SessionContext, lentBefore: number): ConnectionRecord {
  const record = buildConnectionRecord(facts, session, context);
  if (context.octets.lent !== lentBefore) throw new Error(`${context.octets.lent} octets were not given back`);
  return record;
}

/** The flow floor's part: offsets, acknowledgments, and what the session does not want. */
class Hearing {
  frame = 0;
  #session: StreamSession;
  readonly #facts: FlowFacts;
  readonly #resting: RestingSessions | null;
  readonly #offsets: [number, number] = [0, 0];
  readonly #skips: [number, number] = [0, 0];

  constructor(session: StreamSession, facts: FlowFacts, resting: RestingSessions | null) {
    this.#session = session;
    this.#facts = facts;
    this.#resting = resting;
  }

  /** Who listens; after a rest, if it may. */
  session(): StreamSession {
    const ticket = this.#resting?.rest(this.#session) ?? 0;
    if (this.#resting !== null && ticket > 0) {
      this.#resting.glance(ticket, this.#facts.id, () => {});
      this.#session = this.#resting.wake(ticket, this.#facts.id);
    }
    return this.#session;
  }

  hear(direction: Direction, piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#facts.bytes[direction] += piece.length;
    const skip = this.#skips[direction];
    if (skip < piece.length) {
      const lent = lend(piece);
      const arrival = this.#arrival(direction, skip);
      this.#skips[direction] = this.session().data(direction, lent.bytes, lent.start + skip, lent.end, arrival);
      lent.bytes.fill(poison);
      Object.assign(arrival, { frame: -1, offset: -1, acknowledged: -1 });
    } else if (skip !== skipAll) {
      this.#skips[direction] = skip - piece.length;
    }
    this.#offsets[direction] += piece.length;
  }

  miss(direction: Direction, length: number): void {
    this.#facts.troubles ??= { gaps: [], anomalies: new Set() };
    this.#facts.troubles.gaps.push({ direction, offset: this.#offsets[direction], length });
    const skip = this.#skips[direction];
    if (skip < length) this.#skips[direction] = this.session().gap(direction, length - skip);
    else if (skip !== skipAll) this.#skips[direction] = skip - length;
    this.#offsets[direction] += length;
  }

  close(direction: Direction, reset: boolean): void {
    this.#facts.closed = reset ? 'rst' : 'fin';
    this.session().closed(direction, reset, this.#arrival(direction, 0));
  }

  #arrival(direction: Direction, skip: number): Arrival {
    return {
      frame: this.frame,
      seconds: this.frame,
      nanoseconds: 0,
      acknowledged: this.#offsets[1 - direction]!,
      offset: this.#offsets[direction] + skip,
    };
  }
}
