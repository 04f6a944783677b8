// RFC 6347 §4.2.1 (DTLS): version 2, cookie behind an 8-bit length.

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { type ByteRange, readRange8 } from './byte-range.js';
import { expectEnd } from './faults.js';

/** A HelloVerifyRequest; the cookie is lent and absolute. */
export interface HelloVerifyRequestValue {
  /** Not the negotiated version. */
  version: number;
  /** Null where cut. */
  cookie: ByteRange | null;
  fault: Fault | null;
}

/** Parses the body of a HelloVerifyRequest. */
export function parseHelloVerifyRequest(bytes: Uint8Array, start: number, end: number): HelloVerifyRequestValue {
  const reader = new Reader(bytes, start, end, 'HelloVerifyRequest');
  const version = reader.u16();
  const cookie = readRange8(reader);
  expectEnd(reader);
  return { version, cookie, fault: reader.fault };
}
