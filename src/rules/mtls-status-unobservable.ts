import type { Certainty, ConnectionRecord, TlsSession } from '../model/connection-record.js';
import { type Answer, clean, inapplicable, type Rule, type RuleMetadata } from '../model/rule.js';
import { hasFatalAlert } from './shared/handshake-end.js';

const about: RuleMetadata = {
  kind: 'mtls-status-unobservable',
  severity: 'info',
  title: "Client authentication can't be read from these packets",
  meaning:
    "Whether the client was asked for a certificate and showed one can't be read: the handshake is encrypted (TLS 1.3 without " +
    'keys), resumes one that is not in the capture, has a gap, or only one direction of it was captured. Where record lengths ' +
    'allow an inference, it is given as one.',
  why: "What can't be seen is not proven: a report without findings on such a hop says nothing about mutual TLS there.",
  blindSpots: ['Everything about client authentication on these connections, except what record lengths give away.'],
  remediation: {
    general:
      'Capture again with what is missing: a key log (SSLKEYLOGFILE, then --keylog), both directions, from before the connections ' +
      'begin, with the full snap length. Resumed sessions: capture until clients make a full handshake (restart one).',
    products: {
      nginx:
        'ssl_key_log in the commercial edition (1.27.2 and later); else a key log of the clients, or a library that writes one.',
      HAProxy: 'tune.ssl.keylog on, and a log-format with the ssl_fc_*_secret fetches; or capture at a backend.',
      Envoy: 'key_log in the common_tls_context.',
      Apache: 'SSLKEYLOGFILE in the environment of httpd (2.4.49 and later).',
      Node: 'node --tls-keylog=keys.log.',
      Go: 'tls.Config.KeyLogWriter.',
      Python:
        'context.keylog_filename = "keys.log"; or SSLKEYLOGFILE in the environment with ssl.create_default_context().',
    },
  },
  cwe: [],
  standards: ['RFC 8446 4.4.2', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

/** Nothing can be said, with the reason. */
export const mtlsStatusUnobservable: Rule = { about, begin: () => ({ connection: judge }) };

function judge(record: ConnectionRecord): Answer {
  const session = record.tls!;
  const { status, requested, certainty } = session.clientAuth;
  if (status === 'resumed') {
    if (session.resumedFrom !== null) return clean;
    return fires(
      record,
      session,
      'observed',
      'Resumed, and the handshake that it rests on was not found in the capture',
    );
  }
  if (status === 'renegotiated') return inapplicable;
  if (status === 'unknown') {
    // What is known of the question, or given up before it mattered: then nothing is hidden.
    if (requested !== null || isOverBefore(record, session)) return inapplicable;
    return fires(record, session, 'observed', "It can't be told");
  }
  // Decided, though not read: that it is inferred tells it from what is not known at all.
  if (certainty === 'inferred') return fires(record, session, 'inferred', 'Not readable, only inferred');
  return clean;
}

/** The handshake failed in the open before client authentication could matter. */
function isOverBefore(record: ConnectionRecord, session: TlsSession): boolean {
  if (session.established) return false;
  if (hasFatalAlert(session, 'client') || hasFatalAlert(session, 'server')) return true;
  const whole = record.gaps.length === 0 && record.sawSyn && record.packets.client > 0 && record.packets.server > 0;
  return whole && (session.clientHello === null || session.serverHello === null);
}

function fires(record: ConnectionRecord, session: TlsSession, certainty: Certainty, what: string): Answer {
  const frame = session.serverHello?.frame ?? session.clientHello?.frame ?? record.firstFrame;
  return { answer: 'fires', certainty, frames: [frame], detail: () => `${what}: ${session.clientAuth.basis}.` };
}
