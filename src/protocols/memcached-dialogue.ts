// Memcached's text and binary protocols ("protocol.txt", "BinaryProtocolRevamped", "SASLAuthProtocol").
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of Memcached. */
export function followMemcached(sink: ContentSink): Follower {
  return new MessageFollower(sink, new MemcachedDialogue(sink));
}

const magic = { request: 0x80, response: 0x81 } as const;
const binaryHeaderLength = 24;
const saslStart = 0x21;
const saslStep = 0x22;
const status = { ok: 0, notFound: 1, authenticate: 0x20, goOn: 0x21 } as const;
/** Commands with a block of data behind their line, and the word (from 0) that says how long it is. */
const blockWord: Readonly<Record<string, number>> = {
  set: 4,
  add: 4,
  replace: 4,
  append: 4,
  prepend: 4,
  cas: 4,
  ms: 2,
  VALUE: 3,
  VA: 1,
};
const harmless: ReadonlySet<string> = new Set(['version', 'stats', 'verbosity', 'mn', 'quit']);
const known: ReadonlySet<string> = new Set(
  (
    'get gets gat gats set add replace append prepend cas delete incr decr touch flush_all version stats verbosity quit ' +
    'mg ms md ma me mn slabs lru cache_memlimit watch shutdown'
  ).split(' '),
);
const binaryNames: readonly string[] = (
  'get set add replace delete increment decrement quit flush getq noop version getk getkq append prepend stat setq addq ' +
  'replaceq deleteq incrementq decrementq quitq flushq appendq prependq verbosity touch gat gatq'
).split(' ');
/** Lines that are a part of an answer. */
const partial: ReadonlySet<string> = new Set(['VALUE', 'STAT', 'ITEM']);
const longestBlock = 0x40000000;

class MemcachedDialogue implements Dialogue {
  readonly bound = 512;
  readonly ended = null;
  readonly #commands: Commands;
  readonly #logins: Logins;
  /** Answers can be told apart: no command was sent whose answer may fail to come. */
  #inStep = true;
  #first = true;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] === magic.request || bytes[start] === magic.response) {
      if (end - start < binaryHeaderLength) return measured.more;
      const body =
        bytes[start + 8]! * 0x1000000 + bytes[start + 9]! * 0x10000 + bytes[start + 10]! * 0x100 + bytes[start + 11]!;
      return body <= longestBlock ? binaryHeaderLength + body : measured.broken;
    }
    let line = start;
    while (line < end && bytes[line] !== 0x0a) line++;
    if (line === end) return measured.more;
    const words = wordsOf(bytes, start, line);
    const at = blockWord[words[0] ?? ''];
    if (at === undefined) return line + 1 - start;
    const length = /^\d{1,10}$/.test(words[at] ?? '') ? Number(words[at]) : -1;
    if (length > longestBlock) return measured.broken;
    // A command that is no command is refused as a line.
    return length < 0 ? line + 1 - start : line + 1 - start + length + 2;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const isBinary = message.octet(0) >= magic.request;
    if (isBinary) this.#binary(from, message, arrival);
    else if (from === 'client') this.#command(message, arrival);
    else this.#answer(message, arrival);
  }

  #command(message: Message, arrival: Arrival): void {
    const line = message.find(0x0a);
    const words = wordsOf(message.bytes, message.start, line);
    const name = words[0] ?? '';
    if (!known.has(name) || !this.#inStep) return;
    // With an authentication file the first command is a `set` of "user password": from outside it can't be told from data.
    if (this.#first && name === 'set' && isUserAndPassword(message, line + 1)) this.#commands.login = true;
    this.#first = false;
    const isQuiet = words.at(-1) === 'noreply' || (name.length === 2 && words.slice(2).includes('q'));
    if (name === 'watch' || isQuiet || name === 'quit') {
      if (isQuiet && name.length === 2) this.#inStep = false;
      return;
    }
    this.#commands.ask(arrival, name, null, !harmless.has(name));
  }

  #answer(message: Message, arrival: Arrival): void {
    const name = wordsOf(message.bytes, message.start, Math.max(message.find(0x0a), message.start))[0] ?? '';
    // Control octets begin no answer: a server of TLS answers cleartext with an alert.
    const isAnswer = message.octet(0) > 0x20;
    const isError = !isAnswer || name === 'ERROR' || name === 'CLIENT_ERROR' || name === 'SERVER_ERROR';
    const said = /^[A-Z_]{1,16}$/.test(name) ? name : 'OK';
    this.#commands.answerTurn(arrival, said, !isError);
    if (!partial.has(name)) this.#commands.nextTurn();
  }

  /** `magic(8) opcode(8) key(16) extras(8) 0 status(16) body(32) opaque(32) cas(64)`, extras, key, value. */
  #binary(from: Side, message: Message, arrival: Arrival): void {
    message.skip(1);
    const code = message.u8();
    const keyLength = message.u16();
    const extras = message.u8();
    message.skip(1);
    const state = message.u16();
    message.skip(4);
    // Clients number their requests, or leave them all zero: then the opcode has to tell.
    const number = message.u32() * 0x100 + code;
    if (message.short) return;
    if (from === 'client') {
      const name = binaryNames[code];
      if (code === saslStart || code === saslStep) this.#sasl(code, keyLength, extras, message, arrival);
      else if (name !== undefined && name !== 'quit' && name !== 'quitq')
        this.#commands.askNumbered(number, arrival, name, null, !/^(?:noop|version|verbosity|stat)$/.test(name));
      return;
    }
    if ((code === saslStart || code === saslStep) && state !== status.goOn)
      this.#logins.end(arrival, state === status.ok);
    const served = state === status.ok || state === status.notFound;
    this.#commands.answer(number, arrival, served ? 'OK' : `status ${state}`, served);
  }

  #sasl(code: number, keyLength: number, extras: number, message: Message, arrival: Arrival): void {
    message.seek(binaryHeaderLength + extras);
    const mechanism = message.text(keyLength);
    if (message.short || !/^[A-Z0-9_-]{1,40}$/.test(mechanism)) return;
    if (code === saslStart) this.#logins.beginSasl(arrival, 'Memcached SASL', mechanism);
    this.#logins.response(message.bytes, message.at, message.end, arrival, !message.whole);
  }
}

const mostWords = 8;

/** The first words of `bytes[start, end)`. */
function wordsOf(bytes: Uint8Array, start: number, end: number): string[] {
  const words: string[] = [];
  for (let at = start; at < end && words.length < mostWords; ) {
    while (at < end && bytes[at]! <= 0x20) at++;
    let word = '';
    for (; at < end && bytes[at]! > 0x20; at++) if (word.length < 20) word += String.fromCharCode(bytes[at]!);
    if (word !== '') words.push(word);
  }
  return words;
}

/** Whether the block at `start` is two words. */
function isUserAndPassword(message: Message, start: number): boolean {
  const words = wordsOf(message.bytes, start, message.end);
  return words.length === 2;
}
