import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostsFileError, parseHosts, readHostsFile } from '../../src/source/hosts-file.js';

const pairs = (text: string): string[] =>
  parseHosts(text).names.map(({ ip, name, source }) => `${ip} ${name} ${source}`);

const pod = {
  kind: 'Pod',
  metadata: {
    name: 'api-7d9f8b6c5d-x2xkp',
    namespace: 'shop',
    labels: { 'pod-template-hash': '7d9f8b6c5d' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'api-7d9f8b6c5d' }],
  },
  status: { podIP: '10.1.0.5', podIPs: [{ ip: '10.1.0.5' }, { ip: '2001:DB8:0::5' }] },
};
const service = {
  kind: 'Service',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { clusterIP: '10.2.0.1', clusterIPs: ['10.2.0.1'] },
};
const headless = { kind: 'Service', metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: 'None' } };
const onNode = {
  kind: 'Pod',
  metadata: { name: 'proxy', namespace: 'kube-system' },
  spec: { hostNetwork: true },
  status: { podIP: '192.168.0.1' },
};

describe('names of addresses', () => {
  it('are read of a hosts file', () => {
    expect(pairs('# mine\n10.0.0.9  api api.example # here\n\n2001:DB8:0:0::1\tdb\r\n')).toEqual([
      '10.0.0.9 api hosts',
      '2001:db8::1 db hosts',
    ]);
  });

  it('are read of CSV, with or without names of columns', () => {
    expect(pairs('address,workload\n10.0.0.9,shop/api\n"10.0.0.8","shop/""db"""\n')).toEqual([
      '10.0.0.9 shop/api hosts',
      '10.0.0.8 shop/"db" hosts',
    ]);
    expect(pairs('10.0.0.9, shop/api')).toEqual(['10.0.0.9 shop/api hosts']);
  });

  it('are read of what Kubernetes lists: workloads, services, and no pod that has the address of its node', () => {
    const list = { kind: 'List', items: [pod, service, headless, onNode] };
    const expected = [
      '10.1.0.5 shop/api kubernetes',
      '2001:db8::5 shop/api kubernetes',
      '10.2.0.1 shop/api kubernetes',
    ];
    expect(pairs(JSON.stringify(list))).toEqual(expected);
    expect(pairs(JSON.stringify([{ kind: 'PodList', items: [{ ...pod }] }, { items: [service] }]))).toEqual(expected);
  });

  it('are refused with the line of everything that is wrong', () => {
    expect(parseHosts('10.0.0.9 api\nfoo bar\n10.0.0.8\n').problems).toEqual([
      ':2: foo is no address',
      ':3: 10.0.0.8 has no name',
    ]);
    expect(parseHosts('a,b\nc,d\n').problems).toEqual([':2: c is no address']);
    expect(parseHosts('a b\nc d\ne f\n').problems).toEqual([': no hosts file: none of its lines names an address']);
    const many = parseHosts(`10.0.0.9 api\n${'x y\n'.repeat(25)}`).problems;
    expect([many.length, many.at(-1)]).toEqual([21, ': and 5 more lines']);
    expect(parseHosts('{"items": []}').problems).toEqual([': JSON without a pod or service of Kubernetes in it']);
    expect(parseHosts('{').problems).toEqual([expect.stringMatching(/^: no JSON: /)]);
    expect(parseHosts('# nothing\n').problems).toEqual([expect.stringMatching(/^: no name in it/)]);
  });

  it('survive fields of Kubernetes that are something else', () => {
    const odd = {
      items: [
        { kind: 'Pod' },
        { kind: 'Pod', status: { podIPs: [null, { ip: 3 }] } },
        { kind: 'Service', spec: { clusterIPs: 'x' } },
        null,
        7,
      ],
    };
    expect(parseHosts(JSON.stringify(odd)).names).toEqual([]);
  });

  it('are told with their file where it is wrong, or not there', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'hosts-')), 'h');
    await expect(readHostsFile(file)).rejects.toThrow(/^cannot read hosts file /);
    writeFileSync(file, 'x y\n');
    const failure = await readHostsFile(file).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(HostsFileError);
    expect((failure as HostsFileError).problems).toEqual([`${file}:1: x is no address`]);
  });
});
