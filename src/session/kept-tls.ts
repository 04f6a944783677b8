import type { Direction } from '../model/stream.js';
import { looks } from '../wire/tls/record.js';
import { other } from './listener.js';
import type { Openings } from './openings.js';
import type { Stage } from './stage.js';
import { Sslv2Answer } from './tls/sslv2-answer.js';
import { looksLikeHello, looksLikeTls, sslv2RecordEnd } from './tls/tls-start.js';

/** TLS stands in the kept octets: hands them on, those of the direction that spoke first before the other's. */
export function startKeptTls(session: Stage, openings: Openings): void {
  const tls = session.startTls();
  const { first } = openings;
  const begin = helloFrame(openings);
  for (const direction of [first, other(first)]) {
    const kept = openings.kept(direction);
    if (kept === null || kept.length === 0) continue;
    if (kept.arrival.frame < begin && !isTls(openings, direction)) {
      // A greeting, or the consent to go on in TLS.
      session.upgraded = true;
      continue;
    }
    const hello = Math.min(sslv2RecordEnd(kept.bytes, 0, kept.length), kept.length);
    if (hello > 0) {
      tls.sslv2Hello(direction, kept.bytes, 0, hello, kept.arrival);
      session.hand(new Sslv2Answer(session, tls));
    }
    if (hello < kept.length) session.tell(direction, kept.bytes, hello, kept.length, kept.arrival);
  }
}

/** Whether what is kept of a direction is TLS, as it stands. */
export function isTls(openings: Openings, direction: Direction): boolean {
  const kept = openings.kept(direction);
  return kept !== null && kept.length > 0 && looksLikeTls(kept.bytes, 0, kept.length, true) === looks.yes;
}

/** Frame of the first hello; 0 where the capture enters TLS behind it, and then what is odd before may be half a record. */
function helloFrame(openings: Openings): number {
  let frame = 0;
  for (const direction of [0, 1] as const) {
    if (!isTls(openings, direction)) continue;
    const kept = openings.kept(direction)!;
    if (looksLikeHello(kept.bytes, 0, kept.length, false) === looks.no) continue;
    if (frame === 0 || kept.arrival.frame < frame) frame = kept.arrival.frame;
  }
  return frame;
}
