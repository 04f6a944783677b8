import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecordingConversation, said, Wire } from './tracking.js';

/** A segment of the stream: where it begins, how long it is; dropped ones never reach the capture. */
interface Piece {
  start: number;
  end: number;
  dropped: boolean;
}

const streamLength = 400;
/** Every octet tells its place, so that one in the wrong place shows. */
const stream = Array.from({ length: streamLength }, (_, at) =>
  String.fromCharCode(33 + ((at * 37 + (at >> 4)) % 90)),
).join('');
const initial = fc.constantFrom(0, 100, 0x7fffffff - 50, 0xffffffff - 200, 0x80000000 - 3);

/** Cuts the stream at the given places and adds pieces that overlap them anyhow. */
const pieces = (dropping: boolean): fc.Arbitrary<Piece[]> =>
  fc
    .record({
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: streamLength - 1 }), { maxLength: 30 }),
      extra: fc.array(fc.tuple(fc.nat(streamLength - 1), fc.integer({ min: 1, max: 60 })), { maxLength: 20 }),
      order: fc.infiniteStream(fc.nat(1_000_000)),
      drops: fc.infiniteStream(dropping ? fc.boolean() : fc.constant(false)),
    })
    .map(({ cuts, extra, order, drops }) => {
      const bounds = [0, ...cuts.sort((a, b) => a - b), streamLength];
      const all = bounds
        .slice(1)
        .map((end, at) => ({ start: bounds[at]!, end, dropped: drops.next().value as boolean }));
      for (const [start, length] of extra) {
        all.push({ start, end: Math.min(streamLength, start + length), dropped: false });
      }
      const ranked = all.map((piece) => ({ piece, rank: order.next().value as number }));
      return ranked.sort((a, b) => a.rank - b.rank).map(({ piece }) => piece);
    });

/** Sends pieces of the stream from a. */
function send(wire: Wire, first: number, sent: readonly Piece[]): void {
  for (const { start, end, dropped } of sent) {
    if (!dropped) wire.a('A', first + start, { ack: 501, data: stream.slice(start, end) });
  }
}

/** The stream as it was told, each octet at the offset that the arrival said; '_' = missing. */
function placed(conversation: RecordingConversation | null): string {
  let text = '';
  for (const heard of conversation?.heard ?? []) {
    if (heard.what !== 'data' && heard.what !== 'gap') continue;
    expect(heard.offset).toBe(text.length);
    text += heard.what === 'data' ? heard.text : '_'.repeat(heard.length);
  }
  return text;
}

describe('a stream in segments', () => {
  it('comes out as it is, however it is cut, repeated, overlapped and put out of order', () => {
    fc.assert(
      fc.property(initial, pieces(false), (first, sent) => {
        const wire = new Wire();
        wire.a('S', first - 1);
        wire.b('SA', 500, { ack: first });
        send(wire, first, sent);
        const ended = wire.finishOne();
        expect(placed(ended.conversation)).toBe(stream);
        expect(ended.bytes[0]).toBe(streamLength);
        expect(ended).toMatchObject({ gaps: [], anomalies: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('comes out with gaps where segments are missing, every octet in its place', () => {
    fc.assert(
      fc.property(initial, pieces(true), fc.nat(streamLength), (first, sent, acknowledged) => {
        const wire = new Wire();
        wire.a('S', first - 1);
        wire.b('SA', 500, { ack: first });
        send(wire, first, sent.slice(0, sent.length >> 1));
        // The receiver has more than the capture shows: holes before it are given up with patience.
        wire.b('A', 501, { ack: first + acknowledged });
        send(wire, first, sent.slice(sent.length >> 1));
        const ended = wire.finishOne();
        const told = placed(ended.conversation);
        for (let at = 0; at < told.length; at++) if (told[at] !== '_') expect(told[at]).toBe(stream[at]);
        const arrived = sent.filter((piece) => !piece.dropped);
        const seen = Array.from({ length: streamLength }, (_, at) =>
          arrived.some(({ start, end }) => start <= at && at < end),
        );
        const lastSeen = seen.lastIndexOf(true) + 1;
        // A tail of one octet that was acknowledged could as well be a FIN.
        const tail = acknowledged > lastSeen + 1 ? acknowledged : lastSeen;
        expect(told).toHaveLength(tail);
        expect(ended.bytes[0]).toBe([...told].filter((octet) => octet !== '_').length);
        const missing = ended.gaps.reduce((sum, gap) => sum + gap.length, 0);
        if (wire.tracker.limits.unlistedGaps === 0) expect(missing).toBe(told.length - ended.bytes[0]!);
      }),
      { numRuns: 300 },
    );
  });

  it('shows every octet that was captured, when no hole was given up before its time', () => {
    fc.assert(
      fc.property(initial, pieces(true), (first, sent) => {
        const wire = new Wire();
        wire.a('S', first - 1);
        wire.b('SA', 500, { ack: first });
        send(wire, first, sent);
        const arrived = sent.filter((piece) => !piece.dropped);
        const should = Array.from({ length: streamLength }, (_, at) =>
          arrived.some(({ start, end }) => start <= at && at < end) ? stream[at] : '_',
        );
        expect(placed(wire.finishOne().conversation)).toBe(should.join('').replace(/_+$/, ''));
      }),
      { numRuns: 300 },
    );
  });

  it('lends exactly the octets that the conversation did not ask to skip', () => {
    fc.assert(
      fc.property(
        initial,
        pieces(false),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
        (first, sent, skips) => {
          const wire = new Wire();
          let turn = 0;
          wire.answer = () => skips[turn++ % skips.length]!;
          wire.a('S', first - 1);
          wire.b('SA', 500, { ack: first });
          send(wire, first, sent);
          let at = 0;
          const heard = wire.finishOne().conversation?.heard ?? [];
          for (const [index, { text, offset }] of heard.entries()) {
            expect(offset).toBe(at);
            expect(text).toBe(stream.slice(offset, offset + text.length));
            at += text.length + skips[index % skips.length]!;
          }
          expect(at).toBeGreaterThanOrEqual(streamLength);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is the same for both directions, interleaved', () => {
    fc.assert(
      fc.property(pieces(false), pieces(false), (asked, told) => {
        const wire = new Wire();
        wire.open();
        for (let at = 0; at < Math.max(asked.length, told.length); at++) {
          const ask = asked[at];
          const tell = told[at];
          if (ask !== undefined) wire.a('A', 101 + ask.start, { ack: 501, data: stream.slice(ask.start, ask.end) });
          if (tell !== undefined) wire.b('A', 501 + tell.start, { ack: 101, data: stream.slice(tell.start, tell.end) });
        }
        const { conversation } = wire.finishOne();
        expect(said(conversation, 0)).toBe(stream);
        expect(said(conversation, 1)).toBe(stream);
      }),
      { numRuns: 100 },
    );
  });

  it('survives any packet whatever: nothing is thrown, every connection is told once', () => {
    const packet = fc.record({
      direction: fc.nat(1),
      flags: fc.constantFrom('', 'A', 'A', 'A', 'PA', 'S', 'SA', 'FA', 'F', 'R', 'RA', 'SF', 'SFRPAU'),
      sequence: fc.oneof(fc.integer({ min: 90, max: 140 }), fc.integer()),
      ack: fc.oneof(fc.integer({ min: 490, max: 540 }), fc.integer()),
      length: fc.nat(12),
      cutOff: fc.constantFrom(0, 0, 0, 5, 60_000),
      later: fc.oneof(fc.nat(2), fc.constantFrom(61, 200, -1000, 100_000)),
      clientPort: fc.nat(3),
      udp: fc.constantFrom(false, false, false, true),
      skip: fc.constantFrom(0, 0, 3, 0x7fffffff),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 120, size: 'max' }), (packets) => {
        const wire = new Wire(3);
        for (const { direction, flags, sequence, ack, length, cutOff, later, clientPort, udp, skip } of packets) {
          wire.seconds += later;
          wire.answer = () => skip;
          const sent = { ack, clientPort, cutOff, data: stream.slice(0, length) };
          if (udp) wire.udp(direction as 0 | 1, sent.data, { clientPort });
          else if (direction === 0) wire.a(flags, sequence, sent);
          else wire.b(flags, sequence, sent);
        }
        const ended = wire.finish();
        const ids = ended.map(({ id }) => id).sort((a, b) => a - b);
        expect(ids).toEqual(Array.from({ length: wire.tracker.nextId - 1 }, (_, at) => at + 1));
        const counted = ended.reduce((sum, { packets: [a, b] }) => sum + a! + b!, 0);
        expect(counted + wire.tracker.duplicatePackets + wire.tracker.stragglers).toBe(packets.length);
        for (const { conversation } of ended) {
          for (const direction of [0, 1]) {
            // At most one FIN, and nothing of the direction after it.
            const heard = conversation?.heard.filter((one) => one.direction === direction && one.what !== 'rst') ?? [];
            const fin = heard.findIndex(({ what }) => what === 'fin');
            if (fin >= 0) expect(fin).toBe(heard.length - 1);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
