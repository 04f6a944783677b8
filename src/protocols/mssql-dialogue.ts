// Microsoft SQL Server ([MS-TDS] §2.2.6.5 PRELOGIN, §2.2.6.4 LOGIN7, §2.2.7 tokens): what encryption is agreed on, how the
// client logs in, and what it asks for.
import { u16 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { reachesData, sqlVerb } from './sql.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of SQL Server. */
export function followMssql(sink: ContentSink): Follower {
  return new MessageFollower(sink, new MssqlDialogue(sink));
}

const headerLength = 8;
const packet = { batch: 0x01, rpc: 0x03, tabular: 0x04, login: 0x10, sspi: 0x11, prelogin: 0x12 } as const;
/** PRELOGIN's option ENCRYPTION and its values. */
const encryptionOption = 0x01;
const lastOption = 0xff;
const encryption = { off: 0, on: 1, notSupported: 2, required: 3 } as const;
/** Offsets in LOGIN7 of `offset(16) length(16)` pairs, lengths in UTF-16 units; and of its second flags. */
const login7 = { flags2: 25, password: 44, database: 68, sspi: 78 } as const;
const integratedSecurity = 0x80;
/** Tokens of a tabular result. */
const token = {
  error: 0xaa,
  loginAck: 0xad,
  environment: 0xe3,
  info: 0xab,
  features: 0xae,
  fedAuth: 0xee,
  sspi: 0xed,
} as const;

class MssqlDialogue implements Dialogue {
  readonly bound = 2_048;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  /** What the client said of encryption; -1 = nothing seen. */
  #wanted = -1;
  #login = -1;
  #continued = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'PRELOGIN');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 4) return measured.more;
    const length = u16(bytes, start + 2);
    return length >= headerLength && bytes[start]! <= packet.prelogin ? length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.octet(0);
    const isFirst = !this.#continued;
    message.seek(headerLength);
    if (from === 'client') {
      // Bit 0 of the status: the last packet of its message.
      this.#continued = (message.octet(1) & 1) === 0;
      if (isFirst) this.#fromClient(type, message, arrival);
    } else if (type === packet.tabular) this.#fromServer(message, arrival);
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #fromClient(type: number, message: Message, arrival: Arrival): void {
    switch (type) {
      case packet.prelogin:
        if (message.octet(headerLength) === 0) {
          this.#wanted = encryptionIn(message);
          if (this.#wanted === encryption.on || this.#wanted === encryption.required) this.#upgrade.requested(arrival);
        } else this.ended = 'TLS follows inside PRELOGIN packets';
        break;
      case packet.login:
        this.#login7(message, arrival);
        break;
      case packet.batch: {
        const verb = sqlVerb(narrowed(message));
        this.#commands.ask(arrival, verb, null, reachesData(verb));
        break;
      }
      case packet.rpc:
        this.#commands.ask(arrival, 'RPC', null, true);
        break;
      default:
        break;
    }
  }

  #fromServer(message: Message, arrival: Arrival): void {
    if (this.#wanted >= 0 && this.#login < 0) this.#preloginAnswered(message, arrival);
    else if (this.#logins.pending) this.#loginAnswered(message, arrival);
    else {
      const isError = message.octet(headerLength) === token.error;
      this.#commands.next(arrival, isError ? `ERROR ${message.seek(headerLength + 3).little32()}` : 'OK', !isError);
    }
  }

  /** §2.2.6.5: what follows from both sides' values. */
  #preloginAnswered(message: Message, arrival: Arrival): void {
    const offered = encryptionIn(message);
    if (offered < 0) return;
    const asked = this.#wanted === encryption.on || this.#wanted === encryption.required;
    if (offered === encryption.notSupported) {
      if (asked) this.#upgrade.answered(arrival, false, 'ENCRYPT_NOT_SUP');
      else this.#upgrade.notListed(arrival);
    } else if (asked) this.#upgrade.answered(arrival, offered !== encryption.off, 'ENCRYPT_OFF');
    else this.#upgrade.offered(arrival);
  }

  #login7(message: Message, arrival: Arrival): void {
    this.#upgrade.wentOn(arrival.frame);
    this.#login = this.#sink.request('client', arrival, 'LOGIN7', wideText(message, login7.database));
    this.#commands.login = false;
    if ((message.octet(headerLength + login7.flags2) & integratedSecurity) !== 0) {
      this.#logins.begin(arrival, 'challenge-response', 'SSPI');
      return;
    }
    const [start, end] = range(message, login7.password);
    this.#logins.begin(arrival, end > start ? 'password' : 'other', end > start ? 'SQL login' : 'LOGIN7');
    if (end <= start) return;
    if (end > message.end) this.#sink.credential('client', arrival, 'password', 'TDS LOGIN7', null, null);
    else {
      // Each octet has its halves swapped and is turned by 0xa5 (§2.2.6.4): anyone can undo it.
      const clear = new Uint8Array(end - start);
      for (let at = 0; at < clear.length; at++) {
        const turned = message.bytes[start + at]! ^ 0xa5;
        clear[at] = ((turned << 4) | (turned >> 4)) & 0xff;
      }
      this.#sink.credential('client', arrival, 'password', 'TDS LOGIN7', null, {
        bytes: clear,
        start: 0,
        end: clear.length,
      });
      clear.fill(0);
    }
  }

  /** Tokens up to the one that tells: LOGINACK or ERROR. */
  #loginAnswered(message: Message, arrival: Arrival): void {
    while (message.left > 3) {
      const type = message.u8();
      if (type === token.loginAck) {
        this.#sink.answered(this.#login, arrival, 'LOGINACK');
        this.#logins.end(arrival, true);
        return;
      }
      if (type === token.sspi) return;
      const length = type === token.features ? 0 : message.little16();
      if (type === token.error) {
        this.#sink.answered(this.#login, arrival, `ERROR ${message.little32()}`);
        this.#logins.end(arrival, false);
        return;
      }
      if (type !== token.environment && type !== token.info) return;
      message.skip(length);
    }
  }
}

/** The value of ENCRYPTION among PRELOGIN's options `token(8) offset(16) length(16)`; -1 where it is not there. */
function encryptionIn(message: Message): number {
  message.seek(headerLength);
  for (let options = 0; options < 16; options++) {
    const option = message.u8();
    if (option === lastOption || message.short) return -1;
    const offset = message.u16();
    message.u16();
    if (option === encryptionOption) return message.octet(headerLength + offset);
  }
  return -1;
}

/** The range that the pair at `at` of LOGIN7 points to. */
function range(message: Message, at: number): [number, number] {
  message.seek(headerLength + at);
  const start = message.start + headerLength + message.little16();
  return [start, start + 2 * message.little16()];
}

function wideText(message: Message, at: number): string | null {
  const [start, end] = range(message, at);
  if (end <= start || end > message.end) return null;
  let text = '';
  for (let next = start; next + 1 < end; next += 2)
    text += String.fromCharCode(message.bytes[next]! + message.bytes[next + 1]! * 0x100);
  return text;
}

/** The first octets of a batch's text, UTF-16, behind its headers (§2.2.5.3), as one octet a character. */
function narrowed(message: Message): Message {
  const headers = message.seek(headerLength).little32();
  const start = headers >= 4 && headers < 0x100 ? message.start + headerLength + headers : message.start + headerLength;
  const length = Math.max(0, Math.min(batchStart.length, (message.end - start) >> 1));
  for (let at = 0; at < length; at++) batchStart[at] = message.bytes[start + 2 * at]!;
  batch.show(batchStart, 0, length, length);
  return batch;
}

/** Serve all connections: a batch's verb is read at once. */
const batchStart = new Uint8Array(64);
const batch = new Message();
