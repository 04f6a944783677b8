// Says dialogues to followers: in order, with every lent buffer overwritten after the call, in any pieces.
import type { Protocol } from '../../src/model/protocol.js';
import type { Side } from '../../src/model/side.js';
import type { Arrival } from '../../src/model/stream.js';
import { RecordingSink } from '../build/content-sink.js';

/** What happens next. The frame of a step is its place in the list, counted from 1. */
export type Turn = { from: Side; bytes: Uint8Array } | { from: Side; missing: number } | { tls: true };

/** The client sends lines; each gets its CRLF. */
export const c = (...lines: string[]): Turn => ({ from: 'client', bytes: octetsOf(lines) });

/** The server sends lines; each gets its CRLF. */
export const s = (...lines: string[]): Turn => ({ from: 'server', bytes: octetsOf(lines) });

/** One side sends octets as they are, one a character. */
export const raw = (from: Side, text: string): Turn => ({ from, bytes: Uint8Array.from(Buffer.from(text, 'latin1')) });

/** Octets of one side are not in the capture. */
export const missing = (from: Side, length: number): Turn => ({ from, missing: length });

/** TLS begins. */
export const tls: Turn = { tls: true };

/** Base64 of text of one octet a character. */
export const b64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

/** What a follower of `protocol` notes; `sizeOf` says how long the next piece of a step is. */
export function notesOf(
  protocol: Protocol,
  turns: readonly Turn[],
  sizeOf: (left: number) => number = (left) => left,
): RecordingSink {
  const sink = new RecordingSink();
  const follower = protocol.follow!(sink);
  const arrival: Arrival = { frame: 0, seconds: 1, nanoseconds: 0, acknowledged: -1, offset: 0 };
  for (const [index, turn] of turns.entries()) {
    arrival.frame = index + 1;
    if ('tls' in turn) follower.upgraded?.(arrival);
    else if ('missing' in turn) follower.gap(turn.from, turn.missing);
    else {
      for (let at = 0; at < turn.bytes.length; ) {
        const size = Math.max(1, Math.min(sizeOf(turn.bytes.length - at), turn.bytes.length - at));
        const lent = new Uint8Array(size + 16).fill(0xee);
        lent.set(turn.bytes.subarray(at, at + size), 8);
        follower.data(turn.from, lent, 8, 8 + size, arrival);
        lent.fill(0xee);
        at += size;
      }
    }
  }
  follower.end?.();
  return sink;
}

function octetsOf(lines: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
}
