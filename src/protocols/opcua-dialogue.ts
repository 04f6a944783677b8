// OPC UA over TCP (OPC 10000-6 §6.7, OPC 10000-4 §7.36): the security policy of the channel, and who activates a session on it.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';

/** Begins to follow a connection of OPC UA. */
export function followOpcua(sink: ContentSink): Follower {
  return new MessageFollower(sink, new OpcuaDialogue(sink));
}

const largestMessage = 0x4000000;
const nonePolicy = 'http://opcfoundation.org/UA/SecurityPolicy#None';
/** Binary encodings of services, as two-octet node ids: `01 00 id(16)`. */
const service = { activateSession: 467, read: 631, write: 673, browse: 527, call: 712 } as const;
const services: Readonly<Record<number, string>> = {
  [service.activateSession]: 'ActivateSession',
  [service.read]: 'Read',
  [service.write]: 'Write',
  [service.browse]: 'Browse',
  [service.call]: 'Call',
};
const faultId = 397;
/** Identity tokens in ActivateSession: anonymous, user name, certificate. */
const anonymousToken = pattern('\x01\x00\x41\x01\x01');
const userToken = pattern('\x01\x00\x44\x01\x01');
const certificateToken = pattern('\x01\x00\x47\x01\x01');
/** Message header, channel and token ids, sequence and request numbers. */
const bodyAt = 24;
const requestAt = 20;

class OpcuaDialogue implements Dialogue {
  readonly bound = 2_048;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    // Nothing is known of who logged in until the channel is seen to open without security.
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 8) return measured.more;
    const length =
      bytes[start + 4]! + bytes[start + 5]! * 0x100 + bytes[start + 6]! * 0x10000 + bytes[start + 7]! * 0x1000000;
    return length >= 8 && length <= largestMessage ? length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.text(3);
    if (type === 'OPN' && from === 'client') this.#open(message, arrival);
    else if (type === 'MSG') this.#service(from, message, arrival);
  }

  #open(message: Message, arrival: Arrival): void {
    const policy = message.seek(12).text(message.little32());
    const name = policy.slice(policy.lastIndexOf('#') + 1);
    this.#sink.request('client', arrival, 'OpenSecureChannel', /^[A-Za-z0-9_]{1,40}$/.test(name) ? name : null);
    if (policy === nonePolicy) this.#commands.login = false;
    else this.ended = `messages are protected by ${name}`;
  }

  #service(from: Side, message: Message, arrival: Arrival): void {
    const request = message.seek(requestAt).little32();
    const encoding = message.little16();
    const id = message.little16();
    if (message.short || encoding !== 1) return;
    if (from === 'server') {
      const isFault = id === faultId;
      if (this.#commands.waiting(request) === 'ActivateSession') this.#logins.end(arrival, !isFault);
      this.#commands.answer(request, arrival, isFault ? 'fault' : 'OK', !isFault);
      return;
    }
    const name = services[id];
    if (name === undefined) return;
    this.#commands.askNumbered(request, arrival, name, null, id !== service.activateSession);
    if (id === service.activateSession) this.#activate(message, arrival);
  }

  #activate(message: Message, arrival: Arrival): void {
    message.seek(bodyAt);
    if (message.search(anonymousToken) >= 0) this.#logins.begin(arrival, 'none', 'anonymous');
    else if (message.search(certificateToken) >= 0) this.#logins.begin(arrival, 'certificate', 'X.509 identity token');
    else {
      const at = message.search(userToken);
      if (at < 0) return;
      message.at = at + userToken.length + 4;
      // Policy id, user name, password, and the algorithm that it is encrypted with: none leaves it in clear.
      message.skip(message.little32());
      message.skip(message.little32());
      const length = message.little32();
      const start = message.skip(length);
      const algorithm = message.little32();
      this.#logins.begin(arrival, 'password', 'user name identity token');
      if (start >= 0 && !message.short && (algorithm === 0 || algorithm === 0xffffffff))
        this.#sink.credential(
          'client',
          arrival,
          'password',
          'OPC UA user name token',
          null,
          message.lend(start, start + length),
        );
    }
  }
}
