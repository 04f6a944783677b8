import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FlowMarks } from '../../src/engine/flow-marks.js';
import { Judging } from '../../src/engine/judging/judging.js';
import { type LoadedPolicy, loadPolicy } from '../../src/engine/policy/files.js';
import type { ConnectionRecord, Finding, PolicyReport } from '../../src/index.js';
import { SessionContext } from '../../src/session/shared/session-context.js';
import { capture, cleartext } from '../build/records.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-live-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const time = '2026-11-22T01:00:00.000000000Z';

/** A policy of segments by name and requirement, each of every connection to `server`. */
async function policyOf(server: string, segments: [string, string][], exceptions = ''): Promise<LoadedPolicy> {
  const path = join(folder, 'policy.yaml');
  const lines = segments.map(([name, rule]) => `  - name: ${name}\n    servers: ${server}\n    ${rule}\n`);
  writeFileSync(path, `version: 1\nsegments:\n${lines.join('')}${exceptions}`);
  return await loadPolicy(path);
}

const exception = `exceptions:
  - kinds: [cleartext-http, cleartext-service]
    segments: [web]
    owner: joe
    reason: known
    expires: 2099-01-01
`;

function judged(judging: Judging, record: ConnectionRecord): void {
  judging.add(record);
}

function reported(judging: Judging): { findings: Finding[]; policy: PolicyReport | null } {
  const findings: Finding[] = [];
  let policy: PolicyReport | null = null;
  judging.report(
    {
      finding: (finding) => findings.push(finding),
      policy: (report) => {
        policy = report;
      },
      end: () => {},
    },
    [capture({}, { lastTime: time })],
    {},
  );
  return { findings, policy };
}

describe('a policy that is changed while it is at work', () => {
  const record = cleartext({ id: 1 });
  const server = record.server.ip;

  it('begins its lines anew, and says when', async () => {
    const judging = new Judging(
      { policy: await policyOf(server, [['web', 'require: mutual']]) },
      new SessionContext(1),
      1,
    );
    judged(judging, record);
    expect(reported(judging).policy?.lines[0]).toMatchObject({ verdict: 'FAIL', connections: { fails: 1 } });
    expect(reported(judging).policy?.clock).not.toMatch(/read again/);
    judging.adoptPolicy(await policyOf(server, [['web', 'require: tls']]), time);
    expect(reported(judging).policy?.lines[0]).toMatchObject({ requires: 'tls', verdict: 'UNSEEN' });
    expect(reported(judging).policy?.clock).toContain(`read again at ${time}`);
    judged(judging, cleartext({ id: 2 }));
    expect(reported(judging).policy?.lines[0]).toMatchObject({ verdict: 'FAIL', connections: { fails: 1 } });
  });

  it('silences what was found before as its exceptions say, in the segments of the same names', async () => {
    const judging = new Judging(
      { policy: await policyOf(server, [['web', 'require: mutual']]) },
      new SessionContext(1),
      1,
    );
    judged(judging, record);
    const silenced = (): boolean[] => reported(judging).findings.map(({ suppressed }) => suppressed !== null);
    const before = silenced();
    expect(before).toContain(false);
    // The segment has another place now; what it held is still its own.
    const other: [string, string] = ['first', 'ports: 1\n    require: tls'];
    judging.adoptPolicy(await policyOf(server, [other, ['web', 'require: mutual']], exception), time);
    expect(silenced()).toContain(true);
    judging.adoptPolicy(await policyOf(server, [['renamed', 'require: mutual']]), time);
    expect(silenced()).not.toContain(true);
  });

  it('is still found for connections of a run of months', () => {
    const marks = new FlowMarks();
    marks.set(7, 1);
    marks.set(5_000_000_000, 2);
    const later = new FlowMarks();
    later.take(marks, [0, 3]);
    expect([marks.get(7), marks.get(5_000_000_000), marks.get(8)]).toEqual([1, 2, 0]);
    expect([later.get(7), later.get(5_000_000_000)]).toEqual([3, 0]);
  });
});
