import type { ConnectionRecord, TlsSession } from '../model/connection-record.js';
import { mayBeAskedLater } from '../model/later-request.js';

/** What one connection is counted as. */
export type Verdict =
  /** The client presented a certificate and was not refused. */
  | 'mutual'
  /** The server ended the connection over the client's certificate, or for want of one. */
  | 'refused'
  /** TLS in which only the server showed a certificate. */
  | 'one-way'
  /** A resumed session: it inherits what its full handshake settled. */
  | 'resumed'
  | 'cleartext'
  /** Encrypted, but not TLS. */
  | 'opaque'
  /** The packets don't tell; `untoldReason` says why. */
  | 'untold'
  /** Nothing was said. */
  | 'empty';

/** Judges one connection by its record. */
export function verdictOf(flow: ConnectionRecord): Verdict {
  if (flow.tls !== null && (flow.kind === 'tls' || flow.kind === 'starttls')) return tlsVerdict(flow.tls);
  if (flow.kind === 'cleartext' || flow.kind === 'opaque' || flow.kind === 'empty') return flow.kind;
  return 'untold';
}

/** Why an 'untold' connection can't be judged, in a few words. */
export function untoldReason(flow: ConnectionRecord): string {
  const { tls } = flow;
  if (flow.kind === 'unknown') return 'unknown protocol';
  if (tls === null) return flow.transport === 'udp' ? 'QUIC or DTLS' : 'handshake not captured';
  if (mayBeAskedLater(tls)) return 'may be asked after the handshake';
  if (tls.clientAuth.status === 'renegotiated') return 'encrypted renegotiation';
  if (tls.clientHello === null && tls.serverHello === null) return 'handshake not captured';
  // Of TCP, where whoever is there answers the SYN, silence is not what a direction without packets means.
  if (flow.transport === 'tcp' && (flow.packets.client === 0 || flow.packets.server === 0)) return 'one direction only';
  if (tls.serverHello === null) return 'handshake without an answer';
  if (flow.gaps.length > 0) return 'gap';
  if (flow.packets.client === 0 || flow.packets.server === 0) return 'one direction only';
  if (tls.version === 'TLSv1.3' && !tls.decrypted) return 'TLS 1.3 without keys';
  return 'handshake incomplete';
}

/** The verdict in at most 15 columns, for tables. */
export function verdictWords(flow: ConnectionRecord): string {
  const verdict = verdictOf(flow);
  if (verdict === 'mutual') return flow.tls?.clientAuth.certainty === 'inferred' ? 'mutual (likely)' : 'mutual';
  if (verdict === 'one-way') return flow.tls?.clientAuth.status === 'declined' ? 'one-way, asked' : 'one-way';
  return verdict === 'untold' ? "can't be told" : verdict;
}

function tlsVerdict(tls: TlsSession): Verdict {
  const { status, outcome } = tls.clientAuth;
  const refused = outcome === 'rejected' || outcome === 'dropped';
  switch (status) {
    case 'presented':
      return refused ? 'refused' : 'mutual';
    case 'declined':
      return refused ? 'refused' : 'one-way';
    case 'not-requested':
      return mayBeAskedLater(tls) ? 'untold' : 'one-way';
    case 'resumed':
      return 'resumed';
    default:
      return 'untold';
  }
}
