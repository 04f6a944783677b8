import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpeningWork } from '../../../src/session/secrets/opening-work.js';
import { prf } from '../../../src/session/secrets/prf.js';
import { suiteProtection } from '../../../src/session/secrets/suite-protection.js';
import { type Agreement, tls12Openers } from '../../../src/session/secrets/tls12-openers.js';
import { Sealer12, type Sealing } from '../../build/sealed.js';
import { filler, fromHex, octets } from '../../build/tls.js';

const randoms = { client: filler(32, 0x11), server: filler(32, 0x77) };
const master = filler(48, 0x42);

const suites: readonly [name: string, suite: number, versions: readonly number[]][] = [
  ['AES-128-GCM', 0xc02f, [0x0303]],
  ['AES-256-GCM', 0xc030, [0x0303]],
  ['ChaCha20-Poly1305', 0xcca8, [0x0303]],
  ['AES-128-CCM', 0xc0ac, [0x0303]],
  ['AES-256-CCM_8', 0xc0af, [0x0303]],
  ['AES-128-CBC with SHA-256', 0x003c, [0x0303]],
  ['AES-256-CBC with SHA-384', 0xc028, [0x0303]],
  ['AES-128-CBC with SHA-1', 0x002f, [0x0300, 0x0301, 0x0302, 0x0303]],
  ['Camellia-256-CBC', 0x0084, [0x0301, 0x0303]],
  ['3DES', 0x000a, [0x0300, 0x0301, 0x0302, 0x0303]],
  ['DES', 0x0009, [0x0300, 0x0301, 0x0302]],
  ['RC4 with MD5', 0x0004, [0x0300, 0x0301, 0x0302, 0x0303]],
  ['RC4 with SHA-1', 0x0005, [0x0300, 0x0301, 0x0303]],
  ['NULL with SHA-256', 0x003b, [0x0303]],
];

function sideOf(sealing: Sealing): {
  sealer: Sealer12;
  open: (sequence: number, type: number, sealed: Uint8Array) => Uint8Array | null;
} {
  const { version, suite, encryptThenMac = false } = sealing;
  const agreed: Agreement = { version, protection: suiteProtection(suite)!, encryptThenMac, randoms };
  const opener = tls12Openers(agreed, master)[sealing.fromClient ? 'client' : 'server'];
  return {
    sealer: new Sealer12(sealing),
    open: (sequence, type, sealed) => opener.open(sequence, type, version, sealed, 5, sealed.length),
  };
}

describe('records before TLS 1.3', () => {
  for (const [name, suite, versions] of suites) {
    for (const version of versions) {
      for (const encryptThenMac of suiteProtection(suite)!.kind === 'block' && version > 0x0300
        ? [false, true]
        : [false]) {
        it(`open under ${name} in 0x${version.toString(16)}${encryptThenMac ? ', encrypt-then-MAC' : ''}`, () => {
          for (const fromClient of [true, false]) {
            const { sealer, open } = sideOf({ version, suite, master, randoms, fromClient, encryptThenMac });
            for (const [sequence, length] of [16, 0, 1, 333, 16_384].entries()) {
              const content = filler(length, sequence);
              const sealed = sealer.seal(23, content);
              expect(Buffer.from(open(sequence, 23, sealed)!)).toEqual(Buffer.from(content));
            }
          }
        });

        it(`stay closed under ${name} in 0x${version.toString(16)} when an octet is changed${encryptThenMac ? ', encrypt-then-MAC' : ''}`, () => {
          const sealing = { version, suite, master, randoms, fromClient: true, encryptThenMac };
          const sealed = new Sealer12(sealing).seal(23, filler(40));
          for (let at = 5; at < sealed.length; at++) {
            const changed = sealed.slice();
            changed[at]! ^= 1;
            const opened = sideOf(sealing).open(0, 23, changed);
            // SSLv3's padding is not authenticated.
            if (opened !== null && version === 0x0300) expect(Buffer.from(opened)).toEqual(Buffer.from(filler(40)));
            else expect(opened).toBeNull();
          }
        });
      }
    }
  }

  it('stay closed under another sequence number, type or master secret', () => {
    const sealing = { version: 0x0303, suite: 0xc02f, master, randoms, fromClient: true };
    const sealed = new Sealer12(sealing).seal(23, filler(40));
    expect(sideOf(sealing).open(1, 23, sealed)).toBeNull();
    expect(sideOf(sealing).open(0, 22, sealed)).toBeNull();
    expect(new Sealer12({ ...sealing, master: filler(48) }).seal(23, filler(40))).not.toEqual(sealed);
  });

  it('may be any octets', () => {
    fc.assert(
      fc.property(fc.constantFrom(...suites), fc.uint8Array({ maxLength: 100 }), ([, suite, versions], bytes) => {
        const { open } = sideOf({ version: versions[0]!, suite, master, randoms, fromClient: true });
        expect(open(0, 23, octets(new Uint8Array(5), bytes))).toBeNull();
      }),
    );
  });
});

describe('the pseudorandom function', () => {
  it('of TLS 1.2 gives the well-known vector', () => {
    const output = prf(
      0x0303,
      'sha256',
      fromHex('9bbe436ba940f017b17652849a71db35'),
      'test label',
      fromHex('a0ba9f936cda311827a6f796ffd5198c'),
      32,
    );
    expect(Buffer.from(output).toString('hex')).toBe(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a',
    );
  });

  it('of TLS 1.0 is the sum of MD5 and SHA-1 over the halves of the secret', () => {
    const secret = filler(15, 3);
    const seed = octets(Buffer.from('label'), filler(20));
    const half = (hash: string, key: Uint8Array): Uint8Array => {
      const first = createHmac(hash, key).update(seed).digest();
      return createHmac(hash, key).update(octets(first, seed)).digest();
    };
    const [md5, sha1] = [half('md5', secret.slice(0, 8)), half('sha1', secret.slice(7))];
    expect([...prf(0x0301, 'sha256', secret, 'label', filler(20), 16)]).toEqual(
      Array.from({ length: 16 }, (_, at) => md5[at]! ^ sha1[at]!),
    );
  });
});

describe('the work of opening', () => {
  it('is paid for by records of some hundred octets, and spent by shorter ones', () => {
    const long = new OpeningWork();
    let refused = 0;
    for (let records = 0; records < 1_000_000; records++) if (!long.affords(200)) refused++;
    expect(refused).toBe(0);
    const short = new OpeningWork();
    let opened = 0;
    while (short.affords(18)) opened++;
    expect(opened).toBeGreaterThan(100_000);
    expect(opened).toBeLessThan(200_000);
    expect(short.affords(16_384)).toBe(true);
    expect(short.affords(18)).toBe(true);
  });
});
