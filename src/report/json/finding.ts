import type { Finding } from '../../model/finding.js';
import { closeObject, firstMember, member, writeEach, writeNumbers, writeString } from './literals.js';
import type { JsonWriter } from './writer.js';

const keys = {
  kind: firstMember('kind'),
  severity: member('severity'),
  certainty: member('certainty'),
  hop: member('hop'),
  client: member('client'),
  server: member('server'),
  certificate: member('certificate'),
  capture: member('capture'),
  flows: member('flows'),
  frames: member('frames'),
  count: member('count'),
  title: member('title'),
  detail: member('detail'),
  remediation: member('remediation'),
  references: member('references'),
  cwe: firstMember('cwe'),
  standards: member('standards'),
  wiresharkFilter: member('wiresharkFilter'),
  suppressed: member('suppressed'),
} as const;

/** Writes a finding as a JSON object. A flood has tens of thousands, and half of their letters are the catalogue's. */
export function writeFinding(json: JsonWriter, finding: Finding): void {
  json.literal(keys.kind);
  json.recurring(finding.kind);
  json.literal(keys.severity);
  json.string(finding.severity);
  json.literal(keys.certainty);
  json.string(finding.certainty);
  json.literal(keys.hop);
  writeString(json, finding.hop);
  json.literal(keys.client);
  writeString(json, finding.client);
  json.literal(keys.server);
  writeString(json, finding.server);
  json.literal(keys.certificate);
  writeString(json, finding.certificate);
  json.literal(keys.capture);
  json.number(finding.capture);
  json.literal(keys.flows);
  writeNumbers(json, finding.flows);
  json.literal(keys.frames);
  writeNumbers(json, finding.frames);
  json.literal(keys.count);
  json.number(finding.count);
  json.literal(keys.title);
  json.recurring(finding.title);
  json.literal(keys.detail);
  json.string(finding.detail);
  json.literal(keys.remediation);
  json.recurring(finding.remediation);
  json.literal(keys.references);
  json.literal(keys.cwe);
  writeEach(json, finding.references.cwe, writeRecurring);
  json.literal(keys.standards);
  writeEach(json, finding.references.standards, writeRecurring);
  json.literal(closeObject);
  json.literal(keys.wiresharkFilter);
  json.string(finding.wiresharkFilter);
  json.literal(keys.suppressed);
  json.value(finding.suppressed);
  json.literal(closeObject);
}

function writeRecurring(json: JsonWriter, text: string): void {
  json.recurring(text);
}
