// Which handshake message of a direction may come next (RFC 9846, Handshake Protocol; RFC 5246 §7.3; RFC 5077 §3.3;
// RFC 6066 §8). Each direction has an order of its own, as only within one does a capture show what came first; and a
// capture may lack the other. An unexpected message is an anomaly, not a stop.
import { tlsHandshakeTypes as types } from '../../registry/tls-handshake-types.js';

/** What is expected of a direction, named by the message that would be the first of it. */
export type Expectation =
  | 'server-hello'
  | 'server-certificate'
  | 'server-key-exchange'
  | 'certificate-request'
  | 'server-hello-done'
  | 'server-end'
  | 'client-certificate'
  | 'client-key-exchange'
  | 'certificate-verify'
  | 'client-end'
  | 'encrypted-extensions'
  | 'server-flight'
  | 'server-flight-certificate'
  | 'server-flight-verify'
  | 'server-flight-end'
  | 'after-server-finished'
  | 'client-flight'
  | 'client-flight-verify'
  | 'client-flight-end'
  | 'after-client-finished';

type Row = Readonly<Partial<Record<number, Expectation>>>;

const afterServerHello: Row = {
  [types.supplemental_data]: 'server-certificate',
  [types.certificate]: 'server-key-exchange',
  [types.certificate_status]: 'server-key-exchange',
  [types.server_key_exchange]: 'certificate-request',
  [types.certificate_request]: 'server-hello-done',
  [types.server_hello_done]: 'server-end',
  // An abbreviated handshake: the ticket is renewed, and ChangeCipherSpec follows.
  [types.new_session_ticket]: 'server-end',
  // And its Finished, for those who can read it.
  [types.finished]: 'server-end',
};

const nextAfter: Readonly<Record<Expectation, Row>> = {
  'server-hello': {
    [types.hello_request]: 'server-hello',
    [types.hello_verify_request]: 'server-hello',
    [types.hello_retry_request]: 'server-hello',
    [types.server_hello]: 'server-certificate',
  },
  'server-certificate': afterServerHello,
  'server-key-exchange': {
    [types.certificate_status]: 'server-key-exchange',
    [types.server_key_exchange]: 'certificate-request',
    [types.certificate_request]: 'server-hello-done',
    [types.server_hello_done]: 'server-end',
  },
  'certificate-request': {
    [types.certificate_request]: 'server-hello-done',
    [types.server_hello_done]: 'server-end',
  },
  'server-hello-done': { [types.server_hello_done]: 'server-end' },
  'server-end': {
    [types.new_session_ticket]: 'server-end',
    [types.finished]: 'server-end',
    [types.hello_request]: 'server-hello',
    [types.server_hello]: 'server-certificate',
  },
  'client-certificate': {
    // Again, after a HelloRetryRequest or HelloVerifyRequest.
    [types.client_hello]: 'client-certificate',
    [types.supplemental_data]: 'client-certificate',
    [types.certificate]: 'client-key-exchange',
    [types.certificate_url]: 'client-key-exchange',
    [types.client_key_exchange]: 'certificate-verify',
    [types.finished]: 'client-end',
  },
  'client-key-exchange': { [types.client_key_exchange]: 'certificate-verify' },
  'certificate-verify': {
    [types.certificate_verify]: 'client-end',
    [types.next_protocol]: 'client-end',
    [types.finished]: 'client-end',
    [types.client_hello]: 'client-certificate',
  },
  'client-end': {
    [types.next_protocol]: 'client-end',
    [types.finished]: 'client-end',
    [types.client_hello]: 'client-certificate',
  },
  // TLS 1.3 behind the ServerHello, for those who can read it.
  'encrypted-extensions': { [types.encrypted_extensions]: 'server-flight' },
  'server-flight': {
    [types.certificate_request]: 'server-flight-certificate',
    [types.certificate]: 'server-flight-verify',
    [types.compressed_certificate]: 'server-flight-verify',
    [types.finished]: 'after-server-finished',
  },
  'server-flight-certificate': {
    [types.certificate]: 'server-flight-verify',
    [types.compressed_certificate]: 'server-flight-verify',
    // With an external PSK (RFC 9973).
    [types.finished]: 'after-server-finished',
  },
  'server-flight-verify': { [types.certificate_verify]: 'server-flight-end' },
  'server-flight-end': { [types.finished]: 'after-server-finished' },
  'after-server-finished': {
    [types.new_session_ticket]: 'after-server-finished',
    [types.key_update]: 'after-server-finished',
    [types.certificate_request]: 'after-server-finished',
  },
  'client-flight': {
    [types.end_of_early_data]: 'client-flight',
    [types.certificate]: 'client-flight-verify',
    [types.compressed_certificate]: 'client-flight-verify',
    [types.finished]: 'after-client-finished',
    // Again, after a HelloRetryRequest.
    [types.client_hello]: 'client-flight',
  },
  'client-flight-verify': {
    [types.certificate_verify]: 'client-flight-end',
    // After an empty Certificate.
    [types.finished]: 'after-client-finished',
  },
  'client-flight-end': { [types.finished]: 'after-client-finished' },
  // Certificates: post-handshake authentication.
  'after-client-finished': {
    [types.key_update]: 'after-client-finished',
    [types.certificate]: 'client-flight-verify',
    [types.compressed_certificate]: 'client-flight-verify',
  },
};

/** What follows the messages that only one side sends, and that side at one place: from them on the order is known. */
const orientation: Row = {
  [types.client_hello]: 'client-certificate',
  [types.server_hello]: 'server-certificate',
  [types.server_key_exchange]: 'certificate-request',
  [types.certificate_request]: 'server-hello-done',
  [types.server_hello_done]: 'server-end',
  [types.client_key_exchange]: 'certificate-verify',
  [types.certificate_verify]: 'client-end',
};

/** What is expected after a message of `type`, or null when that message was not expected now. */
export function expectAfter(now: Expectation, type: number): Expectation | null {
  return nextAfter[now][type] ?? null;
}

/** What is expected after a message of `type` that stands anywhere; null where it does not tell. */
export function expectAfterAnywhere(type: number): Expectation | null {
  return orientation[type] ?? null;
}
