// MySQL's and MariaDB's client/server protocol ("Connection Phase", "Command Phase"): whether the server has TLS and the client
// takes it, by which plugin the client logs in, and what is answered to its commands.
import type { LoginRecord } from '../model/content.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { reachesData, sqlVerb } from './sql.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of MySQL or MariaDB. */
export function followMysql(sink: ContentSink): Follower {
  return new MessageFollower(sink, new MysqlDialogue(sink));
}

const headerLength = 4;
/** Capability flags, lower and upper half. */
const capability = {
  withDatabase: 0x8,
  compress: 0x20,
  protocol41: 0x200,
  tls: 0x800,
  secureConnection: 0x8000,
  pluginAuth: 0x08,
  lengthEncoded: 0x20,
  queryAttributes: 0x0800,
} as const;
const tlsRequestLength = 32;
const reply = { ok: 0x00, more: 0x01, switch: 0xfe, error: 0xff } as const;
/** Second octet of `more` in caching_sha2_password. */
const sha2 = { fast: 3, full: 4 } as const;
const publicKeyRequest = 2;

type Phase = 'greeting' | 'login' | 'authentication' | 'commands' | 'unknown';

class MysqlDialogue implements Dialogue {
  readonly bound = 1_024;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  #phase: Phase = 'greeting';
  /** The plugin that the client answers with, and whether the answer still to come is its first. */
  #plugin = '';
  #switched = false;
  /** caching_sha2_password goes on with the password itself, or with RSA over it. */
  #full = false;
  #keyAsked = false;
  #compressed = false;
  #queryAttributes = false;
  #login = -1;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'SSLRequest');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.more;
    return headerLength + bytes[start]! + bytes[start + 1]! * 0x100 + bytes[start + 2]! * 0x10000;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const sequence = message.octet(3);
    message.seek(headerLength);
    if (from === 'server') this.#fromServer(message, sequence, arrival);
    else if (this.#phase === 'authentication') this.#authentication(message, arrival);
    else if (sequence === 0) this.#command(message, arrival);
    else if (sequence <= 2 && this.#phase !== 'commands') this.#handshake(message, arrival);
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #fromServer(message: Message, sequence: number, arrival: Arrival): void {
    const type = message.octet(headerLength);
    if (this.#phase === 'greeting') {
      if (sequence !== 0 || type === reply.error) this.#phase = 'unknown';
      else this.#greeting(message, arrival);
    } else if (this.#phase === 'authentication') this.#verdict(message, type, arrival);
    else if (this.#phase === 'commands' && sequence === 1) {
      const isError = type === reply.error;
      this.#commands.next(arrival, isError ? errorStatus(message) : 'OK', !isError);
    }
  }

  /** `10 version NUL thread(32) salt(64) 0 capabilities(16) charset(8) status(16) capabilities(16) salt length(8) …`. */
  #greeting(message: Message, arrival: Arrival): void {
    const version = message.u8();
    const name = message.until(0);
    if (name === null) return;
    this.#sink.greeting(name);
    this.#phase = 'login';
    if (version !== 10) return;
    message.skip(13);
    const lower = message.little16();
    message.skip(3);
    const upper = message.little16();
    message.skip(11);
    message.skip(13);
    if (!message.short && (upper & capability.pluginAuth) !== 0) this.#plugin = message.until(0) ?? '';
    if ((lower & capability.tls) !== 0) this.#upgrade.offered(arrival);
    else this.#upgrade.notListed(arrival);
  }

  /** SSLRequest, or HandshakeResponse41: `capabilities(32) largest(32) charset(8) zeros(23) user NUL answer [database NUL] [plugin NUL]`. */
  #handshake(message: Message, arrival: Arrival): void {
    const lower = message.little16();
    const upper = message.little16();
    if ((lower & capability.protocol41) === 0) {
      this.#phase = 'unknown';
      return;
    }
    if (message.length === headerLength + tlsRequestLength) {
      if ((lower & capability.tls) !== 0) {
        this.#upgrade.requested(arrival);
        // No answer: the client goes on in TLS at once.
        this.#upgrade.answered(arrival, true, '');
      }
      return;
    }
    const fromBeginning = this.#phase === 'login';
    this.#phase = 'authentication';
    this.#compressed = (lower & capability.compress) !== 0;
    this.#queryAttributes = (upper & capability.queryAttributes) !== 0;
    message.skip(28);
    message.until(0);
    const isCounted = (lower & capability.secureConnection) !== 0 || (upper & capability.lengthEncoded) !== 0;
    const length = isCounted ? message.u8() : Math.max(message.find(0) - message.at, 0);
    const answer = message.skip(length);
    if (!isCounted) message.skip(1);
    const database = (lower & capability.withDatabase) !== 0 ? message.until(0) : null;
    const plugin = (upper & capability.pluginAuth) !== 0 ? message.until(0) : null;
    this.#login = this.#sink.request('client', arrival, 'LOGIN', database);
    this.#upgrade.wentOn(arrival.frame);
    if (answer < 0 || length > 0xfa) return;
    if (fromBeginning) this.#commands.login = false;
    this.#plugin = plugin ?? (this.#plugin || 'mysql_native_password');
    this.#answer(message, answer, answer + length, arrival);
  }

  /** The client's answer by the plugin in hand, in `message.bytes[start, end)`. */
  #answer(message: Message, start: number, end: number, arrival: Arrival): void {
    const plugin = this.#plugin;
    const kind = end === start ? 'none' : kindOf(plugin);
    this.#logins.begin(arrival, kind, plugin);
    if (kind === 'password') this.#password(message, start, end, arrival);
  }

  /** A password in clear, with a zero behind it. */
  #password(message: Message, start: number, end: number, arrival: Arrival): void {
    const last = message.bytes[end - 1] === 0 ? end - 1 : end;
    if (last > start)
      this.#sink.credential('client', arrival, 'password', `MySQL ${this.#plugin}`, null, message.lend(start, last));
  }

  /** What the client says between its login packet and the server's verdict. */
  #authentication(message: Message, arrival: Arrival): void {
    const { bytes, at, end } = message;
    if (!message.whole) return;
    if (this.#switched) {
      this.#switched = false;
      this.#answer(message, at, end, arrival);
    } else if (this.#full && end - at === 1 && bytes[at] === publicKeyRequest) this.#keyAsked = true;
    else if (this.#full) {
      // With the server's key the password is under RSA; without, it is there, and a zero behind it.
      this.#full = false;
      if (!this.#keyAsked && end > at && bytes[end - 1] === 0) this.#password(message, at, end, arrival);
    } else if (this.#plugin === 'dialog' && end > at) this.#password(message, at, end, arrival);
  }

  #verdict(message: Message, type: number, arrival: Arrival): void {
    if (type === reply.ok || type === reply.error) {
      const accepted = type === reply.ok;
      this.#sink.answered(this.#login, arrival, accepted ? 'OK' : errorStatus(message));
      this.#logins.end(arrival, accepted);
      this.#phase = accepted ? 'commands' : 'unknown';
      if (accepted && this.#compressed) this.ended = 'compressed packets follow';
    } else if (type === reply.switch) {
      // AuthSwitchRequest; alone it means the password digest of before 4.1.
      message.skip(1);
      this.#plugin = message.left === 0 ? 'mysql_old_password' : (message.until(0) ?? '');
      this.#switched = true;
    } else if (
      type === reply.more &&
      message.octet(headerLength + 1) === sha2.full &&
      message.length === headerLength + 2
    )
      this.#full = true;
  }

  #command(message: Message, arrival: Arrival): void {
    const code = message.u8();
    if (code === 0x11) {
      // COM_CHANGE_USER: who is logged in from here on is another question.
      this.#commands.login = true;
      this.ended = 'another user logs in on the same connection';
      return;
    }
    if (code === 0x03 || code === 0x16) {
      // Query attributes, none: `0 1`.
      if (this.#queryAttributes && code === 0x03 && message.octet(headerLength + 1) === 0) message.skip(2);
      const verb = sqlVerb(message);
      this.#commands.ask(arrival, verb, null, reachesData(verb));
      return;
    }
    const name = commandNames[code];
    // COM_QUIT, COM_STMT_SEND_LONG_DATA and COM_STMT_CLOSE have no answer.
    if (name === undefined || code === 0x01 || code === 0x18 || code === 0x19) return;
    const target = code === 0x02 && message.whole ? message.text(message.left) : null;
    this.#commands.ask(arrival, name, target, code !== 0x0e && code !== 0x02 && code !== 0x1b && code !== 0x1f);
  }
}

const commandNames: Readonly<Record<number, string>> = {
  1: 'QUIT',
  2: 'INIT_DB',
  4: 'FIELD_LIST',
  5: 'CREATE_DB',
  6: 'DROP_DB',
  8: 'SHUTDOWN',
  9: 'STATISTICS',
  10: 'PROCESS_INFO',
  12: 'PROCESS_KILL',
  14: 'PING',
  18: 'BINLOG_DUMP',
  21: 'REGISTER_SLAVE',
  23: 'EXECUTE',
  24: 'SEND_LONG_DATA',
  25: 'CLOSE',
  26: 'STMT_RESET',
  27: 'SET_OPTION',
  28: 'FETCH',
  30: 'BINLOG_DUMP_GTID',
  31: 'RESET_CONNECTION',
};

/** What kind of login a plugin makes of an answer that is not empty. */
function kindOf(plugin: string): LoginRecord['kind'] {
  switch (plugin) {
    case 'mysql_clear_password':
    case 'dialog':
      return 'password';
    case 'mysql_native_password':
    case 'mysql_old_password':
    case 'caching_sha2_password':
    case 'sha256_password':
    case 'client_ed25519':
    case 'parsec':
      return 'challenge-response';
    default:
      return 'other';
  }
}

/** `0xff code(16, little) …`. */
function errorStatus(message: Message): string {
  return `ERR ${message.seek(headerLength + 1).little16()}`;
}
