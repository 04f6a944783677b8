// Names of hosts and services, each with where it is from. What the user said comes first, what the client asked for next, then
// what the capture holds.
import { formatEndpoint } from '../../base/address.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Hop, NameSource } from '../../model/hop.js';
import type { AddressNames } from '../../session/shared/address-names.js';
import type { HostName } from '../../source/hosts-file.js';
import type { MatchedNames } from '../policy/segment-matcher.js';

/** Services whose first certificate is remembered for its name. */
const maxCertified = 65_536;

/** The names of a run. */
export class NameTable implements MatchedNames {
  readonly #given: ReadonlyMap<string, HostName>;
  readonly #heard: AddressNames;
  readonly #identify: (sha256: string) => string | null;
  /** By service: the leaf of the first chain that was shown there. */
  readonly #certificates: Map<string, string> = new Map();

  /** `given` is what files say, the first name of an address first; `identify` names a certificate by its SHA-256. */
  constructor(given: readonly HostName[], heard: AddressNames, identify: (sha256: string) => string | null) {
    const byAddress = new Map<string, HostName>();
    for (const host of given) if (!byAddress.has(host.ip)) byAddress.set(host.ip, host);
    this.#given = byAddress;
    this.#heard = heard;
    this.#identify = identify;
  }

  /** Notes the certificate of a service that nobody asked for by name. */
  add({ tls, server }: ConnectionRecord): void {
    const leaf = tls?.serverCertificates?.[0];
    if (leaf === undefined || tls?.clientHello?.serverName || this.#certificates.size >= maxCertified) return;
    const service = formatEndpoint(server.ip, server.port);
    if (!this.#certificates.has(service)) this.#certificates.set(service, leaf);
  }

  workload(ip: string): string | null {
    return this.#given.get(ip)?.name ?? this.#heard.byCapture(ip);
  }

  answered(ip: string): string | null {
    return this.#heard.byDns(ip);
  }

  /** Names the ends of a hop; a name that the client asked for stays, unless the user gave one. */
  name({ client, server, identities }: Hop): void {
    const given = this.#given.get(server.ip);
    if (given !== undefined) Object.assign(server, { name: given.name, nameSource: given.source });
    else if (server.name === null) {
      const leaf = this.#certificates.get(formatEndpoint(server.ip, server.port));
      Object.assign(server, this.#heardName(server.ip, leaf === undefined ? null : this.#identify(leaf)));
    } else server.nameSource = 'sni';
    const host = this.#given.get(client.ip);
    if (host !== undefined) Object.assign(client, { name: host.name, nameSource: host.source });
    // One address that shows several identities is a gateway: none of them is its name.
    else Object.assign(client, this.#heardName(client.ip, identities.length === 1 ? identities[0]! : null));
  }

  #heardName(ip: string, certified: string | null): { name: string | null; nameSource: NameSource | null } {
    const captured = this.#heard.byCapture(ip);
    if (captured !== null) return { name: captured, nameSource: 'capture' };
    const answered = this.#heard.byDns(ip);
    if (answered !== null) return { name: answered, nameSource: 'dns' };
    // The name's type ('DNS:', 'URI:') says how it was certified, and is no part of it.
    return {
      name: certified?.replace(/^(?:DNS|URI|IP|email):/, '') ?? null,
      nameSource: certified === null ? null : 'certificate',
    };
  }
}
