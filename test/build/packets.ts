// Builds packets from the inside out: each function takes the octets that it wraps and returns a new array, so that
//   ethernet(ipv4({ protocol: 6 }, tcp({ flags: 0x02 })))
// is a whole frame. Defaults make valid packets; every field that a test wants wrong can be given.

/** What follows an Ethernet-like header by default: told by the content's IP version, else ARP's number. */
function guessEtherType(content: Uint8Array): number {
  const version = (content[0] ?? 0) >> 4;
  return version === 4 ? 0x0800 : version === 6 ? 0x86dd : 0x0806;
}

/** One array of all. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Octets from numbers: `octets(0xff, 0x03)`. */
export function octets(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** A 16-bit big-endian integer. */
export function be16(value: number): Uint8Array {
  return octets((value >> 8) & 0xff, value & 0xff);
}

/** A 32-bit big-endian integer. */
export function be32(value: number): Uint8Array {
  return octets((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** The 4 octets of '192.0.2.1', or the 16 of '2001:db8::1' (no mixed notation). */
export function addressOctets(text: string): Uint8Array {
  if (!text.includes(':')) return octets(...text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return concat(...[...before, ...zeros, ...after].map((group) => be16(Number.parseInt(group, 16))));
}

/** RFC 1071: the one's complement sum that goes into a header, over all `parts`, each of even length but the last. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  const bytes = concat(...parts);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Fields of a TCP header; sequence numbers modulo 2^32. */
export interface TcpFields {
  sourcePort?: number;
  destinationPort?: number;
  sequence?: number;
  acknowledgment?: number;
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16 (the default), URG 32. */
  flags?: number;
  window?: number;
  /** Octets of options; padded to a multiple of 4. */
  options?: Uint8Array;
  /** In words; the options' by default. */
  dataOffset?: number;
}

/** A TCP segment. Its checksum is filled in by `ipv4` and `ipv6`. */
export function tcp(fields: TcpFields = {}, payload: Uint8Array = octets()): Uint8Array {
  const given = fields.options ?? octets();
  const options = concat(given, new Uint8Array(-given.length & 3));
  return concat(
    be16(fields.sourcePort ?? 49152),
    be16(fields.destinationPort ?? 443),
    be32(fields.sequence ?? 0),
    be32(fields.acknowledgment ?? 0),
    octets((fields.dataOffset ?? 5 + options.length / 4) << 4, fields.flags ?? 0x10),
    be16(fields.window ?? 0xffff),
    be32(0),
    options,
    payload,
  );
}

/** Fields of a UDP header. */
export interface UdpFields {
  sourcePort?: number;
  destinationPort?: number;
  /** The right one by default. */
  length?: number;
}

/** A UDP datagram. Its checksum is filled in by `ipv4` and `ipv6`. */
export function udp(fields: UdpFields = {}, payload: Uint8Array = octets()): Uint8Array {
  const length = fields.length ?? 8 + payload.length;
  return concat(be16(fields.sourcePort ?? 49152), be16(fields.destinationPort ?? 53), be16(length), be16(0), payload);
}

/** Fields of an IPv4 header. */
export interface Ipv4Fields {
  source?: string;
  destination?: string;
  /** TCP by default. */
  protocol?: number;
  identification?: number;
  /** In octets, a multiple of 8. */
  fragmentOffset?: number;
  moreFragments?: boolean;
  timeToLive?: number;
  /** Octets of options; padded to a multiple of 4. */
  options?: Uint8Array;
  /** The right ones by default. */
  totalLength?: number;
  headerWords?: number;
  checksum?: number;
}

/** An IPv4 packet. Fills in the checksum of a TCP segment or UDP datagram inside, unless it is a fragment. */
export function ipv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const given = fields.options ?? octets();
  const options = concat(given, new Uint8Array(-given.length & 3));
  const protocol = fields.protocol ?? 6;
  const source = addressOctets(fields.source ?? '10.0.0.1');
  const destination = addressOctets(fields.destination ?? '10.0.0.2');
  const fragment = (fields.moreFragments === true ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) >> 3);
  const header = concat(
    octets(0x40 | (fields.headerWords ?? 5 + options.length / 4), 0),
    be16(fields.totalLength ?? 20 + options.length + payload.length),
    be16(fields.identification ?? 0),
    be16(fragment),
    octets(fields.timeToLive ?? 64, protocol),
    be16(0),
    source,
    destination,
    options,
  );
  header.set(be16(fields.checksum ?? internetChecksum(header)), 10);
  return concat(header, fragment === 0 ? withChecksum(protocol, source, destination, payload) : payload);
}

/** Fields of an IPv6 header. */
export interface Ipv6Fields {
  source?: string;
  destination?: string;
  /** TCP by default. */
  nextHeader?: number;
  hopLimit?: number;
  /** The right one by default. */
  payloadLength?: number;
}

/** An IPv6 packet. Fills in the checksum of a TCP segment or UDP datagram directly inside. */
export function ipv6(fields: Ipv6Fields, payload: Uint8Array): Uint8Array {
  const nextHeader = fields.nextHeader ?? 6;
  const source = addressOctets(fields.source ?? '2001:db8::1');
  const destination = addressOctets(fields.destination ?? '2001:db8::2');
  return concat(
    octets(0x60, 0, 0, 0),
    be16(fields.payloadLength ?? payload.length),
    octets(nextHeader, fields.hopLimit ?? 64),
    source,
    destination,
    withChecksum(nextHeader, source, destination, payload),
  );
}

/** An IPv6 extension header of type-length-value shape (hop-by-hop 0, routing 43, destination 60, …), `words` × 8 octets. */
export function ipv6Extension(nextHeader: number, payload: Uint8Array, words = 1): Uint8Array {
  // PadN (RFC 8200 §4.2) over the whole content.
  const header = new Uint8Array(words * 8);
  header.set([nextHeader, words - 1, 1, words * 8 - 4]);
  return concat(header, payload);
}

/** An IPv6 fragment header before `payload`; `offset` in octets. */
export function ipv6Fragment(
  fields: { nextHeader?: number; offset?: number; more?: boolean; identification?: number },
  payload: Uint8Array,
): Uint8Array {
  const field = (fields.offset ?? 0) | (fields.more === true ? 1 : 0);
  return concat(octets(fields.nextHeader ?? 6, 0), be16(field), be32(fields.identification ?? 1), payload);
}

/** Cuts an IP payload into pieces of `size` octets (a multiple of 8), each with its offset and whether more follow. */
export function fragmentsOf(
  payload: Uint8Array,
  size: number,
): { fragmentOffset: number; moreFragments: boolean; piece: Uint8Array }[] {
  const pieces = [];
  for (let at = 0; at < payload.length; at += size) {
    const moreFragments = at + size < payload.length;
    pieces.push({ fragmentOffset: at, moreFragments, piece: payload.slice(at, at + size) });
  }
  return pieces;
}

/** The IPv4 packet as fragments that carry `size` octets each (a multiple of 8). The transport checksum is right. */
export function ipv4Fragments(fields: Ipv4Fields, payload: Uint8Array, size: number): Uint8Array[] {
  const whole = ipv4(fields, payload).subarray(20 + (((fields.options?.length ?? 0) + 3) & ~3));
  return fragmentsOf(whole, size).map(({ piece, ...place }) => ipv4({ ...fields, ...place }, piece));
}

/** Fields of an Ethernet header. */
export interface EthernetFields {
  source?: string;
  destination?: string;
  /** Told from the content by default: IPv4 or IPv6. */
  type?: number;
  /** VLAN identifiers outside in; each gets an 802.1Q tag. */
  vlans?: readonly number[];
  /** Padded with zeros up to this length (60 on a wire without checksum); 0 by default. */
  minimumLength?: number;
}

/** An Ethernet frame without its checksum. */
export function ethernet(content: Uint8Array, fields: EthernetFields = {}): Uint8Array {
  const vlans = fields.vlans ?? [];
  const type = fields.type ?? guessEtherType(content);
  const tags = vlans.map((vlan, index) => concat(be16(vlan), be16(index + 1 < vlans.length ? 0x8100 : type)));
  const frame = concat(
    macOctets(fields.destination ?? '02:00:00:00:00:02'),
    macOctets(fields.source ?? '02:00:00:00:00:01'),
    be16(vlans.length > 0 ? 0x8100 : type),
    ...tags,
    content,
  );
  return concat(frame, new Uint8Array(Math.max(0, (fields.minimumLength ?? 0) - frame.length)));
}

/** The 6 octets of '02:00:00:00:00:01'. */
export function macOctets(text: string): Uint8Array {
  return octets(...text.split(':').map((octet) => Number.parseInt(octet, 16)));
}

/** The transport with its checksum (RFC 9293 §3.1, RFC 768) over the pseudo-header, when it is TCP or UDP without one. */
function withChecksum(
  protocol: number,
  source: Uint8Array,
  destination: Uint8Array,
  transport: Uint8Array,
): Uint8Array {
  const at = protocol === 6 ? 16 : protocol === 17 ? 6 : -1;
  if (at < 0 || transport.length < at + 2 || transport[at] !== 0 || transport[at + 1] !== 0) return transport;
  const pseudo = concat(source, destination, be32(transport.length), be32(protocol));
  const sum = internetChecksum(pseudo, transport);
  const filled = transport.slice();
  // In UDP 0 says that there is none.
  filled.set(be16(sum === 0 && protocol === 17 ? 0xffff : sum), at);
  return filled;
}
