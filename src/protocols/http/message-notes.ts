// What the messages of HTTP give away, whichever version carries them.
import { latin1 } from '../../base/bytes.js';
import type { LoginRecord } from '../../model/content.js';
import type { ContentSink, LentOctets } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import { MaterialScanner } from '../material/scanner.js';
import { RecurringText } from '../recurring-text.js';
import { readAuthorization } from './authorization.js';
import { Body } from './body.js';
import { bodyKind } from './body-kind.js';
import { isMeaningful, isServiceHeader, serviceByHeader, serviceByPath } from './control-apis.js';
import type { Exchange } from './exchange.js';
import { percentDecoded, readFormFields } from './fields.js';
import { forwardingFact } from './forwarding-headers.js';
import { identityFacts } from './identity-headers.js';
import { JsonWebKeys } from './json-web-keys.js';
import { isNoSecret, keyHeaderKind, secretKind } from './secret-names.js';

/** Headers that every message has and that say nothing here; asked first, as they are the most. */
const plainHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'age',
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'etag',
  'expires',
  'host',
  'last-modified',
  'pragma',
  'transfer-encoding',
  'user-agent',
  'vary',
]);

/** Mechanisms of `Authorization` whose long values are no certificates. */
const commonSchemes: ReadonlySet<string> = new Set([
  'Basic',
  'Bearer',
  'Digest',
  'Negotiate',
  'NTLM',
  'AWS4-HMAC-SHA256',
]);

/** Values shorter than this hold no certificate. */
const shortestCertificate = 256;
const longestValue = 2_048;
const longestAuthority = 256;
const shortestToken = 16;
const shortestCookie = 8;

/** The notes of one connection. */
export class MessageNotes {
  readonly #sink: ContentSink;
  /** Mechanism of a login that was accepted on this connection, or is under way: each request repeats it. */
  #mechanism: string | null = null;

  constructor(sink: ContentSink) {
    this.#sink = sink;
  }

  /** The target of a request (RFC 9112 §3.2): what its query and user information show. Sets path and authority. */
  target(exchange: Exchange, bytes: Uint8Array, start: number, end: number): void {
    const text = flat(bytes, start, Math.min(end, start + longestValue));
    const absolute = bytes[start] === 0x2f ? null : absoluteForm.exec(text);
    if (absolute !== null) {
      exchange.authority = absolute[2]!.slice(0, longestAuthority);
      if (absolute[1] !== undefined) this.#userInformation(exchange, absolute[1]);
    } else if (exchange.method === 'CONNECT') {
      exchange.authority = text.slice(0, longestAuthority);
    }
    exchange.path = absolute === null ? text : text.slice(absolute[0].length);
    this.#query(exchange, bytes, start, end, 'query parameter');
  }

  /** The request line and headers are whole. */
  requested(exchange: Exchange, target: string | null = exchange.authority): void {
    exchange.service ??= serviceByPath(exchange.path);
    exchange.meaningful = isMeaningful(exchange.method, exchange.path);
    // A connection that waits for its answer stays small.
    exchange.path = '';
    exchange.request = this.#sink.request('client', exchange.arrival, exchange.method, target);
  }

  /** A header of a request, by its name in lower case; its value is lent. */
  requestHeader(exchange: Exchange, name: string, value: LentOctets, arrival: Arrival): void {
    if (name === 'host')
      exchange.authority ??= hosts.of(value.bytes, value.start, Math.min(value.end, value.start + longestAuthority));
    if (plainHeaders.has(name)) return;
    const sink = this.#sink;
    switch (name) {
      case 'authorization':
      case 'proxy-authorization': {
        exchange.authenticated = true;
        const login = readAuthorization(sink, arrival, name, value);
        if (login !== null) this.#login(exchange, login.kind, login.mechanism, arrival);
        // Schemes of somebody's own may show a certificate; tokens of the common ones are long, frequent, and none.
        if (login !== null && !commonSchemes.has(login.mechanism) && value.end - value.start >= shortestCertificate) {
          this.#searchHeader('client', name, value, arrival);
        }
        return;
      }
      case 'cookie':
        exchange.authenticated = true;
        return;
      case 'referer':
        this.#query(exchange, value.bytes, value.start, value.end, 'header referer, query parameter');
        return;
      case 'upgrade':
        exchange.upgrade = textOf(value).toLowerCase();
        return;
      case 'token':
        exchange.authenticated = true;
        break;
    }
    const kind = keyHeaderKind(name);
    if (kind !== null && value.end > value.start) {
      exchange.authenticated = true;
      sink.credential('client', arrival, kind, 'HTTP header', `header ${name}`, value);
      this.#login(exchange, 'token', `header ${name}`, arrival);
      return;
    }
    const text = textOf(value);
    for (const fact of identityFacts(name, text)) {
      sink.identity({
        frame: arrival.frame,
        from: 'client',
        where: `header ${name}`,
        kind: fact.kind,
        value: fact.value,
      });
    }
    this.#forwarding('client', name, text, value, arrival);
    if (value.end - value.start >= shortestCertificate) this.#searchHeader('client', name, value, arrival);
  }

  /** The status of an answer. */
  answering(exchange: Exchange, status: number): void {
    exchange.status = status;
  }

  /** A header of an answer. */
  answerHeader(exchange: Exchange | null, name: string, value: LentOctets, arrival: Arrival): void {
    if (plainHeaders.has(name)) return;
    if (exchange !== null) {
      const known = exchange.service === null && isServiceHeader(name) ? serviceByHeader(name, textOf(value)) : null;
      if (known !== null) exchange.service = known;
      if (name === 'set-cookie' && exchange.showsPassword && exchange.status < 400)
        this.#cookie(exchange, value, arrival);
    }
    if (name === 'x-request-id' || name === 'cf-ray' || name === 'via') {
      this.#forwarding('server', name, textOf(value), value, arrival);
    }
    if (value.end - value.start >= shortestCertificate) this.#searchHeader('server', name, value, arrival);
  }

  /** The headers of an answer are whole: what the request came to. */
  answered(exchange: Exchange, arrival: Arrival): void {
    const { status } = exchange;
    this.#sink.answered(exchange.request, arrival, String(status));
    const refused = status === 401 || status === 403 || status === 407;
    const served = status >= 200 && status < 400;
    for (const login of exchange.logins ?? noLogins) {
      if (refused || served) this.#sink.loginEnded(login, arrival, served);
    }
    // A page that is served to a password may be the form again; one that leads elsewhere, or sets a cookie, is not.
    if (exchange.formLogin >= 0 && (refused || (served && (exchange.setsCookie || status >= 300)))) {
      this.#sink.loginEnded(exchange.formLogin, arrival, served);
    }
    if (refused) this.#mechanism = null;
    if (exchange.service === null || exchange.authenticated || status < 200 || status >= 300) return;
    const { method, meaningful, arrival: asked } = exchange;
    this.#sink.served('client', asked.frame, arrival, `${method} (${exchange.service})`, meaningful);
  }

  /** A body of a message; null where it is without interest. `mediaType` and `encoding` are in lower case. */
  body(from: Side, exchange: Exchange | null, mediaType: string, encoding: string, arrival: Arrival): Body | null {
    const kind = bodyKind(mediaType, encoding);
    if (!kind.interests) return null;
    if (kind.readFields === null) return new Body(this.#sink, from, kind, noFields);
    const at = { ...arrival };
    const isJson = mediaType.includes('json');
    const keys = isJson ? new JsonWebKeys(this.#sink, from, at) : null;
    const origin = isJson ? 'JSON member' : 'form field';
    return new Body(this.#sink, from, kind, (name, value) => {
      keys?.member(name, value);
      if (name !== '') this.#field(from, exchange, origin, name, value, at);
    });
  }

  /** Answers repeat names of fields in forms and messages: only what is long enough for a token counts there. */
  #field(
    from: Side,
    exchange: Exchange | null,
    origin: string,
    name: string,
    value: LentOctets,
    arrival: Arrival,
  ): void {
    const kind = secretKind(name);
    if (kind === null) return;
    const text = textOf(value);
    if (isNoSecret(text)) return;
    if (from === 'server' && (kind === 'password' || text.length < shortestToken || /\s/.test(text))) return;
    const mechanism = origin === 'JSON member' ? 'HTTP JSON' : 'HTTP form';
    this.#sink.credential(from, arrival, kind, mechanism, `${origin} ${name.slice(0, 64)}`, value);
    if (from === 'server' || exchange === null) return;
    exchange.authenticated = true;
    if (kind !== 'password') return;
    exchange.showsPassword = true;
    if (exchange.formLogin < 0) exchange.formLogin = this.#sink.login('client', arrival, 'password', mechanism);
  }

  #query(exchange: Exchange, bytes: Uint8Array, start: number, end: number, where: string): void {
    let at = start;
    while (at < end && bytes[at] !== 0x3f) at++;
    if (at === end) return;
    let stop = at;
    while (stop < end && bytes[stop] !== 0x23) stop++;
    readFormFields(bytes, at + 1, stop, (name, value) => {
      const kind = secretKind(name);
      if (kind === null || isNoSecret(textOf(value))) return;
      exchange.authenticated = true;
      this.#sink.credential('client', exchange.arrival, kind, 'HTTP query', `${where} ${name.slice(0, 64)}`, value);
      if (kind === 'password') exchange.showsPassword = true;
    });
  }

  #userInformation(exchange: Exchange, text: string): void {
    const colon = text.indexOf(':');
    if (colon < 0) return;
    const bytes = Buffer.from(text, 'latin1');
    const secret = percentDecoded(bytes, colon + 1, bytes.length);
    if (secret.length === 0) return;
    exchange.authenticated = true;
    const value = { bytes: secret, start: 0, end: secret.length };
    this.#sink.credential('client', exchange.arrival, 'password', 'URL user information', 'request target', value);
  }

  /** One login for all requests that repeat it, until it is refused. */
  #login(exchange: Exchange, kind: LoginRecord['kind'], mechanism: string, arrival: Arrival): void {
    exchange.showsPassword ||= kind === 'password';
    if (this.#mechanism === mechanism) return;
    this.#mechanism = mechanism;
    exchange.logins ??= [];
    exchange.logins.push(this.#sink.login('client', arrival, kind, mechanism));
  }

  /** A cookie that the answer to a login sets: whoever has it is logged in. One that is short or deleted is none. */
  #cookie(exchange: Exchange, { bytes, start, end }: LentOctets, arrival: Arrival): void {
    const text = latin1(bytes, start, Math.min(end, start + longestValue));
    const pair = /^[^=;]+=("?)([^;"]*)\1/.exec(text);
    if (pair === null || pair[2]!.length < shortestCookie || /;\s*max-age=(?:0|-\d+)(?:;|$)/i.test(text)) return;
    exchange.setsCookie = true;
    const value = Buffer.from(pair[2]!, 'latin1');
    const secret = { bytes: value, start: 0, end: value.length };
    this.#sink.credential('server', arrival, 'session-cookie', 'HTTP Set-Cookie', 'header set-cookie', secret);
  }

  #forwarding(from: Side, name: string, text: string, { bytes, start }: LentOctets, arrival: Arrival): void {
    const fact = forwardingFact(name, text);
    if (fact === null) return;
    if ('client' in fact) this.#sink.forwardedFor(from, arrival, name, fact.client);
    else this.#sink.mark(from, arrival, name, { bytes, start: start + fact.mark.start, end: start + fact.mark.end });
  }

  #searchHeader(from: Side, name: string, { bytes, start, end }: LentOctets, arrival: Arrival): void {
    const scanner = new MaterialScanner(this.#sink, from, `header ${name}`);
    scanner.scan(bytes, start, end, arrival);
    scanner.end();
  }
}

const noLogins: readonly number[] = [];
const noFields = (): void => {};
const hosts = new RecurringText('as they are');
const absoluteForm = /^[a-z][a-z0-9+.-]{1,15}:\/\/(?:([^/?#@]*)@)?([^/?#]*)/i;

/** Text that is kept: Node's conversion gives a flat string, one put together from characters keeps 32 octets for each. */
function flat(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(end - start, 0)).toString('latin1');
}

function textOf({ bytes, start, end }: LentOctets): string {
  return latin1(bytes, start, Math.min(end, start + longestValue));
}
