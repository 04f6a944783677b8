// Client authentication as the packets tell it, for handshakes that are readable (TLS <= 1.2). What is encrypted or missing
// stays unknown: nothing is guessed here.

import type { ClientAuth } from '../../model/connection-record.js';
import type { Direction } from '../../model/stream.js';
import { tlsAlertLevels, tlsAlerts } from '../../registry/tls-alerts.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import type { InferredClientAuth } from '../inference/inference.js';
import type { InferredOutcome } from '../inference/inference-outcome.js';
import { other } from '../listener.js';
import { decryptedOutcome, firstEndFrame, judgeDecrypted, laterWords } from './client-auth-decrypted.js';
import { outOfStep } from './record-layer.js';
import type { TlsObservations } from './tls-observations.js';

/** Judges a connection whose client is `client`; `inferred` is what record lengths say of it in TLS 1.3. */
export function judgeClientAuth(
  seen: TlsObservations,
  client: Direction,
  inferred: InferredClientAuth | InferredOutcome | null,
): ClientAuth {
  const server = other(client);
  if (seen.answer.resumed === true) {
    return {
      status: 'resumed',
      requested: null,
      outcome: resumedOutcome(seen, client, inferred),
      certainty: 'observed',
      basis: `the session was resumed (frame ${seen.answer.resumedFrame}), so no certificate was asked for or sent on this connection`,
    };
  }
  if (seen.answer.sslv2ServerFrame > 0)
    return unknown(null, 'SSLv2 asks for client certificates after encryption has begun');
  const serverSide = seen.of(server);
  const clientSide = seen.of(client);
  if (seen.version === tlsVersions.tls13) {
    const read = judgeDecrypted(seen, client);
    if (read !== null) return read;
  } else if (isLaterRequest(seen)) return judgeRenegotiation(seen, client);
  else if (seen.answer.requestFrame > 0) return judgeAnswer(seen, client);
  if (inferred !== null && 'basis' in inferred) {
    const { status, requested, certainty, basis } = inferred;
    return { status, requested, outcome: inferred.outcome, certainty, basis };
  }
  if (seen.version === tlsVersions.tls13) {
    const why = seen.answer.closedBecause ?? 'no keys are given';
    return unknown(null, `TLS 1.3 encrypts CertificateRequest and Certificate, and ${why}`);
  }
  if (clientSide.certificateFrame > 0) {
    return {
      status: clientSide.certificates!.length > 0 ? 'presented' : 'declined',
      // RFC 5246 §7.4.6: the client sends it only when asked.
      requested: !seen.answer.serverFlightWhole,
      outcome: outcome(seen, client),
      certainty: 'observed',
      basis: `client Certificate in frame ${clientSide.certificateFrame}; the request for it is ${seen.answer.serverFlightWhole ? "not in the server's part of the handshake" : 'not in the capture'}`,
    };
  }
  if (seen.serverHelloFrame === 0) {
    return unknown(null, serverSide.hiddenBecause ?? whyNoServerHello(seen, server));
  }
  if (!seen.answer.serverFlightWhole) {
    const reason = serverSide.hiddenBecause;
    if (reason !== null) return unknown(null, `part of the server's handshake is missing: ${reason}`);
    return unknown(null, 'the capture ends before the server had finished its part of the handshake');
  }
  const proof = `ServerHello in frame ${seen.serverHelloFrame} to ServerHelloDone in frame ${seen.answer.serverHelloDoneFrame} hold no CertificateRequest`;
  const renegotiation = seen.answer.renegotiationFrames?.[0];
  if (renegotiation !== undefined && !readWithoutRequest(seen, client)) {
    return {
      status: 'renegotiated',
      requested: null,
      outcome: outcome(seen, client),
      certainty: 'observed',
      basis: `${proof}; a second, encrypted handshake began in frame ${renegotiation} and may have asked`,
    };
  }
  return {
    status: 'not-requested',
    requested: false,
    outcome: outcome(seen, client),
    certainty: 'observed',
    basis: renegotiation === undefined ? proof : `${proof}, nor does the handshake from frame ${renegotiation} on`,
  };
}

/** The server asked only in a handshake after the first, which keys opened. */
function isLaterRequest({ answer }: TlsObservations): boolean {
  return (
    answer.decrypted !== null && answer.requestFrame > 0 && answer.requestFrame === answer.decrypted.laterRequestFrame
  );
}

/** Renegotiated under encryption, and the keys show what was asked then and what was answered. */
function judgeRenegotiation(seen: TlsObservations, client: Direction): ClientAuth {
  const decrypted = seen.answer.decrypted!;
  const first = seen.answer.serverFlightWhole
    ? 'not asked in the first handshake'
    : 'what the first handshake asked is not known';
  return {
    status: 'renegotiated',
    requested: true,
    outcome: renegotiationOutcome(seen, client),
    certainty: 'decrypted',
    basis: `decrypted: ${first}${laterWords(decrypted)}`,
  };
}

/** A fatal alert after the request, or that the server went on. */
function renegotiationOutcome(seen: TlsObservations, client: Direction): ClientAuth['outcome'] {
  const { alerts, decrypted } = seen.answer;
  const refusal = alerts?.some(
    ({ direction, frame, level }) =>
      direction !== client && level === tlsAlertLevels.fatal && frame >= decrypted!.laterRequestFrame,
  );
  if (refusal) return 'rejected';
  return decrypted!.laterServedFrame > 0 ? 'accepted' : 'unknown';
}

/** Keys opened all of the server's direction: a request would have been seen. */
function readWithoutRequest(seen: TlsObservations, client: Direction): boolean {
  const { decrypted, closedBecause } = seen.answer;
  const server = other(client);
  return decrypted?.flightWhole(server) === true && closedBecause === null && seen.of(server).hiddenBecause === null;
}

function resumedOutcome(
  seen: TlsObservations,
  client: Direction,
  inferred: InferredClientAuth | InferredOutcome | null,
): ClientAuth['outcome'] {
  const read = seen.version === tlsVersions.tls13 ? decryptedOutcome(seen, client) : 'unknown';
  return read === 'unknown' ? (inferred?.outcome ?? outcome(seen, client)) : read;
}

function judgeAnswer(seen: TlsObservations, client: Direction): ClientAuth {
  const clientSide = seen.of(client);
  const asked = `CertificateRequest in frame ${seen.answer.requestFrame}`;
  if (clientSide.certificateFrame > 0) {
    const count = clientSide.certificates!.length;
    return {
      status: count > 0 ? 'presented' : 'declined',
      requested: true,
      outcome: outcome(seen, client),
      certainty: 'observed',
      basis: `${asked}; client Certificate with ${count === 0 ? 'an empty list' : plural(count, 'certificate')} in frame ${clientSide.certificateFrame}`,
    };
  }
  // SSLv3 answers with a warning instead of an empty list (RFC 6101 §5.6.6).
  const refusal = seen.answer.alerts?.find(
    (alert) => alert.direction === client && alert.code === tlsAlerts.no_certificate,
  );
  if (refusal !== undefined) {
    return {
      status: 'declined',
      requested: true,
      outcome: outcome(seen, client),
      certainty: 'observed',
      basis: `${asked}; alert no_certificate from the client in frame ${refusal.frame}`,
    };
  }
  if (seen.answer.clientKeyExchangeFrame > 0 && (seen.answer.clientFlightWhole || clientSide.hiddenBecause === null)) {
    return {
      status: 'declined',
      requested: true,
      outcome: outcome(seen, client),
      certainty: 'observed',
      basis: `${asked}; the client went on without a Certificate message (ClientKeyExchange in frame ${seen.answer.clientKeyExchangeFrame})`,
    };
  }
  return unknown(true, `${asked}; ${clientSide.hiddenBecause ?? 'the client ended the handshake before it answered'}`);
}

/** What the server did with the answer: protected data, an alert, or an end. */
function outcome(seen: TlsObservations, client: Direction): ClientAuth['outcome'] {
  const server = other(client);
  const serverSide = seen.of(server);
  const fatal = seen.answer.alerts?.some(
    (alert) =>
      alert.direction === server &&
      alert.level === tlsAlertLevels.fatal &&
      alert.code !== tlsAlerts.close_notify &&
      // One that keys opened may end what was long accepted.
      !(alert.encrypted && serverSide.applicationFrame > 0),
  );
  if (fatal) return 'rejected';
  if (seen.version === tlsVersions.tls13) return 'unknown';
  if (serverSide.applicationFrame > 0 && serverSide.changeCipherSpecFrame > 0) return 'accepted';
  const ended = serverSide.finFrame > 0 || serverSide.rstFrame > 0;
  if (!ended || (serverSide.hiddenBecause !== null && !leftTls(seen, server))) return 'unknown';
  const clientSide = seen.of(client);
  if (clientSide.changeCipherSpecFrame === 0) return 'unknown';
  const isFinished = serverSide.changeCipherSpecFrame > 0;
  const clientEnds = firstEndFrame(seen, client);
  // Ended by the server after the client's Finished: without its own Finished it refused, with it it let the client go.
  if (clientEnds === 0 || firstEndFrame(seen, server) <= clientEnds) return isFinished ? 'dropped' : 'rejected';
  // The client left. A server that need not answer (syslog) has read what it sent: with octets unread it would have reset.
  return isFinished && clientSide.applicationFrame > 0 && serverSide.rstFrame === 0 ? 'accepted' : 'unknown';
}

function whyNoServerHello(seen: TlsObservations, server: Direction): string {
  const ended = firstEndFrame(seen, server);
  const hasAsked = seen.clientHelloFrame > 0 && ended > seen.clientHelloFrame;
  return hasAsked
    ? `the server ended the connection without a ServerHello (frame ${ended})`
    : 'no ServerHello is in the capture';
}

/** Whether nothing of a direction was lost, but it went on in clear after its alert, as servers of mail do that refuse. */
function leftTls(seen: TlsObservations, direction: Direction): boolean {
  const alerts = seen.answer.alerts ?? [];
  return seen.of(direction).hiddenBecause === outOfStep && alerts.some((alert) => alert.direction === direction);
}

function unknown(requested: boolean | null, basis: string): ClientAuth {
  return { status: 'unknown', requested, outcome: 'unknown', certainty: 'none', basis };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
