/** A capture file in pcap format (microseconds, little endian) with every time moved on by `seconds`. */
export function shifted(pcap: Uint8Array, seconds: number): Uint8Array {
  // A Buffer's own `slice` is a view of the same memory.
  const moved = Uint8Array.from(pcap);
  const view = new DataView(moved.buffer);
  if (view.getUint32(0, true) !== 0xa1b2c3d4) throw new Error('not a pcap file of microseconds');
  const microseconds = Math.round(seconds * 1e6);
  for (let at = 24; at + 16 <= moved.length; at += 16 + view.getUint32(at + 8, true)) {
    const time = view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true) + microseconds;
    view.setUint32(at, Math.floor(time / 1e6), true);
    view.setUint32(at + 4, time % 1e6, true);
  }
  return moved;
}
