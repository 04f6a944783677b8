// How evidence names hosts: as they are, or by what stands for them.
import { formatEndpoint } from '../../base/address.js';
import { type Address, addressOctets, addressText, parseAddress } from '../../base/parsed-address.js';
import type { Finding } from '../../model/finding.js';
import type { Anonymizer } from './anonymizer.js';

/** Names that name resolution blocks may hold: host names, and nothing that is something else to a reader. */
const hostName = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/;

/** Retells addresses and names, everywhere in the same way. */
export class Retelling {
  readonly anonymizer: Anonymizer | null;

  /** Null tells everything as it is. */
  constructor(anonymizer: Anonymizer | null) {
    this.anonymizer = anonymizer;
  }

  address(address: Address): Address {
    return this.anonymizer === null ? address : this.anonymizer.address(address);
  }

  /** A hardware address for a packet that is put into a new frame: that of the host whose address (as told) is given. */
  hardware(told: Address): Uint8Array {
    if (this.anonymizer !== null) return this.anonymizer.hardware(told);
    const octets = addressOctets(told);
    // Locally administered (IEEE 802c): the packet's own frame did not survive.
    return Uint8Array.of(0x02, 0x00, ...octets.subarray(octets.length - 4));
  }

  /** Any name from the wire. */
  name(name: string): string {
    return this.anonymizer === null ? name : this.anonymizer.name(name);
  }

  /** A name fit for a name resolution block, or null. */
  hostName(name: string): string | null {
    return hostName.test(name) ? this.name(name) : null;
  }

  /** An address as text; what is none becomes a name. */
  addressText(text: string): string {
    if (this.anonymizer === null) return text;
    const address = parseAddress(text);
    return address === null ? this.name(text) : addressText(this.address(address));
  }

  /** '10.0.0.9:8443', '[2001:db8::1]:443'. */
  endpoint(text: string): string {
    if (this.anonymizer === null) return text;
    const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^\]]*)):(\d+)$/.exec(text) ?? [];
    const host = bracketed ?? plain;
    return host === undefined ? this.name(text) : formatEndpoint(this.addressText(host), Number(port));
  }

  /** '10.0.0.5->10.0.0.9:8443'. */
  hop(id: string): string {
    const [client = '', server = ''] = id.split('->');
    return `${this.addressText(client)}->${this.endpoint(server)}`;
  }

  /** Who a finding is about, as the report names it. */
  subject({ hop, client, server }: Finding): Pick<Finding, 'hop' | 'client' | 'server'> {
    return {
      hop: hop === null ? null : this.hop(hop),
      client: client === null ? null : this.addressText(client),
      server: server === null ? null : this.endpoint(server),
    };
  }
}
