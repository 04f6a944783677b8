import type { Opening, Protocol } from '../model/protocol.js';
import { readDnsAnswers } from './dns-answers.js';
import { type DnsShape, dnsEvidence, dnsShape, readDnsShape } from './dns-message.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { u16At } from './octets.js';

/** DNS over TCP (RFC 1035 §4.2.2): each message behind its length in two octets. */
export const dnsOverTcp: Protocol = fromSides({
  name: 'dns',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [53, 5353],
  client: (opening) => judgeStream(opening, dnsShape.query),
  server: (opening) => judgeStream(opening, dnsShape.response),
});

/** DNS over UDP (RFC 1035 §4.2.1). */
export const dnsOverUdp: Protocol = fromSides({
  name: 'dns',
  kind: 'cleartext',
  transport: 'udp',
  ports: [53],
  client: (opening) => judgeDatagram(opening, dnsShape.query),
  server: (opening) => judgeDatagram(opening, dnsShape.response),
  tellNames: readDnsAnswers,
});

/** Multicast DNS (RFC 6762 §18): DNS in shape, mDNS by its port. */
export const mdns: Protocol = fromSides({
  name: 'mdns',
  kind: 'cleartext',
  transport: 'udp',
  ports: [5353],
  client: (opening, onUsualPort) => (onUsualPort ? judgeDatagram(opening, dnsShape.query) : evidence.no),
  server: (opening, onUsualPort) => (onUsualPort ? judgeDatagram(opening, dnsShape.response) : evidence.no),
  tellNames: readDnsAnswers,
});

/** Link-Local Multicast Name Resolution (RFC 4795 §2.1): DNS in shape, LLMNR by its port. */
export const llmnr: Protocol = fromSides({
  name: 'llmnr',
  kind: 'cleartext',
  transport: 'udp',
  ports: [5355],
  client: (opening, onUsualPort) => (onUsualPort ? judgeDatagram(opening, dnsShape.query) : evidence.no),
  server: (opening, onUsualPort) => (onUsualPort ? judgeDatagram(opening, dnsShape.response) : evidence.no),
  tellNames: readDnsAnswers,
});

/** The header, a root name, a type and a class. */
const shortestMessage = 17;

function judgeStream(opening: Opening, wanted: DnsShape): Evidence {
  if (opening.length < 2) return evidence.more;
  if (u16At(opening, 0) < shortestMessage) return evidence.no;
  return dnsEvidence(readDnsShape(opening, 2), wanted);
}

function judgeDatagram(opening: Opening, wanted: DnsShape): Evidence {
  return dnsEvidence(readDnsShape(opening, 0), wanted);
}
