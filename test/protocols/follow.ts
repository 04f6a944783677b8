// Lends octets to followers and scanners as the session does, and reads what they noted.

import { expect } from 'vitest';
import type { ContentRecord, UpgradeRecord } from '../../src/model/content.js';
import type { Follower } from '../../src/model/content-sink.js';
import type { Protocol } from '../../src/model/protocol.js';
import type { Side } from '../../src/model/side.js';
import { type Arrival, skipAll } from '../../src/model/stream.js';
import { ContentNotes } from '../../src/session/content/content-notes.js';
import { AnnouncedEndpoints } from '../../src/session/shared/announced-endpoints.js';

/** Notes of a connection whose first direction is the client's. */
export function newNotes(): ContentNotes {
  return new ContentNotes(0, new AnnouncedEndpoints(), false);
}

/** The arrival of a frame, each a second after the one before. */
export function arrivalAt(frame: number): Arrival {
  return { frame, seconds: frame, nanoseconds: 0, acknowledged: -1, offset: 0 };
}

/** What one side says. */
export type Said = [from: Side, octets: Uint8Array | string];

/** Lends what is said in pieces of `piece` octets, each overwritten after the call, and stepping over what is not wanted. */
export function lendTo(follower: Follower, said: readonly Said[], piece: number = 1 << 20): void {
  const skips = { client: 0, server: 0 };
  for (const [index, [from, what]] of said.entries()) {
    const octets = typeof what === 'string' ? Buffer.from(what, 'latin1') : what;
    for (let at = 0; at < octets.length; at += piece) {
      const lent = Uint8Array.from(octets.subarray(at, at + piece));
      const skip = skips[from];
      if (skip === skipAll) continue;
      if (skip >= lent.length) {
        skips[from] -= lent.length;
        continue;
      }
      const arrival = arrivalAt(index + 1);
      skips[from] = follower.data(from, lent, skip, lent.length, arrival);
      lent.fill(0xee);
      Object.assign(arrival, { frame: -1, seconds: -1 });
    }
  }
}

/** What a protocol's follower notes of a dialogue. Frames count what is said, from 1. */
export function follow(protocol: Protocol, said: readonly Said[], piece?: number): ContentRecord {
  const notes = newNotes();
  const follower = protocol.follow!(notes);
  lendTo(follower, said, piece);
  follower.end?.();
  notes.inspected('client', 1);
  return notes.record(0)!;
}

/** Follows a dialogue whole and in small pieces, and wants the same of both. */
export function followed(protocol: Protocol, said: readonly Said[]): ContentRecord & { upgrade: UpgradeRecord | null } {
  const [whole, inPieces] = [undefined, 3].map((piece) => {
    const notes = newNotes();
    const follower = protocol.follow!(notes);
    lendTo(follower, said, piece);
    follower.end?.();
    notes.inspected('client', 1);
    return { ...notes.record(0)!, upgrade: notes.change };
  });
  expect(inPieces).toEqual(whole);
  return whole!;
}
