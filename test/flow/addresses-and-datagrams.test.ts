import { describe, expect, it } from 'vitest';
import { concat, ethernet, ipv4, ipv6, tcp, udp } from '../build/packets.js';
import { brief, said, Wire } from './tracking.js';

const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

describe('connections over IPv6', () => {
  it('are followed in both directions and told with their addresses', () => {
    const wire = new Wire();
    const there = { source: '2001:db8::1', destination: 'fe80::2:0:0:9' };
    const back = { source: 'fe80::2:0:0:9', destination: '2001:db8::1' };
    wire.frameBytes(ethernet(ipv6(there, tcp({ sequence: 100, flags: 2 }))));
    wire.frameBytes(
      ethernet(
        ipv6(back, tcp({ sourcePort: 443, destinationPort: 49152, sequence: 500, acknowledgment: 101, flags: 18 })),
      ),
    );
    wire.frameBytes(ethernet(ipv6(there, tcp({ sequence: 101, acknowledgment: 501 }, text('hello')))));
    const ended = wire.finishOne();
    expect(ended).toMatchObject({
      endpoints: [
        { ip: '2001:db8::1', port: 49152 },
        { ip: 'fe80::2:0:0:9', port: 443 },
      ],
      packets: [2, 1],
      opener: 0,
    });
    expect(said(ended.conversation, 0)).toBe('hello');
  });

  it('are told apart by every word of both addresses', () => {
    const wire = new Wire();
    const addresses = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1', '2001:db8::1:0:1', '2001:db9::1'];
    for (const source of addresses) {
      for (const destination of addresses) wire.frameBytes(ethernet(ipv6({ source, destination }, tcp({ flags: 2 }))));
    }
    // A pair and its reverse differ too: the ports stand the other way round.
    expect(wire.finish()).toHaveLength(addresses.length ** 2);
  });

  it('are told apart from those over IPv4 and from UDP on the same numbers', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.a('S', 100, { family: 6 });
    wire.udp(0, 'x');
    wire.udp(0, 'x', { family: 6 });
    expect(wire.finish().map(({ transport, endpoints }) => `${transport} ${endpoints[0]!.ip}`)).toEqual([
      'tcp 10.0.0.1',
      'tcp 2001:db8::a00:1',
      'udp 10.0.0.1',
      'udp 2001:db8::a00:1',
    ]);
  });
});

describe('a host that speaks to itself', () => {
  it('has its two ports told apart', () => {
    const wire = new Wire();
    const self = { client: 0x7f000001, server: 0x7f000001 };
    wire.open(self);
    wire.a('A', 101, { ack: 501, data: 'ask', ...self });
    wire.b('A', 501, { ack: 104, data: 'tell', ...self });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:ask', 'b:tell']);
    expect(ended.packets).toEqual([3, 2]);
  });
});

describe('exchanges over UDP', () => {
  it('lend each payload with its direction, frame and time', () => {
    const wire = new Wire();
    wire.udp(0, 'ask');
    wire.seconds += 1;
    wire.udp(1, 'answer');
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:ask', 'b:answer']);
    expect(ended.conversation?.heard[1]).toMatchObject({ frame: 2, seconds: 1001, acknowledged: -1, offset: 0 });
    expect(ended).toMatchObject({ transport: 'udp', packets: [1, 1], bytes: [3, 6], closed: 'open', opener: null });
    expect(wire.begun[0]).toMatchObject({ transport: 'udp', senderPort: 40_000, peerPort: 443 });
  });

  it('stop being lent in the direction that the conversation needs no more', () => {
    const wire = new Wire();
    wire.answer = (heard) => (heard.direction === 0 ? 0x7fffffff : 0);
    for (let round = 0; round < 3; round++) {
      wire.udp(0, `ask ${round}`);
      wire.udp(1, `answer ${round}`);
    }
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:ask 0', 'b:answer 0', 'b:answer 1', 'b:answer 2']);
    expect(ended.bytes).toEqual([15, 24]);
  });

  it('count the octets on the wire of a payload that was cut, and lend what is there', () => {
    const wire = new Wire();
    wire.udp(0, 'half', { cutOff: 4 });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:half']);
    expect(ended.bytes[0]).toBe(8);
  });

  it('begin no conversation with empty datagrams', () => {
    const wire = new Wire();
    wire.udp(0, '');
    expect(wire.finishOne()).toMatchObject({ conversation: null, packets: [1, 0] });
  });

  it('are decoded from frames', () => {
    const wire = new Wire();
    wire.frameBytes(ethernet(ipv4({ protocol: 17 }, udp({}, concat(text('dns'), text('?'))))));
    expect(brief(wire.finishOne().conversation)).toEqual(['a:dns?']);
  });
});

describe('the encapsulation of a flow', () => {
  const vlan = 0;
  const vxlan = 7;

  it('is that of its first packet, outside in', () => {
    const wire = new Wire();
    wire.a('S', 100, {
      layers: [
        [vlan, 12],
        [vxlan, 42],
      ],
    });
    wire.b('SA', 500, { ack: 101, layers: [[vlan, 13]] });
    expect(wire.finishOne().layers).toEqual(['vlan:12', 'vxlan:42']);
  });

  it('is empty on a bare wire', () => {
    const wire = new Wire();
    wire.a('S', 100);
    expect(wire.finishOne().layers).toEqual([]);
  });

  it('comes from a decoded frame', () => {
    const wire = new Wire();
    wire.frameBytes(ethernet(ipv4({}, tcp({ flags: 2 })), { vlans: [100, 7] }));
    expect(wire.finishOne().layers).toEqual(['vlan:100', 'vlan:7']);
  });
});
