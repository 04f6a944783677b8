import { maxNamedAddresses } from '../limits.js';

/** The name of an address, and where it was heard. */
export interface AddressName {
  ip: string;
  name: string;
  source: 'capture' | 'dns';
}

/** Names of addresses that captures hold themselves. The first name of an address stays. */
export class AddressNames {
  /** Names left out because there were too many already. */
  unkept = 0;
  /** Hears of every name that is remembered. */
  onName: ((ip: string, name: string, source: 'capture' | 'dns') => void) | null = null;
  readonly #fromCapture: Map<string, string> = new Map();
  readonly #fromDns: Map<string, string> = new Map();

  /** A name resolution block of the capture file names an address. */
  noted(ip: string, name: string): void {
    this.#add(this.#fromCapture, ip, name, 'capture');
  }

  /** An answer of DNS on the wire names an address: anybody on the wire can have written it. */
  answered(ip: string, name: string): void {
    this.#add(this.#fromDns, ip, name, 'dns');
  }

  /** Takes a name that `tell` told. */
  take({ ip, name, source }: AddressName): void {
    if (source === 'capture') this.noted(ip, name);
    else this.answered(ip, name);
  }

  /** Whether so many more names may come and all be kept. */
  hasRoomFor(names: number): boolean {
    return Math.max(this.#fromCapture.size, this.#fromDns.size) + names <= maxNamedAddresses;
  }

  /** Tells all names that are remembered. */
  tell(sink: (ip: string, name: string, source: 'capture' | 'dns') => void): void {
    for (const [ip, name] of this.#fromCapture) sink(ip, name, 'capture');
    for (const [ip, name] of this.#fromDns) sink(ip, name, 'dns');
  }

  /** The name in the capture file's own block, or null. */
  byCapture(ip: string): string | null {
    return this.#fromCapture.get(ip) ?? null;
  }

  /** The name that DNS gave, or null. */
  byDns(ip: string): string | null {
    return this.#fromDns.get(ip) ?? null;
  }

  #add(names: Map<string, string>, ip: string, name: string, source: 'capture' | 'dns'): void {
    if (names.has(ip)) return;
    if (names.size >= maxNamedAddresses) {
      this.unkept++;
      return;
    }
    names.set(ip, name);
    this.onName?.(ip, name, source);
  }
}
