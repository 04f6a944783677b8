// ZooKeeper (jute records of its Java client): sessions, `auth` packets, and operations that are carried out without.
import { i32, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of ZooKeeper. */
export function followZookeeper(sink: ContentSink): Follower {
  return new MessageFollower(sink, new ZookeeperDialogue(sink));
}

const lengthOctets = 4;
const largestMessage = 0x1000000;
const wordLength = 4;
/** Transaction ids that are no requests of their own. */
const xid = { ping: -2, authentication: -4 } as const;
const operations: Readonly<Record<number, string>> = {
  1: 'create',
  2: 'delete',
  3: 'exists',
  4: 'getData',
  5: 'setData',
  6: 'getACL',
  7: 'setACL',
  8: 'getChildren',
  9: 'sync',
  12: 'getChildren2',
  14: 'multi',
  15: 'create2',
  16: 'reconfig',
};
const sasl = 102;

class ZookeeperDialogue implements Dialogue {
  readonly bound = 512;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  #clientBegun = false;
  #serverBegun = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < lengthOctets) return measured.more;
    // A word of four letters stands alone, and its answer is text up to the end.
    if (bytes[start] !== 0) return from === 'client' ? wordLength : end - start;
    const length = u32(bytes, start);
    return length <= largestMessage ? lengthOctets + length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (message.octet(0) !== 0) this.#word(from, message, arrival);
    else if (from === 'client') this.#fromClient(message, arrival);
    else this.#fromServer(message, arrival);
  }

  #word(from: Side, message: Message, arrival: Arrival): void {
    if (from === 'client') {
      const word = message.text(wordLength);
      if (/^[a-z]{4}$/.test(word)) this.#commands.ask(arrival, word, null, false);
      this.#commands.login = false;
    } else {
      this.#commands.next(arrival, 'OK', true);
      this.ended = 'a status was told';
    }
  }

  #fromClient(message: Message, arrival: Arrival): void {
    if (!this.#clientBegun) {
      // The connect request has no transaction id.
      this.#clientBegun = true;
      if (message.length !== 48 && message.length !== 49) return;
      this.#commands.login = false;
      return;
    }
    if (message.end - message.start < 12) return;
    const id = i32(message.bytes, message.start + 4);
    const type = i32(message.bytes, message.start + 8);
    message.seek(12);
    if (id === xid.authentication) this.#authentication(message, arrival);
    else if (type === sasl) {
      if (!this.#logins.pending) this.#logins.begin(arrival, 'other', 'SASL');
    } else if (operations[type] !== undefined) this.#commands.askNumbered(id, arrival, operations[type], null, true);
  }

  /** `0 scheme length(32) scheme auth length(32) auth`. */
  #authentication(message: Message, arrival: Arrival): void {
    message.skip(4);
    const scheme = message.text(message.u32());
    const length = message.u32();
    const start = message.skip(length);
    if (scheme !== 'digest') {
      if (/^[a-z0-9]{1,20}$/.test(scheme))
        this.#logins.begin(arrival, scheme === 'x509' ? 'certificate' : 'other', scheme);
      return;
    }
    this.#logins.begin(arrival, 'password', 'digest');
    // "user:password": only the server stores a digest of it.
    const colon = start < 0 ? -1 : message.bytes.indexOf(0x3a, start);
    const secret =
      colon >= start && colon >= 0 && colon < start + length ? message.lend(colon + 1, start + length) : null;
    this.#sink.credential('client', arrival, 'password', 'ZooKeeper digest', null, secret);
  }

  #fromServer(message: Message, arrival: Arrival): void {
    if (!this.#serverBegun) {
      this.#serverBegun = true;
      if (message.length === 40 || message.length === 41) return;
    }
    if (message.end - message.start < 20) return;
    const id = i32(message.bytes, message.start + 4);
    const error = i32(message.bytes, message.start + 16);
    if (id === xid.authentication) this.#logins.end(arrival, error === 0);
    else {
      if (this.#logins.pending && id >= 0) this.#logins.end(arrival, error === 0);
      this.#commands.answer(id, arrival, error === 0 ? 'OK' : `error ${error}`, error === 0);
    }
  }
}
