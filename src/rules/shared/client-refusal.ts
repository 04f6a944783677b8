// Whether the server refused a client over its certificate or for want of one, and which frame shows it.
import type { Certainty, ConnectionRecord, TlsSession } from '../../model/connection-record.js';
import { refusedInside } from '../../model/refused-inside.js';
import { endedOtherwise, refusingAlert } from './refusal.js';

/** A refusal, with what shows it. */
export interface ClientRefusal {
  certainty: Certainty;
  frames: number[];
  /** How the server did it, to follow "the server". */
  how: string;
}

/** The refusal of a client that was asked for a certificate; null where there was none, or none can be told. */
export function clientRefusal(record: ConnectionRecord): ClientRefusal | null {
  const session = record.tls!;
  const { requested, outcome, certainty, status } = session.clientAuth;
  if (requested !== true) return null;
  const known: Certainty = certainty === 'none' ? 'observed' : certainty;
  if (outcome === 'accepted' && (status === 'presented' || status === 'declined') && refusedInside(record)) {
    const frames = record.content!.requests.map(({ answerFrame }) => answerFrame ?? 0).filter((frame) => frame > 0);
    return {
      certainty: 'decrypted',
      frames,
      how: `answered ${record.content!.requests[0]!.status} inside the connection`,
    };
  }
  if (outcome !== 'rejected') return null;
  const alert = refusingAlert(session, 'server');
  if (alert !== null)
    return { certainty: known, frames: [alert.frame], how: `ended the handshake with alert ${alert.description}` };
  if (endedOtherwise(session, 'server')) return status === 'declined' ? refusalOfNothing(session) : null;
  // Only the server's end of the handshake shows it.
  const encrypted = session.alerts.find(({ from }) => from === 'server');
  const frame = encrypted?.frame ?? record.lastFrame;
  return { certainty: known, frames: [frame], how: 'closed the connection instead of completing the handshake' };
}

/** GnuTLS misses the certificate in an empty list, and says so by decode_error. */
function refusalOfNothing({ alerts }: TlsSession): ClientRefusal | null {
  const alert = alerts.find(({ from, description }) => from === 'server' && description === 'decode_error');
  if (alert === undefined) return null;
  return {
    certainty: 'inferred',
    frames: [alert.frame],
    how: 'ended the handshake with alert decode_error after an empty list of certificates',
  };
}
