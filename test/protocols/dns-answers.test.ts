import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDnsAnswers } from '../../src/protocols/dns-answers.js';

/** A name as labels; a number is a pointer to that octet. */
function name(text: string, pointer?: number): number[] {
  const labels = text === '' ? [] : text.split('.');
  const octets = labels.flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  return pointer === undefined ? [...octets, 0] : [...octets, 0xc0 | (pointer >> 8), pointer & 255];
}

function record(owner: number[], type: number, data: number[], classCode = 1): number[] {
  return [
    ...owner,
    0,
    type,
    classCode >> 8,
    classCode & 255,
    0,
    0,
    0,
    60,
    data.length >> 8,
    data.length & 255,
    ...data,
  ];
}

function message(question: string | null, answers: readonly number[][], flags = 0x8180): Uint8Array {
  const questions = question === null ? 0 : 1;
  const header = [0, 1, flags >> 8, flags & 255, 0, questions, 0, answers.length, 0, 0, 0, 0];
  return Uint8Array.from([...header, ...(question === null ? [] : [...name(question), 0, 1, 0, 1]), ...answers.flat()]);
}

function told(bytes: Uint8Array, start = 0, end = bytes.length): string[] {
  const found: string[] = [];
  readDnsAnswers(bytes, start, end, (ip, of) => found.push(`${ip} ${of}`));
  return found;
}

const asked = name('', 12);

describe('an answer of DNS', () => {
  it('names its addresses by what was asked, over aliases', () => {
    const alias = name('lb.cdn.example');
    const answer = message('www.shop.example', [
      record(asked, 5, alias),
      record(alias, 1, [10, 0, 0, 9]),
      record(alias, 28, [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]),
    ]);
    expect(told(answer)).toEqual(['10.0.0.9 www.shop.example', '2001:db8::9 www.shop.example']);
  });

  it('leaves out addresses of names that nobody asked for', () => {
    expect(told(message('a.example', [record(name('bank.example'), 1, [10, 0, 0, 9])]))).toEqual([]);
  });

  it('names by the record itself where nothing is asked (multicast)', () => {
    expect(told(message(null, [record(name('printer.local'), 1, [10, 0, 0, 7], 0x8001)], 0x8400))).toEqual([
      '10.0.0.7 printer.local',
    ]);
  });

  it.each([
    ['a query', 0x0100],
    ['an error', 0x8183],
    ['another operation', 0xa980],
  ])('is silent in %s', (_, flags) => {
    expect(told(message('a.example', [record(asked, 1, [10, 0, 0, 9])], flags))).toEqual([]);
  });

  it('does not follow a pointer ahead, or in a circle', () => {
    expect(told(message('a.example', [record([0xc0, 60], 1, [10, 0, 0, 9])]))).toEqual([]);
    const circle = message(null, [record([0xc0, 12], 1, [10, 0, 0, 9])], 0x8400);
    expect(told(circle)).toEqual([]);
  });

  it('makes octets that do not print visible', () => {
    const owner = [3, 0x61, 0x2e, 0x1b, 0];
    expect(told(message(null, [record(owner, 1, [10, 0, 0, 9])], 0x8400))).toEqual(['10.0.0.9 a\\.\\027']);
  });

  it('tells of any beginning of a message what the whole tells first, and reads nothing outside', () => {
    const whole = message('a.example', [record(asked, 1, [10, 0, 0, 9]), record(asked, 1, [10, 0, 0, 8])]);
    const framed = Uint8Array.from([255, 255, ...whole, 255, 255]);
    const all = told(framed, 2, 2 + whole.length);
    expect(all).toHaveLength(2);
    for (let cut = 0; cut < whole.length; cut++) {
      const part = told(framed, 2, 2 + cut);
      expect(all.slice(0, part.length)).toEqual(part);
    }
  });

  it('ends on any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const bytes = Uint8Array.from([0, 1, 0x81, 0x80, 0, 1, 0, 40, 0, 0, 0, 0, ...octets]);
        for (const line of told(bytes)) expect(line.length).toBeLessThan(400);
      }),
    );
  });
});
