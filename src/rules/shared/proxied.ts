// Whether a connection is the leg behind a proxy, and what the leg before it was: as hops were joined, else as the connection itself says.
import type { Certainty, ConnectionRecord } from '../../model/connection-record.js';
import type { ForwardingRecord } from '../../model/content.js';
import type { Hop } from '../../model/hop.js';
import type { WholeRun } from '../../model/rule.js';

/** What a connection itself says of a proxy before it. */
export interface ForwardingClaim {
  frame: number;
  /** What says so, for a sentence: 'a PROXY header', 'header x-forwarded-for'. */
  by: string;
  /** Whether it says that the client reached the proxy over TLS; null = it says nothing of that. */
  overTls: boolean | null;
}

/** Marks that programs without any proxy send too. */
const marksOnly: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'x-correlation-id', 'x-b3-traceid']);

/** The strongest claim of a connection that it is the leg behind a proxy; null where it makes none. */
export function forwardingClaim(record: ConnectionRecord): ForwardingClaim | null {
  const { proxyHeader, content } = record;
  if (proxyHeader !== null && proxyHeader.source !== null) {
    const overTls = proxyHeader.ssl === null ? null : proxyHeader.ssl.overTls;
    if (overTls !== null) return { frame: proxyHeader.frame, by: 'the SSL part of a PROXY header', overTls };
  }
  let best: ForwardingClaim | null = null;
  if (content !== null) {
    // A proxy that tells of the client's certificate had a TLS client; a certificate alone may be the client's own doing.
    for (const { frame, kind, where } of content.identities) {
      if (kind !== 'certificate' && kind !== 'name') return { frame, by: where, overTls: true };
    }
    for (const sight of content.forwarding) {
      const claim = claimOf(sight);
      if (claim !== null && claim.overTls !== null) return claim;
      best ??= claim;
    }
    if (best !== null) {
      const [name] = content.identities;
      if (name !== undefined) return { frame: name.frame, by: name.where, overTls: true };
    }
  }
  if (proxyHeader !== null && proxyHeader.source !== null) {
    return { frame: proxyHeader.frame, by: 'a PROXY header', overTls: null };
  }
  return best;
}

function claimOf({ frame, name, client, mark }: ForwardingRecord): ForwardingClaim | null {
  if (marksOnly.has(name)) return null;
  const by = `header ${name}`;
  if (name === 'x-forwarded-proto')
    return { frame, by, overTls: mark === null ? null : mark === 'https' || mark === 'wss' };
  // 'via' is also what a forward proxy on the client's side writes.
  return client === null ? null : { frame, by, overTls: null };
}

/** Why a hop is taken for the leg behind a TLS proxy. */
export interface ProxyStory {
  certainty: Certainty;
  basis: string;
  /** Whether the request is known to have come over TLS to the proxy, or only that it was forwarded. */
  overTls: boolean;
  front: Hop | null;
}

/** Hops of a run by id and by server address, made once. */
export class ProxiedHops {
  readonly #byId: Map<string, Hop> = new Map();
  /** Hops that end at an address. */
  readonly #into: Map<string, Hop[]> = new Map();

  constructor({ hops }: Pick<WholeRun, 'hops'>) {
    for (const hop of hops) {
      this.#byId.set(hop.id, hop);
      const into = this.#into.get(hop.server.ip);
      if (into === undefined) this.#into.set(hop.server.ip, [hop]);
      else if (into.length < maxIntoOneAddress) into.push(hop);
    }
  }

  hop(id: string): Hop | undefined {
    return this.#byId.get(id);
  }

  /** The hop in front that was joined to this one, TLS ones first. */
  frontsOf(hop: Hop): { front: Hop; certainty: 'observed' | 'inferred'; basis: string }[] {
    const fronts: { front: Hop; certainty: 'observed' | 'inferred'; basis: string }[] = [];
    for (const { hop: id, certainty, basis } of hop.forwardedFrom) {
      const front = this.#byId.get(id);
      if (front !== undefined) fronts.push({ front, certainty, basis });
    }
    return fronts.sort((a, b) => Number(isTls(b.front)) - Number(isTls(a.front)));
  }

  /** Whether a hop carries requests that reached its client over TLS, as far as the run tells; null where nothing says so. */
  storyOf(hopId: string, claim: ForwardingClaim | null): ProxyStory | null {
    const hop = this.#byId.get(hopId);
    if (hop === undefined) return null;
    const [best] = this.frontsOf(hop);
    if (best !== undefined && isTls(best.front)) {
      return { certainty: best.certainty, basis: best.basis, overTls: true, front: best.front };
    }
    if (claim === null || claim.overTls === false) return null;
    if (claim.overTls === true)
      return { certainty: 'observed', basis: `${claim.by} says so`, overTls: true, front: null };
    // Forwarded, and nobody says how it came: what else enters the proxy tells, where it is in the capture.
    if (best !== undefined) return null;
    const into = this.#into.get(hop.client.ip) ?? [];
    const known = into.filter((other) => other.id !== hop.id);
    if (known.length > 0 && !known.some(isTls)) return null;
    return {
      certainty: 'inferred',
      basis: `${claim.by} shows that it was forwarded`,
      overTls: known.some(isTls),
      front: null,
    };
  }
}

/** Hops into one address that are looked at; a proxy with more clients shows the same with these. */
const maxIntoOneAddress = 64;

function isTls(hop: Hop): boolean {
  return hop.kind === 'tls' || hop.kind === 'starttls' || (hop.kind === 'mixed' && hop.versions.length > 0);
}
