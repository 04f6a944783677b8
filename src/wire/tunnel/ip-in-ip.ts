import { decoded, type PacketView } from '../../model/packet.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

/** RFC 2003 (IPv4 in IPv4) and RFC 2473 (IPv4 in IPv6): the inner header follows without anything between. */
export function enterIpv4Tunnel(packet: PacketView): Step {
  return packet.pushLayer(packet.family === 6 ? layer.ip4in6 : layer.ipip, 0) ? next.ipv4 : decoded.malformed;
}

/** RFC 4213 §3 (IPv6 in IPv4: also 6to4, 6rd, ISATAP) and RFC 2473 (IPv6 in IPv6). */
export function enterIpv6Tunnel(packet: PacketView): Step {
  return packet.pushLayer(packet.family === 6 ? layer.ip6in6 : layer['6in4'], 0) ? next.ipv6 : decoded.malformed;
}
