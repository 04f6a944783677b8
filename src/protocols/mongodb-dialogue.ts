// MongoDB ("Wire Protocol", "Authentication"): commands by their names, logins by SASL conversations, replies by their `ok`.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of MongoDB. */
export function followMongodb(sink: ContentSink): Follower {
  return new MessageFollower(sink, new MongodbDialogue(sink));
}

const headerLength = 16;
const largestMessage = 48_000_000;
const opcode = { reply: 1, insert: 2002, query: 2004, getMore: 2005, compressed: 2012, message: 2013 } as const;
/** BSON element types. */
const bson = { double: 1, string: 2, document: 3, array: 4, binary: 5, boolean: 8, int32: 16, int64: 18 } as const;
/** Commands that any client may ask before it logs in, or that tell nothing but the server's abilities. */
const harmless: ReadonlySet<string> = new Set(
  (
    'hello isMaster ismaster ping buildInfo buildinfo saslStart saslContinue authenticate logout getnonce endSessions whatsmyuri ' +
    'connectionStatus hostInfo getCmdLineOpts getLog atlasVersion compressed'
  ).split(' '),
);
const commandName = /^[A-Za-z][A-Za-z0-9_]{1,39}$/;

class MongodbDialogue implements Dialogue {
  readonly bound = 2_048;
  readonly ended = null;
  readonly #commands: Commands;
  readonly #logins: Logins;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 4) return measured.more;
    const length =
      bytes[start]! + bytes[start + 1]! * 0x100 + bytes[start + 2]! * 0x10000 + bytes[start + 3]! * 0x1000000;
    return length > headerLength && length <= largestMessage ? length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const id = message.seek(4).little32();
    const answered = message.little32();
    const code = message.little32();
    if (from === 'client') this.#command(code, id, message, arrival);
    else this.#answer(code, answered, message, arrival);
  }

  #command(code: number, id: number, message: Message, arrival: Arrival): void {
    switch (code) {
      case opcode.message: {
        const flags = message.little32();
        // Fire and forget has no answer; a body of several sections begins with the document, as drivers send it.
        if (message.u8() === 0) this.#document(id, message, arrival, null);
        if ((flags & 2) !== 0) this.#commands.answer(id, arrival, null, false);
        break;
      }
      case opcode.query: {
        message.skip(4);
        const collection = message.until(0);
        message.skip(8);
        if (collection === null) break;
        const [database, name] = split(collection);
        if (name === '$cmd') this.#document(id, message, arrival, database);
        else this.#commands.askNumbered(id, arrival, 'find', database, true);
        break;
      }
      case opcode.getMore:
        this.#commands.askNumbered(id, arrival, 'getMore', null, true);
        break;
      case opcode.compressed:
        // What is asked can't be read: neither is it told whether it is served.
        this.#commands.askNumbered(id, arrival, 'compressed', null, false);
        break;
      default:
        break;
    }
  }

  /** A command is a document whose first element bears its name. */
  #document(id: number, message: Message, arrival: Arrival, database: string | null): void {
    const end = message.at + message.little32();
    const type = message.u8();
    const name = message.until(0);
    if (name === null || !commandName.test(name)) return;
    let target = database;
    if (type === bson.string && !harmless.has(name)) target = this.#string(message);
    else skipValue(message, type);
    this.#commands.askNumbered(id, arrival, name, target, !harmless.has(name));
    if (name === 'saslStart' || name === 'saslContinue') this.#sasl(message, end, arrival);
    else if (name === 'authenticate') this.#authenticate(message, end, arrival);
    else if (name === 'hello' || name === 'isMaster' || name === 'ismaster') this.#speculative(message, end, arrival);
  }

  #string(message: Message): string {
    const length = message.little32();
    return length < 1 ? '' : message.text(length).slice(0, length - 1);
  }

  /** `{ saslStart: 1, mechanism: "…", payload: … }` and `{ saslContinue: 1, payload: … }`. */
  #sasl(message: Message, end: number, arrival: Arrival): void {
    for (const name of elements(message, end)) {
      const type = elementType;
      if (name === 'mechanism' && type === bson.string) {
        const mechanism = this.#string(message);
        if (mechanism === 'MONGODB-OIDC') this.#logins.begin(arrival, 'token', mechanism);
        else if (mechanism === 'MONGODB-AWS') this.#logins.begin(arrival, 'challenge-response', mechanism);
        else this.#logins.beginSasl(arrival, 'MongoDB', mechanism);
      } else if (name === 'payload' && type === bson.binary) {
        const length = message.little32();
        message.skip(1);
        const start = message.skip(length);
        if (start >= 0) this.#logins.response(message.bytes, start, start + length, arrival, false);
      } else skipValue(message, type);
    }
  }

  /** `{ authenticate: 1, mechanism: "MONGODB-X509" }`, or the challenge-response of before 3.0. */
  #authenticate(message: Message, end: number, arrival: Arrival): void {
    let mechanism = 'MONGODB-CR';
    for (const name of elements(message, end)) {
      if (name === 'mechanism' && elementType === bson.string) mechanism = this.#string(message);
      else skipValue(message, elementType);
    }
    this.#logins.begin(arrival, mechanism === 'MONGODB-X509' ? 'certificate' : 'challenge-response', mechanism);
  }

  /** hello may begin the login: `speculativeAuthenticate: { saslStart: 1, … }`. */
  #speculative(message: Message, end: number, arrival: Arrival): void {
    for (const name of elements(message, end)) {
      if (name !== 'speculativeAuthenticate' || elementType !== bson.document) {
        skipValue(message, elementType);
        continue;
      }
      const inner = message.at + message.little32();
      const type = message.u8();
      const command = message.until(0);
      skipValue(message, type);
      if (command === 'saslStart') this.#sasl(message, inner, arrival);
      else if (command === 'authenticate') this.#authenticate(message, inner, arrival);
    }
  }

  #answer(code: number, answered: number, message: Message, arrival: Arrival): void {
    const command = this.#commands.waiting(answered);
    if (code === opcode.reply) {
      const flags = message.little32();
      message.skip(16);
      if (command === 'find' || command === 'getMore') {
        // Bits: cursor not found, query failure.
        this.#commands.answer(answered, arrival, (flags & 3) === 0 ? 'OK' : 'ERR', (flags & 3) === 0);
        return;
      }
    } else if (code === opcode.message) {
      message.skip(4);
      if (message.u8() !== 0) return;
    } else {
      this.#commands.answer(answered, arrival, null, false);
      return;
    }
    const outcome = readOutcome(message);
    const isLogin = command === 'saslStart' || command === 'saslContinue' || command === 'authenticate';
    if (isLogin) {
      if (outcome.ok === false) this.#logins.end(arrival, false);
      else if (outcome.ok === true && (outcome.done || command === 'authenticate')) this.#logins.end(arrival, true);
    } else if (outcome.done && outcome.ok === true) this.#logins.end(arrival, true);
    const status = outcome.ok === null ? null : outcome.ok ? 'OK' : `ERR ${outcome.code}`;
    // A cursor is data whether or not the end of the answer is shown.
    this.#commands.answer(answered, arrival, status, outcome.ok === true || (outcome.ok === null && outcome.cursor));
  }
}

/** What the top level of a reply says. */
interface Outcome {
  ok: boolean | null;
  code: number;
  done: boolean;
  cursor: boolean;
}

function readOutcome(message: Message): Outcome {
  const outcome: Outcome = { ok: null, code: 0, done: false, cursor: false };
  const end = message.at + message.little32();
  for (const name of elements(message, end)) {
    const type = elementType;
    if (name === 'ok') outcome.ok = truth(message, type);
    else if (name === 'done') outcome.done = truth(message, type);
    else if (name === 'code' && type === bson.int32) outcome.code = message.little32();
    else {
      if (name === 'cursor' && type === bson.document) outcome.cursor = true;
      skipValue(message, type);
    }
  }
  return outcome;
}

/** Whether a number or boolean is not zero. */
function truth(message: Message, type: number): boolean {
  const length = fixedLength(type);
  const start = message.skip(length);
  if (start < 0) return false;
  for (let at = start; at < start + length; at++) if (message.bytes[at] !== 0) return true;
  return false;
}

/** Type of the element that `elements` is at. */
let elementType = 0;
/** Documents of commands and replies have a few dozen elements. */
const mostElements = 256;

/** Names of a document's elements; whoever gets one steps over its value. */
function* elements(message: Message, end: number): Generator<string> {
  for (let count = 0; count < mostElements && message.left > 1 && message.at < end; count++) {
    const type = message.u8();
    if (type === 0) return;
    const name = message.until(0);
    if (name === null) return;
    elementType = type;
    yield name;
  }
}

function skipValue(message: Message, type: number): void {
  const length = fixedLength(type);
  if (length >= 0) message.skip(length);
  else if (type === bson.string || type === 13 || type === 14) message.skip(message.little32());
  else if (type === bson.document || type === bson.array || type === 15) message.skip(message.little32() - 4);
  else if (type === bson.binary) message.skip(message.little32() + 1);
  else if (type === 11) {
    message.until(0);
    message.until(0);
  } else message.short = true;
}

/** Octets of a value of a type that always has as many; -1 where it has not, or the type is unknown. */
function fixedLength(type: number): number {
  switch (type) {
    case bson.double:
    case 9: // date
    case 17: // timestamp
    case bson.int64:
      return 8;
    case 7: // object id
      return 12;
    case bson.boolean:
      return 1;
    case bson.int32:
      return 4;
    case 19: // decimal
      return 16;
    case 6: // undefined, null, lowest and highest key
    case 10:
    case 127:
    case 255:
      return 0;
    default:
      return -1;
  }
}

function split(collection: string): [string, string] {
  const dot = collection.indexOf('.');
  return dot < 0 ? [collection, ''] : [collection.slice(0, dot), collection.slice(dot + 1)];
}
