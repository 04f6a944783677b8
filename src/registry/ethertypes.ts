// IANA "IEEE 802 Numbers", EtherTypes (2026-11), and IEEE's own list where IANA's lacks one. Only those with a meaning here.

/** EtherTypes that lead towards IP. */
export const etherTypes = {
  ipv4: 0x0800,
  /** Frame Relay ARP's neighbour in the list: Transparent Ethernet Bridging, an Ethernet frame inside (RFC 1701). */
  transparentEthernet: 0x6558,
  ppp: 0x880b,
  ipv6: 0x86dd,
  /** IEEE 802.1Q customer tag. */
  vlan: 0x8100,
  /** IEEE 802.1ad service tag. */
  serviceVlan: 0x88a8,
  /** Service tags of before 802.1ad. */
  oldServiceVlan1: 0x9100,
  oldServiceVlan2: 0x9200,
  oldServiceVlan3: 0x9300,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  pppoeDiscovery: 0x8863,
  pppoeSession: 0x8864,
  /** IEEE 802.1ah backbone service instance tag. */
  backboneTag: 0x88e7,
  /** IEEE 802.1AE (MACsec). */
  secTag: 0x88e5,
  /** RFC 8300. */
  networkServiceHeader: 0x894f,
  ciscoFabricPath: 0x8903,
  ciscoMetadata: 0x8909,
  ciscoVnTag: 0x8926,
  erspan2: 0x88be,
  erspan3: 0x22eb,
  /** WCCPv2 redirection in GRE. */
  wccp: 0x883e,
} as const;

/** Below this, the field behind the addresses is an IEEE 802.3 length (IEEE 802.3 §3.2.6). */
export const firstEtherType = 0x0600;
