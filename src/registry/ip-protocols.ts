// IANA "Assigned Internet Protocol Numbers" (2026-11): IPv4's protocol, IPv6's next header. Only those with a meaning here.

/** Protocol numbers behind IP. */
export const ipProtocols = {
  hopByHop: 0,
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  authentication: 51,
  /** RFC 2004. */
  minimalEncapsulation: 55,
  icmpv6: 58,
  noNext: 59,
  destinationOptions: 60,
  etherIp: 97,
  l2tp: 115,
  sctp: 132,
  mobility: 135,
  udpLite: 136,
  mplsInIp: 137,
  hostIdentity: 139,
  shim6: 140,
  /** RFC 8986: an Ethernet frame behind IPv6. */
  ethernet: 143,
} as const;
