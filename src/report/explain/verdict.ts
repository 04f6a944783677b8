import type { ConnectionRecord } from '../../model/connection-record.js';
import { harmless } from '../harmless.js';
import { untoldReason, verdictOf } from '../verdict.js';

/** The verdict on one connection as a sentence or two. */
export function explanationOf(flow: ConnectionRecord): string {
  switch (verdictOf(flow)) {
    case 'mutual':
      return mutualExplanation(flow);
    case 'refused':
      return refusedExplanation(flow);
    case 'one-way':
      return flow.tls?.clientAuth.status === 'declined'
        ? 'One-way TLS: the server asked for a client certificate and the client sent none.'
        : 'One-way TLS: the server did not ask for a client certificate.';
    case 'resumed':
      return resumedExplanation(flow);
    case 'cleartext':
      return `Cleartext${flow.protocol === null ? '' : ` (${harmless(flow.protocol)})`}: whoever carries these packets can read and change them. There is no TLS handshake.${basis(flow)}`;
    case 'opaque':
      return `Encrypted, but not by TLS${flow.protocol === null ? '' : ` (${harmless(flow.protocol)})`}: this program does not judge who was authenticated.${basis(flow)}`;
    case 'empty':
      return 'No payload was sent: there is nothing to judge.';
    case 'untold':
      return `It can't be told whether TLS was mutual here: ${untoldReason(flow)}.${basis(flow)}`;
  }
}

function mutualExplanation(flow: ConnectionRecord): string {
  const start = 'Mutual TLS: the client presented a certificate';
  if (flow.tls?.clientAuth.outcome !== 'accepted') return `${start}; what the server made of it is not seen.`;
  return `${start} and the server went on. That proves neither that the server checked it nor that it would insist on one.`;
}

function refusedExplanation(flow: ConnectionRecord): string {
  const auth = flow.tls?.clientAuth;
  const what =
    auth?.status === 'presented'
      ? 'the client presented a certificate'
      : 'the client was asked for a certificate and sent none';
  return `Refused: ${what}, and the server ${auth?.outcome === 'dropped' ? 'dropped' : 'refused'} the connection.`;
}

function resumedExplanation(flow: ConnectionRecord): string {
  const from = flow.tls?.resumedFrom ?? null;
  const inherits = 'Resumed TLS: no certificates are exchanged; it inherits what its full handshake settled';
  return from === null ? `${inherits}, which is not in this capture.` : `${inherits}, which is flow ${from}.`;
}

function basis(flow: ConnectionRecord): string {
  if (flow.kindBasis === null) return '';
  const text = harmless(flow.kindBasis, 500);
  return ` ${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
