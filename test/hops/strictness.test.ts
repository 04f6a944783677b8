import { describe, expect, it } from 'vitest';
import { StrictnessFolder } from '../../src/hops/strictness.js';
import type { ChainProblemCode, ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import type { Strictness } from '../../src/model/strictness.js';
import { cleartext, connection, hop, tlsSession } from '../build/records.js';

type Auth = TlsSession['clientAuth'];

function auth(status: Auth['status'], outcome: Auth['outcome'] = 'unknown'): Auth {
  return { status, requested: status !== 'not-requested', outcome, certainty: 'observed', basis: '' };
}

function session(status: Auth['status'], outcome: Auth['outcome'] = 'accepted'): TlsSession {
  const certificateRequest = status === 'not-requested' ? null : tlsSession().certificateRequest;
  const clientCertificates = status === 'presented' ? ['bb'.repeat(32)] : null;
  return tlsSession({ certificateRequest, clientCertificates, clientAuth: auth(status, outcome) });
}

function withProblems(...codes: readonly ChainProblemCode[]): TlsSession {
  const problems = codes.map((code) => ({ code, certificate: 'bb'.repeat(32), detail: '' }));
  return tlsSession({
    clientVerification: { path: [], trust: 'unknown', trustFrom: null, clockDistrusted: null, problems, notes: [] },
  });
}

/** A connection in the `second`th second; its id is that number. */
function at(second: number, tls: TlsSession | null, changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const startTime = `2026-11-21T10:00:${String(second).padStart(2, '0')}.000000000Z`;
  const kind = tls === null ? 'cleartext' : 'tls';
  return connection({ id: second, firstFrame: second * 100, startTime, endTime: startTime, kind, tls, ...changes });
}

function strictnessOf(...records: readonly ConnectionRecord[]): Strictness {
  const folder = new StrictnessFolder();
  for (const record of records) folder.add(record);
  return folder.finish((sha256) => `CN=${sha256.slice(0, 2)}`);
}

/** What is said of the one client. */
function verdictOf(...records: readonly ConnectionRecord[]): string {
  const [client] = strictnessOf(...records).services[0]!.clients;
  return `${client!.readiness}: ${client!.habit} ${client!.count}/${client!.connections} frame ${client!.last.frame}`;
}

describe('StrictnessFolder', () => {
  it.each([
    ['a certificate that holds', session('presented'), 'ready: presents 1/1 frame 8'],
    ['none where it is asked', session('declined'), 'breaks: declines 1/1 frame 8'],
    ['nothing, as nobody asks', session('not-requested'), 'unproven: never-asked 1/1 frame 6'],
    ['what is refused already', session('declined', 'rejected'), 'breaks: refused 1/1 frame 24'],
    ['what TLS 1.3 hides', session('unknown'), 'unproven: untold 1/1 frame 8'],
    ['an expired certificate', withProblems('expired'), 'breaks: bad-certificate 1/1 frame 8'],
    ['a certificate with a weak key', withProblems('weak-key'), 'ready: presents 1/1 frame 8'],
    ['cleartext', null, 'breaks: cleartext 1/1 frame 100'],
  ])('judges a client that shows %s', (_name, tls, expected) => {
    expect(verdictOf(at(1, tls))).toBe(expected);
  });

  it('takes what a client did before its first certificate for over', () => {
    expect(verdictOf(at(1, null), at(2, session('presented')))).toBe('ready: presents 1/2 frame 8');
    expect(verdictOf(at(1, session('not-requested')), at(2, session('presented')))).toBe('ready: presents 1/2 frame 8');
  });

  it('holds against it what it does afterwards, with the last time', () => {
    const records = [at(1, session('presented')), at(2, null), at(3, null), at(4, session('presented'))];
    expect(verdictOf(...records)).toBe('breaks: cleartext 2/4 frame 300');
    expect(verdictOf(...records.reverse())).toBe('breaks: cleartext 2/4 frame 300');
  });

  it('does not hold against it what can not be told', () => {
    expect(verdictOf(at(1, session('presented')), at(2, session('unknown')))).toBe('ready: presents 1/2 frame 8');
  });

  it('counts a resumed session as the handshake that it rests on', () => {
    const again = tlsSession({ resumed: true, resumedFrom: 1, clientCertificates: null, clientAuth: auth('resumed') });
    expect(verdictOf(at(1, session('presented')), at(2, again))).toMatch(/^ready: presents 2\/2/);
    expect(verdictOf(at(5, again))).toMatch(/^unproven: resumed 1\/1/);
  });

  it('says which certificate a client shows elsewhere', () => {
    const elsewhere = at(2, session('presented'), { server: { ip: '10.77.13.30', port: 443 } });
    const { services } = strictnessOf(at(1, session('not-requested')), elsewhere);
    const asked = services.find(({ server }) => server.ip === '10.77.13.20')!;
    expect(asked.clients[0]).toMatchObject({ habit: 'never-asked', identity: 'CN=bb', elsewhere: true });
  });

  it('names clients and services, and puts the worst first', () => {
    const folder = new StrictnessFolder();
    folder.add(at(1, session('presented')));
    folder.add(at(2, null, { server: { ip: '10.77.13.99', port: 80 } }));
    folder.name(hop({ client: { ip: '10.77.13.10', name: 'web-1' } }));
    const { services } = folder.finish(() => null);
    expect(services.map(({ server, breaks }) => [server.name, breaks])).toEqual([
      [null, 1],
      ['api.example', 0],
    ]);
    expect(services[1]!.clients[0]!.client.name).toBe('web-1');
  });

  it('leaves out what TLS can not be laid under, and counts what is too much', () => {
    const folder = new StrictnessFolder(1);
    folder.add(cleartext({ transport: 'udp', tls: null, protocol: 'dns' }));
    folder.add(at(1, null, { kind: 'opaque' }));
    folder.add(at(2, null, { kind: 'empty' }));
    folder.add(at(2, null, { kind: 'cleartext', protocol: 'dns' }));
    expect(folder.finish(() => null)).toEqual({ services: [], leftOut: 0 });
    folder.add(at(3, null));
    folder.add(at(4, null, { client: { ip: '10.0.0.2', port: 1 } }));
    expect(folder.finish(() => null)).toMatchObject({ leftOut: 1 });
  });
});
