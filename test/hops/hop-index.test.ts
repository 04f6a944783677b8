import { describe, expect, it } from 'vitest';
import { HopIndex } from '../../src/hops/hop-index.js';

describe('HopIndex', () => {
  it('gives each hop its own index, over growth', () => {
    const index = new HopIndex(0xfedcba98);
    const hops: [string, string, number][] = [];
    for (let client = 0; client < 40; client++) {
      for (let server = 0; server < 30; server++) {
        for (const port of [443, 8443]) hops.push([`10.0.0.${client}`, `10.0.0.${server}`, port]);
      }
    }
    for (const [client, server, port] of hops) {
      expect(index.find(client, server, port)).toBe(-1);
      index.add(client, server, port);
    }
    expect(index.size).toBe(hops.length);
    expect(hops.map(([client, server, port]) => index.find(client, server, port))).toEqual(hops.map((_, at) => at));
  });

  it('tells directions and ports apart', () => {
    const index = new HopIndex(1);
    index.add('10.0.0.1', '10.0.0.2', 443);
    expect(index.find('10.0.0.2', '10.0.0.1', 443)).toBe(-1);
    expect(index.find('10.0.0.1', '10.0.0.2', 444)).toBe(-1);
    expect(index.find('10.0.0.1', '10.0.0.3', 443)).toBe(-1);
    expect(index.find('10.0.0.1', '10.0.0.2', 443)).toBe(0);
  });
});
