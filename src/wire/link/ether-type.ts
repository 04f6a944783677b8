import { decoded } from '../../model/packet.js';
import { etherTypes } from '../../registry/ethertypes.js';
import { next, type Step } from './next.js';

/** What an EtherType announces. An unknown one carries no IP that could be followed: `other`. */
export function stepOfEtherType(type: number): Step {
  switch (type) {
    case etherTypes.ipv4:
      return next.ipv4;
    case etherTypes.ipv6:
      return next.ipv6;
    case etherTypes.vlan:
    case etherTypes.serviceVlan:
    case etherTypes.oldServiceVlan1:
    case etherTypes.oldServiceVlan2:
    case etherTypes.oldServiceVlan3:
      return next.vlan;
    case etherTypes.mpls:
    case etherTypes.mplsUpstream:
      return next.mpls;
    case etherTypes.pppoeSession:
      return next.pppoe;
    case etherTypes.transparentEthernet:
      return next.ethernet;
    case etherTypes.ppp:
      return next.ppp;
    case etherTypes.backboneTag:
      return next.backboneTag;
    case etherTypes.secTag:
      return next.secTag;
    case etherTypes.networkServiceHeader:
      return next.serviceHeader;
    case etherTypes.ciscoFabricPath:
      return next.fabricPath;
    case etherTypes.ciscoMetadata:
      return next.ciscoMetadata;
    case etherTypes.ciscoVnTag:
      return next.vnTag;
    default:
      return decoded.other;
  }
}
