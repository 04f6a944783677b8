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
  llc: 28,
  nullLoop: 29,
  rawIp: 30,
  linuxCooked: 31,
  linuxCooked2: 32,
  wlan: 33,
  wlanRadio: 34,
  frameRelay: 35,
  nflog: 36,
  backboneTag: 37,
  vnTag: 38,
  fabricPath: 39,
  ciscoMetadata: 40,
  serviceHeader: 41,
  ipv4Tunnel: 42,
  ipv6Tunnel: 43,
  authentication: 44,
  gre: 45,
  etherIp: 46,
  vxlan: 47,
  vxlanGpe: 48,
  geneve: 49,
  gtpUser: 50,
  teredo: 51,
  l2tp: 52,
  ayiya: 53,
  capwap: 54,
  erspan1: 55,
  erspan2: 56,
  erspan3: 57,
  swappedWlan: 58,
  secTag: 59,
  minimalEncapsulation: 60,
  etherType: 61,
} as const;

/** The lowest value of `next`. */
export const firstNext = 16;

/** How a header was left: the packet's outcome, or what comes next. */
export type Step = Decoded | (typeof next)[keyof typeof next];
