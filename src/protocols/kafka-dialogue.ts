// Kafka ("Protocol guide"): SASL by SaslHandshake and SaslAuthenticate, or raw tokens after version 0 of the former; and which
// requests a broker answers without.
import { u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of Kafka. */
export function followKafka(sink: ContentSink): Follower {
  return new MessageFollower(sink, new KafkaDialogue(sink));
}

const largestMessage = 0x6400000;
const lengthOctets = 4;
const key = { saslHandshake: 17, versions: 18, saslAuthenticate: 36 } as const;
/** SaslAuthenticate from this version on has compact fields. */
const flexibleAuthenticate = 2;
const names: Readonly<Record<number, string>> = {
  0: 'Produce',
  1: 'Fetch',
  2: 'ListOffsets',
  3: 'Metadata',
  8: 'OffsetCommit',
  9: 'OffsetFetch',
  10: 'FindCoordinator',
  11: 'JoinGroup',
  12: 'Heartbeat',
  13: 'LeaveGroup',
  14: 'SyncGroup',
  15: 'DescribeGroups',
  16: 'ListGroups',
  17: 'SaslHandshake',
  18: 'ApiVersions',
  19: 'CreateTopics',
  20: 'DeleteTopics',
  22: 'InitProducerId',
  29: 'DescribeAcls',
  30: 'CreateAcls',
  32: 'DescribeConfigs',
  33: 'AlterConfigs',
  36: 'SaslAuthenticate',
  60: 'DescribeCluster',
};

class KafkaDialogue implements Dialogue {
  readonly bound = 2_048;
  readonly ended = null;
  readonly #commands: Commands;
  readonly #logins: Logins;
  #mechanism = '';
  /** What the client says next are the mechanism's tokens, without headers; and as many answers to them. */
  #raw = false;
  #rawAnswers = 0;
  #version = 0;
  /** The last SaslAuthenticate has compact fields. */
  #flexible = false;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < lengthOctets) return measured.more;
    const length = u32(bytes, start);
    return length <= largestMessage ? lengthOctets + length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    message.seek(lengthOctets);
    if (from === 'server') this.#response(message, arrival);
    else if (this.#raw && !looksLikeRequest(message)) {
      this.#token(message, message.at, message.end, arrival);
      this.#rawAnswers++;
    } else this.#request(message, arrival);
  }

  /** `key(16) version(16) correlation(32) client id …`. */
  #request(message: Message, arrival: Arrival): void {
    const code = message.u16();
    const version = message.u16();
    const correlation = message.u32();
    const client = message.u16();
    if (client !== 0xffff) message.skip(client);
    if (message.short) return;
    this.#raw = false;
    const name = names[code] ?? `key ${code}`;
    if (code !== key.saslHandshake && code !== key.saslAuthenticate && code !== key.versions) {
      // A broker that wants SASL lets nothing else pass before it is done: the answer tells.
      this.#commands.askNumbered(correlation, arrival, name, null, true);
      return;
    }
    this.#commands.askNumbered(correlation, arrival, name, null, false);
    if (code === key.saslHandshake) {
      this.#mechanism = message.text(message.u16());
      this.#version = version;
      if (/^[A-Z0-9_-]{1,40}$/.test(this.#mechanism)) this.#logins.beginSasl(arrival, 'Kafka SASL', this.#mechanism);
    } else if (code === key.saslAuthenticate) {
      this.#flexible = version >= flexibleAuthenticate;
      if (this.#flexible) compactNumber(message);
      const length = this.#flexible ? compactNumber(message) - 1 : message.u32();
      const start = message.skip(length);
      if (start >= 0) this.#token(message, start, start + length, arrival);
    }
  }

  #token(message: Message, start: number, end: number, arrival: Arrival): void {
    this.#logins.response(message.bytes, start, end, arrival, false);
  }

  #response(message: Message, arrival: Arrival): void {
    if (this.#rawAnswers > 0) {
      // A refusal closes the connection.
      this.#rawAnswers--;
      if (this.#mechanism === 'PLAIN') this.#logins.end(arrival, true);
      return;
    }
    const correlation = message.u32();
    const name = this.#commands.waiting(correlation);
    if (name === 'SaslHandshake') {
      const error = message.u16();
      if (error !== 0) this.#logins.end(arrival, false);
      else this.#raw = this.#version === 0;
      this.#commands.answer(correlation, arrival, `error ${error}`, false);
    } else if (name === 'SaslAuthenticate') {
      // Flexible versions have tagged fields in front.
      if (this.#flexible) compactNumber(message);
      const error = message.u16();
      if (error !== 0) this.#logins.end(arrival, false);
      else if (this.#mechanism === 'PLAIN' || this.#mechanism === 'OAUTHBEARER') this.#logins.end(arrival, true);
      this.#commands.answer(correlation, arrival, `error ${error}`, false);
    } else {
      if (name !== null && name !== 'ApiVersions') this.#logins.end(arrival, true);
      this.#commands.answer(correlation, arrival, 'OK', true);
    }
  }
}

/** Whether a message has a request's header: after version 0 of SaslHandshake tokens come without one. */
function looksLikeRequest(message: Message): boolean {
  const at = message.start + lengthOctets;
  return (
    message.end - at >= 10 &&
    message.bytes[at] === 0 &&
    message.bytes[at + 1]! <= 92 &&
    message.bytes[at + 2] === 0 &&
    message.bytes[at + 3]! <= 20
  );
}

/** An unsigned number in seven bits an octet, the lowest first. */
function compactNumber(message: Message): number {
  let value = 0;
  for (let at = 0; at < 5; at++) {
    const octet = message.u8();
    value += (octet & 0x7f) * 128 ** at;
    if (octet < 0x80) break;
  }
  return value;
}
