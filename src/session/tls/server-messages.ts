// Messages of the server that say what it wants and gives: CertificateRequest, ServerKeyExchange, NewSessionTicket. Each function
// takes a message's body, `bytes[start, end)`, lent, and the frame that completed it.
import type { Direction } from '../../model/stream.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { parseCertificateRequest } from '../../wire/tls/certificate-request.js';
import { parseNewSessionTicket } from '../../wire/tls/new-session-ticket.js';
import { parseServerKeyExchange } from '../../wire/tls/server-key-exchange.js';
import { canonicalNames } from '../../wire/x509/canonical-name.js';
import { parseDistinguishedName } from '../../wire/x509/distinguished-name.js';
import type { RequestContent } from '../content/request-content.js';
import { emptyList } from '../empty-list.js';
import { maxListedTickets } from '../limits.js';
import { other } from '../listener.js';
import type { SessionMemory } from '../shared/session-memory.js';
import { laterHandshake } from './decrypted-handshake.js';
import type { TlsObservations } from './tls-observations.js';

/** A CertificateRequest, of the first handshake or a later one. */
export function readCertificateRequest(
  memory: SessionMemory,
  seen: TlsObservations,
  bytes: Uint8Array,
  start: number,
  end: number,
  frame: number,
): void {
  const answer = seen.answered();
  const later = laterHandshake(seen, other(seen.client!));
  if (later !== null) later.laterRequestFrame ||= frame;
  if (answer.request !== null) return;
  answer.requestFrame = frame;
  const version = seen.version ?? tlsVersions.tls12;
  const known = memory.requests.find(bytes, start, end);
  if (known !== undefined && known.version === version) {
    answer.request = known;
    return;
  }
  const value = parseCertificateRequest(bytes, start, end, version);
  if (value.fault !== null) seen.odd(`CertificateRequest ${value.fault.kind}`);
  const content: RequestContent = {
    version,
    types: [...value.types],
    signatureAlgorithms: [...value.signatureAlgorithms],
    authorities: value.authorities.map((name) => parseDistinguishedName(bytes, name.start, name.end)),
    // Of a list that is not there to its end nobody can say who is missing from it.
    authorityNames: value.fault === null ? canonicalNames(bytes, value.authorities) : emptyList,
  };
  if (known === undefined && value.fault === null) memory.requests.add(bytes, start, end, content);
  answer.request = content;
}

/** A ServerKeyExchange. */
export function readServerKeyExchange(
  memory: SessionMemory,
  seen: TlsObservations,
  direction: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  frame: number,
): void {
  const suite = seen.serverHello?.cipherSuite;
  if (seen.answer.serverKeyExchange !== null || suite === null || suite === undefined) return;
  const value = parseServerKeyExchange(bytes, start, end, suite, seen.version ?? tlsVersions.tls12);
  if (value.fault !== null) seen.odd(`ServerKeyExchange ${value.fault.kind}`);
  seen.answered().serverKeyExchange = {
    frame,
    kind: value.kind,
    group: value.group,
    primeBits: value.primeBits,
    signatureAlgorithm: value.signatureScheme,
  };
  memory.signatures.serverKeyExchange(seen, direction, bytes, value, frame);
}

/** A NewSessionTicket: it may be known again when it is used. */
export function readTicket(
  memory: SessionMemory,
  seen: TlsObservations,
  direction: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  frame: number,
): void {
  const value = parseNewSessionTicket(bytes, start, end, seen.version ?? tlsVersions.tls12);
  const answer = seen.answered();
  if (value.ticket === null || (answer.tickets?.length ?? 0) >= maxListedTickets) return;
  const { start: from, end: to } = value.ticket;
  const ticket = { direction, frame, lifetimeSeconds: value.lifetimeSeconds, length: to - from };
  if (answer.tickets === null) answer.tickets = [ticket];
  else answer.tickets.push(ticket);
  const key = memory.resumptions.keyOf(bytes, from, to);
  // RFC 5077 §3.3: a resumption renews the ticket before its ChangeCipherSpec, by which alone it is told.
  if (answer.resumed === false) memory.resumptions.remember(key, seen.flowId);
  else if (answer.resumedFrom !== null) memory.resumptions.remember(key, answer.resumedFrom);
  else answer.renewedTicketKey = key;
}
