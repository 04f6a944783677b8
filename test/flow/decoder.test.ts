import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../src/flow/decoder.js';
import { Defragmenter } from '../../src/flow/defragmenter.js';
import { type Decoded, decoded, PacketView } from '../../src/model/packet.js';
import { concat, ethernet, ipv4, ipv6, ipv6Extension, octets, tcp, udp } from '../build/packets.js';
import * as build from '../build/tunnels.js';
import { decodeFrame, describeView, guard, present, viewOf } from '../build/view.js';

const payload = octets(9, 8, 7, 6, 5, 4, 3, 2, 1);
const segment = tcp({ options: octets(1, 1, 1, 0) }, payload);
const inner = ethernet(ipv4({}, segment), { vlans: [6] });

/** Frames that between them pass through every kind of header. */
const samples: readonly Uint8Array[] = [
  ethernet(ipv4({}, segment)),
  ethernet(ipv6({}, segment), { vlans: [1, 2] }),
  ethernet(ipv6({ nextHeader: 0 }, ipv6Extension(43, ipv6Extension(60, ipv6Extension(6, segment))))),
  ethernet(ipv4({ protocol: 17 }, udp({}, payload))),
  ethernet(build.pppoe(7, 0x21, ipv4({}, segment)), { type: 0x8864 }),
  ethernet(build.mpls([5, 6], inner), { type: 0x8847 }),
  ethernet(build.backbone(5, inner), { type: 0x88e7 }),
  ethernet(build.snap(0x0800, ipv4({}, segment)), { type: 80 }),
  ethernet(build.tunnelIpv4(47, build.gre({ type: 0x6558, key: 5, checksum: 4 }, inner))),
  ethernet(build.tunnelIpv4(47, build.erspan(3, 5, inner))),
  ethernet(build.tunnelIpv4(47, build.pptpGre(5, build.ppp(0x21, ipv4({}, segment))))),
  ethernet(build.tunnelIpv6(51, build.authentication(4, 5, ipv4({}, segment)))),
  ethernet(build.tunnelUdp(4789, build.vxlan(5, inner))),
  ethernet(build.tunnelUdp(4790, build.vxlanGpe(5, 1, ipv4({}, segment)))),
  ethernet(build.tunnelUdp(6081, build.geneve(5, 0x6558, inner, 3))),
  ethernet(build.tunnelUdp(2152, build.gtpUser(5, ipv4({}, segment), 2))),
  ethernet(build.tunnelUdp(3544, build.teredo(ipv6({}, segment), { authentication: true, origin: true }))),
  ethernet(build.tunnelUdp(1701, build.l2tp({ tunnel: 1, session: 2, offset: 4 }, build.ppp(0x21, ipv4({}, segment))))),
  ethernet(build.tunnelUdp(5072, build.ayiya(ipv6({}, segment)))),
  ethernet(build.tunnelUdp(5247, build.capwap(build.wlan(0x0800, ipv4({}, segment), true)))),
];

const linkTypes = [0, 1, 9, 10, 50, 51, 101, 104, 105, 107, 108, 113, 119, 127, 138, 163, 219, 228, 229, 239, 274, 276];

/** Decodes the frame behind a guard against reading outside it, and checks what every result must hold. */
function decodeGuarded(frame: Uint8Array, linkType: number, originalLength: number): Decoded {
  const view = viewOf(frame, linkType, originalLength);
  guard(view);
  const code = new PacketDecoder(0, noDefragmenter).decode(view);
  if (code <= decoded.udp) {
    expect(view.transportStart).toBeGreaterThanOrEqual(view.start);
    expect(view.payloadStart).toBeGreaterThan(view.transportStart);
    expect(view.payloadEnd).toBeGreaterThanOrEqual(view.payloadStart);
    expect(view.payloadEnd).toBeLessThanOrEqual(view.end);
    expect(view.payloadLength).toBeGreaterThanOrEqual(view.payloadEnd - view.payloadStart);
  }
  return code;
}

/** Keeps no fragment: copying is the defragmenter's own test's concern, and a guard can't be copied from. */
class NoDefragmenter extends Defragmenter {
  override add(): boolean {
    return false;
  }
}
const noDefragmenter = new NoDefragmenter();

describe('PacketDecoder', () => {
  it('reads the samples to their end', () => {
    for (const frame of samples) {
      const result = decodeFrame(frame);
      expect(result.code).toBeLessThanOrEqual(decoded.udp);
      expect(result.payload).toEqual([...payload]);
    }
  });

  it('never reads outside a frame, and calls no prefix of one malformed', () => {
    for (const frame of samples) {
      for (let cut = 0; cut <= frame.length; cut++) {
        expect(decodeGuarded(frame.subarray(0, cut), 1, frame.length)).not.toBe(decoded.malformed);
      }
    }
  });

  it('gives of a prefix the same connection or none', () => {
    for (const frame of samples) {
      const full = decodeFrame(frame);
      for (let cut = 0; cut < frame.length; cut++) {
        const part = decodeFrame(frame.subarray(0, cut), 1, undefined, frame.length);
        if (part.code !== decoded.tcp) continue;
        expect({ ...part, payload: [] }).toEqual({ ...full, payload: [] });
        expect(full.payload.slice(0, part.payload.length)).toEqual(part.payload);
      }
    }
  });

  it('survives any octets of any link type, reading only them', () => {
    const noise = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(noise, fc.constantFrom(...linkTypes), fc.nat({ max: 2000 }), (frame, linkType, originalLength) => {
        decodeGuarded(frame, linkType, originalLength);
      }),
      { numRuns: 1000 },
    );
  });

  it('survives any change of a few octets in a real frame, reading only it', () => {
    const change = fc.tuple(fc.nat({ max: 180 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...linkTypes, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        (sample, changes, linkType) => {
          const frame = sample.slice();
          for (const [at, value] of changes) frame[at % frame.length] = value;
          decodeGuarded(frame, linkType, frame.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('keeps nothing of a packet for the next one', () => {
    const view = new PacketView();
    const reused = new PacketDecoder();
    const round = [...samples, ...samples.toReversed(), ethernet(new Uint8Array(28), { type: 0x0806 }), octets()];
    for (const frame of round) {
      present(view, frame);
      const lent = view.bytes;
      const result = describeView(view, reused.decode(view));
      lent.fill(0xee);
      expect(result).toEqual(decodeFrame(frame));
    }
  });

  it('leaves the frame part of the view alone', () => {
    const view = viewOf(samples[12]!);
    Object.assign(view, { frame: 77, seconds: 5, nanoseconds: 6, interfaceId: 3 });
    const before = { ...view };
    new PacketDecoder().decode(view);
    for (const field of [
      'bytes',
      'start',
      'end',
      'originalLength',
      'frame',
      'seconds',
      'nanoseconds',
      'linkType',
      'interfaceId',
    ] as const) {
      expect(view[field]).toBe(before[field]);
    }
  });

  it('follows a change of link type from packet to packet', () => {
    const decoder = new PacketDecoder();
    const packet = ipv4({}, segment);
    for (const [frame, linkType] of [
      [ethernet(packet), 1],
      [packet, 101],
      [concat(octets(0, 0, 0, 2), packet), 108],
      [ethernet(packet), 1],
    ] as const) {
      expect(decodeFrame(frame, linkType, decoder)).toMatchObject({ code: decoded.tcp, payload: [...payload] });
    }
  });

  it('ends a chain of headers that push no layer', () => {
    // Ethernet in Ethernet (an EtherType meant for GRE) has no identifier and is not a layer.
    let frame: Uint8Array = ethernet(ipv4({}, segment));
    for (let depth = 0; depth < 200; depth++) frame = ethernet(frame, { type: 0x6558 });
    expect(decodeFrame(frame).code).toBe(decoded.malformed);
    expect(decodeFrame(ethernet(build.tunnelUdp(4789, build.vxlan(1, frame)))).code).toBe(decoded.udp);
  });
});
