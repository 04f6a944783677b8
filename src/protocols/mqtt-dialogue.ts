// MQTT 3.1.1 and 5 (OASIS): what CONNECT shows, what CONNACK makes of it, and what is subscribed and published then.
import { u16 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of MQTT. */
export function followMqtt(sink: ContentSink): Follower {
  return new MessageFollower(sink, new MqttDialogue(sink));
}

const packet = { connect: 1, accepted: 2, publish: 3, published: 4, received: 5, subscribe: 8, subscribed: 9 } as const;
const connectFlags = { user: 0x80, password: 0x40, will: 0x04 } as const;
/** Property "Authentication Method" (MQTT 5 §3.1.2.11.9). */
const authenticationMethod = 0x15;

class MqttDialogue implements Dialogue {
  readonly bound = 1_024;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  #connect = -1;
  #version = 4;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    let length = 0;
    let factor = 1;
    for (let at = start + 1; at <= start + 4; at++) {
      if (at >= end) return measured.more;
      length += (bytes[at]! & 0x7f) * factor;
      if (bytes[at]! < 0x80) return at + 1 - start + length;
      factor *= 128;
    }
    return measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const first = message.u8();
    variableNumber(message);
    if (from === 'client') this.#fromClient(first, message, arrival);
    else this.#fromServer(first, message, arrival);
  }

  #fromClient(first: number, message: Message, arrival: Arrival): void {
    switch (first >> 4) {
      case packet.connect:
        this.#connecting(message, arrival);
        break;
      case packet.publish: {
        const topic = message.text(message.u16());
        const quality = (first >> 1) & 3;
        if (message.short) break;
        if (quality > 0) this.#commands.askNumbered(message.u16(), arrival, 'PUBLISH', topic, true);
        else this.#sink.request('client', arrival, 'PUBLISH', topic);
        break;
      }
      case packet.subscribe: {
        const id = message.u16();
        // MQTT 5 has properties here; a topic never begins with a zero octet or is that long.
        if (this.#version === 5) message.skip(variableNumber(message));
        const topic = message.text(message.u16());
        this.#commands.askNumbered(id, arrival, 'SUBSCRIBE', message.short ? null : topic, true);
        break;
      }
      default:
        break;
    }
  }

  /** `name level(8) flags(8) keep alive(16) [properties] client [[properties] topic message] [user] [password]`. */
  #connecting(message: Message, arrival: Arrival): void {
    message.skip(message.u16());
    this.#version = message.u8();
    const flags = message.u8();
    message.skip(2);
    const method = this.#version === 5 ? methodIn(message) : null;
    message.skip(message.u16());
    if ((flags & connectFlags.will) !== 0) {
      if (this.#version === 5) message.skip(variableNumber(message));
      message.skip(message.u16());
      message.skip(message.u16());
    }
    if (!message.short) this.#commands.login = false;
    this.#connect = this.#sink.request('client', arrival, 'CONNECT', null);
    const hasUser = (flags & connectFlags.user) !== 0;
    const hasPassword = (flags & connectFlags.password) !== 0;
    if (hasUser) message.skip(message.u16());
    if (method !== null) this.#logins.beginSasl(arrival, 'MQTT', method);
    else if (hasPassword) this.#logins.begin(arrival, 'password', 'password');
    else this.#logins.begin(arrival, hasUser ? 'other' : 'none', hasUser ? 'user name' : 'anonymous');
    if (!hasPassword) return;
    const length = message.u16();
    const start = message.skip(length);
    if (length > 0)
      this.#sink.credential(
        'client',
        arrival,
        'password',
        'MQTT CONNECT',
        null,
        start < 0 ? null : message.lend(start, start + length),
      );
  }

  #fromServer(first: number, message: Message, arrival: Arrival): void {
    switch (first >> 4) {
      case packet.accepted: {
        const code = message.skip(2) < 0 ? -1 : message.bytes[message.at - 1]!;
        if (code < 0) break;
        if (this.#connect >= 0) this.#sink.answered(this.#connect, arrival, `CONNACK ${code}`);
        this.#logins.end(arrival, code === 0);
        break;
      }
      case packet.published:
      case packet.received: {
        const id = message.u16();
        const refused = message.left > 0 && message.u8() >= 0x80;
        this.#commands.answer(id, arrival, refused ? 'refused' : 'OK', !refused);
        break;
      }
      case packet.subscribed: {
        const id = message.u16();
        // The last reason is the last topic's.
        const refused = message.whole && message.bytes[message.end - 1]! >= 0x80;
        this.#commands.answer(id, arrival, refused ? 'refused' : 'OK', !refused && message.whole);
        break;
      }
      default:
        break;
    }
  }
}

/** A number in seven bits an octet. */
function variableNumber(message: Message): number {
  let value = 0;
  for (let at = 0; at < 4; at++) {
    const octet = message.u8();
    value += (octet & 0x7f) * 128 ** at;
    if (octet < 0x80) break;
  }
  return value;
}

/** Steps over the properties of CONNECT; the authentication method, where it stands among them. */
function methodIn(message: Message): string | null {
  const length = variableNumber(message);
  const start = message.skip(length);
  if (start < 0) return null;
  const { bytes } = message;
  for (let at = start; at < start + length; ) {
    const id = bytes[at]!;
    const octets = propertyLength(id, bytes, at + 1, start + length);
    if (octets < 0) return null;
    if (id === authenticationMethod) {
      let method = '';
      for (let next = at + 3; next < at + 1 + octets; next++) method += String.fromCharCode(bytes[next]!);
      return method;
    }
    at += 1 + octets;
  }
  return null;
}

/** Octets of a property's value (MQTT 5 §2.2.2.2); -1 for one that CONNECT does not have. */
function propertyLength(id: number, bytes: Uint8Array, at: number, end: number): number {
  const counted = at + 2 <= end ? 2 + u16(bytes, at) : -1;
  switch (id) {
    case 0x17:
    case 0x19:
      return 1;
    case 0x21:
    case 0x22:
      return 2;
    case 0x11:
    case 0x27:
      return 4;
    case authenticationMethod:
    case 0x16:
      return counted < 0 || at + counted > end ? -1 : counted;
    case 0x26: {
      if (counted < 0 || at + counted + 2 > end) return -1;
      return counted + 2 + u16(bytes, at + counted);
    }
    default:
      return -1;
  }
}
