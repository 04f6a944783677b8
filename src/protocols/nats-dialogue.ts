// NATS ("Client protocol"): what INFO asks for, what CONNECT shows, and whether subscriptions and messages are taken then.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { jsonField } from './json-fields.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of NATS. */
export function followNats(sink: ContentSink): Follower {
  return new MessageFollower(sink, new NatsDialogue(sink));
}

/** Messages whose line ends in the octets of a payload behind it. */
const withPayload: ReadonlySet<string> = new Set(['PUB', 'HPUB', 'MSG', 'HMSG', 'RMSG', 'LMSG']);
const largestPayload = 0x4000000;

class NatsDialogue implements Dialogue {
  readonly bound = 4_096;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  #connect = -1;
  /** The greeting was seen: the connection is known from its beginning. */
  #greeted = false;
  #refused = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'TLS after INFO');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    let line = start;
    while (line < end && bytes[line] !== 0x0a) line++;
    if (line === end) return measured.more;
    const length = line + 1 - start;
    if (!withPayload.has(verbOf(bytes, start, line))) return length;
    let factor = 1;
    let payload = 0;
    let at = line - 1;
    if (bytes[at] === 0x0d) at--;
    for (; at > start && bytes[at]! >= 0x30 && bytes[at]! <= 0x39 && factor < 1e10; at--, factor *= 10)
      payload += (bytes[at]! - 0x30) * factor;
    return factor === 1 || payload > largestPayload ? measured.broken : length + payload + 2;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const line = message.find(0x0a);
    const verb = verbOf(message.bytes, message.start, line);
    if (from === 'server') this.#fromServer(verb, message, arrival);
    else if (verb === 'CONNECT') this.#connecting(message, arrival);
    else if (verb === 'SUB' || verb === 'PUB' || verb === 'HPUB') {
      message.seek(verb.length + 1);
      const subject = message.until(0x20);
      this.#commands.ask(arrival, verb, subject, true);
    } else if (verb === 'PING') this.#commands.ask(arrival, verb, null, false);
  }

  upgraded(arrival: Arrival): void {
    // TLS is asked for by beginning it.
    this.#upgrade.requested(arrival);
    this.#upgrade.answered(arrival, true, '');
    this.#upgrade.taken(arrival);
  }

  #fromServer(verb: string, message: Message, arrival: Arrival): void {
    switch (verb) {
      case 'INFO':
        if (!this.#greeted) this.#greeting(message, arrival);
        break;
      case '+OK':
        this.#accepted(arrival);
        break;
      case 'PONG':
        this.#accepted(arrival);
        // What was sent before the PING was taken, or else an error would have come.
        while (this.#commands.waits) {
          const isPing = this.#commands.first === 'PING';
          this.#commands.next(arrival, 'OK', !this.#refused);
          if (isPing) break;
        }
        break;
      case '-ERR':
        this.#error(message, arrival);
        break;
      case 'MSG':
      case 'HMSG':
        this.#accepted(arrival);
        break;
      default:
        break;
    }
  }

  #greeting(message: Message, arrival: Arrival): void {
    this.#greeted = true;
    const version = jsonField(message, 'version');
    if (version !== null && version.word === null) {
      message.at = version.start;
      this.#sink.greeting(`NATS ${message.text(Math.min(version.end - version.start, 40))}`);
    }
    const offers = isTrue(message, 'tls_required') || isTrue(message, 'tls_available') || isTrue(message, 'tls_verify');
    if (offers) {
      this.#upgrade.offered(arrival);
    } else if (message.whole) this.#upgrade.notListed(arrival);
  }

  #connecting(message: Message, arrival: Arrival): void {
    this.#connect = this.#sink.request('client', arrival, 'CONNECT', null);
    this.#upgrade.wentOn(arrival.frame);
    if (!message.whole) return;
    if (this.#greeted) this.#commands.login = false;
    if (this.#secret(message, 'pass', 'password', 'user and password', arrival)) return;
    if (this.#secret(message, 'auth_token', 'token', 'token', arrival)) return;
    const hasKey = filled(message, 'nkey') || filled(message, 'jwt');
    if (hasKey || filled(message, 'sig')) {
      // The signature answers the nonce of INFO; without one the token alone opens the door.
      if (filled(message, 'sig')) this.#logins.begin(arrival, 'challenge-response', 'nkey');
      else if (!this.#secret(message, 'jwt', 'bearer-token', 'jwt', arrival))
        this.#logins.begin(arrival, 'other', 'nkey');
      return;
    }
    if (filled(message, 'user')) this.#logins.begin(arrival, 'other', 'user');
    else this.#logins.begin(arrival, 'none', 'anonymous');
  }

  #secret(
    message: Message,
    name: string,
    kind: 'password' | 'token' | 'bearer-token',
    mechanism: string,
    arrival: Arrival,
  ): boolean {
    const field = jsonField(message, name);
    if (field === null || field.word !== null || field.end === field.start) return false;
    this.#logins.begin(arrival, kind === 'password' ? 'password' : 'token', mechanism);
    const secret = message.lend(field.start, field.end);
    this.#sink.credential('client', arrival, kind, 'NATS CONNECT', `field ${name}`, secret);
    return true;
  }

  #accepted(arrival: Arrival): void {
    if (this.#connect < 0 || !this.#logins.pending) return;
    this.#sink.answered(this.#connect, arrival, 'OK');
    this.#logins.end(arrival, true);
  }

  #error(message: Message, arrival: Arrival): void {
    const isDenied = /^'(?:Authorization|Authentication|User Authentication)/i.test(message.seek(5).text(message.left));
    this.#refused = true;
    if (!isDenied) return;
    if (this.#connect >= 0) this.#sink.answered(this.#connect, arrival, '-ERR');
    this.#logins.end(arrival, false);
    this.#commands.login = true;
  }
}

/** The first word of a line in capitals, cut to the longest. */
function verbOf(bytes: Uint8Array, start: number, end: number): string {
  let verb = '';
  for (let at = start; at < end && at < start + 8 && bytes[at]! > 0x20; at++) verb += String.fromCharCode(bytes[at]!);
  return verb.toUpperCase();
}

function isTrue(message: Message, name: string): boolean {
  return jsonField(message, name)?.word === 'true';
}

/** Whether the member is a string that is not empty. */
function filled(message: Message, name: string): boolean {
  const field = jsonField(message, name);
  return field !== null && field.word === null && field.end > field.start;
}
