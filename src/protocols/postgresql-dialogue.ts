// PostgreSQL's protocol 3 ("Message Flow", "Message Formats", "SASL Authentication"): the startup, how the server lets the
// client in, and which queries it then answers.
import { latin1, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { reachesData, sqlVerb } from './sql.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of PostgreSQL. */
export function followPostgresql(sink: ContentSink): Follower {
  return new MessageFollower(sink, new PostgresqlDialogue(sink));
}

/** Codes in the place of a protocol version. */
const request = { cancel: 0x04d2162e, ssl: 0x04d2162f, gss: 0x04d21630 } as const;
const majorVersion = 3;
const longestStartup = 10_000;
const longestMessage = 0x40000000;
/** Authentication requests (message `R`). */
const authentication = { ok: 0, password: 3, md5: 5, gss: 7, sspi: 9, sasl: 10 } as const;
/** Nothing was asked for yet. */
const notAsked = -1;
const tlsAnswers = { yes: 0x53, no: 0x4e, gss: 0x47 } as const;

class PostgresqlDialogue implements Dialogue {
  readonly bound = 1_024;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  /** The startup packet was seen: the connection is known from its beginning. */
  #started = false;
  /** The server answers SSLRequest or GSSENCRequest with one octet. */
  #awaited: 'SSLRequest' | 'GSSENCRequest' | null = null;
  /** What the server asked for. */
  #asked: number = notAsked;
  /** The client may send queries. */
  #ready = false;
  /** Startup and its first answer, then each query or Sync: what ReadyForQuery ends. */
  #startup = -1;
  #parsed = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    // Until the startup is seen nobody knows who logged in before.
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'SSLRequest');
  }

  measure(from: Side, bytes: Uint8Array, start: number, end: number): number {
    const first = bytes[start]!;
    if (from === 'server' && this.#awaited !== null && first !== 0x45) return 1;
    // Startup packets have no type, and their length begins with a zero.
    const typeLength = from === 'client' && first === 0 ? 0 : 1;
    if (end - start < typeLength + 4) return measured.more;
    const length = u32(bytes, start + typeLength);
    if (length < (typeLength === 0 ? 8 : 4)) return measured.broken;
    if (length > (typeLength === 0 ? longestStartup : longestMessage)) return measured.broken;
    return typeLength + length;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (from === 'server') this.#fromServer(message, arrival);
    else if (message.octet(0) === 0) this.#untyped(message, arrival);
    else this.#fromClient(message, arrival);
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #untyped(message: Message, arrival: Arrival): void {
    const code = u32(message.bytes, message.start + 4);
    message.seek(8);
    if (code === request.ssl) {
      this.#upgrade.requested(arrival);
      this.#awaited = 'SSLRequest';
    } else if (code === request.gss) this.#awaited = 'GSSENCRequest';
    else if (code === request.cancel) this.#sink.request('client', arrival, 'CANCEL', null);
    else if (code >>> 16 === majorVersion) {
      this.#started = true;
      this.#commands.login = false;
      this.#startup = this.#sink.request('client', arrival, 'STARTUP', databaseOf(message));
      this.#upgrade.wentOn(arrival.frame);
    }
  }

  #fromClient(message: Message, arrival: Arrival): void {
    const type = message.octet(0);
    message.seek(5);
    switch (type) {
      case 0x70: // p: whatever was asked for
        this.#response(message, arrival);
        break;
      case 0x51: // Q: Query
        this.#statement(message, arrival);
        this.#commands.close();
        break;
      case 0x50: // P: Parse, behind the statement's name
        message.until(0);
        this.#statement(message, arrival);
        this.#parsed = true;
        break;
      case 0x42: // B: Bind of a statement that was parsed before
        if (!this.#parsed) this.#commands.open(arrival, 'EXECUTE', null, true);
        this.#parsed = false;
        break;
      case 0x53: // S: Sync
        this.#commands.close();
        this.#parsed = false;
        break;
      default:
        break;
    }
  }

  #statement(message: Message, arrival: Arrival): void {
    const verb = sqlVerb(message);
    this.#commands.open(arrival, verb, null, reachesData(verb));
  }

  #response(message: Message, arrival: Arrival): void {
    const { bytes, at, end } = message;
    // Only a password is text that ends in a zero; what is asked for tells where it was seen.
    const isText = message.whole && end > at && message.find(0) === end - 1;
    if (this.#asked === authentication.password || (this.#asked === notAsked && isText)) {
      if (isText && isMd5(bytes, at, end - 1)) {
        this.#logins.begin(arrival, 'challenge-response', 'MD5');
        return;
      }
      this.#logins.begin(arrival, 'password', 'password');
      const secret = isText ? message.lend(at, end - 1) : null;
      this.#sink.credential('client', arrival, 'password', 'PostgreSQL PasswordMessage', null, secret);
    } else if (this.#asked === authentication.md5) this.#logins.begin(arrival, 'challenge-response', 'MD5');
    else if (this.#asked === authentication.gss) this.#beginOnce(arrival, 'GSSAPI');
    else if (this.#asked === authentication.sspi) this.#beginOnce(arrival, 'SSPI');
    else if (this.#logins.pending) this.#logins.response(bytes, at, end, arrival, !message.whole);
    else this.#saslInitial(message, arrival);
  }

  #beginOnce(arrival: Arrival, mechanism: string): void {
    if (!this.#logins.pending) this.#logins.begin(arrival, 'other', mechanism);
  }

  /** SASLInitialResponse: `mechanism NUL length(32) response`. */
  #saslInitial(message: Message, arrival: Arrival): void {
    const mechanism = message.until(0);
    if (mechanism === null || !/^[A-Z0-9_-]{3,40}$/.test(mechanism)) return;
    this.#logins.beginSasl(arrival, 'PostgreSQL SASL', mechanism);
    const length = message.u32();
    if (!message.short && length <= message.left)
      this.#logins.response(message.bytes, message.at, message.at + length, arrival, false);
  }

  #fromServer(message: Message, arrival: Arrival): void {
    if (this.#awaited !== null && message.length === 1) {
      this.#encryptionAnswered(message.octet(0), arrival);
      return;
    }
    const type = message.octet(0);
    message.seek(5);
    switch (type) {
      case 0x52: // R: an authentication request
        this.#authentication(message.u32(), arrival);
        break;
      case 0x45: // E: error
        this.#error(message, arrival);
        break;
      case 0x5a: // Z: ReadyForQuery
        if (this.#ready) this.#commands.nextTurn();
        this.#ready = true;
        break;
      case 0x43: // C: CommandComplete
      case 0x54: // T: RowDescription
      case 0x44: // D: DataRow
      case 0x47: // G, H, W: COPY
      case 0x48:
      case 0x57:
        this.#commands.answerTurn(arrival, 'OK', true);
        break;
      default:
        break;
    }
  }

  #encryptionAnswered(answer: number, arrival: Arrival): void {
    if (this.#awaited === 'SSLRequest') {
      if (answer === tlsAnswers.yes) this.#upgrade.answered(arrival, true, 'S');
      else if (answer === tlsAnswers.no) this.#upgrade.answered(arrival, false, 'N');
    } else if (answer === tlsAnswers.gss) this.ended = 'encryption by GSSAPI follows';
    this.#awaited = null;
  }

  #authentication(code: number, arrival: Arrival): void {
    if (code !== authentication.ok) {
      if (code === authentication.sasl || this.#asked === notAsked) this.#asked = code;
      return;
    }
    if (this.#startup >= 0) this.#sink.answered(this.#startup, arrival, 'AuthenticationOk');
    if (!this.#logins.pending) {
      if (!this.#started || this.#asked !== notAsked) return;
      // Let in at once: by address, certificate or operating system, but by nothing on this connection.
      this.#logins.begin(arrival, 'none', 'trust');
    }
    this.#logins.end(arrival, true);
  }

  /** `{field(8) text NUL} 0`: field C is the SQLSTATE. */
  #error(message: Message, arrival: Arrival): void {
    let code = '';
    while (message.left > 0) {
      const field = message.u8();
      const text = message.until(0);
      if (field === 0 || text === null) break;
      if (field === 0x43) code = text.slice(0, 5);
    }
    const status = `ERROR ${code}`;
    if (this.#ready) {
      this.#commands.answerTurn(arrival, status, false);
      return;
    }
    this.#awaited = null;
    if (this.#startup >= 0) this.#sink.answered(this.#startup, arrival, status);
    this.#logins.end(arrival, false);
  }
}

/** The parameter `database`, else `user`, which stands for it; null without either. */
function databaseOf(message: Message): string | null {
  let user: string | null = null;
  while (message.left > 1) {
    const name = message.until(0);
    const value = message.until(0);
    if (name === null || name === '' || value === null) break;
    if (name === 'database') return value;
    if (name === 'user') user = value;
  }
  return user;
}

/** 'md5' and 32 hexadecimal digits: the digest that AuthenticationMD5Password asks for. */
function isMd5(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 35 && /^md5[0-9a-f]{32}$/.test(latin1(bytes, start, end));
}
