// Builds pcap files in memory.

/** One packet record; lengths default to what the bytes are. */
export interface PcapPacket {
  seconds?: number;
  /** In units of the file: micro- or nanoseconds. */
  fraction?: number;
  bytes: Uint8Array;
  capturedLength?: number;
  originalLength?: number;
}

/** The file header's choices. */
export interface PcapOptions {
  little?: boolean;
  kind?: 'microseconds' | 'nanoseconds' | 'modified';
  minor?: number;
  major?: number;
  snapLength?: number;
  /** All 32 bits of the link type field. */
  link?: number;
}

const magics = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;

/** A pcap file of `packets`. */
export function buildPcap(packets: readonly PcapPacket[], options: PcapOptions = {}): Uint8Array {
  const little = options.little ?? true;
  const kind = options.kind ?? 'microseconds';
  const header = kind === 'modified' ? 24 : 16;
  const size = packets.reduce((sum, packet) => sum + header + packet.bytes.length, 24);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  view.setUint32(0, magics[kind], little);
  view.setUint16(4, options.major ?? 2, little);
  view.setUint16(6, options.minor ?? 4, little);
  view.setUint32(16, options.snapLength ?? 262_144, little);
  view.setUint32(20, options.link ?? 1, little);
  let at = 24;
  for (const packet of packets) {
    view.setUint32(at, packet.seconds ?? 0, little);
    view.setUint32(at + 4, packet.fraction ?? 0, little);
    view.setUint32(at + 8, packet.capturedLength ?? packet.bytes.length, little);
    view.setUint32(at + 12, packet.originalLength ?? packet.bytes.length, little);
    file.set(packet.bytes, at + header);
    at += header + packet.bytes.length;
  }
  return file;
}
