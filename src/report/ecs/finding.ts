import type { Finding, Severity } from '../../model/finding.js';
import type { CaptureInfo } from '../../model/report.js';
import { findingFingerprint, findingPlace } from '../finding-identity.js';
import { type EcsEvent, ecsText, endpointOf, networkType } from './text.js';

/** `event.severity` is free; these are the steps that detection engines take for low to critical. */
const numbers: Readonly<Record<Severity, number>> = { critical: 99, high: 73, medium: 47, low: 21, info: 0 };

/** A finding as an alert: `event.kind` 'alert', `rule.*` the kind; a suppressed one is an event, that nobody is woken by it. */
export function findingEvent(finding: Finding, time: string, capture: CaptureInfo | null): EcsEvent {
  const { kind, severity, client, server, certificate, suppressed, references } = finding;
  const destination = server === null ? null : endpointOf(server);
  const addresses = [client, destination?.ip].filter((ip) => typeof ip === 'string').map(ecsText);
  const place = findingPlace(finding);
  return {
    '@timestamp': time,
    message: ecsText(`${finding.title}${place === '' ? '' : ` (${place})`}: ${finding.detail}`),
    event: {
      kind: suppressed === null ? 'alert' : 'event',
      category: ['network'],
      type: ['info'],
      module: 'barewire',
      dataset: 'barewire.finding',
      severity: numbers[severity],
      id: findingFingerprint(finding),
      reason: ecsText(finding.detail),
    },
    rule: {
      id: kind,
      name: finding.title,
      ruleset: 'barewire',
      description: finding.title,
      ...(references.standards.length === 0 ? {} : { reference: references.standards.join('; ') }),
    },
    ...(addresses[0] === undefined ? {} : { network: { type: networkType(addresses[0]) } }),
    ...(client === null ? {} : { source: { address: ecsText(client), ip: ecsText(client) } }),
    ...(destination === null
      ? {}
      : { destination: { address: ecsText(destination.ip), ip: ecsText(destination.ip), port: destination.port } }),
    related: {
      ...(addresses.length === 0 ? {} : { ip: addresses }),
      ...(certificate === null ? {} : { hash: [certificate.toUpperCase()] }),
    },
    barewire: {
      finding: {
        severity,
        certainty: finding.certainty,
        hop: finding.hop === null ? null : ecsText(finding.hop),
        capture: capture === null ? null : ecsText(capture.path),
        flows: finding.flows,
        frames: finding.frames,
        count: finding.count,
        cwe: references.cwe,
        remediation: finding.remediation,
        wireshark_filter: ecsText(finding.wiresharkFilter),
        suppressed: suppressed === null ? null : { reason: ecsText(suppressed.reason), expires: suppressed.expires },
      },
    },
  };
}
