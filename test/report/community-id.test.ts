import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../src/base/address.js';
import { analyze } from '../../src/index.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { communityId } from '../../src/report/community-id.js';
import { connection } from '../build/records.js';

function idOf(transport: 'tcp' | 'udp', client: string, clientPort: number, server: string, serverPort: number) {
  return communityId(
    connection({ transport, client: { ip: client, port: clientPort }, server: { ip: server, port: serverPort } }),
  );
}

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const port = fc.nat({ max: 65_535 });

describe('Community ID', () => {
  it('is what published examples of version 1 say', () => {
    expect(idOf('tcp', '127.0.0.1', 1234, '10.0.0.1', 80)).toBe('1:mgRgpIZSu0KHDp/QrtcWZpkJpMU=');
    expect(idOf('tcp', '10.0.0.1', 10, '10.0.0.2', 20)).toBe('1:9j2Dzwrw7T9E+IZi4b4IVT66HBI=');
    expect(idOf('tcp', '1.2.3.4', 4584, '43.3.132.3', 3483)).toBe('1:koNcqhFRD5kb254ZrLsdv630jCM=');
  });

  it('is the same in both directions, and null for what is no pair of addresses', () => {
    expect(idOf('udp', '10.0.0.2', 20, '10.0.0.1', 10)).toBe(idOf('udp', '10.0.0.1', 10, '10.0.0.2', 20));
    expect(idOf('tcp', '10.0.0.1', 10, '10.0.0.1', 9)).toBe(idOf('tcp', '10.0.0.1', 9, '10.0.0.1', 10));
    for (const wrong of [
      '',
      '10.0.0',
      '10.0.0.256',
      '1.2.3.4.5',
      'x',
      '::1',
      ':',
      '1:2',
      '1::2::3',
      '1:2:3:4:5:6:7:8:9',
    ])
      expect(idOf('tcp', '10.0.0.1', 1, wrong, 2), wrong).toBeNull();
    for (const wrong of ['1:2:3:4:5:6:7', '12345::', '::1.2.3', '1:', 'fe80::1%eth0', '1:2:3:4:5:6:7:8::', '::g'])
      expect(idOf('tcp', '::1', 1, wrong, 2), wrong).toBeNull();
  });

  it('reads an IPv6 address alike in its short and in its long form', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), port, ([a, b, c, d], number) => {
        const words = [a, b, c, d].map((each) => (each & 1 ? each : 0));
        const long = words.map((each) => `${(each >>> 16).toString(16)}:${(each & 0xffff).toString(16)}`).join(':');
        const short = formatIpv6(words[0]!, words[1]!, words[2]!, words[3]!);
        expect(idOf('tcp', short, number, '2001:db8::1', 1)).toBe(idOf('tcp', long, number, '2001:db8:0:0:0:0:0:1', 1));
        expect(idOf('tcp', short, number, '2001:db8::1', 1)).not.toBeNull();
        expect(idOf('udp', formatIpv4(a), number, '10.0.0.1', 1)).not.toBeNull();
      }),
    );
  });

  it
    .skipIf(!hasTshark)
    .each([
      'captures/mtls-end-to-end-tls12.pcapng',
      'captures/dtls12-mutual.pcap',
      'captures/quic-initial.pcap',
      'captures/historic.pcap',
    ])('is what tshark prints for %s', async (path) => {
    const flows: ConnectionRecord[] = [];
    await analyze({ inputs: [path], sink: { flow: (record) => flows.push(record), end: () => {} } });
    const lines = execFileSync(
      'tshark',
      ['-r', path, '--enable-protocol', 'communityid', '-T', 'fields', '-e', 'frame.number', '-e', 'communityid'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const byFrame = new Map(lines.split('\n').map((line) => line.split('\t') as [string, string]));
    expect(flows.length).toBeGreaterThan(0);
    for (const flow of flows) expect(communityId(flow)).toBe(byFrame.get(String(flow.firstFrame)));
  });
});
