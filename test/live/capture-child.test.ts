import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureChild } from '../../src/source/live/capture-child.js';
import { complaintOf } from '../../src/source/live/complaint.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-child-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that plays a backend. */
function played(name: string, script: string): { backend: 'tcpdump'; program: string; args: string[] } {
  const program = join(folder, name);
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { backend: 'tcpdump', program, args: [] };
}

describe('a capturing child', () => {
  it('tells what it lost, with what it left in the kernel', async () => {
    const child = new CaptureChild(
      played(
        'counts',
        'echo "90 packets captured" >&2; echo "120 packets received by filter" >&2; echo "10 packets dropped by kernel" >&2',
      ),
    );
    child.stream.resume();
    await child.ended;
    expect(child.dropped).toBe(30);
  });

  it('lost nothing where the kernel counts every packet twice', async () => {
    const script = 'echo "12 packets captured" >&2; echo "24 packets received by filter" >&2';
    const child = new CaptureChild(played('loopback', `${script}; echo "0 packets dropped by kernel" >&2`));
    child.stream.resume();
    await child.ended;
    expect(child.dropped).toBe(0);
  });

  it("understands dumpcap's count", async () => {
    const child = new CaptureChild(
      played(
        'dumpcap',
        'echo "Packets received/dropped on interface \'eth0\': 10/7 (pcap:7/dumpcap:0/flushed:0/ps_ifdrop:0) (58.8%)" >&2',
      ),
    );
    child.stream.resume();
    await child.ended;
    expect(child.dropped).toBe(7);
  });

  it('understands the count of our own child', async () => {
    const child = new CaptureChild(played('cap', 'echo "12 packets dropped by cap" >&2'));
    child.stream.resume();
    await child.ended;
    expect(child.dropped).toBe(12);
  });

  it('says why it ended, without greetings and counts', async () => {
    const child = new CaptureChild(
      played('fails', 'echo "tcpdump: eth9: that went wrong" >&2; echo "0 packets captured" >&2; exit 1'),
    );
    child.stream.resume();
    expect(await child.ended).toEqual({ status: 1, signal: null, words: 'eth9: that went wrong' });
  });

  it('is ended, though it will not listen', async () => {
    const child = new CaptureChild(played('deaf', "trap '' INT; while :; do sleep 0.1; done"));
    child.stream.resume();
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.stop();
    expect((await child.ended).signal).toBe('SIGKILL');
  }, 10_000);

  it('is no crash of ours when its program is not there', async () => {
    const child = new CaptureChild({ backend: 'tcpdump', program: join(folder, 'nowhere'), args: [] });
    child.stream.resume();
    expect((await child.ended).words).toMatch(/ENOENT/);
  });
});

describe('the complaint about a child', () => {
  const command = { backend: 'tcpdump', program: '/usr/bin/tcpdump', args: [] } as const;
  it.each([
    ["eth0: You don't have permission to perform this capture on that device", 'not-permitted', /sudo setcap/],
    [
      'lo: SIOCETHTOOL(ETHTOOL_GET_TS_INFO) ioctl failed: No such device',
      'no-interface',
      /there is no interface eth0 here/,
    ],
    ["can't parse filter expression: syntax error", 'bad-filter', /pcap-filter\(7\)/],
    ['eth0: That device is not up', 'not-started', /sudo ip link set eth0 up/],
    ['', 'not-started', /it gave no reason/],
  ] as const)('%s', (words, code, message) => {
    const error = complaintOf('eth0', { ...command, args: [] }, words);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });
});
