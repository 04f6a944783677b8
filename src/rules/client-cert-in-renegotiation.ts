import type { ConnectionRecord, TlsSession } from '../model/connection-record.js';
import { mayBeAskedLater } from '../model/later-request.js';
import { type Answer, clean, inapplicable, type Rule, type RuleMetadata, type Unobservable } from '../model/rule.js';
import { askedLater, finished } from './shared/handshake-end.js';

const about: RuleMetadata = {
  kind: 'client-cert-in-renegotiation',
  severity: 'info',
  title: 'Client certificate may be asked for later, under encryption',
  meaning:
    'The first handshake asked for no client certificate, and a second, encrypted one followed on the same connection ' +
    '(TLS <= 1.2), or the client offered post-handshake authentication (TLS 1.3): whether mutual TLS was done is not ' +
    'observable, and it is not called missing.',
  why:
    'Until the second handshake the server serves a client that it does not know, and what was sent before it is taken for ' +
    "the client's own afterwards; middleboxes and HTTP/2 break on it.",
  blindSpots: [
    'The second handshake is encrypted: without keys nothing of it can be told, not even that it asks for a certificate.',
    'An offer of post-handshake authentication says what the client would do, not that the server asked.',
  ],
  remediation: {
    general:
      'Ask for the certificate in the first handshake, for a whole server name or port instead of a path; with TLS 1.3 there is ' +
      'no renegotiation, and HTTP/2 forbids post-handshake authentication (RFC 8740).',
    products: {
      nginx: 'ssl_verify_client belongs into the server block: nginx never renegotiates.',
      Apache:
        'SSLVerifyClient require in the virtual host instead of a <Location> or <Directory>, which makes Apache renegotiate; a ' +
        'virtual host of its own for paths that need it.',
      Java: 'Tomcat: certificateVerification="required" on the SSLHostConfig instead of a CLIENT-CERT login on some paths.',
    },
  },
  cwe: [],
  standards: ['RFC 5746', 'RFC 8446 4.6.2', 'RFC 9846', 'RFC 8740'],
  scope: 'hop',
  concerns: 'tls',
};

/** A second, encrypted handshake followed, or post-handshake authentication was offered. */
export const clientCertInRenegotiation: Rule = { about, begin: () => ({ connection: judge }) };

function judge(record: ConnectionRecord): Answer {
  const session = record.tls!;
  const { requested, basis, certainty } = session.clientAuth;
  if (askedLater(session)) {
    return {
      answer: 'fires',
      certainty: certainty === 'none' ? 'observed' : certainty,
      frames: evidence(session),
      detail: `${basis}.`,
    };
  }
  if (requested === true || !finished(session)) return inapplicable;
  if (mayBeAskedLater(session)) {
    if (session.clientHello === null) return helloUnseen;
    const { frame } = session.clientHello;
    return {
      answer: 'fires',
      certainty: 'observed',
      frames: [frame],
      detail:
        `The client offered post-handshake authentication (frame ${frame}), so that the server may have asked ` +
        `for a certificate after the handshake; in the handshake it did not, as inferred: ${basis}.`,
    };
  }
  return clean;
}

const helloUnseen: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'the ClientHello, which may offer post-handshake authentication, is not in the capture',
});

function evidence({ renegotiationFrames, clientHello, facts }: TlsSession): number[] {
  if (renegotiationFrames.length > 0) return renegotiationFrames;
  if (facts.certificateRequest.state === 'seen') return facts.certificateRequest.frames;
  return clientHello === null ? [] : [clientHello.frame];
}
