// AMQP 0-9-1 (connection.start, start-ok) and 1.0 (OASIS part 5 §5.2 TLS, §5.3 SASL): how the client logs in, and what it may
// do then. Both begin with a protocol header of eight octets.
import { u16, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of AMQP. */
export function followAmqp(sink: ContentSink): Follower {
  return new MessageFollower(sink, new AmqpDialogue(sink));
}

const headerLength = 8;
const headerStart = pattern('AMQP');
const largestFrame = 0x8000000;
/** Protocol ids of AMQP 1.0's header. */
const protocolId = { bare: 0, tls: 2, sasl: 3 } as const;
const methodFrame = 1;
const frameOverhead = 8;
/** class × 256 + method */
const method = {
  start: 0x0a0a,
  startOk: 0x0a0b,
  secureOk: 0x0a15,
  tune: 0x0a1e,
  open: 0x0a28,
  openOk: 0x0a29,
  close: 0x0a32,
} as const;
const methodNames: Readonly<Record<number, string>> = {
  10250: 'exchange.declare',
  10260: 'exchange.delete',
  12810: 'queue.declare',
  12820: 'queue.bind',
  12830: 'queue.purge',
  12840: 'queue.delete',
  15380: 'basic.consume',
  15400: 'basic.publish',
  15430: 'basic.get',
};
/** Descriptor codes of AMQP 1.0: SASL init, response and outcome; open, begin and attach. */
const descriptor = { init: 0x41, response: 0x43, outcome: 0x44, open: 0x10, begin: 0x11, attach: 0x12 } as const;

class AmqpDialogue implements Dialogue {
  readonly bound = 4_096;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  readonly #upgrade: UpgradeStory;
  /** Version 1.0 is spoken, as the client's header says; else 0-9-1 or one before it. */
  #isOne = false;
  /** The client's header was seen: the connection is known from its beginning. */
  #begun = false;
  #tlsAsked = false;
  #open = -1;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
    this.#upgrade = new UpgradeStory(sink, 'AMQP TLS header');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.more;
    if (bytes[start] === 0x41) return headerLength;
    if (this.#isOne) {
      const size = u32(bytes, start);
      return size >= 8 && size <= largestFrame ? size : measured.broken;
    }
    const size = u32(bytes, start + 3);
    return size <= largestFrame ? size + frameOverhead : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (message.matches(headerStart)) this.#header(from, message, arrival);
    else if (this.#isOne) this.#frame(from, message, arrival);
    else if (message.octet(0) === methodFrame) this.#method(from, message, arrival);
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  /** `"AMQP" id(8) major(8) minor(8) revision(8)`; 0-9-1 is `0 0 9 1`. */
  #header(from: Side, message: Message, arrival: Arrival): void {
    const id = message.octet(4);
    if (from === 'client') {
      this.#isOne = message.octet(5) === 1 && message.octet(6) === 0 && message.octet(7) === 0;
      if (!this.#begun) this.#commands.login = false;
      this.#begun = true;
      if (!this.#isOne) return;
      if (id === protocolId.tls) {
        this.#upgrade.requested(arrival);
        this.#tlsAsked = true;
      } else this.#upgrade.wentOn(arrival.frame);
    } else if (this.#tlsAsked) {
      this.#upgrade.answered(arrival, id === protocolId.tls, `protocol id ${id}`);
      this.#tlsAsked = false;
    }
  }

  /** 0-9-1: `1 channel(16) size(32) class(16) method(16) … 0xce`. */
  #method(from: Side, message: Message, arrival: Arrival): void {
    if (message.end - message.start < 11) return;
    const code = u16(message.bytes, message.start + 7) * 0x100 + u16(message.bytes, message.start + 9);
    message.seek(11);
    if (from === 'client') this.#clientMethod(code, message, arrival);
    else this.#serverMethod(code, message, arrival);
  }

  #clientMethod(code: number, message: Message, arrival: Arrival): void {
    const channel = u16(message.bytes, message.start + 1);
    if (code === method.startOk) this.#startOk(message, arrival);
    else if (code === method.secureOk) {
      const length = message.u32();
      const start = message.skip(length);
      if (start >= 0) this.#logins.response(message.bytes, start, start + length, arrival, false);
    } else if (code === method.open)
      this.#open = this.#sink.request('client', arrival, 'connection.open', message.text(message.u8()));
    else {
      const name = methodNames[code];
      if (name === undefined) return;
      message.skip(2);
      const target = message.text(message.u8());
      // Publishing has no answer unless one is asked for; what has one is answered in turn on its channel.
      if (name === 'basic.publish') this.#sink.request('client', arrival, name, target);
      else this.#commands.askNumbered(channel, arrival, name, target, true);
    }
  }

  /** `client properties, mechanism, response, locale`. */
  #startOk(message: Message, arrival: Arrival): void {
    message.skip(message.u32());
    const mechanism = message.text(message.u8());
    const length = message.u32();
    if (message.short || !/^[A-Z0-9_-]{1,40}$/.test(mechanism)) return;
    const { bytes, at } = message;
    const end = Math.min(at + length, message.end);
    if (mechanism !== 'AMQPLAIN') {
      this.#logins.beginSasl(arrival, 'AMQP SASL', mechanism);
      this.#logins.response(bytes, at, end, arrival, end < at + length);
      return;
    }
    this.#logins.begin(arrival, 'password', mechanism);
    // A table without its length: `name(8) "PASSWORD" 'S' length(32) password`.
    const field = message.search(passwordField);
    if (field < 0) return;
    message.at = field + passwordField.length;
    const octets = message.u32();
    const start = message.skip(octets);
    const secret = start < 0 ? null : message.lend(start, start + octets);
    this.#sink.credential('client', arrival, 'password', 'AMQP SASL AMQPLAIN', null, secret);
  }

  #serverMethod(code: number, message: Message, arrival: Arrival): void {
    switch (code) {
      case method.start:
        this.#start(message);
        break;
      case method.tune:
        this.#logins.end(arrival, true);
        break;
      case method.openOk:
        this.#sink.answered(this.#open, arrival, 'OK');
        break;
      case method.close:
        if (!message.short && this.#logins.pending) this.#logins.end(arrival, false);
        if (this.#open >= 0) this.#sink.answered(this.#open, arrival, `close ${message.u16()}`);
        break;
      default: {
        const channel = u16(message.bytes, message.start + 1);
        const asked = this.#commands.waiting(channel);
        // channel.close refuses, what belongs to the same class serves.
        const isClose = code === 0x1428;
        if (asked === null || (code >> 8 === 0x14 && !isClose)) break;
        this.#commands.answer(channel, arrival, isClose ? 'channel.close' : 'OK', !isClose);
      }
    }
  }

  /** connection.start: the product that the server's properties name. */
  #start(message: Message): void {
    message.skip(2);
    const at = message.search(productField);
    if (at < 0) return;
    message.at = at + productField.length;
    this.#sink.greeting(message.text(message.u32()));
  }

  /** 1.0: `size(32) data offset(8) type(8) channel(16) … 0 descriptor …`. */
  #frame(from: Side, message: Message, arrival: Arrival): void {
    const offset = message.octet(4) * 4;
    if (offset < 8 || message.length <= offset) return;
    message.seek(offset);
    if (message.u8() !== 0 || message.u8() !== 0x53) return;
    const code = message.u8();
    enterList(message);
    if (message.short) return;
    if (from === 'client') this.#clientPerformative(code, message, arrival);
    else this.#serverPerformative(code, message, arrival);
  }

  #clientPerformative(code: number, message: Message, arrival: Arrival): void {
    if (code === descriptor.init) {
      const mechanism = message.text(variable(message));
      if (!/^[A-Z0-9_-]{1,40}$/.test(mechanism)) return;
      this.#logins.beginSasl(arrival, 'AMQP SASL', mechanism);
      this.#response(message, arrival);
    } else if (code === descriptor.response) this.#response(message, arrival);
    else if (code === descriptor.open) {
      if (this.#begun && !this.#logins.accepted && !this.#logins.pending)
        this.#logins.begin(arrival, 'none', 'no SASL');
      this.#commands.askNumbered(code, arrival, 'open', null, false);
    } else if (code === descriptor.attach)
      this.#commands.askNumbered(code, arrival, 'attach', message.text(variable(message)), true);
  }

  #response(message: Message, arrival: Arrival): void {
    const length = variable(message);
    const start = message.skip(length);
    if (start >= 0 && length > 0) this.#logins.response(message.bytes, start, start + length, arrival, false);
  }

  #serverPerformative(code: number, message: Message, arrival: Arrival): void {
    if (code === descriptor.outcome) {
      if (message.u8() === 0x50) this.#logins.end(arrival, message.u8() === 0);
      return;
    }
    if (code === descriptor.open && this.#logins.pending) this.#logins.end(arrival, true);
    this.#commands.answer(code, arrival, 'OK', true);
  }
}

const passwordField = pattern('\x08PASSWORDS');
const productField = pattern('\x07productS');

/** Enters a list (part 1 §1.6.22): its size and count are stepped over. */
function enterList(message: Message): void {
  const type = message.u8();
  if (type === 0xc0) message.skip(2);
  else if (type === 0xd0) message.skip(8);
  else message.short = true;
}

/** Enters a binary, string or symbol and returns its length; 0 for a null or anything else. */
function variable(message: Message): number {
  const type = message.u8();
  if (type === 0xa0 || type === 0xa1 || type === 0xa3) return message.u8();
  return type === 0xb0 || type === 0xb1 || type === 0xb3 ? message.u32() : 0;
}
