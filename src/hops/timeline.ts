// Each hop's state over time. The state of a connection is what `session-fact` makes of it; connections of one state in a row are
// an interval.

import { formatEndpoint } from '../base/address.js';
import { secondsOf } from '../base/time.js';
import type { Certainty, ConnectionRecord } from '../model/connection-record.js';
import type { Hop } from '../model/hop.js';
import type { CaptureInfo } from '../model/report.js';
import type {
  ConnectionState,
  HopTimeline,
  MutualTlsStop,
  Timeline,
  TimelineInterval,
  TimelineMark,
} from '../model/timeline.js';
import { classifySession, evidenceFrame, firstSaid, type SessionFact, weaker } from './session-fact.js';

/** Connections kept, some 200 octets each: they come nearly in the order of time, and only the whole can be put in order. */
const maxTimelineConnections = 500_000;

/** Identities told of an interval; a client that shows more is a proxy. */
const maxIdentities = 16;

const stateOf: Readonly<Record<SessionFact, ConnectionState>> = {
  'not-requested': 'server-only',
  'served-without': 'optional',
  declined: 'unknown',
  presented: 'presented',
  refused: 'rejected',
  dropped: 'rejected',
  resumed: 'resumed',
  renegotiated: 'unknown',
  unknown: 'unknown',
};

/** States in which whoever asks is served without a certificate. */
const withoutMutual: ReadonlySet<ConnectionState> = new Set(['cleartext', 'server-only', 'optional']);

/** What is kept of a connection. */
interface Moment {
  hop: string;
  time: string;
  until: string;
  flow: number;
  capture: number;
  frame: number;
  state: ConnectionState;
  certainty: Certainty | 'none';
  resumedFrom: number | null;
  /** SHA-256 of the client's certificate. */
  certificate: string | null;
}

/** Negative where the first time is the earlier, each by the clock of its connection's capture. */
type TimeOrder = (a: Pick<Moment, 'capture'>, aTime: string, b: Pick<Moment, 'capture'>, bTime: string) => number;

/** The ends of a hop. */
type Ends = Pick<HopTimeline, 'hop' | 'client' | 'server'>;

/** Gathers connections in any order; names may come at any time before `finish`. */
export class TimelineFolder {
  /** Connections left out because there were too many. */
  leftOut = 0;
  readonly #most: number;
  readonly #moments: Moment[] = [];
  readonly #hops: Map<string, Ends> = new Map();
  /** Seconds by which the clocks of the captures are ahead, by index; 0 where nothing tells. */
  readonly #ahead: number[] = [];

  /** Keeps at most `most` connections. */
  constructor(most: number = maxTimelineConnections) {
    this.#most = most;
  }

  /** Adds a connection; those without payload say nothing. */
  add(record: ConnectionRecord): void {
    if (record.kind === 'empty') return;
    if (this.#moments.length >= this.#most) {
      this.leftOut++;
      return;
    }
    const hop = this.#hopOf(record);
    const fact = record.tls === null || record.kind === 'cleartext' ? null : classifySession(record.tls, record);
    this.#moments.push({
      hop,
      time: record.startTime,
      until: record.endTime,
      flow: record.id,
      capture: record.capture,
      frame: fact === null ? firstSaid(record) : evidenceFrame(record, record.tls!, fact),
      state: record.kind === 'cleartext' ? 'cleartext' : fact === null ? 'unknown' : stateOf[fact],
      certainty: record.kind === 'cleartext' ? 'observed' : (record.tls?.clientAuth.certainty ?? 'none'),
      resumedFrom: record.tls?.resumedFrom ?? null,
      certificate: record.tls?.clientCertificates?.[0] ?? null,
    });
  }

  /** Takes the captures, in their order: what their clocks are ahead is known when all connections were told. */
  capture({ clock }: CaptureInfo): void {
    this.#ahead.push(clock?.uncertaintySeconds != null ? clock.offsetSeconds : 0);
  }

  /** Takes the names of a hop. */
  name({ id, client, server }: Hop): void {
    const ends = this.#hops.get(id);
    if (ends === undefined) return;
    ends.client.name = client.name;
    ends.server.name = server.name ?? ends.server.name;
  }

  /** The whole in the order of time; `identity` names a certificate by its SHA-256. */
  finish(identity: (sha256: string) => string | null): Timeline {
    const byTime = this.#order();
    const moments = this.#moments.sort((a, b) => byTime(a, a.time, b, b.time) || a.flow - b.flow);
    inherit(moments);
    const byHop: Map<string, Moment[]> = groupBy(moments, ({ hop }) => hop);
    const hops: HopTimeline[] = [];
    for (const [hop, own] of byHop)
      hops.push({ ...this.#hops.get(hop)!, intervals: intervalsOf(own, identity, byTime) });
    return {
      hops,
      stops: this.#stops(moments, identity),
      clocks: [...this.#ahead.entries()]
        .filter(([, aheadSeconds]) => aheadSeconds !== 0)
        .map(([capture, aheadSeconds]) => ({ capture, aheadSeconds })),
      connections: moments.length,
      leftOut: this.leftOut,
    };
  }

  /** Compares two times, each by the clock of the capture that shows its connection. */
  #order(): TimeOrder {
    const ahead = this.#ahead;
    // RFC 3339 in UTC sorts as text.
    if (ahead.every((seconds) => seconds === ahead[0])) return (_a, aTime, _b, bTime) => compare(aTime, bTime);
    return ({ capture: a }, aTime, { capture: b }, bTime) =>
      a === b ? compare(aTime, bTime) : secondsOf(aTime) - (ahead[a] ?? 0) - (secondsOf(bTime) - (ahead[b] ?? 0));
  }

  #hopOf({ client, server, tls }: ConnectionRecord): string {
    const hop = `${client.ip}->${formatEndpoint(server.ip, server.port)}`;
    const asked = tls?.clientHello?.serverName ?? null;
    const known = this.#hops.get(hop);
    if (known !== undefined) {
      known.server.name ??= asked;
      return known.hop;
    }
    this.#hops.set(hop, {
      hop,
      client: { ip: client.ip, name: null },
      server: { ip: server.ip, port: server.port, name: asked },
    });
    return hop;
  }

  #stops(moments: readonly Moment[], identity: (sha256: string) => string | null): MutualTlsStop[] {
    const service = ({ hop }: Moment): string => {
      const { server } = this.#hops.get(hop)!;
      return formatEndpoint(server.ip, server.port);
    };
    const stops: MutualTlsStop[] = [];
    for (const own of groupBy(moments, service).values()) {
      const found = stopOf(own);
      if (found === null) continue;
      const { stop, last } = found;
      const { server } = this.#hops.get(stop.hop)!;
      stops.push({
        server,
        stop: { ...markOf(stop), client: this.#hops.get(stop.hop)!.client.ip, state: stop.state },
        last: {
          ...markOf(last),
          client: this.#hops.get(last.hop)!.client.ip,
          identity: last.certificate === null ? null : identity(last.certificate),
        },
        certainty: weaker(stop.certainty, last.certainty),
      });
    }
    return stops.sort((a, b) => compare(a.stop.time, b.stop.time) || a.stop.flow - b.stop.flow);
  }
}

/** A resumed session is what its full handshake was (RFC 9846 §2.2, RFC 5077 §3): the certificate of then still speaks. */
function inherit(moments: readonly Moment[]): void {
  const wanted = new Set(moments.map(({ resumedFrom }) => resumedFrom));
  const originals: Map<number, Moment> = new Map();
  for (const moment of moments) if (wanted.has(moment.flow)) originals.set(moment.flow, moment);
  for (const moment of moments) {
    const original = moment.resumedFrom === null ? undefined : originals.get(moment.resumedFrom);
    if (moment.state !== 'resumed' || original === undefined) continue;
    if (original.state !== 'presented' && !withoutMutual.has(original.state)) continue;
    moment.state = original.state;
    moment.certainty = original.certainty;
    moment.certificate = original.certificate;
  }
}

function intervalsOf(
  moments: readonly Moment[],
  identity: (sha256: string) => string | null,
  byTime: TimeOrder,
): TimelineInterval[] {
  let latest: Moment | null = null;
  const intervals: TimelineInterval[] = [];
  for (const moment of moments) {
    let interval = intervals.at(-1);
    if (interval?.state !== moment.state) {
      const mark = markOf(moment);
      interval = {
        state: moment.state,
        certainty: moment.certainty,
        connections: 0,
        first: mark,
        last: mark,
        until: moment.until,
        identities: [],
      };
      intervals.push(interval);
      latest = moment;
    }
    interval.connections++;
    interval.certainty = weaker(interval.certainty, moment.certainty);
    interval.last = markOf(moment);
    if (latest === null || byTime(moment, moment.until, latest, latest.until) > 0) {
      latest = moment;
      interval.until = moment.until;
    }
    const name = moment.certificate === null ? null : identity(moment.certificate);
    const { identities } = interval;
    if (name !== null && identities.length < maxIdentities && !identities.includes(name)) identities.push(name);
  }
  return intervals;
}

/**
 * Where mutual TLS ended on a service. Clients differ: that one has no certificate where another has is no end. So the one who
 * goes on without must have had it before, or nobody went without until then.
 */
function stopOf(moments: readonly Moment[]): { stop: Moment; last: Moment } | null {
  const lastAt = moments.findLastIndex(({ state }) => state === 'presented');
  if (lastAt < 0) return null;
  const before = moments.slice(0, lastAt + 1);
  const wasAll = !before.some(({ state }) => withoutMutual.has(state));
  const hadIt = new Set(before.filter(({ state }) => state === 'presented').map(({ hop }) => hop));
  const stop = moments
    .slice(lastAt + 1)
    .find(({ state, hop }) => withoutMutual.has(state) && (wasAll || hadIt.has(hop)));
  return stop === undefined ? null : { stop, last: moments[lastAt]! };
}

function markOf({ time, flow, capture, frame }: Moment): TimelineMark {
  return { time, flow, capture, frame };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups: Map<string, T[]> = new Map();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
