import { type Decoded, decoded, type PacketView } from '../model/packet.js';
import { Cursor } from '../wire/link/cursor.js';
import { decodeEthernet, decodeEtherType } from '../wire/link/ethernet.js';
import { decodeFrameRelay } from '../wire/link/frame-relay.js';
import { enterFrame, linkStart } from '../wire/link/link-type.js';
import { decodeLinuxCooked, decodeLinuxCooked2 } from '../wire/link/linux-cooked.js';
import { decodeLlc } from '../wire/link/llc.js';
import { decodeMpls } from '../wire/link/mpls.js';
import { firstNext, next, type Step } from '../wire/link/next.js';
import { decodeNflog } from '../wire/link/nflog.js';
import { decodeNullLoop, decodeRawIp } from '../wire/link/null-loop.js';
import { decodePpp, decodePppHdlc, decodePppoe } from '../wire/link/ppp.js';
import {
  decodeBackboneTag,
  decodeCiscoMetadata,
  decodeFabricPath,
  decodeSecTag,
  decodeVlan,
  decodeVnTag,
} from '../wire/link/tags.js';
import { decodeSwappedWlan, decodeWlan, decodeWlanRadio } from '../wire/link/wlan.js';
import { decodeAuthentication } from '../wire/net/authentication.js';
import { stepOfIpProtocol } from '../wire/net/ip-protocol.js';
import { decodeIpv4 } from '../wire/net/ipv4.js';
import { decodeIpv6, decodeIpv6Extensions } from '../wire/net/ipv6.js';
import { decodeTcp } from '../wire/transport/tcp.js';
import { decodeUdp } from '../wire/transport/udp.js';
import { decodeAyiya } from '../wire/tunnel/ayiya.js';
import { decodeCapwap } from '../wire/tunnel/capwap.js';
import { decodeErspan1, decodeErspan2, decodeErspan3 } from '../wire/tunnel/erspan.js';
import { decodeEtherIp } from '../wire/tunnel/ether-ip.js';
import { decodeGeneve } from '../wire/tunnel/geneve.js';
import { decodeGre } from '../wire/tunnel/gre.js';
import { decodeGtpUser } from '../wire/tunnel/gtp-user.js';
import { enterIpv4Tunnel, enterIpv6Tunnel } from '../wire/tunnel/ip-in-ip.js';
import { decodeL2tp } from '../wire/tunnel/l2tp.js';
import { decodeMinimalEncapsulation } from '../wire/tunnel/minimal-encapsulation.js';
import { decodeServiceHeader } from '../wire/tunnel/service-header.js';
import { decodeTeredo } from '../wire/tunnel/teredo.js';
import { tunnelOfPort } from '../wire/tunnel/udp-tunnel.js';
import { decodeVxlan, decodeVxlanGpe } from '../wire/tunnel/vxlan.js';
import { Defragmenter } from './defragmenter.js';

/**
 * Headers read in one packet. Layers are bounded by `maxLayers`, and between two of them stand few others; this bounds
 * what pushes no layer.
 */
const maxHeaders = 64;

/** Walks the headers of each packet to TCP or UDP. One instance a run; `decode` allocates nothing but for fragments. */
export class PacketDecoder {
  readonly defragmenter: Defragmenter;
  readonly #cursor = new Cursor();
  #linkType = -1;
  #start: ReturnType<typeof linkStart> = linkStart(-1);

  /** `seed` is drawn per run: it keys the defragmenter's table. */
  constructor(seed = 0, defragmenter: Defragmenter = new Defragmenter(seed)) {
    this.defragmenter = defragmenter;
  }

  /** IPv4 headers whose checksum did not add up so far; they are decoded all the same, as offload writes it late. */
  get badChecksums(): number {
    return this.#cursor.badChecksums;
  }

  /**
   * Sets the network, transport and layer fields of the view; the frame fields stay. Which are valid: the layers always,
   * the network ones when `family` is not 0, the transport ones after `tcp` and `udp`.
   *
   * When the packet completes a fragmented datagram, `packet.bytes` becomes the defragmenter's buffer: it is valid until
   * the next `decode`, `start` and `end` do not refer to it, and the frame fields are those of the last fragment. Whoever
   * fills the view sets `bytes` again for each packet.
   *
   * A UDP tunnel is followed when an IP header that fits stands in it, else the packet is plain UDP.
   */
  decode(packet: PacketView): Decoded {
    const cursor = this.#cursor;
    packet.family = 0;
    packet.layerCount = 0;
    packet.protocol = 0;
    packet.identification = 0;
    if (packet.linkType !== this.#linkType) {
      this.#linkType = packet.linkType;
      this.#start = linkStart(packet.linkType);
    }
    let step: Step = enterFrame(packet, cursor, this.#start);
    let outerLayers = 0;
    for (let headers = 0; step >= firstNext; headers++) {
      if (headers === maxHeaders) {
        step = decoded.malformed;
        break;
      }
      // The ordinary path first: a handful of comparisons instead of a table.
      if (step === next.ethernet) step = decodeEthernet(cursor);
      else if (step === next.ipv4) step = decodeIpv4(packet, cursor);
      else if (step === next.tcp) return decodeTcp(packet, cursor);
      else if (step === next.ipv6) step = decodeIpv6(packet, cursor);
      else if (step === next.udp) {
        step = decodeUdp(packet, cursor);
        if (step !== decoded.udp) break;
        step = tunnelOfPort(packet.destinationPort);
        if (step === decoded.udp) step = tunnelOfPort(packet.sourcePort);
        if (step === decoded.udp) break;
        outerLayers = packet.layerCount;
        cursor.unproven = true;
      } else step = this.#decodeRare(step, packet, cursor);
    }
    return cursor.unproven ? leaveTunnel(packet, outerLayers) : (step as Decoded);
  }

  #decodeRare(step: Step, packet: PacketView, cursor: Cursor): Step {
    switch (step) {
      case next.vlan:
        return decodeVlan(packet, cursor);
      case next.mpls:
        return decodeMpls(packet, cursor);
      case next.pppoe:
        return decodePppoe(packet, cursor);
      case next.ppp:
        return decodePpp(packet, cursor);
      case next.pppHdlc:
        return decodePppHdlc(packet, cursor);
      case next.llc:
        return decodeLlc(packet, cursor);
      case next.etherType:
        return decodeEtherType(packet, cursor);
      case next.nullLoop:
        return decodeNullLoop(packet, cursor);
      case next.rawIp:
        return decodeRawIp(packet, cursor);
      case next.linuxCooked:
        return decodeLinuxCooked(packet, cursor);
      case next.linuxCooked2:
        return decodeLinuxCooked2(packet, cursor);
      case next.wlan:
        return decodeWlan(packet, cursor);
      case next.swappedWlan:
        return decodeSwappedWlan(packet, cursor);
      case next.wlanRadio:
        return decodeWlanRadio(packet, cursor);
      case next.frameRelay:
        return decodeFrameRelay(packet, cursor);
      case next.nflog:
        return decodeNflog(packet, cursor);
      case next.backboneTag:
        return decodeBackboneTag(packet, cursor);
      case next.vnTag:
        return decodeVnTag(packet, cursor);
      case next.fabricPath:
        return decodeFabricPath(packet, cursor);
      case next.ciscoMetadata:
        return decodeCiscoMetadata(packet, cursor);
      case next.secTag:
        return decodeSecTag(packet, cursor);
      case next.serviceHeader:
        return decodeServiceHeader(packet, cursor);
      case next.ipv6Extension:
        return decodeIpv6Extensions(packet, cursor);
      case next.fragment:
        return this.#reassemble(packet, cursor);
      case next.authentication:
        return decodeAuthentication(packet, cursor);
      case next.minimalEncapsulation:
        return decodeMinimalEncapsulation(packet, cursor);
      case next.ipv4Tunnel:
        return enterIpv4Tunnel(packet);
      case next.ipv6Tunnel:
        return enterIpv6Tunnel(packet);
      case next.gre:
        return decodeGre(packet, cursor);
      case next.erspan1:
        return decodeErspan1(packet);
      case next.erspan2:
        return decodeErspan2(packet, cursor);
      case next.erspan3:
        return decodeErspan3(packet, cursor);
      case next.etherIp:
        return decodeEtherIp(packet, cursor);
      case next.vxlan:
        return decodeVxlan(packet, cursor);
      case next.vxlanGpe:
        return decodeVxlanGpe(packet, cursor);
      case next.geneve:
        return decodeGeneve(packet, cursor);
      case next.gtpUser:
        return decodeGtpUser(packet, cursor);
      case next.teredo:
        return decodeTeredo(packet, cursor);
      case next.l2tp:
        return decodeL2tp(packet, cursor);
      case next.ayiya:
        return decodeAyiya(packet, cursor);
      case next.capwap:
        return decodeCapwap(packet, cursor);
      default:
        return decoded.unsupported;
    }
  }

  #reassemble(packet: PacketView, cursor: Cursor): Step {
    if (!this.defragmenter.add(packet, cursor)) return decoded.fragment;
    cursor.readFrom(packet.bytes);
    if (packet.family === 6) return next.ipv6Extension;
    return stepOfIpProtocol(packet.protocol);
  }
}

/**
 * Back to the UDP packet whose port promised more than its content kept. Its fields are still there: before an inner IP
 * header is accepted nothing but layers is written.
 */
function leaveTunnel(packet: PacketView, outerLayers: number): Decoded {
  packet.layerCount = outerLayers;
  return decoded.udp;
}
