// Where certificates were shown in a run, for rules that judge a certificate by all of its uses.
import { formatEndpoint } from '../../base/address.js';
import type { Certainty, ConnectionRecord } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { certaintyOf } from './acceptance.js';

/** Certificates whose uses are remembered: some 500 octets each. */
const maxCertificates = 20_000;

/** Hosts of one certificate that are told apart; more change nothing. */
const maxHosts = 16;

/** Connections and frames that a use keeps. */
const maxKept = 20;

/** The uses of one certificate. */
export interface CertificateUse {
  sha256: string;
  capture: number;
  /** Of the surest sight. */
  certainty: Certainty;
  flows: number[];
  frames: number[];
  count: number;
  /** Addresses that showed it as a server, and as a client. */
  servers: string[];
  clients: string[];
  /** Of the services that showed it; null = none, 0 = several. */
  port: number | null;
}

/** Leaf certificates by digest, with the intermediates that came along where asked for. */
export class CertificateUses {
  readonly #uses: Map<string, CertificateUse> = new Map();
  readonly #wholeChains: boolean;

  constructor(wholeChains: boolean) {
    this.#wholeChains = wholeChains;
  }

  /** Notes the certificates of a connection. */
  add(record: ConnectionRecord): void {
    const session = record.tls!;
    if (session.serverCertificates !== null) this.#addChain('server', session.serverCertificates, record);
    if (session.clientCertificates !== null) this.#addChain('client', session.clientCertificates, record);
  }

  [Symbol.iterator](): Iterator<CertificateUse> {
    return this.#uses.values();
  }

  #addChain(side: Side, chain: readonly string[], record: ConnectionRecord): void {
    const most = this.#wholeChains ? chain.length : Math.min(1, chain.length);
    for (let at = 0; at < most; at++) {
      const use = this.#uses.get(chain[at]!);
      if (use !== undefined) again(use, side, record);
      else if (this.#uses.size < maxCertificates) this.#uses.set(chain[at]!, first(chain[at]!, side, record));
    }
  }
}

function first(sha256: string, side: Side, record: ConnectionRecord): CertificateUse {
  return {
    sha256,
    capture: record.capture,
    certainty: certaintyOf(side, record.tls!),
    flows: [record.id],
    frames: [frameOf(side, record)],
    count: 1,
    servers: side === 'server' ? [record.server.ip] : [],
    clients: side === 'client' ? [record.client.ip] : [],
    port: side === 'server' ? record.server.port : null,
  };
}

function again(use: CertificateUse, side: Side, record: ConnectionRecord): void {
  use.count++;
  const isServer = side === 'server';
  const { ip, port } = isServer ? record.server : record.client;
  const hosts = isServer ? use.servers : use.clients;
  const isKnown = hosts.length >= maxHosts || hosts.includes(ip);
  if (isKnown && use.flows.length >= maxKept && (!isServer || port === use.port)) return;
  if (!isKnown) hosts.push(ip);
  if (isServer && use.port !== port) use.port = use.port === null ? port : 0;
  // A new host is worth showing even where many connections of the first came before.
  if (use.flows.length < maxKept || !isKnown) {
    if (use.flows[use.flows.length - 1] !== record.id) use.flows.push(record.id);
    if (record.capture === use.capture) use.frames.push(frameOf(side, record));
  }
}

/** 'address:port' of the one service that showed the certificate; null when several did, or none. */
export function serviceOf({ servers, port }: CertificateUse): string | null {
  return servers.length === 1 && port !== null && port > 0 ? formatEndpoint(servers[0]!, port) : null;
}

function frameOf(side: Side, record: ConnectionRecord): number {
  const { facts } = record.tls!;
  const fact = side === 'server' ? facts.serverCertificate : facts.clientCertificate;
  return fact.state === 'seen' ? (fact.frames[0] ?? record.firstFrame) : record.firstFrame;
}
