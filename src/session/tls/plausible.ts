// What records can be, before anything says what they are.
import { u24 } from '../../base/bytes.js';
import type { Direction } from '../../model/stream.js';
import { tlsHandshakeTypeName } from '../../registry/tls-handshake-types.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import type { TlsDirection } from './tls-direction.js';
import type { TlsObservations } from './tls-observations.js';

/** A message longer than this, met after a loss, is taken for closed octets that look like a header. */
const plausibleMessageOctets = 0x20000;

/**
 * A plain alert has two octets; a protected one is longer by its code or tag (RFC 5246 §6.2.3). Several in one record are
 * believed only where the handshake is in the capture.
 */
export function mayBePlainAlert(
  { clientHelloFrame, serverHelloFrame }: TlsObservations,
  { protected: isProtected, doubtful }: TlsDirection,
  length: number,
): boolean {
  if (length === 2) return true;
  if (isProtected || doubtful) return false;
  return length === 1 || clientHelloFrame > 0 || serverHelloFrame > 0;
}

/** Whether an application-data record belongs to TLS 1.3; a client's before the ServerHello is seen may. */
export function mayHoldTls13(
  { version, client, helloShape }: TlsObservations,
  direction: Direction,
  state: TlsDirection,
): boolean {
  if (version !== null) return state.protected && version === tlsVersions.tls13;
  return client === direction && (helloShape?.supportedVersions.includes(tlsVersions.tls13) ?? false);
}

/** Whether the hellos leave it open that TLS 1.3 is spoken. Nobody sends a ClientKeyExchange in it. */
export function mayBeTls13({ helloShape, answer }: TlsObservations): boolean {
  if (helloShape === null || answer.clientKeyExchangeFrame > 0) return false;
  return helloShape.supportedVersions.some((version) => messageVersion(version) === tlsVersions.tls13);
}

/** Whether `bytes[at, end)` begin like a handshake message that can be read. */
export function looksLikeMessage(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    end - at >= handshakeHeaderLength &&
    tlsHandshakeTypeName(bytes[at]!) !== null &&
    u24(bytes, at + 1) <= plausibleMessageOctets
  );
}
