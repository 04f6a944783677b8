// Display filters that Wireshark and tshark take (wireshark-filter(4)).
import type { CaptureInfo } from '../../model/report.js';

/** What a display filter is made of. */
export interface FilterSubject {
  /** As the report numbers them. */
  frames: readonly number[];
  client: string | null;
  /** '10.0.0.9:8443', '[2001:db8::1]:443'. */
  server: string | null;
}

/**
 * A filter that shows these frames in the file `capture`, or else the traffic between the ends. Frame numbers of a report go on
 * through the files of a rotated capture; in each file Wireshark begins at 1.
 */
export function displayFilter({ frames, client, server }: FilterSubject, capture: CaptureInfo | undefined): string {
  const before = capture?.framesBefore ?? 0;
  const last = capture === undefined ? Number.POSITIVE_INFINITY : before + capture.packets;
  const inFile = frames.filter((frame) => frame > before && frame <= last).map((frame) => frame - before);
  if (inFile.length === 1) return `frame.number == ${inFile[0]}`;
  if (inFile.length > 1) return `frame.number in {${inFile.join(', ')}}`;
  const parts: string[] = [];
  if (client !== null) parts.push(address(client));
  const service = server === null ? null : /^\[?(.*?)\]?:(\d+)$/.exec(server);
  if (service !== null) parts.push(address(service[1]!), `(tcp.port == ${service[2]} || udp.port == ${service[2]})`);
  return parts.length === 0 ? 'frame' : parts.join(' && ');
}

function address(ip: string): string {
  return `${ip.includes(':') ? 'ipv6' : 'ip'}.addr == ${ip}`;
}
