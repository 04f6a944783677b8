// Alerts that refuse a certificate or its absence.
import type { TlsAlert, TlsSession } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';

/**
 * Alerts that say nothing of a certificate: versions, algorithms, names, and damage (RFC 9846 §6, 8446 §6.2). All others, with
 * handshake_failure, decrypt_error and internal_error, are what stacks send over certificates.
 */
const unrelated: ReadonlySet<string> = new Set([
  'close_notify',
  'user_canceled',
  'no_renegotiation',
  'unexpected_message',
  'bad_record_mac',
  'decryption_failed',
  'record_overflow',
  'decompression_failure',
  'illegal_parameter',
  'decode_error',
  'export_restriction',
  'protocol_version',
  'insufficient_security',
  'inappropriate_fallback',
  'missing_extension',
  'unsupported_extension',
  'unrecognized_name',
  'unknown_psk_identity',
  'no_application_protocol',
  'ech_required',
  'too_many_cids_requested',
]);

/** Alerts that name a certificate as the cause. */
const aboutCertificates: ReadonlySet<string> = new Set([
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'unknown_ca',
  'access_denied',
  'bad_certificate_status_response',
  'certificate_required',
]);

/** The first readable alert by which `from` may have refused a certificate; null without one. */
export function refusingAlert({ alerts }: TlsSession, from: Side): TlsAlert | null {
  for (const alert of alerts) {
    if (alert.from === from && alert.description !== null && isFatal(alert) && !unrelated.has(alert.description))
      return alert;
  }
  return null;
}

/** The first readable alert of `from` that names a certificate as its cause; null without one. */
export function certificateAlert({ alerts }: TlsSession, from: Side): TlsAlert | null {
  for (const alert of alerts) {
    if (alert.from === from && alert.description !== null && aboutCertificates.has(alert.description)) return alert;
  }
  return null;
}

/** Whether `from` ended the connection with a readable alert that has nothing to do with certificates. */
export function endedOtherwise({ alerts }: TlsSession, from: Side): boolean {
  for (const alert of alerts) {
    if (alert.from !== from || alert.description === null || !isFatal(alert)) continue;
    if (alert.description !== 'close_notify' && unrelated.has(alert.description)) return true;
  }
  return false;
}

/** TLS 1.3 has done away with the level: all but two alerts are fatal (RFC 9846 §6, 8446 §6). */
function isFatal({ level, description }: TlsAlert): boolean {
  return level === 'fatal' || aboutCertificates.has(description ?? '');
}
