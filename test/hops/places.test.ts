import { describe, expect, it } from 'vitest';
import { Places } from '../../src/hops/places.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { connection } from '../build/records.js';

function between(client: string, server: string, port: number): ConnectionRecord {
  return connection({ client: { ip: client, port: 40_000 }, server: { ip: server, port } });
}

describe('Places', () => {
  it('gives each hop its own number, over growth, and the same again', () => {
    const places = new Places(10_000, 0xfedcba98);
    const records: ConnectionRecord[] = [];
    for (let client = 0; client < 40; client++) {
      for (let server = 0; server < 30; server++) {
        for (const port of [443, 8443]) records.push(between(`10.0.0.${client}`, `10.0.0.${server}`, port));
      }
    }
    const first = records.map((record) => ({ ...places.of(record) }));
    expect(first.map(({ hop }) => hop)).toEqual(records.map((_, at) => at));
    expect(places.hops).toBe(records.length);
    expect(new Set(first.map(({ service }) => service)).size).toBe(60);
    expect(new Set(first.map(({ client }) => client)).size).toBe(40);
    expect(records.map((record) => ({ ...places.of(record) }))).toEqual(first);
  });

  it('tells directions, hosts and ports apart', () => {
    const places = new Places(10, 1);
    const hops = [
      between('10.0.0.1', '10.0.0.2', 443),
      between('10.0.0.2', '10.0.0.1', 443),
      between('10.0.0.1', '10.0.0.2', 444),
      between('10.0.0.1', '10.0.0.3', 443),
    ].map((record) => places.of(record).hop);
    expect(hops).toEqual([0, 1, 2, 3]);
  });

  it('leaves what is past its bound without a number, and still knows what it has', () => {
    const places = new Places(1, 1);
    expect(places.of(between('10.0.0.1', '10.0.0.2', 443))).toEqual({ client: 0, service: 0, hop: 0 });
    expect(places.of(between('10.0.0.2', '10.0.0.1', 443))).toEqual({ client: 1, service: -1, hop: -1 });
    expect(places.of(between('10.0.0.3', '10.0.0.2', 443))).toEqual({ client: -1, service: 0, hop: -1 });
    expect(places.of(between('10.0.0.1', '10.0.0.2', 443))).toEqual({ client: 0, service: 0, hop: 0 });
  });

  it('has no place for a connection without payload', () => {
    const places = new Places(10, 1);
    expect(places.of({ ...between('10.0.0.1', '10.0.0.2', 443), kind: 'empty' }).hop).toBe(-1);
    expect(places.hops).toBe(0);
  });
});
