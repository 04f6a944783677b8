// Client authentication in TLS 1.3 as keys show it: the messages are read, nothing is inferred.
import type { ClientAuth } from '../../model/connection-record.js';
import type { Direction } from '../../model/stream.js';
import { tlsAlertLevels, tlsAlerts } from '../../registry/tls-alerts.js';
import { other } from '../listener.js';
import type { DecryptedObservations } from './decrypted-observations.js';
import type { TlsObservations } from './tls-observations.js';

/** Judges a full handshake of TLS 1.3 by what keys opened; null where that does not decide. */
export function judgeDecrypted(seen: TlsObservations, client: Direction): ClientAuth | null {
  const { decrypted, requestFrame } = seen.answer;
  if (decrypted === null || decrypted.messages === 0) return null;
  const server = other(client);
  const asked = requestFrame > 0 && requestFrame !== decrypted.laterRequestFrame;
  const { certificateFrame, certificates } = seen.of(client);
  const answered = certificateFrame > 0 && certificateFrame !== decrypted.laterCertificateFrame;
  const told = (status: ClientAuth['status'], requested: boolean, basis: string): ClientAuth => ({
    status,
    requested,
    outcome: decryptedOutcome(seen, client),
    certainty: status === 'unknown' ? 'none' : 'decrypted',
    basis: basis + laterWords(decrypted),
  });
  const question = asked ? `CertificateRequest in frame ${requestFrame}` : 'the request for it is not in the capture';
  if (answered) {
    const count = certificates!.length;
    const list = count === 0 ? 'an empty list' : `${count} certificate${count === 1 ? '' : 's'}`;
    const answer = `client Certificate with ${list} in frame ${certificateFrame}`;
    return told(count > 0 ? 'presented' : 'declined', true, `decrypted: ${question}; ${answer}`);
  }
  if (asked) return told('unknown', true, `decrypted: ${question}; the client's answer is not there`);
  if (decrypted.flightWhole(server)) {
    const flight = `EncryptedExtensions in frame ${decrypted.encryptedExtensionsFrame} to Finished in frame ${decrypted.finishedFrame(server)}`;
    return told('not-requested', false, `decrypted: ${flight} hold no CertificateRequest`);
  }
  if (decrypted.flightWhole(client)) {
    const flight = `no Certificate before the client's Finished in frame ${decrypted.finishedFrame(client)}`;
    return told('not-requested', false, `decrypted: ${flight}, which a client that was asked would have sent`);
  }
  return null;
}

/** What was asked after the handshake, and what came of it, as the end of a sentence; empty where nothing was. */
export function laterWords(decrypted: DecryptedObservations): string {
  const { laterRequestFrame, laterCertificateFrame, laterCertificateCount } = decrypted;
  if (laterRequestFrame === 0) return '';
  const asked = `; asked later, in frame ${laterRequestFrame}`;
  if (laterCertificateFrame === 0) return `${asked}, and no answer was seen`;
  if (laterCertificateCount === 0) return `${asked}, and answered with an empty list in frame ${laterCertificateFrame}`;
  const list = `${laterCertificateCount} certificate${laterCertificateCount === 1 ? '' : 's'}`;
  return `${asked}, and answered with ${list} in frame ${laterCertificateFrame}`;
}

/** What the server did after the client's part of the handshake; `unknown` where the capture does not show that. */
export function decryptedOutcome(seen: TlsObservations, client: Direction): ClientAuth['outcome'] {
  const { decrypted } = seen.answer;
  const server = other(client);
  if (decrypted === null || decrypted.finishedFrame(client) === 0) {
    const { certificateFrame } = seen.of(client);
    return certificateFrame > 0 && firstRefusal(seen, server) > 0 ? 'rejected' : 'unknown';
  }
  // A resumed session may be served before the client's Finished: on early data.
  if (decrypted.servedFrame > 0 || (seen.answer.resumed === true && decrypted.applicationFrames[server] > 0)) {
    return 'accepted';
  }
  if (firstRefusal(seen, server) > 0) return 'rejected';
  // Keys that reach no further than the handshake, or are another's: an answer may be in what they leave closed.
  if (decrypted.closedFrames[server] > 0) return 'unknown';
  const serverEnds = firstEndFrame(seen, server);
  const clientEnds = firstEndFrame(seen, client);
  const serverFirst = serverEnds > 0 && (clientEnds === 0 || serverEnds < clientEnds);
  const tickets = decrypted.ticketFrame > 0;
  if (!serverFirst) {
    if (clientEnds === 0) return 'unknown';
    // A server that need not answer (syslog) has read what the client sent, or it would have reset the connection.
    const { finFrame, rstFrame } = seen.of(server);
    const hasRead = decrypted.applicationFrames[client] > 0 && finFrame > 0 && rstFrame === 0;
    return tickets || hasRead ? 'accepted' : 'unknown';
  }
  if (seen.of(server).hiddenBecause !== null) return 'unknown';
  return tickets ? 'dropped' : 'rejected';
}

/** Frame in which a direction began to end the connection: its first alert, FIN or RST; 0 = none was seen. */
export function firstEndFrame(seen: TlsObservations, direction: Direction): number {
  const alert = seen.answer.alerts?.find((candidate) => candidate.direction === direction)?.frame ?? 0;
  const { finFrame, rstFrame } = seen.of(direction);
  return [alert, finFrame, rstFrame].reduce(
    (first, frame) => (first === 0 || (frame > 0 && frame < first) ? frame : first),
    0,
  );
}

/** Frame of the server's first fatal alert; 0 = none was read. */
function firstRefusal(seen: TlsObservations, server: Direction): number {
  const refusal = seen.answer.alerts?.find(
    ({ direction, level, code }) =>
      direction === server && level === tlsAlertLevels.fatal && code !== tlsAlerts.close_notify,
  );
  return refusal?.frame ?? 0;
}
