// Kerberos 5 over TCP (RFC 4120 §5.4, §7.2.2): requests to the KDC, how they are pre-authenticated, and what it answers.
import { u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { DatagramFollower, type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';

/** Begins to follow a connection of Kerberos. */
export function followKerberosOverTcp(sink: ContentSink): Follower {
  return new MessageFollower(sink, new KerberosDialogue(sink, 4));
}

/** Begins to follow an exchange of Kerberos in datagrams. */
export function followKerberosOverUdp(sink: ContentSink): Follower {
  return new DatagramFollower(sink, new KerberosDialogue(sink, 0));
}

const largestMessage = 0x100000;
/** [APPLICATION n] of the messages. */
const tag = { asRequest: 0x6a, asReply: 0x6b, tgsRequest: 0x6c, tgsReply: 0x6d, error: 0x7e } as const;
/** PA-DATA types as `[1] INTEGER`: encrypted timestamp 2, PKINIT 16, FAST 136. */
const timestamp = pattern('\xa1\x03\x02\x01\x02\xa2');
const pkinit = pattern('\xa1\x03\x02\x01\x10\xa2');
const fast = pattern('\xa1\x04\x02\x02\x00\x88\xa2');
/** `[6] error-code INTEGER (24)`: pre-authentication failed; (25) is only the demand for it. */
const failed = pattern('\xa6\x03\x02\x01\x18');

class KerberosDialogue implements Dialogue {
  readonly bound = 1_024;
  readonly ended = null;
  readonly #commands: Commands;
  readonly #logins: Logins;
  /** Octets of the length in front of a message. */
  readonly #lengthOctets: number;

  constructor(sink: ContentSink, lengthOctets: number) {
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, null);
    this.#lengthOctets = lengthOctets;
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#lengthOctets === 0) return end - start;
    if (end - start < 4) return measured.more;
    const length = u32(bytes, start);
    return length <= largestMessage ? 4 + length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.octet(this.#lengthOctets);
    if (from === 'client') {
      if (type === tag.asRequest) this.#ask(message, arrival);
      else if (type === tag.tgsRequest) this.#commands.ask(arrival, 'TGS-REQ', null, false);
      return;
    }
    if (type === tag.asReply) this.#logins.end(arrival, true);
    else if (type === tag.error && message.search(failed) >= 0) this.#logins.end(arrival, false);
    const name =
      type === tag.asReply ? 'AS-REP' : type === tag.tgsReply ? 'TGS-REP' : type === tag.error ? 'KRB-ERROR' : null;
    if (name !== null && this.#commands.waits) this.#commands.next(arrival, name, false);
  }

  #ask(message: Message, arrival: Arrival): void {
    this.#commands.ask(arrival, 'AS-REQ', null, false);
    if (message.search(pkinit) >= 0) this.#logins.begin(arrival, 'certificate', 'PKINIT');
    else if (message.search(fast) >= 0) this.#logins.begin(arrival, 'other', 'Kerberos FAST');
    else if (message.search(timestamp) >= 0) this.#logins.begin(arrival, 'other', 'Kerberos encrypted timestamp');
  }
}
