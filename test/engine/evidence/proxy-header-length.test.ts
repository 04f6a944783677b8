import { describe, expect, it } from 'vitest';
import { proxyHeaderLength } from '../../../src/engine/evidence/proxy-header-length.js';

function lengthOf(octets: Uint8Array): number {
  return proxyHeaderLength(Uint8Array.from([0, 0, ...octets]), 2, 2 + octets.length);
}

const second = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 12];

describe('proxyHeaderLength (PROXY protocol §2.1, §2.2)', () => {
  it('ends version 1 behind its CR LF', () => {
    const header = 'PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n';
    expect(lengthOf(Buffer.from(`${header}GET / HTTP/1.1\r\n`))).toBe(header.length);
  });

  it('takes no line for a header that is longer than one can be', () => {
    expect(lengthOf(Buffer.from(`PROXY ${'x'.repeat(120)}\r\n`))).toBe(0);
    expect(lengthOf(Buffer.from('PROXY TCP4 192.0.2.1'))).toBe(0);
  });

  it('believes the length of version 2, as far as there are octets', () => {
    const whole = Uint8Array.from([...second, ...new Uint8Array(20)]);
    expect(lengthOf(whole)).toBe(28);
    for (let cut = 0; cut < 16; cut++) expect(lengthOf(whole.slice(0, cut))).toBe(0);
    expect(lengthOf(whole.slice(0, 20))).toBe(20);
  });

  it('finds none in anything else', () => {
    expect(lengthOf(Buffer.from('GET / HTTP/1.1\r\n'))).toBe(0);
    expect(lengthOf(new Uint8Array(0))).toBe(0);
  });
});
