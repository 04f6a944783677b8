import type { CertificateRecord } from '../../model/certificate.js';
import { type EcsEvent, ecsText } from './text.js';

/** A certificate as an event of its own below `tls.server` or `tls.client`: flows name it by `tls.….hash.sha256`. */
export function certificateEvent(record: CertificateRecord, time: string): EcsEvent {
  const { subject, issuer, notBefore, notAfter } = record;
  const side = {
    hash: { sha256: record.sha256.toUpperCase() },
    subject: ecsText(subject),
    issuer: ecsText(issuer),
    ...validity(notBefore, notAfter),
    x509: {
      ...validity(notBefore, notAfter),
      subject: { distinguished_name: ecsText(subject) },
      issuer: { distinguished_name: ecsText(issuer) },
      serial_number: record.serial.toUpperCase(),
      signature_algorithm: record.signatureAlgorithm,
      public_key_algorithm: record.keyType,
      ...(record.keyBits === null ? {} : { public_key_size: record.keyBits }),
      ...(record.curve === null ? {} : { public_key_curve: record.curve }),
      ...(record.version === null ? {} : { version_number: String(record.version) }),
      alternative_names: record.subjectAltNames.map((name) => ecsText(name.replace(/^[A-Za-z]+:/, ''))),
    },
  };
  return {
    '@timestamp': time,
    event: {
      kind: 'event',
      category: ['network'],
      type: ['info'],
      module: 'barewire',
      dataset: 'barewire.certificate',
    },
    tls: Object.fromEntries(record.usedAs.map((role) => [role, side])),
    barewire: {
      certificate: {
        used_as: record.usedAs,
        self_signed: record.selfSigned,
        is_ca: record.isCa,
        extended_key_usage: record.extendedKeyUsage,
        spiffe_id: record.spiffeId === null ? null : ecsText(record.spiffeId),
        first_frame: record.firstFrame,
        parse_error: record.parseError,
      },
    },
  };
}

/** Unreadable times are '', which the schema has no date for. */
function validity(notBefore: string, notAfter: string): object {
  return {
    ...(notBefore === '' ? {} : { not_before: notBefore }),
    ...(notAfter === '' ? {} : { not_after: notAfter }),
  };
}
