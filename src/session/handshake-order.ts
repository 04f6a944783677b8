// Which handshake message may come next (RFC 9846, Handshake Protocol; RFC 5246 §7.3; RFC 5077 §3.3; RFC 6066 §8). An
// unexpected one is an anomaly, not a stop.
import { tlsHandshakeTypes as types } from '../registry/tls-handshake-types.js';

/** What is expected, named by the message that would be the first of it. */
export type Expectation =
  | 'client-hello'
  | 'server-hello'
  | 'server-certificate'
  | 'server-key-exchange'
  | 'certificate-request'
  | 'server-hello-done'
  | 'client-certificate'
  | 'client-key-exchange'
  | 'certificate-verify'
  | 'end';

type Row = Readonly<Partial<Record<number, Expectation>>>;

const afterServerHello: Row = {
  [types.supplemental_data]: 'server-certificate',
  [types.certificate]: 'server-key-exchange',
  [types.certificate_status]: 'server-key-exchange',
  [types.server_key_exchange]: 'certificate-request',
  [types.certificate_request]: 'server-hello-done',
  [types.server_hello_done]: 'client-certificate',
  // An abbreviated handshake: the ticket is renewed, and ChangeCipherSpec follows.
  [types.new_session_ticket]: 'end',
};

const afterServerFlight: Row = {
  [types.supplemental_data]: 'client-certificate',
  [types.certificate]: 'client-key-exchange',
  [types.certificate_url]: 'client-key-exchange',
  [types.client_key_exchange]: 'certificate-verify',
};

const nextAfter: Readonly<Record<Expectation, Row>> = {
  'client-hello': { [types.hello_request]: 'client-hello', [types.client_hello]: 'server-hello' },
  'server-hello': {
    [types.hello_verify_request]: 'client-hello',
    [types.hello_retry_request]: 'client-hello',
    [types.server_hello]: 'server-certificate',
  },
  'server-certificate': afterServerHello,
  'server-key-exchange': {
    [types.certificate_status]: 'server-key-exchange',
    [types.server_key_exchange]: 'certificate-request',
    [types.certificate_request]: 'server-hello-done',
    [types.server_hello_done]: 'client-certificate',
  },
  'certificate-request': {
    [types.certificate_request]: 'server-hello-done',
    [types.server_hello_done]: 'client-certificate',
  },
  'server-hello-done': { [types.server_hello_done]: 'client-certificate' },
  'client-certificate': afterServerFlight,
  'client-key-exchange': { [types.client_key_exchange]: 'certificate-verify' },
  'certificate-verify': {
    [types.certificate_verify]: 'end',
    [types.next_protocol]: 'end',
    [types.new_session_ticket]: 'end',
  },
  end: {
    [types.next_protocol]: 'end',
    [types.new_session_ticket]: 'end',
    [types.hello_request]: 'client-hello',
    [types.client_hello]: 'server-hello',
  },
};

/** What is expected after a message of `type`, or null when that message was not expected now. */
export function expectAfter(now: Expectation, type: number): Expectation | null {
  return nextAfter[now][type] ?? null;
}
