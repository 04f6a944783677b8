import { BlockList } from 'node:net';

/** Addresses and CIDR ranges, as a set. */
export class AddressRanges {
  readonly #ranges: BlockList = new BlockList();

  /** `ranges` are addresses and ranges that are known to be well formed. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address, prefix] = range.split('/') as [string, string | undefined];
      const family = familyOf(address);
      if (prefix === undefined) this.#ranges.addAddress(address, family);
      else this.#ranges.addSubnet(address, Number(prefix), family);
    }
  }

  /** Whether an address is in one of them. An IPv4 address mapped into IPv6 is the IPv4 address. */
  has(ip: string): boolean {
    return this.#ranges.check(ip, familyOf(ip));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
