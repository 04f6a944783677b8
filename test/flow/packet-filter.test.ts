import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/base/parsed-address.js';
import { PacketFilterError, parsePacketFilter } from '../../src/flow/packet-filter.js';
import { PacketView } from '../../src/model/packet.js';

function packet(
  from: string,
  fromPort: number,
  to: string,
  toPort: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): PacketView {
  const view = new PacketView();
  const [source, destination] = [parseAddress(from)!, parseAddress(to)!];
  view.family = source.family;
  [view.source0, view.source1, view.source2, view.source3] = [...source.words] as [number, number, number, number];
  [view.destination0, view.destination1, view.destination2, view.destination3] = [...destination.words] as [
    number,
    number,
    number,
    number,
  ];
  view.protocol = protocol === 'tcp' ? 6 : 17;
  view.sourcePort = fromPort;
  view.destinationPort = toPort;
  return view;
}

const request = packet('10.1.2.3', 40_000, '192.168.0.9', 443);
const dns = packet('10.1.2.3', 5353, '10.1.0.1', 53, 'udp');
const wide = packet('2001:db8::1', 40_001, '2001:db8:1::2', 8443);

describe('a packet filter', () => {
  it.each<[string, boolean, boolean, boolean]>([
    ['host 10.1.2.3', true, true, false],
    ['10.1.2.3', true, true, false],
    ['src host 192.168.0.9', false, false, false],
    ['dst 192.168.0.9', true, false, false],
    ['src or dst net 10.1.0.0/16', true, true, false],
    ['src and dst net 10.1.0.0/16', false, true, false],
    ['net 0.0.0.0/0', true, true, false],
    ['host 2001:db8::1', false, false, true],
    ['net 2001:db8::/32', false, false, true],
    ['net 2001:db8:1::/48 and dst port 8443', false, false, true],
    ['port 443', true, false, false],
    ['src port 443', false, false, false],
    ['tcp port 443 or 53', true, false, false],
    ['port 443 or 53', true, true, false],
    ['portrange 8000-8999', false, false, true],
    ['udp', false, true, false],
    ['ip6 and tcp', false, false, true],
    ['not udp', true, false, true],
    ['! (port 53 || port 8443)', true, false, false],
    ['not port 53 and not port 443', false, false, true],
    // Equal precedence, from the left: (tcp or udp) and port 53.
    ['tcp or udp and port 53', false, true, false],
    ['host 10.1.2.3 and (dst port 443 or 53)', true, true, false],
  ])('takes what `%s` says', (text, first, second, third) => {
    const test = parsePacketFilter(text);
    expect([test(request), test(dns), test(wide)]).toEqual([first, second, third]);
  });

  it.each<[string, RegExp]>([
    ['', /empty/],
    ['host', /ends/],
    ['port https', /not a port/],
    ['port 65536', /not a port/],
    ['portrange 90-80', /range/],
    ['host 10.0.0.256', /not an address/],
    ['net 10.0.0.0/33', /network like/],
    ['net 10.0.0.1/8', /10\.0\.0\.0\/8/],
    ['vlan 7', /'vlan' is not understood; there are host/],
    ['(tcp', /not closed/],
    ['tcp)', /not understood/],
    ['tcp and', /ends/],
    ['tcp & udp', /not understood/],
    ['('.repeat(100), /nested/],
  ])('refuses `%s` and says why', (text, why) => {
    expect(() => parsePacketFilter(text)).toThrow(PacketFilterError);
    expect(() => parsePacketFilter(text)).toThrow(why);
  });

  it('never fails in another way, whatever is typed', () => {
    const word = fc.constantFrom(
      'host',
      'net',
      'port',
      'src',
      'dst',
      'or',
      'and',
      'not',
      '(',
      ')',
      '10.0.0.1',
      '::1',
      '80',
      'tcp',
      '&&',
      '',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.string({ maxLength: 8 }), (words, tail) => {
        try {
          parsePacketFilter([...words, tail].join(' '))(request);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PacketFilterError);
        }
      }),
    );
  });
});
