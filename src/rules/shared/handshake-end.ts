// How a handshake ended, as rules need to know it.
import type { TlsSession } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';

/** Whether both sides completed the handshake: both went on to data, or both were done with it where that is readable. */
export function finished(session: TlsSession): boolean {
  if (session.established) return true;
  if (session.version === null) return false;
  // ChangeCipherSpec says nothing then: middleboxes want to see it (RFC 9846 / 8446 appendix D.4).
  if (session.version === 'TLSv1.3') return session.clientAuth.outcome === 'accepted';
  if (hasFatalAlert(session, 'client') || hasFatalAlert(session, 'server')) return false;
  let client = false;
  let server = false;
  for (const { type, from } of session.messages) {
    if (type !== 'change_cipher_spec') continue;
    if (from === 'client') client = true;
    else server = true;
  }
  return client && server;
}

/** Whether a certificate was asked for after a first handshake without a request, or may have been under encryption. */
export function askedLater({ clientAuth, facts }: TlsSession): boolean {
  if (clientAuth.status === 'renegotiated') return true;
  return clientAuth.status === 'not-requested' && facts.certificateRequest.state === 'seen';
}

/** Whether a side ended the connection with a readable alert that is no farewell. */
export function hasFatalAlert({ alerts }: TlsSession, from: Side): boolean {
  for (const alert of alerts) {
    if (alert.from === from && alert.level === 'fatal' && alert.description !== 'close_notify') return true;
  }
  return false;
}
