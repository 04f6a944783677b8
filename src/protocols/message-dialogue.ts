// What SIP and RTSP share as they are spoken: HTTP's form of messages (start line, header, body by Content-Length), answers told
// by their CSeq, logins by Digest (RFC 7616) and Basic (RFC 7617).
import { decodeBase64 } from '../base/base64.js';
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { type Line, LineReader } from './lines.js';
import { TextDialogue } from './text-dialogue.js';

/** A message of one side as far as it was read. */
class Message {
  /** Null outside of a message's header. */
  kind: 'request' | 'response' | 'unknown' | null = null;
  method = '';
  code = 0;
  sequence = '';
  frame = 0;
  bodyLength = 0;
  login: number | null = null;
  readonly bodyLines: LineReader = new LineReader();
}

/** A request that waits for its answer. */
interface Waiting {
  request: number;
  login: number | null;
  from: Side;
  method: string;
  frame: number;
}

/** Follows messages of one of the protocols of HTTP's form, told by the `version` that its lines begin or end with. */
export class MessageDialogue extends TextDialogue {
  readonly #version: string;
  readonly #name: string;
  /** Whether frames of RTSP's interleaved data may stand between messages (RFC 7826 §14). */
  readonly #interleaved: boolean;
  /** Methods that change something for others when they are answered without a login. */
  readonly #controls: ReadonlySet<string>;
  readonly #ofClient = new Message();
  readonly #ofServer = new Message();
  readonly #waiting = new Map<string, Waiting>();
  #loggedIn = false;

  constructor(
    sink: ContentSink,
    protocol: { name: string; version: string; interleaved: boolean; controls: ReadonlySet<string> },
  ) {
    super(sink);
    this.#name = protocol.name;
    this.#version = protocol.version;
    this.#interleaved = protocol.interleaved;
    this.#controls = protocol.controls;
  }

  protected override beginsFrame(from: Side, octet: number): boolean {
    return this.#interleaved && octet === dollar && this.#messageOf(from).kind === null;
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    const message = this.#messageOf(from);
    // A datagram may end before its header does: the next one begins a message all the same.
    if (message.kind === null || this.#isStartLine(line)) this.#startLine(message, line, arrival);
    else if (line.length === 0) this.#headerEnds(from, message, arrival);
    else this.#field(from, message, line, arrival);
  }

  protected override octets(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    super.octets(from, bytes, start, end, arrival);
    const { bodyLines } = this.#messageOf(from);
    for (let at = start; at < end; ) {
      at = bodyLines.read(bytes, at, end);
      if (bodyLines.complete) this.#bodyLine(from, bodyLines.line, arrival);
    }
  }

  protected override bodyEnded(from: Side, arrival: Arrival): void {
    const { bodyLines } = this.#messageOf(from);
    if (bodyLines.unfinished) this.#bodyLine(from, bodyLines.peek(), arrival);
    bodyLines.drop();
  }

  protected override holeInOctets(from: Side): void {
    this.#messageOf(from).bodyLines.lose();
  }

  protected override missing(from: Side): void {
    const message = this.#messageOf(from);
    // Lines are looked for a start line again; answers are told by their numbers.
    message.kind = null;
    message.login = null;
    message.bodyLines.drop();
  }

  #messageOf(from: Side): Message {
    return from === 'client' ? this.#ofClient : this.#ofServer;
  }

  #isStartLine(line: Line): boolean {
    const version = line.length - this.#version.length - versionDigits;
    return (
      line.has(0, this.#version) ||
      (version > 0 && line.octet(version - 1) === space && line.has(version, this.#version))
    );
  }

  #startLine(message: Message, line: Line, arrival: Arrival): void {
    if (line.length === 0) return;
    message.bodyLength = 0;
    message.sequence = '';
    message.login = null;
    message.frame = arrival.frame;
    if (line.has(0, this.#version)) {
      const code = line.word(line.nextWord(0));
      message.kind = /^[1-6]\d\d$/.test(code) ? 'response' : 'unknown';
      message.code = Number(code);
      return;
    }
    message.kind = this.#isStartLine(line) ? 'request' : null;
    message.method = line.word(0);
  }

  #field(from: Side, message: Message, line: Line, arrival: Arrival): void {
    const separator = line.find(colon);
    if (separator <= 0) return;
    const value = line.skipBlanks(separator + 1);
    switch (line.text(0, separator).trimEnd().toLowerCase()) {
      case 'cseq':
        message.sequence = line.text(value, longestSequence).trim().toUpperCase();
        break;
      case 'content-length':
      case 'l': {
        const digits = line.text(value, 12).trim();
        message.bodyLength = /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
        break;
      }
      case 'authorization':
      case 'proxy-authorization':
        if (message.kind === 'request') this.#authorization(from, message, line, separator, value, arrival);
        break;
    }
  }

  #authorization(from: Side, message: Message, line: Line, separator: number, value: number, arrival: Arrival): void {
    const scheme = line.word(value);
    const at = line.nextWord(value);
    const where = `header ${line.text(0, separator).trimEnd().toLowerCase()}`;
    const { bytes, start, end, cut } = line;
    switch (scheme) {
      case 'DIGEST':
        message.login = this.sink.login(from, arrival, 'challenge-response', 'Digest');
        break;
      case 'BASIC': {
        message.login = this.sink.login(from, arrival, 'password', 'Basic');
        const length = decodeBase64(bytes, start + at, end, scratch);
        const password = length < 0 ? -1 : scratch.indexOf(colon);
        const known = password >= 0 && password < length && !cut;
        const secret = known ? { bytes: scratch, start: password + 1, end: length } : null;
        this.sink.credential(from, arrival, 'password', `${this.#name} Basic`, where, secret);
        scratch.fill(0);
        break;
      }
      case 'BEARER':
        message.login = this.sink.login(from, arrival, 'token', 'Bearer');
        this.sink.credential(
          from,
          arrival,
          'bearer-token',
          `${this.#name} Bearer`,
          where,
          cut ? null : { bytes, start: start + at, end },
        );
        break;
      default:
        message.login = this.sink.login(from, arrival, 'other', scheme);
    }
  }

  #headerEnds(from: Side, message: Message, arrival: Arrival): void {
    const lane = from === 'client' ? this.client : this.server;
    lane.octets = message.bodyLength;
    if (message.kind === 'request') this.#requested(from, message, arrival);
    else if (message.kind === 'response') this.#answered(from, message, arrival);
    message.kind = null;
  }

  #requested(from: Side, message: Message, arrival: Arrival): void {
    const request = this.sink.request(from, arrival, message.method, null);
    if (message.sequence === '' || message.method === 'ACK') return;
    if (this.#waiting.size >= mostWaiting) this.#waiting.clear();
    const { login, method, frame } = message;
    this.#waiting.set(`${from} ${message.sequence}`, { request, login, from, method, frame });
  }

  #answered(from: Side, message: Message, arrival: Arrival): void {
    const { code } = message;
    const key = `${from === 'client' ? 'server' : 'client'} ${message.sequence}`;
    const waiting = this.#waiting.get(key);
    // What is provisional is no last word.
    if (waiting === undefined || code < 200) return;
    this.#waiting.delete(key);
    this.sink.answered(waiting.request, arrival, String(code));
    const accepted = code < 300;
    if (waiting.login !== null) {
      if (accepted || refusals.has(code)) this.sink.loginEnded(waiting.login, arrival, accepted);
      this.#loggedIn ||= accepted;
    } else if (accepted && !this.#loggedIn)
      this.sink.served(waiting.from, waiting.frame, arrival, waiting.method, this.#controls.has(waiting.method));
  }

  /** A session description that tells the keys of its media to whoever reads it (RFC 4568 §9.1). */
  #bodyLine(from: Side, line: Line, arrival: Arrival): void {
    if (!line.has(0, 'A=CRYPTO:')) return;
    const inline = line.text().toLowerCase().indexOf('inline:');
    if (inline < 0) return;
    const from64 = inline + 'inline:'.length;
    const bar = line.find(verticalBar, from64);
    const to = bar < 0 ? line.wordEnd(from64) : Math.min(bar, line.wordEnd(from64));
    const secret = line.cut ? null : { bytes: line.bytes, start: line.start + from64, end: line.start + to };
    this.sink.credential(from, arrival, 'other-secret', 'SDP security description', 'attribute crypto', secret);
  }
}

const colon = 0x3a;
const space = 0x20;
const dollar = 0x24;
const verticalBar = 0x7c;
/** `1.0` behind the protocol's name. */
const versionDigits = 3;
const longestSequence = 64;
/** Requests whose answers are waited for at a time. */
const mostWaiting = 64;
/** Answers that say that the login was not good enough. */
const refusals: ReadonlySet<number> = new Set([401, 403, 407]);
/** `user:password` decoded, one at a time; overwritten after use. */
const scratch = new Uint8Array(1_024);
