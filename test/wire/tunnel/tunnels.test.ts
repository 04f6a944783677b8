import { describe, expect, it } from 'vitest';
import { decoded, layerNames, maxLayers } from '../../../src/model/packet.js';
import { layer, layerText } from '../../../src/wire/tunnel/layers.js';
import { be16, be32, concat, ethernet, ipv4, ipv6, octets, tcp, udp } from '../../build/packets.js';
import * as build from '../../build/tunnels.js';
import { decodeFrame } from '../../build/view.js';

const payload = octets(1, 2, 3, 4);
const inner4 = ipv4({}, tcp({ sourcePort: 1111, destinationPort: 2222 }, payload));
const inner6 = ipv6({}, tcp({ sourcePort: 1111, destinationPort: 2222 }, payload));
const innerFrame = ethernet(inner4);

/** Every tunnel around the same segment, as a frame, with the layers that it must give. */
const tunnels: [string, Uint8Array, string[]][] = [
  ['IPv4 in IPv4', build.tunnelIpv4(4, inner4), ['ipip']],
  ['IPv6 in IPv4', build.tunnelIpv4(41, inner6), ['6in4']],
  ['IPv4 in IPv6', build.tunnelIpv6(4, inner4), ['ip4in6']],
  ['IPv6 in IPv6', build.tunnelIpv6(41, inner6), ['ip6in6']],
  ['GRE', build.tunnelIpv4(47, build.gre({ type: 0x0800 }, inner4)), ['gre']],
  ['GRE in IPv6', build.tunnelIpv6(47, build.gre({ type: 0x86dd }, inner6)), ['gre']],
  ['GRE with a key', build.tunnelIpv4(47, build.gre({ type: 0x0800, key: 0xffffffff }, inner4)), ['gre:4294967295']],
  [
    'GRE with everything',
    build.tunnelIpv4(47, build.gre({ type: 0x86dd, checksum: 9, key: 5, sequence: 3 }, inner6)),
    ['gre:5'],
  ],
  ['GRE with MPLS', build.tunnelIpv4(47, build.gre({ type: 0x8847 }, build.mpls([9], inner4))), ['gre', 'mpls:9']],
  ['GRE with source routes', build.tunnelIpv4(47, routedGre()), ['gre']],
  ['GRE with WCCPv2', build.tunnelIpv4(47, build.gre({ type: 0x883e }, concat(be32(0x20), inner4))), ['gre']],
  ['GRE with 802.11', build.tunnelIpv4(47, build.gre({ type: 0x8240 }, build.wlan(0x0800, inner4))), ['gre', 'wlan']],
  ['Ethernet in GRE', build.tunnelIpv4(47, build.gre({ type: 0x6558 }, innerFrame)), ['gre']],
  ['NVGRE', build.tunnelIpv4(47, build.gre({ type: 0x6558, key: 0x12345607 }, innerFrame)), ['nvgre:1193046']],
  ['PPTP', build.tunnelIpv4(47, build.pptpGre(600, build.ppp(0x21, inner4))), ['gre:600']],
  ['ERSPAN I', build.tunnelIpv4(47, build.erspan(1, 0, innerFrame)), ['erspan:0']],
  ['ERSPAN II', build.tunnelIpv4(47, build.erspan(2, 99, innerFrame)), ['erspan:99']],
  ['ERSPAN III', build.tunnelIpv4(47, build.erspan(3, 99, innerFrame)), ['erspan:99']],
  ['EtherIP', build.tunnelIpv4(97, concat(octets(0x30, 0), innerFrame)), ['etherip']],
  ['MPLS in IP', build.tunnelIpv4(137, build.mpls([33], inner4)), ['mpls:33']],
  ['VXLAN', build.tunnelUdp(4789, build.vxlan(0xffffff, innerFrame)), ['vxlan:16777215']],
  ['VXLAN on 8472', build.tunnelUdp(8472, build.vxlan(42, innerFrame)), ['vxlan:42']],
  ['VXLAN-GPE', build.tunnelUdp(4790, build.vxlanGpe(42, 2, inner6)), ['vxlan:42']],
  [
    'VXLAN-GPE with a service header',
    build.tunnelUdp(4790, build.vxlanGpe(42, 4, concat(be32(0x0fc20101), be32(0x00007703), inner4))),
    ['vxlan:42', 'nsh:119'],
  ],
  ['Geneve', build.tunnelUdp(6081, build.geneve(42, 0x6558, innerFrame)), ['geneve:42']],
  ['Geneve with options', build.tunnelUdp(6081, build.geneve(42, 0x0800, inner4, 5)), ['geneve:42']],
  ['GTP-U', build.tunnelUdp(2152, build.gtpUser(0x80000001, inner4)), ['gtp-u:2147483649']],
  ['GTP-U with extensions', build.tunnelUdp(2152, build.gtpUser(7, inner6, 2)), ['gtp-u:7']],
  ['Teredo', build.tunnelUdp(3544, build.teredo(inner6)), ['teredo']],
  [
    'Teredo, indicated',
    build.tunnelUdp(3544, build.teredo(inner6, { authentication: true, origin: true })),
    ['teredo'],
  ],
  [
    'L2TP',
    build.tunnelUdp(1701, build.l2tp({ tunnel: 40_000, session: 9 }, build.ppp(0x21, inner4))),
    ['l2tp:40000/9'],
  ],
  [
    'L2TP with everything',
    build.tunnelUdp(
      1701,
      build.l2tp({ tunnel: 7, session: 9, length: true, sequence: true, offset: 3 }, build.ppp(0x57, inner6)),
    ),
    ['l2tp:7/9'],
  ],
  ['AYIYA', build.tunnelUdp(5072, build.ayiya(inner6)), ['ayiya']],
  ['CAPWAP', build.tunnelUdp(5247, build.capwap(build.wlan(0x0800, inner4))), ['capwap', 'wlan']],
  ['CAPWAP, swapped', build.tunnelUdp(5247, build.capwap(swapped(build.wlan(0x0800, inner4)))), ['capwap', 'wlan']],
  ['GRE in UDP', build.tunnelUdp(4754, build.gre({ type: 0x0800 }, inner4)), ['gre']],
  ['AH', build.tunnelIpv4(51, build.authentication(4, 256, inner4)), ['ah:256', 'ipip']],
  ['VXLAN in Geneve', nested(), ['geneve:1', 'vxlan:2']],
  ['VLAN inside and outside', vlansAroundVxlan(), ['vlan:5', 'vxlan:2', 'vlan:6']],
];

describe('tunnels', () => {
  it.each(tunnels)('%s is followed to the segment inside', (_name, packet, layers) => {
    const result = decodeFrame(packet[0]! >> 4 === 0 ? packet : ethernet(packet));
    expect(result).toMatchObject({
      code: decoded.tcp,
      sourcePort: 1111,
      destinationPort: 2222,
      payloadLength: 4,
      layers,
    });
    expect(result.source).toBe(result.family === 4 ? '10.0.0.1' : '2001:db8::1');
    expect(result.payload).toEqual([...payload]);
  });

  it.each(tunnels)('%s gives no surprise wherever the capture cuts it', (_name, packet, layers) => {
    const frame = packet[0]! >> 4 === 0 ? packet : ethernet(packet);
    for (let cut = 0; cut < frame.length; cut++) {
      const result = decodeFrame(frame.subarray(0, cut), 1, undefined, frame.length);
      // Of a UDP tunnel whose inner IP header is cut only the outer packet is sure.
      expect([decoded.tcp, decoded.udp, decoded.truncated, decoded.other]).toContain(result.code);
      if (result.code === decoded.tcp) expect(result.layers).toEqual(layers);
      if (result.code === decoded.udp) expect(result.payload.length).toBeLessThan(result.payloadLength);
    }
  });

  it('replaces the addresses in minimal encapsulation (RFC 2004)', () => {
    const header = concat(octets(6, 0x80, 0, 0), octets(198, 51, 100, 9), octets(198, 51, 100, 8));
    const frame = ethernet(build.tunnelIpv4(55, concat(header, tcp({}, payload))));
    expect(decodeFrame(frame)).toMatchObject({
      code: decoded.tcp,
      source: '198.51.100.8',
      destination: '198.51.100.9',
      layers: ['minenc'],
    });
  });

  it('calls nesting beyond the bound malformed, and costs no more for more of it', () => {
    let packet = inner4;
    for (let depth = 0; depth < maxLayers; depth++) packet = build.tunnelIpv4(4, packet);
    expect(decodeFrame(ethernet(packet))).toMatchObject({ code: decoded.tcp });
    for (let depth = 0; depth < 1000; depth++) packet = build.tunnelIpv4(4, packet);
    expect(decodeFrame(ethernet(packet)).code).toBe(decoded.malformed);
  });

  it('stays with the acknowledgments and signalling of tunnels', () => {
    const acknowledgment = concat(be16(0x2081), be16(0x880b), be16(0), be16(600), be32(1));
    expect(decodeFrame(ethernet(build.tunnelIpv4(47, acknowledgment))).code).toBe(decoded.other);
    expect(decodeFrame(ethernet(build.tunnelIpv4(47, concat(be16(2), be16(0x0800), inner4)))).code).toBe(
      decoded.unsupported,
    );
  });
});

describe('a UDP tunnel port with other content', () => {
  it.each<[string, number, Uint8Array]>([
    ['VXLAN with unknown flags', 4789, concat(be32(0x09000000), be32(0x100), innerFrame)],
    ['VXLAN with ARP inside', 4789, build.vxlan(42, ethernet(new Uint8Array(28), { type: 0x0806 }))],
    ['VXLAN with noise inside', 4789, build.vxlan(42, new Uint8Array(100).fill(0x45))],
    [
      'VXLAN with an inner packet longer than the datagram',
      4789,
      build.vxlan(1, ethernet(ipv4({ totalLength: 900 }, tcp()))),
    ],
    ['an inner length of 0', 4789, build.vxlan(1, ethernet(ipv4({ totalLength: 0 }, tcp())))],
    ['Geneve of another version', 6081, concat(octets(0x40), build.geneve(42, 0x0800, inner4).subarray(1))],
    ['a GTP-U echo', 2152, octets(0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['GTP-U that claims more than it has', 2152, concat(octets(0x30, 255, 0xff, 0xff), be32(1), inner4)],
    ['an L2TP control message', 1701, concat(be16(0xc802), be16(12), be32(0), be32(0))],
    [
      'L2TP with link control inside',
      1701,
      build.l2tp({ tunnel: 1, session: 2 }, build.ppp(0xc021, octets(1, 1, 0, 4))),
    ],
    ['L2TP version 3', 1701, concat(be16(3), be16(0), be32(7), inner4)],
    ['a CAPWAP keep-alive', 5247, octets(0, 0x10, 0x02, 0x08, 0, 0, 0, 0, 0, 0)],
    ['CAPWAP in DTLS', 5247, octets(1, 0, 0, 0, 22, 254, 253, 0, 0, 0)],
    ['a Teredo bubble without IPv6', 3544, octets(0, 0, 1, 2, 3, 4, 5, 6)],
    ['DNS', 3544, octets(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1)],
    ['nothing', 4789, octets()],
  ])('stays plain UDP: %s', (_name, port, content) => {
    expect(decodeFrame(ethernet(build.tunnelUdp(port, content), { vlans: [3] }))).toEqual({
      code: decoded.udp,
      family: 4,
      source: '192.0.2.1',
      destination: '192.0.2.2',
      protocol: 17,
      sourcePort: 51000,
      destinationPort: port,
      payload: [...content],
      payloadLength: content.length,
      layers: ['vlan:3'],
    });
  });

  it('keeps the proved outer tunnel when only an inner port promised another', () => {
    const dns = ipv4({ protocol: 17 }, udp({ destinationPort: 4789 }, octets(9, 9, 9)));
    expect(decodeFrame(ethernet(build.tunnelUdp(6081, build.geneve(1, 0x0800, dns))))).toMatchObject({
      code: decoded.udp,
      destinationPort: 4789,
      source: '10.0.0.1',
      payload: [9, 9, 9],
      layers: ['geneve:1'],
    });
  });
});

describe('layer names', () => {
  it('are those of the model, each once', () => {
    expect(Object.entries(layer).map(([name, kind]) => layerNames[kind] === name)).not.toContain(false);
    expect(Object.keys(layer)).toHaveLength(layerNames.length);
    expect(new Set(Object.values(layer)).size).toBe(layerNames.length);
  });

  it('print identifiers unsigned and none where there is none', () => {
    expect(layerText(layer['gtp-u'], -1)).toBe('gtp-u:4294967295');
    expect(layerText(layer.l2tp, (0xffff << 16) | 1)).toBe('l2tp:65535/1');
    expect(layerText(layer.teredo, 0)).toBe('teredo');
    expect(layerText(layer.vlan, 0)).toBe('vlan:0');
    expect(layerText(200, 1)).toBe('layer-200:1');
  });
});

function routedGre(): Uint8Array {
  const routes = concat(be16(0x0800), octets(0, 4, 192, 0, 2, 9), be16(0), octets(0, 0));
  return concat(be16(0x4000), be16(0x0800), be32(0), routes, inner4);
}

function nested(): Uint8Array {
  const vxlan = build.tunnelUdp(4789, build.vxlan(2, innerFrame));
  return build.tunnelUdp(6081, build.geneve(1, 0x0800, vxlan));
}

function vlansAroundVxlan(): Uint8Array {
  const overlay = build.vxlan(2, ethernet(inner4, { vlans: [6] }));
  // A locally administered address begins with 0x02: the frame is told from a packet by its first nibble.
  return ethernet(build.tunnelUdp(4789, overlay), { vlans: [5] });
}

function swapped(frame: Uint8Array): Uint8Array {
  return concat(octets(frame[1]!, frame[0]!), frame.subarray(2));
}
