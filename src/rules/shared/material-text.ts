import type { MaterialRecord } from '../../model/content.js';

/** 'PKCS#8 as PEM in body, 1704 octets, sha256 1a2b3c4d…': what it is and where it stood. */
export function materialText({ form, encoding, where, length, sha256, subject }: MaterialRecord): string {
  const name = subject === null || subject === '' ? '' : ` of ${subject.slice(0, 120)}`;
  return `${form}${name} as ${encoding} in ${where}, ${length} octets, sha256 ${sha256.slice(0, 16)}…`;
}
