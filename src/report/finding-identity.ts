// What makes two findings the same one in two captures: the kind and what it is about, never frames, flows or counts. Baselines,
// diffs and the fingerprints of SARIF rest on it, so it may not change.
import { sha256Hex } from '../base/hash.js';
import type { Finding } from '../model/finding.js';

/** What identifies a finding: the members of the report that it is told by. */
export type IdentifiedFinding = Pick<Finding, 'kind' | 'hop' | 'client' | 'server' | 'certificate'>;

/** The identity of a finding as text. A certificate's is its hash alone: it may be shown by several servers. */
export function findingIdentity({ kind, hop, client, server, certificate }: IdentifiedFinding): string {
  if (certificate !== null) return `${kind} certificate ${certificate}`;
  if (hop !== null) return `${kind} hop ${hop}`;
  return `${kind} client ${client ?? ''} server ${server ?? ''}`;
}

/** The identity as a fingerprint of 64 hexadecimal digits. */
export function findingFingerprint(finding: IdentifiedFinding): string {
  return sha256Hex(findingIdentity(finding));
}

/** What a finding is about, for a person: the hop, else whichever end, else nothing (''). Not made harmless yet. */
export function findingPlace({ hop, client, server, certificate }: IdentifiedFinding): string {
  if (client !== null && server !== null) return `${client} -> ${server}`;
  const place = hop ?? server ?? client;
  if (place !== null) return place;
  return certificate === null ? '' : `certificate ${certificate.slice(0, 16)}`;
}
