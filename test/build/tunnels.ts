// Encapsulations around packets of packets.ts, with the same manners: content in, new array out.
import { be16, be32, concat, ipv4, ipv6, octets, udp } from './packets.js';

/** A UDP datagram in IPv4 between two tunnel ends. */
export function tunnelUdp(port: number, payload: Uint8Array): Uint8Array {
  const fields = { source: '192.0.2.1', destination: '192.0.2.2', protocol: 17 };
  return ipv4(fields, udp({ sourcePort: 51000, destinationPort: port }, payload));
}

/** An IPv4 packet between two tunnel ends. */
export function tunnelIpv4(protocol: number, payload: Uint8Array): Uint8Array {
  return ipv4({ source: '192.0.2.1', destination: '192.0.2.2', protocol }, payload);
}

/** An IPv6 packet between two tunnel ends. */
export function tunnelIpv6(nextHeader: number, payload: Uint8Array): Uint8Array {
  return ipv6({ source: '2001:db8:ffff::1', destination: '2001:db8:ffff::2', nextHeader }, payload);
}

/** GRE (RFC 2784, 2890): the flags follow from the fields that are given. */
export function gre(
  fields: { type: number; key?: number; sequence?: number; checksum?: number },
  payload: Uint8Array,
): Uint8Array {
  const { key, sequence, checksum } = fields;
  const flags =
    (checksum === undefined ? 0 : 0x8000) | (key === undefined ? 0 : 0x2000) | (sequence === undefined ? 0 : 0x1000);
  return concat(
    be16(flags),
    be16(fields.type),
    checksum === undefined ? octets() : concat(be16(checksum), be16(0)),
    key === undefined ? octets() : be32(key),
    sequence === undefined ? octets() : be32(sequence),
    payload,
  );
}

/** GRE version 1 (PPTP, RFC 2637) around PPP. */
export function pptpGre(call: number, ppp: Uint8Array): Uint8Array {
  return concat(be16(0x3001), be16(0x880b), be16(ppp.length), be16(call), be32(1), ppp);
}

/** VXLAN (RFC 7348) around an Ethernet frame, from its own header on. */
export function vxlan(network: number, frame: Uint8Array): Uint8Array {
  return concat(be32(0x08000000), be32(network << 8), frame);
}

/** VXLAN-GPE with a next protocol. */
export function vxlanGpe(network: number, protocol: number, payload: Uint8Array): Uint8Array {
  return concat(be32(0x0c000000 | protocol), be32(network << 8), payload);
}

/** Geneve (RFC 8926) with `optionWords` words of options. */
export function geneve(network: number, type: number, payload: Uint8Array, optionWords = 0): Uint8Array {
  return concat(octets(optionWords, 0), be16(type), be32(network << 8), new Uint8Array(optionWords * 4), payload);
}

/** A GTP-U user packet (TS 29.281); each extension is the content of one header of 4 octets. */
export function gtpUser(endpoint: number, packet: Uint8Array, extensions = 0): Uint8Array {
  const chain: Uint8Array[] = [];
  for (let left = extensions; left > 0; left--) chain.push(octets(1, 0, 0, left > 1 ? 0x85 : 0));
  const optional = extensions > 0 ? concat(octets(0, 0, 0, 0x85), ...chain) : octets();
  const flags = extensions > 0 ? 0x34 : 0x30;
  return concat(octets(flags, 255), be16(optional.length + packet.length), be32(endpoint), optional, packet);
}

/** Teredo (RFC 4380) with its two indications where wanted. */
export function teredo(
  packet: Uint8Array,
  indications: { authentication?: boolean; origin?: boolean } = {},
): Uint8Array {
  return concat(
    indications.authentication === true ? concat(octets(0, 1, 2, 3), new Uint8Array(5 + 9)) : octets(),
    indications.origin === true ? octets(0, 0, 1, 2, 3, 4, 5, 6) : octets(),
    packet,
  );
}

/** An L2TP version 2 data message (RFC 2661) around PPP. */
export function l2tp(
  fields: { tunnel: number; session: number; length?: boolean; sequence?: boolean; offset?: number },
  ppp: Uint8Array,
): Uint8Array {
  const { length = false, sequence = false, offset } = fields;
  const flags = (length ? 0x4000 : 0) | (sequence ? 0x0800 : 0) | (offset === undefined ? 0 : 0x0200) | 2;
  const rest = concat(
    be16(fields.tunnel),
    be16(fields.session),
    sequence ? be32(0) : octets(),
    offset === undefined ? octets() : concat(be16(offset), new Uint8Array(offset)),
    ppp,
  );
  return concat(be16(flags), length ? be16(4 + rest.length) : octets(), rest);
}

/** AYIYA around an IPv6 packet: identity of 16 octets, signature of 20. */
export function ayiya(packet: Uint8Array): Uint8Array {
  return concat(octets(0x41, 0x52, 0x11, 41), be32(0), new Uint8Array(36), packet);
}

/** CAPWAP data (RFC 5415) around an 802.11 frame. */
export function capwap(frame: Uint8Array): Uint8Array {
  return concat(octets(0, 0x10, 0x03, 0x00), be32(0), frame);
}

/** An authentication header (RFC 4302) with a check value of 12 octets. */
export function authentication(nextHeader: number, index: number, payload: Uint8Array): Uint8Array {
  return concat(octets(nextHeader, 4, 0, 0), be32(index), be32(1), new Uint8Array(12), payload);
}

/** PPP with address and control octets. */
export function ppp(protocol: number, payload: Uint8Array): Uint8Array {
  return concat(octets(0xff, 0x03), be16(protocol), payload);
}

/** A PPPoE session packet (RFC 2516), from its own header on. */
export function pppoe(session: number, protocol: number, payload: Uint8Array): Uint8Array {
  return concat(octets(0x11, 0), be16(session), be16(2 + payload.length), be16(protocol), payload);
}

/** MPLS labels (RFC 3032), the last at the bottom of the stack. */
export function mpls(labels: readonly number[], payload: Uint8Array): Uint8Array {
  const bottom = labels.length - 1;
  return concat(...labels.map((label, at) => be32((label << 12) | (at === bottom ? 0x100 : 0) | 64)), payload);
}

/** LLC and SNAP before an EtherType. */
export function snap(type: number, payload: Uint8Array): Uint8Array {
  return concat(octets(0xaa, 0xaa, 0x03, 0, 0, 0), be16(type), payload);
}

/** An 802.11 data frame from the access point, with QoS when wanted. */
export function wlan(type: number, payload: Uint8Array, qos = false): Uint8Array {
  const header = concat(octets(qos ? 0x88 : 0x08, 0x02), new Uint8Array(22), qos ? octets(0, 0) : octets());
  return concat(header, snap(type, payload));
}

/** ERSPAN (type 1, 2 or 3) in GRE around a mirrored frame. */
export function erspan(kind: 1 | 2 | 3, session: number, frame: Uint8Array): Uint8Array {
  if (kind === 1) return gre({ type: 0x88be }, frame);
  if (kind === 2) return gre({ type: 0x88be, sequence: 1 }, concat(be16(0x1000), be16(session), be32(0), frame));
  const header = concat(be16(0x2000), be16(session), be32(0), be16(0), be16(0));
  return gre({ type: 0x22eb, sequence: 1 }, concat(header, frame));
}

/** IEEE 802.1ah around a frame, from its tag on; goes behind EtherType 0x88e7. */
export function backbone(service: number, frame: Uint8Array): Uint8Array {
  return concat(be32(service), frame);
}
