import { expect, it } from 'vitest';
import type { Finding } from '../../../src/model/finding.js';
import { writeFinding } from '../../../src/report/json/finding.js';
import { JsonWriter } from '../../../src/report/json/writer.js';
import { TextCollector } from '../text-collector.js';

const finding: Finding = {
  kind: 'cleartext-http',
  severity: 'medium',
  certainty: 'observed',
  hop: '10.0.0.5->10.0.0.9:80',
  client: '10.0.0.5',
  server: null,
  certificate: null,
  capture: 0,
  flows: [3, 8],
  frames: [],
  count: 2,
  title: 'HTTP without TLS',
  detail: 'GET "a\\b" crossed in clear.',
  remediation: 'Serve HTTPS. '.repeat(60),
  references: { cwe: ['CWE-319'], standards: [] },
  wiresharkFilter: 'frame.number in {1}',
  suppressed: null,
};

it('prints findings as JSON.stringify does, the same texts again and again too', () => {
  const suppressed: Finding = { ...finding, suppressed: { reason: 'known', expires: null } };
  const out = new TextCollector();
  const json = new JsonWriter(out);
  for (const one of [finding, suppressed, finding]) writeFinding(json, one);
  json.flush();
  expect(out.text).toBe([finding, suppressed, finding].map((one) => JSON.stringify(one)).join(''));
});
