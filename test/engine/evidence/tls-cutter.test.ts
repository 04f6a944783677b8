import { describe, expect, it } from 'vitest';
import { type Blank, TlsCutter, type TlsShown } from '../../../src/engine/evidence/tls-cutter.js';
import type { Side } from '../../../src/model/side.js';
import { connection, tlsSession } from '../../build/records.js';

/** A record of `length` octets of content. */
function record(type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(5 + length).fill(0x55);
  bytes.set([type, 3, 3, length >> 8, length & 0xff]);
  return bytes;
}

const handshake = record(22, 40);
const content = record(23, 60);
const alert = record(21, 2);

/** Says how much of each segment may be shown; frames count from 100, behind every message. */
class Telling {
  readonly #cutter: TlsCutter;
  readonly #sequences: Record<Side, number> = { client: 0xfffffff0 | 0, server: 7 };
  #frame = 100;

  constructor(version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2', suite = 0xc02f, shown: TlsShown = 'handshake') {
    const hello = tlsSession().serverHello!;
    const tls = tlsSession({ version, serverHello: { ...hello, cipherSuite: { id: suite, name: '' } } });
    this.#cutter = new TlsCutter(connection({ tls }), shown);
  }

  get blanks(): readonly Blank[] {
    return this.#cutter.blanks;
  }

  segment(from: Side, ...parts: readonly Uint8Array[]): number | null {
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
    const kept = this.at(from, this.#sequences[from], bytes);
    this.#sequences[from] = (this.#sequences[from] + bytes.length) | 0;
    return kept;
  }

  at(from: Side, sequence: number, bytes: Uint8Array, captured = bytes.length): number | null {
    return this.#cutter.segment(from, bytes, 0, captured, bytes.length, sequence, this.#frame++);
  }
}

describe('TlsCutter', () => {
  it('keeps handshake records and alerts, and of application data the header', () => {
    const telling = new Telling();
    expect(telling.segment('client', handshake)).toBe(45);
    expect(telling.segment('client', alert, content)).toBe(7 + 5);
    // Of content in front of another record the place is told, not the octets.
    expect(telling.segment('client', content, handshake)).toBe(65 + 45);
    expect(telling.blanks).toEqual([[5, 65, 0]]);
    expect(telling.segment('client', handshake)).toBe(45);
  });

  it('cuts at the same octet however records fall on segments', () => {
    const stream = Uint8Array.from([...handshake, ...content, ...handshake]);
    for (let cut = 6; cut < stream.length; cut++) {
      const telling = new Telling();
      const shown = [stream.slice(0, cut), stream.slice(cut)].flatMap((part) => {
        const kept = telling.segment('client', part)!;
        const hidden = telling.blanks;
        return [...part].map((octet, at) =>
          at >= kept || hidden.some(([from, to]) => at >= from && at < to) ? -1 : octet,
        );
      });
      const content = (at: number): boolean => at >= 50 && at < 110;
      expect(shown).toEqual([...stream].map((octet, at) => (content(at) ? -1 : octet)));
    }
  });

  it('keeps the protected handshake of TLS 1.3, and nothing of the answer behind it', () => {
    const telling = new Telling('TLSv1.3', 0x1301);
    expect(telling.segment('client', handshake)).toBe(45);
    expect(telling.segment('server', handshake, content, content)).toBe(45 + 65 + 65);
    expect(telling.segment('client', content)).toBe(65);
    expect(telling.segment('server', content)).toBe(5);
    expect(telling.segment('client', content)).toBe(5);
  });

  it('cuts early data', () => {
    const telling = new Telling('TLSv1.3', 0x1301);
    expect(telling.segment('client', handshake, content)).toBe(45 + 5);
    expect(telling.segment('server', handshake, content)).toBe(45 + 65);
  });

  it('cuts what an integrity-only suite leaves readable', () => {
    const telling = new Telling('TLSv1.3', 0xc0b4);
    telling.segment('client', handshake);
    expect(telling.segment('server', handshake, content)).toBe(45 + 5);
  });

  it('keeps nothing of octets that it lost track of, and finds back at a record', () => {
    const telling = new Telling();
    expect(telling.at('client', 1000, handshake)).toBe(45);
    expect(telling.at('client', 2000, new Uint8Array(30).fill(0x55))).toBe(0);
    expect(telling.at('client', 2030, handshake)).toBe(45);
    expect(telling.at('client', 2030, handshake)).toBe(0);
  });

  it('goes on over a record that the capture cut', () => {
    const telling = new Telling();
    expect(telling.at('client', 1000, handshake, 20)).toBe(20);
    expect(telling.at('client', 1045, content)).toBe(5);
  });

  it('is not yet TLS before the first record', () => {
    const telling = new Telling();
    expect(telling.segment('server', Buffer.from('220 mail ready\r\n'))).toBeNull();
    expect(telling.segment('server', handshake)).toBe(45);
  });

  it('shows no more than headers where names are hidden', () => {
    const telling = new Telling('TLSv1.2', 0xc02f, 'headers');
    expect(telling.segment('client', handshake, content)).toBe(9);
    expect(telling.segment('client', alert)).toBe(7);
  });
});
