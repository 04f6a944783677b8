/** What a Certificate message carries. IANA "TLS Certificate Types" registry, as of 2026-08-11. */
export const tlsCertificateTypes = {
  x509: 0x00,
  openpgp_RESERVED: 0x01,
  raw_public_key: 0x02,
  c1609dot2: 0x03,
} as const;

/** Stapled status kinds. IANA "TLS Certificate Status Types" registry, as of 2026-08-11. */
export const tlsCertificateStatusTypes = { ocsp: 0x01, ocsp_multi: 0x02 } as const;

/** How a CompressedCertificate is compressed. IANA "TLS Certificate Compression Algorithm IDs", as of 2026-08-11. */
export const tlsCertificateCompressionAlgorithms = { zlib: 0x0001, brotli: 0x0002, zstd: 0x0003 } as const;
