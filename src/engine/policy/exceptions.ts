// Exceptions of a policy at work: which findings they silence, and which failing connections they excuse.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { PolicyExceptionReport } from '../../model/policy.js';
import type { PolicyException, Segment } from '../../policy/policy.js';
import { AddressRanges } from './address-ranges.js';

/** An exception, where it holds, and what it was used for. */
interface Cover {
  exception: PolicyException;
  servers: AddressRanges | null;
  clients: AddressRanges | null;
  findings: number;
  connections: number;
}

/** The exceptions of a run. Their days are those of the packets: no clock is asked. */
export class PolicyExceptions {
  readonly #covers: readonly Cover[];

  constructor(exceptions: readonly PolicyException[]) {
    this.#covers = exceptions.map((exception) => ({
      exception,
      servers: exception.servers === null ? null : new AddressRanges(exception.servers),
      clients: exception.clients === null ? null : new AddressRanges(exception.clients),
      findings: 0,
      connections: 0,
    }));
  }

  /** The exception that covers a failing connection of a segment at its own time, by the key of the requirement; null without one. */
  excuse(key: string, segment: string, record: ConnectionRecord): PolicyException | null {
    for (const cover of this.#covers) {
      const { requirements, segments, expires } = cover.exception;
      if (!requirements.has(key) || (segments !== null && !segments.has(segment))) continue;
      if (cover.servers !== null && !cover.servers.has(record.server.ip)) continue;
      if (cover.clients !== null && !cover.clients.has(record.client.ip)) continue;
      if (dayOf(record.startTime) > expires) continue;
      cover.connections++;
      return cover.exception;
    }
    return null;
  }

  /** Findings are silenced from the first on: a run may be reported more than once. */
  beginFindings(): void {
    for (const cover of this.#covers) cover.findings = 0;
  }

  /**
   * What silences a finding as a whole; null = nothing does. `found` are the segments of its listed connections (null = one is in
   * none), `until` the end of its capture. A finding of several hops that lists only some is not silenced by segment.
   */
  silence(finding: Finding, found: ReadonlySet<Segment | null>, until: string | null): Finding['suppressed'] {
    if (until === null) return null;
    const isWhole = finding.hop !== null || finding.count <= finding.flows.length;
    for (const cover of this.#covers) {
      const { kinds, segments, reason, expires } = cover.exception;
      if (!kinds.has(finding.kind) || dayOf(until) > expires) continue;
      if (segments !== null) {
        if (!isWhole || found.size === 0) continue;
        if ([...found].some((segment) => segment === null || !segments.has(segment.name))) continue;
      }
      const { server, client } = finding;
      if (cover.servers !== null && (server === null || !cover.servers.has(addressOf(server)))) continue;
      if (cover.clients !== null && (client === null || !cover.clients.has(client))) continue;
      cover.findings++;
      return { reason, expires };
    }
    return null;
  }

  /** What became of each; `lastTime` is the end of all captures. */
  report(lastTime: string | null): PolicyExceptionReport[] {
    return this.#covers.map(({ exception, findings, connections }) => {
      const { line, owner, reason, expires } = exception;
      const expired = lastTime === null ? null : dayOf(lastTime) > expires;
      return { line, owner, reason, expires, expired, findings, connections };
    });
  }
}

/** The day of a time, in UTC: days sort as text. */
function dayOf(time: string): string {
  return time.slice(0, 10);
}

/** The address of '10.0.0.9:8443' or '[2001:db8::1]:443'. */
function addressOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
