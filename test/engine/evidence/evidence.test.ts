import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/engine/analyze.js';
import { EvidenceGathering } from '../../../src/engine/evidence/gathering.js';
import type { EvidenceManifest, PayloadShown } from '../../../src/engine/evidence/manifest.js';
import { checkEvidence, EvidenceError, writeEvidence } from '../../../src/engine/evidence/write-evidence.js';
import { ethernet, ipv4, ipv4Fragments, tcp } from '../../build/packets.js';
import { buildPcap } from '../../build/pcap.js';
import { folder, httpPackets, written } from '../captures.js';

const captures = join(import.meta.dirname, '..', '..', '..', 'captures');
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.warn('SKIPPED: tshark is not here, evidence is read by our own reader only');

interface Evidence {
  directory: string;
  manifest: EvidenceManifest;
}

/** Evidence of captures, in a folder of its own. */
async function evidenceOf(
  inputs: readonly string[],
  payload: Exclude<PayloadShown, 'headers'> = 'masked',
  anonymizeKey: string | null = null,
): Promise<Evidence> {
  let gathered = new EvidenceGathering();
  await analyze({ inputs, sink: gathered });
  const { missing } = gathered;
  if (missing !== null) {
    gathered = new EvidenceGathering(missing);
    await analyze({ inputs, sink: gathered });
  }
  const directory = join(await folder(), 'evidence');
  const options = { directory, toolVersion: '9.9.9', payload, anonymizeKey, analysis: {} };
  return { directory, manifest: await writeEvidence(gathered, options) };
}

function capture(name: string): string {
  return join(captures, name);
}

/** All files of a folder by name. */
function filesOf(directory: string): Map<string, Buffer> {
  return new Map(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name))]),
  );
}

/** Digests by name: what two folders are compared by. */
function digestsOf(directory: string): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const [name, octets] of filesOf(directory)) digests[name] = createHash('sha256').update(octets).digest('hex');
  return digests;
}

/**
 * What tshark says of the frames of each file. One run for all, as it starts slowly: behind one another they are the sections of
 * one file. Only datagrams need a run each: tshark takes those of one handshake in two files for one conversation.
 */
function framesOf({ directory, manifest }: Evidence): Map<string, TsharkFrame[]> {
  const files = manifest.findings.flatMap(({ file }) => (file === null ? [] : [file]));
  const isDatagrams = manifest.inputs[0]?.name?.startsWith('dtls') === true;
  const runs = isDatagrams ? files.map((file) => [file]) : [files];
  return new Map(runs.flatMap((run) => [...readByTshark(directory, run)]));
}

function readByTshark(
  directory: string,
  files: readonly { name: string; frames: number }[],
): Map<string, TsharkFrame[]> {
  const path = join(directory, 'all.pcapng');
  writeFileSync(path, Buffer.concat(files.map(({ name }) => readFileSync(join(directory, name)))));
  const fields = ['frame.comment', '_ws.malformed', 'tcp.checksum.status', 'ip.checksum.status'];
  const checks = ['tcp.check_checksum:TRUE', 'ip.check_checksum:TRUE', 'udp.check_checksum:TRUE'];
  const options = [...checks.flatMap((check) => ['-o', check]), ...fields.flatMap((field) => ['-e', field])];
  const { stdout, status } = spawnSync('tshark', ['-r', path, '-T', 'fields', ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(status).toBe(0);
  const lines = stdout.split('\n').slice(0, -1);
  const found: Map<string, TsharkFrame[]> = new Map();
  for (const { name, frames } of files) {
    const own = lines.splice(0, frames).map((line) => line.split('\t'));
    expect(own).toHaveLength(frames);
    found.set(
      name,
      own.map(([comment = '', malformed = '', tcpSum = '', ipSum = '']) => ({ comment, malformed, tcpSum, ipSum })),
    );
  }
  expect(lines).toEqual([]);
  return found;
}

interface TsharkFrame {
  comment: string;
  malformed: string;
  /** 1 = right, 2 = not checked (a cut packet), 0 = wrong. */
  tcpSum: string;
  ipSum: string;
}

async function kindsOf(path: string): Promise<Set<string>> {
  const kinds: Set<string> = new Set();
  await analyze({ inputs: [path], sink: { finding: ({ kind }) => kinds.add(kind), end() {} } });
  return kinds;
}

describe('evidence of findings', () => {
  /** Starting tshark takes a second, more on a busy machine. */
  const patience = 60_000;
  const five = [
    'nginx-cleartext-backend.pcapng',
    'http-credentials.pcap',
    'starttls-smtp.pcapng',
    'version-fallback.pcap',
    'dtls12-mutual.pcap',
    'tls13-rejected.pcapng',
  ];

  it.runIf(hasTshark).each(five)(
    'of %s opens in Wireshark: every frame has a comment, none is malformed',
    async (name) => {
      const evidence = await evidenceOf([capture(name)]);
      expect(evidence.manifest.findings.length).toBeGreaterThan(0);
      const told = framesOf(evidence);
      for (const { file, frames, kind, capture: index } of evidence.manifest.findings) {
        if (file === null) continue;
        const found = told.get(file.name)!;
        for (const { comment, malformed } of found) {
          expect(malformed).toBe('');
          expect(comment).toMatch(/^Capture 1, frame \d+/);
        }
        for (const { inFile, frame } of frames) {
          expect(found[inFile - 1]!.comment).toContain(`Capture ${index + 1}, frame ${frame},`);
          expect(found[inFile - 1]!.comment).toContain(`This frame shows ${kind}`);
        }
      }
    },
    patience,
  );

  it.runIf(hasTshark).each(five)(
    'of %s keeps its checksums right when hosts are replaced',
    async (name) => {
      const frames = [...framesOf(await evidenceOf([capture(name)], 'masked', 'a key')).values()].flat();
      for (const { malformed, tcpSum, ipSum } of frames) {
        expect(malformed).toBe('');
        expect(tcpSum).toMatch(/^[12]?$/);
        expect(ipSum).toMatch(/^1?$/);
      }
      expect(frames.some(({ tcpSum }) => tcpSum === '1') || name.startsWith('dtls')).toBe(true);
    },
    patience,
  );

  it('shows the same findings again', { timeout: patience }, async () => {
    for (const name of ['version-fallback.pcap', 'revoked-client.pcap', 'client-auth-matrix-go-tls12.pcap']) {
      const { directory, manifest } = await evidenceOf([capture(name)]);
      for (const { file, kind } of manifest.findings) {
        if (file !== null) expect(await kindsOf(join(directory, file.name)), `${name} ${file.name}`).toContain(kind);
      }
    }
  });

  it('shows findings of cleartext again with the whole payload', async () => {
    const { directory, manifest } = await evidenceOf([capture('http-credentials.pcap')], 'whole');
    for (const { file, kind } of manifest.findings) {
      if (file !== null) expect(await kindsOf(join(directory, file.name)), file.name).toContain(kind);
    }
  });

  it('is the same octets twice, and from a packed input', { timeout: patience }, async () => {
    const plain = readFileSync(capture('nginx-cleartext-backend.pcapng'));
    const [first = '', packed = ''] = await written({ 'a.pcapng': plain, 'a.pcapng.gz': gzipSync(plain) });
    const one = digestsOf((await evidenceOf([first])).directory);
    expect(digestsOf((await evidenceOf([first])).directory)).toEqual(one);
    const unpacked = digestsOf((await evidenceOf([packed])).directory);
    // The manifest says what was read, and that is another file.
    expect({ ...unpacked, 'manifest.json': '' }).toEqual({ ...one, 'manifest.json': '' });
  });

  it('says in the manifest what was read, and what each file is', { timeout: patience }, async () => {
    const path = capture('http-credentials.pcap');
    const { directory, manifest } = await evidenceOf([path]);
    const sha256 = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');
    const bytes = readFileSync(path);
    expect(manifest.inputs).toEqual([
      { name: 'http-credentials.pcap', capture: 0, sha256: sha256(bytes), bytes: bytes.length },
    ]);
    expect(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))).toEqual(manifest);
    for (const { file, severity, kind } of manifest.findings) {
      if (file === null) continue;
      const octets = readFileSync(join(directory, file.name));
      expect({ sha256: file.sha256, bytes: file.bytes }).toEqual({ sha256: sha256(octets), bytes: octets.length });
      expect(file.name).toMatch(new RegExp(`^\\d\\d-${severity}-${kind}-[A-Za-z0-9._-]+\\.pcapng$`));
    }
  });

  it('holds no secret, whichever way it is made, but with the whole payload', { timeout: patience }, async () => {
    const path = capture('http-credentials.pcap');
    const secrets = [
      ...new Set(
        readFileSync(path)
          .toString('latin1')
          .match(/(?<=(?:Basic|Bearer|password=|access_token=|X-API-Key:|session[a-z]*=) ?)[A-Za-z0-9+/=._-]{6,}/gi),
      ),
    ];
    expect(secrets.length).toBeGreaterThan(3);
    const holds = ({ directory }: Evidence): string[] => {
      const all = Buffer.concat([...filesOf(directory).values()]).toString('latin1');
      return secrets.filter((secret) => all.includes(secret));
    };
    expect(holds(await evidenceOf([path], 'masked'))).toEqual([]);
    expect(holds(await evidenceOf([path], 'stripped'))).toEqual([]);
    expect(holds(await evidenceOf([path], 'masked', 'key'))).toEqual([]);
    expect(holds(await evidenceOf([path], 'whole'))).not.toEqual([]);
  });

  it('names nobody when hosts are replaced, and the same everywhere', { timeout: patience }, async () => {
    const path = capture('nginx-cleartext-backend.pcapng');
    const { directory, manifest } = await evidenceOf([path], 'masked', 'a key');
    const files = filesOf(directory);
    const all = Buffer.concat([...files.values()]).toString('latin1');
    expect(all).not.toMatch(/acme|edge\.|10\.77\.13|nginx-cleartext/);
    expect([...files.keys()].join(' ')).not.toContain('10.77');
    expect(all).not.toContain(String.fromCharCode(10, 77, 13));
    expect(all).not.toContain('a key');
    const servers = new Set(manifest.findings.map(({ server }) => server?.split(':')[0]));
    const again = await evidenceOf([path], 'masked', 'a key');
    expect(digestsOf(again.directory)).toEqual(digestsOf(directory));
    expect(new Set(again.manifest.findings.map(({ server }) => server?.split(':')[0]))).toEqual(servers);
    const other = await evidenceOf([path], 'masked', 'another key');
    expect(digestsOf(other.directory)).not.toEqual(digestsOf(directory));
  });

  it('tells names that clients asked for', async () => {
    const { directory } = await evidenceOf([capture('nginx-one-way-backend.pcapng')]);
    const names = [...filesOf(directory).values()].map((octets) => octets.toString('latin1')).join('');
    expect(names).toMatch(/[a-z]+\.acme\.test\0/);
  });

  it('finds the frames of several captures in their own files', async () => {
    const inputs = ['http-credentials.pcap', 'version-fallback.pcap'].map(capture);
    const { directory, manifest } = await evidenceOf(inputs);
    const seen = new Set(manifest.findings.map(({ capture: index }) => index));
    expect([...seen].sort()).toEqual([0, 1]);
    for (const { file, capture: index, kind } of manifest.findings) {
      if (file === null || index !== 1) continue;
      expect(await kindsOf(join(directory, file.name))).toContain(kind);
    }
  });

  it('goes on through the files of a rotated capture', async () => {
    const packets = httpPackets();
    const paths = await written({
      'ring_00001.pcap': buildPcap(packets.slice(0, 4)),
      'ring_00002.pcap': buildPcap(packets.slice(4)),
    });
    const { manifest, directory } = await evidenceOf(paths);
    const finding = manifest.findings.find(({ kind }) => kind === 'cleartext-http');
    expect(finding?.file?.frames).toBeGreaterThan(5);
    const octets = readFileSync(join(directory, finding!.file!.name)).toString('latin1');
    expect(octets).toContain('Capture 1, frame 4,');
    expect(octets).toContain('Capture 2, frame 1 (5 in the report),');
  });

  it('puts fragments together, and masks what is in them', async () => {
    const request = Buffer.from(`GET /${'secret'.repeat(300)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const packets = httpPackets();
    const segment = tcp(
      { sourcePort: 40_000, destinationPort: 80, flags: 0x18, sequence: 101, acknowledgment: 501 },
      request,
    );
    const fragments = ipv4Fragments({ identification: 77 }, segment, 512).map((bytes) => ({
      seconds: 1003,
      bytes: ethernet(bytes),
    }));
    const [path = ''] = await written({ 'a.pcap': buildPcap([...packets.slice(0, 3), ...fragments]) });
    const { manifest, directory } = await evidenceOf([path]);
    const { file } = manifest.findings.find(({ kind }) => kind === 'cleartext-http')!;
    const octets = readFileSync(join(directory, file!.name)).toString('latin1');
    expect(octets).toContain('It came in fragments.');
    expect(octets).toContain('GET xxx');
    expect(octets).not.toContain('secret');
  });

  it('leaves out what stands behind a packet, unless it is filling', async () => {
    const packets = httpPackets().map(({ bytes, ...rest }) => ({
      ...rest,
      bytes: Uint8Array.from([...bytes, ...Buffer.from('leak')]),
    }));
    const [path = ''] = await written({ 'a.pcap': buildPcap(packets) });
    const { directory } = await evidenceOf([path]);
    const all = Buffer.concat([...filesOf(directory).values()]).toString('latin1');
    expect(all).not.toContain('leak');
  });

  it('survives hostile captures, and what it writes is a capture', { timeout: patience }, async () => {
    const base = readFileSync(capture('nginx-cleartext-backend.pcapng'));
    let state = 12_345;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 12; round++) {
      const bytes = Buffer.from(base);
      for (let change = 0; change < 200; change++) bytes[next(bytes.length - 200) + 200] = next(256);
      const [path = ''] = await written({ 'hostile.pcapng': bytes });
      const { directory, manifest } = await evidenceOf(
        [path],
        round % 2 === 0 ? 'masked' : 'whole',
        round % 3 === 0 ? 'k' : null,
      );
      for (const { file } of manifest.findings) {
        if (file === null || file.frames === 0) continue;
        let packets = 0;
        await analyze({
          inputs: [join(directory, file.name)],
          sink: {
            capture: ({ packets: found, health }) => {
              packets = found;
              expect(health.damage).toEqual([]);
            },
            end() {},
          },
        });
        expect(packets).toBe(file.frames);
      }
    }
  });
});

describe('checkEvidence', () => {
  it('refuses standard input, and a folder with something in it', async () => {
    expect(() => checkEvidence(['-'], 'somewhere')).toThrow(/standard input can be read only once/);
    const directory = await folder();
    expect(() => checkEvidence([], directory)).not.toThrow();
    writeFileSync(join(directory, 'mine'), '');
    expect(() => checkEvidence([], directory)).toThrow(EvidenceError);
    expect(() => checkEvidence([], join(directory, 'mine'))).toThrow(/is no folder/);
    expect(existsSync(join(directory, 'manifest.json'))).toBe(false);
  });

  it('does not write over a capture that changed meanwhile', async () => {
    const packets = httpPackets();
    const [path = ''] = await written({ 'a.pcap': buildPcap(packets) });
    const gathered = new EvidenceGathering();
    await analyze({ inputs: [path], sink: gathered });
    writeFileSync(path, buildPcap([...packets, { bytes: ethernet(ipv4({}, tcp())) }]));
    const directory = join(await folder(), 'evidence');
    const options = { directory, toolVersion: '1', payload: 'masked', anonymizeKey: null, analysis: {} } as const;
    await expect(writeEvidence(gathered, options)).rejects.toThrow(/changed between the two readings/);
  });
});

describe('EvidenceGathering', () => {
  it('asks for a second look at the connections of findings where there are too many', {
    timeout: 60_000,
  }, async () => {
    const { connection, finding } = await import('../../build/records.js');
    const gathering = new EvidenceGathering();
    const record = connection();
    for (let id = 1; id <= 5001; id++) gathering.flow({ ...record, id });
    gathering.finding(finding({ flows: [7, 5001] }));
    expect([...gathering.missing!].sort((a, b) => a - b)).toEqual([7, 5001]);
    const second = new EvidenceGathering(gathering.missing);
    for (const id of [6, 7, 8]) second.flow(connection({ id }));
    expect([second.connection(6), second.connection(7)?.id]).toEqual([null, 7]);
    expect(second.missing).toBeNull();
  });
});
