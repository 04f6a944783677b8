import type { Endpoint } from '../model/side.js';

/** Values by address and port, looked up without making a string for every connection; bounded. */
export class EndpointMap<V> {
  readonly #byIp: Map<string, Map<number, V>> = new Map();
  readonly #limit: number;
  #size = 0;

  /** What comes after `limit` endpoints is left out. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  get({ ip, port }: Endpoint): V | undefined {
    return this.#byIp.get(ip)?.get(port);
  }

  set({ ip, port }: Endpoint, value: V): void {
    let ports = this.#byIp.get(ip);
    if (ports?.has(port) !== true) {
      if (this.#size >= this.#limit) return;
      this.#size++;
    }
    if (ports === undefined) {
      ports = new Map();
      this.#byIp.set(ip, ports);
    }
    ports.set(port, value);
  }

  *values(): Generator<V> {
    for (const ports of this.#byIp.values()) yield* ports.values();
  }
}

/** '2001:db8::1' of '[2001:db8::1]:443'. */
export function addressOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
