// The handshakes of RFC 8448 as captures show them: opened with a key log, and inferred without.
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import { KeyLogReader } from '../../src/session/secrets/key-log.js';
import type { SessionContext } from '../../src/session/shared/session-context.js';
import { ascii } from '../build/tls.js';
import { clientRandomOf, open, resumptionSecretOf, secretsOf, type Trace, traces } from './rfc8448.js';
import { closes, newContext, type Step, type Telling, talk } from './talk.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const [simple, resumed, retried, authenticated, compatible] = traces as [Trace, Trace, Trace, Trace, Trace];

/** Puts the secrets of traces into a context. */
function keyed(context: SessionContext, ...given: readonly Trace[]): SessionContext {
  const lines = given.flatMap((trace) =>
    Object.entries(secretsOf(trace)).map(
      ([label, secret]) => `${label} ${hex(clientRandomOf(trace))} ${hex(secret)}\n`,
    ),
  );
  const reader = new KeyLogReader(context.secrets);
  const bytes = ascii(lines.join(''));
  reader.push(bytes, 0, bytes.length);
  reader.end();
  return context;
}

const steps = (trace: Trace): Step[] => [
  ...trace.flights.map(([from, bytes]): Step => ({ from, bytes })),
  closes('client'),
  closes('server'),
];

const tlsOf = ({ tls }: ConnectionRecord): TlsSession => tls!;
const opened = (trace: Trace, telling: Telling = {}): ConnectionRecord =>
  talk(steps(trace), { context: keyed(newContext(), trace), ...telling });

describe('the secrets of RFC 8448', () => {
  it.each(traces.map((trace) => [trace.section, trace] as const))('open every record of %s', (_, trace) => {
    const secrets = secretsOf(trace);
    const ours = {
      client: ['CLIENT_EARLY_TRAFFIC_SECRET', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0'],
      server: ['SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0'],
    };
    const stands = { client: { phase: 0, sequence: 0 }, server: { phase: 0, sequence: 0 } };
    let count = 0;
    for (const [from, octets] of trace.flights) {
      for (let at = 0; at < octets.length; ) {
        const record = octets.slice(at, at + 5 + ((octets[at + 3]! << 8) | octets[at + 4]!));
        at += record.length;
        if (record[0] !== 23) continue;
        const side = stands[from];
        const plain = tryPhases(ours[from], secrets, side, record);
        expect(plain).not.toBeNull();
        count++;
      }
    }
    expect(count).toBeGreaterThanOrEqual(4);
  });

  it('of §4 begins with the resumption secret of §3', () => {
    expect(hex(resumptionSecretOf(simple))).toBe(resumed.psk);
  });

  it('are those that the RFC prints, where the other tests name them', () => {
    const { CLIENT_TRAFFIC_SECRET_0, SERVER_TRAFFIC_SECRET_0 } = secretsOf(simple);
    expect(hex(SERVER_TRAFFIC_SECRET_0!)).toBe('a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643');
    expect(hex(CLIENT_TRAFFIC_SECRET_0!)).toBe('9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5');
  });
});

/** Opens a record with the keys of the present phase, or of the next that fit. */
function tryPhases(
  labels: readonly string[],
  secrets: Readonly<Record<string, Uint8Array>>,
  side: { phase: number; sequence: number },
  record: Uint8Array,
): Uint8Array | null {
  for (let phase = side.phase; phase < labels.length; phase++) {
    const secret = secrets[labels[phase]!];
    if (secret === undefined) continue;
    const sequence = phase === side.phase ? side.sequence : 0;
    try {
      const { content } = open(secret, sequence, record);
      side.phase = phase;
      side.sequence = sequence + 1;
      return content;
    } catch {
      // Under the keys of another phase.
    }
  }
  return null;
}

describe('a handshake of RFC 8448 with its keys', () => {
  it('§3: the server shows its certificate, asks for none, and gives a ticket', () => {
    const record = opened(simple);
    const tls = tlsOf(record);
    expect(tls.clientAuth).toMatchObject({ status: 'not-requested', requested: false, certainty: 'decrypted' });
    expect(tls.serverCertificates).toHaveLength(1);
    expect(tls.tickets).toMatchObject([{ from: 'server', lifetimeSeconds: 30 }]);
    expect(tls.established).toBe(true);
    expect(record.anomalies).toEqual([]);
  });

  it('§4: early data, and a session that goes on', () => {
    const record = opened(resumed);
    const tls = tlsOf(record);
    expect(tls.resumed).toBe(true);
    expect(tls.clientAuth.status).toBe('resumed');
    expect(tls.clientHello).toMatchObject({ serverName: 'server' });
    expect(tls.serverCertificates).toBeNull();
    expect(record.anomalies).toEqual([]);
    expect(record.content?.inspection.client.octets).toBe('ABCDEF'.length + 50);
    expect(record.content?.inspection.server.octets).toBe(50);
  });

  it('§4 after §3: the session is the one of the ticket', () => {
    const context = keyed(newContext(), simple, resumed);
    talk(steps(simple), { context, id: 7 });
    const { tls } = talk(steps(resumed), { context, id: 8 });
    expect(tls).toMatchObject({ resumed: true, resumedFrom: 7 });
  });

  it('§5: the client comes again with the share that the server asks for', () => {
    const record = opened(retried);
    const tls = tlsOf(record);
    expect(tls.messages.slice(0, 4).map(({ type }) => type)).toEqual([
      'client_hello',
      'server_hello',
      'client_hello',
      'server_hello',
    ]);
    expect(tls.clientAuth).toMatchObject({ status: 'not-requested', requested: false, certainty: 'decrypted' });
    expect(tls.serverCertificates).toHaveLength(1);
    expect(record.anomalies).toEqual([]);
  });

  it('§6: the client is asked, shows its certificate, and proves that the key is its own', () => {
    const record = opened(authenticated);
    const tls = tlsOf(record);
    expect(tls.clientAuth).toMatchObject({ status: 'presented', requested: true, certainty: 'decrypted' });
    expect(tls.clientCertificates).toHaveLength(1);
    expect(tls.facts.certificateRequest.state).toBe('seen');
    expect(tls.signatures).toMatchObject({
      serverCertificateVerify: { result: 'valid' },
      clientCertificateVerify: { result: 'valid' },
    });
    expect(record.anomalies).toEqual([]);
  });

  it('§7: the changes of ciphers between change nothing', () => {
    const record = opened(compatible);
    const tls = tlsOf(record);
    expect(tls.clientAuth).toMatchObject({ status: 'not-requested', requested: false, certainty: 'decrypted' });
    expect(tls.serverCertificates).toHaveLength(1);
    expect(record.anomalies).toEqual([]);
  });

  it.each(traces.map((trace) => [trace.section, trace] as const))(
    '%s is the same in segments of any size',
    (_, trace) => {
      const whole = opened(trace);
      for (const segment of [1, 7, 100, 536]) expect(opened(trace, { segment }).tls).toEqual(whole.tls);
    },
  );
});

describe('a handshake of RFC 8448 without keys', () => {
  const heard = (trace: Trace): TlsSession => tlsOf(talk(steps(trace), {}));

  it.each([simple, retried, compatible].map((trace) => [trace.section, trace] as const))(
    '%s: that no certificate was asked for is told by the lengths',
    (_, trace) => {
      expect(heard(trace).clientAuth).toMatchObject({
        status: 'not-requested',
        requested: false,
        certainty: 'inferred',
      });
    },
  );

  it('§4: that it is resumed stands in the clear', () => {
    const { resumed: isResumed, clientAuth } = heard(resumed);
    expect(isResumed).toBe(true);
    expect(clientAuth.status).toBe('resumed');
  });

  it('§6: that a certificate was shown is told by the lengths', () => {
    expect(heard(authenticated).clientAuth).toMatchObject({
      status: 'presented',
      requested: true,
      certainty: 'inferred',
    });
  });
});
