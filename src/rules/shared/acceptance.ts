// "Accepted" means that the peer went on: protected application data from the side that had to validate, after the certificate
// was shown, and no alert that refuses it.
import type { Certainty, ConnectionRecord, Fact, TlsSession } from '../../model/connection-record.js';
import { refusedInside } from '../../model/refused-inside.js';
import type { Side } from '../../model/side.js';
import { hasFatalAlert } from './handshake-end.js';

/** What came of a certificate. */
export type Acceptance = 'accepted' | 'refused' | 'unknown';

/** What the server did with the client's certificate. */
export function acceptanceByServer(record: ConnectionRecord, session: TlsSession): Acceptance {
  const { outcome } = session.clientAuth;
  if (outcome === 'rejected' || hasFatalAlert(session, 'server')) return 'refused';
  if (outcome !== 'accepted') return 'unknown';
  return refusedInside(record) ? 'refused' : 'accepted';
}

/** What the client did with the server's certificate. */
export function acceptanceByClient(record: ConnectionRecord, session: TlsSession): Acceptance {
  if (hasFatalAlert(session, 'client')) return 'refused';
  if (session.established) return 'accepted';
  // In TLS 1.3 Finished and alerts travel in the same records as data.
  if (session.version === 'TLSv1.3' || session.version === null) return 'unknown';
  const shown = lastFrame(session.facts.serverCertificate);
  return record.exchanges.some(({ frame, clientOctets }) => frame > shown && clientOctets > 0) ? 'accepted' : 'unknown';
}

/** What the peer of `side` did with the certificate that `side` showed. */
export function acceptanceOf(side: Side, record: ConnectionRecord, session: TlsSession): Acceptance {
  return side === 'client' ? acceptanceByServer(record, session) : acceptanceByClient(record, session);
}

/** How the certificate of `side` is known. */
export function certaintyOf(side: Side, session: TlsSession): Certainty {
  if (session.version === 'TLSv1.3') return 'decrypted';
  if (side === 'server' || session.clientAuth.certainty === 'none') return 'observed';
  return session.clientAuth.certainty;
}

/** The first frame with application data after a message was shown; 0 = none. What went before an upgrade to TLS is not meant. */
export function dataFrame(shown: Fact, record: ConnectionRecord): number {
  const after = lastFrame(shown);
  for (const { frame } of record.exchanges) if (frame > after) return frame;
  return 0;
}

/** The last frame of a message that was seen; 0 = it was not. */
function lastFrame(fact: Fact): number {
  return fact.state === 'seen' ? (fact.frames[fact.frames.length - 1] ?? 0) : 0;
}

/** Frames that show the certificate of `side`, the proof of its key, and that the peer went on. */
export function acceptanceFrames(side: Side, record: ConnectionRecord, session: TlsSession): number[] {
  const fact = side === 'client' ? session.facts.clientCertificate : session.facts.serverCertificate;
  const frames = fact.state === 'seen' ? [...fact.frames] : [];
  if (side === 'client' && session.certificateVerifyFrame !== null) frames.push(session.certificateVerifyFrame);
  const data = dataFrame(fact, record);
  if (data > 0) frames.push(data);
  return frames.length > 0 ? frames : [session.serverHello?.frame ?? record.firstFrame];
}
