import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Side } from '../../src/model/side.js';

/** A connection of a capture: what each side said, in order of its frames. */
export interface SaidDialogue {
  clientPort: number;
  said: [from: Side, octets: Uint8Array][];
}

/**
 * The TCP connections of a loopback capture of this project (plain pcap, Ethernet, IPv4, no loss), by the side that sent
 * the SYN.
 */
export function dialoguesOf(name: string): SaidDialogue[] {
  const file = readFileSync(join(import.meta.dirname, '..', '..', 'captures', `${name}.pcap`));
  const found = new Map<number, SaidDialogue>();
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    const tcp = 14 + (frame[14]! & 15) * 4;
    const payload = frame.subarray(tcp + (frame[tcp + 12]! >> 4) * 4, 14 + frame.readUInt16BE(16));
    const [from, to] = [frame.readUInt16BE(tcp), frame.readUInt16BE(tcp + 2)];
    const isSyn = (frame[tcp + 13]! & 0x12) === 2;
    if (isSyn) found.set(from, { clientPort: from, said: [] });
    if (payload.length === 0) continue;
    const fromClient = found.has(from);
    found.get(fromClient ? from : to)!.said.push([fromClient ? 'client' : 'server', new Uint8Array(payload)]);
  }
  return [...found.values()];
}
