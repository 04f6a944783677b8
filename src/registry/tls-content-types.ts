/** Record content types by name. IANA "TLS ContentType" registry, as of 2026-08-11. */
export const tlsContentTypes = {
  change_cipher_spec: 0x14,
  alert: 0x15,
  handshake: 0x16,
  application_data: 0x17,
  heartbeat: 0x18,
  /** DTLS only (RFC 9146). */
  tls12_cid: 0x19,
  /** DTLS only (RFC 9147). */
  ack: 0x1a,
  return_routability_check: 0x1b,
} as const;
