// Versions in their order, DTLS beside the TLS version whose messages it carries.
import type { ClientHelloRecord } from '../../model/connection-record.js';

const ranks: Readonly<Record<string, number>> = {
  SSLv2: 0,
  SSLv3: 1,
  'TLSv1.0': 2,
  'TLSv1.1': 3,
  'DTLSv0.9': 3,
  'DTLSv1.0': 3,
  'TLSv1.2': 4,
  'DTLSv1.2': 4,
  'TLSv1.3': 5,
  'DTLSv1.3': 5,
};

/** Rank of TLS 1.2, below which RFC 8996 deprecates every version. */
export const rankOfTls12 = 4;

/** Rank of TLS 1.3. */
export const rankOfTls13 = 5;

/** A version's place among the versions, SSLv2 being 0; -1 for drafts, GREASE and what else has no place in the order. */
export function versionRank(name: string | null): number {
  return name === null ? -1 : (ranks[name] ?? -1);
}

/** Best offers by list: hellos of one shape share theirs. */
const bestOffers = new WeakMap<readonly string[], string>();

/** The highest version that a ClientHello offers, by name; its `legacyVersion` where it names none in an extension. */
export function highestOffer({ supportedVersions, legacyVersion }: ClientHelloRecord): string {
  if (supportedVersions.length === 0) return legacyVersion;
  let best = bestOffers.get(supportedVersions);
  if (best === undefined) {
    best = '';
    for (const name of supportedVersions) if (versionRank(name) > versionRank(best)) best = name;
    bestOffers.set(supportedVersions, best);
  }
  return best === '' ? legacyVersion : best;
}

/** 'TLS 1.2' for 'TLSv1.2', 'SSL 3' for 'SSLv3'. */
export function spokenVersion(name: string): string {
  return name.replace(/v(?=\d)/, ' ');
}
