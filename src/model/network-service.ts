/**
 * What serves the network itself, is public by nature or protects itself, and is not what TLS is for: names, addresses, time,
 * discovery, routes, tickets. In clear it is no fault, and there is nothing about mutual TLS to judge.
 */
export const networkServices: ReadonlySet<string> = new Set([
  'bgp',
  'dhcp',
  'dns',
  'kerberos',
  'llmnr',
  'mdns',
  'netbios',
  'ntp',
  'ssdp',
  'stun',
]);
