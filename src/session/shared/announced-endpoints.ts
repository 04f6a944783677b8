import { RecentMap } from '../../base/recent-map.js';
import type { Endpoint } from '../../model/side.js';
import { maxAnnouncedEndpoints } from '../limits.js';

/** Where control channels said that a data connection will begin, by protocol; the oldest are forgotten first. */
export class AnnouncedEndpoints {
  readonly #protocols: RecentMap<string, string> = new RecentMap(maxAnnouncedEndpoints);

  /** Whether nothing is announced. */
  get isEmpty(): boolean {
    return this.#protocols.size === 0;
  }

  /** What is announced and not begun yet: key and protocol, in the order of their coming. */
  get open(): [string, string][] {
    return [...this.#protocols];
  }

  /** Makes `open` again. */
  restore(open: readonly [string, string][]): void {
    this.#protocols.clear();
    for (const [key, protocol] of open) this.#protocols.set(key, protocol);
  }

  /** An empty `ip` stands for every address. */
  announce(endpoint: Endpoint, protocol: string): void {
    const key = keyOf(endpoint.ip, endpoint.port);
    this.#protocols.delete(key);
    this.#protocols.set(key, protocol);
  }

  /** The protocol that was announced for a connection between two endpoints, once; null where none was. */
  take(endpoints: readonly Endpoint[]): string | null {
    if (this.#protocols.size === 0) return null;
    for (const { ip, port } of endpoints) {
      const protocol = this.#takeKey(keyOf(ip, port)) ?? this.#takeKey(keyOf('', port));
      if (protocol !== null) return protocol;
    }
    return null;
  }

  #takeKey(key: string): string | null {
    const protocol = this.#protocols.get(key);
    if (protocol === undefined) return null;
    this.#protocols.delete(key);
    return protocol;
  }
}

function keyOf(ip: string, port: number): string {
  return `${ip} ${port}`;
}
