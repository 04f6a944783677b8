// VNC's remote framebuffer (RFC 6143 §7.1): versions, security types, and whether the screen is given away without any.
import { u32 } from '../base/bytes.js';
import type { LoginRecord } from '../model/content.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of VNC. */
export function followVnc(sink: ContentSink): Follower {
  return new MessageFollower(sink, new VncDialogue(sink));
}

const versionLength = 12;
const challengeLength = 16;
/** Security types (IANA registry "Remote Framebuffer Security Types"). */
const security = { invalid: 0, none: 1, vnc: 2, tls: 18, vencrypt: 19 } as const;
const names: Readonly<Record<number, string>> = {
  1: 'None',
  2: 'VNC authentication',
  5: 'RA2',
  6: 'RA2ne',
  16: 'Tight',
  18: 'TLS',
  19: 'VeNCrypt',
  20: 'SASL',
  30: 'Apple Remote Desktop',
};

/** What a side says next. */
type Step = 'version' | 'types' | 'choice' | 'challenge' | 'response' | 'result' | 'init' | 'done';

class VncDialogue implements Dialogue {
  readonly bound = 256;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  #client: Step = 'version';
  #server: Step = 'version';
  /** Minor version of the protocol that the client chose. */
  #minor = 8;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'VeNCrypt');
  }

  measure(from: Side, bytes: Uint8Array, start: number, end: number): number {
    switch (from === 'client' ? this.#client : this.#server) {
      case 'version':
        return versionLength;
      case 'types':
        // Before 3.7 the server decides, in four octets.
        return this.#minor < 7 ? 4 : 1 + bytes[start]!;
      case 'choice':
        return 1;
      case 'challenge':
      case 'response':
        return challengeLength;
      case 'result':
        return 4;
      case 'init':
        if (from === 'client') return 1;
        if (end - start < 24) return measured.more;
        return 24 + Math.min(u32(bytes, start + 20), 0x10000);
      default:
        return measured.broken;
    }
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (from === 'client') this.#fromClient(message, arrival);
    else this.#fromServer(message, arrival);
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #fromClient(message: Message, arrival: Arrival): void {
    switch (this.#client) {
      case 'version':
        this.#minor = Number(message.seek(8).text(3)) || 3;
        this.#client = this.#minor < 7 ? 'done' : 'choice';
        break;
      case 'choice':
        this.#choose(message.octet(0), arrival);
        break;
      case 'response':
        // A challenge alone is no login: who leaves before the answer gave nothing away.
        this.#begin(security.vnc, arrival);
        this.#client = 'init';
        break;
      case 'init':
        // ClientInit: from here on it is about the screen.
        this.#commands.ask(arrival, 'ClientInit', null, true);
        this.#client = 'done';
        break;
      default:
        break;
    }
  }

  #fromServer(message: Message, arrival: Arrival): void {
    switch (this.#server) {
      case 'version':
        this.#sink.greeting(message.text(versionLength - 1));
        this.#server = 'types';
        break;
      case 'types':
        this.#types(message, arrival);
        break;
      case 'challenge':
        this.#server = 'result';
        break;
      case 'result': {
        const accepted = message.u32() === 0;
        this.#logins.end(arrival, accepted);
        if (accepted) this.#server = 'init';
        else this.ended = 'the login was refused';
        break;
      }
      case 'init':
        this.#logins.end(arrival, true);
        this.#commands.next(arrival, 'ServerInit', true);
        this.ended = 'the dialogue of the login is over';
        break;
      default:
        break;
    }
  }

  #types(message: Message, arrival: Arrival): void {
    if (this.#minor < 7) {
      this.#choose(message.u32(), arrival);
      return;
    }
    if (message.octet(0) === 0) {
      this.ended = 'the server refuses the connection';
      return;
    }
    let hasTls = false;
    for (let at = 1; at < message.length; at++)
      if (message.octet(at) === security.tls || message.octet(at) === security.vencrypt) hasTls = true;
    if (hasTls) this.#upgrade.offered(arrival);
    else this.#upgrade.notListed(arrival);
    // What comes next hangs on the client's choice.
    this.#server = 'done';
  }

  #choose(type: number, arrival: Arrival): void {
    if (type === security.tls || type === security.vencrypt) {
      this.#upgrade.requested(arrival, names[type]!);
      this.#upgrade.answered(arrival, true, '');
      this.ended = 'the dialogue of TLS follows';
      return;
    }
    this.#upgrade.wentOn(arrival.frame);
    if (type !== security.vnc) this.#begin(type, arrival);
    if (type === security.none) {
      // Its result was added in 3.8.
      this.#server = this.#minor >= 8 ? 'result' : 'init';
      this.#client = 'init';
    } else if (type === security.vnc) {
      this.#server = 'challenge';
      this.#client = 'response';
    } else this.ended = 'a security type that is not read here';
  }

  #begin(type: number, arrival: Arrival): void {
    this.#logins.begin(arrival, kindOf(type), names[type] ?? `security type ${type}`);
  }
}

function kindOf(type: number): LoginRecord['kind'] {
  if (type === security.none) return 'none';
  return type === security.vnc ? 'challenge-response' : 'other';
}
