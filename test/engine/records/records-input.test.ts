// Records as an input: what is read, what is told, and what nobody can do to us with them.
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/engine/policy/files.js';
import type { Report } from '../../../src/model/report.js';
import { reportFormats } from '../../../src/report/index.js';
import { maxLineOctets } from '../../../src/source/record-lines.js';
import { capture, folder, httpPackets, told, written } from '../captures.js';
import { printed } from '../printed.js';

const { json, ndjson } = reportFormats;
const sample = (name: string): string => fileURLToPath(new URL(`../../../captures/${name}`, import.meta.url));
const mutual = sample('mtls-end-to-end-tls12.pcapng');

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

async function reportOf(inputs: readonly string[], more = {}): Promise<Report> {
  return JSON.parse((await printed(json, inputs, more)).text) as Report;
}

let lines: string[] = [];
let report: Report;
beforeAll(async () => {
  lines = (await printed(ndjson, [mutual])).text.trimEnd().split('\n');
  report = await reportOf([mutual]);
});

const file = async (content: string | Uint8Array, name = 'sensor.ndjson'): Promise<string> =>
  (await written({ [name]: typeof content === 'string' ? utf8(content) : content }))[0]!;

const joined = (some: readonly string[]): string => `${some.join('\n')}\n`;
const typeOf = (line: string): string => (JSON.parse(line) as { type: string }).type;

describe('a file of records', () => {
  it('is known by its content, whatever its name, packed or not, with or without an end of its last line', async () => {
    const text = joined(lines);
    for (const path of [
      await file(text, 'x.pcap'),
      await file(gzipSync(text), 'x'),
      await file(text.trimEnd()),
      await file(`\ufeff${text.replaceAll('\n', '\r\n\r\n')}`),
    ]) {
      expect(await reportOf([path])).toEqual(report);
    }
  });

  it('may have been written anew by another program', async () => {
    const spaced = lines.map((line) => JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ' '));
    expect(await reportOf([await file(joined(spaced))])).toEqual(report);
  });

  it('may come from a pipe', async () => {
    const fifo = join(await folder(), 'fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const writing = writeFile(fifo, joined(lines));
    expect(await reportOf([fifo])).toEqual(report);
    await writing;
  });

  it('is judged by the bundles and pins of a policy, for the certificates are in it', async () => {
    const [policy] = await written({
      'policy.yaml': utf8(
        'version: 1\nsegments:\n  - name: all\n    servers: [0.0.0.0/0]\n    require: mutual\n    pins: [sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=]\n',
      ),
    });
    const more = { policy: await loadPolicy(policy!) };
    const before = await printed(json, [mutual], more);
    const after = await printed(json, [await file(joined(lines))], { policy: await loadPolicy(policy!) });
    expect(after.text).toBe(before.text);
    expect(before.text).toContain('pin-mismatch');
  });

  it('in a folder counts only where there is no capture beside it', async () => {
    const directory = await folder();
    await mkdir(join(directory, 'sensors'));
    await writeFile(join(directory, 'sensors', 'a'), joined(lines));
    expect((await reportOf([directory])).summary.flows).toEqual(report.summary.flows);
    await writeFile(join(directory, 'one.pcap'), capture(httpPackets()));
    expect((await reportOf([directory])).summary.flows.total).toBe(1);
  });

  it('that is a report of many captures and of none of ours is told apart', async () => {
    const { result } = await told([await file('{"type":"FeatureCollection","features":[]}\n')]);
    expect(result.unreadable.map(({ code }) => code)).toEqual(['not-a-capture']);
  });
});

describe('records of several sensors', () => {
  it('and captures merge: ids and captures are numbered on, certificates are one, frames stay', async () => {
    const [http] = await written({ 'http.pcap': capture(httpPackets()) });
    const resumed = sample('resumption-nginx.pcapng');
    const other = (await printed(ndjson, [resumed])).text;
    const before = await reportOf([resumed]);
    const merged = await reportOf([await file(joined(lines)), http!, await file(other), await file(joined(lines))]);
    // What captures show waits until the last of them was compared.
    merged.flows.sort((a, b) => a.id - b.id);
    const count = report.flows.length;
    expect(merged.flows.map(({ id }) => id)).toEqual(merged.flows.map((_, at) => at + 1));
    expect(merged.captures.map(({ path }) => path)).toEqual([mutual, http, resumed, mutual]);
    expect(merged.flows.slice(0, count)).toEqual(report.flows);
    const others = merged.flows.slice(count + 1, count + 1 + before.flows.length);
    expect(others.map(({ capture: index }) => index)).toEqual(before.flows.map(() => 2));
    expect(others.map(({ firstFrame }) => firstFrame)).toEqual(before.flows.map(({ firstFrame }) => firstFrame));
    expect(others.map(({ tls }) => tls?.resumedFrom ?? null)).toEqual(
      before.flows.map(({ tls }) => (tls?.resumedFrom == null ? null : tls.resumedFrom + count + 1)),
    );
    expect(new Set(merged.certificates.map(({ sha256 }) => sha256)).size).toBe(merged.certificates.length);
    expect(merged.summary.flows.total).toBe(2 * count + 1 + before.flows.length);
  });

  it('may be one file, one behind the other', async () => {
    const two = await reportOf([await file(joined(lines) + joined(lines))]);
    expect(two.captures.map(({ path }) => path)).toEqual([mutual, mutual]);
    expect(two.flows.map(({ id }) => id)).toEqual(two.flows.map((_, at) => at + 1));
    expect(two.flows.slice(report.flows.length).map(({ capture: index }) => index)).toEqual(report.flows.map(() => 1));
    expect(two.hops.length).toBe(report.hops.length);
  });
});

describe('records that were cut', () => {
  it('count as far as they go, and it is told what is missing', async () => {
    const flows = lines.filter((line) => typeOf(line) === 'flow');
    const path = await file(`${joined(flows.slice(0, 2))}${flows[2]!.slice(0, 100)}`);
    const { flows: read, captures, warnings, summaries } = await told([path]);
    expect(read.map(({ id }) => id)).toEqual([1, 2]);
    expect(captures).toMatchObject([{ path, format: 'records', linkTypes: [], framesBefore: 0 }]);
    expect(captures[0]!.health.endedEarly).toContain('the records end without their summary');
    expect(warnings).toHaveLength(2);
    expect(summaries[0]!.preflight.map(({ what }) => what).join()).not.toBe('');
  });

  it('in their packing say so too', async () => {
    const packed = gzipSync(joined([...lines, ...lines, ...lines]));
    const { captures, warnings } = await told([await file(packed.subarray(0, packed.length - 200))]);
    expect(captures.at(-1)!.health.endedEarly).toContain('gzip');
    expect(warnings.join()).toContain('gzip');
  });

  it('after any line keep what was told before, and never fail', async () => {
    for (let end = 1; end <= lines.length; end++) {
      const { flows, captures, result } = await told([await file(joined(lines.slice(0, end)))]);
      expect(flows.length).toBe(lines.slice(0, end).filter((line) => typeOf(line) === 'flow').length);
      expect([captures.length, result.unreadable.length]).toEqual([1, 0]);
    }
  });
});

function removeAll(flow: Record<string, unknown>): void {
  for (const key of Object.keys(flow)) if (key !== 'type') delete flow[key];
}

describe('hostile records', () => {
  const withFlow = (change: (flow: Record<string, unknown>) => void): string => {
    const flow = JSON.parse(lines[0]!) as Record<string, unknown>;
    change(flow);
    return joined([JSON.stringify(flow), ...lines.slice(1)]);
  };

  it.each<[string, (flow: Record<string, unknown>) => void, string]>([
    ['a kind that is none', (flow) => Object.assign(flow, { kind: 'constructor' }), 'its kind'],
    ['an address that is none', (flow) => Object.assign(flow, { client: { ip: '1.2.3', port: 1 } }), 'its client.ip'],
    [
      'a port that is none',
      (flow) => Object.assign(flow, { server: { ip: '1.2.3.4', port: 65_536 } }),
      'its server.port',
    ],
    ['a time that is none', (flow) => Object.assign(flow, { startTime: 'yesterday' }), 'its startTime'],
    ['no TLS session where one belongs', (flow) => Object.assign(flow, { tls: {} }), 'its tls.version'],
    ['a list that is none', (flow) => Object.assign(flow, { anomalies: { length: 3 } }), 'its anomalies'],
    ['a capture that is not there', (flow) => Object.assign(flow, { capture: 7 }), 'its capture'],
    ['an id of its own', (flow) => Object.assign(flow, { id: 2 ** 40 }), 'its id'],
    ['no member at all', removeAll, 'its id'],
  ])('with %s lose that line, and it is told which', async (_name, change, because) => {
    const path = await file(withFlow(change));
    const { flows, warnings, captures } = await told([path]);
    expect(flows.length).toBe(report.flows.length - 1);
    expect(warnings).toEqual([`${path}: line 1 of the records was of no use (${because})`]);
    expect(captures[0]!.health.damage).toEqual([`line 1 of the records was of no use (${because})`]);
  });

  it('keep nothing that is not looked at', async () => {
    const path = await file(
      withFlow((flow) => Object.assign(flow, { secret: 'x', tls: { ...(flow.tls as object), password: 'y' } })),
    );
    expect(await reportOf([path])).toEqual(report);
  });

  it('with a name for prototypes change none', async () => {
    const path = await file(joined([`${lines[0]!.slice(0, -1)},"__proto__":{"polluted":1}}`, ...lines.slice(1)]));
    await told([path]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('with lines too long, too deep or of anything else lose those lines only', async () => {
    const path = await file(
      joined([
        lines[0]!,
        `{"type":"flow","pad":"${'x'.repeat(maxLineOctets)}"}`,
        `{"type":"flow","deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
        'nothing of ours',
        '{"type":"certificate"}',
        `{"type":"hop","flows":[${'1,'.repeat(3_000_000)}1]}`,
        ...lines.slice(1),
      ]),
    );
    const { flows, warnings } = await told([path]);
    expect(flows.length).toBe(report.flows.length);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('of the records and 3 more were of no use');
  });

  it('of a newer form are refused before anything of them counts', async () => {
    const newer = lines.map((line) => line.replace('"version":"1.0","tool"', '"version":"2.0","tool"'));
    const { flows, certificates, result } = await told([await file(joined(newer))]);
    expect([flows, certificates]).toEqual([[], []]);
    expect(result.unreadable).toMatchObject([{ code: 'not-a-report' }]);
    expect(result.unreadable[0]!.message).toContain('records of version 2.0; this program reads 1.0');
  });

  it('with a certificate under the name of another are not believed', async () => {
    const other = 'ab'.repeat(32);
    const forged = lines.map((line) =>
      typeOf(line) === 'certificate' ? line.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${other}"`) : line,
    );
    const { certificates } = await told([await file(joined(forged))]);
    expect(certificates.map(({ sha256 }) => sha256)).not.toContain(other);
  });

  it('never fail, whatever was changed in them', async () => {
    const octets = utf8(joined(lines));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(octets.length - 1), octet: fc.nat(255) }), { minLength: 1, maxLength: 20 }),
        async (changes) => {
          const copy = Uint8Array.from(octets);
          for (const { at, octet } of changes) copy[at] = octet;
          const { summaries, result } = await told([await file(copy)]);
          expect(summaries.length + result.unreadable.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('hold no secret: what is written of cleartext logins are their kind, length and a part of a digest', async () => {
    const { text } = await printed(ndjson, [sample('http-credentials.pcap')]);
    const raw = await readFile(sample('http-credentials.pcap'), 'latin1');
    const secrets = [...raw.matchAll(/(?:Basic|Bearer) ([\w.+/=-]{8,})/g)].map(([, secret]) => secret!);
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
