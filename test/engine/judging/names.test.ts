import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/engine/analyze.js';
import { NameTable } from '../../../src/engine/judging/names.js';
import type { Hop } from '../../../src/model/hop.js';
import { AddressNames } from '../../../src/session/shared/address-names.js';
import { parseHosts } from '../../../src/source/hosts-file.js';
import { connection, hop, tlsSession } from '../../build/records.js';

const nobody = (): null => null;
const plain = (): Hop =>
  hop({ client: { ip: '10.0.0.5', name: null }, server: { ip: '10.0.0.9', port: 8443, name: null }, identities: [] });

function named(table: NameTable, one: Hop = plain()): string[] {
  table.name(one);
  return [one.client, one.server].map(({ name, nameSource }) => `${name} ${nameSource}`);
}

describe('the names of a hop', () => {
  it('are those of files first, then the asked-for one, then the capture, then DNS', () => {
    const heard = new AddressNames();
    heard.answered('10.0.0.5', 'laptop.example');
    heard.answered('10.0.0.9', 'api.example');
    expect(named(new NameTable([], heard, nobody))).toEqual(['laptop.example dns', 'api.example dns']);
    heard.noted('10.0.0.9', 'api.captured');
    expect(named(new NameTable([], heard, nobody))).toEqual(['laptop.example dns', 'api.captured capture']);
    const asked = plain();
    asked.server.name = 'api.asked';
    expect(named(new NameTable([], heard, nobody), asked)[1]).toBe('api.asked sni');
    const { names } = parseHosts('10.0.0.9 shop/api\n10.0.0.9 other\n');
    const given = plain();
    given.server.name = 'api.asked';
    expect(named(new NameTable(names, heard, nobody), given)[1]).toBe('shop/api hosts');
  });

  it('are those of certificates where nothing else is known, without their type', () => {
    const table = new NameTable([], new AddressNames(), () => 'DNS:api.certified');
    const tls = tlsSession();
    table.add(
      connection({
        server: { ip: '10.0.0.9', port: 8443 },
        tls: { ...tls, clientHello: { ...tls.clientHello!, serverName: null } },
      }),
    );
    const one = plain();
    one.identities.push('URI:spiffe://corp.example/api');
    expect(named(table, one)).toEqual(['spiffe://corp.example/api certificate', 'api.certified certificate']);
    const gateway = plain();
    gateway.identities.push('a', 'b');
    expect(named(table, gateway)[0]).toBe('null null');
  });

  it('place a connection in a segment by files and the capture alone', () => {
    const heard = new AddressNames();
    heard.answered('10.0.0.9', 'shop/api');
    expect(new NameTable([], heard, nobody).workload('10.0.0.9')).toBeNull();
    heard.noted('10.0.0.9', 'shop/db');
    expect(new NameTable([], heard, nobody).workload('10.0.0.9')).toBe('shop/db');
  });

  it('are remembered up to a bound', () => {
    const heard = new AddressNames();
    for (let at = 0; at < 70_000; at++) heard.answered(`a${at}`, 'x');
    expect(heard.unkept).toBe(70_000 - 65_536);
    expect(heard.byDns('a1')).toBe('x');
  });

  it('come with every hop of a report', async () => {
    const hops: Hop[] = [];
    await analyze({
      inputs: [join('captures', 'mtls-end-to-end-tls12.pcapng')],
      hostNames: parseHosts('10.77.11.30 shop/backend').names,
      sink: { hop: (one) => hops.push(one), end() {} },
    });
    expect(hops.map(({ server }) => `${server.name} ${server.nameSource}`).sort()).toEqual([
      'edge.acme.test sni',
      'shop/backend hosts',
    ]);
  });
});
