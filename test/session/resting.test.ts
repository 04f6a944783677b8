import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import type { Direction } from '../../src/model/stream.js';
import { maxQuestionOctets } from '../../src/session/limits.js';
import { RestingSessions } from '../../src/session/resting/resting.js';
import { StreamSession } from '../../src/session/stream-session.js';
import { ascii, filler } from '../build/tls.js';
import { answer12, answer13, hello12, hello13, rest13, resumed12, whole12 } from './handshakes.js';
import { client, closes, missing, newContext, type Step, server, talk } from './talk.js';

const request = ascii('GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic YTpi\r\n\r\n');
const post = (body: string): Uint8Array =>
  ascii(`POST /login HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${body.length + 40}\r\n\r\n${body}`);

/** Lays a session down that heard `bytes` of `direction`; 0 where it stays up. */
function rest(bytes: Uint8Array, direction: Direction = 0, context = newContext()): number {
  const session = new StreamSession(context, 49152, 8443, 1);
  const arrival = { frame: 3, seconds: 1_700_000_000, nanoseconds: 5, acknowledged: 0, offset: 0 };
  session.data(direction, bytes, 0, bytes.length, arrival);
  return new RestingSessions(context).rest(session);
}

describe('a session rests', () => {
  it('after a ClientHello, and after the first question of a client', () => {
    const bytesOf = (step: Step): Uint8Array => ('bytes' in step ? step.bytes : new Uint8Array(0));
    expect(rest(bytesOf(client(hello12())))).toBeGreaterThan(0);
    expect(rest(bytesOf(client(hello13())), 1)).toBeGreaterThan(0);
    expect(rest(request)).toBeGreaterThan(0);
  });

  it('neither in the middle of a hello, nor after what nobody knows, nor after a question too long to keep', () => {
    const { bytes } = client(hello12()) as { bytes: Uint8Array };
    expect(rest(bytes.slice(0, -1))).toBe(0);
    expect(rest(filler(40, 0xc0))).toBe(0);
    expect(rest(ascii(`GET /${'a'.repeat(maxQuestionOctets)} HTTP/1.1\r\n\r\n`))).toBe(0);
  });

  it('once for each ticket: many are laid down and made again in any order', () => {
    const context = newContext();
    const tickets = Array.from({ length: 2_000 }, (_, at) =>
      rest(ascii(`GET / HTTP/1.1\r\nHost: host${at}\r\n\r\n`), 0, context),
    );
    expect(new Set(tickets).size).toBe(tickets.length);
    for (const at of [1_999, 0, 700, 3]) {
      const session = new RestingSessions(context).wake(tickets[at]!, 1);
      expect(session.notes?.record(0)?.requests).toMatchObject([{ method: 'GET', target: `host${at}`, frame: 3 }]);
      session.end();
    }
  });

  it('and a look at it leaves it resting', () => {
    const context = newContext();
    const ticket = rest(request, 0, context);
    const resting = new RestingSessions(context);
    const looks: number[] = [];
    for (let look = 0; look < 3; look++) {
      resting.glance(ticket, 1, ({ notes }) => looks.push(notes!.record(0)!.credentials.length));
    }
    expect(looks).toEqual([1, 1, 1]);
    expect(resting.wake(ticket, 1).notes?.record(0)?.credentials).toHaveLength(1);
  });
});

const tls12 = whole12('presents');
const scenes: readonly [name: string, steps: readonly Step[]][] = [
  ['a hello without an answer', tls12.slice(0, 1)],
  [
    'a hello that names an earlier session',
    resumed12(hello12({ sessionId: filler(32) }), answer12({ sessionId: filler(32) })),
  ],
  ['a hello and a lost answer', [tls12[0]!, missing('server', 400), ...tls12.slice(2)]],
  ['a hello and the end of the connection', [tls12[0]!, closes('server', 'rst')]],
  ['TLS 1.3', [client(hello13()), ...rest13(answer13())]],
  ['a request without an answer', [client(request)]],
  ['a request and its answer', [client(request), server(ascii('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n'))]],
  ['a request in two segments', [client(request.slice(0, 50)), client(request.slice(50)), closes('client')]],
  [
    'a body that goes on',
    [client(post('user=a&password=b')), client(filler(40, 0x61)), server(ascii('HTTP/1.1 200 OK\r\n\r\n'))],
  ],
  [
    'a lost piece of a body',
    [client(post('user=a')), missing('client', 20), client(filler(20, 0x61)), client(request)],
  ],
];

describe('a session that rested tells what it would have told', () => {
  it.each(scenes)('%s', (_name, steps) => {
    const told = (rests: boolean): ConnectionRecord => talk(steps, { rests });
    expect(told(true)).toEqual(told(false));
  });
});
