import { describe, expect, it } from 'vitest';
import { maxEvidence, maxFindingsOfKind } from '../../../src/engine/judging/finding-groups.js';
import { Judge } from '../../../src/engine/judging/judge.js';
import { Places } from '../../../src/hops/places.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import type { Finding } from '../../../src/model/finding.js';
import {
  type Answer,
  clean,
  inapplicable,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type Sighting,
  type WholeRun,
} from '../../../src/model/rule.js';
import { capture, cleartext, connection } from '../../build/records.js';

const context = { expectsMutual: () => null, certificate: () => null, publicKey: () => null, demands: () => null };
const run: WholeRun = { hops: [], captures: [capture({}, { packets: 1_000_000 })], lastTime: null, limits: {} };

/** A rule of the kind 'kind' that answers so. */
function rule(judge: RuleJudge, about: Partial<RuleMetadata> = {}): Rule {
  return {
    about: {
      kind: 'kind',
      severity: 'medium',
      title: 'Title',
      meaning: '',
      why: '',
      blindSpots: [],
      remediation: { general: 'Mend it.', products: { nginx: 'mended on;' } },
      cwe: [306],
      standards: ['RFC 5280'],
      scope: 'hop',
      concerns: 'tls',
      ...about,
    },
    begin: () => judge,
  };
}

function sighting(frame: number, changes: Partial<Sighting> = {}): Sighting {
  return { answer: 'fires', certainty: 'observed', frames: [frame], detail: `Frame ${frame}.`, ...changes };
}

/** Judges the records in order. */
function judged(rules: readonly Rule[], records: readonly ConnectionRecord[]): Finding[] {
  const judge = new Judge(rules, context);
  const places = new Places(maxFindingsOfKind * 2, 1);
  for (const record of records) judge.add(record, places.of(record));
  return [...judge.finish(run)];
}

const from = (client: string, id: number, server = '10.0.0.9', port = 8443): ConnectionRecord =>
  connection({ id, client: { ip: client, port: 40_000 + id }, server: { ip: server, port }, firstFrame: id * 10 });

const firesAlways = (more: Partial<Sighting> = {}): RuleJudge => ({
  connection: (record) => sighting(record.firstFrame, more),
});

describe('the judge', () => {
  it('folds what one hop shows into one finding with its count, first flows and frames', () => {
    const records = Array.from({ length: 30 }, (_, at) => from('10.0.0.5', at + 1));
    const [finding, ...others] = judged([rule(firesAlways())], [...records].reverse());
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'kind',
      hop: '10.0.0.5->10.0.0.9:8443',
      client: '10.0.0.5',
      server: '10.0.0.9:8443',
      count: 30,
    });
    expect(finding!.frames).toEqual(Array.from({ length: maxEvidence }, (_, at) => (at + 1) * 10));
    expect(finding!.flows).toHaveLength(maxEvidence);
  });

  it.each([
    ['hop', ['10.0.0.5->10.0.0.9:8443', '10.0.0.6->10.0.0.9:8443'], [1, 1]],
    ['server', [null], [2]],
    ['capture', [null], [2]],
  ] as const)('makes one finding for each %s', (scope, hops, counts) => {
    const findings = judged([rule(firesAlways(), { scope })], [from('10.0.0.5', 1), from('10.0.0.6', 2)]);
    expect(findings.map(({ hop }) => hop)).toEqual(hops);
    expect(findings.map(({ count }) => count)).toEqual(counts);
  });

  it('gives a certificate that several servers show to none of them', () => {
    const shared = rule(firesAlways({ certificate: 'aa' }), { scope: 'certificate' });
    expect(judged([shared], [from('10.0.0.5', 1)])[0]).toMatchObject({ server: '10.0.0.9:8443' });
    expect(judged([shared], [from('10.0.0.5', 1), from('10.0.0.5', 2, '10.0.0.10')])[0]).toMatchObject({
      server: null,
      count: 2,
    });
  });

  it('keeps the surest sighting and the worst severity of what it folds', () => {
    const mixed = rule({
      connection: ({ id, firstFrame }) =>
        sighting(firstFrame, id === 1 ? { certainty: 'inferred', severity: 'high' } : { certainty: 'observed' }),
    });
    expect(judged([mixed], [from('10.0.0.5', 1), from('10.0.0.5', 2)])[0]).toMatchObject({
      certainty: 'observed',
      severity: 'high',
      detail: 'Frame 20.',
      count: 2,
    });
  });

  it('counts a connection once that shows a cause twice', () => {
    const twice = rule({ connection: () => [sighting(3), sighting(5)] });
    expect(judged([twice], [from('10.0.0.5', 1)])[0]).toMatchObject({ count: 1, flows: [1], frames: [3, 5] });
  });

  it('lists frames of one capture only', () => {
    const records = [from('10.0.0.5', 1), { ...from('10.0.0.5', 2), capture: 1 }];
    expect(judged([rule(firesAlways())], records)[0]).toMatchObject({
      count: 2,
      flows: [1, 2],
      capture: 0,
      frames: [10],
    });
  });

  it('sorts by severity, then first frame, then kind', () => {
    const rules = (['low', 'critical', 'medium'] as const).map((severity) =>
      rule(firesAlways(), { severity, kind: `kind-${severity}` }),
    );
    const also = rule(firesAlways(), { severity: 'low', kind: 'a-kind' });
    const findings = judged([...rules, also], [from('10.0.0.6', 2), from('10.0.0.5', 1)]);
    expect(findings.map(({ severity, kind, frames }) => `${severity} ${kind} ${frames[0]}`)).toEqual([
      'critical kind-critical 10',
      'critical kind-critical 20',
      'medium kind-medium 10',
      'medium kind-medium 20',
      'low a-kind 10',
      'low kind-low 10',
      'low a-kind 20',
      'low kind-low 20',
    ]);
  });

  it('asks rules about TLS only where there is TLS, and counts their answers', () => {
    const answers: Answer[] = [clean, inapplicable, { answer: 'unobservable', because: 'hidden' }, sighting(1)];
    const asked: number[] = [];
    const judge = new Judge(
      [
        rule({
          connection({ id }) {
            asked.push(id);
            return answers[id - 1]!;
          },
        }),
        rule({ connection: () => clean }, { kind: 'of-cleartext', concerns: 'cleartext' }),
      ],
      context,
    );
    const places = new Places(10, 1);
    for (const record of [1, 2, 3, 4].map((id) => from('10.0.0.5', id))) judge.add(record, places.of(record));
    const last = cleartext({ id: 5 });
    judge.add(last, places.of(last));
    expect(asked).toEqual([1, 2, 3, 4]);
    expect(judge.answers().get('kind')).toEqual({ fires: 1, clean: 1, unobservable: 1 });
    expect(judge.answers().get('of-cleartext')).toEqual({ fires: 0, clean: 1, unobservable: 0 });
  });

  it('lets a rule weigh and drop its findings when everything was seen', () => {
    const weighing = (severity: 'high' | null): Rule => rule({ ...firesAlways(), weigh: () => severity });
    expect(judged([weighing('high')], [from('10.0.0.5', 1)])[0]).toMatchObject({ severity: 'high' });
    expect(judged([weighing(null)], [from('10.0.0.5', 1)])).toEqual([]);
  });

  it('takes what is known only at the end, neither folded nor weighed', () => {
    const late = rule({
      *finish() {
        yield { ...sighting(7), capture: 0, flows: [1, 2], client: '10.0.0.5', server: '10.0.0.9:443' };
      },
      weigh: () => null,
    });
    expect(judged([late], [])[0]).toMatchObject({
      count: 2,
      hop: '10.0.0.5->10.0.0.9:443',
      wiresharkFilter: 'frame.number == 7',
    });
  });

  it('says how to mend it, and where to read more', () => {
    expect(judged([rule(firesAlways())], [from('10.0.0.5', 1)])[0]).toMatchObject({
      remediation: 'Mend it. For nginx: analyze rules kind.',
      references: { cwe: ['CWE-306'], standards: ['RFC 5280'] },
      suppressed: null,
    });
  });

  it('bounds the findings of a kind, and counts what it leaves out', () => {
    const judge = new Judge([rule(firesAlways())], context);
    // Half of them have no number: there are too many hops.
    const places = new Places(maxFindingsOfKind / 2, 1);
    for (let id = 1; id <= maxFindingsOfKind + 3; id++) {
      const record = from(`10.${id >> 16}.${(id >> 8) & 255}.${id & 255}`, id);
      judge.add(record, places.of(record));
    }
    expect([...judge.finish(run)]).toHaveLength(maxFindingsOfKind);
    expect(judge.unkept).toBe(3);
  });
});
