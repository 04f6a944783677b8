import { describe, expect, it } from 'vitest';
import type { Direction } from '../../src/model/stream.js';
import { noteTlsExchange } from '../../src/session/tls/tls-exchanges.js';
import { TlsObservations } from '../../src/session/tls/tls-observations.js';
import type { ClientHelloShape } from '../../src/wire/tls/client-hello-shape.js';
import type { ServerHelloValue } from '../../src/wire/tls/server-hello.js';

const aes256 = 0x1302;

function session(version: number): TlsObservations {
  const seen = new TlsObservations(1);
  seen.client = 0;
  seen.serverHello = { version, cipherSuite: aes256 } as ServerHelloValue;
  return seen;
}

/** Records in their order, [direction, length, acknowledged]; offsets follow from the lengths. */
function exchanges(seen: TlsObservations, ...records: [Direction, number, number?][]): [number, number][] {
  const offsets = [0, 0];
  records.forEach(([direction, length, acknowledged = -1], at) => {
    const offset = offsets[direction]!;
    const frame = at + 1;
    const arrival = { frame, seconds: frame, nanoseconds: 0, acknowledged, offset };
    if (seen.version === 0x0304) seen.of(direction).noteProtected(length, offset, arrival);
    noteTlsExchange(seen, direction, length, offset, arrival);
    offsets[direction] = offset + 5 + length;
  });
  const records_ = seen.answer.exchanges?.records(0, 0, 0) ?? [];
  return records_.map(({ clientOctets, serverOctets }) => [clientOctets, serverOctets]);
}

describe('exchanges in TLS 1.2', () => {
  it('are the application data records', () => {
    expect(exchanges(session(0x0303), [0, 100], [1, 2000], [1, 40], [0, 90], [1, 70])).toEqual([
      [100, 2040],
      [90, 70],
    ]);
  });
});

describe('exchanges in TLS 1.3', () => {
  const flight: [Direction, number][] = [
    [1, 30],
    [1, 2000],
    [1, 69],
    [0, 1400],
    [0, 281],
    [0, 69],
  ];

  it('begin after the Finished of the client, without tickets and alerts', () => {
    const seen = session(0x0304);
    expect(exchanges(seen, ...flight, [1, 250], [1, 250], [0, 100], [1, 900], [0, 19], [1, 19])).toEqual([[100, 900]]);
  });

  it('leave tickets out that come after the question too', () => {
    expect(exchanges(session(0x0304), ...flight, [0, 100], [1, 250], [1, 250], [1, 900])).toEqual([[100, 900]]);
    expect(exchanges(session(0x0304), ...flight, [1, 250], [0, 100], [1, 250], [1, 900])).toEqual([
      [0, 250],
      [100, 900],
    ]);
  });

  it('begin with what the server says in knowledge of a flight that is one record', () => {
    const seen = session(0x0304);
    expect(exchanges(seen, [1, 2100], [0, 1700, 2105], [1, 250, 1705], [0, 100, 2360], [1, 900, 1810])).toEqual([
      [0, 250],
      [100, 900],
    ]);
  });

  it('begin a question anew where the client said but a frame or two of HTTP/2, and paused', () => {
    const seen = session(0x0304);
    expect(exchanges(seen, ...flight, [0, 100], [1, 900], [0, 39], [0, 120], [1, 800])).toEqual([
      [100, 900],
      [120, 800],
    ]);
    const long = session(0x0304);
    expect(exchanges(long, ...flight, [0, 100], [1, 900], [0, 139], [0, 120], [1, 800])).toEqual([
      [100, 900],
      [259, 800],
    ]);
  });

  it('tell HTTP/2 by the client that acknowledges settings, where it offers HTTP/2', () => {
    const ack = 9 + 1 + 16;
    const speaks = (alpn: string[], ...records: [Direction, number][]): boolean => {
      const seen = session(0x0304);
      seen.helloShape = { alpn } as ClientHelloShape;
      exchanges(seen, ...flight, [0, 100], ...records);
      return seen.answer.exchanges!.http2;
    };
    expect(speaks(['h2', 'http/1.1'], [1, 47], [0, ack])).toBe(true);
    expect(speaks(['h2', 'http/1.1'], [1, ack], [0, ack + 1])).toBe(false);
    expect(speaks(['http/1.1'], [1, 47], [0, ack])).toBe(false);
  });
});
