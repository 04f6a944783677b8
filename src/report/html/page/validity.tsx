// How long a certificate was good for, measured by the capture's clock.
import { scaleUtc } from 'd3-scale';
import type { CertificateRecord } from '../../../model/certificate.js';
import { type TimeSpan, validityIn } from '../../certificate-lines.js';
import { count, countOf, day } from '../../quantities.js';
import { dayMilliseconds } from './words.js';

const barWidth = 72;

/** 'to 2027-01-01, 41 days left'. */
export function validityWords(certificate: CertificateRecord, span: TimeSpan): string {
  const left = Math.floor((Date.parse(certificate.notAfter) - Date.parse(span.last ?? '')) / dayMilliseconds);
  switch (validityIn(certificate, span)) {
    case 'expired':
      return `expired ${day(certificate.notAfter)}, ${countOf(-left, 'day')} before`;
    case 'not yet valid':
      return `not valid before ${day(certificate.notBefore)}`;
    case 'unknown':
      return 'can’t be read';
    case 'valid':
      return left > 3_650
        ? `to ${day(certificate.notAfter)}`
        : `to ${day(certificate.notAfter)}, ${count(left)} days left`;
  }
}

/** The span of validity as a bar, and the capture as a mark on it. */
export function ValidityBar({ certificate, span }: { certificate: CertificateRecord; span: TimeSpan }) {
  const from = Date.parse(certificate.notBefore);
  const to = Date.parse(certificate.notAfter);
  const at = Date.parse(span.last ?? '');
  if (Number.isNaN(from + to + at) || to <= from) return null;
  const x = scaleUtc([Math.min(from, at), Math.max(to, at)], [2, barWidth - 2]);
  return (
    <svg
      class={`validity-bar ${validityIn(certificate, span).replaceAll(' ', '-')}`}
      width={barWidth}
      height="12"
      aria-hidden="true"
    >
      <rect class="whole" x={x(from)} y="4" width={Math.max(1, x(to) - x(from))} height="4" rx="2" />
      <rect class="spent" x={x(from)} y="4" width={Math.max(0, Math.min(x(at), x(to)) - x(from))} height="4" rx="2" />
      <path d={`M${x(at)},0 V12`} />
    </svg>
  );
}
