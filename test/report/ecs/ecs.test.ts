import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ecsReport } from '../../../src/report/ecs/ecs.js';
import { endpointOf } from '../../../src/report/ecs/text.js';
import { findingsCsv } from '../../../src/report/findings-csv.js';
import {
  capture,
  certificate,
  cleartext,
  connection,
  connectionArbitrary,
  finding,
  hop,
  tlsSession,
} from '../../build/records.js';
import { hostileResults } from '../hostile-results.js';
import { printed, type Results } from '../printed.js';

type Leaf = 'keyword' | 'ip' | 'long' | 'date' | 'boolean' | 'keyword[]' | 'ip[]';

/** The fields of ECS 8.11 that are used, with their types, from its reference; all else has to be below `barewire`. */
const fields: Record<string, Leaf> = Object.fromEntries(
  readFileSync('test/report/ecs-fields.txt', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ') as [string, Leaf]),
);

function expectSchema(document: object): void {
  for (const [name, value] of leaves(document, '')) {
    if (name.startsWith('barewire.')) continue;
    expect(Object.keys(fields), name).toContain(name);
    expect(fits(fields[name]!, value), `${name}: ${JSON.stringify(value)}`).toBe(true);
  }
  for (const must of ['@timestamp', 'ecs', 'event']) expect(document).toHaveProperty([must]);
}

function leaves(value: object, path: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, member]) => {
    const name = path === '' ? key : `${path}.${key}`;
    const isObject = typeof member === 'object' && member !== null && !Array.isArray(member);
    return isObject ? leaves(member, name) : [[name, member] as [string, unknown]];
  });
}

function fits(type: Leaf, value: unknown): boolean {
  if (type.endsWith('[]')) return Array.isArray(value) && value.every((each) => fits(type.slice(0, -2) as Leaf, each));
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'long') return Number.isSafeInteger(value) && (value as number) >= 0;
  if (type === 'date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (type === 'ip')
    return typeof value === 'string' && URL.canParse(value.includes(':') ? `x://[${value}]` : `x://${value}`);
  return typeof value === 'string' && value.length < 8191;
}

function documents(results: Results): Record<string, Record<string, unknown>>[] {
  const lines = printed(ecsReport, results).trimEnd().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

describe('ECS', () => {
  it('tells flows, certificates, hops and findings in fields of the schema', () => {
    const all = documents({
      flows: [connection(), cleartext({ id: 2, transport: 'udp', closed: 'open' })],
      captures: [capture()],
      certificates: [certificate(), certificate({ usedAs: ['client', 'server'], notAfter: '', keyBits: null })],
      hops: [hop()],
      findings: [finding({ hop: hop().id, client: '10.77.13.10', server: '10.77.13.20:443', certificate: 'ab' })],
    });
    expect(all).toHaveLength(6);
    for (const document of all) expectSchema(document);
    const [flow, udp, , , state, alert] = all;
    expect(flow).toMatchObject({
      '@timestamp': '2026-11-21T10:00:00.123456789Z',
      event: { kind: 'event', category: ['network'], type: ['connection', 'end', 'protocol'], duration: 1_100_000_000 },
      network: { type: 'ipv4', transport: 'tcp', protocol: 'http/1.1', bytes: 48_023, packets: 24 },
      source: { ip: '10.77.13.10', port: 41234, bytes: 2345 },
      destination: { ip: '10.77.13.20', port: 443, domain: 'api.example' },
      tls: { version: '1.2', version_protocol: 'tls', established: true, client: { server_name: 'api.example' } },
      barewire: { flow: { id: 1, verdict: 'mutual' }, client_auth: { status: 'presented' } },
    });
    expect(flow!.network!.community_id).toMatch(/^1:.{27}=$/);
    expect(udp!.event!.type).toEqual(['connection', 'protocol']);
    expect(state).toMatchObject({ event: { kind: 'state' }, barewire: { hop: { mtls: 'presented' } } });
    expect(alert).toMatchObject({
      '@timestamp': hop().startTime,
      event: { kind: 'alert', severity: 73 },
      rule: { id: 'missing-client-cert-request' },
      related: { ip: ['10.77.13.10', '10.77.13.20'], hash: ['AB'] },
    });
  });

  it('wakes nobody for what is suppressed', () => {
    const suppressed = { reason: 'known', expires: null };
    expect(documents({ captures: [capture()], findings: [finding({ suppressed })] })[0]!.event!.kind).toBe('event');
  });

  it('tells old versions as the schema does', () => {
    const versions = (['SSLv2', 'SSLv3', 'TLSv1.3', null] as const).map((version) => {
      const { tls } = documents({ flows: [connection({ tls: tlsSession({ version }) })] })[0]!;
      return [tls!.version_protocol, tls!.version];
    });
    expect(versions).toEqual([
      ['ssl', '2.0'],
      ['ssl', '3.0'],
      ['tls', '1.3'],
      [undefined, undefined],
    ]);
  });

  it('prints one harmless line a document, whatever the record holds', () => {
    fc.assert(
      fc.property(connectionArbitrary, (flow) => {
        const text = printed(ecsReport, { flows: [flow] });
        expect(text.trimEnd().split('\n')).toHaveLength(1);
        const document = JSON.parse(text);
        for (const [name, value] of leaves(document, ''))
          if (typeof value === 'string' && !name.endsWith('@timestamp') && name.startsWith('network'))
            expect(value).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 50 },
    );
    for (const document of documents(hostileResults())) expect(document.ecs!.version).toBe('8.11.0');
  });

  it('takes the ends of a server apart', () => {
    expect(endpointOf('[2001:db8::1]:443')).toEqual({ ip: '2001:db8::1', port: 443 });
    expect(endpointOf('10.0.0.1:8443')).toEqual({ ip: '10.0.0.1', port: 8443 });
    expect(endpointOf('2001:db8::1')).toBeNull();
  });
});

describe('findings as CSV', () => {
  it('have as many cells as headings, and none that a spreadsheet runs', () => {
    const text = printed(findingsCsv, { captures: [capture()], findings: [finding()] });
    const [heading, row] = text.trimEnd().split('\r\n');
    expect(heading!.split(',')).toHaveLength(20);
    expect(row!.split(',').length).toBeGreaterThanOrEqual(20);
    expect(row).toContain('span.pcapng');
    expect(printed(findingsCsv, {})).toBe(`${heading}\r\n`);
    const hostile = printed(findingsCsv, hostileResults());
    expect(hostile).toContain('"\'=HYPERLINK(""http://evil.example"")"');
    expect(hostile.trimEnd().split('\r\n')).toHaveLength(9);
  });
});
