import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findCertificates } from '../../../src/engine/evidence/certificates-in-clear.js';

/** Any DER of that length will do: it is known by its digest. */
const der = Buffer.concat([Buffer.from([0x30, 0x82, 0x02, 0x1d]), randomBytes(0x21d)]);
const known = [{ sha256: createHash('sha256').update(der).digest('hex'), length: der.length }];
const base64 = der.toString('base64');
const lines = base64.match(/.{1,64}/g)!;

describe('findCertificates', () => {
  it.each([
    ['DER', der.toString('latin1')],
    ['base64', base64],
    ['PEM', lines.join('\n')],
    ['PEM with two-octet ends of lines', lines.join('\r\n')],
    ['PEM in JSON', lines.join('\\n')],
    ['PEM in a header', lines.join(' ')],
    ['percent-encoded PEM', encodeURIComponent(lines.join('\n'))],
  ])('finds one in %s', (_, encoded) => {
    const octets = Buffer.from(`before ${encoded}\r\n\r\nafter`, 'latin1');
    const [range] = findCertificates(octets, 0, octets.length, known);
    const found = octets.subarray(...range!).toString('latin1');
    // Padding and what follows are nobody's secret, but not the certificate's.
    expect(encoded.startsWith(found)).toBe(true);
    expect(encoded.slice(found.length)).toMatch(/^(=|%3D)*$/);
  });

  it('takes nothing for one that is not known', () => {
    const key = Buffer.from(der);
    key[100] = key[100]! ^ 1;
    for (const octets of [key, Buffer.from(key.toString('base64'))]) {
      expect(findCertificates(octets, 0, octets.length, known)).toEqual([]);
    }
  });
});
