// Every file of evidence, analysed by itself, shows what it is evidence of; and no secret of the capture is in it.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { analyze } from '../../../src/engine/analyze.js';
import { secretsOf } from '../../../src/engine/evidence/conclusion.js';
import { EvidenceGathering } from '../../../src/engine/evidence/gathering.js';
import type { EvidenceManifest } from '../../../src/engine/evidence/manifest.js';
import { type EvidenceOptions, writeEvidence } from '../../../src/engine/evidence/write-evidence.js';
import type { Finding } from '../../../src/model/finding.js';
import { ContentNotes } from '../../../src/session/content/content-notes.js';
import { folder } from '../captures.js';

const samples = join(import.meta.dirname, '..', '..', '..', 'captures');
const lab = join(samples, '..', '..', 'shared', 'lab', 'dev');
if (!existsSync(lab)) console.warn('SKIPPED: the captures of the lab (../shared/lab) are not here');

const isCapture = (name: string): boolean => /\.pcap(ng)?$/.test(name);
const sampleCaptures = readdirSync(samples)
  .filter(isCapture)
  .map((name) => [name, join(samples, name)] as const);
const labCaptures = !existsSync(lab)
  ? []
  : readdirSync(lab).flatMap((scenario) =>
      readdirSync(join(lab, scenario))
        .filter(isCapture)
        .map((name) => [`${scenario}/${name}`, join(lab, scenario, name)] as const),
    );

/** Of these no packet of a connection tells: the file is not there, or needs what evidence never holds. */
const honest = /^no packet shows it$|keys that the capture itself carries/;

/** What a part of a capture shows that the whole does not: frames were cut, keys and other connections are missing. */
const ofTheFile: ReadonlySet<string> = new Set([
  'capture-truncated',
  'capture-midstream',
  'capture-gap',
  'mtls-status-unobservable',
  'cert-expires-soon',
]);

interface Case {
  directory: string;
  manifest: EvidenceManifest;
  findings: Finding[];
  /** Octets that crossed in clear and let somebody in. */
  secrets: Set<string>;
  digests: Set<string>;
}

afterEach(() => vi.restoreAllMocks());

async function evidenceOf(path: string, more: Partial<EvidenceOptions> = {}): Promise<Case> {
  const secrets: Set<string> = new Set();
  const digests: Set<string> = new Set();
  const original = ContentNotes.prototype.credential;
  const spy = vi.spyOn(ContentNotes.prototype, 'credential').mockImplementation(function (this: ContentNotes, ...told) {
    const secret = told[5];
    if (secret !== null) secrets.add(Buffer.from(secret.bytes.subarray(secret.start, secret.end)).toString('latin1'));
    original.apply(this, told);
  });
  const gathered = new EvidenceGathering();
  const flow = gathered.flow.bind(gathered);
  gathered.flow = (record) => {
    for (const digest of secretsOf(record)) digests.add(digest);
    flow(record);
  };
  const keylogs = more.judged?.keylogs ?? [];
  await analyze({ inputs: [path], sink: gathered, keylogs });
  spy.mockRestore();
  const directory = join(await folder(), 'evidence');
  const options = { directory, toolVersion: '1', payload: 'masked', anonymizeKey: null, analysis: {} } as const;
  const manifest = await writeEvidence(gathered, { ...options, ...more });
  return { directory, manifest, findings: gathered.findings, secrets, digests };
}

/** Files of a folder of evidence, by name. */
function files({ directory, manifest }: Case): [string, Buffer][] {
  return manifest.findings.flatMap(({ file }) =>
    file === null ? [] : [[file.name, readFileSync(join(directory, file.name))] as [string, Buffer]],
  );
}

/** Everything that stands in octets: as they are, and what their base64 stands for. */
function* readings(octets: Buffer): Generator<string> {
  const text = octets.toString('latin1');
  yield text;
  for (const [token] of text.matchAll(/[A-Za-z0-9+/]{8,}={0,2}/g))
    yield Buffer.from(token, 'base64').toString('latin1');
}

/** Whether a secret says anything: what is short, or looks as masks do, may stand anywhere. */
function tells(secret: string): boolean {
  return secret.length >= 5 && !/^(.)\1*$/.test(secret);
}

const patience = 60_000;

// A suite without a test fails.
const sets = [['sample', sampleCaptures] as const, ['lab', labCaptures] as const].filter(
  ([, captures]) => captures.length > 0,
);

describe.each(sets)('evidence of the %s captures', (_, captures) => {
  it.each(captures)(
    'shows the findings of %s again, adds none, and holds no secret',
    async (_name, path) => {
      const made = await evidenceOf(path);
      for (const { reproduces, because, kind, file } of made.manifest.findings) {
        if (reproduces !== true) expect(because, `${kind} ${file?.name}`).toMatch(honest);
      }
      const keyOf = ({ kind, hop, client, server }: Finding): string => `${kind} ${hop} ${client} ${server}`;
      const known = new Set(made.findings.map(keyOf));
      for (const [name, octets] of files(made)) {
        const again: Finding[] = [];
        const digests: Set<string> = new Set();
        await analyze({
          inputs: [join(made.directory, name)],
          sink: {
            flow: (record) => {
              for (const digest of secretsOf(record)) digests.add(digest);
            },
            finding: (finding) => again.push(finding),
            end() {},
          },
        });
        for (const finding of again) {
          if (!ofTheFile.has(finding.kind)) expect(known, name).toContain(keyOf(finding));
        }
        // The verdict of the manifest is ours; this one is made without it.
        const told = made.manifest.findings.find(({ file }) => file?.name === name)!;
        const isFound = again.some(
          ({ kind, hop, severity, certainty }) =>
            kind === told.kind && hop === told.hop && severity === told.severity && certainty === told.certainty,
        );
        expect(isFound, name).toBe(told.reproduces);
        expect([...digests].filter((digest) => made.digests.has(digest))).toEqual([]);
        for (const reading of made.secrets.size === 0 ? [] : readings(octets)) {
          for (const secret of made.secrets) if (tells(secret)) expect(reading.includes(secret), name).toBe(false);
        }
      }
      rmSync(made.directory, { recursive: true });
    },
    patience,
  );
});

describe('the manifest', () => {
  it('says why a file does not show its finding by itself, and the file says so too', async () => {
    const made = await evidenceOf(join(samples, 'http-credentials.pcap'), { payload: 'stripped' });
    const told = made.manifest.findings.find(({ kind }) => kind === 'cleartext-credentials')!;
    expect(told).toMatchObject({ reproduces: false, because: 'the payload that shows it is cut' });
    const octets = readFileSync(join(made.directory, told.file!.name));
    expect(octets.length).toBe(told.file!.bytes);
    expect(octets.toString('utf8')).toContain(
      'Analysed by itself this file does not show the finding: the payload that shows it is cut.',
    );
  });

  it('says that keys in the capture are not in the evidence, and finds it again with the keys at hand', async () => {
    const embedded = await evidenceOf(join(samples, 'tls13-rejected.pcapng'));
    const told = embedded.manifest.findings.find(({ certainty }) => certainty === 'decrypted')!;
    expect(told.because).toMatch(/keys that the capture itself carries/);
  });

  it.runIf(labCaptures.length > 0)(
    'finds what only keys show',
    async () => {
      for (const name of ['matrix-go/tls13-nokeys.pcap', 'server-cert-go-python/tls13.pcapng']) {
        const path = join(lab, name);
        const keylogs = [join(path, '..', 'keys.log')];
        const { manifest } = await evidenceOf(path, { judged: { keylogs } });
        expect(manifest.findings.some(({ certainty }) => certainty === 'decrypted')).toBe(true);
        for (const { reproduces, kind } of manifest.findings) expect(reproduces, kind).toBe(true);
      }
    },
    patience,
  );
});
