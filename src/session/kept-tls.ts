import { other } from './listener.js';
import type { Openings } from './openings.js';
import { Sslv2Answer } from './sslv2-answer.js';
import type { StreamSession } from './stream-session.js';
import { sslv2RecordEnd } from './tls-start.js';

/** TLS stands in the kept octets: hands them on, those of the direction that spoke first before the other's. */
export function startKeptTls(session: StreamSession, openings: Openings): void {
  const tls = session.startTls();
  const { first } = openings;
  for (const direction of [first, other(first)]) {
    const kept = openings.kept(direction);
    if (kept === null || kept.length === 0) continue;
    const hello = Math.min(sslv2RecordEnd(kept.bytes, 0, kept.length), kept.length);
    if (hello > 0) {
      tls.sslv2Hello(direction, kept.bytes, 0, hello, kept.arrival);
      session.hand(new Sslv2Answer(session, tls));
    }
    if (hello < kept.length) session.data(direction, kept.bytes, hello, kept.length, kept.arrival);
  }
}
