// LDAP (RFC 4511): who binds and how (RFC 4513), StartTLS (RFC 4511 §4.14), and what is answered without a bind.
import { latin1 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { berEnter, berLength, berNumber } from './ber-reader.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of LDAP. */
export function followLdap(sink: ContentSink): Follower {
  return new MessageFollower(sink, new LdapDialogue(sink));
}

const sequence = 0x30;
const largestMessage = 0x10000000;
/** Protocol operations ([APPLICATION n]). */
const operation = {
  bind: 0x60,
  bindResponse: 0x61,
  search: 0x63,
  entry: 0x64,
  searchDone: 0x65,
  extended: 0x77,
  extendedResponse: 0x78,
} as const;
const authentication = { simple: 0x80, sasl: 0xa3 } as const;
/** NTLM outside of SASL, in three binds that are all answered by success ([MS-ADTS] §5.1.1.1.3): the last one's is the verdict. */
const sicily = { discovery: 0x89, negotiate: 0x8a, response: 0x8b } as const;
const result = { success: 0, saslInProgress: 14 } as const;
const startTls = '1.3.6.1.4.1.1466.20037';
const startTlsOctets = pattern(startTls);
const names: Readonly<Record<number, string>> = {
  [operation.bind]: 'bind',
  [operation.search]: 'search',
  102: 'modify',
  104: 'add',
  74: 'delete',
  108: 'modifyDN',
  110: 'compare',
  [operation.extended]: 'extended',
};

class LdapDialogue implements Dialogue {
  readonly bound = 4_096;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  /** Message id of the StartTLS that waits for its answer. */
  #startTls = -1;
  /** The last bind only prepares another: its success lets nobody in. */
  #prepares = false;
  /** The last bind is by SASL; its mechanism may protect what follows. */
  #sasl = false;
  #layered = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'StartTLS');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] !== sequence) {
      if (!this.#layered) return measured.broken;
      this.ended = 'messages are protected by SASL';
      return end - start;
    }
    if (end - start < 2) return measured.more;
    const first = bytes[start + 1]!;
    if (first < 0x80) return 2 + first;
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4) return measured.broken;
    if (end - start < 2 + octets) return measured.more;
    let length = 0;
    for (let at = 0; at < octets; at++) length = length * 256 + bytes[start + 2 + at]!;
    return length <= largestMessage ? 2 + octets + length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (this.ended !== null) return;
    berEnter(message);
    const id = berNumber(message);
    const tag = message.u8();
    if (message.short) return;
    berLength(message);
    if (from === 'client') this.#request(tag, id, message, arrival);
    else this.#response(tag, id, message, arrival);
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #request(tag: number, id: number, message: Message, arrival: Arrival): void {
    const name = names[tag];
    if (name === undefined) return;
    if (tag === operation.extended) {
      this.#extended(id, message, arrival);
      return;
    }
    const isQuestion = tag === operation.search && asksForAbilities(message);
    if (!isQuestion) this.#upgrade.wentOn(arrival.frame);
    this.#commands.askNumbered(id, arrival, name, null, tag !== operation.bind && !isQuestion);
    if (tag === operation.bind) this.#bind(message, arrival);
  }

  /** `version INTEGER, name OCTET STRING, simple [0] | sasl [3] { mechanism, credentials }`. */
  #bind(message: Message, arrival: Arrival): void {
    berNumber(message);
    message.skip(1);
    const nameLength = berLength(message);
    message.skip(nameLength);
    const choice = message.u8();
    const octets = berLength(message);
    if (message.short) return;
    const { bytes, at, end } = message;
    this.#sasl = choice === authentication.sasl;
    this.#prepares = choice === sicily.discovery || choice === sicily.negotiate;
    if (choice === authentication.simple) {
      if (octets === 0) {
        // Without a password nobody is told apart, whatever the name (RFC 4513 §5.1.1, §5.1.2).
        this.#logins.begin(arrival, 'none', nameLength === 0 ? 'anonymous' : 'unauthenticated');
        return;
      }
      this.#logins.begin(arrival, 'password', 'simple');
      const secret = at + octets <= end ? message.lend(at, at + octets) : null;
      this.#sink.credential('client', arrival, 'password', 'LDAP simple bind', null, secret);
    } else if (choice === authentication.sasl) {
      message.skip(1);
      const mechanism = message.text(berLength(message));
      if (!/^[A-Z0-9_-]{1,20}$/.test(mechanism)) return;
      if (!this.#logins.pending) this.#logins.beginSasl(arrival, 'LDAP SASL', mechanism);
      if (message.left < 2 || message.u8() !== 0x04) return;
      const credentials = berLength(message);
      const start = message.skip(credentials);
      if (start >= 0) this.#logins.response(bytes, start, start + credentials, arrival, false);
    } else if (choice === sicily.negotiate || choice === sicily.response) {
      if (!this.#logins.pending) this.#logins.begin(arrival, 'challenge-response', 'NTLM');
    }
  }

  /** A refusal ends whatever was begun. */
  #preparesOnly(code: number): boolean {
    return this.#prepares && code === result.success;
  }

  #extended(id: number, message: Message, arrival: Arrival): void {
    if (message.u8() !== 0x80) return;
    const name = message.text(berLength(message));
    const isStartTls = name === startTls;
    this.#commands.askNumbered(id, arrival, isStartTls ? 'StartTLS' : 'extended', isStartTls ? null : name, false);
    if (isStartTls) {
      this.#upgrade.requested(arrival);
      this.#startTls = id;
    } else this.#upgrade.wentOn(arrival.frame);
  }

  #response(tag: number, id: number, message: Message, arrival: Arrival): void {
    if (tag === operation.entry) {
      // The root names the extended operations that the server has.
      if (message.search(startTlsOctets) >= 0) this.#upgrade.offered(arrival);
      this.#commands.answer(id, arrival, 'entry', true);
      return;
    }
    if (message.octet(message.at - message.start) !== 0x0a) return;
    const code = berNumber(message);
    if (message.short) return;
    if (tag === operation.extendedResponse && id === this.#startTls) {
      this.#upgrade.answered(arrival, code === result.success, `result ${code}`);
      this.#startTls = -1;
    } else if (tag === operation.bindResponse && code !== result.saslInProgress && !this.#preparesOnly(code)) {
      this.#logins.end(arrival, code === result.success);
      // A mechanism with a security layer protects what follows (RFC 4513 §5.2.1.7): messages then have another beginning.
      this.#layered = this.#sasl && code === result.success;
    }
    // Neither a bind nor StartTLS is a service of its own.
    const serves = tag !== operation.bindResponse && tag !== operation.extendedResponse;
    this.#commands.answer(id, arrival, `result ${code}`, serves && code === result.success);
  }
}

/**
 * Whether a search asks what the server can do or how its entries look: the entry without a name, or the schema's. `baseObject
 * LDAPDN, scope ENUMERATED …`
 */
function asksForAbilities(message: Message): boolean {
  const { bytes, at } = message;
  message.skip(1);
  const octets = berLength(message);
  const start = message.skip(octets);
  const scope = message.skip(3);
  const isBase = scope >= 0 && bytes[scope + 2] === 0;
  message.at = at;
  if (start < 0 || !isBase) return false;
  return octets === 0 || /^cn=(?:sub)?schema(?:,|$)/i.test(latin1(bytes, start, start + Math.min(octets, 32)));
}
