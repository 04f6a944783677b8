// AJP 1.3 (Tomcat's "AJPv13"): requests that a proxy forwards to its container, with what it tells of the TLS client.
import { u16 } from '../base/bytes.js';
import type { IdentityRecord } from '../model/content.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { MaterialScanner } from './material/scanner.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of AJP. */
export function followAjp(sink: ContentSink): Follower {
  return new MessageFollower(sink, new AjpDialogue(sink));
}

const headerLength = 4;
const code = { forward: 2, headers: 4 } as const;
const methods: readonly string[] = (
  '? OPTIONS GET HEAD POST PUT DELETE TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK ACL REPORT VERSION-CONTROL CHECKIN ' +
  'CHECKOUT UNCHECKOUT SEARCH MKWORKSPACE UPDATE LABEL MERGE BASELINE-CONTROL MKACTIVITY'
).split(' ');
/** Headers that have numbers in the place of names. */
const codedHeaders = { authorization: 0xa005, cookie: 0xa009 } as const;
const noString = 0xffff;
/** Attributes behind the headers. */
const attribute = {
  remoteUser: 0x03,
  tlsCertificate: 0x07,
  tlsCipher: 0x08,
  tlsSession: 0x09,
  named: 0x0a,
  tlsKeySize: 0x0b,
  secret: 0x0c,
  end: 0xff,
} as const;
const mostHeaders = 100;
const mostAttributes = 64;

class AjpDialogue implements Dialogue {
  /** A packet has at most 8,192 octets by default (`packetSize`). */
  readonly bound = 8_192;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#commands = new Commands(sink);
    // Whether the request logs anybody in is the application's business.
    this.#commands.login = true;
  }

  measure(from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.more;
    if (u16(bytes, start) !== (from === 'client' ? 0x1234 : 0x4142)) return measured.broken;
    return headerLength + u16(bytes, start + 2);
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.seek(headerLength).u8();
    if (from === 'client' && type === code.forward) this.#forward(message, arrival);
    else if (from === 'server' && type === code.headers) this.#commands.next(arrival, `${message.u16()}`, true);
  }

  /** `method protocol uri remote-address remote-host server-name server-port is-ssl header-count headers attributes 0xff`. */
  #forward(message: Message, arrival: Arrival): void {
    const method = message.u8();
    const protocol = message.text(message.u16());
    // A chunk of a body has no code in front: only a request names HTTP here.
    if (!protocol.startsWith('HTTP/')) return;
    message.skip(1);
    skipString(message);
    const address = string(message);
    skipString(message);
    const server = string(message);
    message.skip(2);
    const isTls = message.u8() !== 0;
    const headers = message.u16();
    if (message.short || headers > mostHeaders) return;
    this.#commands.ask(arrival, methods[method] ?? 'UNKNOWN', server, true);
    if (address !== null) this.#sink.forwardedFor('client', arrival, 'ajp remote address', { ip: address, port: null });
    if (isTls) this.#identity(arrival, 'is_ssl', 'tls-info', null);
    for (let at = 0; at < headers && !message.short; at++) this.#header(message, arrival);
    for (let at = 0; at < mostAttributes && message.left > 0; at++) if (!this.#attribute(message, arrival)) break;
  }

  #header(message: Message, arrival: Arrival): void {
    const name = message.u16();
    if (name < 0xa000) {
      message.skip(name + 1);
      skipString(message);
      return;
    }
    const length = message.u16();
    const start = message.skip(length);
    message.skip(1);
    if (start < 0 || length === 0) return;
    if (name === codedHeaders.authorization) {
      const space = message.bytes.indexOf(0x20, start);
      const scheme = space > start && space < start + length ? space + 1 : start;
      const isBearer = (message.bytes[start]! | 0x20) === 0x62 && (message.bytes[start + 1]! | 0x20) === 0x65;
      const kind = isBearer ? 'bearer-token' : 'password';
      this.#sink.credential(
        'client',
        arrival,
        kind,
        'AJP request',
        'header authorization',
        message.lend(scheme, start + length),
      );
    } else if (name === codedHeaders.cookie)
      this.#sink.credential(
        'client',
        arrival,
        'session-cookie',
        'AJP request',
        'header cookie',
        message.lend(start, start + length),
      );
  }

  /** Steps over an attribute; whether another may follow. */
  #attribute(message: Message, arrival: Arrival): boolean {
    const type = message.u8();
    switch (type) {
      case attribute.end:
      case 0:
        return false;
      case attribute.named:
        skipString(message);
        skipString(message);
        return true;
      case attribute.tlsKeySize:
        message.skip(2);
        return true;
      case attribute.remoteUser:
        this.#identity(arrival, 'attribute remote_user', 'name', string(message));
        return true;
      case attribute.tlsCertificate:
        this.#certificate(message, arrival);
        return true;
      case attribute.tlsCipher:
      case attribute.tlsSession:
        skipString(message);
        this.#identity(
          arrival,
          type === attribute.tlsCipher ? 'attribute ssl_cipher' : 'attribute ssl_session',
          'tls-info',
          null,
        );
        return true;
      case attribute.secret: {
        const length = message.u16();
        const start = message.skip(length);
        message.skip(1);
        if (start >= 0)
          this.#sink.credential(
            'client',
            arrival,
            'other-secret',
            'AJP secret',
            null,
            message.lend(start, start + length),
          );
        return true;
      }
      default:
        skipString(message);
        return true;
    }
  }

  /** In PEM, as Apache and Tomcat's own connectors send it. */
  #certificate(message: Message, arrival: Arrival): void {
    const length = message.u16();
    this.#identity(arrival, 'attribute ssl_cert', 'certificate', null);
    if (length === noString) return;
    const start = message.skip(length);
    message.skip(1);
    if (start < 0) return;
    const scanner = new MaterialScanner(this.#sink, 'client', 'AJP attribute ssl_cert');
    scanner.scan(message.bytes, start, start + length, arrival);
    scanner.end();
  }

  #identity(arrival: Arrival, where: string, kind: IdentityRecord['kind'], value: string | null): void {
    this.#sink.identity({ frame: arrival.frame, from: 'client', where: `AJP ${where}`, kind, value });
  }
}

/** `length(16) text NUL`; null for the length that says none. */
function string(message: Message): string | null {
  const length = message.u16();
  if (length === noString) return null;
  const text = message.text(length);
  message.skip(1);
  return text;
}

function skipString(message: Message): void {
  const length = message.u16();
  if (length !== noString) message.skip(length + 1);
}
