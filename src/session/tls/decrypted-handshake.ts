// What only keys show of a handshake: EncryptedExtensions, and messages after the first Finished.
import type { Direction } from '../../model/stream.js';
import { parseEncryptedExtensions } from '../../wire/tls/encrypted-extensions.js';
import { other } from '../listener.js';
import type { DecryptedObservations } from './decrypted-observations.js';
import type { TlsObservations } from './tls-observations.js';

/** Reads an EncryptedExtensions: `bytes[start, end)` is its body, lent. */
export function readEncryptedExtensions(
  seen: TlsObservations,
  bytes: Uint8Array,
  start: number,
  end: number,
  frame: number,
): void {
  const decrypted = seen.observeDecrypted();
  if (decrypted.encryptedExtensions !== null) return;
  const value = parseEncryptedExtensions(bytes, start, end);
  if (value.fault !== null) seen.odd(`EncryptedExtensions ${value.fault.kind}`);
  decrypted.encryptedExtensions = value;
  decrypted.encryptedExtensionsFrame = frame;
}

/**
 * What is noted of a message of `direction` that comes after its first Finished: it belongs to post-handshake authentication
 * (RFC 9846) or a renegotiation. Null for the messages of the first handshake.
 */
export function laterHandshake(seen: TlsObservations, direction: Direction): DecryptedObservations | null {
  const { decrypted } = seen.answer;
  return decrypted?.isLater(direction) === true ? decrypted : null;
}

/** Type of certificates that both agreed on for a side (RFC 7250); null = X.509. */
export function agreedCertificateType(seen: TlsObservations, fromClient: boolean): number | null {
  const extensions = seen.answer.decrypted?.encryptedExtensions ?? null;
  const hello = seen.serverHello;
  return fromClient
    ? (extensions?.clientCertificateType ?? hello?.clientCertificateType ?? null)
    : (extensions?.serverCertificateType ?? hello?.serverCertificateType ?? null);
}

/** The ServerHello of TLS 1.3 came from `server`: what each direction says next, for those who can read it. */
export function expectEncrypted(seen: TlsObservations, server: Direction): void {
  seen.of(server).expected = 'encrypted-extensions';
  seen.of(other(server)).expected = 'client-flight';
}
