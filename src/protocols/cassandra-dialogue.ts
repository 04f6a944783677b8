// Cassandra's CQL (native protocol v3–v5): STARTUP, AUTHENTICATE and what follows; which queries are answered without.
import { u16, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';
import { sqlVerb } from './sql.js';

/** Begins to follow a connection of Cassandra. */
export function followCassandra(sink: ContentSink): Follower {
  return new MessageFollower(sink, new CassandraDialogue(sink));
}

const headerLength = 9;
const largestBody = 0x10000000;
/** Version 5 puts what follows the startup in segments: `length(17 bits, little) flags crc(24) payload crc(32)` (§2.2). */
const segmented = 5;
const segmentHeader = 6;
const segmentTrailer = 4;
const flags = { compressed: 1, tracing: 2, payload: 4, warning: 8 } as const;
const opcode = {
  error: 0,
  startup: 1,
  ready: 2,
  authenticate: 3,
  options: 5,
  query: 7,
  result: 8,
  prepare: 9,
  execute: 10,
  register: 11,
  batch: 13,
  challenge: 14,
  response: 15,
  success: 16,
} as const;
const badCredentials = 0x0100;
const names: Readonly<Record<number, string>> = { 5: 'OPTIONS', 10: 'EXECUTE', 11: 'REGISTER', 13: 'BATCH' };
const systemTables = pattern(' system');
const compression = pattern('COMPRESSION');

class CassandraDialogue implements Dialogue {
  readonly bound = 1_024;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  #startup = -1;
  #version = 0;
  #segments = false;
  #authenticator = '';

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#commands.login = true;
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#segments) {
      if (end - start < segmentHeader) return measured.more;
      return (
        segmentHeader + bytes[start]! + bytes[start + 1]! * 0x100 + (bytes[start + 2]! & 1) * 0x10000 + segmentTrailer
      );
    }
    if (end - start < headerLength) return measured.more;
    const length = u32(bytes, start + 5);
    return length <= largestBody ? headerLength + length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (!this.#segments) this.#envelope(from, message, arrival);
    else if (message.length > segmentHeader + segmentTrailer + headerLength) {
      // Its first envelope: what a segment holds besides is more of the same.
      message.show(message.bytes, message.start + segmentHeader, message.end, message.length - segmentHeader);
      this.#envelope(from, message, arrival);
    }
  }

  /** `version(8) flags(8) stream(16) opcode(8) length(32)`. */
  #envelope(from: Side, message: Message, arrival: Arrival): void {
    const flag = message.octet(1);
    const code = message.octet(4);
    const stream = u16(message.bytes, message.start + 2);
    message.seek(headerLength);
    const readable = (flag & flags.compressed) === 0;
    if (from === 'client') this.#fromClient(code, stream, readable, message, arrival);
    else this.#fromServer(code, stream, readable && (flag & ~flags.compressed) === 0, message, arrival);
  }

  #fromClient(code: number, stream: number, readable: boolean, message: Message, arrival: Arrival): void {
    switch (code) {
      case opcode.startup:
        this.#version = message.octet(0) & 0x7f;
        this.#commands.login = false;
        this.#startup = this.#sink.request('client', arrival, 'STARTUP', null);
        if (this.#version >= segmented && message.search(compression) >= 0) this.ended = 'compressed segments follow';
        break;
      case opcode.response:
        if (readable) this.#response(message, arrival);
        break;
      case opcode.query:
      case opcode.prepare: {
        message.skip(4);
        const verb = readable ? sqlVerb(message) : 'QUERY';
        // Drivers read the cluster's own tables to know it.
        const isOwn = !readable || message.search(systemTables) >= 0;
        this.#commands.askNumbered(stream, arrival, verb, null, !isOwn && verb !== 'USE' && code === opcode.query);
        break;
      }
      default:
        if (names[code] !== undefined)
          this.#commands.askNumbered(
            stream,
            arrival,
            names[code],
            null,
            code === opcode.execute || code === opcode.batch,
          );
    }
  }

  /** AUTH_RESPONSE: `length(32) token`. */
  #response(message: Message, arrival: Arrival): void {
    const length = message.u32();
    const start = message.skip(length);
    if (start < 0) return;
    const { bytes } = message;
    if (!this.#logins.pending) {
      const isPlain = bytes.subarray(start, start + length).filter((octet) => octet === 0).length === 2;
      if (isPlain) this.#logins.beginSasl(arrival, 'Cassandra SASL', 'PLAIN');
      else this.#logins.begin(arrival, 'other', this.#authenticator || 'AUTH_RESPONSE');
    }
    this.#logins.response(bytes, start, start + length, arrival, false);
  }

  #fromServer(code: number, stream: number, readable: boolean, message: Message, arrival: Arrival): void {
    switch (code) {
      case opcode.ready:
        if (this.#startup >= 0 && !this.#logins.accepted && !this.#logins.pending) {
          this.#sink.answered(this.#startup, arrival, 'READY');
          this.#logins.begin(arrival, 'none', 'AllowAllAuthenticator');
          this.#logins.end(arrival, true);
          this.#segments = this.#version >= segmented;
        } else this.#commands.answer(stream, arrival, 'READY', true);
        break;
      case opcode.authenticate: {
        this.#sink.answered(this.#startup, arrival, 'AUTHENTICATE');
        const name = readable ? message.text(message.u16()) : '';
        this.#authenticator = name.slice(name.lastIndexOf('.') + 1);
        this.#commands.login = true;
        this.#segments = this.#version >= segmented;
        break;
      }
      case opcode.success:
        this.#logins.end(arrival, true);
        break;
      case opcode.error: {
        const error = readable ? message.u32() : 0;
        if (error === badCredentials) this.#logins.end(arrival, false);
        this.#commands.answer(stream, arrival, `ERROR ${error.toString(16)}`, false);
        break;
      }
      default:
        this.#commands.answer(stream, arrival, 'OK', true);
    }
  }
}
