// Connections as different places see them: what is said, when it passes, and what of it is captured.
import { ethernet, ipv4, tcp, udp } from '../../build/packets.js';
import type { PcapPacket } from '../../build/pcap.js';

/** A connection over TCP; times in seconds. */
export interface TalkFields {
  client?: string;
  server?: string;
  clientPort?: number;
  serverPort?: number;
  /** Initial sequence numbers. */
  clientNumber?: number;
  serverNumber?: number;
  request?: string;
  answer?: string;
  /** When the client opens it, by a right clock. */
  at?: number;
  /** How long packets of the client take to the place of capture, and how far its clock is ahead. */
  delay?: number;
  ahead?: number;
}

const seconds = 1_795_000_000;
/** What a packet takes from one end to the other. */
const whole = 0.02;

const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** The packets of a connection as they pass a place: three that open it, a request, an answer, three that close it. */
export function talk(fields: TalkFields = {}): PcapPacket[] {
  const { client = '10.0.0.1', server = '10.0.0.2', clientPort = 40_000, serverPort = 80 } = fields;
  const { clientNumber = 0x5a3c91e7, serverNumber = 0xc4117e02, at = 0, delay = 0, ahead = 0 } = fields;
  const { request = 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n' } = fields;
  const { answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' } = fields;
  const packets: PcapPacket[] = [];
  let identification = clientPort & 0xff;
  let mine = clientNumber;
  let theirs = serverNumber;
  let moment = at;
  const add = (fromClient: boolean, flags: number, payload = ''): void => {
    const segment = fromClient
      ? { sourcePort: clientPort, destinationPort: serverPort, sequence: mine, acknowledgment: theirs }
      : { sourcePort: serverPort, destinationPort: clientPort, sequence: theirs, acknowledgment: mine };
    const ends = fromClient ? { source: client, destination: server } : { source: server, destination: client };
    const bytes = ethernet(
      ipv4({ ...ends, identification: ++identification }, tcp({ ...segment, flags }, text(payload))),
    );
    const passes = moment + (fromClient ? delay : whole - delay) + ahead;
    packets.push({
      seconds: seconds + Math.floor(passes),
      fraction: Math.round((passes - Math.floor(passes)) * 1e6),
      bytes,
    });
    const numbers = payload.length + (flags & 0x03 ? 1 : 0);
    if (fromClient) mine = (mine + numbers) >>> 0;
    else theirs = (theirs + numbers) >>> 0;
    moment += whole;
  };
  add(true, 0x02);
  add(false, 0x12);
  add(true, 0x10);
  add(true, 0x18, request);
  add(false, 0x18, answer);
  add(true, 0x11);
  add(false, 0x11);
  add(true, 0x10);
  return packets;
}

/** A datagram and its answer, if any. */
export function ask(
  request: string,
  answer: string | null,
  { client = '10.0.0.1', server = '10.0.0.2', clientPort = 40_000, at = 0, ahead = 0 }: TalkFields = {},
): PcapPacket[] {
  const packet = (fromClient: boolean, payload: string, moment: number): PcapPacket => {
    const ports = fromClient
      ? { sourcePort: clientPort, destinationPort: 5300 }
      : { sourcePort: 5300, destinationPort: clientPort };
    const ends = fromClient ? { source: client, destination: server } : { source: server, destination: client };
    const time = moment + ahead;
    return {
      seconds: seconds + Math.floor(time),
      fraction: Math.round((time - Math.floor(time)) * 1e6),
      bytes: ethernet(ipv4({ ...ends, protocol: 17 }, udp(ports, text(payload)))),
    };
  };
  return [packet(true, request, at), ...(answer === null ? [] : [packet(false, answer, at + 0.01)])];
}
