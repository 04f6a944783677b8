import { describe, expect, it } from 'vitest';
import { etherTypes } from '../../../src/registry/ethertypes.js';
import { ipProtocols } from '../../../src/registry/ip-protocols.js';
import { pppProtocols } from '../../../src/registry/ppp-protocols.js';
import { tunnelPorts } from '../../../src/registry/tunnel-ports.js';
import { firstNext, next } from '../../../src/wire/link/next.js';

describe('protocol numbers', () => {
  it.each<[string, Readonly<Record<string, number>>, number, number, number]>([
    ['EtherTypes', etherTypes, 22, 0x0600, 0xffff],
    ['IP protocols', ipProtocols, 24, 0, 255],
    ['PPP protocols', pppProtocols, 8, 1, 0x7fff],
    ['tunnel ports', tunnelPorts, 10, 1, 0xffff],
    ['steps between headers', next, 46, firstNext, 255],
  ])('%s are unique and in range', (_name, numbers, size, least, most) => {
    const values = Object.values(numbers);
    expect(new Set(values).size).toBe(values.length);
    expect(values).toHaveLength(size);
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    }
  });
});
