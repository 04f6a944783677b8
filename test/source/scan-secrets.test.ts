import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scanSecrets } from '../../src/source/scan-secrets.js';
import { PcapngBuilder } from '../build/pcapng.js';
import { ascii, octets } from '../build/tls.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secretsBlock = (build: PcapngBuilder, text: string, type = 0x544c534b): Uint8Array =>
  build.block(10, octets(build.numbers([4, type], [4, text.length]), ascii(text)));

const filling = (build: PcapngBuilder, length: number): Uint8Array => build.block(6, new Uint8Array(length));

async function found(...parts: readonly Uint8Array[]): Promise<{ scanned: boolean; texts: string[] }> {
  const path = join(folder, 'capture');
  writeFileSync(path, octets(...parts));
  const texts: string[] = [];
  const scanned = await scanSecrets(path, (_type, bytes, start, end) => {
    texts.push(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
    bytes.fill(0xee);
  });
  return { scanned, texts };
}

describe('the search for secrets before a capture is read', () => {
  for (const little of [true, false]) {
    const build = new PcapngBuilder(little);
    const order = little ? 'little' : 'big';

    it(`finds them wherever they stand in a small file (${order}-endian)`, async () => {
      const answer = await found(
        build.section(),
        secretsBlock(build, 'first'),
        filling(build, 1501),
        secretsBlock(build, 'second one'),
        filling(build, 60),
        secretsBlock(build, 'last'),
      );
      expect(answer).toEqual({ scanned: true, texts: ['first', 'second one', 'last'] });
    });

    it(`finds them all in a long file that shows some at its end (${order}-endian)`, async () => {
      const body = Array.from({ length: 12 }, () => filling(build, 1_500_001));
      const answer = await found(
        build.section(),
        ...body.slice(0, 6),
        secretsBlock(build, 'in the middle'),
        ...body.slice(6),
        secretsBlock(build, 'at the end'),
        filling(build, 100),
      );
      expect(answer.texts).toEqual(['in the middle', 'at the end']);
    });
  }

  const build = new PcapngBuilder();

  it('goes on through sections of another byte order', async () => {
    const other = new PcapngBuilder(false);
    const answer = await found(build.section(), filling(build, 30), other.section(), secretsBlock(other, 'there'));
    expect(answer.texts).toEqual(['there']);
  });

  it('leaves other files alone, and what is no file', async () => {
    expect(await found(octets(Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1), new Uint8Array(100)))).toEqual({
      scanned: false,
      texts: [],
    });
    expect(await found(new Uint8Array(0))).toMatchObject({ scanned: false });
    for (const path of [folder, join(folder, 'nothing'), '-']) expect(await scanSecrets(path, () => {})).toBe(false);
  });

  it('ends at damage, at any length that a block claims', async () => {
    const head = octets(build.section(), secretsBlock(build, 'before'));
    const after = secretsBlock(build, 'after');
    for (const length of [0, 4, 8, 11, 13, 0x7fffffff, 0xffffffff]) {
      const { texts } = await found(head, build.numbers([4, 10], [4, length]), new Uint8Array(30), after);
      expect(texts[0]).toBe('before');
    }
    const whole = octets(head, after);
    for (let end = 0; end < whole.length; end++) await found(whole.slice(0, end));
  });

  it('hands on no more than the block holds, whatever length it says', async () => {
    const lying = build.block(10, octets(build.numbers([4, 0x544c534b], [4, 0xfffffff0]), ascii('abcd')));
    expect((await found(build.section(), lying, filling(build, 40))).texts).toEqual(['abcd']);
  });
});
