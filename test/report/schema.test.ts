import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../src/index.js';
import { reportFormats } from '../../src/report/index.js';
import { plainPalette } from '../../src/report/palette.js';
import { capture, certificate, cleartext, connection, hop } from '../build/records.js';
import { printed } from './printed.js';
import { TextCollector } from './text-collector.js';

const options = { toolVersion: '9.9.9', verbose: false, palette: plainPalette };
let validate: ValidateFunction;
let validateStrictly: ValidateFunction;

beforeAll(() => {
  const schema = JSON.parse(readFileSync('schema/report.schema.json', 'utf8'));
  validate = new Ajv().compile(schema);
  validateStrictly = new Ajv({ allErrors: true }).compile(closed(schema));
});

// The schema lets readers meet fields of later versions; of our own reports today it has to know every field.
function closed(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (_, value) =>
    value?.type === 'object' && value.properties !== undefined ? { ...value, additionalProperties: false } : value,
  );
}

function expectValid(report: unknown): void {
  expect(validateStrictly(report), JSON.stringify(validateStrictly.errors?.slice(0, 5), null, 2)).toBe(true);
}

describe('schema/report.schema.json', () => {
  it('is what the types say', { timeout: 60_000 }, () => {
    execFileSync(process.execPath, ['scripts/report-schema.js', '--check'], { stdio: 'pipe' });
  });

  it('accepts the hand-made report and fields to come, but no other version or value', () => {
    const flows = [connection(), cleartext({ id: 2 })];
    const text = printed(reportFormats.json, {
      flows,
      captures: [capture()],
      certificates: [certificate()],
      hops: [hop()],
    });
    const report = JSON.parse(text);
    expectValid(report);
    expect(validate({ ...report, version: '2.0' })).toBe(false);
    expect(validate({ ...report, flows: [{ ...connection(), communityId: null, extra: 1 }] })).toBe(true);
    expect(validateStrictly({ ...report, flows: [{ ...connection(), communityId: null, extra: 1 }] })).toBe(false);
    expect(validate({ ...report, flows: [{ ...connection(), communityId: null, kind: 'quic' }] })).toBe(false);
    expect(validate({ ...report, hops: [{ ...hop(), mtls: undefined }] })).toBe(false);
  });

  const captures = readdirSync('captures').filter((name) => /\.pcap(ng)?$/.test(name));
  it.each(captures)('accepts the report on captures/%s', async (name) => {
    const out = new TextCollector();
    await analyze({ inputs: [`captures/${name}`], sink: reportFormats.json(out, options) });
    const report = JSON.parse(out.text);
    expectValid(report);
    // Of one there is nothing to tell but that a bound bit.
    expect(report.flows.length + Object.keys(report.summary.limits).length).toBeGreaterThan(0);
    expect(report.summary.flows.total).toBe(report.flows.length);
    expect(report.summary.hops).toBe(report.hops.length);
  });
});
