import {
  type Looks,
  looks,
  looksLikeAlert,
  looksLikeClientHello,
  looksLikeServerHello,
  recordHeaderLength,
} from '../../wire/tls/record.js';
import {
  looksLikeSslv2ClientHello,
  looksLikeSslv2ServerHello,
  sslv2HeaderLength,
  sslv2RecordLength,
} from '../../wire/tls/sslv2.js';
import { beginsInStep } from './record-layer.js';

const firstContentType = 0x14;
const lastContentType = 0x18;
/** Octets after which every check here is certain. */
const telling = 12;

/**
 * Whether `bytes[start, end)` may be where TLS begins, or where a capture enters a TLS connection: a hello, an SSLv2 hello,
 * or records in step. `final` = no more bytes will come.
 */
export function looksLikeTls(bytes: Uint8Array, start: number, end: number, final: boolean): Looks {
  const first = bytes[start]!;
  const hello = looksLikeHello(bytes, start, end, final);
  if (hello === looks.yes || first < firstContentType || first > lastContentType) return hello;
  if (end - start < recordHeaderLength) return final ? looks.no : looks.more;
  return beginsInStep(bytes, start, end) ? looks.yes : looks.no;
}

/**
 * Whether `bytes[start, end)` open with a hello, in records or in SSLv2's format. Where a protocol went before, nothing
 * less tells that TLS begins.
 */
export function looksLikeHello(bytes: Uint8Array, start: number, end: number, final: boolean): Looks {
  const first = bytes[start]!;
  if (first >= firstContentType && first <= lastContentType) {
    const hello = strongest(looksLikeClientHello(bytes, start, end), looksLikeServerHello(bytes, start, end));
    return hello === looks.more && final ? looks.no : hello;
  }
  const sslv2 = strongest(looksLikeSslv2ClientHello(bytes, start, end), looksLikeSslv2ServerHello(bytes, start, end));
  return sslv2 === looks.more && (final || end - start > telling) ? looks.no : sslv2;
}

/** Whether `bytes[start, end)` are one plain alert and no more: what a server of TLS answers to cleartext, too. */
export function isLoneAlert(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === recordHeaderLength + 2 && looksLikeAlert(bytes, start, end) === looks.yes;
}

/** Offset behind the SSLv2 hello that `bytes[start, end)` opens with, relative to `start`; 0 where there is none. */
export function sslv2RecordEnd(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]!;
  if (first >= firstContentType && first <= lastContentType) return 0;
  const isHello =
    looksLikeSslv2ClientHello(bytes, start, end) === looks.yes ||
    looksLikeSslv2ServerHello(bytes, start, end) === looks.yes;
  return isHello ? sslv2HeaderLength(bytes, start) + sslv2RecordLength(bytes, start) : 0;
}

function strongest(a: Looks, b: Looks): Looks {
  return a > b ? a : b;
}
