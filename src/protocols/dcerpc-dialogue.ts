// DCE/RPC, connection-oriented (C706 §12.6): which interface is bound, and by which authentication ([MS-RPCE] §2.2.1.1.7).
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of DCE/RPC. */
export function followDcerpc(sink: ContentSink): Follower {
  return new MessageFollower(sink, new DcerpcDialogue(sink));
}

const headerLength = 16;
const packet = { request: 0, response: 2, fault: 3, bind: 11, bound: 12, refused: 13, alter: 14, third: 16 } as const;
/** Authentication services of a security trailer. */
const services: Readonly<Record<number, [kind: 'challenge-response' | 'other', name: string]>> = {
  9: ['other', 'SPNEGO'],
  10: ['challenge-response', 'NTLM'],
  14: ['other', 'SChannel'],
  16: ['other', 'Kerberos'],
  68: ['other', 'Netlogon'],
};
const trailerLength = 8;

class DcerpcDialogue implements Dialogue {
  /** Fragments have 5,840 octets at most, as Windows sends them; the trailer stands at the end. */
  readonly bound = 5_840;
  ended: string | null = null;
  readonly #commands: Commands;
  readonly #logins: Logins;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    // Endpoint mapping is open to all by design, and what a bind reaches is told by its methods, which are not known here.
    this.#commands.login = true;
    this.#logins = new Logins(sink, null);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.more;
    const isLittle = (bytes[start + 4]! & 0x10) !== 0;
    const length = isLittle
      ? bytes[start + 8]! + bytes[start + 9]! * 0x100
      : bytes[start + 8]! * 0x100 + bytes[start + 9]!;
    return bytes[start] === 5 && length >= headerLength ? length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.octet(2);
    const call = message.seek(12).u32();
    if (from === 'client') {
      if (type === packet.bind || type === packet.alter) {
        this.#commands.askNumbered(call, arrival, 'bind', interfaceOf(message), false);
        this.#login(message, arrival);
      } else if (type === packet.request) {
        // Whoever's calls are answered is in.
        this.#commands.askNumbered(call, arrival, 'request', null, false);
      }
    } else if (type === packet.bound) this.#commands.answer(call, arrival, 'bind ack', false);
    else if (type === packet.refused) {
      this.#commands.answer(call, arrival, 'bind nak', false);
      this.#logins.end(arrival, false);
    } else if (type === packet.response || type === packet.fault) {
      if (type === packet.response) this.#logins.end(arrival, true);
      this.#commands.answer(call, arrival, type === packet.response ? 'OK' : 'fault', false);
    }
  }

  /** The security trailer: `service(8) level(8) padding(8) 0 context(32)`, in front of the token at the end. */
  #login(message: Message, arrival: Arrival): void {
    const isLittle = (message.octet(4) & 0x10) !== 0;
    message.seek(10);
    const token = isLittle ? message.little16() : message.u16();
    if (token === 0 || !message.whole || token + trailerLength > message.length - headerLength) return;
    const service = services[message.octet(message.length - token - trailerLength)];
    if (service !== undefined && !this.#logins.pending) this.#logins.begin(arrival, service[0], service[1]);
  }
}

/** UUID of the first interface that a bind names: behind sizes, group, and the counts of contexts and syntaxes. */
function interfaceOf(message: Message): string | null {
  if ((message.octet(4) & 0x10) === 0) return null;
  const at = message.seek(headerLength + 16).skip(16);
  if (at < 0) return null;
  const digit = (offset: number): string => message.bytes[at + offset]!.toString(16).padStart(2, '0');
  const group = (...offsets: number[]): string => offsets.map(digit).join('');
  return [group(3, 2, 1, 0), group(5, 4), group(7, 6), group(8, 9), group(10, 11, 12, 13, 14, 15)].join('-');
}
