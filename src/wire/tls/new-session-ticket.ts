// RFC 5077 §3.3: lifetime 4, ticket behind a 16-bit length. RFC 9846 (NewSessionTicket): lifetime 4, age_add 4, nonce behind
// an 8-bit length, ticket behind a 16-bit length, extensions. Drafts before 21 have no nonce.

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { isTls13Draft, messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import { type ByteRange, readRange8, readRange16 } from './byte-range.js';
import { expectEnd, messageFault } from './faults.js';
import { maxExtensions } from './limits.js';

/** A NewSessionTicket; the ticket is lent and absolute. */
export interface NewSessionTicketValue {
  lifetimeSeconds: number;
  /** Null where cut. */
  ticket: ByteRange | null;
  /** early_data of a TLS 1.3 ticket: octets that the server takes, or null. */
  maxEarlyData: number | null;
  fault: Fault | null;
}

/** Parses the body of a NewSessionTicket in the form of `version`, the negotiated one. */
export function parseNewSessionTicket(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: number,
): NewSessionTicketValue {
  const reader = new Reader(bytes, start, end, 'NewSessionTicket');
  const lifetimeSeconds = reader.u32();
  const isNew = messageVersion(version) === tlsVersions.tls13;
  if (isNew) reader.skip(4);
  if (isNew && !(isTls13Draft(version) && (version & 0xff) < 21)) readRange8(reader);
  const ticket = readRange16(reader);
  if (!isNew) {
    expectEnd(reader);
    return { lifetimeSeconds, ticket, maxEarlyData: null, fault: reader.fault };
  }
  const extensions = reader.vector16('NewSessionTicket.extensions');
  const maxEarlyData = readMaxEarlyData(extensions);
  expectEnd(reader);
  return { lifetimeSeconds, ticket, maxEarlyData, fault: messageFault(reader, extensions) };
}

function readMaxEarlyData(extensions: Reader): number | null {
  let octets: number | null = null;
  for (let count = 0; extensions.remaining > 0 && count < maxExtensions; count++) {
    const type = extensions.u16();
    const body = extensions.vector16('NewSessionTicket.extension');
    if (extensions.fault === null && type === tlsExtensions.early_data && body.remaining >= 4) octets = body.u32();
  }
  return octets;
}
