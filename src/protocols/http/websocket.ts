// RFC 6455 §5: frames of both sides, unmasked and searched; compressed messages (RFC 7692) where they stand for themselves.
import { inflate } from '../../base/inflate.js';
import type { ContentSink, Follower } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import { type Arrival, skipAll } from '../../model/stream.js';
import { MaterialScanner } from '../material/scanner.js';
import { readJsonFields } from './fields.js';
import { freelyInflatedMessages, inflatedMessageTimes, maxKeptBody, messageOverhead, mostInflated } from './limits.js';
import { isNoSecret, secretKind } from './secret-names.js';

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8 } as const;
/** Header octets at most: two, a 64-bit length, a mask. */
const longestHeader = 14;
/** Pieces of a message that are kept: one in more comes octet by octet. */
const maxKeptPieces = 4_096;
/** The end of a deflate block that RFC 7692 §7.2.1 has senders leave out. */
const omittedTail = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/** Follows a connection after its change to WebSocket. */
export class WebSocketFollower implements Follower {
  readonly #client: Frames;
  readonly #server: Frames;

  constructor(sink: ContentSink) {
    this.#client = new Frames(sink, 'client');
    this.#server = new Frames(sink, 'server');
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return (from === 'client' ? this.#client : this.#server).data(bytes, start, end, arrival);
  }

  gap(from: Side): number {
    return (from === 'client' ? this.#client : this.#server).lose();
  }

  end(): void {
    this.#client.lose();
    this.#server.lose();
  }
}

/** One direction's frames. */
class Frames {
  readonly #sink: ContentSink;
  readonly #from: Side;
  readonly #scanner: MaterialScanner;
  readonly #header: Uint8Array = new Uint8Array(longestHeader);
  #headerLength = 0;
  /** Octets of payload still to come, and of it those that came, for the mask. */
  #remaining = 0;
  #came = 0;
  #masked = false;
  #maskAt = 0;
  /** The message in hand is compressed, or text: it is kept, bounded, to be read as a whole. */
  #compressed = false;
  #isText = false;
  #kept: Uint8Array[] | null = null;
  #keptLength = 0;
  #isLast = false;
  #isControl = false;
  #over = false;
  /** Octets that compressed messages may still come to, overhead included. */
  #allowance = freelyInflatedMessages;

  constructor(sink: ContentSink, from: Side) {
    this.#sink = sink;
    this.#from = from;
    this.#scanner = new MaterialScanner(sink, from, 'WebSocket message');
  }

  data(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let at = start;
    while (at < end) {
      if (this.#over) return skipAll;
      if (this.#remaining === 0) {
        this.#header[this.#headerLength++] = bytes[at++]!;
        if (this.#headerWhole()) this.#frameBegins(arrival);
        continue;
      }
      const take = Math.min(this.#remaining, end - at);
      this.#payload(bytes, at, at + take, arrival);
      at += take;
      this.#remaining -= take;
      if (this.#remaining === 0) this.#frameEnds(arrival);
    }
    return 0;
  }

  /** What follows can't be told apart any more. */
  lose(): number {
    this.#over = true;
    this.#kept = null;
    this.#scanner.end();
    return skipAll;
  }

  #headerWhole(): boolean {
    if (this.#headerLength < 2) return false;
    const second = this.#header[1]!;
    const short = second & 0x7f;
    const lengthOctets = short === 126 ? 2 : short === 127 ? 8 : 0;
    return this.#headerLength >= 2 + lengthOctets + (second & 0x80 ? 4 : 0);
  }

  #frameBegins(arrival: Arrival): void {
    const header = this.#header;
    const first = header[0]!;
    const opcode = first & 0x0f;
    const short = header[1]! & 0x7f;
    let length = short;
    const lengthOctets = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (lengthOctets > 0) length = 0;
    for (let at = 0; at < lengthOctets; at++) length = length * 256 + header[2 + at]!;
    this.#masked = (header[1]! & 0x80) !== 0;
    this.#maskAt = 2 + lengthOctets;
    this.#headerLength = 0;
    this.#remaining = length;
    this.#came = 0;
    this.#isControl = opcode >= opcodes.close;
    if ((first & 0x30) !== 0 || (opcode > opcodes.binary && opcode < opcodes.close) || opcode > 10) {
      this.lose();
      return;
    }
    if (!this.#isControl) {
      this.#isLast = (first & 0x80) !== 0;
      if (opcode !== opcodes.continuation) {
        this.#compressed = (first & 0x40) !== 0;
        this.#isText = opcode === opcodes.text;
        this.#kept = this.#compressed || this.#isText ? [] : null;
        this.#keptLength = 0;
      }
    }
    if (length === 0) this.#frameEnds(arrival);
  }

  #payload(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.#isControl) return;
    // Unmasked into octets of its own: what is lent stays as it is.
    const plain = bytes.slice(start, end);
    if (this.#masked) {
      for (let at = 0; at < plain.length; at++) plain[at]! ^= this.#header[this.#maskAt + ((this.#came + at) & 3)]!;
    }
    this.#came += plain.length;
    if (!this.#compressed) this.#scanner.scan(plain, 0, plain.length, arrival);
    const kept = this.#kept;
    if (kept === null) return;
    this.#keptLength += plain.length;
    if (this.#keptLength > maxKeptBody || kept.length >= maxKeptPieces) this.#kept = null;
    else kept.push(plain);
  }

  #frameEnds(arrival: Arrival): void {
    if (this.#isControl || !this.#isLast) return;
    const kept = this.#kept;
    this.#kept = null;
    if (this.#compressed && kept !== null) {
      // One that leans on the messages before it can't be read alone.
      const plain = this.#inflated(kept);
      if (plain !== null) {
        this.#scanner.scan(plain, 0, plain.length, arrival);
        if (this.#isText) this.#readFields(plain, arrival);
      }
    } else if (kept !== null && this.#isText) {
      this.#readFields(Buffer.concat(kept), arrival);
    }
    this.#scanner.end();
  }

  /** A compressed message as it was, owned; null where it can't be told, or too much was inflated before. */
  #inflated(kept: readonly Uint8Array[]): Uint8Array | null {
    this.#allowance += this.#keptLength * inflatedMessageTimes;
    const most = mostInflated(this.#keptLength);
    if (this.#allowance < messageOverhead + most) {
      this.#sink.inspectionEnds(this.#from, 'the share of its compressed messages that is inflated is spent');
      return null;
    }
    const whole = Buffer.concat([...kept, omittedTail]);
    const plain = inflate('deflate-raw', whole, 0, whole.length, most);
    this.#allowance -= messageOverhead + (plain?.length ?? most);
    return plain;
  }

  /** What logs in over WebSocket mostly does so in JSON. */
  #readFields(bytes: Uint8Array, arrival: Arrival): void {
    readJsonFields(bytes, 0, bytes.length, (name, value) => {
      const kind = secretKind(name);
      if (kind === null || this.#from === 'server') return;
      const text = Buffer.from(value.bytes.subarray(value.start, value.end)).toString('latin1');
      if (isNoSecret(text)) return;
      const where = `JSON member ${name.slice(0, 64)}`;
      this.#sink.credential(this.#from, arrival, kind, 'WebSocket JSON', where, value);
    });
  }
}
