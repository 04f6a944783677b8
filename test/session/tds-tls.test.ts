import { describe, expect, it } from 'vitest';
import { octets, uint16 } from '../build/tls.js';
import { whole12 } from './handshakes.js';
import { missing, type Step, talk } from './talk.js';

/** A packet of TDS ([MS-TDS] §2.2.3.1). */
function packet(type: number, body: Uint8Array): Uint8Array {
  return octets(type, 1, uint16(body.length + 8), 0, 0, 1, 0, body);
}

function prelogin(type: number, encryption: number): Uint8Array {
  const options = octets(0, uint16(11), uint16(6), 1, uint16(17), uint16(1), 0xff);
  return packet(type, octets(options, 9, 0, 0, 0, 0, 0, encryption));
}

const encryptOff = 0;
const encryptOn = 1;
const notSupported = 2;

/** A TLS session after PRELOGIN: the first records inside of its packets, what is application data bare. */
function wrapped(client: number, server: number): Step[] {
  const handshake = whole12('presents').map((step): Step => {
    if (!('bytes' in step) || step.bytes[0] === 0x17) return step;
    return { ...step, bytes: packet(0x12, step.bytes) };
  });
  return [
    { from: 'client', bytes: prelogin(0x12, client) },
    { from: 'server', bytes: prelogin(4, server) },
    ...handshake,
  ];
}

describe("SQL Server's TLS inside PRELOGIN packets", () => {
  const steps = wrapped(encryptOn, encryptOn);
  const whole = talk(steps, { syn: true });

  it('is read like any other, and told as a change to TLS', () => {
    expect(whole).toMatchObject({ kind: 'starttls', protocol: 'mssql' });
    expect(whole.upgrade).toMatchObject({
      mechanism: 'PRELOGIN',
      outcome: 'taken',
      requestedFrame: 1,
      answeredFrame: 2,
    });
    expect(whole.tls).toMatchObject({
      version: 'TLSv1.2',
      clientAuth: { status: 'presented', requested: true, outcome: 'accepted' },
    });
  });

  it.each([1, 3, 8, 9, 100])('is the same in segments of %i octets', (segment) => {
    const { tls, upgrade, kind } = talk(steps, { syn: true, segment });
    expect({ tls, upgrade, kind }).toEqual({ tls: whole.tls, upgrade: whole.upgrade, kind: whole.kind });
  });

  it('that only covers the login is told to go on in cleartext', () => {
    const batch = packet(1, new Uint8Array(20).fill(0x61));
    const flow = talk([...wrapped(encryptOff, encryptOff), { from: 'client', bytes: batch }], { syn: true });
    expect(flow.upgrade).toMatchObject({ outcome: 'taken', wentOnFrame: expect.any(Number) });
    expect(flow.upgrade?.basis).toContain('only the login was encrypted');
  });

  it('that the server does not support is told as refused', () => {
    const flow = talk(
      [
        { from: 'client', bytes: prelogin(0x12, encryptOn) },
        { from: 'server', bytes: prelogin(4, notSupported) },
      ],
      { syn: true },
    );
    expect(flow).toMatchObject({ kind: 'cleartext', tls: null, upgrade: { outcome: 'refused' } });
  });

  it('is believed no further than octets are there', () => {
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at]!;
      if (!('bytes' in step)) continue;
      const flow = talk([...steps.slice(0, at), missing(step.from, step.bytes.length), ...steps.slice(at + 1)], {
        syn: true,
      });
      for (const fact of Object.values(flow.tls?.facts ?? {})) expect(fact.state).not.toBe('absent');
    }
  });
});
