// IANA "Point-to-Point (PPP) Protocol Field Assignments" (2026-11). Only those with a meaning here.

/** PPP protocol numbers. */
export const pppProtocols = {
  ipv4: 0x0021,
  bridging: 0x0031,
  multilink: 0x003d,
  ipv6: 0x0057,
  singleLinkCompression: 0x00fb,
  compressed: 0x00fd,
  mpls: 0x0281,
  mplsMulticast: 0x0283,
} as const;
