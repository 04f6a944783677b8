import { namesOf } from './code-names.js';

/** What kinds of client certificate a CertificateRequest asks for. IANA "TLS ClientCertificateType Identifiers", 2026-08-11. */
export const tlsClientCertificateTypes = {
  rsa_sign: 0x01,
  dss_sign: 0x02,
  rsa_fixed_dh: 0x03,
  dss_fixed_dh: 0x04,
  rsa_ephemeral_dh_RESERVED: 0x05,
  dss_ephemeral_dh_RESERVED: 0x06,
  fortezza_dms_RESERVED: 0x14,
  /** GOST before RFC 9189. */
  gost_sign94: 0x15,
  gost_sign01: 0x16,
  ecdsa_sign: 0x40,
  rsa_fixed_ecdh: 0x41,
  ecdsa_fixed_ecdh: 0x42,
  gost_sign256: 0x43,
  gost_sign512: 0x44,
  /** GB/T 38636. */
  ibc_params: 0x50,
} as const;

/** Name of a ClientCertificateType, or null. */
export const tlsClientCertificateTypeName: (code: number) => string | null = namesOf(tlsClientCertificateTypes);
