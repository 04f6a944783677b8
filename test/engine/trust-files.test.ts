import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTrustFiles, TrustFileError } from '../../src/engine/trust-files.js';
import { authority, pem, revocationList } from '../build/pki.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

const root = authority('Root');
const second = authority('Second');
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('files of trust', () => {
  it('may hold several certificates in PEM with text around them, or one in DER', async () => {
    const bundle = file(
      'bundle.pem',
      `# ours\n${pem('CERTIFICATE', root.der)}\ntext\n${pem('CERTIFICATE', second.der)}`,
    );
    expect((await readTrustFiles([bundle], []))?.anchors?.size).toBe(2);
    const der = file('root.der', root.der);
    expect((await readTrustFiles([bundle, der], []))?.anchors?.size).toBe(2);
  });

  it('may be revocation lists alone: then nothing is said of trust', async () => {
    const path = file('list.crl', revocationList(root, []));
    const material = await readTrustFiles([], [path]);
    expect(material?.anchors).toBeNull();
    expect(material?.lists?.size).toBe(1);
  });

  it('are none where none is named', async () => {
    expect(await readTrustFiles([], [])).toBeNull();
  });

  it('that hold nothing of the kind, or are not there, are refused with their name', async () => {
    const key = file('key.pem', pem('PRIVATE KEY', Uint8Array.of(1, 2, 3)));
    await expect(readTrustFiles([key], [])).rejects.toThrow(/key\.pem: no certificate in it/);
    await expect(readTrustFiles([], [key])).rejects.toThrow(/key\.pem: no revocation list in it/);
    await expect(readTrustFiles([join(folder, 'missing.pem')], [])).rejects.toThrow(TrustFileError);
    await expect(readTrustFiles([join(folder, 'missing.pem')], [])).rejects.toThrow(/no such file/);
  });
});
