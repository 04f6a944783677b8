import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, formatIpv4, formatIpv6 } from '../../src/base/address.js';
import { i32 } from '../../src/base/bytes.js';
import { addressOctets } from '../build/packets.js';

function formatText(text: string): string {
  const bytes = addressOctets(text);
  return formatIpv6(i32(bytes, 0), i32(bytes, 4), i32(bytes, 8), i32(bytes, 12));
}

describe('address text', () => {
  it('prints IPv4 words with the sign bit set', () => {
    expect(formatIpv4(0)).toBe('0.0.0.0');
    expect(formatIpv4(0xc0000201 | 0)).toBe('192.0.2.1');
    expect(formatIpv4(-1)).toBe('255.255.255.255');
    expect(formatAddress(4, 0x7f000001, 9, 9, 9)).toBe('127.0.0.1');
  });

  it.each([
    // RFC 5952 §1, §4 and §5
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AAAA', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:1:0:0:0:0:0:0', '0:1::'],
    ['0:0:1:2:3:4:5:6', '::1:2:3:4:5:6'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['0:0:0:0:0:ffff:102:304', '::ffff:1.2.3.4'],
    ['0:0:0:0:0:fffe:102:304', '::fffe:102:304'],
    ['fe80:0:0:0:200:5aee:feaa:20a2', 'fe80::200:5aee:feaa:20a2'],
  ])('prints %s as %s', (given, expected) => {
    expect(formatText(given)).toBe(expected);
  });

  it('prints text that is an address and means the same words', () => {
    const group = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const text = formatText(groups.map((value) => value.toString(16)).join(':'));
        expect(isIPv6(text)).toBe(true);
        // Node's URL parser prints the canonical form of RFC 5952 but for the mixed notation.
        if (!text.includes('.')) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });
});
