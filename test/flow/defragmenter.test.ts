import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../src/flow/decoder.js';
import { Defragmenter } from '../../src/flow/defragmenter.js';
import { type Decoded, decoded, PacketView } from '../../src/model/packet.js';
import {
  concat,
  ethernet,
  fragmentsOf,
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6Extension,
  ipv6Fragment,
  octets,
  tcp,
} from '../build/packets.js';
import { gtpUser, tunnelUdp } from '../build/tunnels.js';
import { describeView, present } from '../build/view.js';

const payload = Uint8Array.from({ length: 301 }, (_, at) => (at * 7) & 0xff);
const segment = tcp({ sourcePort: 1111, destinationPort: 2222, sequence: 99 }, payload);
const whole = { code: decoded.tcp, sourcePort: 1111, destinationPort: 2222, payload: [...payload], payloadLength: 301 };

function ipv6Fragments(size: number, identification = 5): Uint8Array[] {
  return fragmentsOf(segment, size).map(({ fragmentOffset, moreFragments, piece }) =>
    ipv6({ nextHeader: 44 }, ipv6Fragment({ offset: fragmentOffset, more: moreFragments, identification }, piece)),
  );
}

/** Feeds IP packets in Ethernet one after the other at `seconds`, and overwrites each after its call. */
class Feed {
  readonly view = new PacketView();
  readonly decoder: PacketDecoder;
  seconds = 1000;

  constructor(defragmenter: Defragmenter = new Defragmenter()) {
    this.decoder = new PacketDecoder(0, defragmenter);
  }

  get counters() {
    return this.decoder.defragmenter.counters;
  }

  one(packet: Uint8Array, capturedLength = Number.POSITIVE_INFINITY): ReturnType<typeof describeView> {
    const frame = ethernet(packet);
    present(this.view, frame.subarray(0, capturedLength), 1, frame.length);
    const own = this.view.bytes;
    this.view.seconds = this.seconds;
    const result = describeView(this.view, this.decoder.decode(this.view));
    own.fill(0xee);
    return result;
  }

  all(packets: readonly Uint8Array[]): Decoded[] {
    return packets.map((packet) => this.one(packet).code);
  }
}

describe('fragments', () => {
  it('of IPv4 and IPv6 give the segment, in any order and with repeats', () => {
    const shuffled = fc.tuple(fc.constantFrom(8, 16, 64, 256), fc.boolean()).chain(([size, six]) => {
      const packets = six ? ipv6Fragments(size) : ipv4Fragments({ identification: 7 }, segment, size);
      const order = packets.map((_, index) => index);
      return fc.tuple(fc.constant(packets), fc.shuffledSubarray(order, { minLength: order.length }), fc.nat());
    });
    fc.assert(
      fc.property(shuffled, ([packets, order, repeat]) => {
        const feed = new Feed();
        const last = order.pop()!;
        for (const index of order) expect(feed.one(packets[index]!).code).toBe(decoded.fragment);
        const repeated = order.length > 0 ? packets[order[repeat % order.length]!] : undefined;
        if (repeated !== undefined) expect(feed.one(repeated).code).toBe(decoded.fragment);
        expect(feed.one(packets[last]!)).toMatchObject(whole);
        expect(feed.counters).toMatchObject({ reassembled: 1, overlaps: 0, invalid: 0 });
        expect(feed.decoder.defragmenter.heldBytes).toBe(0);
        expect(feed.decoder.defragmenter.waiting).toBe(0);
      }),
    );
  });

  it('keep the frame fields of the last one', () => {
    const feed = new Feed();
    feed.all(ipv4Fragments({}, segment, 160));
    expect(feed.view.frame).toBe(3);
    expect(feed.view.sequence).toBe(99);
    expect(feed.view.start).toBeGreaterThan(0);
  });

  it('start no new datagram when they come a second time', () => {
    const feed = new Feed();
    const packets = ipv4Fragments({}, segment, 160);
    expect(feed.all(packets.flatMap((packet) => [packet, packet]))).toEqual([3, 3, 3, 3, 0, 3]);
    expect(feed.counters).toMatchObject({ reassembled: 1, duplicates: 3 });
    expect(feed.decoder.defragmenter.waiting).toBe(0);
    feed.seconds += 1;
    expect(feed.all(packets)).toEqual([3, 3, 0]);
  });

  it('overlapping keep the first copy', () => {
    const feed = new Feed();
    const first = segment.slice(0, 160);
    const forged = concat(octets(...new Array(80).fill(0xaa)), segment.slice(160));
    expect(feed.one(ipv4({ moreFragments: true }, first)).code).toBe(decoded.fragment);
    expect(feed.one(ipv4({ fragmentOffset: 80 }, forged))).toMatchObject(whole);
    expect(feed.counters.overlaps).toBe(1);
  });

  it('overlapping several earlier ones fill only the holes between them', () => {
    const feed = new Feed();
    const piece = (from: number, to: number, more = true) =>
      ipv4({ fragmentOffset: from, moreFragments: more }, segment.slice(from, to));
    feed.all([piece(16, 32), piece(48, 64), piece(80, 96)]);
    const forged = segment.slice(0, 160);
    for (const [from, to] of [
      [16, 32],
      [48, 64],
      [80, 96],
    ] as const)
      forged.fill(0xbb, from, to);
    feed.one(ipv4({ moreFragments: true }, forged));
    expect(feed.one(piece(160, segment.length, false))).toMatchObject(whole);
  });

  it('of one identification but other ends are other datagrams', () => {
    const feed = new Feed();
    const [a1, a2] = ipv4Fragments({ identification: 1 }, segment, 200);
    const [b1, b2] = ipv4Fragments({ identification: 1, source: '10.0.0.9' }, segment, 200);
    const [c1, c2] = ipv6Fragments(200, 1);
    expect(feed.all([a1!, b1!, c1!, b2!, c2!, a2!])).toEqual([3, 3, 3, 0, 0, 0]);
  });

  it('with cut captures give the segment up to the first missing octet', () => {
    const feed = new Feed();
    const [first, second, third] = ipv4Fragments({}, segment, 160);
    feed.one(second!, 14 + 20 + 10);
    feed.one(first!);
    const result = feed.one(third!);
    expect(result).toMatchObject({ code: decoded.tcp, payloadLength: 301 });
    expect(result.payload).toEqual([...payload.subarray(0, 160 - 20 + 10)]);
  });

  it('cut within their IP header are truncated', () => {
    const feed = new Feed();
    expect(feed.one(ipv4Fragments({}, segment, 160)[0]!, 14 + 19).code).toBe(decoded.truncated);
  });

  it('carry on with the extension headers behind an IPv6 fragment header', () => {
    const feed = new Feed();
    const content = ipv6Extension(6, segment, 2);
    const packets = fragmentsOf(content, 104).map(({ fragmentOffset, moreFragments, piece }) =>
      ipv6({ nextHeader: 44 }, ipv6Fragment({ nextHeader: 60, offset: fragmentOffset, more: moreFragments }, piece)),
    );
    expect(feed.all(packets.slice(0, -1)).every((code) => code === decoded.fragment)).toBe(true);
    expect(feed.one(packets.at(-1)!)).toMatchObject(whole);
  });

  it('inside a tunnel whose packets are fragments too are put together twice', () => {
    const feed = new Feed();
    const outer = ipv4Fragments({ identification: 3 }, segment, 160).map((inner, index) => {
      const packet = tunnelUdp(2152, gtpUser(5, inner));
      return ipv4Fragments(
        { source: '192.0.2.1', destination: '192.0.2.2', protocol: 17, identification: index },
        packet.subarray(20),
        32,
      );
    });
    const codes = feed.all(outer.flat().slice(0, -1));
    expect(new Set(codes)).toEqual(new Set([decoded.fragment]));
    expect(feed.one(outer.flat().at(-1)!)).toMatchObject({ ...whole, layers: ['gtp-u:5'] });
    expect(feed.counters.reassembled).toBe(4);
  });
});

describe('hostile fragments', () => {
  it('that contradict themselves or their datagram are counted and dropped', () => {
    const feed = new Feed();
    expect(feed.one(ipv4({ fragmentOffset: 65_528 }, new Uint8Array(16))).code).toBe(decoded.fragment);
    expect(feed.one(ipv4({ moreFragments: true }, new Uint8Array(13))).code).toBe(decoded.fragment);
    expect(feed.counters.invalid).toBe(2);
    feed.one(ipv4({ fragmentOffset: 80, identification: 2 }, new Uint8Array(16)));
    feed.one(ipv4({ fragmentOffset: 88, identification: 2, moreFragments: true }, new Uint8Array(16)));
    feed.one(ipv4({ fragmentOffset: 88, identification: 2 }, new Uint8Array(16)));
    expect(feed.counters.invalid).toBe(4);
    expect(feed.counters.reassembled).toBe(0);
  });

  it('that never complete are given up after thirty seconds of packet time', () => {
    const feed = new Feed();
    const [first, second] = ipv4Fragments({}, segment, 200);
    feed.one(first!);
    feed.seconds += 31;
    expect(feed.one(second!).code).toBe(decoded.fragment);
    expect(feed.counters.expired).toBe(1);
    expect(feed.decoder.defragmenter.waiting).toBe(1);
    feed.seconds -= 100;
    feed.one(ipv4Fragments({ identification: 9 }, segment, 200)[0]!);
    expect(feed.counters.expired).toBe(2);
  });

  it('are held within the bound on datagrams, the oldest going first', () => {
    const feed = new Feed(new Defragmenter(1, 10));
    const datagrams = Array.from({ length: 30 }, (_, identification) =>
      ipv4Fragments({ identification }, segment, 200),
    );
    feed.all(datagrams.map(([first]) => first!));
    expect(feed.decoder.defragmenter.waiting).toBe(10);
    expect(feed.counters.overDatagrams).toBe(20);
    expect(feed.one(datagrams[29]![1]!)).toMatchObject(whole);
  });

  it('are held within the bound on octets', () => {
    const feed = new Feed(new Defragmenter(1, 10_000, 50_000));
    for (let identification = 0; identification < 500; identification++) {
      feed.one(ipv4({ identification, moreFragments: true }, new Uint8Array(1400)));
      expect(feed.decoder.defragmenter.heldBytes).toBeLessThanOrEqual(50_000);
    }
    expect(feed.counters.overBytes).toBeGreaterThan(400);
  });

  it('of eight octets each cost bounded pieces', () => {
    const feed = new Feed();
    for (let at = 8188; at > 0; at--)
      feed.one(ipv4({ fragmentOffset: (at * 2 * 8) % 65_528, moreFragments: true }, new Uint8Array(8)));
    expect(feed.counters.overPieces).toBeGreaterThan(1000);
    expect(feed.decoder.defragmenter.heldBytes).toBeLessThan(512 * 300);
  });

  it('of any kind never break the accounts', () => {
    const fragment = fc.record({
      identification: fc.nat({ max: 3 }),
      fragmentOffset: fc.nat({ max: 20 }).map((units) => units * 8),
      moreFragments: fc.boolean(),
      length: fc.nat({ max: 64 }),
      wait: fc.constantFrom(0, 0, 0, 0, 1, 40, -50),
    });
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (fragments) => {
        const feed = new Feed(new Defragmenter(1, 3, 2000));
        for (const { length, wait, ...fields } of fragments) {
          feed.seconds += wait;
          feed.one(ipv4({ ...fields, protocol: 254 }, new Uint8Array(length)));
          expect(feed.decoder.defragmenter.waiting).toBeLessThanOrEqual(3);
          expect(feed.decoder.defragmenter.heldBytes).toBeLessThanOrEqual(2000);
        }
        // Long after, everything is gone.
        feed.seconds += 1000;
        feed.one(ipv4({ fragmentOffset: 8, moreFragments: true, identification: 77 }, new Uint8Array(8)));
        expect(feed.decoder.defragmenter.waiting).toBe(1);
        expect(feed.decoder.defragmenter.heldBytes).toBe(8 + 192);
      }),
    );
  });
});
