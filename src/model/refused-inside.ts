// Servers that let the handshake pass and refuse inside of it.
import type { ConnectionRecord } from './connection-record.js';

/**
 * Whether all that a client asked was refused inside of the connection over its certificate, as far as keys let it be read: nginx
 * answers 400 to a client without a good one, others 403 (RFC 9110 §15.5.1, §15.5.4). A client whose certificate is sound was
 * refused for something else; and one of which nothing is known may have been, where the answer was 403.
 */
export function refusedInside({ content, tls }: ConnectionRecord): boolean {
  if (content === null || tls === null || !content.decrypted || content.requests.length === 0) return false;
  const verdict = tls.clientVerification;
  const hasFlaw = verdict !== null && (verdict.problems.length > 0 || verdict.trust === 'untrusted');
  if (verdict !== null && !hasFlaw && verdict.trust === 'trusted') return false;
  const mayBeForbidden = hasFlaw || tls.clientAuth.status === 'declined';
  for (const { status } of content.requests)
    if (status !== '400' && !(status === '403' && mayBeForbidden)) return false;
  return true;
}
