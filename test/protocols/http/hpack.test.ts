import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HpackDecoder } from '../../../src/protocols/http/hpack.js';
import { decodeHuffman } from '../../../src/protocols/http/huffman.js';

/** Decodes a block written in hexadecimal, each octet overwritten after the call. */
function decode(decoder: HpackDecoder, hex: string): string[] | null {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
  const headers: string[] = [];
  const sound = decoder.decode(bytes, 0, bytes.length, (name, { bytes: value, start, end }) => {
    headers.push(`${name}: ${Buffer.from(value.subarray(start, end)).toString('latin1')}`);
  });
  bytes.fill(0xee);
  return sound ? headers : null;
}

const requests = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
];
const date21 = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
const location = 'location: https://www.example.com';
const responses = [
  [':status: 302', 'cache-control: private', date21, location],
  [':status: 307', 'cache-control: private', date21, location],
  [
    ':status: 200',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:22 GMT',
    location,
    'content-encoding: gzip',
    'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
  ],
];

describe('RFC 7541 Appendix C', () => {
  it('C.2: literals and an index', () => {
    const decoder = new HpackDecoder();
    expect(decode(decoder, '400a637573746f6d2d6b65790d637573746f6d2d686561646572')).toEqual([
      'custom-key: custom-header',
    ]);
    expect(decode(decoder, '040c2f73616d706c652f70617468')).toEqual([':path: /sample/path']);
    expect(decode(decoder, '100870617373776f726406736563726574')).toEqual(['password: secret']);
    expect(decode(decoder, '82')).toEqual([':method: GET']);
  });

  it.each([
    [
      'C.3: requests in plain text',
      [
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ],
      requests,
    ],
    [
      'C.4: requests in Huffman code',
      [
        '828684418cf1e3c2e5f23a6ba0ab90f4ff',
        '828684be5886a8eb10649cbf',
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ],
      requests,
    ],
  ])('%s', (_name, blocks, expected) => {
    const decoder = new HpackDecoder();
    expect(blocks.map((block) => decode(decoder, block))).toEqual(expected);
  });

  it('C.6: responses in Huffman code, with a table of 256 octets that evicts', () => {
    const decoder = new HpackDecoder();
    // The table's size is agreed on before; a size update says it here (256 in a 5-bit prefix).
    expect(decode(decoder, '3fe101')).toEqual([]);
    const blocks = [
      '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
      '4883640effc1c0bf',
      '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
    ];
    expect(blocks.map((block) => decode(decoder, block))).toEqual(responses);
  });
});

describe('the Huffman code', () => {
  it('is refused where it holds the end of a string, or padding of zeros or of eight bits', () => {
    const out = new Uint8Array(64);
    expect(decodeHuffman(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0, 4, out, 0)).toBe(-1);
    expect(decodeHuffman(Uint8Array.of(0x00), 0, 1, out, 0)).toBe(-1);
    expect(decodeHuffman(Uint8Array.of(0x1f, 0xff), 0, 2, out, 0)).toBe(-1);
    expect(decodeHuffman(Uint8Array.of(0x1f), 0, 1, out, 0)).toBe(1);
  });
});

describe('a header block', () => {
  it('that is cut or names what is not there ends the reading', () => {
    for (const broken of ['be', '40', '400a63', 'ff80808080808080', '3fffffffff7f', '0085ffffffffff']) {
      const decoder = new HpackDecoder();
      expect(decode(decoder, broken)).toBeNull();
      expect(decode(decoder, '82')).toBeNull();
    }
  });
});

describe('a dynamic table of thousands of entries', () => {
  it('names the same entries as a list that is shifted, through evictions and changes of size', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ add: fc.string({ minLength: 0, maxLength: 6, unit: fc.constantFrom('a', 'b', 'c') }) }),
            fc.record({ at: fc.nat(400) }),
            fc.record({ size: fc.constantFrom(0, 64, 1000, 4096, 65_536) }),
          ),
          { maxLength: 600 },
        ),
        (steps) => {
          const decoder = new HpackDecoder();
          let table: string[] = [];
          let size = 4096;
          for (const step of steps) {
            if ('add' in step) {
              const value = Buffer.from(step.add).toString('hex');
              const length = step.add.length.toString(16).padStart(2, '0');
              expect(decode(decoder, `400178${length}${value}`)).toEqual([`x: ${step.add}`]);
              table.unshift(step.add);
            } else if ('size' in step) {
              size = step.size;
              expect(decode(decoder, integer(size, 5, 0x20))).toEqual([]);
            } else if (step.at < table.length) {
              expect(decode(decoder, integer(62 + step.at, 7, 0x80))).toEqual([`x: ${table[step.at]}`]);
            }
            let cost = 0;
            table = table.filter((value) => {
              cost += 33 + value.length;
              return cost <= size;
            });
          }
          expect(decode(decoder, integer(62 + table.length, 7, 0x80))).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** RFC 7541 §5.1, in hexadecimal. */
function integer(value: number, bits: number, flags: number): string {
  const most = 2 ** bits - 1;
  const octets = [flags | Math.min(value, most)];
  for (let rest = value - most; value >= most; rest = Math.floor(rest / 128)) {
    octets.push(rest >= 128 ? (rest % 128) | 0x80 : rest);
    if (rest < 128) break;
  }
  return Buffer.from(octets).toString('hex');
}
