import type { Decoded } from '../../model/packet.js';

/**
 * What a header says comes next. These numbers share one space with `decoded`, so that a `decode…` function answers with
 * either in one small integer: below `firstNext` the packet is done.
 */
export const next = {
  ethernet: 16,
  ipv4: 17,
  tcp: 18,
  udp: 19,
  ipv6: 20,
  ipv6Extension: 21,
  fragment: 22,
  vlan: 23,
  mpls: 24,
  pppoe: 25,
  ppp: 26,
  pppHdlc: 27,
  ciscoHdlc: 28,
  llc: 29,
  nullLoop: 30,
  rawIp: 31,
  linuxCooked: 32,
  linuxCooked2: 33,
  wlan: 34,
  wlanRadio: 35,
  frameRelay: 36,
  nflog: 37,
  backboneTag: 38,
  vnTag: 39,
  fabricPath: 40,
  ciscoMetadata: 41,
  serviceHeader: 42,
  ipv4Tunnel: 43,
  ipv6Tunnel: 44,
  authentication: 45,
  gre: 46,
  etherIp: 47,
  vxlan: 48,
  vxlanGpe: 49,
  geneve: 50,
  gtpUser: 51,
  teredo: 52,
  l2tp: 53,
  ayiya: 54,
  capwap: 55,
  erspan1: 57,
  erspan2: 58,
  erspan3: 59,
  swappedWlan: 60,
  secTag: 61,
  minimalEncapsulation: 62,
  etherType: 63,
} as const;

/** The lowest value of `next`. */
export const firstNext = 16;

/** How a header was left: the packet's outcome, or what comes next. */
export type Step = Decoded | (typeof next)[keyof typeof next];
