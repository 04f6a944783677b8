import { decoded } from '../../model/packet.js';
import { tunnelPorts } from '../../registry/tunnel-ports.js';
import { next, type Step } from '../link/next.js';

/** Which tunnel a UDP port suggests, or `udp` for none. */
export function tunnelOfPort(port: number): Step {
  switch (port) {
    case tunnelPorts.l2tp:
      return next.l2tp;
    case tunnelPorts.gtpUser:
      return next.gtpUser;
    case tunnelPorts.teredo:
      return next.teredo;
    case tunnelPorts.greInUdp:
      return next.gre;
    case tunnelPorts.vxlan:
    case tunnelPorts.linuxVxlan:
      return next.vxlan;
    case tunnelPorts.vxlanGpe:
      return next.vxlanGpe;
    case tunnelPorts.ayiya:
      return next.ayiya;
    case tunnelPorts.capwapData:
      return next.capwap;
    case tunnelPorts.geneve:
      return next.geneve;
    default:
      return decoded.udp;
  }
}
