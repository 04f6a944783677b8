// How far a handshake came, as rules need to know it: a version or suite that the client refused was never in use.
import type { ConnectionRecord, HandshakeMessageRecord, TlsSession } from '../../model/connection-record.js';
import type { Unobservable } from '../../model/rule.js';
import type { Side } from '../../model/side.js';
import { finished, hasFatalAlert } from './handshake-end.js';

/** Alerts by which a client refuses what the ServerHello chose: version, suite or parameters (RFC 9846, Error Alerts). */
const refusals: ReadonlySet<string> = new Set([
  'protocol_version',
  'handshake_failure',
  'insufficient_security',
  'illegal_parameter',
  'inappropriate_fallback',
]);

/** Alerts that judge a certificate: they say nothing against the version. */
const certificateAlerts: ReadonlySet<string> = new Set([
  'no_certificate',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'unknown_ca',
  'certificate_unobtainable',
  'bad_certificate_status_response',
  'bad_certificate_hash_value',
  'certificate_required',
]);

/** Whether what the server chose stands: the client did not refuse it before protected data flowed. */
export function choiceStands(tls: TlsSession): boolean {
  if (tls.established) return true;
  for (const { from, description } of tls.alerts) {
    if (from === 'client' && description !== null && refusals.has(description)) return false;
  }
  return true;
}

/** Whether a handshake was begun, and broken off by an alert, a close or a reset for another reason than a certificate. */
export function isBrokenOff({ tls, closed, gaps }: ConnectionRecord): boolean {
  if (tls === null || tls.clientHello === null || gaps.length > 0 || finished(tls)) return false;
  for (const { description } of tls.alerts)
    if (description !== null && certificateAlerts.has(description)) return false;
  if (tls.version === 'TLSv1.3' && versionStood(tls, closed)) return false;
  return closed !== 'open' || hasFatalAlert(tls, 'client') || hasFatalAlert(tls, 'server');
}

/**
 * Whether a handshake of TLS 1.3 came so far that its version is not what ended it, as far as can be told without keys: the
 * server refused the client's answer, or the client went on past one record (an alert takes one) and nobody reset.
 */
function versionStood({ clientAuth, messages, records }: TlsSession, closed: ConnectionRecord['closed']): boolean {
  if (clientAuth.requested === true && clientAuth.outcome === 'rejected') return true;
  let clear = 0;
  for (const { from } of messages) if (from === 'client') clear++;
  return closed !== 'rst' && records.client > clear + 1;
}

/** The first message of a type from a side, or null. */
export function firstMessage(tls: TlsSession, type: string, from: Side): HandshakeMessageRecord | null {
  for (const message of tls.messages) if (message.type === type && message.from === from) return message;
  return null;
}

/** Frame in which the server's choice stands; the connection's first where the ServerHello is of SSLv2. */
export function choiceFrame({ tls, firstFrame }: ConnectionRecord): number {
  return tls?.serverHello?.frame ?? tls?.messages.find(({ from }) => from === 'server')?.frame ?? firstFrame;
}

/** The server speaks, and what it chose was not captured. */
export const choiceUnseen: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'the ServerHello is not in the capture',
});

/** Whether the server spoke TLS on this connection though its ServerHello was not seen. */
export function missesChoice(tls: TlsSession): boolean {
  return tls.serverHello === null && tls.version === null && tls.records.server > 0 && !hasFatalAlert(tls, 'server');
}
