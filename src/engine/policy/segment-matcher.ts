import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Pattern } from '../../policy/pattern.js';
import type { Selectors } from '../../policy/policy.js';
import { AddressRanges } from './address-ranges.js';

/** Names of addresses, as far as a policy may lean on them. */
export interface MatchedNames {
  /** By files that the user gave, or the capture's own name block; null = none. */
  workload(ip: string): string | null;
  /** By answers of DNS in the capture; null = none. */
  answered(ip: string): string | null;
}

/** The selectors of one segment, ready to match. */
export class SegmentMatcher {
  readonly #selectors: Selectors;
  readonly #servers: AddressRanges | null;
  readonly #clients: AddressRanges | null;

  constructor(selectors: Selectors) {
    this.#selectors = selectors;
    this.#servers = selectors.servers === null ? null : new AddressRanges(selectors.servers);
    this.#clients = selectors.clients === null ? null : new AddressRanges(selectors.clients);
  }

  /** Whether every selector that is there fits the connection. */
  fits(record: ConnectionRecord, names: MatchedNames): boolean {
    const { client, server } = record;
    const { ports, serverNames, workloads, clientWorkloads } = this.#selectors;
    if (ports !== null && !ports.some(([first, last]) => server.port >= first && server.port <= last)) return false;
    if (this.#servers !== null && !this.#servers.has(server.ip)) return false;
    if (this.#clients !== null && !this.#clients.has(client.ip)) return false;
    // An asked-for name decides alone: what DNS said must not lead a connection that asks for another name here.
    if (serverNames !== null && !fitsOne(serverNames, record.tls?.clientHello?.serverName ?? names.answered(server.ip)))
      return false;
    if (workloads !== null && !fitsOne(workloads, names.workload(server.ip))) return false;
    return clientWorkloads === null || fitsOne(clientWorkloads, names.workload(client.ip));
  }
}

function fitsOne(patterns: readonly Pattern[], name: string | null): boolean {
  return name !== null && patterns.some((pattern) => pattern.matches(name));
}
