// SNMP (RFC 1157 §4, RFC 3416 §3, RFC 3412 §6): communities are passwords in clear; version 3 says how it is protected.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { berLength, berNumber } from './ber-reader.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { DatagramFollower, type Dialogue, measured } from './messages.js';

/** Begins to follow an exchange of SNMP. */
export function followSnmp(sink: ContentSink): Follower {
  return new DatagramFollower(sink, new SnmpDialogue(sink));
}

const names: Readonly<Record<number, string>> = {
  160: 'get',
  161: 'get-next',
  163: 'set',
  164: 'trap',
  165: 'get-bulk',
  166: 'inform',
  167: 'trap',
};
const pdu = { response: 0xa2, report: 0xa8 } as const;
const flag = { authenticated: 1, encrypted: 2 } as const;

class SnmpDialogue implements Dialogue {
  readonly bound = 512;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  /** An authenticated message of version 3 was seen. */
  #begun = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 2) return measured.more;
    const first = bytes[start + 1]!;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (octets > 3) return measured.broken;
    if (end - start < 2 + octets) return measured.more;
    let length = octets === 0 ? first : 0;
    for (let at = 0; at < octets; at++) length = length * 256 + bytes[start + 2 + at]!;
    return 2 + octets + length;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    message.skip(1);
    berLength(message);
    const version = berNumber(message);
    if (message.short) return;
    if (version === 3) this.#version3(from, message, arrival);
    else this.#community(from, version, message, arrival);
  }

  #community(from: Side, version: number, message: Message, arrival: Arrival): void {
    message.skip(1);
    const length = berLength(message);
    const start = message.skip(length);
    const type = message.u8();
    berLength(message);
    const id = type === 0xa4 ? 0 : berNumber(message);
    if (message.short || start < 0) return;
    if (from === 'client') {
      const name = names[type];
      if (name === undefined) return;
      if (!this.#logins.pending && !this.#logins.accepted) this.#logins.begin(arrival, 'password', 'community');
      const mechanism = version === 0 ? 'SNMPv1 community' : 'SNMPv2c community';
      if (length > 0)
        this.#sink.credential('client', arrival, 'password', mechanism, null, message.lend(start, start + length));
      this.#commands.askNumbered(id, arrival, name, null, true);
    } else if (type === pdu.response) {
      this.#logins.end(arrival, true);
      this.#commands.answer(id, arrival, 'OK', true);
    }
  }

  /** `SEQUENCE { id, size, flags OCTET STRING (1), model }`, and security parameters. */
  #version3(from: Side, message: Message, arrival: Arrival): void {
    message.skip(1);
    berLength(message);
    const id = berNumber(message);
    berNumber(message);
    message.skip(2);
    const flags = message.u8();
    if (message.short) return;
    if (from === 'server') {
      this.#commands.answer(id, arrival, null, false);
      return;
    }
    const isAuthenticated = (flags & flag.authenticated) !== 0;
    if (isAuthenticated && !this.#begun) {
      this.#begun = true;
      this.#logins.begin(
        arrival,
        'challenge-response',
        (flags & flag.encrypted) !== 0 ? 'USM authPriv' : 'USM authNoPriv',
      );
    }
    // The discovery of the engine is unauthenticated, too.
    this.#commands.askNumbered(id, arrival, 'version 3 message', null, false);
  }
}
