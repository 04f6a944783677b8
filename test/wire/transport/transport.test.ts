import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../../src/flow/decoder.js';
import { decoded } from '../../../src/model/packet.js';
import { concat, ethernet, internetChecksum, ipv4, ipv6, octets, tcp, udp } from '../../build/packets.js';
import { decodeFrame, viewOf } from '../../build/view.js';

const port = fc.integer({ min: 0, max: 0xffff });
const word = fc.integer({ min: 0, max: 0xffffffff });
const bytes = fc.uint8Array({ maxLength: 300 });

describe('TCP (RFC 9293 §3.1)', () => {
  it('gives back what was built', () => {
    const fields = fc.record({
      sourcePort: port,
      destinationPort: port,
      sequence: word,
      acknowledgment: word,
      flags: fc.integer({ min: 0, max: 255 }),
      options: fc.uint8Array({ maxLength: 40 }),
    });
    const decoder = new PacketDecoder();
    fc.assert(
      fc.property(
        fields,
        bytes,
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: 4095 }), { maxLength: 3 }),
        (given, payload, six, vlans) => {
          const packet = six ? ipv6({}, tcp(given, payload)) : ipv4({}, tcp(given, payload));
          const view = viewOf(ethernet(packet, { vlans, minimumLength: 60 }));
          expect(decoder.decode(view)).toBe(decoded.tcp);
          expect(view.sourcePort).toBe(given.sourcePort);
          expect(view.destinationPort).toBe(given.destinationPort);
          expect(view.sequence).toBe(given.sequence | 0);
          expect(view.acknowledgment).toBe(given.acknowledgment | 0);
          expect(view.flags).toBe(given.flags);
          expect(view.payloadLength).toBe(payload.length);
          expect(view.bytes.slice(view.payloadStart, view.payloadEnd)).toEqual(payload);
          expect(view.transportStart).toBe(view.start + 14 + 4 * vlans.length + (six ? 40 : 20));
          expect(view.layerCount).toBe(vlans.length);
        },
      ),
    );
    expect(decoder.badChecksums).toBe(0);
  });

  it('keeps a segment whose options the snap length cut', () => {
    const frame = ethernet(ipv4({}, tcp({ sequence: 77, options: new Uint8Array(12) }, octets(1, 2, 3))));
    for (let cut = 14 + 20 + 14; cut < 14 + 20 + 32; cut++) {
      const result = decodeFrame(frame.subarray(0, cut), 1, undefined, frame.length);
      expect(result).toMatchObject({ code: decoded.tcp, payload: [], payloadLength: 3 });
    }
  });

  it.each([0, 4, 15])('calls a data offset of %i words malformed where it does not fit', (dataOffset) => {
    expect(decodeFrame(ethernet(ipv4({}, tcp({ dataOffset }, octets(1))))).code).toBe(decoded.malformed);
  });

  it('calls a segment that its IP packet ends within the header malformed, not truncated', () => {
    const frame = ethernet(ipv4({ totalLength: 30 }, tcp()));
    expect(decodeFrame(frame).code).toBe(decoded.malformed);
  });

  it('takes a segment larger than any MTU, as receive offload hands them up', () => {
    const payload = new Uint8Array(60_000).fill(7);
    expect(decodeFrame(ethernet(ipv4({}, tcp({}, payload)))).payloadLength).toBe(60_000);
  });
});

describe('UDP (RFC 768)', () => {
  it('gives back what was built', () => {
    fc.assert(
      fc.property(port, port, bytes, (sourcePort, destinationPort, payload) => {
        // On a tunnel port too: random content has no IP header that fits.
        const result = decodeFrame(ethernet(ipv4({ protocol: 17 }, udp({ sourcePort, destinationPort }, payload))));
        expect(result).toMatchObject({ code: decoded.udp, sourcePort, destinationPort, payloadLength: payload.length });
        expect(result.payload).toEqual([...payload]);
      }),
    );
  });

  it('takes a length of 0 for "up to the end" and one that is too small or too large for a contradiction', () => {
    const of = (length: number) => decodeFrame(ethernet(ipv4({ protocol: 17 }, udp({ length }, octets(1, 2, 3)))));
    expect(of(0)).toMatchObject({ code: decoded.udp, payload: [1, 2, 3] });
    expect(of(10)).toMatchObject({ code: decoded.udp, payload: [1, 2], payloadLength: 2 });
    expect(of(7).code).toBe(decoded.malformed);
    expect(of(12).code).toBe(decoded.malformed);
  });
});

describe('the builders', () => {
  it('write checksums that add up', () => {
    const packet = ipv4({}, tcp({}, octets(1, 2, 3)));
    expect(internetChecksum(packet.subarray(0, 20))).toBe(0);
    const pseudo = concat(packet.subarray(12, 20), octets(0, 6, 0, 23));
    expect(internetChecksum(pseudo, packet.subarray(20))).toBe(0);
    const datagram = ipv6({ nextHeader: 17 }, udp({}, octets(1)));
    expect(
      internetChecksum(concat(datagram.subarray(8, 40), octets(0, 0, 0, 9, 0, 0, 0, 17)), datagram.subarray(40)),
    ).toBe(0);
  });
});
