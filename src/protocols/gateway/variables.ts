// What a web server tells the application behind it in CGI variables (RFC 3875 §4.1), whichever protocol carries them: FastCGI,
// uwsgi or SCGI. Headers of the request come as HTTP_*, what TLS knows of its client as SSL_*.
import { latin1 } from '../../base/bytes.js';
import type { ContentSink, LentOctets } from '../../model/content-sink.js';
import type { Arrival } from '../../model/stream.js';
import { Exchange } from '../http/exchange.js';
import { identityFacts } from '../http/identity-headers.js';
import type { MessageNotes } from '../http/message-notes.js';
import { MaterialScanner } from '../material/scanner.js';

/** Variables of a request that are looked at; web servers send some fifty. */
const maxVariables = 512;
const longestName = 128;
const longestShort = 64;
const longestValue = 2_048;
/** Values shorter than this hold no certificate. */
const shortestCertificate = 256;
const header = 'HTTP_';

/** The variables of one request, taken as they come. */
export class GatewayVariables {
  readonly exchange: Exchange = new Exchange();
  mediaType = '';
  readonly #sink: ContentSink;
  readonly #notes: MessageNotes;
  readonly #protocol: string;
  readonly #arrival: Arrival;
  #count = 0;
  #address = '';
  #port = '';
  #user = '';
  #isTls = false;
  #isClear = false;

  /** `protocol` as people call it: where things stood. */
  constructor(sink: ContentSink, notes: MessageNotes, protocol: string, arrival: Arrival) {
    this.#sink = sink;
    this.#notes = notes;
    this.#protocol = protocol;
    this.#arrival = { ...arrival };
    this.exchange.begin(arrival);
  }

  /** A variable by the offsets of its name and value, lent. */
  variable(bytes: Uint8Array, nameStart: number, nameEnd: number, start: number, end: number): void {
    if (++this.#count > maxVariables || nameEnd - nameStart > longestName) return;
    const name = latin1(bytes, nameStart, nameEnd);
    if (start === end) return;
    const value: LentOctets = { bytes, start, end };
    if (name.startsWith(header)) {
      const plain = name.slice(header.length).toLowerCase().replaceAll('_', '-');
      // A web server that makes HTTPS of X-Forwarded-Proto says it once more.
      this.#notes.requestHeader(this.exchange, plain, value, this.#arrival);
      return;
    }
    this.#ownVariable(name, value);
  }

  /** All variables were told. */
  complete(): void {
    const { exchange } = this;
    const arrival = this.#arrival;
    this.#notes.requested(exchange);
    if (this.#address !== '' && !this.#address.startsWith('unix:')) {
      const port = /^\d{1,5}$/.test(this.#port) ? Number(this.#port) : null;
      this.#sink.forwardedFor('client', arrival, `${this.#protocol} REMOTE_ADDR`, { ip: this.#address, port });
    }
    if (this.#isTls) this.#identity('HTTPS', 'tls-info', null);
    else if (this.#isClear) {
      this.#sink.mark('client', arrival, 'x-forwarded-proto', {
        bytes: clearScheme,
        start: 0,
        end: clearScheme.length,
      });
    }
    // A user without a password is whom the certificate names.
    if (this.#isTls && this.#user !== '' && !exchange.authenticated) this.#identity('REMOTE_USER', 'name', this.#user);
  }

  #ownVariable(name: string, value: LentOctets): void {
    switch (name) {
      case 'REQUEST_METHOD':
        this.exchange.method = short(value);
        return;
      case 'REQUEST_URI':
        this.#notes.target(this.exchange, value.bytes, value.start, value.end);
        return;
      case 'SERVER_NAME':
        this.exchange.authority ??= short(value);
        return;
      case 'CONTENT_TYPE':
        this.mediaType = short(value).toLowerCase();
        return;
      case 'REMOTE_ADDR':
        this.#address = short(value).toLowerCase();
        return;
      case 'REMOTE_PORT':
        this.#port = short(value);
        return;
      case 'REMOTE_USER':
        this.#user = latin1(value.bytes, value.start, Math.min(value.end, value.start + longestValue));
        return;
      case 'HTTPS':
      case 'REQUEST_SCHEME':
        this.#scheme(short(value).toLowerCase());
        return;
    }
    this.#tlsVariable(name, value);
  }

  #scheme(value: string): void {
    if (value === 'https' || value === 'on' || value === '1') this.#isTls = true;
    else if (value === 'http' || value === 'off') this.#isClear = true;
  }

  #tlsVariable(name: string, value: LentOctets): void {
    // Apache tells of its own certificate as well.
    if (/(?:^|_)SERVER(?:_|$)/.test(name)) return;
    const plain = name.toLowerCase();
    const text = latin1(value.bytes, value.start, Math.min(value.end, value.start + longestValue));
    for (const { kind, value: told } of identityFacts(plain, text)) this.#identity(name, kind, told);
    if (value.end - value.start < shortestCertificate) return;
    const scanner = new MaterialScanner(this.#sink, 'client', `${this.#protocol} variable ${name}`);
    scanner.scan(value.bytes, value.start, value.end, this.#arrival);
    scanner.end();
  }

  #identity(name: string, kind: Parameters<ContentSink['identity']>[0]['kind'], value: string | null): void {
    const where = `${this.#protocol} variable ${name}`;
    this.#sink.identity({ frame: this.#arrival.frame, from: 'client', where, kind, value });
  }
}

const clearScheme = Buffer.from('http');

function short({ bytes, start, end }: LentOctets): string {
  return latin1(bytes, start, Math.min(end, start + longestShort));
}
