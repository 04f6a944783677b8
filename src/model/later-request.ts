import type { TlsSession } from './connection-record.js';

/**
 * Whether the server may have asked for a certificate after a handshake without a request, where nobody can see it: in TLS 1.3 it
 * may at any time, where the client offered post-handshake authentication (RFC 9846, formerly RFC 8446 §4.6.2) or may have. False where
 * keys opened all that followed, or the lengths of the client's records rule an answer out.
 */
export function mayBeAskedLater({ version, clientHello, clientAuth, renegotiationFrames }: TlsSession): boolean {
  return (
    version === 'TLSv1.3' &&
    clientAuth.status === 'not-requested' &&
    clientHello?.postHandshakeAuth !== false &&
    renegotiationFrames.length > 0
  );
}
