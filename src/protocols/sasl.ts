// SASL (RFC 4422): what a login by each mechanism is, and the secret where one crosses. Mechanisms are of the IANA registry
// "SASL Mechanisms", with those that mail clients use besides.
import { decodeBase64 } from '../base/base64.js';
import type { LoginRecord } from '../model/content.js';
import type { ContentSink } from '../model/content-sink.js';
import type { Arrival } from '../model/stream.js';
import { upper } from './lines.js';

/** What kind of login a mechanism (in upper case) is. */
export function kindOfMechanism(mechanism: string): LoginRecord['kind'] {
  switch (mechanism) {
    case 'PLAIN':
    case 'LOGIN':
      return 'password';
    case 'EXTERNAL':
      return 'certificate';
    case 'ANONYMOUS':
      return 'none';
    case 'XOAUTH':
    case 'XOAUTH2':
    case 'OAUTHBEARER':
    case 'OAUTH10A':
    case 'X-OAUTH2':
    case 'X-TOKEN':
      return 'token';
    case 'NTLM':
    case 'OTP':
    case 'SKEY':
    case 'DIGEST-MD5':
      return 'challenge-response';
    default:
      return challenges.test(mechanism) ? 'challenge-response' : 'other';
  }
}

const challenges = /^(?:SCRAM-|CRAM-|SRP|ECDSA-|HT-)/;

/** One run of a mechanism: the client's responses come in, a login and its secret go to the sink. */
export class SaslExchange {
  readonly #sink: ContentSink;
  readonly #mechanism: string;
  /** As credentials name it: 'SMTP AUTH PLAIN'. */
  readonly #name: string;
  readonly #login: number;
  #responses = 0;

  /** `protocol` = how the credential's mechanism begins: 'SMTP AUTH'. */
  constructor(sink: ContentSink, arrival: Arrival, protocol: string, mechanism: string) {
    this.#sink = sink;
    this.#mechanism = mechanism.toUpperCase();
    this.#name = `${protocol} ${this.#mechanism}`;
    this.#login = sink.login('client', arrival, kindOfMechanism(this.#mechanism), this.#mechanism);
  }

  /** A response of the client in base64, lent. Returns whether a secret crossed in it. `cut` = its end is missing. */
  response(bytes: Uint8Array, start: number, end: number, arrival: Arrival, cut = false): boolean {
    // "=" stands for an empty initial response (RFC 4954 §4), "*" cancels.
    if (end - start === 1 && (bytes[start] === 0x3d || bytes[start] === 0x2a)) return false;
    const length = decodeBase64(bytes, start, end, scratch);
    const found = length >= 0 && this.decoded(scratch, 0, length, arrival, cut);
    scratch.fill(0, 0, Math.max(length, 0));
    return found;
  }

  /** A response of the client as it is, lent. Returns whether a secret crossed in it. */
  decoded(bytes: Uint8Array, start: number, end: number, arrival: Arrival, cut = false): boolean {
    this.#responses++;
    switch (this.#mechanism) {
      case 'PLAIN': {
        // [authorization identity] NUL authentication identity NUL password (RFC 4616 §2)
        const user = indexOf(bytes, 0, start, end);
        const password = user < 0 ? -1 : indexOf(bytes, 0, user + 1, end);
        return password >= 0 && this.#secret('password', bytes, password + 1, end, arrival, cut);
      }
      case 'LOGIN':
        // The user's name, then the password.
        return this.#responses === 2 && this.#secret('password', bytes, start, end, arrival, cut);
      case 'XOAUTH2':
      case 'OAUTHBEARER': {
        // … 0x01 "auth=Bearer " token 0x01 … (RFC 7628 §3.1)
        const token = endOf(bytes, start, end, 'AUTH=BEARER ');
        if (token < 0) return false;
        const tokenEnd = indexOf(bytes, 1, token, end);
        return this.#secret('bearer-token', bytes, token, tokenEnd < 0 ? end : tokenEnd, arrival, cut && tokenEnd < 0);
      }
      default:
        return false;
    }
  }

  /** The server's verdict. */
  ended(arrival: Arrival, accepted: boolean): void {
    this.#sink.loginEnded(this.#login, arrival, accepted);
  }

  #secret(
    kind: 'password' | 'bearer-token',
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    cut: boolean,
  ): boolean {
    if (start >= end) return false;
    this.#sink.credential('client', arrival, kind, this.#name, null, cut ? null : { bytes, start, end });
    return true;
  }
}

/** Decoded responses, one at a time; overwritten after use. RFC 4954 §4 lets base64 lines have 12,288 octets. */
const scratch = new Uint8Array(9_216);

function indexOf(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === wanted) return at;
  return -1;
}

/** Offset behind `wanted` (in upper case; letters in either case), or -1. */
function endOf(bytes: Uint8Array, from: number, to: number, wanted: string): number {
  for (let at = from; at + wanted.length <= to; at++) {
    let same = 0;
    while (same < wanted.length && upper(bytes[at + same]!) === wanted.charCodeAt(same)) same++;
    if (same === wanted.length) return at + same;
  }
  return -1;
}
