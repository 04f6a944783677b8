// Redis ("Redis serialization protocol specification", AUTH, HELLO, ACL): which commands are answered with more than a
// refusal, and what the client shows to be let in. Commands and replies are read element by element.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { isDigit } from './octets.js';
import { RecurringText } from './recurring-text.js';

/** Begins to follow a connection of Redis. */
export function followRedis(sink: ContentSink): Follower {
  return new MessageFollower(sink, new RedisDialogue(sink));
}

/** Longest bulk string (`proto-max-bulk-len`), and most elements of an aggregate that are believed. */
const longestBulk = 0x20000000;
const mostElements = 0x100000;
/** Commands that neither touch data nor control anything. */
const harmless: ReadonlySet<string> = new Set(
  'PING ECHO HELLO QUIT CLIENT COMMAND RESET TIME INFO ROLE LASTSAVE READONLY READWRITE SELECT MULTI ASKING AUTH'.split(
    ' ',
  ),
);
/** What follows them is no answer to one command. */
const streaming: ReadonlySet<string> = new Set(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR PSYNC SYNC'.split(' '),
);

class RedisDialogue implements Dialogue {
  readonly bound = 512;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;
  readonly #logins: Logins;
  /** The command in hand: its words to come, how many it has, and its first ones. */
  #wordsLeft = 0;
  #words = 0;
  #name = '';
  #second = '';
  /** Word (from 0) at which HELLO's AUTH stands. */
  #helloAuth = -1;
  /** Where it began; owned, and taken again for the next one. */
  #begun: Arrival | null = null;
  /** Elements of the reply in hand that are still to come. */
  #elementsLeft = 0;
  /** The reply in hand answers no command. */
  #outOfBand = false;
  /** Logins whose verdict is to come, in the order of their commands. */
  #inStep = true;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(from: Side, bytes: Uint8Array, start: number, end: number): number {
    const type = bytes[start]!;
    // Clients may type words; a server's replies have a type (what a server of TLS says to cleartext has none).
    if (from === 'server' && !isReply(type)) return measured.broken;
    let line = start;
    while (line < end && bytes[line] !== 0x0a) line++;
    if (line === end) return measured.more;
    const length = line + 1 - start;
    if (!isSized(type)) return length;
    const octets = numberIn(bytes, start + 1, line);
    if (octets === -1) return length;
    return octets >= 0 && octets <= longestBulk ? length + octets + 2 : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (from === 'client') this.#fromClient(message, arrival);
    else this.#fromServer(message, arrival);
  }

  #fromClient(message: Message, arrival: Arrival): void {
    const type = message.octet(0);
    if (this.#wordsLeft === 0) {
      if (type === 0x2a) this.#beginArray(message, arrival);
      else this.#inline(message, arrival);
      return;
    }
    const text = message.find(0x0a) + 1;
    const end = message.whole ? message.end - 2 : message.end;
    if (type !== 0x24) this.ended = 'what follows is no message of the protocol';
    else this.#word(message, text, Math.max(text, end), arrival);
  }

  #beginArray(message: Message, arrival: Arrival): void {
    const words = numberIn(message.bytes, message.start + 1, message.end - 1);
    if (words < 0 || words > mostElements) return;
    this.#begin(words, arrival);
  }

  #begin(words: number, arrival: Arrival): void {
    this.#wordsLeft = words;
    this.#words = words;
    this.#name = '';
    this.#second = '';
    this.#helloAuth = -1;
    if (this.#begun === null) this.#begun = { ...arrival };
    else copyArrival(this.#begun, arrival);
  }

  /** A line of words, as people type it. */
  #inline(message: Message, arrival: Arrival): void {
    const { bytes } = message;
    let end = message.end;
    while (end > message.start && bytes[end - 1]! <= 0x20) end--;
    const words: number[] = [];
    for (let at = message.start; at < end; ) {
      while (at < end && bytes[at]! <= 0x20) at++;
      const start = at;
      while (at < end && bytes[at]! > 0x20) at++;
      if (at > start && words.length < 2 * mostInlineWords) words.push(start, at);
    }
    if (words.length === 0) return;
    this.#begin(words.length / 2, arrival);
    for (let at = 0; at < words.length; at += 2) {
      // Quotation marks are no part of a word.
      const quoted =
        bytes[words[at]!] === 0x22 && words[at + 1]! - words[at]! > 2 && bytes[words[at + 1]! - 1] === 0x22;
      this.#word(message, words[at]! + (quoted ? 1 : 0), words[at + 1]! - (quoted ? 1 : 0), arrival);
    }
  }

  /** A word of the command in hand, in `message.bytes[start, end)`. */
  #word(message: Message, start: number, end: number, arrival: Arrival): void {
    const index = this.#words - this.#wordsLeft;
    this.#wordsLeft--;
    if (index === 0) this.#name = nameOf(message, start, end);
    else if (index === 1 && (this.#name === 'CONFIG' || this.#name === 'ACL'))
      this.#second = nameOf(message, start, end);
    this.#secret(index, message, start, end, arrival);
    if (this.#wordsLeft === 0) this.#command(arrival);
  }

  #secret(index: number, message: Message, start: number, end: number, arrival: Arrival): void {
    const isLast = this.#wordsLeft === 0;
    if (this.#name === 'AUTH' && index > 0 && isLast) this.#credential('Redis AUTH', message, start, end, arrival);
    else if (this.#name === 'HELLO' && index >= 2) {
      if (this.#helloAuth < 0 && nameOf(message, start, end) === 'AUTH') this.#helloAuth = index;
      else if (this.#helloAuth >= 0 && index === this.#helloAuth + 2)
        this.#credential('Redis HELLO AUTH', message, start, end, arrival);
    } else if (this.#name === 'CONFIG' && this.#second === 'SET' && index === 2) {
      const parameter = nameOf(message, start, end);
      this.#second = parameter === 'REQUIREPASS' || parameter === 'MASTERAUTH' ? `SET ${parameter}` : 'SET';
    } else if (this.#name === 'CONFIG' && this.#second.startsWith('SET ') && index === 3)
      this.#credential(`Redis CONFIG ${this.#second}`, message, start, end, arrival);
    else if (this.#name === 'ACL' && this.#second === 'SETUSER' && index > 2 && message.bytes[start] === 0x3e)
      this.#credential('Redis ACL SETUSER', message, start + 1, end, arrival);
  }

  #credential(mechanism: string, message: Message, start: number, end: number, arrival: Arrival): void {
    if (end <= start && message.whole) return;
    this.#sink.credential(
      'client',
      arrival,
      'password',
      mechanism,
      null,
      message.whole ? message.lend(start, end) : null,
    );
  }

  #command(arrival: Arrival): void {
    if (this.#name === '' || !this.#inStep) return;
    const name = this.#name;
    const begun = this.#begun ?? arrival;
    if (streaming.has(name)) this.#inStep = false;
    if (name === 'AUTH' || this.#helloAuth > 0) this.#logins.begin(begun, 'password', name);
    this.#commands.ask(begun, name, null, !harmless.has(name));
    if (!this.#inStep) this.ended = name === 'PSYNC' || name === 'SYNC' ? 'a replica is fed' : null;
  }

  #fromServer(message: Message, arrival: Arrival): void {
    const type = message.octet(0);
    const isTop = this.#elementsLeft === 0;
    if (isTop) {
      this.#elementsLeft = 1;
      // A push comes at any time; an attribute stands before the reply that it belongs to.
      this.#outOfBand = type === 0x3e || type === 0x7c;
      if (!this.#outOfBand) this.#reply(type, message, arrival);
    }
    this.#elementsLeft--;
    if (isAggregate(type)) {
      const elements = numberIn(message.bytes, message.start + 1, message.end - 1);
      if (elements > mostElements) this.ended = 'what follows is no message of the protocol';
      else if (elements > 0) this.#elementsLeft += type === 0x25 || type === 0x7c ? 2 * elements : elements;
    }
  }

  #reply(type: number, message: Message, arrival: Arrival): void {
    const name = this.#commands.first;
    const isError = type === 0x2d || type === 0x21;
    const status = isError ? `ERR ${errorName(message)}` : 'OK';
    if ((name === 'AUTH' || name === 'HELLO') && this.#logins.pending) this.#logins.end(arrival, !isError);
    this.#commands.next(arrival, status, !isError);
  }
}

/** Words of an inline command that are looked at. */
const mostInlineWords = 16;

/** A word as the name of a command or parameter, in capitals; empty where it is none. */
function nameOf(message: Message, start: number, end: number): string {
  const { bytes } = message;
  if (end - start > longestName || end === start || !isLetter(bytes[start]!)) return '';
  for (let at = start + 1; at < end; at++) if (!isNameOctet(bytes[at]!)) return '';
  return names.of(bytes, start, end);
}

const longestName = 32;
/** Names of commands and parameters in capitals. */
const names = new RecurringText('upper');

function isLetter(octet: number): boolean {
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isNameOctet(octet: number): boolean {
  return isLetter(octet) || isDigit(octet) || octet === 0x2e || octet === 0x5f || octet === 0x2d;
}

/** First word of an error in capitals: 'NOAUTH', 'WRONGPASS', 'ERR'. */
function errorName(message: Message): string {
  const text = message.seek(1).text(Math.min(message.end - message.start - 1, 32));
  return /^[A-Z]{2,20}(?= )/.exec(text)?.[0] ?? 'ERR';
}

/** The decimal number in `bytes[start, end)`, a carriage return behind it left out; -1 for '-1', -2 for none. */
function numberIn(bytes: Uint8Array, start: number, end: number): number {
  const last = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
  if (last - start === 2 && bytes[start] === 0x2d && bytes[start + 1] === 0x31) return -1;
  if (last === start || last - start > 10) return -2;
  let value = 0;
  for (let at = start; at < last; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -2;
    value = value * 10 + digit;
  }
  return value;
}

/** Bulk string, bulk error, verbatim string. */
function isSized(octet: number): boolean {
  return octet === 0x24 || octet === 0x21 || octet === 0x3d;
}

/** Array, map, set, push, attribute. */
function isAggregate(octet: number): boolean {
  return octet === 0x2a || octet === 0x25 || octet === 0x7e || octet === 0x3e || octet === 0x7c;
}

/** Every type of reply, of version 2 and 3 of the protocol: `+ - : _ # , (` in a line, and those above. */
function isReply(octet: number): boolean {
  return isInLine(octet) || isSized(octet) || isAggregate(octet);
}

function isInLine(octet: number): boolean {
  if (octet === 0x2b || octet === 0x2d || octet === 0x3a) return true;
  return octet === 0x5f || octet === 0x23 || octet === 0x2c || octet === 0x28;
}

function copyArrival(to: Arrival, from: Arrival): void {
  to.frame = from.frame;
  to.seconds = from.seconds;
  to.nanoseconds = from.nanoseconds;
  to.acknowledged = from.acknowledged;
  to.offset = from.offset;
}
