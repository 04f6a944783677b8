import { describe, expect, it } from 'vitest';
import type {
  ChainProblemCode,
  ChainVerdict,
  ClientAuth,
  ConnectionRecord,
  TlsAlert,
  TlsSession,
} from '../../src/model/connection-record.js';
import type { RequestRecord } from '../../src/model/content.js';
import type { Rule } from '../../src/model/rule.js';
import { certExpiresSoon } from '../../src/rules/cert-expires-soon.js';
import { clientCertInRenegotiation } from '../../src/rules/client-cert-in-renegotiation.js';
import { clientCertOptional } from '../../src/rules/client-cert-optional.js';
import { clientCertRejected } from '../../src/rules/client-cert-rejected.js';
import { expiredClientCertAccepted } from '../../src/rules/expired-client-cert-accepted.js';
import { expiredServerCertAccepted } from '../../src/rules/expired-server-cert-accepted.js';
import { invalidHandshakeSignature } from '../../src/rules/invalid-handshake-signature.js';
import { keySharedAcrossHosts } from '../../src/rules/key-shared-across-hosts.js';
import { missingClientCertRequest } from '../../src/rules/missing-client-cert-request.js';
import { mtlsStatusUnobservable } from '../../src/rules/mtls-status-unobservable.js';
import { repeatedClientCertRejections } from '../../src/rules/repeated-client-cert-rejections.js';
import { resumedWithoutClientAuth } from '../../src/rules/resumed-without-client-auth.js';
import { selfSignedClientCertAccepted } from '../../src/rules/self-signed-client-cert-accepted.js';
import { selfSignedServerCertAccepted } from '../../src/rules/self-signed-server-cert-accepted.js';
import { serverCertRejected } from '../../src/rules/server-cert-rejected.js';
import { sessionOutlivesClientCert } from '../../src/rules/session-outlives-client-cert.js';
import { untrustedClientCertAccepted } from '../../src/rules/untrusted-client-cert-accepted.js';
import { untrustedServerCertAccepted } from '../../src/rules/untrusted-server-cert-accepted.js';
import { certificate, connection, hop, tlsSession } from '../build/records.js';
import { askAll, content, knowing, runContext, sightingOf, verdict, wholeRun } from './asking.js';

const leaf = 'bb'.repeat(32);
const issuer = 'cc'.repeat(32);

const auth = (changes: Partial<ClientAuth>): ClientAuth => ({ ...tlsSession().clientAuth, ...changes });
const notRequested = auth({ status: 'not-requested', requested: false });
const declined = auth({ status: 'declined' });

const tls = (changes: Partial<TlsSession>, more: Partial<ConnectionRecord> = {}): ConnectionRecord =>
  connection({ tls: tlsSession(changes), ...more });

const oneWay = (changes: Partial<TlsSession> = {}, more: Partial<ConnectionRecord> = {}): ConnectionRecord =>
  tls(
    {
      clientAuth: notRequested,
      facts: { ...tlsSession().facts, certificateRequest: { state: 'absent', frames: [6] } },
      certificateRequest: null,
      clientCertificates: null,
      ...changes,
    },
    more,
  );

function chain(codes: readonly ChainProblemCode[], changes: Partial<ChainVerdict> = {}): ChainVerdict {
  return {
    path: [leaf],
    trust: 'unknown',
    trustFrom: null,
    clockDistrusted: null,
    problems: codes.map((code) => ({ code, certificate: leaf, detail: `CN=x is ${code}.` })),
    notes: [],
    ...changes,
  };
}

const alert = (from: 'client' | 'server', description: string): TlsAlert => ({
  frame: 9,
  from,
  level: 'fatal',
  description,
  encrypted: false,
});

const answered = (...statuses: string[]): ReturnType<typeof content> =>
  content({
    decrypted: true,
    requestCount: statuses.length,
    requests: statuses.map(
      (status, at): RequestRecord => ({
        frame: 10 + at,
        time: 0,
        method: 'GET',
        target: null,
        answerFrame: 11 + at,
        status,
      }),
    ),
  });

describe('missing-client-cert-request', () => {
  const severity = (record: ConnectionRecord, expects: boolean | null = null): string | undefined =>
    sightingOf(missingClientCertRequest, record, runContext({ expectsMutual: () => expects })).severity;
  const at = (ip: string): Partial<ConnectionRecord> => ({ server: { ip, port: 443 } });

  it('is medium on a private address, info on a public one, high where mutual TLS is expected', () => {
    for (const ip of [
      '10.0.0.9',
      '172.31.0.1',
      '192.168.3.4',
      '127.0.0.1',
      '169.254.1.1',
      '100.64.0.1',
      'fd00::1',
      'fe80::1',
      '::1',
    ])
      expect([ip, severity(oneWay({}, at(ip)))]).toEqual([ip, 'medium']);
    for (const ip of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:db8::1', '192.169.0.1'])
      expect([ip, severity(oneWay({}, at(ip)))]).toEqual([ip, 'info']);
    expect(severity(oneWay({}, at('8.8.8.8')), true)).toBe('high');
  });

  it('is info behind a proxy whose tunnel hides the address of the server', () => {
    const upgrade = {
      mechanism: 'CONNECT',
      outcome: 'taken',
      offeredFrame: null,
      requestedFrame: 1,
      answeredFrame: 2,
      wentOnFrame: null,
      basis: '',
    } as const;
    expect(severity(oneWay({}, { upgrade }))).toBe('info');
  });

  it('becomes high where the same server asked another client', () => {
    const server = { ip: '10.0.0.9', port: 8443, name: null };
    const asking = hop({ server, mtls: 'presented' });
    const { weigh } = askAll(missingClientCertRequest, [], wholeRun({ hops: [asking] }));
    expect(weigh({ server: '10.0.0.9:8443', severity: 'medium' })).toBe('high');
    expect(weigh({ server: '10.0.1.9:8443', severity: 'medium' })).toBe('medium');
  });

  it('becomes high where most services of the segment do mutual TLS', () => {
    const service = (ip: string, mtls: 'presented' | 'server-only'): ReturnType<typeof hop> =>
      hop({ server: { ip, port: 443, name: null }, mtls });
    const hops = [
      service('10.0.0.1', 'presented'),
      service('10.0.0.2', 'presented'),
      service('10.0.0.3', 'server-only'),
    ];
    const own = service('10.0.0.9', 'server-only');
    expect(
      askAll(missingClientCertRequest, [], wholeRun({ hops: [...hops, own] })).weigh({
        server: '10.0.0.9:443',
        severity: 'medium',
      }),
    ).toBe('high');
    const others = [...hops, service('10.0.0.4', 'server-only'), own];
    expect(
      askAll(missingClientCertRequest, [], wholeRun({ hops: others })).weigh({
        server: '10.0.0.9:443',
        severity: 'medium',
      }),
    ).toBe('medium');
  });

  it('leaves out handshakes that were not completed', () => {
    expect(verdict(missingClientCertRequest, oneWay({ established: false, messages: [] }))).toBe('inapplicable');
    expect(
      verdict(missingClientCertRequest, oneWay({ established: false, alerts: [alert('client', 'unknown_ca')] })),
    ).toBe('inapplicable');
  });

  it.each([
    [0x0034, 'TLS_DH_anon_WITH_AES_128_CBC_SHA'],
    [0x008c, 'TLS_PSK_WITH_AES_128_CBC_SHA'],
    [0xc01d, 'TLS_SRP_SHA_WITH_AES_128_CBC_SHA'],
  ])('leaves out suites without server certificates: %i, %s', (id, name) => {
    const serverHello = { ...tlsSession().serverHello!, cipherSuite: { id, name } };
    expect(verdict(missingClientCertRequest, oneWay({ serverHello }))).toBe('inapplicable');
  });

  it("can't tell where the client offered post-handshake authentication and no keys are given", () => {
    const clientHello = { ...tlsSession().clientHello!, postHandshakeAuth: true };
    const inferred = { ...notRequested, certainty: 'inferred' } as const;
    const session: Partial<TlsSession> = {
      version: 'TLSv1.3',
      clientHello,
      clientAuth: inferred,
      renegotiationFrames: [30],
    };
    expect(verdict(missingClientCertRequest, oneWay(session))).toBe('unobservable');
    expect(verdict(clientCertInRenegotiation, oneWay(session))).toBe('fires');
    const ruledOut = { ...session, renegotiationFrames: [] };
    expect(verdict(missingClientCertRequest, oneWay(ruledOut))).toBe('fires');
    expect(verdict(clientCertInRenegotiation, oneWay(ruledOut))).toBe('clean');
    expect(verdict(missingClientCertRequest, oneWay({ ...session, clientHello: tlsSession().clientHello! }))).toBe(
      'fires',
    );
  });

  it('is clean where the server asked after the handshake', () => {
    const facts: TlsSession['facts'] = { ...tlsSession().facts, certificateRequest: { state: 'seen', frames: [40] } };
    const asked = oneWay({ version: 'TLSv1.3', decrypted: true, facts });
    expect(verdict(missingClientCertRequest, asked)).toBe('clean');
    expect(sightingOf(clientCertInRenegotiation, asked).frames).toEqual([40]);
  });
});

describe('what is accepted', () => {
  const expiredClient = chain(['expired']);

  it('is what the server served', () => {
    expect(verdict(expiredClientCertAccepted, tls({ clientVerification: expiredClient }))).toBe('fires');
  });

  it.each(['rejected', 'dropped', 'unknown'] as const)('is not what it %s', (outcome) => {
    const record = tls({ clientVerification: expiredClient, clientAuth: auth({ outcome }), established: false });
    expect(verdict(expiredClientCertAccepted, record)).toBe(outcome === 'rejected' ? 'clean' : 'unobservable');
  });

  it('is not what it refused inside of the connection, as far as keys show it', () => {
    const refused = tls({ clientVerification: expiredClient, decrypted: true }, { content: answered('400') });
    expect(verdict(expiredClientCertAccepted, refused)).toBe('clean');
    expect(verdict(clientCertOptional, tls({ clientAuth: declined }, { content: answered('400') }))).toBe('clean');
    expect(sightingOf(clientCertRejected, refused)).toMatchObject({ certainty: 'decrypted', frames: [11] });
    expect(verdict(clientCertRejected, tls({ clientAuth: declined }, { content: answered('403') }))).toBe('fires');
    // A sound certificate is not what it was refused for; and of one that nobody can judge, 403 says nothing.
    const sound = chain([], { trust: 'trusted', trustFrom: 'bundle' });
    for (const status of ['400', '403']) {
      expect(verdict(clientCertRejected, tls({ clientVerification: sound }, { content: answered(status) }))).toBe(
        'clean',
      );
    }
    const unjudged = tls({ clientVerification: chain([]) }, { content: answered('403') });
    expect(verdict(clientCertRejected, unjudged)).toBe('clean');
    const served = tls({ clientVerification: expiredClient, decrypted: true }, { content: answered('200', '400') });
    expect(verdict(expiredClientCertAccepted, served)).toBe('fires');
    expect(verdict(clientCertRejected, served)).toBe('clean');
  });

  it('is on the side of the client what it sent data after', () => {
    const expired = { serverVerification: chain(['expired']), established: false, alerts: [] };
    const exchange = { frame: 20, time: 0, answerTime: null, endTime: 0, clientOctets: 100, serverOctets: 0 };
    expect(verdict(expiredServerCertAccepted, tls(expired, { exchanges: [exchange] }))).toBe('fires');
    expect(verdict(expiredServerCertAccepted, tls(expired, { exchanges: [] }))).toBe('unobservable');
    // Said before STARTTLS.
    expect(verdict(expiredServerCertAccepted, tls(expired, { exchanges: [{ ...exchange, frame: 3 }] }))).toBe(
      'unobservable',
    );
    const refused = { ...expired, alerts: [alert('client', 'certificate_expired')] };
    expect(verdict(expiredServerCertAccepted, tls(refused, { exchanges: [exchange] }))).toBe('clean');
    expect(verdict(serverCertRejected, tls(refused))).toBe('fires');
  });

  it('is not judged by dates where the clock is distrusted', () => {
    const distrusted = chain(['expired'], { clockDistrusted: 'the packets are dated 1970' });
    expect(verdict(expiredServerCertAccepted, tls({ serverVerification: distrusted }))).toBe('clean');
  });
});

describe('whom a certificate is trusted by', () => {
  it.each([
    [selfSignedServerCertAccepted, untrustedServerCertAccepted, 'serverVerification'],
    [selfSignedClientCertAccepted, untrustedClientCertAccepted, 'clientVerification'],
  ] as const)('is one finding for a self-signed leaf, not two: $about.kind', (selfSigned, untrusted, field) => {
    const outside = { trust: 'untrusted', trustFrom: 'bundle' } as const;
    const both = tls({ [field]: chain(['self-signed', 'untrusted'], outside) });
    expect(verdict(selfSigned, both)).toBe('fires');
    expect(verdict(untrusted, both)).toBe('clean');
    const issued = tls({ [field]: chain(['untrusted'], { ...outside, path: [leaf, issuer] }) });
    expect(verdict(selfSigned, issued)).toBe('clean');
    expect(verdict(untrusted, issued)).toBe('fires');
    expect(verdict(untrusted, tls({ [field]: chain([], outside) }))).toBe('fires');
  });

  it('leaves out a self-signed certificate that is trusted as itself', () => {
    const pinned = chain(['self-signed'], { trust: 'trusted', trustFrom: 'bundle' });
    expect(verdict(selfSignedServerCertAccepted, tls({ serverVerification: pinned }))).toBe('clean');
  });

  it('says nothing of trust where there is nothing to tell it by', () => {
    expect(verdict(untrustedServerCertAccepted, tls({ serverVerification: chain(['incomplete-chain']) }))).toBe(
      'clean',
    );
  });
});

describe('refusals', () => {
  const refused = (description: string, changes: Partial<ClientAuth> = {}): ConnectionRecord =>
    tls({
      clientAuth: auth({ outcome: 'rejected', ...changes }),
      alerts: [alert('server', description)],
      established: false,
    });

  it.each(['bad_certificate', 'unknown_ca', 'certificate_required', 'handshake_failure', 'certificate_expired'])(
    'by alert %s are over the certificate',
    (description) => {
      expect(sightingOf(clientCertRejected, refused(description))).toMatchObject({ frames: [9] });
    },
  );

  it.each(['protocol_version', 'decode_error', 'unrecognized_name', 'illegal_parameter', 'inappropriate_fallback'])(
    'by alert %s are not',
    (description) => {
      expect(verdict(clientCertRejected, refused(description))).toBe('clean');
    },
  );

  it('by alert decode_error are, where the list of certificates was empty (GnuTLS), as inferred', () => {
    const record = refused('decode_error', { status: 'declined', requested: true });
    expect(sightingOf(clientCertRejected, record).certainty).toBe('inferred');
    expect(verdict(clientCertRejected, refused('illegal_parameter', { status: 'declined', requested: true }))).toBe(
      'clean',
    );
  });

  it('count only where the client was asked', () => {
    expect(verdict(clientCertRejected, refused('handshake_failure', { requested: null, status: 'unknown' }))).toBe(
      'inapplicable',
    );
  });

  it.each(['unknown_ca', 'bad_certificate', 'certificate_unknown'])(
    'of servers are told by alert %s',
    (description) => {
      expect(verdict(serverCertRejected, tls({ established: false, alerts: [alert('client', description)] }))).toBe(
        'fires',
      );
    },
  );

  it.each(['illegal_parameter', 'handshake_failure', 'internal_error'])(
    'of servers are not told by alert %s',
    (description) => {
      expect(verdict(serverCertRejected, tls({ established: false, alerts: [alert('client', description)] }))).toBe(
        'clean',
      );
    },
  );

  const atSecond = (second: number): ConnectionRecord => ({
    ...refused('unknown_ca'),
    id: second + 1,
    startTime: new Date(Date.UTC(2026, 10, 21, 10, 0, 0) + second * 1000).toISOString().replace('Z', '000000Z'),
  });
  const everySeconds = (times: number, step: number): ConnectionRecord[] =>
    Array.from({ length: times }, (_, at) => atSecond(at * step));

  it('in a row are a finding from the tenth within a minute on', () => {
    const late = (records: readonly ConnectionRecord[]): number =>
      askAll(repeatedClientCertRejections, records).late.length;
    expect(late(everySeconds(10, 6))).toBe(1);
    expect(late(everySeconds(9, 1))).toBe(0);
    expect(late(everySeconds(40, 7))).toBe(0);
  });
});

describe('resumed sessions', () => {
  const full = (changes: Partial<TlsSession>, id = 1): ConnectionRecord =>
    tls(changes, { id, startTime: '2026-11-21T10:00:00.000000000Z' });
  const resumed = (
    resumedFrom: number | null,
    startTime = '2026-11-21T11:00:00.500000000Z',
    id = 2,
  ): ConnectionRecord =>
    tls(
      {
        resumed: true,
        resumedFrom,
        clientCertificates: null,
        clientAuth: auth({ status: 'resumed', requested: null }),
      },
      { id, startTime },
    );
  const verdicts = (rule: Rule, records: readonly ConnectionRecord[], context = runContext()): string[] =>
    askAll(rule, records, wholeRun(), context).answers.map((answer) => ('answer' in answer ? answer.answer : 'fires'));

  it('without a client certificate at first are a finding where mutual TLS is expected', () => {
    const records = [full({ clientAuth: notRequested, clientCertificates: null }), resumed(1)];
    const expecting = runContext({ expectsMutual: () => true });
    expect(sightingsOf(records, expecting)).toEqual(['medium']);
    expect(sightingsOf(records)).toEqual(['info']);
    const { weigh } = askAll(resumedWithoutClientAuth, records);
    expect(weigh({ server: '10.0.0.9:8443', severity: 'info' })).toBeNull();
    expect(weigh({ server: '10.0.0.9:8443', severity: 'medium' })).toBe('medium');
  });

  it('are followed through chains of resumptions', () => {
    const records = [
      full({ clientAuth: notRequested, clientCertificates: null }),
      resumed(1),
      resumed(2, undefined, 3),
    ];
    expect(sightingsOf(records)).toEqual(['info', 'info']);
  });

  it('with a client certificate at first are clean, and without their original untold', () => {
    expect(verdicts(resumedWithoutClientAuth, [full({}), resumed(1)])).toEqual(['inapplicable', 'clean']);
    expect(verdicts(resumedWithoutClientAuth, [resumed(null)])).toEqual(['unobservable']);
    expect(verdict(mtlsStatusUnobservable, resumed(null))).toBe('fires');
    expect(verdict(mtlsStatusUnobservable, resumed(1))).toBe('clean');
  });

  it('must not outlive the client certificate; its last second counts as valid', () => {
    const ending = knowing(certificate({ sha256: leaf, notAfter: '2026-11-21T11:00:00Z' }));
    const at = (time: string): string[] => verdicts(sessionOutlivesClientCert, [full({}), resumed(1, time)], ending);
    expect(at('2026-11-21T11:00:00.999999999Z')).toEqual(['inapplicable', 'clean']);
    expect(at('2026-11-21T11:00:01.000000000Z')).toEqual(['inapplicable', 'fires']);
  });

  function sightingsOf(records: readonly ConnectionRecord[], context = runContext()): (string | undefined)[] {
    return askAll(resumedWithoutClientAuth, records, wholeRun(), context).answers.flatMap((answer) =>
      'answer' in answer && answer.answer === 'fires' ? [answer.severity] : [],
    );
  }
});

describe('invalid-handshake-signature', () => {
  const check = (result: 'valid' | 'invalid' | 'not-checked'): TlsSession['signatures'] => ({
    serverKeyExchange: { frame: 6, scheme: 0x0804, result, because: null },
    serverCertificateVerify: null,
    clientCertificateVerify: null,
  });

  it('fires on a signature that does not verify where the peer went on', () => {
    expect(sightingOf(invalidHandshakeSignature, tls({ signatures: check('invalid') })).frames[0]).toBe(6);
    expect(verdict(invalidHandshakeSignature, tls({ signatures: check('valid') }))).toBe('clean');
    expect(verdict(invalidHandshakeSignature, tls({ signatures: check('not-checked') }))).toBe('clean');
    const refused = tls({
      signatures: check('invalid'),
      established: false,
      alerts: [alert('client', 'decrypt_error')],
    });
    expect(verdict(invalidHandshakeSignature, refused)).toBe('clean');
  });

  it('leaves out connections with missing bytes', () => {
    const damaged = tls({ signatures: check('invalid') }, { gaps: [{ from: 'server', offset: 10, length: 5 }] });
    expect(verdict(invalidHandshakeSignature, damaged)).toBe('unobservable');
  });

  it('believes a bad certificate signature only where the issuer that was shown is the one it names', () => {
    const record = tls({ serverVerification: chain(['bad-signature']), serverCertificates: [leaf, issuer] });
    const certificates = (authorityKeyId: string | null): Parameters<typeof knowing> => [
      certificate({ sha256: leaf, authorityKeyId }),
      certificate({ sha256: issuer, subjectKeyId: '01' }),
    ];
    expect(verdict(invalidHandshakeSignature, record, knowing(...certificates('01')))).toBe('fires');
    expect(verdict(invalidHandshakeSignature, record, knowing(...certificates('02')))).toBe('clean');
    // Servers and CAs made by the same tutorial have the same name, and nothing else in common.
    expect(verdict(invalidHandshakeSignature, record, knowing(...certificates(null)))).toBe('clean');
  });
});

describe('key-shared-across-hosts', () => {
  const server = (ip: string, sha256: string, id: number): ConnectionRecord =>
    tls({ serverCertificates: [sha256], clientCertificates: null }, { id, server: { ip, port: 443 } });
  const oneKey = runContext({ publicKey: () => 'key' });
  const late = (records: readonly ConnectionRecord[], context = oneKey): (string | undefined)[] =>
    askAll(keySharedAcrossHosts, records, wholeRun(), context).late.map(({ severity }) => severity);

  it('tells one key on two private hosts from two keys, and from one host', () => {
    const records = [server('10.0.0.1', leaf, 1), server('10.0.0.2', issuer, 2)];
    expect(late(records)).toEqual(['medium']);
    expect(late(records, runContext())).toEqual([]);
    expect(late([server('10.0.0.1', leaf, 1), server('10.0.0.1', issuer, 2)])).toEqual([]);
  });

  it('takes an address of either family for one host, and public hosts for a content network', () => {
    expect(late([server('10.0.0.1', leaf, 1), server('fd00::1', leaf, 2)])).toEqual([]);
    expect(late([server('203.0.113.1', leaf, 1), server('203.0.113.2', leaf, 2)])).toEqual(['low']);
  });

  it('does not count the same handshake on both sides of an address translation', () => {
    const translated = server('10.0.0.2', leaf, 2);
    translated.tls!.sameServerRandom = { flow: 1 };
    expect(late([server('10.0.0.1', leaf, 1), translated])).toEqual([]);
  });

  it('tells a key of two client identities', () => {
    const client = (sha256: string, id: number): ConnectionRecord =>
      tls({ serverCertificates: null, clientCertificates: [sha256] }, { id });
    const known = knowing(
      certificate({ sha256: leaf, spiffeId: 'spiffe://a/one' }),
      certificate({ sha256: issuer, spiffeId: 'spiffe://a/two' }),
    );
    expect(late([client(leaf, 1), client(issuer, 2)], { ...known, publicKey: () => 'key' })).toEqual(['medium']);
    expect(late([client(leaf, 1), client(leaf, 2)], { ...known, publicKey: () => 'key' })).toEqual([]);
  });
});

describe('cert-expires-soon', () => {
  const late = (notBefore: string, notAfter: string): number =>
    askAll(
      certExpiresSoon,
      [tls({ serverCertificates: [leaf], clientCertificates: null })],
      wholeRun({ lastTime: '2026-11-21T10:00:05.250000000Z' }),
      knowing(certificate({ sha256: leaf, notBefore, notAfter })),
    ).late.length;

  it.each([
    ['2026-01-01T00:00:00Z', '2026-12-21T10:00:05Z', 1],
    ['2026-01-01T00:00:00Z', '2026-12-22T10:00:05Z', 0],
    ['2026-01-01T00:00:00Z', '2026-11-21T10:00:00Z', 0],
    ['2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', 0],
    ['2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', 1],
    ['', '', 0],
  ])('judges %s to %s', (notBefore, notAfter, findings) => {
    expect(late(notBefore, notAfter)).toBe(findings);
  });
});
