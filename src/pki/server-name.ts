// RFC 9525 §6 (and RFC 6125 before it): whether a certificate speaks for the name that a client asked for.
import type { CertificateRecord } from '../model/certificate.js';

/**
 * What a certificate's names say of a server name. `common-name`: only the subject's common name fits, which RFC 6125 §6.4.4
 * still allowed and RFC 9525 does not. `spiffe`: it names a workload, not a host, and clients check that instead.
 */
export type NameCover = 'covered' | 'common-name' | 'spiffe' | 'not-covered';

/** How the certificate covers `serverName`, as sent in the SNI; an IP address there is only covered by an IP address. */
export function coverOf(record: CertificateRecord, serverName: string): NameCover {
  const wanted = normalHost(serverName);
  const address = addressKey(wanted);
  let hosts = 0;
  for (const name of record.subjectAltNames) {
    if (name.startsWith('DNS:')) {
      hosts++;
      if (address === null && matchesHost(name.slice(4), wanted)) return 'covered';
    } else if (name.startsWith('IP:')) {
      hosts++;
      if (address !== null && addressKey(name.slice(3)) === address) return 'covered';
    }
  }
  if (hosts > 0) return 'not-covered';
  const common = commonName(record.subject);
  if (common !== null) {
    if (address === null ? matchesHost(common, wanted) : addressKey(common) === address) return 'common-name';
  }
  return record.spiffeId === null ? 'not-covered' : 'spiffe';
}

/** Whether a presented DNS name, perhaps `*.` and a domain, matches. A wildcard stands for exactly the leftmost label. */
export function matchesHost(presented: string, wanted: string): boolean {
  const pattern = normalHost(presented);
  if (!pattern.startsWith('*.')) return pattern !== '' && pattern === wanted;
  const dot = wanted.indexOf('.');
  return dot > 0 && pattern.length > 2 && wanted.slice(dot) === pattern.slice(1);
}

/** The most specific common name of an RFC 4514 text; null where there is none. */
export function commonName(subject: string): string | null {
  const found = /(?:^|[,+])CN=((?:\\.|[^,+\\])*)/.exec(subject)?.[1];
  return found === undefined ? null : found.replace(/\\(.)/g, '$1');
}

/** DNS names compare without regard to case; a final dot says nothing. */
function normalHost(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** A text that is equal where two IP addresses are; null for what is none. */
function addressKey(text: string): string | null {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return text.split('.').map(Number).join('.');
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (!bare.includes(':') || !/^[0-9a-f:]{2,39}$/i.test(bare)) return null;
  const [head = '', tail, more] = bare.split('::');
  if (more !== undefined) return null;
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...front, ...Array.from({ length: missing }, () => '0'), ...back].join(':');
}

function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16).toString(16));
}
