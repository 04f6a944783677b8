// What capture, wire and flow hand on per packet: one reused view, numeric codes, no objects.

/** How far the decoder got with a packet. Numeric: one is written per packet. */
export const decoded = {
  /** TCP header read; the transport fields are set. */
  tcp: 0,
  /** UDP header read; the transport fields are set. */
  udp: 1,
  /** IP, but neither TCP nor UDP inside, or no IP at all (ARP, ICMP, …): nothing to follow, nothing wrong. */
  other: 2,
  /** A fragment that was kept; its datagram is not complete yet. */
  fragment: 3,
  /** A header contradicts its specification or itself. */
  malformed: 4,
  /** A link type or layer that is not decoded here. */
  unsupported: 5,
  /** The capture ends inside a header (snap length). */
  truncated: 6,
} as const;

/** One of the values of `decoded`. */
export type Decoded = (typeof decoded)[keyof typeof decoded];

/** Encapsulation layers that a flow records, outside in; the value beside each is its identifier (VLAN, VNI, TEID, …). */
export const layerNames = [
  'vlan',
  'mpls',
  'pppoe',
  'gre',
  'erspan',
  'ipip',
  '6in4',
  'vxlan',
  'geneve',
  'gtp-u',
  'teredo',
  'l2tp',
  'ayiya',
  'capwap',
  'ah',
  'ip4in6',
  'ip6in6',
  'wlan',
  'nvgre',
  'pbb',
  'vntag',
  'fabricpath',
  'etherip',
  'nsh',
  'macsec',
  'minenc',
] as const;

/** Name of an encapsulation layer. */
export type LayerName = (typeof layerNames)[number];

/** Most encapsulation layers that are followed in one packet; deeper nesting is `malformed` (no real network does it). */
export const maxLayers = 16;

/**
 * One packet, lent. There is one instance per run: the framer sets the frame part, the decoder the rest, and every field is
 * valid only until the sink returns. `bytes` belongs to the reader and is overwritten; keep copies, never views.
 * All offsets are octets from the start of `bytes`.
 */
export class PacketView {
  // Frame: set by capture/.
  bytes: Uint8Array = new Uint8Array(0);
  /** First captured octet of the frame. */
  start = 0;
  /** One past the last captured octet. */
  end = 0;
  /** Length on the wire, which may be more than was captured. */
  originalLength = 0;
  /** 1-based number, as Wireshark counts; goes on through the files of a rotated capture. */
  frame = 0;
  /** Seconds since 1970 UTC, and nanoseconds. */
  seconds = 0;
  nanoseconds = 0;
  /** LINKTYPE_ number of the interface. */
  linkType = 0;
  /** pcapng interface, 0-based; 0 in pcap. */
  interfaceId = 0;

  // Network: set by the decoder. After reassembly of fragments, `bytes` is the defragmenter's buffer.
  /** 4, 6, or 0 when there is no IP. */
  family: 0 | 4 | 6 = 0;
  /** Source address as int32 words; IPv4 uses the first only, the others are 0. */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  /** IANA protocol number of the transport: 6 TCP, 17 UDP. */
  protocol = 0;
  /** IPv4 identification, or 0: tells a duplicate frame from a retransmission. */
  identification = 0;

  // Transport: set when the decoder returns `tcp` or `udp`.
  sourcePort = 0;
  destinationPort = 0;
  /** First octet of the TCP or UDP header. */
  transportStart = 0;
  /** TCP sequence and acknowledgment numbers as int32. */
  sequence = 0;
  acknowledgment = 0;
  /** The TCP flags octet: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32. */
  flags = 0;
  /** First captured octet of the payload. */
  payloadStart = 0;
  /** One past the last captured octet of the payload (padding of the link left out). */
  payloadEnd = 0;
  /** Payload length as the headers say; more than `payloadEnd - payloadStart` when the snap length cut it. */
  payloadLength = 0;

  // Encapsulation, outside in.
  layerCount = 0;
  readonly layerKinds: Uint8Array = new Uint8Array(maxLayers);
  readonly layerIds: Int32Array = new Int32Array(maxLayers);

  /** Notes an encapsulation layer; false when there are too many of them. */
  pushLayer(kind: number, id: number): boolean {
    if (this.layerCount >= maxLayers) return false;
    this.layerKinds[this.layerCount] = kind;
    this.layerIds[this.layerCount] = id;
    this.layerCount++;
    return true;
  }
}

/** TCP flag bits (RFC 9293 §3.1). */
export const tcpFlags = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20 } as const;

/** Receives what a capture file says, in file order. Everything is lent for the call. */
export interface CaptureSink {
  /** A frame; only the frame part of the view is set. */
  packet(packet: PacketView): void;
  /** An interface became known: its link type (LINKTYPE_ number) and snap length (0 = no limit), in file order. */
  interface(linkType: number, snapLength: number): void;
  /** A statistics block's drop count for an interface: a running total, not an increment. */
  drops(interfaceId: number, total: number): void;
  /** A decryption secrets block (pcapng §4.7): `type` as in the block, the secrets in `bytes[start, end)`. */
  secrets(type: number, bytes: Uint8Array, start: number, end: number): void;
  /** A name resolution record (pcapng §4.5): address octets (4 or 16) and one name. */
  name(bytes: Uint8Array, addressStart: number, addressLength: number, name: string): void;
}
