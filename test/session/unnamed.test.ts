import { describe, expect, it } from 'vitest';
import { ascii, octets } from '../build/tls.js';
import { client, closes, server, talk } from './talk.js';

/** Octets without a pattern, the same every time (xorshift32). */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** Records of a protocol of our own: length, type, and content. */
const framed = (count: number, content: (at: number) => Uint8Array): Uint8Array =>
  octets(...Array.from({ length: count }, (_, at) => octets(0x9a, 0, 0, content(at).length, content(at))));

describe('a stream of no known protocol', () => {
  it('is cleartext where all of it is text', () => {
    const steps = [client(ascii('zz~ weigh 17 pallets\n')), server(ascii('zz~ 4 t 200 kg\n')), closes('client')];
    expect(talk(steps, { syn: true })).toMatchObject({
      kind: 'cleartext',
      protocol: null,
      kindBasis: expect.stringContaining('readable text'),
    });
  });

  it('is opaque where its octets are spread evenly, framing left out', () => {
    const asked = framed(20, (at) => noise(60, at + 7));
    const answered = framed(30, (at) => noise(70, at + 77));
    const record = talk([client(asked), server(answered), closes('client')], { syn: true });
    expect(record).toMatchObject({ kind: 'opaque', kindBasis: expect.stringContaining('spread evenly') });
  });

  it('is not called opaque where the capture enters it in the middle: it may be TLS', () => {
    const record = talk([client(noise(900, 3)), server(noise(900, 4)), closes('client')]);
    expect(record).toMatchObject({ kind: 'unknown', kindBasis: expect.stringContaining('it may be TLS') });
  });

  it.each([
    ['binary records', framed(40, (at) => octets(at, 0, 0, 1, 0, 0, 0, at & 3, ascii('pallet'), 0, 0, 0, 9))],
    ['too little to tell', noise(40, 5)],
  ])('stays unknown where it is %s', (_, said) => {
    expect(talk([client(said), server(said), closes('client')], { syn: true }).kind).toBe('unknown');
  });

  it('stays unknown where one side is spread evenly and the other speaks in text', () => {
    const steps = [client(noise(900, 6)), server(ascii('zz~ thank you very much, go on\n')), closes('client')];
    expect(talk(steps, { syn: true }).kind).toBe('unknown');
  });

  it('is the same however it is cut', () => {
    const steps = [client(noise(900, 8)), server(noise(700, 9)), closes('client')];
    const { kind, kindBasis } = talk(steps, { syn: true });
    for (const segment of [1, 7, 100]) expect(talk(steps, { syn: true, segment })).toMatchObject({ kind, kindBasis });
  });
});

describe('an alert record in the middle of a connection', () => {
  const data = octets(0x17, 3, 3, 0, 40, noise(40, 10));
  const alert = octets(0x15, 3, 3, 0, 26, noise(26, 11));

  it('is taken for encrypted where it is longer than an alert and the handshake is not there', () => {
    const record = talk([client(data), server(data), client(alert), closes('client')]);
    expect(record.tls?.alerts).toEqual([
      { frame: 3, from: expect.any(String), level: null, description: null, encrypted: true },
    ]);
  });
});
