// What is read apart and taken over prints what it prints when it is read in one place.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadingState } from '../../../src/engine/reading-state.js';
import { VantageRun } from '../../../src/engine/vantage/vantage-run.js';
import { ApartReader, type ApartSetup, type ReadApart } from '../../../src/engine/workers/read-apart.js';
import { takeOver } from '../../../src/engine/workers/take-over.js';
import { reportFormats } from '../../../src/report/index.js';
import { SessionContext } from '../../../src/session/shared/session-context.js';
import { capture, httpPackets, told, written } from '../captures.js';
import { printed } from '../printed.js';

/** Captures that were read apart, and those of them that were taken over, since a test began. */
const counts = vi.hoisted(() => ({ read: 0, takenOver: 0 }));

// In one process, all captures but the first: which of them a worker has first is not left to chance.
vi.mock('../../../src/engine/workers/workers.js', () => ({
  workersFor: () => 2,
  ReadingWorkers: class {
    #at = 0;
    readonly #reader: Promise<ApartReader>;
    readonly #sets: readonly { paths: readonly string[] }[];

    constructor(_count: number, setup: ApartSetup, sets: readonly { paths: readonly string[] }[]) {
      this.#reader = ApartReader.of(structuredClone(setup));
      this.#sets = sets;
    }

    async take(accept: (read: ReadApart) => boolean): Promise<boolean> {
      const at = this.#at++;
      if (at === 0) return false;
      const read = await (await this.#reader).read(this.#sets[at]!.paths, () => {});
      if (read === null) return false;
      counts.read++;
      const accepted = accept(structuredClone(read));
      if (accepted) counts.takenOver++;
      return accepted;
    }

    close(): void {}
  },
}));

const captures = fileURLToPath(new URL('../../../captures', import.meta.url));
const lab = fileURLToPath(new URL('../../../../shared/lab/dev', import.meta.url));

beforeEach(() => {
  counts.read = 0;
  counts.takenOver = 0;
});

async function expectSame(inputs: readonly string[], more: Parameters<typeof printed>[2] = {}): Promise<void> {
  const together = await printed(reportFormats.json, inputs, more);
  const apart = await printed(reportFormats.json, inputs, { ...more, workers: 2 });
  expect(apart.text).toBe(together.text);
  expect(apart.warnings).toEqual(together.warnings);
  expect(apart.result.unreadable).toEqual(together.result.unreadable);
}

const all = readdirSync(captures)
  .filter((name) => /\.(?:pcap|pcapng)$/.test(name))
  .map((name) => join(captures, name));

describe('captures that are read apart', () => {
  it.each([5, 9, all.length])('print the same, %i at a time', async (most) => {
    for (let at = 0; at < all.length; at += most) await expectSame(all.slice(at, at + most));
    expect(counts.takenOver).toBeGreaterThan(all.length / 2);
  });

  const ofKeys = ['loopback-http.pcap', 'mtls-end-to-end-tls13.pcap'].map((name) => join(captures, name));

  it('print the same with keys', async () => {
    await expectSame(ofKeys, { keylogs: [join(captures, 'mtls-end-to-end-tls13.keys')] });
    expect(counts).toEqual({ read: 1, takenOver: 1 });
  });

  it('print the same where one of them holds secrets that only its reading finds', async () => {
    const secrets = readFileSync(join(captures, 'mtls-end-to-end-tls13-secrets.pcapng'));
    const [packed] = await written({ 'secrets.pcapng.gz': gzipSync(secrets) });
    await expectSame([ofKeys[0]!, packed!, ofKeys[1]!]);
    expect(counts).toEqual({ read: 1, takenOver: 0 });
  });

  it('print the same in another order', async () => {
    await expectSame([...all].reverse());
  });
});

describe('a capture that leans on an earlier one', () => {
  it('is read together with it: a session goes on from a handshake there', async () => {
    const [first, second] = cutBefore(18, readFileSync(join(captures, 'session-outlives-certificate.pcap')));
    const inputs = await written({ 'first.pcap': first!, 'second.pcap': second! });
    const { flows } = await told(inputs);
    expect(flows.map(({ tls }) => tls?.resumedFrom)).toEqual([null, 1, 1]);
    await expectSame(inputs);
    expect(counts).toEqual({ read: 1, takenOver: 0 });
  });

  const leaning: [string, (apart: ReadApart, context: SessionContext) => void][] = [
    [
      'a ticket was given out there',
      ({ leanings }, { ticketLinks }) => {
        ticketLinks.keep('10.0.0.1 10.0.0.2 443', 1, [250]);
        leanings.missedTickets.push({ peers: '10.0.0.1 10.0.0.2 443', octets: 250 - 17 - 17 - 8 });
      },
    ],
    [
      'a data connection was announced there',
      (_apart, { announced }) => announced.announce({ ip: '10.0.0.2', port: 2000 }, 'ftp-data'),
    ],
    ['signatures were left unchecked there', (_apart, { verification }) => void verification.work.take(1e12)],
    [
      'the sessions of both are more than are remembered',
      ({ leanings }, { resumptions }) => {
        for (let key = 0; key < 131_072; key++) resumptions.remember(key, 1);
        leanings.told.resumptions.push(-1, 1, 0);
      },
    ],
    [
      'the peers of both are more than are remembered',
      ({ leanings }, { ticketLinks }) => {
        for (let peer = 0; peer < 16_384; peer++) ticketLinks.keep(`${peer}`, 1, [250]);
        leanings.handshakes.push({ peers: 'another', flow: 1, lengths: [250] });
      },
    ],
    [
      'the names of both are more than are remembered',
      ({ names }, { addressNames }) => {
        for (let name = 0; name < 65_536; name++) addressNames.noted(`${name}`, 'a');
        names.push({ ip: '10.0.0.1', name: 'b', source: 'capture' });
      },
    ],
    [
      'the certificates of both are more than are kept',
      ({ certificates }) => {
        certificates.push({ content: new Uint8Array(65 * 1024 * 1024), usedAs: [], firstFrame: 1 });
      },
    ],
    [
      'nobody can tell which of two randoms is shared',
      ({ leanings }, { clientRandoms }) => {
        clientRandoms.ring.enter(5, 1, 0);
        leanings.told.clientRandoms.push(5, 1, 0, 6, 1, 0);
      },
    ],
  ];

  it.each(leaning)('is read together with it: %s', async (_why, lean) => {
    const inputs = await written({ 'a.pcap': capture(httpPackets()) });
    const reader = await ApartReader.of({ seed: 7, keylogs: [], authorities: [], revocationLists: [], paths: inputs });
    const apart = (await reader.read(inputs, () => {}))!;
    const context = new SessionContext(7);
    const run = { context, state: new ReadingState(), vantage: new VantageRun(2, 7, () => {}) };
    lean(apart, context);
    expect(takeOver(apart, run)).toBe(false);
    expect(run.state).toEqual(new ReadingState());
  });
});

describe('what is not read apart', () => {
  const reader = (): Promise<ApartReader> =>
    ApartReader.of({ seed: 7, keylogs: [], authorities: [], revocationLists: [], paths: [] });

  it('records of an earlier run', async () => {
    const { text } = await printed(reportFormats.ndjson, [all[0]!]);
    const inputs = await written({ 'a.ndjson': Buffer.from(text) });
    expect(await (await reader()).read(inputs, () => {})).toBeNull();
  });

  it('a capture with as much to tell as to read', async () => {
    const packets = Array.from({ length: 20_000 }, (_, at) => httpPackets({ clientPort: at + 1 })).flat();
    const inputs = await written({ 'a.pcap': capture(packets) });
    const seen: number[] = [];
    expect(await (await reader()).read(inputs, ({ bytesRead }) => seen.push(bytesRead))).toBeNull();
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)).toBeLessThan((await stat(inputs[0]!)).size);
  });
});

/** The captures of each recorded topology: several places that saw the same connections. */
const present = existsSync(lab);
if (!present) console.warn('SKIPPED: the captures of the lab (../shared/lab) are not here');

describe.skipIf(!present)('captures of one topology that are read apart', () => {
  it.each(present ? readdirSync(lab) : ['(absent)'])('%s', async (name) => {
    await expectSame(filesBelow(join(lab, name)));
  });
});

/** A capture file of microseconds, and what comes from a frame on as another. */
function cutBefore(frame: number, file: Buffer): [Uint8Array, Uint8Array] {
  const header = file.subarray(0, 24);
  let at = header.length;
  for (let left = frame - 1; left > 0; left--) at += 16 + file.readUInt32LE(at + 8);
  return [file.subarray(0, at), Buffer.concat([header, file.subarray(at)])];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.pcap(?:ng)?$/.test(path) && statSync(path).isFile())
    .sort();
}
