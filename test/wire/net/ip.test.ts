import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../../src/flow/decoder.js';
import { decoded } from '../../../src/model/packet.js';
import {
  be16,
  be32,
  concat,
  ethernet,
  ipv4,
  ipv6,
  ipv6Extension,
  ipv6Fragment,
  octets,
  tcp,
  udp,
} from '../../build/packets.js';
import { authentication } from '../../build/tunnels.js';
import { decodeFrame, viewOf } from '../../build/view.js';

const payload = octets(1, 2, 3, 4, 5, 6, 7);
const segment = tcp({ sourcePort: 1111, destinationPort: 2222 }, payload);

describe('IPv4 (RFC 791 §3.1)', () => {
  it('steps over options', () => {
    const frame = ethernet(ipv4({ options: octets(7, 7, 4, 0, 0, 0, 0) }, segment));
    expect(decodeFrame(frame)).toMatchObject({ code: decoded.tcp, payload: [...payload] });
  });

  it('leaves the padding of the link out', () => {
    const frame = ethernet(ipv4({}, tcp()), { minimumLength: 60 });
    expect(decodeFrame(frame)).toMatchObject({ code: decoded.tcp, payload: [], payloadLength: 0 });
  });

  it('takes the frame for the length when segmentation offload left 0', () => {
    const frame = ethernet(ipv4({ totalLength: 0 }, segment));
    expect(decodeFrame(frame)).toMatchObject({ code: decoded.tcp, payload: [...payload], payloadLength: 7 });
    const cut = decodeFrame(frame.subarray(0, frame.length - 3), 1, undefined, frame.length);
    expect(cut).toMatchObject({ code: decoded.tcp, payload: [1, 2, 3, 4], payloadLength: 7 });
  });

  it('believes no original length of gigabytes where a length is left open', () => {
    const claimed = 0x7fffffff;
    const offloaded = ethernet(ipv4({ totalLength: 0 }, segment));
    const result = decodeFrame(offloaded, 1, undefined, claimed);
    expect(result).toMatchObject({ code: decoded.tcp, payload: [...payload], payloadLength: 0x40000 - 54 });
    const options = concat(octets(6, 0, 0xc2, 4), be32(0xffffffff), segment);
    const jumbogram = decodeFrame(ethernet(ipv6({ nextHeader: 0, payloadLength: 0 }, options)), 1, undefined, claimed);
    expect(jumbogram.payloadLength).toBe(0x40000 - 14 - 40 - 8 - 20);
  });

  it('believes a total length past the frame, which then counts as cut', () => {
    const frame = ethernet(ipv4({ totalLength: 20 + 20 + 100 }, segment));
    expect(decodeFrame(frame)).toMatchObject({ code: decoded.tcp, payload: [...payload], payloadLength: 100 });
  });

  it.each<[string, Uint8Array]>([
    ['a total length under the header', ipv4({ totalLength: 19 }, segment)],
    ['a header of less than five words', ipv4({ headerWords: 4 }, segment)],
    ['the version of IPv6', concat(octets(0x65), ipv4({}, segment).subarray(1))],
  ])('calls %s malformed', (_name, packet) => {
    expect(decodeFrame(ethernet(packet, { type: 0x0800 })).code).toBe(decoded.malformed);
  });

  it('keeps the identification and sets the unused address words to 0', () => {
    const view = viewOf(ethernet(ipv6({}, segment)));
    const decoder = new PacketDecoder();
    decoder.decode(view);
    expect(view.identification).toBe(0);
    const second = viewOf(ethernet(ipv4({ identification: 0xfeed }, segment)));
    Object.assign(view, {
      bytes: second.bytes,
      start: second.start,
      end: second.end,
      originalLength: second.originalLength,
    });
    expect(decoder.decode(view)).toBe(decoded.tcp);
    expect(view.identification).toBe(0xfeed);
    expect([view.source1, view.source2, view.source3]).toEqual([0, 0, 0]);
    expect([view.destination1, view.destination2, view.destination3]).toEqual([0, 0, 0]);
  });

  it('counts header checksums that do not add up and decodes all the same', () => {
    const decoder = new PacketDecoder();
    expect(decodeFrame(ethernet(ipv4({}, segment)), 1, decoder).code).toBe(decoded.tcp);
    expect(decoder.badChecksums).toBe(0);
    expect(decodeFrame(ethernet(ipv4({ checksum: 0 }, segment)), 1, decoder).code).toBe(decoded.tcp);
    expect(decodeFrame(ethernet(ipv4({ checksum: 0x1234 }, segment)), 1, decoder).code).toBe(decoded.tcp);
    expect(decoder.badChecksums).toBe(2);
  });

  it.each([1, 2, 50, 89, 132, 255])('says other of protocol %i', (protocol) => {
    expect(decodeFrame(ethernet(ipv4({ protocol }, segment)))).toMatchObject({
      code: decoded.other,
      family: 4,
      protocol,
    });
  });

  it('makes no flow of the segment that an ICMP error quotes', () => {
    const error = concat(octets(3, 1, 0, 0, 0, 0, 0, 0), ipv4({}, segment));
    expect(decodeFrame(ethernet(ipv4({ protocol: 1 }, error))).code).toBe(decoded.other);
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 58 }, error))).code).toBe(decoded.other);
  });
});

describe('IPv6 (RFC 8200)', () => {
  const chain = (): Uint8Array =>
    ipv6Extension(43, ipv6Extension(60, ipv6Extension(135, ipv6Extension(6, segment), 3)));

  it('steps over hop-by-hop, routing, destination and mobility headers', () => {
    const frame = ethernet(ipv6({ nextHeader: 0 }, chain()));
    expect(decodeFrame(frame)).toMatchObject({ code: decoded.tcp, protocol: 6, payload: [...payload] });
  });

  it('takes an atomic fragment (RFC 6946) for a whole datagram', () => {
    const frame = ethernet(ipv6({ nextHeader: 44 }, ipv6Fragment({}, segment)));
    expect(decodeFrame(frame)).toMatchObject({ code: decoded.tcp, payload: [...payload] });
  });

  it('ends with the frame when the payload length is 0, by offload or as a jumbogram (RFC 2675)', () => {
    const offloaded = ethernet(ipv6({ payloadLength: 0 }, segment));
    expect(decodeFrame(offloaded)).toMatchObject({ code: decoded.tcp, payload: [...payload], payloadLength: 7 });
    const large = tcp({}, new Uint8Array(70_000));
    const options = concat(octets(6, 0, 0xc2, 4), be32(8 + large.length), large);
    const jumbogram = ethernet(ipv6({ nextHeader: 0, payloadLength: 0 }, options), { minimumLength: 80_000 });
    expect(decodeFrame(jumbogram)).toMatchObject({ code: decoded.tcp, payloadLength: 70_000 });
  });

  it('bounds a chain of extension headers', () => {
    let content = segment;
    let nextHeader = 6;
    for (let count = 0; count < 40; count++) {
      content = ipv6Extension(nextHeader, content);
      nextHeader = 60;
    }
    expect(decodeFrame(ethernet(ipv6({ nextHeader }, content))).code).toBe(decoded.malformed);
  });

  it('calls an extension header that runs past the packet malformed', () => {
    const content = concat(octets(6, 200, 0, 0, 0, 0, 0, 0), segment);
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 60 }, content))).code).toBe(decoded.malformed);
  });

  it('says other of no next header and of ESP', () => {
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 59 }, octets()))).code).toBe(decoded.other);
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 50 }, segment))).code).toBe(decoded.other);
  });
});

describe('the authentication header (RFC 4302)', () => {
  it('is a layer with its parameter index, in IPv4, IPv6 and between extension headers', () => {
    const expected = { code: decoded.tcp, payload: [...payload], layers: ['ah:4026531841'] };
    const inside = authentication(6, 0xf0000001, segment);
    expect(decodeFrame(ethernet(ipv4({ protocol: 51 }, inside)))).toMatchObject(expected);
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 51 }, inside)))).toMatchObject(expected);
    const mixed = ipv6Extension(51, authentication(60, 0xf0000001, ipv6Extension(6, segment)));
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 0 }, mixed)))).toMatchObject(expected);
  });
});

describe('UDP in both', () => {
  it('is read behind IPv4 and IPv6', () => {
    const datagram = udp({ sourcePort: 5, destinationPort: 6 }, payload);
    const expected = { code: decoded.udp, sourcePort: 5, destinationPort: 6, payload: [...payload], payloadLength: 7 };
    expect(decodeFrame(ethernet(ipv4({ protocol: 17 }, datagram)))).toMatchObject(expected);
    expect(decodeFrame(ethernet(ipv6({ nextHeader: 17 }, datagram)))).toMatchObject(expected);
    expect(decodeFrame(ethernet(ipv4({ protocol: 17 }, concat(datagram, be16(0)))))).toMatchObject(expected);
  });
});
