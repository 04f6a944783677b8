/** Compression of records in TLS <= 1.2. IANA "TLS Compression Method Identifiers" registry, as of 2026-08-11. */
export const tlsCompressionMethods = { null: 0x00, DEFLATE: 0x01, LZS: 0x40 } as const;
