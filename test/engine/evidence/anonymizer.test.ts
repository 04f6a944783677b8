import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressOctets, addressText, parseAddress } from '../../../src/base/parsed-address.js';
import { Anonymizer } from '../../../src/engine/evidence/anonymizer.js';

const anonymizer = new Anonymizer('a key');

const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const ipv4: fc.Arbitrary<Address> = word.map((first) => ({ family: 4, words: Int32Array.of(first, 0, 0, 0) }));
const ipv6: fc.Arbitrary<Address> = fc
  .tuple(word, word, word, word)
  .map((words) => ({ family: 6, words: Int32Array.from(words) }));

/** Bits that two addresses share at their beginning. */
function sharedPrefix(a: Address, b: Address): number {
  const bits = (address: Address): string =>
    [...addressOctets(address)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const [first, second] = [bits(a), bits(b)];
  let shared = 0;
  while (shared < first.length && first[shared] === second[shared]) shared++;
  return shared;
}

/** The same address with one bit flipped, so that long shared prefixes are tried too. */
function flipped({ family, words }: Address, bit: number): Address {
  const other = Int32Array.from(words);
  const at = bit % (family === 4 ? 32 : 128);
  other[at >>> 5] = other[at >>> 5]! ^ (1 << (31 - (at & 31)));
  return { family, words: other };
}

describe('Anonymizer', () => {
  it('keeps the length of shared prefixes, to the bit', () => {
    const pairs = fc.oneof(
      fc.tuple(ipv4, ipv4),
      fc.tuple(fc.oneof(ipv4, ipv6), fc.nat(127)).map(([one, bit]): [Address, Address] => [one, flipped(one, bit)]),
      fc.tuple(ipv6, ipv6),
    );
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(sharedPrefix(anonymizer.address(a), anonymizer.address(b))).toBe(sharedPrefix(a, b));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same for the same key, and something else for another', () => {
    const address = parseAddress('10.0.0.9')!;
    expect(new Anonymizer('a key').address(address)).toEqual(anonymizer.address(address));
    expect(new Anonymizer('another').address(address)).not.toEqual(anonymizer.address(address));
    expect(anonymizer.address(address)).not.toEqual(address);
    expect(new Anonymizer('a key').name('api.example')).toBe(anonymizer.name('API.example'));
    expect(anonymizer.name('api.example')).not.toContain('api');
  });

  it('makes hardware addresses of single hosts that are locally administered', () => {
    const octets = anonymizer.hardware(parseAddress('10.0.0.9')!);
    expect(octets).toHaveLength(6);
    expect(octets[0]! & 3).toBe(2);
  });
});

describe('parseAddress', () => {
  it('reads what the report writes', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (address) => {
        expect(parseAddress(addressText(address))).toEqual(address);
      }),
    );
    expect(parseAddress('::ffff:192.0.2.1')?.words[3]).toBe(0xc0000201 | 0);
  });

  it.each(['', '1.2.3', '256.1.1.1', ':::', '1:2', '::1::', 'host', '12345::'])('does not read %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('the networks that stay', () => {
  const anonymizer = new Anonymizer('a key');
  const told = (text: string): string => addressText(anonymizer.address(parseAddress(text)!));

  it.each([
    ['10.77.13.30', /^10\./],
    ['172.20.1.2', /^172\.(1[6-9]|2\d|3[01])\./],
    ['192.168.7.7', /^192\.168\./],
    ['100.101.1.1', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
    ['169.254.9.9', /^169\.254\./],
    ['127.0.0.5', /^127\./],
    ['fd12:3456::1', /^f[cd]/],
    ['fe80::1234', /^fe[89ab]/],
    ['::1', /^::1$/],
  ])('keep %s among them, as another', (text, network) => {
    expect(told(text)).toMatch(network);
    if (text !== '::1') expect(told(text)).not.toBe(text);
  });

  it('take nobody in', () => {
    for (let first = 1; first < 224; first++) {
      const text = `${first}.99.88.77`;
      const isKept = [10, 127].includes(first);
      expect(/^(10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(told(text)), text).toBe(isKept);
    }
  });
});
