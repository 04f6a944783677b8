import { decoded } from '../../model/packet.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import { next, type Step } from '../link/next.js';

/** What a protocol number behind an IP header announces. What can't be followed to TCP or UDP is `other`. */
export function stepOfIpProtocol(protocol: number): Step {
  switch (protocol) {
    case ipProtocols.tcp:
      return next.tcp;
    case ipProtocols.udp:
      return next.udp;
    case ipProtocols.ipv4:
      return next.ipv4Tunnel;
    case ipProtocols.ipv6:
      return next.ipv6Tunnel;
    case ipProtocols.gre:
      return next.gre;
    case ipProtocols.authentication:
      return next.authentication;
    case ipProtocols.minimalEncapsulation:
      return next.minimalEncapsulation;
    case ipProtocols.etherIp:
      return next.etherIp;
    case ipProtocols.mplsInIp:
      return next.mpls;
    case ipProtocols.ethernet:
      return next.ethernet;
    default:
      return decoded.other;
  }
}
