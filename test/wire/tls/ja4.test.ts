// Examples of FoxIO's published description of JA4.
import { describe, expect, it } from 'vitest';
import { type Ja4Input, ja4 } from '../../../src/wire/tls/ja4.js';

const example: Ja4Input = {
  supportedVersions: [0x2a2a, 0x0304, 0x0303],
  cipherSuites: [
    ...[0x5a5a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c],
    ...[0x009d, 0x002f, 0x0035],
  ],
  extensions: [
    ...[0x0a0a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b],
    ...[0xff01, 0x000b, 0x000a, 0x0015],
  ],
  signatureAlgorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
  alpn: ['h2', 'http/1.1'],
};

function of(change: Partial<Ja4Input>, legacyVersion = 0x0303): string {
  return ja4({ ...example, ...change }, legacyVersion, 'tcp', new Map());
}

describe('ja4', () => {
  it('gives the fingerprint of the published example', () => {
    expect(of({})).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('hashes the extensions alone when there are no signature algorithms', () => {
    expect(of({ signatureAlgorithms: [] })).toBe('t13d1516h2_8daaf6152771_6d807ffa2a79');
  });

  it('tells QUIC and DTLS from TCP', () => {
    expect(ja4(example, 0x0303, 'quic', new Map())[0]).toBe('q');
    expect(ja4(example, 0x0303, 'dtls', new Map())[0]).toBe('d');
  });

  it.each([
    [['http/1.1'], 'h1'],
    [['h'], 'hh'],
    [[''], '00'],
    [[], '00'],
    [['\u00ab'], 'ab'],
    [['\u00ab\u00cd'], 'ad'],
    [['0\u00ab'], '3b'],
    [['01\u00ab\u00cd'], '3d'],
    [['0\u00ab\u00cd1'], '01'],
    [['\u001a\u001a', 'h2'], 'h2'],
    [['\u001a\u001a'], '00'],
    [['h2-'], '6d'],
  ])('writes ALPN %j as %s', (alpn, ends) => {
    expect(of({ alpn }).slice(8, 10)).toBe(ends);
  });

  it.each([
    [0x0303, '12'],
    [0x0302, '11'],
    [0x0301, '10'],
    [0x0300, 's3'],
    [0x0002, 's2'],
    [0xfeff, 'd1'],
    [0xfefd, 'd2'],
    [0xfefc, 'd3'],
    [0x0399, '00'],
  ])('writes version %i without supported_versions', (legacyVersion, text) => {
    expect(of({ supportedVersions: [], extensions: [0x0000] }, legacyVersion).slice(1, 3)).toBe(text);
  });

  it('writes zeros where nothing is left to hash', () => {
    expect(of({ cipherSuites: [0x0a0a], extensions: [0x0000, 0x0010, 0x1a1a], supportedVersions: [] })).toBe(
      't12d0002h2_000000000000_000000000000',
    );
  });

  it('counts up to 99', () => {
    expect(of({ cipherSuites: Array.from({ length: 120 }, (_, at) => at) }).slice(4, 6)).toBe('99');
  });

  it('gives the same with remembered hashes', () => {
    const hashes = new Map<string, string>();
    const first = ja4(example, 0x0303, 'tcp', hashes);
    expect(ja4({ ...example, extensions: [...example.extensions].reverse() }, 0x0303, 'tcp', hashes)).toBe(first);
    expect(hashes.size).toBe(2);
  });
});
