// Policies on captures whose truth is labelled: every line must be answered as the labels say.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AnalyzeOptions, analyze } from '../../../src/engine/analyze.js';
import { loadPolicy, PolicyFileError } from '../../../src/engine/policy/files.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import type { Finding } from '../../../src/model/finding.js';
import type { Hop } from '../../../src/model/hop.js';
import type { PolicyReport, ProfileReport } from '../../../src/model/policy.js';
import type { CaptureInfo, Summary } from '../../../src/model/report.js';
import { draftPolicy } from '../../../src/policy/draft-policy.js';

const folder = mkdtempSync(join(tmpdir(), 'policy-'));
let files = 0;

/** Writes a file and returns its path. */
function written(text: string): string {
  const path = join(folder, `policy-${++files}.yaml`);
  writeFileSync(path, text);
  return path;
}

interface Results {
  policy: PolicyReport | null;
  profiles: ProfileReport[];
  findings: Finding[];
  hops: Hop[];
  flows: ConnectionRecord[];
  captures: CaptureInfo[];
  summary: Summary;
}

async function analysed(capture: string, options: Partial<AnalyzeOptions> = {}): Promise<Results> {
  const results: Omit<Results, 'summary'> = {
    policy: null,
    profiles: [],
    findings: [],
    hops: [],
    flows: [],
    captures: [],
  };
  const { summary } = await analyze({
    inputs: [join('captures', capture)],
    ...options,
    sink: {
      policy: (report) => {
        results.policy = report;
      },
      profile: (report) => results.profiles.push(report),
      finding: (finding) => results.findings.push(finding),
      hop: (hop) => results.hops.push(hop),
      flow: (record) => results.flows.push(record),
      capture: (info) => results.captures.push(info),
      end() {},
    },
  });
  return { ...results, summary };
}

/** The lines of a policy text on a capture, as 'segment: requirement verdict'. */
async function answers(capture: string, text: string, options: Partial<AnalyzeOptions> = {}): Promise<string[]> {
  const { policy } = await analysed(capture, { ...options, policy: await loadPolicy(written(text)) });
  return policy!.lines.map(({ segment, requires, verdict }) => `${segment}: ${requires} ${verdict}`);
}

const ports = (capture: string, require: string, ...numbers: number[]): [string, string] => [
  capture,
  [
    'version: 1',
    'segments:',
    ...numbers.map((port) => `  - {name: "${port}", ports: ${port}, require: ${require}}`),
  ].join('\n'),
];

describe('a policy', () => {
  it.each([
    [
      ...ports('mtls-end-to-end-tls12.pcapng', 'mutual', 443, 8443, 9999),
      ['443: mutual PASS', '8443: mutual PASS', '9999: mutual UNSEEN'],
    ],
    [
      ...ports('nginx-cleartext-backend.pcapng', 'mutual', 443, 8443, 8080, 8081),
      ['443: mutual PASS', '8443: mutual PASS', '8080: mutual FAIL', '8081: mutual FAIL'],
    ],
    [
      ...ports('nginx-one-way-backend.pcapng', 'mutual', 443, 8443, 8444, 8445),
      ['443: mutual PASS', '8443: mutual FAIL', '8444: mutual FAIL', '8445: mutual FAIL'],
    ],
    [...ports('nginx-one-way-backend.pcapng', 'tls', 443, 8443), ['443: tls PASS', '8443: tls PASS']],
    [
      // 9400 never asks, 9410 and 9420 serve worthless certificates, 9430 serves who shows none.
      ...ports('client-auth-matrix-go-tls12.pcap', 'mutual', 9400, 9410, 9420, 9430, 9440),
      ['9400: mutual FAIL', '9410: mutual FAIL', '9420: mutual FAIL', '9430: mutual FAIL', '9440: mutual PASS'],
    ],
    [
      ...ports('resumption-nginx.pcapng', 'mutual', 443, 444, 445, 446),
      ['443: mutual PASS', '444: mutual PASS', '445: mutual PASS', '446: mutual FAIL'],
    ],
    [...ports('resumption-nginx-resumed-only.pcap', 'mutual', 443), ['443: mutual UNSEEN']],
    [...ports('postgresql-sslrequest.pcap', 'mutual', 5432, 5433), ['5432: mutual FAIL', '5433: mutual FAIL']],
    [...ports('starttls-smtp.pcapng', 'tls', 25, 2525), ['25: tls PASS', '2525: tls FAIL']],
    // Client authentication in a second, encrypted handshake: nobody can tell.
    [
      ...ports('renegotiation-apache.pcap', 'mutual', 443, 444, 445),
      ['443: mutual UNSEEN', '444: mutual UNSEEN', '445: mutual FAIL'],
    ],
    [
      ...ports('weak-ciphers.pcap', 'tls', 7001, 7002, 7003, 7006),
      ['7001: tls FAIL', '7002: tls PASS', '7003: tls PASS', '7006: tls FAIL'],
    ],
    [
      ...ports('haproxy-proxy-protocol.pcap', 'cleartext-ok', 9001, 6443),
      ['9001: cleartext-ok PASS', '6443: cleartext-ok PASS'],
    ],
    [...ports('http-on-tls-port.pcapng', 'tls', 443, 444), ['443: tls FAIL', '444: tls PASS']],
  ])('is answered on %s', async (capture, text, expected) => {
    expect(await answers(capture, text)).toEqual(expected);
  });

  it('holds versions, suites, pins and identities to what was negotiated', async () => {
    const lines = (port: number, ...more: string[]): string =>
      [`  - name: "${port}"`, `    ports: ${port}`, ...more.map((line) => `    ${line}`)].join('\n');
    const edge = [
      'min-version: TLSv1.2',
      'suites: [TLS_ECDHE_*_GCM_*]',
      'pins: sha256/HEgnKUZu++CM0N4vjn+tvWVv+sG6fHPlOCnoe15VS+w=',
      'client-identities: "*.acme.test"',
    ];
    const backend = [
      'min-version: TLSv1.3',
      'suites: [TLS_AES_*]',
      `pins: "${'00'.repeat(32)}"`,
      'client-identities: ["*.other.test", "CN=nobody"]',
      'max-ticket-lifetime: 7d',
    ];
    const text = ['version: 1', 'segments:', lines(443, ...edge), lines(8443, ...backend)].join('\n');
    expect(await answers('mtls-end-to-end-tls12.pcapng', text)).toEqual([
      '443: min-version TLSv1.2 PASS',
      '443: suites TLS_ECDHE_*_GCM_* PASS',
      '443: pins (1) PASS',
      '443: client-identities *.acme.test PASS',
      '8443: min-version TLSv1.3 FAIL',
      '8443: suites TLS_AES_* FAIL',
      '8443: pins (1) FAIL',
      '8443: client-identities (2) FAIL',
      expect.stringMatching(/^8443: max-ticket-lifetime 7d (PASS|UNSEEN)$/),
    ]);
  });

  it('says UNSEEN of what TLS 1.3 hides, and answers with keys', async () => {
    const text =
      'version: 1\nsegments:\n  - name: all\n    require: mutual\n    client-identities: "*.acme.test"\n    max-ticket-lifetime: 1s\n';
    const hidden = await answers('mtls-end-to-end-tls13.pcap', text);
    expect(hidden).toEqual([
      'all: mutual PASS',
      'all: client-identities *.acme.test UNSEEN',
      'all: max-ticket-lifetime 1s UNSEEN',
    ]);
    const keylogs = [join('captures', 'mtls-end-to-end-tls13.keys')];
    const read = await answers('mtls-end-to-end-tls13.pcap', text, { keylogs });
    expect(read).toEqual([
      'all: mutual PASS',
      'all: client-identities *.acme.test PASS',
      'all: max-ticket-lifetime 1s FAIL',
    ]);
  });

  it('raises session-outlives-client-cert where a ticket lives longer than it allows', async () => {
    const text = 'version: 1\nsegments:\n  - name: all\n    max-ticket-lifetime: 10s\n';
    const { findings, policy } = await analysed('resumption-nginx.pcapng', { policy: await loadPolicy(written(text)) });
    expect(policy!.lines[0]).toMatchObject({ verdict: 'FAIL', certainty: 'observed' });
    expect(findings.find(({ kind }) => kind === 'session-outlives-client-cert')).toMatchObject({
      detail: expect.stringContaining('the policy allows 10 seconds'),
      severity: 'high',
    });
  });

  it('has each segment judged by its own authorities, and the verdict of the record says so', async () => {
    const ca = resolve('captures/client-auth-matrix-go-tls12-ca.pem');
    const other = resolve('captures/revoked-client-ca.pem');
    const text = [
      'version: 1',
      'segments:',
      `  - {name: own, ports: 9440, client-ca: "${ca}", server-ca: "${ca}"}`,
      `  - {name: lax, ports: 9410, client-ca: "${ca}"}`,
      `  - {name: other, ports: 9400-9499, server-ca: "${other}"}`,
    ].join('\n');
    const { policy, flows, findings } = await analysed('client-auth-matrix-go-tls12.pcap', {
      policy: await loadPolicy(written(text)),
    });
    expect(policy!.lines.map(({ segment, verdict }) => `${segment} ${verdict}`)).toEqual([
      'own PASS',
      'own PASS',
      'lax FAIL',
      'other FAIL',
    ]);
    const strict = flows.filter(({ server }) => server.port === 9440 && server.ip === '10.77.21.30');
    expect(new Set(strict.map(({ tls }) => tls?.serverVerification?.trust))).toEqual(new Set(['trusted']));
    expect(strict[0]!.tls!.serverVerification!.trustFrom).toBe('policy');
    // Rules see the same verdicts.
    const untrusted = findings.filter(({ kind }) => kind === 'untrusted-server-cert-accepted');
    expect(untrusted.length).toBeGreaterThan(0);
    expect(untrusted.every(({ server }) => server !== '10.77.21.30:9440')).toBe(true);
  });

  it('tells hops, flows and frames of a FAIL', async () => {
    const text =
      'version: 1\nsegments:\n  - name: back\n    servers: 10.77.13.30\n    ports: [8080-8082]\n    require: mutual\n    severity: critical\n';
    const { policy } = await analysed('nginx-cleartext-backend.pcapng', { policy: await loadPolicy(written(text)) });
    expect(policy).toMatchObject({ verdict: 'FAIL', unmatched: { connections: 7 } });
    expect(policy!.lines[0]).toMatchObject({
      line: 6,
      severity: 'critical',
      certainty: 'observed',
      connections: { holds: 0, fails: 4, excused: 0, untold: 0 },
      why: '4 of 4 connections break it: in cleartext (http) (the first).',
      hops: ['10.77.13.20->10.77.13.30:8080', '10.77.13.20->10.77.13.30:8081', '10.77.13.20->10.77.13.30:8082'],
    });
    expect(policy!.lines[0]!.frames.length).toBe(4);
  });

  it('takes the first segment that fits', async () => {
    const text = [
      'version: 1',
      'segments:',
      '  - {name: known, server-names: "edge.acme.test", clients: 10.77.11.0/28, require: mutual}',
      '  - {name: rest, require: cleartext-ok}',
    ].join('\n');
    const { policy } = await analysed('mtls-end-to-end-tls12.pcapng', { policy: await loadPolicy(written(text)) });
    expect(policy!.lines.map(({ connections }) => connections.holds)).toEqual([2, 2]);
  });
});

describe('an exception', () => {
  const text = (expires: string): string =>
    [
      'version: 1',
      'segments:',
      '  - {name: back, servers: 10.77.13.30, require: mutual}',
      'exceptions:',
      `  - {kinds: [cleartext-proxy-hop], requirements: mutual, segments: back, owner: ops, reason: old, expires: ${expires}}`,
    ].join('\n');

  it('silences until its day is over, by the clock of the packets', async () => {
    const policy = await loadPolicy(written(text('2026-11-21')));
    const results = await analysed('nginx-cleartext-backend.pcapng', { policy });
    const silenced = results.findings.filter(({ kind }) => kind === 'cleartext-proxy-hop');
    expect(silenced.map(({ suppressed }) => suppressed)).toEqual(
      Array(3).fill({ reason: 'old', expires: '2026-11-21' }),
    );
    expect(results.policy).toMatchObject({
      verdict: 'PASS',
      exceptions: [{ line: 5, expired: false, findings: 3, connections: 4 }],
      clock: expect.stringContaining('the captures end at 2026-11-21T'),
    });
    expect(results.policy!.lines[0]).toMatchObject({
      verdict: 'FAIL',
      suppressed: { reason: 'old', expires: '2026-11-21' },
    });
    // What is silenced weighs nothing.
    const plain = await analysed('nginx-cleartext-backend.pcapng');
    expect(results.summary.findings.high).toBe(plain.summary.findings.high - 3);
  });

  it('silences nothing the day after', async () => {
    const policy = await loadPolicy(written(text('2026-11-20')));
    const results = await analysed('nginx-cleartext-backend.pcapng', { policy });
    expect(results.findings.filter(({ suppressed }) => suppressed !== null)).toEqual([]);
    expect(results.policy).toMatchObject({
      verdict: 'FAIL',
      exceptions: [{ expired: true, findings: 0, connections: 0 }],
    });
  });

  it('covers only what lies wholly where it holds', async () => {
    const elsewhere = text('2026-12-31').replace('segments: back', 'servers: 10.77.13.99');
    const results = await analysed('nginx-cleartext-backend.pcapng', { policy: await loadPolicy(written(elsewhere)) });
    expect(results.findings.filter(({ suppressed }) => suppressed !== null)).toEqual([]);
  });
});

describe('severities of a policy', () => {
  it('weigh findings by kind and segment, most severe first again', async () => {
    const text = [
      'version: 1',
      'severities: {client-identity-exposed: critical}',
      'segments:',
      '  - {name: edge, ports: 443, require: mutual, severities: {server-version-capped: medium}}',
    ].join('\n');
    const { findings, summary } = await analysed('mtls-end-to-end-tls12.pcapng', {
      policy: await loadPolicy(written(text)),
    });
    expect(findings.map(({ kind, severity }) => `${severity} ${kind}`)).toEqual([
      'critical client-identity-exposed',
      'critical client-identity-exposed',
      'medium server-version-capped',
    ]);
    expect(summary.findings).toMatchObject({ critical: 2, medium: 1, low: 0 });
  });

  it('let what a segment allows in so many words weigh nothing', async () => {
    const text = 'version: 1\nsegments:\n  - {name: back, ports: 8443-8445, require: tls}\n';
    const { findings } = await analysed('nginx-one-way-backend.pcapng', { policy: await loadPolicy(written(text)) });
    const missing = findings.filter(({ kind }) => kind === 'missing-client-cert-request');
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.every(({ suppressed }) => suppressed?.reason.includes('asks for TLS'))).toBe(true);
  });
});

describe('the files that a policy names', () => {
  it('are looked for beside it, and told with their place where they are not there', async () => {
    const path = written('version: 1\nsegments:\n  - name: a\n    server-ca: [nowhere.pem]\n');
    const failure = await loadPolicy(path).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(PolicyFileError);
    expect((failure as PolicyFileError).problems).toEqual([
      `${path}:4:17: server-ca nowhere.pem: there is no file ${join(folder, 'nowhere.pem')}`,
    ]);
    writeFileSync(join(folder, 'nowhere.pem'), 'nothing');
    await expect(loadPolicy(path)).rejects.toThrow('no certificate in it');
  });
});

describe('a drafted policy', () => {
  it.each([
    'mtls-end-to-end-tls12.pcapng',
    'nginx-cleartext-backend.pcapng',
    'nginx-one-way-backend.pcapng',
    'client-auth-matrix-go-tls12.pcap',
    'resumption-nginx.pcapng',
    'postgresql-sslrequest.pcap',
    'weak-ciphers.pcap',
    'historic.pcap',
  ])('can be read, and holds on %s', async (capture) => {
    const text = draftPolicy(await analysed(capture));
    const { policy } = await analysed(capture, { policy: await loadPolicy(written(text)) });
    expect(policy!.lines.length).toBeGreaterThan(0);
    expect(policy!.lines.filter(({ verdict }) => verdict === 'FAIL')).toEqual([]);
    expect(policy!.lines.some(({ verdict }) => verdict === 'PASS')).toBe(true);
  });

  it('says mutual where clients were seen to prove themselves, and nowhere else', async () => {
    const text = draftPolicy(await analysed('nginx-cleartext-backend.pcapng'));
    expect(
      [...text.matchAll(/ports: (\d+)\n {4}require: (\S+) #/g)].map(([, port, require]) => `${port} ${require}`),
    ).toEqual(['8080 cleartext-ok', '8081 cleartext-ok', '8082 cleartext-ok', '443 mutual', '8443 mutual']);
    const matrix = draftPolicy(await analysed('client-auth-matrix-go-tls12.pcap'));
    expect(matrix).toMatch(/ports: 9420\n {4}require: tls # not mutual, whatever is shown: /);
  });

  it('is one even of nothing, and of names made to break it', async () => {
    const { captures } = await analysed('mtls-end-to-end-tls12.pcapng');
    await expect(loadPolicy(written(draftPolicy({ hops: [], findings: [], captures: [] })))).resolves.toBeDefined();
    const { hops } = await analysed('mtls-end-to-end-tls12.pcapng');
    const evil = 'a"\n  - name: b # \u2028\u0000\ud800';
    for (const hop of hops) {
      hop.server.name = evil;
      hop.why = evil;
      hop.identities.splice(0, 9, evil);
    }
    const { policy } = await loadPolicy(written(draftPolicy({ hops, findings: [], captures })));
    expect(policy.segments).toHaveLength(2);
  });
});
