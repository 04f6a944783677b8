// SOCKS as it is spoken: version 5 (RFC 1928) with user name and password (RFC 1929), version 4 and 4a. What goes through the
// tunnel then is named and followed like a connection of its own; TLS in it is found by its content.
import { formatIpv4, formatIpv6 } from '../base/address.js';
import { i32, latin1, u16 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { scanStream } from './material/stream-scan.js';

/** What a side is to say next. */
type Expected = 'greeting' | 'password' | 'request' | 'nothing';

const methods = { none: 0, gssapi: 1, password: 2 } as const;
const commands: readonly (string | undefined)[] = [undefined, 'CONNECT', 'BIND', 'UDP ASSOCIATE'];
/** The longest message: user name and password of 255 octets each. */
const longestMessage = 640;
const addressTypes = { ipv4: 1, name: 3, ipv6: 4 } as const;
const granted4 = 0x5a;
/** RFC 1929 has a version of its own. */
const passwordVersion = 1;

/** Follows SOCKS up to the tunnel, and what goes through it. */
export class SocksDialogue implements Follower {
  readonly #sink: ContentSink;
  readonly #ofClient = new MessageBuffer();
  readonly #ofServer = new MessageBuffer();
  #fromClient: Expected = 'greeting';
  #fromServer: Expected = 'nothing';
  #version = 0;
  #login: number | null = null;
  #request = 0;
  #target = '';
  #port = 0;
  #requestFrame: number | null = null;
  #answerFrame: number | null = null;
  #tunnel: Follower | null = null;
  /** Octets are missing, or it was no SOCKS: nothing is said any more. */
  #lost = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const buffer = from === 'client' ? this.#ofClient : this.#ofServer;
    let at = start;
    while (at < end && this.#tunnel === null && !this.#lost) {
      if (buffer.length === longestMessage) this.#lost = true;
      else {
        buffer.add(bytes[at++]!);
        const done = from === 'client' ? this.#clientMessage(buffer, arrival) : this.#serverMessage(buffer, arrival);
        if (done) buffer.clear();
      }
    }
    if (this.#lost) this.#tunnel ??= scanStream(this.#sink);
    return at < end || this.#lost ? this.#tunnel!.data(from, bytes, at, end, arrival) : 0;
  }

  gap(from: Side, length: number): number {
    this.#lost = true;
    this.#ofClient.clear();
    this.#ofServer.clear();
    return this.#tunnel?.gap(from, length) ?? 0;
  }

  /** TLS begins in the tunnel: the proxy has no part in it. */
  upgraded(arrival: Arrival): void {
    const where = this.#target === '' ? 'the tunnel' : `the tunnel to ${this.#target}`;
    this.#sink.upgrade({
      mechanism: 'SOCKS',
      outcome: 'taken',
      offeredFrame: null,
      requestedFrame: this.#requestFrame,
      answeredFrame: this.#answerFrame,
      wentOnFrame: null,
      basis: `TLS begins in frame ${arrival.frame}, in ${where}`,
    });
  }

  end(): void {
    this.#tunnel?.end?.();
  }

  /** Whether a whole message is in hand, and was told. */
  #clientMessage(buffer: MessageBuffer, arrival: Arrival): boolean {
    const { bytes, length } = buffer;
    switch (this.#fromClient) {
      case 'greeting':
        this.#version = bytes[0]!;
        if (this.#version === 4) return this.#request4(buffer, arrival);
        if (this.#version !== 5) this.#lost = true;
        if (length < 2 || length < 2 + bytes[1]!) return false;
        this.#fromServer = 'greeting';
        this.#fromClient = 'request';
        return true;
      case 'password':
        return this.#password(buffer, arrival);
      case 'request':
        // Some send name and password without waiting for the method.
        return bytes[0] === passwordVersion ? this.#password(buffer, arrival) : this.#request5(buffer, arrival);
      case 'nothing':
        // Data before the tunnel was granted: optimistic clients send it.
        return true;
    }
  }

  /** `01 length user length password` (RFC 1929 §2). */
  #password(buffer: MessageBuffer, arrival: Arrival): boolean {
    const { bytes, length } = buffer;
    if (length < 2) return false;
    const password = 2 + bytes[1]!;
    if (length < password + 1 || length < password + 1 + bytes[password]!) return false;
    this.#login = this.#sink.login('client', arrival, 'password', 'username/password');
    const secret = { bytes, start: password + 1, end: length };
    this.#sink.credential('client', arrival, 'password', 'SOCKS username/password', null, secret);
    this.#fromServer = 'password';
    this.#fromClient = 'request';
    return true;
  }

  /** `05 command 00 type address port(16)` (RFC 1928 §4). */
  #request5(buffer: MessageBuffer, arrival: Arrival): boolean {
    const end = addressEnd(buffer);
    // Of another type of address nobody knows the end.
    if (end === 0 && buffer.length >= 5) this.#lost = true;
    if (end === 0 || buffer.length < end + 2) return false;
    const { bytes } = buffer;
    this.#tellRequest(bytes[1]!, addressText(buffer, end), u16(bytes, end), arrival);
    return true;
  }

  /** `04 command port(16) address(32) user NUL [name NUL]`; the name where the address is 0.0.0.x (4a). */
  #request4(buffer: MessageBuffer, arrival: Arrival): boolean {
    const { bytes, length } = buffer;
    if (length < 9) return false;
    const user = bytes.indexOf(0, 8);
    if (user < 0 || user >= length) return false;
    const named = i32(bytes, 4) >>> 8 === 0 && bytes[7] !== 0;
    if (!named) {
      this.#tellRequest(bytes[1]!, formatIpv4(i32(bytes, 4)), u16(bytes, 2), arrival);
      return true;
    }
    const name = bytes.indexOf(0, user + 1);
    if (name < 0 || name >= length) return false;
    this.#tellRequest(bytes[1]!, latin1(bytes, user + 1, name), u16(bytes, 2), arrival);
    return true;
  }

  #tellRequest(command: number, host: string, port: number, arrival: Arrival): void {
    const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.#target = target;
    this.#port = port;
    this.#requestFrame = arrival.frame;
    this.#request = this.#sink.request('client', arrival, commands[command] ?? `command ${command}`, target);
    this.#fromServer = 'request';
    this.#fromClient = 'nothing';
  }

  #serverMessage(buffer: MessageBuffer, arrival: Arrival): boolean {
    const { bytes, length } = buffer;
    switch (this.#fromServer) {
      case 'greeting':
        if (length < 2) return false;
        this.#method(bytes[1]!, arrival);
        return true;
      case 'password':
        if (length < 2) return false;
        if (this.#login !== null) this.#sink.loginEnded(this.#login, arrival, bytes[1] === 0);
        this.#fromServer = 'nothing';
        return true;
      case 'request': {
        const end = this.#version === 4 ? 6 : addressEnd(buffer);
        if (end === 0 || length < end + 2) return false;
        const status = bytes[1]!;
        this.#answerFrame = arrival.frame;
        this.#sink.answered(this.#request, arrival, String(status));
        if (status === (this.#version === 4 ? granted4 : 0)) this.#tunnel = this.#sink.tunnel(this.#port);
        this.#fromServer = 'nothing';
        return true;
      }
      case 'nothing':
        this.#lost = true;
        return true;
    }
  }

  #method(method: number, arrival: Arrival): void {
    this.#fromServer = 'nothing';
    if (method === methods.password) this.#fromClient = 'password';
    else if (method === methods.none) {
      const login = this.#sink.login('client', arrival, 'none', 'no authentication');
      this.#sink.loginEnded(login, arrival, true);
    } else {
      // GSS-API and private methods speak a language of their own from here on.
      if (method === methods.gssapi) this.#sink.login('client', arrival, 'other', 'GSSAPI');
      this.#lost = true;
    }
  }
}

/** Collects one message of a side; overwritten when it was told. */
class MessageBuffer {
  bytes: Uint8Array = new Uint8Array(32);
  length = 0;

  add(octet: number): void {
    if (this.length === this.bytes.length) {
      const grown = new Uint8Array(Math.min(2 * this.length, longestMessage));
      grown.set(this.bytes);
      this.bytes.fill(0);
      this.bytes = grown;
    }
    this.bytes[this.length++] = octet;
  }

  clear(): void {
    this.bytes.fill(0, 0, this.length);
    this.length = 0;
  }
}

/** Offset behind the address of a request or answer of version 5; 0 where it can't be told yet, or never. */
function addressEnd({ bytes, length }: MessageBuffer): number {
  if (length < 5) return 0;
  switch (bytes[3]) {
    case addressTypes.ipv4:
      return 8;
    case addressTypes.ipv6:
      return 20;
    case addressTypes.name:
      return 5 + bytes[4]!;
    default:
      return 0;
  }
}

function addressText({ bytes }: MessageBuffer, end: number): string {
  if (bytes[3] === addressTypes.ipv4) return formatIpv4(i32(bytes, 4));
  if (bytes[3] === addressTypes.name) return latin1(bytes, 5, end);
  return formatIpv6(i32(bytes, 4), i32(bytes, 8), i32(bytes, 12), i32(bytes, 16));
}
