import { namesOf } from './code-names.js';

/** Handshake message types by name. IANA "TLS HandshakeType" registry, as of 2026-08-11, and NPN's number. */
export const tlsHandshakeTypes = {
  hello_request: 0x00,
  client_hello: 0x01,
  server_hello: 0x02,
  hello_verify_request: 0x03,
  new_session_ticket: 0x04,
  end_of_early_data: 0x05,
  /** TLS 1.3 drafts before 22; later ones send a ServerHello with a special random. */
  hello_retry_request: 0x06,
  encrypted_extensions: 0x08,
  request_connection_id: 0x09,
  new_connection_id: 0x0a,
  certificate: 0x0b,
  server_key_exchange: 0x0c,
  certificate_request: 0x0d,
  server_hello_done: 0x0e,
  certificate_verify: 0x0f,
  client_key_exchange: 0x10,
  client_certificate_request: 0x11,
  finished: 0x14,
  certificate_url: 0x15,
  certificate_status: 0x16,
  supplemental_data: 0x17,
  key_update: 0x18,
  compressed_certificate: 0x19,
  ekt_key: 0x1a,
  /** draft-agl-tls-nextprotoneg. */
  next_protocol: 0x43,
  message_hash: 0xfe,
} as const;

/** Name of a handshake message type, or null. */
export const tlsHandshakeTypeName: (code: number) => string | null = namesOf(tlsHandshakeTypes);
