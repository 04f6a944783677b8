// Where mutual TLS must hold, as `--expect-mtls` says.
import { BlockList, isIP } from 'node:net';
import { formatEndpoint } from '../../base/address.js';
import type { ConnectionRecord } from '../../model/connection-record.js';

/** Services where the user expects mutual TLS. */
export class Expectation {
  #all = false;
  readonly #ranges: BlockList = new BlockList();
  #hasRanges = false;
  /** 'address:port' or 'name:port'; names in lower case. */
  readonly #services: Set<string> = new Set();

  /**
   * Adds what was said: 'all', a range ('10.0.0.0/8', '2001:db8::/32', an address) that servers are in, or one service
   * ('10.0.0.9:8443', '[2001:db8::1]:443', 'api.example:443' by its server name). Returns what is wrong with it, or null.
   */
  add(text: string): string | null {
    if (text === 'all') {
      this.#all = true;
      return null;
    }
    return this.#addRange(text) || this.#addService(text)
      ? null
      : `${text} is no address range (10.0.0.0/8), no HOST:PORT, and not \`all\``;
  }

  /** Whether mutual TLS must hold on this connection; null = nobody said. */
  expects(record: ConnectionRecord): boolean | null {
    if (this.#all) return true;
    const { ip, port } = record.server;
    if (this.#services.size > 0) {
      if (this.#services.has(formatEndpoint(ip, port))) return true;
      const name = record.tls?.clientHello?.serverName ?? null;
      if (name !== null && this.#services.has(`${name.toLowerCase()}:${port}`)) return true;
    }
    if (this.#hasRanges && this.#ranges.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4')) return true;
    return null;
  }

  #addRange(text: string): boolean {
    const [, address, prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const family = isIP(address ?? '');
    if (address === undefined || family === 0) return false;
    const bits = family === 6 ? 128 : 32;
    const length = prefix === undefined ? bits : Number(prefix);
    if (length > bits) return false;
    this.#ranges.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
    this.#hasRanges = true;
    return true;
  }

  #addService(text: string): boolean {
    const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:/\s]+)):(\d{1,5})$/.exec(text) ?? [];
    const host = bracketed ?? bare;
    const number = Number(port);
    if (host === undefined || number < 1 || number > 65_535) return false;
    if (bracketed !== undefined && isIP(bracketed) !== 6) return false;
    this.#services.add(`${bracketed === undefined ? host.toLowerCase() : `[${normalized(bracketed)}]`}:${number}`);
    return true;
  }
}

/** An IPv6 address as the report writes it (RFC 5952), by way of the URL parser, which does the same. */
function normalized(ip: string): string {
  return new URL(`http://[${ip}]`).hostname.slice(1, -1);
}
