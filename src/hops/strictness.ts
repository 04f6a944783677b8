// Who would break if client certificates were required today, by what each client was seen doing at each service.
import { formatEndpoint } from '../base/address.js';
import type { Certainty, ChainProblemCode, ConnectionRecord } from '../model/connection-record.js';
import type { Hop } from '../model/hop.js';
import { networkServices } from '../model/network-service.js';
import type { ClientHabit, Readiness, StrictClient, Strictness, StrictService } from '../model/strictness.js';
import { CodeByFlow } from './code-by-flow.js';
import { classifySession, evidenceFrame, firstSaid, weaker } from './session-fact.js';

/** Pairs of client and service that are kept, about half a kilobyte each. */
const maxStrictPairs = 200_000;

/** What decides comes first: what breaks, what can't be told, what holds. */
const habits: readonly ClientHabit[] = [
  'cleartext',
  'declines',
  'bad-certificate',
  'refused',
  'untold',
  'resumed',
  'never-asked',
  'presents',
];

const readinessOf: Readonly<Record<ClientHabit, Readiness>> = {
  cleartext: 'breaks',
  declines: 'breaks',
  'bad-certificate': 'breaks',
  refused: 'breaks',
  // Nobody asked: whether it has a certificate is not to be seen.
  'never-asked': 'unproven',
  resumed: 'unproven',
  untold: 'unproven',
  presents: 'ready',
};

/** What a verifier refuses a chain for. Weak keys and signatures are a matter of its settings. */
const refused: ReadonlySet<ChainProblemCode> = new Set([
  'expired',
  'not-yet-valid',
  'self-signed',
  'untrusted',
  'wrong-eku',
  'wrong-key-usage',
  'not-a-ca',
  'path-length',
  'name-constraint',
  'critical-extension',
  'bad-signature',
  'revoked',
]);

/** Connections of one habit. */
interface Sight {
  count: number;
  certainty: Certainty | 'none';
  firstTime: string;
  last: StrictClient['last'];
}

/** A client at a service. */
interface Pair {
  ip: string;
  name: string | null;
  connections: number;
  readonly sights: Map<ClientHabit, Sight>;
  problems: ChainProblemCode[];
  /** SHA-256 of the certificate it showed last, and when. */
  certificate: string | null;
  certificateTime: string;
}

/** A service with its clients. */
interface Service {
  readonly server: StrictService['server'];
  readonly pairs: Map<string, Pair>;
}

/** Gathers connections in any order; names may come at any time before `finish`. */
export class StrictnessFolder {
  /** Connections left out because there were too many clients. */
  leftOut = 0;
  readonly #most: number;
  readonly #services: Map<string, Service> = new Map();
  readonly #habits: CodeByFlow = new CodeByFlow();
  #pairs = 0;

  /** Keeps at most `most` pairs of client and service. */
  constructor(most: number = maxStrictPairs) {
    this.#most = most;
  }

  /** Adds a connection. Those that say nothing are left out, and what TLS can't be laid under. */
  add(record: ConnectionRecord): void {
    if (record.kind === 'empty' || record.kind === 'opaque') return;
    if (record.transport === 'udp' && record.tls === null) return;
    if (record.kind === 'cleartext' && networkServices.has(record.protocol ?? '')) return;
    const habit = this.#habitOf(record);
    this.#habits.set(record.id, habits.indexOf(habit) + 1);
    const pair = this.#pairOf(record);
    if (pair === null) {
      this.leftOut++;
      return;
    }
    pair.connections++;
    addSight(pair, habit, record);
    if (habit !== 'presents' && habit !== 'bad-certificate') return;
    for (const { code } of record.tls?.clientVerification?.problems ?? []) {
      if (refused.has(code) && !pair.problems.includes(code)) pair.problems.push(code);
    }
    if (record.startTime < pair.certificateTime) return;
    pair.certificateTime = record.startTime;
    pair.certificate = record.tls?.clientCertificates?.[0] ?? pair.certificate;
  }

  /** Takes the names of a hop. */
  name({ client, server }: Hop): void {
    const service = this.#services.get(formatEndpoint(server.ip, server.port));
    const pair = service?.pairs.get(client.ip);
    if (service === undefined || pair === undefined) return;
    pair.name = client.name;
    service.server.name = server.name ?? service.server.name;
  }

  /** The answer, services with most to break first; `identity` names a certificate by its SHA-256. */
  finish(identity: (sha256: string) => string | null): Strictness {
    const shown = this.#certificatesByClient();
    const services: StrictService[] = [];
    for (const { server, pairs } of this.#services.values()) {
      const clients = [...pairs.values()].map((pair) => judge(pair, shown.get(pair.ip) ?? null, identity));
      const count = (readiness: Readiness): number => clients.filter((client) => client.readiness === readiness).length;
      services.push({
        server,
        clients: clients.sort(byNeed),
        breaks: count('breaks'),
        unproven: count('unproven'),
        ready: count('ready'),
      });
    }
    services.sort((a, b) => b.breaks - a.breaks || b.unproven - a.unproven || byServer(a, b));
    return { services, leftOut: this.leftOut };
  }

  #habitOf(record: ConnectionRecord): ClientHabit {
    const { tls, kind } = record;
    if (kind === 'cleartext') return 'cleartext';
    if (tls === null) return 'untold';
    switch (classifySession(tls, record)) {
      case 'not-requested':
        return 'never-asked';
      case 'served-without':
      case 'declined':
        return 'declines';
      case 'presented':
        return tls.clientVerification?.problems.some(({ code }) => refused.has(code)) ? 'bad-certificate' : 'presents';
      case 'refused':
        return 'refused';
      case 'resumed':
        return habits[this.#habits.get(tls.resumedFrom ?? 0) - 1] ?? 'resumed';
      default:
        return 'untold';
    }
  }

  #pairOf({ client, server, tls }: ConnectionRecord): Pair | null {
    const key = formatEndpoint(server.ip, server.port);
    let service = this.#services.get(key);
    const known = service?.pairs.get(client.ip);
    if (known !== undefined) return known;
    if (this.#pairs >= this.#most) return null;
    this.#pairs++;
    if (service === undefined) {
      service = { server: { ip: server.ip, port: server.port, name: null }, pairs: new Map() };
      this.#services.set(key, service);
    }
    service.server.name ??= tls?.clientHello?.serverName ?? null;
    const pair: Pair = {
      ip: client.ip,
      name: null,
      connections: 0,
      sights: new Map(),
      problems: [],
      certificate: null,
      certificateTime: '',
    };
    service.pairs.set(client.ip, pair);
    return pair;
  }

  /** A good certificate of each client that showed one anywhere. */
  #certificatesByClient(): Map<string, string> {
    const shown: Map<string, string> = new Map();
    for (const { pairs } of this.#services.values()) {
      for (const { ip, certificate, sights } of pairs.values()) {
        if (certificate !== null && sights.has('presents')) shown.set(ip, certificate);
      }
    }
    return shown;
  }
}

function addSight({ sights }: Pair, habit: ClientHabit, record: ConnectionRecord): void {
  const { tls } = record;
  const last = {
    time: record.startTime,
    flow: record.id,
    capture: record.capture,
    frame:
      tls === null || habit === 'cleartext'
        ? firstSaid(record)
        : evidenceFrame(record, tls, classifySession(tls, record)),
  };
  const certainty = habit === 'cleartext' ? 'observed' : (tls?.clientAuth.certainty ?? 'none');
  const sight = sights.get(habit);
  if (sight === undefined) {
    sights.set(habit, { count: 1, certainty, firstTime: record.startTime, last });
    return;
  }
  sight.count++;
  sight.certainty = weaker(sight.certainty, certainty);
  if (record.startTime < sight.firstTime) sight.firstTime = record.startTime;
  if (later(last, sight.last)) sight.last = last;
}

/**
 * A client that once presented a certificate is ready unless it was seen doing worse afterwards: then two programs live there, or
 * it does not do so always. What it did before that counts no more: it has changed.
 */
function judge(pair: Pair, elsewhere: string | null, identity: (sha256: string) => string | null): StrictClient {
  const { sights } = pair;
  const since = sights.get('presents')?.firstTime ?? '';
  const habit = habits.find((one) => {
    const sight = sights.get(one);
    if (sight === undefined) return false;
    // What can't be told says nothing against what was seen.
    if (since !== '' && readinessOf[one] === 'unproven' && one !== 'never-asked') return false;
    return one === 'presents' || sight.last.time >= since;
  })!;
  const certificate = pair.certificate ?? elsewhere;
  const sight = sights.get(habit)!;
  return {
    client: { ip: pair.ip, name: pair.name },
    readiness: readinessOf[habit],
    habit,
    certainty: sight.certainty,
    count: sight.count,
    connections: pair.connections,
    last: sight.last,
    problems: habit === 'bad-certificate' ? [...pair.problems].sort() : [],
    identity: certificate === null ? null : identity(certificate),
    elsewhere: pair.certificate === null && elsewhere !== null,
  };
}

function later(a: StrictClient['last'], b: StrictClient['last']): boolean {
  return a.time === b.time ? a.flow > b.flow : a.time > b.time;
}

function byNeed(a: StrictClient, b: StrictClient): number {
  return (
    habits.indexOf(a.habit) - habits.indexOf(b.habit) ||
    compare(b.last.time, a.last.time) ||
    compare(a.client.ip, b.client.ip)
  );
}

function byServer({ server: a }: StrictService, { server: b }: StrictService): number {
  return compare(a.ip, b.ip) || a.port - b.port;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
