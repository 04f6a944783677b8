import { namesOf } from './code-names.js';

/**
 * Extension types by name.
 *
 * IANA "TLS ExtensionType Values" registry, as of 2026-08-11, and below the line the numbers that were used without or
 * before registration. GREASE values (RFC 8701) are told by `isGrease`.
 */
export const tlsExtensions = {
  server_name: 0x0000,
  max_fragment_length: 0x0001,
  client_certificate_url: 0x0002,
  trusted_ca_keys: 0x0003,
  truncated_hmac: 0x0004,
  status_request: 0x0005,
  user_mapping: 0x0006,
  client_authz: 0x0007,
  server_authz: 0x0008,
  cert_type: 0x0009,
  supported_groups: 0x000a,
  ec_point_formats: 0x000b,
  srp: 0x000c,
  signature_algorithms: 0x000d,
  use_srtp: 0x000e,
  heartbeat: 0x000f,
  application_layer_protocol_negotiation: 0x0010,
  status_request_v2: 0x0011,
  signed_certificate_timestamp: 0x0012,
  client_certificate_type: 0x0013,
  server_certificate_type: 0x0014,
  padding: 0x0015,
  encrypt_then_mac: 0x0016,
  extended_master_secret: 0x0017,
  token_binding: 0x0018,
  cached_info: 0x0019,
  tls_lts: 0x001a,
  compress_certificate: 0x001b,
  record_size_limit: 0x001c,
  pwd_protect: 0x001d,
  pwd_clear: 0x001e,
  password_salt: 0x001f,
  ticket_pinning: 0x0020,
  tls_cert_with_extern_psk: 0x0021,
  delegated_credential: 0x0022,
  session_ticket: 0x0023,
  TLMSP: 0x0024,
  TLMSP_proxying: 0x0025,
  TLMSP_delegate: 0x0026,
  supported_ekt_ciphers: 0x0027,
  pre_shared_key: 0x0029,
  early_data: 0x002a,
  supported_versions: 0x002b,
  cookie: 0x002c,
  psk_key_exchange_modes: 0x002d,
  certificate_authorities: 0x002f,
  oid_filters: 0x0030,
  post_handshake_auth: 0x0031,
  signature_algorithms_cert: 0x0032,
  key_share: 0x0033,
  transparency_info: 0x0034,
  connection_id_deprecated: 0x0035,
  connection_id: 0x0036,
  external_id_hash: 0x0037,
  external_session_id: 0x0038,
  quic_transport_parameters: 0x0039,
  ticket_request: 0x003a,
  dnssec_chain: 0x003b,
  sequence_number_encryption_algorithms: 0x003c,
  rrc: 0x003d,
  tls_flags: 0x003e,
  ech_outer_extensions: 0xfd00,
  encrypted_client_hello: 0xfe0d,
  renegotiation_info: 0xff01,

  /** TLS 1.3 drafts before 23: the number of `key_share` then. */
  key_share_draft: 0x0028,
  /** TLS 1.3 drafts before 19. */
  ticket_early_data_info: 0x002e,
  /** Adam Langley's, before ALPN. */
  next_protocol_negotiation: 0x3374,
  /** ALPS, by its first number and the one since Chrome 133. */
  application_settings: 0x4469,
  application_settings_new: 0x44cd,
  channel_id_old: 0x754f,
  channel_id: 0x7550,
  trust_anchors: 0xca34,
  /** draft-ietf-tls-esni up to 6, what became ECH. */
  encrypted_server_name: 0xffce,
  quic_transport_parameters_draft: 0xffa5,
} as const;

/** Name of an extension type, or null. */
export const tlsExtensionName: (code: number) => string | null = namesOf(tlsExtensions);
