import { expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { hopIdOf, serviceOf } from '../../src/model/hop-id.js';

function between(client: string, server: string, port: number): ConnectionRecord {
  return { client: { ip: client, port: 40_000 }, server: { ip: server, port } } as ConnectionRecord;
}

it('names the hop and the service of one connection after the other', () => {
  const first = between('10.0.0.5', '10.0.0.9', 8443);
  const second = between('2001:db8::5', '2001:db8::9', 443);
  expect(hopIdOf(first)).toBe('10.0.0.5->10.0.0.9:8443');
  expect(serviceOf(second)).toBe('[2001:db8::9]:443');
  expect(hopIdOf(second)).toBe('2001:db8::5->[2001:db8::9]:443');
  expect(serviceOf(first)).toBe('10.0.0.9:8443');
});
