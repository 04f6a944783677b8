// A run that was broken off and goes on prints what it would have printed.
import { readdirSync } from 'node:fs';
import { appendFile, copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnalyzeOptions } from '../../../src/engine/analyze.js';
import { CheckpointError } from '../../../src/engine/checkpoint/files.js';
import { reportFormats } from '../../../src/report/index.js';
import { capture, folder, httpPackets, written } from '../captures.js';
import { printed } from '../printed.js';

const captures = fileURLToPath(new URL('../../../captures', import.meta.url));
const { json, ndjson } = reportFormats;

/** Captures whose connections know of each other, and some of every kind besides. */
const telling =
  /^(?:client-auth|handshake|haproxy|historic|mtls|nginx|quality-[dgm]|quic|re|server|starttls-(?:ftp|smtp)|tls13|version|logins-mysql).*\.(?:pcap|pcapng)$/;

type Printed = Awaited<ReturnType<typeof printed>>;

function run(inputs: readonly string[], path: string, more: Partial<AnalyzeOptions> = {}): Promise<Printed> {
  return printed(json, inputs, { checkpoint: { path, toolVersion: '1' }, ...more });
}

describe('a run with a checkpoint over captures whose connections, certificates and sessions know of each other', () => {
  let inputs: string[] = [];
  let checkpoint = '';
  let whole = '';
  let finished = 0;

  beforeAll(async () => {
    const directory = await folder();
    inputs = readdirSync(captures)
      .filter((name) => telling.test(name))
      .map((name) => join(captures, name));
    await writeFile(join(directory, 'broken.pcap'), 'no capture at all');
    await writeFile(join(directory, 'sensor.ndjson'), (await printed(ndjson, [inputs[0]!, inputs[3]!])).text);
    inputs.splice(7, 0, join(directory, 'broken.pcap'));
    inputs.splice(20, 0, join(directory, 'sensor.ndjson'));
    checkpoint = join(directory, 'checkpoint');
    whole = (await printed(json, inputs)).text;
  }, 60_000);

  it('prints what a run without one prints, and keeps it where only its owner reads it', async () => {
    const { text, result } = await run(inputs, checkpoint);
    expect(text).toBe(whole);
    expect(result.unreadable.map(({ path }) => basename(path))).toEqual(['broken.pcap']);
    finished = (await stat(checkpoint)).size;
    expect((await stat(checkpoint)).mode & 0o777).toBe(0o600);
  });

  it('prints the same when all of it is taken from the checkpoint', async () => {
    const { text, result } = await run(inputs, checkpoint);
    expect(text).toBe(whole);
    expect(result.unreadable.map(({ path }) => basename(path))).toEqual(['broken.pcap']);
    expect((await stat(checkpoint)).size).toBe(finished);
  });

  it.each([0, 0.0001, 0.06, 0.13, 0.2, 0.33, 0.47, 0.61, 0.8, 0.9999])(
    'goes on where it was cut, at %d of its octets',
    async (part) => {
      const path = join(await folder(), 'cut');
      await copyFile(checkpoint, path);
      await truncate(path, Math.floor(finished * part));
      expect((await run(inputs, path)).text).toBe(whole);
    },
    30_000,
  );

  it('reads again what stands after octets that were damaged', async () => {
    const path = join(await folder(), 'damaged');
    const octets = await readFile(checkpoint);
    const at = Math.floor(finished * 0.6);
    octets[at] = octets[at]! ^ 1;
    await writeFile(path, octets);
    expect((await run(inputs, path)).text).toBe(whole);
  });

  it('judges what it keeps by the policy and the expectation of now', async () => {
    const { Expectation } = await import('../../../src/engine/judging/expectation.js');
    const expectation = new Expectation();
    expect(expectation.add('all')).toBeNull();
    const { text } = await run(inputs, checkpoint, { expectation });
    expect(text).toBe((await printed(json, inputs, { expectation })).text);
    expect(text).not.toBe(whole);
  });
});

describe('a checkpoint', () => {
  const packets = (clientPort: number) => capture(httpPackets({ clientPort, seconds: clientPort }));
  const three = () => written({ 'a.pcap': packets(1001), 'b.pcap': packets(1002), 'c.pcap': packets(1003) });

  it('of a file that changed is read again from there on, and says so', async () => {
    const inputs = await three();
    const path = join(await folder(), 'checkpoint');
    await run(inputs, path);
    await writeFile(inputs[1]!, capture([...httpPackets({ clientPort: 1002 }), ...httpPackets({ clientPort: 9 })]));
    const { text, warnings } = await run(inputs, path);
    expect(text).toBe((await printed(json, inputs)).text);
    expect(warnings).toEqual([`${inputs[1]} is not as it was for ${path}: it is read again, and what comes after it`]);
  });

  it('takes up files that came behind those it knows', async () => {
    const inputs = await three();
    const path = join(await folder(), 'checkpoint');
    await run(inputs.slice(0, 2), path);
    const { text, warnings } = await run(inputs, path);
    expect([text, warnings]).toEqual([(await printed(json, inputs)).text, []]);
  });

  it('ends at a capture whose reading was stopped', async () => {
    const inputs = await three();
    const path = join(await folder(), 'checkpoint');
    const controller = new AbortController();
    controller.abort();
    await run(inputs, path, { signal: controller.signal });
    expect((await readFile(path, 'utf8')).split('\n').filter((line) => line.includes('"type":"set"'))).toEqual([]);
    expect((await run(inputs, path)).text).toBe((await printed(json, inputs)).text);
  });

  it('is refused with other keys, another trust, another version of the program', async () => {
    const [a, b] = await three();
    const [keys, ca] = await written({ 'k.keys': Uint8Array.of(35, 10), 'ca.pem': Uint8Array.of() });
    const path = join(await folder(), 'checkpoint');
    await run([a!, b!], path);
    const before = await readFile(path, 'utf8');
    await expect(run([a!, b!], path, { keylogs: [keys!] })).rejects.toThrow(/with other keys \(--keylog\)/);
    const newer = { path, toolVersion: '2' };
    await expect(run([a!, b!], path, { checkpoint: newer })).rejects.toThrow(/by version 1 of this program/);
    expect(ca).toBeDefined();
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('is refused where it would be written over something else', async () => {
    const [a, b] = await three();
    await expect(run([a!, b!], a!)).rejects.toThrow(CheckpointError);
    const [notes] = await written({ notes: Uint8Array.from('my notes\n', (letter) => letter.charCodeAt(0)) });
    await expect(run([a!, b!], notes!)).rejects.toThrow(/is no checkpoint: it is left as it is/);
    expect(await readFile(notes!, 'utf8')).toBe('my notes\n');
  });

  it('is refused for standard input, which nobody can read again', async () => {
    const path = join(await folder(), 'checkpoint');
    await expect(run(['-'], path)).rejects.toThrow(/standard input/);
  });

  it('leaves out what was begun and not finished', async () => {
    const inputs = await three();
    const path = join(await folder(), 'checkpoint');
    await run(inputs, path);
    const size = (await stat(path)).size;
    await appendFile(path, '{"type":"flow","id":4,"capt');
    expect((await run(inputs, path)).text).toBe((await printed(json, inputs)).text);
    expect((await stat(path)).size).toBe(size);
  });
});
