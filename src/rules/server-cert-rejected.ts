import type { ConnectionRecord } from '../model/connection-record.js';
import { type Answer, clean, inapplicable, type Rule, type RuleMetadata, type Unobservable } from '../model/rule.js';
import { certificateAlert } from './shared/refusal.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'server-cert-rejected',
  severity: 'info',
  title: "Client refused the server's certificate",
  meaning:
    'The client ended the handshake with an alert that names the certificate of the server as its cause: validation works.',
  why:
    'It is the proof that the client verifies whom it talks to. If it ought to get through, the service is down for it: the ' +
    "certificate is expired, for another name, or of a CA that the client doesn't know. Or somebody else answered.",
  blindSpots: [
    'TLS 1.3 encrypts the alert: without keys nothing is said.',
    'Clients that close without an alert, or send one without a cause (handshake_failure), are not told.',
  ],
  remediation: {
    general:
      'Give the server a valid certificate with the names that clients use, and its intermediates; give the client the CA. Never ' +
      'switch the verification off to get through.',
    products: verifyServers,
  },
  cwe: [],
  standards: ['RFC 5246 7.2.2', 'RFC 8446 6.2', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

/** The client refused the server's certificate. */
export const serverCertRejected: Rule = { about, begin: () => ({ connection: judge }) };

function judge(record: ConnectionRecord): Answer {
  const session = record.tls!;
  const { facts, serverHello, established, version } = session;
  if (serverHello === null && facts.serverCertificate.state !== 'seen') return inapplicable;
  if (established || session.resumed === true) return clean;
  const alert = certificateAlert(session, 'client');
  if (alert !== null) {
    const frames =
      facts.serverCertificate.state === 'seen' ? [...facts.serverCertificate.frames, alert.frame] : [alert.frame];
    return {
      answer: 'fires',
      certainty: alert.encrypted ? 'decrypted' : 'observed',
      frames,
      detail: `The client ended the handshake with alert ${alert.description} in frame ${alert.frame}.`,
    };
  }
  return version === 'TLSv1.3' && !session.decrypted ? encrypted : clean;
}

const encrypted: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'TLS 1.3 encrypts alerts, and the handshake did not lead to a connection',
});
