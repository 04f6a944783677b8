import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { displayFilter } from '../../../src/engine/judging/display-filter.js';
import { capture } from '../../build/records.js';

const nobody = { client: null, server: null };
const hasTshark = spawnSync('tshark', ['--version']).status === 0;

describe('a display filter', () => {
  it('names the frames', () => {
    expect(displayFilter({ frames: [12], ...nobody }, capture({}, { packets: 20 }))).toBe('frame.number == 12');
    expect(displayFilter({ frames: [12, 15], ...nobody }, capture({}, { packets: 20 }))).toBe(
      'frame.number in {12, 15}',
    );
  });

  it('numbers the frames of a rotated capture as Wireshark does in the file, and leaves out those of others', () => {
    const second = capture({}, { packets: 50, framesBefore: 100 });
    expect(displayFilter({ frames: [99, 101, 150, 151], ...nobody }, second)).toBe('frame.number in {1, 50}');
  });

  it('falls back on the ends where no frame is left', () => {
    const ends = { client: '10.0.0.5', server: '10.0.0.9:8443' };
    expect(displayFilter({ frames: [], ...ends }, capture())).toBe(
      'ip.addr == 10.0.0.5 && ip.addr == 10.0.0.9 && (tcp.port == 8443 || udp.port == 8443)',
    );
    expect(displayFilter({ frames: [], client: null, server: '[2001:db8::1]:443' }, capture())).toBe(
      'ipv6.addr == 2001:db8::1 && (tcp.port == 443 || udp.port == 443)',
    );
    expect(displayFilter({ frames: [], ...nobody }, capture())).toBe('frame');
  });

  it.runIf(hasTshark)('is one that tshark takes', () => {
    const filters = [
      displayFilter({ frames: [1, 2], ...nobody }, capture({}, { packets: 20 })),
      displayFilter({ frames: [3], ...nobody }, capture({}, { packets: 20 })),
      displayFilter({ frames: [], client: '10.77.11.10', server: '[2001:db8::1]:443' }, capture()),
      displayFilter({ frames: [], ...nobody }, capture()),
    ];
    for (const filter of filters) {
      const { status, stderr } = spawnSync('tshark', [
        '-r',
        'captures/mtls-end-to-end-tls12.pcapng',
        '-c',
        '5',
        '-Y',
        filter,
      ]);
      expect([filter, status, String(stderr).includes('filter')]).toEqual([filter, 0, false]);
    }
  });
});
