import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import type { PolicyLine } from '../../src/model/policy.js';
import { judgeRequirement, type RequirementFacts } from '../../src/policy/judge-requirement.js';
import { LineTally, maxLineEvidence } from '../../src/policy/line-tally.js';
import type { Demand, PolicyException, Segment } from '../../src/policy/policy.js';
import { certificate, cleartext, connection, tlsSession } from '../build/records.js';

const facts: RequirementFacts = {
  certificate: () => certificate(),
  publicKey: () => 'ab'.repeat(32),
  original: () => null,
};
const segment: Segment = {
  name: 'payments',
  line: 3,
  selectors: { servers: null, clients: null, ports: null, serverNames: null, workloads: null, clientWorkloads: null },
  requirements: [],
  severity: 'high',
  severities: new Map(),
  tags: [],
};
const mutual: Demand = { kind: 'mutual' };

/** What a policy with one line says of connections. */
function judged(
  demand: Demand,
  records: readonly ConnectionRecord[],
  exception: PolicyException | null = null,
): PolicyLine {
  const tally = new LineTally(segment, { line: 4, requires: demand.kind, demand });
  for (const record of records) {
    const answer = judgeRequirement(demand, record, facts);
    tally.add(record, answer, answer.answer === 'fails' ? exception : null);
  }
  return tally.report();
}

const from = (client: string, record: ConnectionRecord, id = 1): ConnectionRecord => ({
  ...record,
  id,
  client: { ip: client, port: 40_000 },
});
const hidden = connection({
  tls: tlsSession({
    version: 'TLSv1.3',
    clientAuth: {
      status: 'unknown',
      requested: null,
      outcome: 'unknown',
      certainty: 'none',
      basis: 'record lengths do not tell',
    },
  }),
});

describe('a line of a policy', () => {
  it('is UNSEEN without traffic, and says so', () => {
    expect(judged(mutual, [])).toMatchObject({
      verdict: 'UNSEEN',
      why: 'No connection in the captures is of this segment.',
      certainty: 'none',
    });
  });

  it('is UNSEEN where one hop can tell and another cannot', () => {
    const line = judged(mutual, [from('10.0.0.1', connection()), from('10.0.0.2', hidden, 2)]);
    expect(line).toMatchObject({
      verdict: 'UNSEEN',
      why: 'On 1 of 2 hops nothing can be told: record lengths do not tell; on 1 hop it holds.',
      flows: [2],
    });
  });

  it('is PASS where every hop showed it once, though not every connection can be read', () => {
    const line = judged(mutual, [connection(), hidden]);
    expect(line).toMatchObject({ verdict: 'PASS', connections: { holds: 1, untold: 1 } });
    expect(line.why).toBe(
      "1 of 2 connections on 1 hop shows it: the client showed a certificate; 1 of 2 connections can't be told, on hops where it was seen to hold.",
    );
  });

  it('is FAIL for one connection of many', () => {
    const line = judged(mutual, [
      ...Array.from({ length: 50 }, (_, at) => from('10.0.0.1', connection(), at + 1)),
      from('10.0.0.9', cleartext(), 99),
    ]);
    expect(line).toMatchObject({
      verdict: 'FAIL',
      flows: [99],
      connections: { holds: 50, fails: 1 },
      certainty: 'observed',
    });
  });

  it('is as sure as the least sure of what a PASS rests on', () => {
    const inferred = connection({
      tls: tlsSession({ clientAuth: { ...tlsSession().clientAuth, certainty: 'inferred' } }),
    });
    expect(judged(mutual, [connection(), inferred])).toMatchObject({
      verdict: 'PASS',
      certainty: 'inferred',
      why: expect.stringContaining('(1 inferred)'),
    });
  });

  it('lists a bounded part of the evidence', () => {
    const line = judged(
      mutual,
      Array.from({ length: 100 }, (_, at) => from(`10.0.1.${at}`, cleartext({ firstFrame: at + 1 }), at + 1)),
    );
    expect([line.hops.length, line.flows.length, line.frames.length]).toEqual([
      maxLineEvidence,
      maxLineEvidence,
      maxLineEvidence,
    ]);
    expect(line.connections.fails).toBe(100);
  });

  it('is excused only where every connection that fails is covered', () => {
    const exception: PolicyException = {
      line: 9,
      kinds: new Set(),
      requirements: new Set(['mutual']),
      segments: null,
      servers: null,
      clients: null,
      owner: 'ops',
      reason: 'old',
      expires: '2026-12-31',
    };
    expect(judged(mutual, [cleartext()], exception)).toMatchObject({
      verdict: 'FAIL',
      suppressed: { reason: 'old', expires: '2026-12-31' },
    });
    expect(judged(mutual, [cleartext()])).toMatchObject({ verdict: 'FAIL', suppressed: null });
  });
});

describe('a requirement', () => {
  it.each([
    ['cleartext fails tls', { kind: 'tls' }, cleartext(), 'fails'],
    ['another encryption is not told', { kind: 'tls' }, cleartext({ kind: 'opaque', protocol: 'ssh' }), 'untold'],
    [
      'payload that fits nothing is not told',
      { kind: 'tls' },
      cleartext({ kind: 'unknown', protocol: null }),
      'untold',
    ],
    [
      'a session without encryption fails tls',
      { kind: 'tls' },
      connection({
        tls: tlsSession({
          serverHello: { ...tlsSession().serverHello!, cipherSuite: { id: 2, name: 'TLS_RSA_WITH_NULL_SHA' } },
        }),
      }),
      'fails',
    ],
    ['no TLS exercises no version', { kind: 'min-version', version: 0x0304, name: 'TLSv1.3' }, cleartext(), 'idle'],
    ['a lower version fails', { kind: 'min-version', version: 0x0304, name: 'TLSv1.3' }, connection(), 'fails'],
    ['a pinned key holds', { kind: 'pins', digests: new Set(['ab'.repeat(32)]) }, connection(), 'holds'],
    ['another key fails', { kind: 'pins', digests: new Set(['cd'.repeat(32)]) }, connection(), 'fails'],
    ['a short ticket holds', { kind: 'max-ticket-lifetime', seconds: 300 }, connection(), 'holds'],
    ['a long ticket fails', { kind: 'max-ticket-lifetime', seconds: 299 }, connection(), 'fails'],
    ['cleartext is allowed', { kind: 'cleartext-ok' }, cleartext(), 'holds'],
  ] as const)('%s', (_, demand, record, answer) => {
    expect(judgeRequirement(demand as Demand, record, facts).answer).toBe(answer);
  });

  it('is broken by a client certificate that proves nothing', () => {
    const verdict = {
      path: ['bb'.repeat(32)],
      trust: 'unknown',
      trustFrom: null,
      clockDistrusted: null,
      notes: [],
    } as const;
    const problem = (code: 'self-signed' | 'expired' | 'weak-key') => ({
      code,
      certificate: 'bb'.repeat(32),
      detail: 'x',
    });
    const withProblem = (code: 'self-signed' | 'expired' | 'weak-key', changes = {}): ConnectionRecord =>
      connection({
        tls: tlsSession({
          clientVerification: { ...verdict, path: [...verdict.path], notes: [], problems: [problem(code)], ...changes },
        }),
      });
    expect(judgeRequirement(mutual, withProblem('self-signed'), facts).because).toBe(
      'a self-signed certificate of a client was accepted',
    );
    expect(judgeRequirement(mutual, withProblem('expired'), facts).answer).toBe('fails');
    expect(judgeRequirement(mutual, withProblem('expired', { clockDistrusted: 'before 2000' }), facts).answer).toBe(
      'holds',
    );
    expect(judgeRequirement(mutual, withProblem('weak-key'), facts).answer).toBe('holds');
    expect(judgeRequirement(mutual, withProblem('weak-key', { trust: 'untrusted' }), facts).answer).toBe('fails');
  });

  it('is inherited by a resumed session, where its origin is known', () => {
    const resumed = connection({
      tls: tlsSession({
        resumed: true,
        resumedFrom: 7,
        clientCertificates: null,
        clientAuth: { ...tlsSession().clientAuth, status: 'resumed' },
      }),
    });
    const answer = (original: 'holds' | 'fails' | null): string =>
      judgeRequirement(mutual, resumed, { ...facts, original: () => original }).answer;
    expect([answer('holds'), answer('fails'), answer(null)]).toEqual(['holds', 'fails', 'untold']);
  });
});
