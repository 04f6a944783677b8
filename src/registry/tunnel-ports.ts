// IANA "Service Name and Transport Protocol Port Number Registry" (2026-11), UDP, and what is used unassigned.

/** UDP ports where a tunnel usually ends. They suggest; the content decides. */
export const tunnelPorts = {
  l2tp: 1701,
  gtpUser: 2152,
  teredo: 3544,
  greInUdp: 4754,
  vxlan: 4789,
  vxlanGpe: 4790,
  ayiya: 5072,
  capwapData: 5247,
  geneve: 6081,
  /** What Linux took before IANA assigned 4789. */
  linuxVxlan: 8472,
} as const;
