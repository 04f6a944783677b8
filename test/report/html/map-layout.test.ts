import { describe, expect, it } from 'vitest';
import type { Hop } from '../../../src/model/hop.js';
import { layoutHops, maxMapLines } from '../../../src/report/html/page/map-layout.js';
import { hop } from '../../build/records.js';

function hopOf(client: string, server: string, port: number, changes: Partial<Hop> = {}): Hop {
  const id = `${client}->${server}:${port}`;
  return hop({ id, client: { ip: client, name: null }, server: { ip: server, port, name: null }, ...changes });
}

describe('the hop map', () => {
  it('puts clients left of proxies and proxies left of services, with the legs joined inside the proxy', () => {
    const front = hopOf('10.0.0.1', '10.0.0.2', 443);
    const back = hopOf('10.0.0.2', '10.0.0.3', 8080, {
      mtls: 'cleartext',
      forwardedFrom: [{ hop: front.id, certainty: 'observed', basis: 'x-request-id' }],
    });
    const map = layoutHops([back, front]);
    const card = (key: string) => map.cards.find((candidate) => candidate.key === key)!;
    expect([card('10.0.0.1').role, card('10.0.0.2').role, card('10.0.0.3').role]).toEqual([
      'client',
      'proxy',
      'service',
    ]);
    expect(card('10.0.0.1').x).toBeLessThan(card('10.0.0.2').x);
    expect(card('10.0.0.2').x).toBeLessThan(card('10.0.0.3').x);
    expect(card('10.0.0.2').joins).toMatchObject([{ from: front.id, to: back.id, certainty: 'observed' }]);
    expect(map.lines.map(({ state }) => state)).toEqual(['cleartext', 'presented']);
  });

  it('draws many clients that do the same as one, and others apart', () => {
    const clients = Array.from({ length: 40 }, (_none, at) => hopOf(`10.0.1.${at}`, '10.0.0.2', 443));
    const odd = hopOf('10.0.2.1', '10.0.0.2', 443, { mtls: 'cleartext' });
    const map = layoutHops([odd, ...clients]);
    expect(map.cards.map(({ title }) => title).sort()).toEqual(['10.0.0.2', '10.0.2.1', '40 clients']);
    expect(map.lines.map(({ hops }) => hops.length)).toEqual([1, 40]);
    expect(map.leftOut).toBe(0);
  });

  it('gives each service of one machine a card of its own', () => {
    const front = hopOf('127.0.0.1', '127.0.0.1', 443);
    const back = hopOf('127.0.0.1', '127.0.0.1', 8080, {
      forwardedFrom: [{ hop: front.id, certainty: 'inferred', basis: 'time and volume' }],
    });
    const map = layoutHops([front, back]);
    expect(map.cards).toHaveLength(3);
    expect(map.cards.find(({ key }) => key === '127.0.0.1 443')?.joins).toHaveLength(1);
  });

  it('lays out hops that go round in a circle', () => {
    const map = layoutHops([hopOf('10.0.0.1', '10.0.0.2', 1), hopOf('10.0.0.2', '10.0.0.1', 2)]);
    expect(map.cards.map(({ role }) => role)).toEqual(['both', 'both']);
    for (const { path } of map.lines) expect(path).not.toContain('NaN');
  });

  it('draws the worst where there are too many, and counts the others', () => {
    const good = Array.from({ length: 300 }, (_none, at) => hopOf(`10.1.${at % 256}.1`, `10.2.${at}.2`, 443));
    const bad = hopOf('10.9.9.9', '10.2.0.2', 80, { mtls: 'cleartext' });
    const map = layoutHops([...good, bad]);
    expect(map.lines).toHaveLength(maxMapLines);
    expect(map.lines.at(-1)?.hops).toEqual([bad.id]);
    expect(map.leftOut).toBe(301 - maxMapLines);
  });

  it('leaves cards where they are when a hop changes its state, or another comes at the end', () => {
    const hops = ['10.0.0.9', '10.0.0.3', '10.0.0.7'].map((client, at) => hopOf(client, `10.1.0.${at}`, 443));
    const places = (map: ReturnType<typeof layoutHops>): (string | number)[][] =>
      map.cards
        .filter(({ key }) => hops.some(({ id }) => id.startsWith(`${key}->`)))
        .map(({ key, x, y }) => [key, x, y]);
    const before = places(layoutHops(hops));
    const changed = hops.map((one, at): Hop => (at === 2 ? { ...one, mtls: 'cleartext' } : one));
    expect(places(layoutHops(changed))).toEqual(before);
    expect(places(layoutHops([...changed, hopOf('10.0.0.1', '10.1.0.200', 443)]))).toEqual(before);
  });

  it('keeps above what was above, however many come', () => {
    const front = hopOf('10.0.0.1', '10.0.0.2', 443);
    const hops = [front, hopOf('10.0.0.2', '10.0.0.3', 80)];
    const more = Array.from({ length: 4 }, (_none, at) => hopOf('10.0.0.1', `10.0.1.${at}`, 443));
    const before = layoutHops(hops);
    const heightOf = (map: ReturnType<typeof layoutHops>, key: string): number =>
      map.cards.find((card) => card.key === key)!.y;
    const free = layoutHops([...hops, ...more]);
    const steady = layoutHops([...hops, ...more], before);
    const moved = (map: typeof free): number =>
      Math.abs(heightOf(map, '10.0.0.2') - heightOf(before, '10.0.0.2')) +
      Math.abs(heightOf(map, '10.0.0.3') - heightOf(before, '10.0.0.3'));
    expect(moved(steady)).toBeLessThanOrEqual(moved(free));
    expect(heightOf(steady, '10.0.0.2')).toBeLessThan(heightOf(steady, '10.0.1.0'));
  });
});
