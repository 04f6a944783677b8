import { describe, expect, it } from 'vitest';
import type { ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import { deprecatedTlsVersion } from '../../src/rules/deprecated-tls-version.js';
import { downgradeBelowCapability } from '../../src/rules/downgrade-below-capability.js';
import { fallbackScsvRejected } from '../../src/rules/fallback-scsv-rejected.js';
import { repeatedHandshakeRandom } from '../../src/rules/repeated-handshake-random.js';
import { serverVersionCapped } from '../../src/rules/server-version-capped.js';
import { tlsDowngradeSentinel } from '../../src/rules/tls-downgrade-sentinel.js';
import { tlsHandshakeTampering } from '../../src/rules/tls-handshake-tampering.js';
import { tlsVersionDowngrade } from '../../src/rules/tls-version-downgrade.js';
import { connection, hop, tlsSession } from '../build/records.js';
import { askAll, chose, offering, sightingOf, verdict, wholeRun } from './asking.js';

const upTo13 = ['TLSv1.3', 'TLSv1.2'];
const alert = (description: string, from: 'client' | 'server' = 'client') =>
  ({ frame: 9, from, level: 'fatal', description, encrypted: false }) as const;

/** A ClientHello that nobody answered, and a reset. */
function broken(
  versions: readonly string[],
  second: number,
  changes: Partial<ConnectionRecord> = {},
): ConnectionRecord {
  const tls = tlsSession({
    version: null,
    serverHello: null,
    established: false,
    messages: [],
    records: { client: 1, server: 0 },
  });
  return offering(
    versions,
    connection({ tls, closed: 'rst', startTime: `2026-11-21T10:00:0${second}.000000000Z`, ...changes }),
  );
}

describe('deprecated-tls-version', () => {
  it.each(['SSLv3', 'TLSv1.0', 'TLSv1.1'] as const)('fires on %s', (version) => {
    expect(verdict(deprecatedTlsVersion, chose(0xc014, version))).toBe('fires');
  });

  it('says whether the client offered better', () => {
    expect(sightingOf(deprecatedTlsVersion, offering(upTo13, chose(0xc014, 'TLSv1.0'))).detail).toContain(
      'offered TLS 1.3',
    );
    expect(sightingOf(deprecatedTlsVersion, offering(['TLSv1.0'], chose(0xc014, 'TLSv1.0'))).detail).toContain('best');
  });

  it('is silent on TLS 1.2 and 1.3, on TLCP, and where the client refused the version', () => {
    expect(verdict(deprecatedTlsVersion, chose(0xc02f))).toBe('clean');
    const tlcp = chose(0xe013, 'TLSv1.1');
    tlcp.tls!.serverHello!.version = 'TLCP';
    expect(verdict(deprecatedTlsVersion, tlcp)).toBe('clean');
    const refused = chose(0xc014, 'TLSv1.0', { established: false, alerts: [alert('protocol_version')] });
    expect(verdict(deprecatedTlsVersion, refused)).toBe('clean');
  });
});

describe('server-version-capped', () => {
  it('fires where the server stays below the offer, and is dropped where the server was seen to do better', () => {
    const capped = offering(upTo13, chose(0xc02f));
    const better = offering(upTo13, chose(0x1301, 'TLSv1.3'));
    const server = '10.77.13.20:443';
    const alone = askAll(serverVersionCapped, [capped]);
    expect(alone.answers).toMatchObject([{ answer: 'fires' }]);
    expect(alone.weigh({ server, severity: 'low' })).toBe('low');
    expect(askAll(serverVersionCapped, [capped, better]).weigh({ server, severity: 'low' })).toBeNull();
  });

  it('leaves what points to tampering to its own kinds', () => {
    const marked = offering(upTo13, chose(0xc02f));
    marked.tls!.serverHello!.downgradeSentinel = 'TLSv1.2';
    expect(verdict(serverVersionCapped, marked)).toBe('clean');
    expect(verdict(serverVersionCapped, offering(['TLSv1.2'], chose(0xc02f)))).toBe('clean');
    expect(verdict(serverVersionCapped, offering(['0x7f1c', 'TLSv1.2'], chose(0xc02f)))).toBe('clean');
  });
});

describe('tls-version-downgrade', () => {
  it('joins the attempts that failed to the one that succeeded', () => {
    const low = offering(['TLSv1.0'], chose(0xc014, 'TLSv1.0'));
    const { answers } = askAll(tlsVersionDowngrade, [broken(upTo13, 0), broken(['TLSv1.2'], 0), low]);
    expect(answers[2]).toMatchObject({
      answer: 'fires',
      frames: [4, 4, 4, 6],
      detail: '2 handshakes with up to TLS 1.3 failed; the client tried again with up to TLS 1.0 and got TLS 1.0.',
    });
  });

  it('is silent where nothing failed, where the same version came through, and long afterwards', () => {
    const low = offering(['TLSv1.2'], chose(0xc02f));
    expect(askAll(tlsVersionDowngrade, [low]).answers).toMatchObject([{ answer: 'clean' }]);
    const same = [broken(['TLSv1.2'], 0), low];
    expect(askAll(tlsVersionDowngrade, same).answers[1]).toMatchObject({ answer: 'clean' });
    const late = { ...low, startTime: '2026-11-21T10:09:00.000000000Z' };
    expect(askAll(tlsVersionDowngrade, [broken(upTo13, 0), late]).answers[1]).toMatchObject({ answer: 'clean' });
  });

  it('does not take a refused certificate, or another server name, for a failed version', () => {
    const low = offering(['TLSv1.2'], chose(0xc02f));
    const refused = broken(upTo13, 0);
    refused.tls!.alerts = [alert('unknown_ca')];
    expect(askAll(tlsVersionDowngrade, [refused, low]).answers[1]).toMatchObject({ answer: 'clean' });
    const other = broken(upTo13, 0);
    other.tls!.clientHello!.serverName = 'other.example';
    expect(askAll(tlsVersionDowngrade, [other, low]).answers[1]).toMatchObject({ answer: 'clean' });
  });

  it('does not take for a failed version what keys would have to tell of TLS 1.3', () => {
    const low = offering(['TLSv1.2'], chose(0xc02f));
    const ended = (
      client: number,
      changes: Partial<TlsSession> = {},
      closed: 'fin' | 'rst' = 'fin',
    ): ConnectionRecord => {
      const hello = { frame: 4, from: 'client', type: 'client_hello', length: 512 } as const;
      const records = { client, server: 6 };
      const tls = { ...tlsSession({ version: 'TLSv1.3', established: false, messages: [hello], records }), ...changes };
      return offering(upTo13, connection({ tls, closed }));
    };
    const answer = (first: ConnectionRecord): unknown => askAll(tlsVersionDowngrade, [first, low]).answers[1];
    // The client's answer was refused, as lengths say.
    const clientAuth = {
      status: 'declined',
      requested: true,
      outcome: 'rejected',
      certainty: 'inferred',
      basis: '',
    } as const;
    expect(answer(ended(4, { clientAuth }))).toMatchObject({ answer: 'clean' });
    // Lengths tell nothing, but the client went on.
    const untold = { status: 'unknown', requested: null, outcome: 'unknown', certainty: 'none', basis: '' } as const;
    expect(answer(ended(3, { clientAuth: untold }))).toMatchObject({ answer: 'clean' });
    // It gave up with an alert, or somebody reset.
    expect(answer(ended(2, { clientAuth: untold }))).toMatchObject({ answer: 'fires' });
    expect(answer(ended(3, { clientAuth: untold }, 'rst'))).toMatchObject({ answer: 'fires' });
  });
});

describe('downgrade-below-capability', () => {
  const better = offering(upTo13, chose(0x1301, 'TLSv1.3'));
  const other = { ...better, id: 2, client: { ip: '10.77.13.11', port: 4000 } };

  it('fires where the client offered more and the server took more from another', () => {
    const { late } = askAll(downgradeBelowCapability, [other, offering(upTo13, { ...chose(0xc02f), id: 3 })]);
    expect(late).toMatchObject([
      { certainty: 'observed', flows: [3], client: '10.77.13.10', server: '10.77.13.20:443' },
    ]);
  });

  it('infers it where a like ClientHello of the client offers more elsewhere', () => {
    const elsewhere = { ...better, server: { ip: '10.77.13.99', port: 443 } };
    const low = offering(['TLSv1.2'], { ...chose(0xc02f), id: 3 });
    expect(askAll(downgradeBelowCapability, [elsewhere, other, low]).late).toMatchObject([
      { certainty: 'inferred', flows: [3] },
    ]);
  });

  it('is silent on another program of the same host', () => {
    const elsewhere = { ...better, server: { ip: '10.77.13.99', port: 443 } };
    const low = offering(['TLSv1.2'], { ...chose(0xc02f), id: 3 });
    low.tls!.clientHello!.cipherSuites = [0xc030, 0xc02f, 0x009c];
    expect(askAll(downgradeBelowCapability, [elsewhere, other, low]).late).toEqual([]);
  });

  it('is silent where the server was never seen to do better', () => {
    expect(askAll(downgradeBelowCapability, [offering(upTo13, chose(0xc02f))]).late).toEqual([]);
  });
});

describe('signs of a downgrade', () => {
  it('reports an SCSV that was refused', () => {
    const tls = tlsSession({
      established: false,
      serverHello: null,
      version: null,
      alerts: [alert('inappropriate_fallback', 'server')],
    });
    expect(sightingOf(fallbackScsvRejected, connection({ tls })).frames).toEqual([4, 9]);
    expect(verdict(fallbackScsvRejected, connection())).toBe('clean');
  });

  it('reports a sentinel that contradicts the offer, and not one that fits it', () => {
    const marked = (sentinel: 'TLSv1.2' | 'TLSv1.1', versions: readonly string[], changes = {}): ConnectionRecord => {
      const record = offering(versions, chose(0xc02f, 'TLSv1.2', changes));
      record.tls!.serverHello!.downgradeSentinel = sentinel;
      return record;
    };
    expect(verdict(tlsDowngradeSentinel, marked('TLSv1.2', upTo13))).toBe('fires');
    expect(verdict(tlsDowngradeSentinel, marked('TLSv1.2', ['TLSv1.2']))).toBe('clean');
    expect(verdict(tlsDowngradeSentinel, marked('TLSv1.1', ['TLSv1.2']))).toBe('fires');
    expect(verdict(tlsDowngradeSentinel, marked('TLSv1.1', ['TLSv1.1']))).toBe('clean');
    const aborted = marked('TLSv1.2', ['TLSv1.2'], { established: false, alerts: [alert('illegal_parameter')] });
    expect(sightingOf(tlsDowngradeSentinel, aborted)).toMatchObject({ certainty: 'inferred', frames: [6, 9] });
  });
});

describe('randoms that were seen before', () => {
  const front = hop({
    id: '10.0.0.1->10.0.0.2:443',
    flows: [1],
    client: { ip: '10.0.0.1', name: null },
    server: { ip: '10.0.0.2', port: 443, name: null },
  });
  const copy = (client: string, server: string, changes: Parameters<typeof tlsSession>[0]): ConnectionRecord =>
    connection({
      id: 2,
      client: { ip: client, port: 5000 },
      server: { ip: server, port: 443 },
      tls: tlsSession(changes),
    });
  const run = wholeRun({ hops: [front] });

  it('calls a hello that a relay changed tampering, and no repetition', () => {
    const relayed = copy('10.0.0.2', '10.0.0.3', { sameClientRandom: { flow: 1, identical: false } });
    expect(askAll(tlsHandshakeTampering, [relayed], run).late).toMatchObject([
      { flows: [1, 2], client: '10.0.0.2', server: '10.0.0.3:443' },
    ]);
    expect(askAll(repeatedHandshakeRandom, [relayed], run).late).toEqual([]);
  });

  it('calls it tampering too where another capture shows the relay by a clock of its own', () => {
    const relayed = copy('10.0.0.2', '10.0.0.3', { sameClientRandom: { flow: 1, identical: false } });
    const later = {
      ...relayed,
      startTime: '2026-11-22T10:00:00.000000000Z',
      endTime: '2026-11-22T10:00:01.000000000Z',
    };
    expect(askAll(tlsHandshakeTampering, [later], run).late).toEqual([]);
    const clocks = (capture: number) => ({ domain: capture, offset: 0, uncertainty: 0 });
    expect(askAll(tlsHandshakeTampering, [later], wholeRun({ hops: [front], clocks })).late).toHaveLength(1);
    expect(askAll(repeatedHandshakeRandom, [later], wholeRun({ hops: [front], clocks })).late).toEqual([]);
  });

  it('does not call a ServerHello repeated where the ClientHello of the first is not in the capture', () => {
    const first = connection({ id: 1, tls: tlsSession({ clientHello: null }) });
    const passed = copy('10.0.0.2', '10.0.0.3', { sameServerRandom: { flow: 1 } });
    expect(askAll(repeatedHandshakeRandom, [passed], run).late).toHaveLength(1);
    expect(askAll(repeatedHandshakeRandom, [first, passed], run).late).toEqual([]);
  });

  it('says nothing of one handshake that is seen on two hops', () => {
    const natted = copy('10.0.0.9', '10.0.0.2', {
      sameClientRandom: { flow: 1, identical: true },
      sameServerRandom: { flow: 1 },
    });
    expect(askAll(tlsHandshakeTampering, [natted], run).late).toEqual([]);
    const { answers, late } = askAll(repeatedHandshakeRandom, [natted], run);
    expect(answers).toMatchObject([{ answer: 'clean' }]);
    expect(late).toEqual([]);
  });

  it('knows one handshake by what its two records say of each other', () => {
    const ends = connection({ id: 1, tls: tlsSession({ sameServerRandom: { flow: 2 } }) });
    const begins = copy('10.0.0.2', '10.0.0.3', { sameClientRandom: { flow: 1, identical: false } });
    expect(askAll(repeatedHandshakeRandom, [ends, begins], run).late).toEqual([]);
    expect(askAll(tlsHandshakeTampering, [ends, begins], run).late).toHaveLength(1);
  });

  it('calls a random that a client sends again to somebody else a repetition, and no tampering', () => {
    const again = copy('10.0.0.1', '10.0.0.7', { sameClientRandom: { flow: 1, identical: false } });
    expect(askAll(tlsHandshakeTampering, [again], run).late).toEqual([]);
    expect(askAll(repeatedHandshakeRandom, [again], run).late).toMatchObject([
      { certainty: 'observed', flows: [1, 2] },
    ]);
  });

  it('calls a server random in answer to another hello a repetition', () => {
    const answered = copy('10.0.0.1', '10.0.0.2', { sameServerRandom: { flow: 1 } });
    expect(askAll(repeatedHandshakeRandom, [answered], run).late).toMatchObject([{ flows: [1, 2] }]);
    const half = copy('10.0.0.1', '10.0.0.2', { sameServerRandom: { flow: 1 }, clientHello: null });
    expect(verdict(repeatedHandshakeRandom, half)).toBe('unobservable');
  });
});
