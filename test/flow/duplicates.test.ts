import { describe, expect, it } from 'vitest';
import { DuplicateFilter } from '../../src/flow/duplicate-filter.js';
import { duplicateWindowSeconds } from '../../src/flow/limits.js';
import { PacketView } from '../../src/model/packet.js';
import { concat, ethernet, ipv4, ipv6, octets, tcp, udp } from '../build/packets.js';
import { brief, Wire } from './tracking.js';

const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
const milliseconds = (count: number): number => count * 1e6;

/** TCP timestamps (RFC 7323 §3.2) with padding before. */
const timestamps = (value: number): Uint8Array =>
  concat(octets(1, 1, 8, 10), octets(0, 0, 0, value), octets(0, 0, 0, 9));

/** Presents frames one after the other, `apart` nanoseconds between them; returns how many were copies. */
function duplicatesAmong(frames: readonly Uint8Array[], apart = milliseconds(1)): number {
  const wire = new Wire();
  for (const [index, frame] of frames.entries()) wire.frameBytes(frame, index * apart);
  return wire.tracker.duplicatePackets;
}

describe('a frame that was captured twice', () => {
  const segment = tcp({ sequence: 7, acknowledgment: 9 }, text('hello'));
  const packet = (timeToLive = 64, identification = 77): Uint8Array => ipv4({ identification, timeToLive }, segment);

  it('is recognised: both ports of a mirror', () => {
    expect(duplicatesAmong([ethernet(packet()), ethernet(packet())])).toBe(1);
  });

  it('is recognised after routing: other VLAN, other MAC, one hop less', () => {
    const before = ethernet(packet(), { vlans: [10] });
    const after = ethernet(packet(63), { vlans: [20], source: '02:00:00:00:00:09' });
    expect(duplicatesAmong([before, after])).toBe(1);
  });

  it('does not count for its flow, nor make octets come twice', () => {
    const wire = new Wire();
    wire.frameBytes(ethernet(packet()));
    wire.frameBytes(ethernet(packet()), milliseconds(1));
    const ended = wire.finishOne();
    expect(ended).toMatchObject({ packets: [1, 0], bytes: [5, 0], lastFrame: 1 });
    expect(brief(ended.conversation)).toEqual(['a:hello']);
  });

  it('is recognised between other frames', () => {
    const others = Array.from({ length: 50 }, (_, at) => ethernet(ipv4({ identification: 100 + at }, segment)));
    expect(duplicatesAmong([ethernet(packet()), ...others, ethernet(packet())], milliseconds(0.1))).toBe(1);
  });

  it('is recognised over IPv6 by numbers and timestamps', () => {
    const frame = ethernet(ipv6({}, tcp({ sequence: 7, options: timestamps(1) }, text('hello'))));
    const routed = ethernet(ipv6({ hopLimit: 63 }, tcp({ sequence: 7, options: timestamps(1) }, text('hello'))));
    expect(duplicatesAmong([frame, routed])).toBe(1);
  });

  it('is recognised in UDP, with and without an identification', () => {
    const datagram = udp({}, text('a question'));
    const numbered = ethernet(ipv4({ protocol: 17, identification: 5 }, datagram));
    const wide = ethernet(ipv6({ nextHeader: 17 }, datagram));
    expect(duplicatesAmong([numbered, numbered, wide, wide])).toBe(2);
  });
});

describe('a frame that is only alike', () => {
  it('is a retransmission when its identification is new', () => {
    const segment = tcp({ sequence: 7 }, text('hello'));
    expect(
      duplicatesAmong([ethernet(ipv4({ identification: 1 }, segment)), ethernet(ipv4({ identification: 2 }, segment))]),
    ).toBe(0);
  });

  it('is a retransmission when its TCP timestamp is new', () => {
    const at = (value: number): Uint8Array =>
      ethernet(ipv6({}, tcp({ sequence: 7, options: timestamps(value) }, text('hello'))));
    expect(duplicatesAmong([at(1), at(2)])).toBe(0);
  });

  it('is a retransmission when it comes later than copies do', () => {
    const frame = ethernet(ipv6({}, tcp({ sequence: 7 }, text('hello'))));
    expect(duplicatesAmong([frame, frame], milliseconds(duplicateWindowSeconds * 1000 + 1))).toBe(0);
    expect(duplicatesAmong([frame, frame], milliseconds(duplicateWindowSeconds * 1000 - 1))).toBe(1);
  });

  it('is another acknowledgment: three alike ask for a retransmission', () => {
    const ack = ethernet(ipv4({ identification: 0 }, tcp({ sequence: 7, acknowledgment: 9 })));
    const wide = ethernet(ipv6({}, tcp({ sequence: 7, acknowledgment: 9 })));
    expect(duplicatesAmong([ack, ack, ack, wide, wide, wide])).toBe(0);
  });

  it.each([
    ['sequence number', { sequence: 8 }],
    ['acknowledgment', { acknowledgment: 8 }],
    ['flags', { flags: 0x18 }],
    ['source port', { sourcePort: 1 }],
    ['destination port', { destinationPort: 1 }],
  ])('differs in its %s', (_name, other) => {
    const packet = (fields: object): Uint8Array =>
      ethernet(ipv4({ identification: 3 }, tcp({ sequence: 7, acknowledgment: 9, ...fields }, text('x'))));
    expect(duplicatesAmong([packet({}), packet(other)])).toBe(0);
  });

  it.each([
    ['source', { source: '2001:db8:0:1::1' }],
    ['source', { source: '2001:db8:1::1' }],
    ['destination', { destination: '2001:db9::2' }],
    ['destination', { destination: '2001:db8::1:0:0:2' }],
  ])('comes from another IPv6 %s (%o)', (_name, other) => {
    const packet = (fields: object): Uint8Array => ethernet(ipv6(fields, tcp({ sequence: 7 }, text('x'))));
    expect(duplicatesAmong([packet({}), packet(other)])).toBe(0);
  });

  it('differs in the last octets of a short datagram', () => {
    const packet = (letters: string): Uint8Array => ethernet(ipv6({ nextHeader: 17 }, udp({}, text(letters))));
    expect(duplicatesAmong([packet('ping 1'), packet('ping 2'), packet('a'), packet('b')])).toBe(0);
  });

  it('opens the same ports again', () => {
    const syn = (sequence: number): Uint8Array => ethernet(ipv4({ identification: 0 }, tcp({ sequence, flags: 2 })));
    expect(duplicatesAmong([syn(1), syn(2)])).toBe(0);
    expect(duplicatesAmong([syn(1), syn(1)])).toBe(1);
  });

  it('is not taken for a copy by chance, not once in millions', () => {
    const view = new PacketView();
    view.bytes = new Uint8Array(64);
    const content = new DataView(view.bytes.buffer);
    Object.assign(view, { family: 4, source0: 1, destination0: 2, sourcePort: 3, destinationPort: 4, flags: 0x10 });
    Object.assign(view, { payloadStart: 20, payloadEnd: 60, payloadLength: 40, transportStart: 0, seconds: 1000 });
    for (const protocol of [6, 17]) {
      view.protocol = protocol;
      const filter = new DuplicateFilter(99);
      let duplicates = 0;
      for (let at = 0; at < 3_000_000; at++) {
        // Several words change: a hash that mixes one word at a time tells frames apart that differ in one.
        view.sequence = at * 40;
        view.acknowledgment = at * at;
        content.setUint32(24, at);
        content.setUint32(28, at * at);
        view.identification = protocol === 6 ? at & 0xffff : 0;
        if (filter.isDuplicate(view, 7)) duplicates++;
      }
      expect(duplicates).toBe(0);
    }
  });
});
