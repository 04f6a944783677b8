import { describe, expect, it } from 'vitest';
import { decoded } from '../../../src/model/packet.js';
import { isKnownLinkType } from '../../../src/wire/link/link-type.js';
import { be16, be32, concat, ethernet, ipv4, ipv6, octets, tcp } from '../../build/packets.js';
import { backbone, mpls, ppp, pppoe, snap, wlan } from '../../build/tunnels.js';
import { decodeFrame } from '../../build/view.js';

const payload = octets(1, 2, 3, 4, 5);
const packet4 = ipv4({}, tcp({ sourcePort: 1111, destinationPort: 2222 }, payload));
const packet6 = ipv6({}, tcp({ sourcePort: 1111, destinationPort: 2222 }, payload));

function expectTcp(frame: Uint8Array, linkType: number, family: 4 | 6, layers: string[] = []): void {
  expect(decodeFrame(frame, linkType)).toEqual({
    code: decoded.tcp,
    family,
    source: family === 4 ? '10.0.0.1' : '2001:db8::1',
    destination: family === 4 ? '10.0.0.2' : '2001:db8::2',
    protocol: 6,
    sourcePort: 1111,
    destinationPort: 2222,
    payload: [...payload],
    payloadLength: payload.length,
    layers,
  });
}

const zeros = (length: number): Uint8Array => new Uint8Array(length);
const fcs = octets(0xde, 0xad, 0xbe, 0xef);
const radiotap = octets(0, 0, 8, 0, 0, 0, 0, 0);

describe('link types', () => {
  it.each<[string, number, Uint8Array, 4 | 6]>([
    ['ETHERNET with IPv4', 1, ethernet(packet4), 4],
    ['ETHERNET with IPv6', 1, ethernet(packet6), 6],
    ['ETHERNET padded to 60 octets', 1, ethernet(packet4, { minimumLength: 80 }), 4],
    ['ETHERNET with a length and LLC/SNAP', 1, ethernet(snap(0x0800, packet4), { type: 8 + packet4.length }), 4],
    ['RAW', 101, packet4, 4],
    ['RAW with IPv6', 101, packet6, 6],
    ['RAW under the number 12', 12, packet4, 4],
    ['RAW under the number 14', 14, packet6, 6],
    ['IPV4', 228, packet4, 4],
    ['IPV6', 229, packet6, 6],
    ['LOOP', 108, concat(be32(2), packet4), 4],
    ['NULL of a little-endian host', 0, concat(octets(2, 0, 0, 0), packet4), 4],
    ['LINUX_SLL', 113, concat(zeros(2), be16(1), be16(6), zeros(8), be16(0x0800), packet4), 4],
    ['LINUX_SLL with LLC', 113, concat(zeros(2), be16(1), be16(6), zeros(8), be16(4), snap(0x86dd, packet6)), 6],
    ['LINUX_SLL2', 276, concat(be16(0x86dd), zeros(6), be16(1), octets(0, 6), zeros(8), packet6), 6],
    ['PPP', 9, ppp(0x21, packet4), 4],
    ['PPP with compressed address, control and protocol', 9, concat(octets(0x21), packet4), 4],
    ['PPP with compressed address and control', 9, concat(be16(0x57), packet6), 6],
    ['PPP_HDLC', 50, ppp(0x57, packet6), 6],
    ['PPP_HDLC with Cisco framing', 50, concat(octets(0x8f, 0), be16(0x0800), packet4), 4],
    ['C_HDLC', 104, concat(octets(0x0f, 0), be16(0x86dd), packet6), 6],
    ['PPP_PPPD', 166, concat(octets(0, 0), be16(0x21), packet4), 4],
    ['FRELAY, RFC 2427', 107, concat(octets(0x18, 0x41, 0x03, 0xcc), packet4), 4],
    ['FRELAY with SNAP', 107, concat(octets(0x18, 0x41, 0x03, 0, 0x80, 0, 0, 0), be16(0x86dd), packet6), 6],
    ['FRELAY, Cisco', 107, concat(octets(0x18, 0x41), be16(0x0800), packet4), 4],
    ['FDDI', 10, concat(octets(0x50), zeros(12), snap(0x0800, packet4)), 4],
    ['ATM_RFC1483', 100, snap(0x0800, packet4), 4],
    ['ATM_RFC1483, bridged', 100, concat(octets(0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0), ethernet(packet4)), 4],
    ['ENC', 109, concat(zeros(12), packet4), 4],
    ['APPLE_IP_OVER_IEEE1394', 138, concat(zeros(16), be16(0x0800), packet4), 4],
    ['NETANALYZER', 240, concat(zeros(4), ethernet(packet4)), 4],
    ['ETHERNET_MPACKET', 274, concat(zeros(8), ethernet(packet4), fcs), 4],
    ['NFLOG', 239, concat(octets(2, 0, 0, 0, 7, 0, 10, 0, 0x61, 0x62, 0, 0), tlv(packet4, true)), 4],
    ['NFLOG of a big-endian host', 239, concat(octets(10, 0, 0, 0), tlv(packet6, false)), 6],
  ])('%s is read', (_name, linkType, frame, family) => {
    expect(isKnownLinkType(linkType)).toBe(true);
    expectTcp(frame, linkType, family);
  });

  it.each([10, 23, 24, 28, 30])('NULL takes AF_INET6 = %i in both byte orders', (family) => {
    expectTcp(concat(be32(family), packet6), 0, 6);
    expectTcp(concat(octets(family, 0, 0, 0), packet6), 0, 6);
  });

  it.each<[string, number, Uint8Array]>([
    ['IEEE802_11', 105, wlan(0x0800, packet4)],
    ['IEEE802_11 with QoS and a check sequence', 105, concat(wlan(0x0800, packet4, true), fcs)],
    ['IEEE802_11_RADIOTAP', 127, concat(radiotap, wlan(0x0800, packet4, true))],
    ['IEEE802_11_PRISM', 119, concat(zeros(144), wlan(0x0800, packet4))],
    ['IEEE802_11_AVS', 163, concat(zeros(64), wlan(0x0800, packet4))],
  ])('%s is read', (_name, linkType, frame) => {
    expectTcp(frame, linkType, 4, ['wlan']);
  });

  it('reads an 802.11 body that radiotap says is aligned, behind two words of present flags', () => {
    const header = octets(0, 0, 13, 0, 2, 0, 0, 0x80, 0, 0, 0, 0, 0x20);
    const frame = wlan(0x0800, packet4, true);
    expectTcp(concat(header, frame.slice(0, 26), zeros(2), frame.slice(26)), 127, 4, ['wlan']);
  });

  it('follows the first frame of an 802.11 aggregate and stops at its length', () => {
    const header = concat(octets(0x88, 0x02), zeros(22), octets(0x80, 0));
    const content = snap(0x0800, packet4);
    const subframe = concat(zeros(12), be16(content.length), content, zeros(2), subframeOfNoise());
    expectTcp(concat(header, subframe), 105, 4, ['wlan']);
  });

  it('leaves encrypted, empty and management frames of 802.11 alone', () => {
    const frame = wlan(0x0800, packet4);
    for (const [control, flags] of [
      [0x08, 0x42],
      [0x48, 0x02],
      [0x80, 0x00],
      [0xd4, 0x00],
    ] as const) {
      const other = frame.slice();
      other[0] = control;
      other[1] = flags;
      expect(decodeFrame(other, 105).code).toBe(decoded.other);
    }
  });

  it('says unsupported of a link type that it does not know, and nothing else', () => {
    expect(decodeFrame(ethernet(packet4), 253)).toMatchObject({ code: decoded.unsupported, family: 0, layers: [] });
    expect(decodeFrame(ethernet(packet4), 134217729).code).toBe(decoded.unsupported);
  });

  it('says other of what is no IP: ARP, an unknown EtherType, LLC', () => {
    expect(decodeFrame(ethernet(zeros(46), { type: 0x0806 })).code).toBe(decoded.other);
    expect(decodeFrame(ethernet(zeros(46), { type: 0x88cc })).code).toBe(decoded.other);
    expect(decodeFrame(ethernet(octets(0x42, 0x42, 3, 0, 0), { type: 5 })).code).toBe(decoded.other);
  });

  it('takes the captured length where the original length is smaller', () => {
    const frame = ethernet(packet4);
    expect(decodeFrame(frame, 1, undefined, 0)).toMatchObject({ code: decoded.tcp, payload: [...payload] });
  });
});

describe('tags and labels', () => {
  it.each<[string, Uint8Array, string[]]>([
    ['one VLAN', ethernet(packet4, { vlans: [12] }), ['vlan:12']],
    ['VLANs in VLANs', ethernet(packet4, { vlans: [12, 4094] }), ['vlan:12', 'vlan:4094']],
    ['802.1ad', ethernet(concat(be16(0xe00c), be16(0x0800), packet4), { type: 0x88a8 }), ['vlan:12']],
    ['0x9100', ethernet(concat(be16(7), be16(0x0800), packet4), { type: 0x9100 }), ['vlan:7']],
    ['0x9200', ethernet(concat(be16(7), be16(0x0800), packet4), { type: 0x9200 }), ['vlan:7']],
    ['MPLS', ethernet(mpls([100, 0xfffff], packet4), { type: 0x8847 }), ['mpls:100', 'mpls:1048575']],
    ['MPLS with a pseudowire', ethernet(mpls([16], concat(be32(0), ethernet(packet4))), { type: 0x8847 }), ['mpls:16']],
    ['MPLS, no control word', ethernet(mpls([16], ethernet(packet4)), { type: 0x8847 }), ['mpls:16']],
    ['PPPoE', ethernet(pppoe(777, 0x21, packet4), { type: 0x8864, minimumLength: 90 }), ['pppoe:777']],
    ['802.1ah', ethernet(backbone(0x123456, ethernet(packet4)), { type: 0x88e7 }), ['pbb:1193046']],
    ['VN-Tag', ethernet(concat(be16(0x8005), be16(0), be16(0x0800), packet4), { type: 0x8926 }), ['vntag:5']],
    ['FabricPath', ethernet(concat(be16(0x1234), ethernet(packet4)), { type: 0x8903 }), ['fabricpath']],
    ['MACsec in clear', ethernet(concat(octets(1, 0), be32(9), be16(0x0800), packet4), { type: 0x88e5 }), ['macsec:1']],
    [
      'a security group tag without length',
      ethernet(concat(be16(0), be32(9), be16(0x0800), packet4), { type: 0x8909 }),
      [],
    ],
    ['a security group tag', ethernet(concat(octets(1, 1), be32(9), be16(0x0800), packet4), { type: 0x8909 }), []],
  ])('reads through %s', (_name, frame, layers) => {
    expectTcp(frame, 1, 4, layers);
  });

  it('leaves encrypted MACsec as unsupported and PPPoE discovery as other', () => {
    const encrypted = ethernet(concat(octets(0x2c, 0), be32(9), be16(0x0800), packet4), { type: 0x88e5 });
    expect(decodeFrame(encrypted).code).toBe(decoded.unsupported);
    expect(decodeFrame(ethernet(octets(0x11, 9, 0, 0, 0, 0), { type: 0x8863 })).code).toBe(decoded.other);
    expect(decodeFrame(ethernet(pppoe(7, 0xc021, zeros(20)), { type: 0x8864 })).code).toBe(decoded.other);
  });

  it('keeps sixteen layers and calls the seventeenth malformed', () => {
    const vlans = Array.from({ length: 16 }, (_, at) => at + 1);
    expect(decodeFrame(ethernet(packet4, { vlans }))).toMatchObject({
      code: decoded.tcp,
      layers: vlans.map((vlan) => `vlan:${vlan}`),
    });
    expect(decodeFrame(ethernet(packet4, { vlans: [...vlans, 17] })).code).toBe(decoded.malformed);
  });
});

function tlv(content: Uint8Array, little: boolean): Uint8Array {
  const length = be16(4 + content.length);
  return concat(little ? length.reverse() : length, little ? octets(9, 0) : octets(0, 9), content);
}

function subframeOfNoise(): Uint8Array {
  return concat(zeros(12), be16(4), octets(9, 9, 9, 9));
}
