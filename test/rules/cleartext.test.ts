import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import type {
  CredentialRecord,
  ForwardingRecord,
  IdentityRecord,
  MaterialRecord,
  UpgradeRecord,
} from '../../src/model/content.js';
import { networkServices } from '../../src/model/network-service.js';
import { authExchangeInClear } from '../../src/rules/auth-exchange-in-clear.js';
import { cleartextCertAuth } from '../../src/rules/cleartext-cert-auth.js';
import { cleartextCredentials } from '../../src/rules/cleartext-credentials.js';
import { cleartextHttp } from '../../src/rules/cleartext-http.js';
import { cleartextIdentityHeader } from '../../src/rules/cleartext-identity-header.js';
import { cleartextOnTlsPort } from '../../src/rules/cleartext-on-tls-port.js';
import { cleartextProxyHop } from '../../src/rules/cleartext-proxy-hop.js';
import { cleartextService } from '../../src/rules/cleartext-service.js';
import { clientIdentityExposed } from '../../src/rules/client-identity-exposed.js';
import { passwordInsteadOfCert } from '../../src/rules/password-instead-of-cert.js';
import { plaintextCertificate } from '../../src/rules/plaintext-certificate.js';
import { plaintextEncryptedKey } from '../../src/rules/plaintext-encrypted-key.js';
import { plaintextPrivateKey } from '../../src/rules/plaintext-private-key.js';
import { proxyHopWithoutMtls } from '../../src/rules/proxy-hop-without-mtls.js';
import { serviceOf } from '../../src/rules/shared/services.js';
import { starttlsNotUsed } from '../../src/rules/starttls-not-used.js';
import { starttlsRefused } from '../../src/rules/starttls-refused.js';
import { starttlsStripped } from '../../src/rules/starttls-stripped.js';
import { unauthenticatedService } from '../../src/rules/unauthenticated-service.js';
import { cleartext, connection, hop, tlsSession } from '../build/records.js';
import { ask, askAll, chose, content, runContext, sightingOf, verdict, wholeRun } from './asking.js';

const password: CredentialRecord = {
  frame: 5,
  from: 'client',
  kind: 'password',
  mechanism: 'HTTP Basic',
  where: 'header authorization',
  length: 18,
  sha256Prefix: '1a2b3c4d',
};
const material = (kind: MaterialRecord['kind'], changes: Partial<MaterialRecord> = {}): MaterialRecord => ({
  frame: 5,
  from: 'client',
  kind,
  form: 'X.509',
  encoding: 'PEM',
  where: 'body',
  length: 900,
  sha256: 'ab'.repeat(32),
  subject: 'CN=client',
  ...changes,
});
const identity = (kind: IdentityRecord['kind'], where: string): IdentityRecord => ({
  frame: 5,
  from: 'client',
  kind,
  where,
  value: null,
});
const forwarded: ForwardingRecord = {
  frame: 5,
  from: 'client',
  time: 0,
  name: 'x-forwarded-for',
  client: { ip: '10.0.0.1', port: null },
  mark: null,
};
const front = hop({
  id: '10.0.0.1->10.77.13.10:443',
  client: { ip: '10.0.0.1', name: null },
  server: { ip: '10.77.13.10', port: 443, name: null },
});
const backId = '10.77.13.10->10.77.13.30:8080';
const back = hop({
  id: backId,
  kind: 'cleartext',
  mtls: 'cleartext',
  versions: [],
  server: { ip: '10.77.13.30', port: 8080, name: null },
});
const joined = {
  ...back,
  forwardedFrom: [{ hop: front.id, certainty: 'inferred' as const, basis: '2 requests and answers in step' }],
};
const sidecar = { client: { ip: '127.0.0.1', port: 4000 }, server: { ip: '127.0.0.1', port: 8080 } };

describe('the leg behind a proxy', () => {
  it('is a finding where the leg in front was TLS, and no cleartext-http besides', () => {
    const run = wholeRun({ hops: [front, joined] });
    expect(askAll(cleartextProxyHop, [cleartext()], run).late).toMatchObject([
      { certainty: 'inferred', severity: 'high', client: '10.77.13.10', server: '10.77.13.30:8080', count: 1 },
    ]);
    expect(askAll(cleartextHttp, [cleartext()], run).weigh({ hop: backId, severity: 'medium' })).toBeNull();
  });

  it('is none where the leg in front is cleartext itself, or where there is none', () => {
    const clear = { ...front, kind: 'cleartext' as const, mtls: 'cleartext' as const, versions: [] };
    const told = cleartext({ content: content({ forwarding: [forwarded] }) });
    for (const hops of [
      [clear, joined],
      [clear, back],
    ]) {
      expect(askAll(cleartextProxyHop, [told], wholeRun({ hops })).late).toEqual([]);
    }
    const alone = wholeRun({ hops: [back] });
    expect(askAll(cleartextProxyHop, [cleartext()], alone).late).toEqual([]);
    expect(askAll(cleartextHttp, [cleartext()], alone).weigh({ hop: backId, severity: 'medium' })).toBe('medium');
  });

  it('is told by what the proxy itself wrote where the front is not in the capture', () => {
    const run = wholeRun({ hops: [back] });
    const only = (changes: Parameters<typeof content>[0]) =>
      askAll(cleartextProxyHop, [cleartext({ content: content(changes) })], run).late;
    expect(only({ forwarding: [forwarded] })).toMatchObject([{ certainty: 'inferred', severity: 'medium' }]);
    expect(
      only({ forwarding: [{ ...forwarded, name: 'x-forwarded-proto', client: null, mark: 'https' }] }),
    ).toMatchObject([{ certainty: 'observed', severity: 'high' }]);
    expect(
      only({ forwarding: [forwarded, { ...forwarded, name: 'x-forwarded-proto', client: null, mark: 'http' }] }),
    ).toEqual([]);
    expect(only({ identities: [identity('subject', 'header x-ssl-client-s-dn')] })).toMatchObject([
      { severity: 'high' },
    ]);
    expect(only({ forwarding: [{ ...forwarded, name: 'traceparent', client: null, mark: 'ab' }] })).toEqual([]);
  });

  it('is one-way TLS behind mutual TLS where the backend never asks', () => {
    const oneWay = {
      ...joined,
      kind: 'tls' as const,
      mtls: 'server-only' as const,
      why: 'no client certificate was asked for',
    };
    const tls = tlsSession();
    tls.clientAuth = { ...tls.clientAuth, status: 'not-requested' };
    const record = connection({ server: { ip: '10.77.13.30', port: 8080 }, tls });
    expect(askAll(proxyHopWithoutMtls, [record], wholeRun({ hops: [front, oneWay] })).late).toMatchObject([
      { certainty: 'inferred', frames: [6] },
    ]);
    const lax = { ...front, mtls: 'server-only' as const };
    expect(askAll(proxyHopWithoutMtls, [record], wholeRun({ hops: [lax, oneWay] })).late).toEqual([]);
    // One session that passes through: no leg of it is the proxy's.
    const unopened = { ...record, tls: { ...record.tls!, sameClientRandom: { flow: 9, identical: true } } };
    expect(askAll(proxyHopWithoutMtls, [unopened], wholeRun({ hops: [front, oneWay] })).late).toEqual([]);
    // Resumed by the proxy: what it rests on may well have been mutual, and the one-way session another's that passed through.
    const { clientAuth } = record.tls!;
    const resumed = { ...record, tls: { ...record.tls!, clientAuth: { ...clientAuth, status: 'resumed' as const } } };
    expect(askAll(proxyHopWithoutMtls, [resumed], wholeRun({ hops: [front, oneWay] })).late).toEqual([]);
  });
});

describe('who the client is, in clear', () => {
  const withHeader = (...identities: IdentityRecord[]) => cleartext({ content: content({ identities }) });

  it('is an identity header where a proxy says more than a certificate, or its name is a proxy’s', () => {
    const said = withHeader(
      identity('certificate', 'header x-cert'),
      identity('verification', 'header x-ssl-client-verify'),
    );
    const { answers, weigh } = askAll(cleartextIdentityHeader, [said], wholeRun({ hops: [back] }));
    expect(answers).toMatchObject([{ answer: 'fires', certainty: 'observed' }]);
    expect(weigh({ hop: backId, severity: 'high' })).toBe('high');
    expect(
      verdict(cleartextIdentityHeader, withHeader(identity('certificate', 'header x-forwarded-client-cert'))),
    ).toBe('fires');
    expect(verdict(cleartextIdentityHeader, withHeader(identity('tls-info', 'header x-ssl-cipher')))).toBe('clean');
    const nobody = { ...identity('verification', 'header x-ssl-client-verify'), value: 'NONE' };
    expect(verdict(cleartextIdentityHeader, withHeader(nobody))).toBe('clean');
  });

  it('is home-made authentication where a bare certificate comes from the client itself', () => {
    const shown = withHeader(identity('certificate', 'header x-client-cert'));
    const alone = wholeRun({ hops: [back] });
    expect(askAll(cleartextIdentityHeader, [shown], alone).weigh({ hop: backId, severity: 'high' })).toBeNull();
    const home = askAll(cleartextCertAuth, [shown], alone);
    expect(home.answers).toMatchObject([{ answer: 'fires', severity: 'critical' }]);
    expect(home.weigh({ hop: backId, severity: 'critical' })).toBe('critical');
    const behind = wholeRun({ hops: [front, joined] });
    expect(askAll(cleartextIdentityHeader, [shown], behind).weigh({ hop: backId, severity: 'high' })).toBe('high');
    expect(askAll(cleartextCertAuth, [shown], behind).weigh({ hop: backId, severity: 'critical' })).toBeNull();
  });

  it('is the SSL part of a PROXY header, and not its addresses', () => {
    const header = {
      frame: 4,
      from: 'client',
      version: 2,
      source: { ip: '10.0.0.1', port: 1 },
      destination: null,
      tlvs: [],
      authority: null,
      ssl: null,
    } as const;
    const ssl = {
      overTls: true,
      certificatePresented: true,
      verified: true,
      version: null,
      cipher: null,
      commonName: 'client-7',
    };
    expect(verdict(cleartextIdentityHeader, cleartext({ proxyHeader: { ...header, tlvs: [] } }))).toBe('clean');
    expect(
      sightingOf(cleartextIdentityHeader, cleartext({ proxyHeader: { ...header, tlvs: [32], ssl } })).detail,
    ).toContain('client-7');
  });

  it('is home-made authentication in a stream of its own, and no upload', () => {
    const stream = connection({
      kind: 'unknown',
      protocol: null,
      tls: null,
      content: content({ material: [material('certificate', { where: 'stream' })] }),
    });
    expect(sightingOf(cleartextCertAuth, stream)).toMatchObject({ certainty: 'inferred', severity: 'critical' });
    expect(verdict(cleartextCertAuth, { ...stream, kind: 'cleartext', protocol: 'ldap' })).toBe('clean');
    const upload = cleartext({ content: content({ material: [material('certificate')] }) });
    expect(verdict(cleartextCertAuth, upload)).toBe('clean');
    upload.content!.material.push(material('certificate', { from: 'server', frame: 7 }));
    expect(verdict(cleartextCertAuth, upload)).toBe('fires');
    upload.content!.material.push(material('private-key'));
    expect(verdict(cleartextCertAuth, upload)).toBe('clean');
  });

  it('is home-made authentication in a WebSocket message, and in JSON that more requests follow', () => {
    const message = cleartext({
      protocol: 'websocket',
      content: content({ material: [material('certificate', { where: 'WebSocket message' })] }),
    });
    expect(sightingOf(cleartextCertAuth, message)).toMatchObject({ certainty: 'inferred', severity: 'critical' });
    const request = { frame: 5, time: 0, method: 'POST', target: null, answerFrame: 6, status: '200' };
    const json = content({ requests: [request], material: [material('certificate', { encoding: 'PEM in JSON' })] });
    expect(verdict(cleartextCertAuth, cleartext({ content: json }))).toBe('clean');
    json.requests.push({ ...request, frame: 7, method: 'GET' });
    expect(sightingOf(cleartextCertAuth, cleartext({ content: json }))).toMatchObject({
      frames: [5, 7],
      severity: 'high',
    });
    json.requests[0]!.status = '403';
    json.requests[1]!.status = null;
    expect(verdict(cleartextCertAuth, cleartext({ content: json }))).toBe('clean');
  });

  it('is exposed by a client certificate before TLS 1.3', () => {
    expect(verdict(clientIdentityExposed, connection())).toBe('fires');
    expect(verdict(clientIdentityExposed, chose(0x1301, 'TLSv1.3'))).toBe('clean');
    expect(verdict(clientIdentityExposed, connection({ tls: tlsSession({ clientCertificates: [] }) }))).toBe(
      'inapplicable',
    );
  });
});

describe('protocols in clear', () => {
  it('names HTTP and services apart, and what serves the network not at all', () => {
    expect(verdict(cleartextHttp, cleartext())).toBe('fires');
    expect(verdict(cleartextService, cleartext())).toBe('clean');
    expect(sightingOf(cleartextService, cleartext({ protocol: 'redis' })).detail).toContain('Redis');
    for (const protocol of ['dns', 'dhcp', 'ntp', 'mdns', 'bgp', 'ssdp', 'constructor']) {
      expect(verdict(cleartextService, cleartext({ protocol }))).toBe('clean');
    }
  });

  it('names a store behind a proxy too, but not what only web servers speak, nor text of no protocol', () => {
    const run = wholeRun({ hops: [front, joined] });
    const behind = (protocol: string | null) => {
      const { weigh } = askAll(cleartextService, [cleartext({ protocol })], run);
      return weigh({ hop: backId, severity: 'medium' });
    };
    expect(behind('redis')).toBe('medium');
    expect(behind('fastcgi')).toBeNull();
    expect(behind(null)).toBeNull();
  });

  it('does not call what is seen from its middle a protocol of nobody’s', () => {
    expect(verdict(cleartextService, cleartext({ protocol: null }))).toBe('fires');
    expect(verdict(cleartextService, cleartext({ protocol: null, sawSyn: false }))).toBe('clean');
    const gaps = [{ from: 'client' as const, offset: 0, length: 90 }];
    expect(verdict(cleartextService, cleartext({ protocol: null, gaps }))).toBe('clean');
    expect(verdict(cleartextService, cleartext({ protocol: 'redis', sawSyn: false }))).toBe('fires');
  });

  it('says nothing of a greeting alone, nor of a client that left when TLS was refused', () => {
    expect(verdict(cleartextService, cleartext({ protocol: 'smtp', bytes: { client: 0, server: 40 } }))).toBe('clean');
    const left = upgrade({ outcome: 'refused', wentOnFrame: null });
    expect(verdict(cleartextService, cleartext({ protocol: 'postgresql', upgrade: left }))).toBe('clean');
  });

  it('lowers what never leaves a host, and what was only redirected', () => {
    expect(sightingOf(cleartextHttp, cleartext(sidecar)).severity).toBe('info');
    const request = { frame: 4, time: 0, method: 'GET', target: null, answerFrame: 6, status: '301' };
    expect(
      sightingOf(cleartextHttp, cleartext({ content: content({ requestCount: 1, requests: [request] }) })).severity,
    ).toBe('low');
    expect(
      sightingOf(cleartextCredentials, cleartext({ ...sidecar, content: content({ credentials: [password] }) }))
        .severity,
    ).toBe('low');
  });

  it('is high where mutual TLS is expected, but for what stays on a host', () => {
    const expected = runContext({ expectsMutual: () => true });
    expect(sightingOf(cleartextHttp, cleartext()).severity).toBe('medium');
    expect(sightingOf(cleartextHttp, cleartext(), expected).severity).toBe('high');
    const local = cleartext({ client: { ip: '127.0.0.1', port: 40_000 }, server: { ip: '127.0.0.1', port: 80 } });
    expect(sightingOf(cleartextHttp, local, expected).severity).toBe('info');
    const redis = cleartext({ protocol: 'redis' });
    expect(sightingOf(cleartextService, redis, expected).severity).toBe('high');
  });

  it('takes octets of no protocol for cleartext only where something in them was readable', () => {
    const raw = connection({ kind: 'unknown', protocol: null, tls: null });
    expect(verdict(cleartextService, raw)).toBe('inapplicable');
    expect(verdict(cleartextService, { ...raw, content: content({ material: [material('certificate')] }) })).toBe(
      'fires',
    );
  });
});

describe('secrets in clear', () => {
  it('names a credential by kind, length and digest', () => {
    const { detail, severity, frames } = sightingOf(
      cleartextCredentials,
      cleartext({ content: content({ credentials: [password] }) }),
    );
    expect(detail).toBe('A password (HTTP Basic, header authorization, 18 octets, sha256 1a2b3c4d…) crossed in clear.');
    expect([severity, frames]).toEqual(['critical', [5]]);
  });

  it.each([
    [cleartextCredentials, { credentials: [password] }],
    [plaintextCertificate, { material: [material('certificate')] }],
    [plaintextPrivateKey, { material: [material('private-key')] }],
    [plaintextEncryptedKey, { material: [material('key-store')] }],
    [
      authExchangeInClear,
      {
        logins: [
          {
            frame: 5,
            from: 'client',
            mechanism: 'MD5',
            kind: 'challenge-response',
            outcome: 'accepted',
            outcomeFrame: 7,
          },
        ],
      },
    ],
  ] as const)('$about.kind fires in clear and never on what keys opened', (rule, changes) => {
    const readable = structuredClone(changes) as unknown as Parameters<typeof content>[0];
    expect(verdict(rule, cleartext({ content: content(readable) }))).toBe('fires');
    expect(verdict(rule, connection({ content: content({ ...readable, decrypted: true }) }))).toBe('inapplicable');
    expect(verdict(rule, cleartext({ content: content() }))).toBe('clean');
  });

  it('takes an issuer that is fetched in binary from a web server lightly', () => {
    const fetched = material('certificate', { from: 'server', encoding: 'DER' });
    expect(sightingOf(plaintextCertificate, cleartext({ content: content({ material: [fetched] }) })).severity).toBe(
      'low',
    );
  });

  it('asks for certificates in the place of passwords only where they are expected', () => {
    const login = {
      frame: 5,
      from: 'client',
      mechanism: 'SCRAM-SHA-256',
      kind: 'challenge-response',
      outcome: 'accepted',
      outcomeFrame: 7,
    } as const;
    const record = cleartext({ protocol: 'postgresql', content: content({ logins: [login] }) });
    expect(verdict(passwordInsteadOfCert, record)).toBe('inapplicable');
    const expected = runContext({ expectsMutual: () => true });
    expect(verdict(passwordInsteadOfCert, record, expected)).toBe('fires');
    expect(verdict(passwordInsteadOfCert, { ...record, kind: 'tls', tls: tlsSession() }, expected)).toBe('clean');
  });

  it('reports a service that served without a login, unless a certificate was the login', () => {
    const served = [{ frame: 5, from: 'client' as const, command: 'GET', answerFrame: 6, meaningful: true }];
    const record = cleartext({ protocol: 'redis', content: content({ servedWithoutLogin: served }) });
    expect(sightingOf(unauthenticatedService, record)).toMatchObject({ frames: [5, 6], severity: 'high' });
    expect(verdict(unauthenticatedService, { ...record, sawSyn: false })).toBe('unobservable');
    expect(verdict(unauthenticatedService, { ...record, tls: tlsSession() })).toBe('inapplicable');
    const ping = cleartext({ content: content({ servedWithoutLogin: [{ ...served[0]!, meaningful: false }] }) });
    expect(verdict(unauthenticatedService, ping)).toBe('clean');
  });
});

function upgrade(changes: Partial<UpgradeRecord>): UpgradeRecord {
  return {
    mechanism: 'STARTTLS',
    outcome: 'not-used',
    offeredFrame: 5,
    requestedFrame: 6,
    answeredFrame: 7,
    wentOnFrame: 8,
    basis: 'because.',
    ...changes,
  };
}

describe('upgrades to TLS', () => {
  const mail = (changes: Partial<UpgradeRecord>, record: Partial<ConnectionRecord> = {}) =>
    cleartext({
      protocol: 'smtp',
      upgrade: upgrade(changes),
      content: content({ greeting: '220 mail.example' }),
      ...record,
    });

  it.each([
    [starttlsRefused, 'refused'],
    [starttlsNotUsed, 'not-used'],
  ] as const)('$about.kind fires where cleartext went on, and not where the client gave up', (rule, outcome) => {
    expect(verdict(rule, mail({ outcome }))).toBe('fires');
    expect(verdict(rule, mail({ outcome, wentOnFrame: null }))).toBe('clean');
    expect(verdict(rule, mail({ outcome: 'taken' }))).toBe('clean');
    expect(verdict(rule, cleartext())).toBe('inapplicable');
  });

  it('takes an overwritten offer for stripped as it stands', () => {
    expect(sightingOf(starttlsStripped, mail({ outcome: 'stripped' })).certainty).toBe('observed');
  });

  it('joins a front leg without the offer to the back leg that had it', () => {
    const frontLeg = mail(
      { outcome: 'not-offered', offeredFrame: null },
      { client: { ip: '10.0.0.1', port: 1 }, server: { ip: '10.0.0.66', port: 587 } },
    );
    const backLeg = mail(
      { outcome: 'not-used' },
      { id: 2, client: { ip: '10.0.0.66', port: 2 }, server: { ip: '10.0.0.30', port: 587 } },
    );
    expect(askAll(starttlsStripped, [frontLeg, backLeg]).late).toMatchObject([
      { client: '10.0.0.1', server: '10.0.0.66:587', certainty: 'inferred', flows: [1, 2] },
    ]);
    const relay = { ...backLeg, content: content({ greeting: '220 other.example' }) };
    expect(askAll(starttlsStripped, [frontLeg, relay]).late).toEqual([]);
    const later = {
      ...backLeg,
      startTime: '2026-11-21T11:00:00.000000000Z',
      endTime: '2026-11-21T11:00:01.000000000Z',
    };
    expect(askAll(starttlsStripped, [frontLeg, later]).late).toEqual([]);
    // By a clock that is an hour ahead the later one is the same, and by one that nobody knows nothing is.
    const ofAnother = { ...later, capture: 1 };
    const known = (offset: number, domain: number) =>
      wholeRun({ clocks: (capture) => ({ domain: capture * domain, offset: capture * offset, uncertainty: 0 }) });
    expect(askAll(starttlsStripped, [frontLeg, ofAnother], known(3600, 0)).late).toHaveLength(1);
    expect(askAll(starttlsStripped, [frontLeg, { ...backLeg, capture: 1 }], known(0, 1)).late).toEqual([]);
  });

  it('joins them by a password that crosses both, or as their hops are joined, where the server gives no name', () => {
    const between = (changes: Partial<UpgradeRecord>, record: Partial<ConnectionRecord>, secret: string | null) => {
      const credentials = secret === null ? [] : [{ ...password, sha256Prefix: secret }];
      return mail(changes, { protocol: 'imap', content: content({ credentials }), ...record });
    };
    const ends = { client: { ip: '10.0.0.1', port: 1 }, server: { ip: '10.0.0.66', port: 143 } };
    const behind = { id: 2, client: { ip: '10.0.0.66', port: 2 }, server: { ip: '10.0.0.30', port: 143 } };
    const late = (
      one: string | null,
      other: string | null,
      run = wholeRun(),
      outcome: 'not-used' | 'taken' = 'not-used',
    ) =>
      askAll(
        starttlsStripped,
        [between({ outcome: 'not-offered', offeredFrame: null }, ends, one), between({ outcome }, behind, other)],
        run,
      ).late;
    expect(late('1a2b3c4d', '1a2b3c4d')).toMatchObject([{ client: '10.0.0.1', server: '10.0.0.66:143' }]);
    expect(late('1a2b3c4d', '5e6f7a8b')).toEqual([]);
    expect(late('1a2b3c4d', '1a2b3c4d', wholeRun(), 'taken')).toEqual([]);
    expect(late(null, null)).toEqual([]);
    const from = { hop: '10.0.0.1->10.0.0.66:143', certainty: 'inferred' as const, basis: '' };
    const joinedHops = wholeRun({ hops: [hop({ id: '10.0.0.66->10.0.0.30:143', forwardedFrom: [from] })] });
    expect(late(null, null, joinedHops)).toHaveLength(1);
  });

  it('takes a refusal for the path’s where the server behind never heard the question', () => {
    const frontLeg = mail(
      { outcome: 'refused', requestedFrame: 5, answeredFrame: 6, wentOnFrame: 8 },
      { client: { ip: '10.0.0.1', port: 1 }, server: { ip: '10.0.0.66', port: 587 } },
    );
    const backLeg = mail(
      { outcome: 'stripped' },
      { id: 2, client: { ip: '10.0.0.66', port: 2 }, server: { ip: '10.0.0.30', port: 587 } },
    );
    expect(askAll(starttlsStripped, [frontLeg, backLeg]).late).toMatchObject([
      { client: '10.0.0.1', server: '10.0.0.66:587', certainty: 'inferred', flows: [1, 2] },
    ]);
    const refusing = { ...backLeg, upgrade: { ...backLeg.upgrade!, outcome: 'refused' as const } };
    expect(askAll(starttlsStripped, [frontLeg, refusing]).late).toEqual([]);
  });
});

describe('cleartext-on-tls-port', () => {
  const plain = cleartext({ server: { ip: '10.77.13.20', port: 443 } });

  it('fires where the port speaks TLS with others, before or after', () => {
    for (const records of [
      [plain, connection()],
      [connection(), plain],
    ]) {
      expect(askAll(cleartextOnTlsPort, records).late).toMatchObject([
        { certainty: 'observed', server: '10.77.13.20:443' },
      ]);
    }
    expect(askAll(cleartextOnTlsPort, [plain]).late).toEqual([]);
  });

  it('infers it from a 400 on a port that is registered for TLS', () => {
    const request = { frame: 4, time: 0, method: 'GET', target: null, answerFrame: 6, status: '400' };
    const refused = { ...plain, content: content({ requestCount: 1, requests: [request] }) };
    expect(askAll(cleartextOnTlsPort, [refused]).late).toMatchObject([{ certainty: 'inferred', frames: [4, 6] }]);
    const elsewhere = { ...refused, server: { ip: '10.77.13.20', port: 8080 } };
    expect(askAll(cleartextOnTlsPort, [elsewhere]).late).toEqual([]);
  });

  it('infers it from an answer of the length of a TLS alert', () => {
    const request = { frame: 4, time: 0, method: 'GET', target: null, answerFrame: null, status: null };
    const alerted = cleartext({
      bytes: { client: 80, server: 7 },
      content: content({ requestCount: 1, requests: [request] }),
    });
    expect(askAll(cleartextOnTlsPort, [alerted]).late).toMatchObject([{ certainty: 'inferred', frames: [4] }]);
    expect(askAll(cleartextOnTlsPort, [{ ...alerted, bytes: { client: 80, server: 0 } }]).late).toEqual([]);
  });

  it('leaves alone what asks for TLS in clear, and ports where TLS was never answered', () => {
    const asking = { ...plain, upgrade: upgrade({ outcome: 'not-used' }) };
    expect(askAll(cleartextOnTlsPort, [asking, connection()]).late).toEqual([]);
    const unanswered = connection({ tls: tlsSession({ serverHello: null, version: null }) });
    expect(askAll(cleartextOnTlsPort, [plain, unanswered]).late).toEqual([]);
    expect(ask(cleartextOnTlsPort, connection({ kind: 'empty', tls: null }))).toMatchObject({ answer: 'inapplicable' });
  });
});

describe('what serves the network', () => {
  it('is no service that should be under TLS: score and findings agree', () => {
    expect([...networkServices].filter((protocol) => serviceOf(protocol) !== null)).toEqual([]);
  });
});
