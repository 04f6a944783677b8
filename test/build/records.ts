// Hand-made results that reports are tried on, and arbitraries for every field of a connection record.
import fc from 'fast-check';
import type { CertificateRecord } from '../../src/model/certificate.js';
import type { ConnectionRecord, Fact, TlsSession } from '../../src/model/connection-record.js';
import type { ContentRecord, ProxyHeaderRecord, UpgradeRecord } from '../../src/model/content.js';
import type { Finding } from '../../src/model/finding.js';
import type { Hop } from '../../src/model/hop.js';
import type { CaptureInfo, Summary } from '../../src/model/report.js';
import { AnswerTally } from '../../src/report/answer.js';

/** A TLS 1.2 session with a client certificate; `changes` on top. */
export function tlsSession(changes: Partial<TlsSession> = {}): TlsSession {
  return {
    version: 'TLSv1.2',
    clientHello: {
      frame: 4,
      legacyVersion: 'TLSv1.2',
      supportedVersions: ['TLSv1.2'],
      cipherSuites: [0xc02f, 0xc030, 0x1301],
      extensions: [0, 10, 11, 13],
      serverName: 'api.example',
      alpn: ['h2', 'http/1.1'],
      groups: [29, 23],
      signatureAlgorithms: [0x0403, 0x0804],
      fallbackScsv: false,
      offersResumption: false,
      earlyData: false,
      postHandshakeAuth: false,
      ech: false,
      ja3: '0123456789abcdef0123456789abcdef',
      ja4: 't12d0304h2_0123456789ab_0123456789ab',
    },
    serverHello: {
      frame: 6,
      version: 'TLSv1.2',
      cipherSuite: { id: 0xc02f, name: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
      group: null,
      alpn: 'http/1.1',
      ja3s: '0123456789abcdef0123456789abcdef',
      downgradeSentinel: null,
      helloRetryRequestFrame: null,
      secureRenegotiation: true,
      compression: 0,
      extendedMasterSecret: true,
    },
    sameClientRandom: null,
    sameServerRandom: null,
    resumed: false,
    resumedFrom: null,
    certificateRequest: { frame: 6, types: [1, 64], signatureAlgorithms: [0x0403], authorities: ['CN=Client CA'] },
    serverCertificates: ['aa'.repeat(32)],
    clientCertificates: ['bb'.repeat(32)],
    certificateVerifyFrame: 8,
    serverVerification: null,
    clientVerification: null,
    signatures: null,
    clientAuth: {
      status: 'presented',
      requested: true,
      outcome: 'accepted',
      certainty: 'observed',
      basis: 'CertificateRequest in frame 6, a certificate and its proof in frame 8, application data afterwards.',
    },
    facts: {
      certificateRequest: { state: 'seen', frames: [6] },
      serverCertificate: { state: 'seen', frames: [6] },
      clientCertificate: { state: 'seen', frames: [8] },
      certificateVerify: { state: 'seen', frames: [8] },
    },
    serverKeyExchange: { frame: 6, kind: 'ecdhe', group: 29, primeBits: null, signatureAlgorithm: 0x0804 },
    tickets: [{ frame: 9, from: 'server', lifetimeSeconds: 300, length: 192 }],
    ocspStaple: null,
    renegotiationFrames: [],
    alerts: [],
    messages: [
      { frame: 4, from: 'client', type: 'client_hello', length: 200 },
      { frame: 6, from: 'server', type: 'server_hello', length: 90 },
      { frame: 6, from: 'server', type: 'certificate', length: 1200 },
      { frame: 6, from: 'server', type: 'server_key_exchange', length: 300 },
      { frame: 6, from: 'server', type: 'certificate_request', length: 70 },
      { frame: 6, from: 'server', type: 'server_hello_done', length: 4 },
      { frame: 8, from: 'client', type: 'certificate', length: 900 },
      { frame: 8, from: 'client', type: 'client_key_exchange', length: 70 },
      { frame: 8, from: 'client', type: 'certificate_verify', length: 264 },
      { frame: 8, from: 'client', type: 'change_cipher_spec', length: 1 },
      { frame: 8, from: 'client', type: 'encrypted', length: 40 },
      { frame: 9, from: 'server', type: 'new_session_ticket', length: 200 },
      { frame: 9, from: 'server', type: 'change_cipher_spec', length: 1 },
      { frame: 9, from: 'server', type: 'encrypted', length: 40 },
    ],
    established: true,
    decrypted: false,
    records: { client: 8, server: 9 },
    ...changes,
  };
}

/** A TLS connection; `changes` on top. */
export function connection(changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    id: 1,
    capture: 0,
    transport: 'tcp',
    client: { ip: '10.77.13.10', port: 41234 },
    server: { ip: '10.77.13.20', port: 443 },
    rolesFrom: 'syn',
    layers: [],
    firstFrame: 1,
    lastFrame: 24,
    startTime: '2026-11-21T10:00:00.123456789Z',
    endTime: '2026-11-21T10:00:01.223456789Z',
    packets: { client: 12, server: 12 },
    bytes: { client: 2345, server: 45_678 },
    sawSyn: true,
    closed: 'fin',
    gaps: [],
    kind: 'tls',
    protocol: 'http/1.1',
    kindBasis: null,
    tls: tlsSession(),
    upgrade: null,
    proxyHeader: null,
    content: null,
    exchanges: [],
    anomalies: [],
    ...changes,
  };
}

/** A cleartext connection; `changes` on top. */
export function cleartext(changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return connection({
    kind: 'cleartext',
    protocol: 'http',
    tls: null,
    server: { ip: '10.77.13.30', port: 8080 },
    ...changes,
  });
}

/** A hop; `changes` on top. */
export function hop(changes: Partial<Hop> = {}): Hop {
  return {
    id: '10.77.13.10->10.77.13.20:443',
    client: { ip: '10.77.13.10', name: null },
    server: { ip: '10.77.13.20', port: 443, name: 'api.example' },
    flows: [1],
    flowCount: 1,
    firstFrame: 1,
    startTime: '2026-11-21T10:00:00.123456789Z',
    endTime: '2026-11-21T10:00:01.223456789Z',
    kind: 'tls',
    protocols: ['http/1.1'],
    versions: ['TLSv1.2'],
    mtls: 'presented',
    certainty: 'observed',
    why: 'A client certificate was presented on 1 of 1 full handshakes; enforcement is not proven.',
    identities: ['spiffe://example/client'],
    forwardedFrom: [],
    ...changes,
  };
}

/** A finding; `changes` on top. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    kind: 'missing-client-cert-request',
    severity: 'high',
    certainty: 'observed',
    hop: '10.0.0.5->10.0.0.9:8443',
    client: '10.0.0.5',
    server: '10.0.0.9:8443',
    certificate: null,
    capture: 0,
    flows: [1],
    frames: [6],
    count: 1,
    title: 'Server never asks for a client certificate',
    detail: 'ServerHello in frame 6 to ServerHelloDone in frame 6 hold no CertificateRequest.',
    remediation: '',
    references: { cwe: [], standards: [] },
    wiresharkFilter: 'frame.number == 6',
    suppressed: null,
    ...changes,
  };
}

/** A certificate; `changes` on top. */
export function certificate(changes: Partial<CertificateRecord> = {}): CertificateRecord {
  return {
    sha256: 'aa'.repeat(32),
    subject: 'CN=api.example,O=Example',
    issuer: 'CN=Example CA',
    serial: '1f',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00Z',
    subjectAltNames: ['DNS:api.example'],
    spiffeId: null,
    keyType: 'EC',
    keyBits: 256,
    curve: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    selfSigned: false,
    isCa: false,
    pathLength: null,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
    subjectKeyId: null,
    authorityKeyId: null,
    crlUrls: [],
    ocspUrls: [],
    version: 3,
    usedAs: ['server'],
    firstFrame: 6,
    parseError: null,
    oddities: [],
    ...changes,
  };
}

/** A complete capture; `changes` of its health on top. */
export function capture(health: Partial<CaptureInfo['health']> = {}, changes: Partial<CaptureInfo> = {}): CaptureInfo {
  return {
    path: 'span.pcapng',
    format: 'pcapng',
    compression: null,
    linkTypes: ['ETHERNET'],
    packets: 512,
    bytes: 64_372,
    firstTime: '2026-11-21T10:00:00.000000000Z',
    lastTime: '2026-11-21T10:00:05.000000000Z',
    snapLength: null,
    framesBefore: 0,
    health: {
      truncatedPackets: 0,
      malformedPackets: 0,
      unsupportedPackets: 0,
      duplicatePackets: 0,
      incompleteDatagrams: 0,
      badChecksums: 0,
      droppedPackets: null,
      gapFlows: 0,
      oneSidedFlows: 0,
      midstreamFlows: 0,
      endedEarly: null,
      damage: [],
      ...health,
    },
    ...changes,
  };
}

/** The summary of `flows` and `hops`. */
export function summaryOf(flows: readonly ConnectionRecord[], hops = 0, limits: Record<string, number> = {}): Summary {
  const counts = { total: flows.length, tls: 0, cleartext: 0, starttls: 0, opaque: 0, unknown: 0, empty: 0 };
  for (const flow of flows) counts[flow.kind]++;
  const findings = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const answer = new AnswerTally();
  for (const flow of flows) answer.add(flow);
  const told = { sentence: answer.sentence(), preflight: [] };
  return { flows: counts, hops, findings, grade: null, score: null, ...told, limits };
}

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: loneUnit() }));
const count = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.nat({ max: 100_000 }));
const side = fc.constantFrom('client' as const, 'server' as const);
const sides = fc.record({ client: count, server: count });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const version = fc.constantFrom('SSLv2' as const, 'TLSv1.2' as const, 'TLSv1.3' as const);
const certainty = fc.constantFrom('observed' as const, 'decrypted' as const, 'inferred' as const);
const endpoint = fc.record({ ip: text, port: fc.nat({ max: 65_535 }) });

// UTF-16 units one by one: controls, quotes, surrogates without their other half.
function loneUnit(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom(
      '\u001b',
      '\u0000',
      '"',
      '\\',
      '\u2028',
      '\u202e',
      '\u200b',
      '\ud800',
      '\udfff',
      '\u0085',
      '\u007f',
    ),
  );
}

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ state: fc.constant('seen' as const), frames: fc.array(count) }),
  fc.record({ state: fc.constant('absent' as const), frames: fc.array(count) }),
  fc.record({ state: fc.constant('hidden' as const), because: text }),
);

const plainSessionArbitrary: fc.Arbitrary<TlsSession> = fc.record({
  version: orNull(version),
  clientHello: orNull(
    fc.record({
      frame: count,
      legacyVersion: text,
      supportedVersions: fc.array(text),
      cipherSuites: fc.array(count),
      extensions: fc.array(count),
      serverName: orNull(text),
      alpn: fc.array(text),
      groups: fc.array(count),
      signatureAlgorithms: fc.array(count),
      fallbackScsv: fc.boolean(),
      offersResumption: fc.boolean(),
      earlyData: fc.boolean(),
      postHandshakeAuth: fc.boolean(),
      ech: fc.boolean(),
      ja3: text,
      ja4: text,
    }),
  ),
  serverHello: orNull(
    fc.record({
      frame: count,
      version: text,
      cipherSuite: fc.record({ id: count, name: text }),
      group: orNull(count),
      alpn: orNull(text),
      ja3s: text,
      downgradeSentinel: orNull(fc.constantFrom('TLSv1.2' as const, 'TLSv1.1' as const)),
      helloRetryRequestFrame: orNull(count),
      secureRenegotiation: orNull(fc.boolean()),
      compression: count,
      extendedMasterSecret: fc.boolean(),
    }),
  ),
  sameClientRandom: orNull(fc.record({ flow: count, identical: fc.boolean() })),
  sameServerRandom: orNull(fc.record({ flow: count })),
  resumed: orNull(fc.boolean()),
  resumedFrom: orNull(count),
  certificateRequest: orNull(
    fc.record({
      frame: count,
      types: fc.array(count),
      signatureAlgorithms: fc.array(count),
      authorities: fc.array(text),
    }),
  ),
  serverCertificates: orNull(fc.array(text)),
  clientCertificates: orNull(fc.array(text)),
  certificateVerifyFrame: orNull(count),
  serverVerification: fc.constant(null),
  clientVerification: fc.constant(null),
  signatures: fc.constant(null),
  clientAuth: fc.record({
    status: fc.constantFrom('presented' as const, 'declined' as const, 'unknown' as const),
    requested: orNull(fc.boolean()),
    outcome: fc.constantFrom('accepted' as const, 'rejected' as const, 'dropped' as const, 'unknown' as const),
    certainty: fc.oneof(certainty, fc.constant('none' as const)),
    basis: text,
  }),
  facts: fc.record({
    certificateRequest: fact,
    serverCertificate: fact,
    clientCertificate: fact,
    certificateVerify: fact,
  }),
  serverKeyExchange: orNull(
    fc.record({
      frame: count,
      kind: orNull(text),
      group: orNull(count),
      primeBits: orNull(count),
      signatureAlgorithm: orNull(count),
    }),
  ),
  tickets: fc.array(fc.record({ frame: count, from: side, lifetimeSeconds: count, length: count })),
  ocspStaple: orNull(fc.record({ frame: count, length: count })),
  renegotiationFrames: fc.array(count),
  alerts: fc.array(
    fc.record({
      frame: count,
      from: side,
      level: orNull(fc.constantFrom('warning' as const, 'fatal' as const)),
      description: orNull(text),
      encrypted: fc.boolean(),
    }),
  ),
  messages: fc.array(fc.record({ frame: count, from: side, type: text, length: count })),
  established: fc.boolean(),
  decrypted: fc.boolean(),
  records: sides,
});

/** Of some, the protocol is hidden but told by its settings. */
const tlsArbitrary: fc.Arbitrary<TlsSession> = fc
  .tuple(plainSessionArbitrary, fc.boolean())
  .map(([session, http2]) => (http2 ? { ...session, http2: true } : session));

const upgradeArbitrary: fc.Arbitrary<UpgradeRecord> = fc.record({
  mechanism: text,
  outcome: fc.constantFrom('taken' as const, 'refused' as const, 'stripped' as const, 'not-used' as const),
  offeredFrame: orNull(count),
  requestedFrame: orNull(count),
  answeredFrame: orNull(count),
  wentOnFrame: orNull(count),
  basis: text,
});

const proxyHeaderArbitrary: fc.Arbitrary<ProxyHeaderRecord> = fc.record({
  frame: count,
  from: side,
  version: fc.constantFrom(1 as const, 2 as const),
  source: orNull(endpoint),
  destination: orNull(endpoint),
  tlvs: fc.array(fc.nat({ max: 255 })),
  authority: orNull(text),
  ssl: orNull(
    fc.record({
      overTls: fc.boolean(),
      certificatePresented: fc.boolean(),
      verified: fc.boolean(),
      version: orNull(text),
      cipher: orNull(text),
      commonName: orNull(text),
    }),
  ),
});

const seconds = fc.double({ min: 0, max: 4e9, noNaN: true });
const inspection = fc.record({ octets: count, ended: orNull(text) });

const contentArbitrary: fc.Arbitrary<ContentRecord> = fc.record({
  decrypted: fc.boolean(),
  requestCount: count,
  requests: fc.array(
    fc.record({
      frame: count,
      time: seconds,
      method: text,
      target: orNull(text),
      answerFrame: orNull(count),
      status: orNull(text),
    }),
  ),
  credentials: fc.array(
    fc.record({
      frame: count,
      from: side,
      kind: fc.constantFrom('password' as const, 'bearer-token' as const, 'other-secret' as const),
      mechanism: text,
      where: orNull(text),
      length: orNull(count),
      sha256Prefix: orNull(text),
    }),
  ),
  logins: fc.array(
    fc.record({
      frame: count,
      from: side,
      mechanism: text,
      kind: fc.constantFrom('password' as const, 'challenge-response' as const, 'none' as const),
      outcome: fc.constantFrom('accepted' as const, 'refused' as const, 'unknown' as const),
      outcomeFrame: orNull(count),
    }),
  ),
  servedWithoutLogin: fc.array(
    fc.record({ frame: count, from: side, command: text, answerFrame: count, meaningful: fc.boolean() }),
  ),
  material: fc.array(
    fc.record({
      frame: count,
      from: side,
      kind: fc.constantFrom('certificate' as const, 'private-key' as const, 'key-store' as const),
      form: text,
      encoding: text,
      where: text,
      length: count,
      sha256: text,
      subject: orNull(text),
    }),
  ),
  identities: fc.array(
    fc.record({
      frame: count,
      from: side,
      where: text,
      kind: fc.constantFrom('subject' as const, 'verification' as const, 'tls-info' as const),
      value: orNull(text),
    }),
  ),
  forwarding: fc.array(
    fc.record({
      frame: count,
      from: side,
      time: seconds,
      name: text,
      client: orNull(fc.record({ ip: text, port: orNull(fc.nat({ max: 65_535 })) })),
      mark: orNull(text),
    }),
  ),
  greeting: orNull(text),
  inspection: fc.record({ client: inspection, server: inspection }),
});

/** Any connection record, hostile strings included, with its members in the order of the type. */
export const connectionArbitrary: fc.Arbitrary<ConnectionRecord> = fc.record(
  {
    id: fc.nat({ max: 1_000_000 }),
    capture: count,
    transport: fc.constantFrom('tcp' as const, 'udp' as const),
    client: endpoint,
    server: endpoint,
    rolesFrom: fc.constantFrom('syn' as const, 'handshake' as const, 'protocol' as const, 'port' as const),
    layers: fc.array(text),
    firstFrame: count,
    lastFrame: count,
    startTime: text,
    endTime: text,
    packets: sides,
    bytes: sides,
    sawSyn: fc.boolean(),
    closed: fc.constantFrom('fin' as const, 'rst' as const, 'open' as const),
    gaps: fc.array(fc.record({ from: side, offset: count, length: count })),
    kind: fc.constantFrom('tls' as const, 'cleartext' as const, 'starttls' as const, 'empty' as const),
    protocol: orNull(text),
    kindBasis: orNull(text),
    tls: orNull(tlsArbitrary),
    upgrade: orNull(upgradeArbitrary),
    proxyHeader: orNull(proxyHeaderArbitrary),
    content: orNull(contentArbitrary),
    exchanges: fc.array(
      fc.record({
        frame: count,
        time: fc.double({ min: 0, max: 4e9, noNaN: true }),
        answerTime: orNull(fc.double({ min: 0, max: 4e9, noNaN: true })),
        endTime: fc.double({ min: 0, max: 4e9, noNaN: true }),
        clientOctets: count,
        serverOctets: count,
      }),
    ),
    anomalies: fc.array(text),
  },
  { noNullPrototype: true },
);

/** The same, as one of several captures shows it. */
export const sharedConnectionArbitrary: fc.Arbitrary<ConnectionRecord> = fc
  .tuple(
    connectionArbitrary,
    fc.array(
      fc.record({
        capture: count,
        id: count,
        firstFrame: count,
        offsetSeconds: orNull(fc.double({ noNaN: true, noDefaultInfinity: true })),
      }),
    ),
    fc.record({ flow: count, basis: text }),
  )
  .map(([record, alsoSeen, translatedFrom]) => ({ ...record, alsoSeen, translatedFrom }));
