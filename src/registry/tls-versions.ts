// Protocol versions on the wire. IANA keeps no registry; the numbers are those of the specifications (SSLv2, RFC 6101, 2246,
// 4346, 5246, 9846; DTLS RFC 4347, 6347, 9147; GB/T 38636 for TLCP), as of 2026-11.

/** Version numbers by their usual names. */
export const tlsVersions = {
  sslv2: 0x0002,
  sslv3: 0x0300,
  tls10: 0x0301,
  tls11: 0x0302,
  tls12: 0x0303,
  tls13: 0x0304,
  /** China's TLCP: the messages of TLS 1.1 with two certificates. */
  tlcp: 0x0101,
  /** OpenSSL before 0.9.8f; Cisco AnyConnect still speaks it. */
  dtls10Old: 0x0100,
  dtls10: 0xfeff,
  dtls12: 0xfefd,
  dtls13: 0xfefc,
} as const;

const names: ReadonlyMap<number, string> = new Map([
  [tlsVersions.sslv2, 'SSLv2'],
  [tlsVersions.sslv3, 'SSLv3'],
  [tlsVersions.tls10, 'TLSv1.0'],
  [tlsVersions.tls11, 'TLSv1.1'],
  [tlsVersions.tls12, 'TLSv1.2'],
  [tlsVersions.tls13, 'TLSv1.3'],
  [tlsVersions.tlcp, 'TLCP'],
  [tlsVersions.dtls10Old, 'DTLSv0.9'],
  [tlsVersions.dtls10, 'DTLSv1.0'],
  [tlsVersions.dtls12, 'DTLSv1.2'],
  [tlsVersions.dtls13, 'DTLSv1.3'],
]);

/** 'TLSv1.2', 'DTLSv1.0', …, or '0x7f1c'-style hexadecimal for a number without a name (drafts and GREASE too). */
export function versionName(version: number): string {
  return names.get(version) ?? `0x${version.toString(16).padStart(4, '0')}`;
}

/** The number of a name that `versionName` gives, or null. */
export function versionNumber(name: string): number | null {
  for (const [version, known] of names) if (known === name) return version;
  return /^0x[0-9a-f]{4}$/.test(name) ? Number.parseInt(name, 16) : null;
}

/** Whether a number is TLS 1.3: the final one, an IETF draft (0x7fXX) or one of Facebook's (0xfbXX). Not DTLS. */
export function isTls13(version: number): boolean {
  return version === tlsVersions.tls13 || isTls13Draft(version);
}

/** Whether a number is a draft of TLS 1.3; its last octet is the draft's number. */
export function isTls13Draft(version: number): boolean {
  const major = version >>> 8;
  return major === 0x7f || major === 0xfb;
}

/** Whether a number is a version of DTLS. */
export function isDtls(version: number): boolean {
  return version >>> 8 === 0xfe || version === tlsVersions.dtls10Old;
}

/**
 * The TLS version whose message formats a version uses: DTLS 1.2 → TLS 1.2, a draft → TLS 1.3, TLCP → TLS 1.1. Numbers
 * that are none of these stay.
 */
export function messageVersion(version: number): number {
  switch (version) {
    case tlsVersions.dtls10Old:
    case tlsVersions.dtls10:
    case tlsVersions.tlcp:
      return tlsVersions.tls11;
    case tlsVersions.dtls12:
      return tlsVersions.tls12;
    case tlsVersions.dtls13:
      return tlsVersions.tls13;
    default:
      return isTls13Draft(version) ? tlsVersions.tls13 : version;
  }
}
