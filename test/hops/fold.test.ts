import { describe, expect, test } from 'vitest';
import { HopFolder } from '../../src/hops/fold.js';
import type { ClientAuth, ConnectionRecord, Fact, TlsSession } from '../../src/model/connection-record.js';
import type { Hop } from '../../src/model/hop.js';

const hidden: Fact = { state: 'hidden', because: 'not part of this test' };

interface SessionOptions {
  auth: Partial<ClientAuth>;
  serverName?: string;
  certificates?: string[] | null;
  clientCertificateFrame?: number;
  alertFrame?: number;
  version?: TlsSession['version'];
}

function session({
  auth,
  serverName,
  certificates,
  clientCertificateFrame,
  alertFrame,
  version,
}: SessionOptions): TlsSession {
  return {
    version: version ?? 'TLSv1.2',
    clientHello:
      serverName === undefined
        ? null
        : {
            frame: 4,
            legacyVersion: 'TLSv1.2',
            supportedVersions: [],
            cipherSuites: [],
            extensions: [],
            serverName,
            alpn: [],
            groups: [],
            signatureAlgorithms: [],
            fallbackScsv: false,
            offersResumption: false,
            earlyData: false,
            postHandshakeAuth: false,
            ech: false,
            ja3: '',
            ja4: '',
          },
    serverHello: null,
    sameClientRandom: null,
    sameServerRandom: null,
    resumed: null,
    resumedFrom: null,
    certificateRequest: null,
    serverCertificates: null,
    clientCertificates: certificates ?? null,
    certificateVerifyFrame: null,
    serverVerification: null,
    clientVerification: null,
    signatures: null,
    clientAuth: {
      status: 'unknown',
      requested: null,
      outcome: 'unknown',
      certainty: 'observed',
      basis: 'Because.',
      ...auth,
    },
    facts: {
      certificateRequest: hidden,
      serverCertificate: hidden,
      clientCertificate:
        clientCertificateFrame === undefined ? hidden : { state: 'seen', frames: [clientCertificateFrame] },
      certificateVerify: hidden,
    },
    serverKeyExchange: null,
    tickets: [],
    ocspStaple: null,
    renegotiationFrames: [],
    alerts:
      alertFrame === undefined
        ? []
        : [{ frame: alertFrame, from: 'server', level: 'fatal', description: 'bad_certificate', encrypted: false }],
    messages: [],
    established: true,
    decrypted: false,
    records: { client: 5, server: 5 },
  };
}

let nextId = 1;

function connection(options: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const id = options.id ?? nextId++;
  return {
    id,
    capture: 0,
    transport: 'tcp',
    client: { ip: '10.0.0.5', port: 40000 + id },
    server: { ip: '10.0.0.9', port: 8443 },
    rolesFrom: 'syn',
    layers: [],
    firstFrame: id * 10,
    lastFrame: id * 10 + 9,
    startTime: `2026-11-21T10:00:${String(id % 60).padStart(2, '0')}.000000000Z`,
    endTime: `2026-11-21T11:00:${String(id % 60).padStart(2, '0')}.000000000Z`,
    packets: { client: 5, server: 5 },
    bytes: { client: 500, server: 500 },
    sawSyn: true,
    closed: 'fin',
    gaps: [],
    kind: options.tls === undefined || options.tls === null ? 'cleartext' : 'tls',
    protocol: null,
    kindBasis: null,
    tls: null,
    upgrade: null,
    proxyHeader: null,
    content: null,
    exchanges: [],
    anomalies: [],
    ...options,
  };
}

const tls = (options: SessionOptions, more: Partial<ConnectionRecord> = {}): ConnectionRecord =>
  connection({ tls: session(options), ...more });

const presented = { status: 'presented', requested: true, outcome: 'accepted' } as const;
const declined = { status: 'declined', requested: true, outcome: 'accepted' } as const;
const refused = { status: 'presented', requested: true, outcome: 'rejected' } as const;
const notRequested = { status: 'not-requested', requested: false, outcome: 'unknown' } as const;

function fold(...records: readonly ConnectionRecord[]): Hop[] {
  const folder = new HopFolder();
  for (const record of records) folder.add(record, (sha256) => `identity of ${sha256}`);
  return folder.hops();
}

function only(...records: readonly ConnectionRecord[]): Hop {
  const hops = fold(...records);
  expect(hops).toHaveLength(1);
  return hops[0]!;
}

const otherClient = { client: { ip: '10.0.0.6', port: 50000 } };

describe('states', () => {
  test('rejected: keys show that all was refused inside of the connection', () => {
    const request = { frame: 8, time: 0, method: 'GET', target: null, answerFrame: 9, status: '400' };
    const nothing = { octets: 0, ended: null };
    const content = {
      ...{ decrypted: true, requestCount: 1, requests: [request], credentials: [], logins: [], servedWithoutLogin: [] },
      ...{ material: [], identities: [], forwarding: [], greeting: null },
      inspection: { client: nothing, server: nothing },
    };
    expect(only(tls({ auth: declined }, { content }))).toMatchObject({ mtls: 'rejected' });
    expect(only(tls({ auth: declined }))).toMatchObject({ mtls: 'optional' });
  });

  test('server-only: a full handshake without a request', () => {
    const hop = only(tls({ auth: notRequested }, { id: 3 }), tls({ auth: notRequested }, { id: 4 }));
    expect(hop).toMatchObject({ mtls: 'server-only', certainty: 'observed' });
    expect(hop.why).toBe('no client certificate was asked for in 2 of 2 full handshakes (frames 30, 40)');
  });

  test('optional: an empty Certificate was served', () => {
    const hop = only(
      tls({ auth: presented }, { id: 1 }),
      tls({ auth: declined, clientCertificateFrame: 40 }, { id: 4 }),
      tls({ auth: declined, clientCertificateFrame: 12 }, { id: 2 }),
    );
    expect(hop).toMatchObject({ mtls: 'optional', certainty: 'observed' });
    expect(hop.why).toBe(
      'asked in 3 of 3 full handshakes, answered with an empty Certificate and served all the same in 2 (frames 12, 40); 1 with a certificate',
    );
  });

  test('presented: no refusal was seen', () => {
    const hop = only(tls({ auth: presented, certificates: ['aa'], clientCertificateFrame: 17 }));
    expect(hop).toMatchObject({ mtls: 'presented', certainty: 'observed', identities: ['identity of aa'] });
    expect(hop.why).toBe(
      'asked in 1 of 1 full handshake, and a certificate presented in 1 (frame 17); no refusal by this service was seen',
    );
  });

  test('enforced: the service refused another client', () => {
    const hops = fold(
      tls({ auth: refused, alertFrame: 33 }, { ...otherClient, id: 3 }),
      tls({ auth: presented, clientCertificateFrame: 12 }, { id: 1 }),
    );
    expect(hops.map(({ mtls }) => mtls)).toEqual(['rejected', 'enforced']);
    expect(hops[1]?.why).toBe(
      'asked in 1 of 1 full handshake, and a certificate presented in 1 (frame 12); the service refused 1 connection (frame 30)',
    );
    expect(hops[0]?.why).toBe('asked in 1 of 1 full handshake, and this client refused in 1 (frame 33)');
  });

  test('a refusal under another server name, address or port proves nothing', () => {
    const elsewhere = [
      tls({ auth: refused, serverName: 'b.example' }, otherClient),
      tls({ auth: refused, serverName: 'a.example' }, { ...otherClient, server: { ip: '10.0.0.9', port: 9443 } }),
      tls({ auth: refused, serverName: 'a.example' }, { ...otherClient, server: { ip: '10.0.0.8', port: 8443 } }),
    ];
    const hops = fold(...elsewhere, tls({ auth: presented, serverName: 'a.example' }));
    expect(hops.find(({ client }) => client.ip === '10.0.0.5')?.mtls).toBe('presented');
  });

  test('a service that refuses bad certificates but serves clients without any enforces nothing', () => {
    const hops = fold(
      tls({ auth: refused }, otherClient),
      tls({ auth: declined }, { client: { ip: '10.0.0.7', port: 1 }, id: 77 }),
      tls({ auth: presented }),
    );
    const hop = hops.find(({ client }) => client.ip === '10.0.0.5');
    expect(hop?.mtls).toBe('presented');
    expect(hop?.why).toContain('the service also served 1 connection without one (frame 770)');
  });

  test('enforced is as certain as its weaker half', () => {
    const hops = fold(
      tls({ auth: { ...refused, certainty: 'inferred' } }, otherClient),
      tls({ auth: { ...presented, certainty: 'decrypted' } }),
    );
    expect(hops.find(({ mtls }) => mtls === 'enforced')?.certainty).toBe('inferred');
  });

  test('rejected: refused for want of a certificate', () => {
    expect(only(tls({ auth: { status: 'declined', requested: true, outcome: 'rejected' } })).mtls).toBe('rejected');
  });

  test('rejected, but only inferred: the server closed without a word', () => {
    const hop = only(tls({ auth: { status: 'presented', requested: true, outcome: 'dropped' } }));
    expect(hop).toMatchObject({ mtls: 'rejected', certainty: 'inferred' });
  });

  test('resumed: nothing but resumptions', () => {
    const hop = only(tls({ auth: { status: 'resumed' } }), tls({ auth: { status: 'resumed' } }));
    expect(hop.mtls).toBe('resumed');
    expect(hop.why).toMatch(/^all 2 handshakes resume sessions whose original is not in the capture/);
  });

  test('a resumption beside a full handshake takes the state of that one', () => {
    const hop = only(tls({ auth: { status: 'resumed' } }), tls({ auth: presented }));
    expect(hop.mtls).toBe('presented');
    expect(hop.why).toMatch(/; 1 resumed$/);
  });

  test('unknown, with the reason of the first connection', () => {
    const hop = only(
      tls({ auth: { certainty: 'none', basis: 'Later.' } }, { id: 9 }),
      tls({ auth: { certainty: 'none', basis: 'TLS 1.3 hides it.' }, version: 'TLSv1.3' }, { id: 8 }),
    );
    expect(hop).toMatchObject({ mtls: 'unknown', certainty: 'none', versions: ['TLSv1.2', 'TLSv1.3'] });
    expect(hop.why).toBe("client authentication can't be told in 2 of 2 full handshakes: TLS 1.3 hides it");
  });

  test('unknown: asked, none sent, and no outcome seen', () => {
    const hop = only(tls({ auth: { status: 'declined', requested: true, outcome: 'unknown' } }));
    expect(hop).toMatchObject({ mtls: 'unknown', certainty: 'none' });
    expect(hop.why).toContain('what came of it was not seen');
  });

  test('renegotiated is unknown, not missing', () => {
    expect(only(tls({ auth: { status: 'renegotiated' } })).mtls).toBe('unknown');
  });

  test('cleartext decides over the TLS beside it', () => {
    const hop = only(connection({ id: 5, protocol: 'http' }), tls({ auth: presented }, { protocol: 'h2' }));
    expect(hop).toMatchObject({ mtls: 'cleartext', kind: 'mixed', protocols: ['h2', 'http'], certainty: 'observed' });
    expect(hop.why).toBe('1 of 2 connections in cleartext: http (frame 50)');
  });

  test('cleartext is told by the frame that says something, not by the SYN', () => {
    const exchange = { frame: 53, time: 1, answerTime: null, endTime: 1, clientOctets: 9, serverOctets: 0 };
    expect(only(connection({ id: 5, protocol: 'http', exchanges: [exchange] })).why).toBe(
      '1 of 1 connection in cleartext: http (frame 53)',
    );
  });

  test('opaque and unknown payload have no state', () => {
    const opaque = only(connection({ kind: 'opaque', protocol: 'ssh' }));
    expect(opaque).toMatchObject({
      mtls: 'unknown',
      kind: 'opaque',
      why: 'ssh is encrypted or compressed, but not TLS',
    });
    const unknown = only(connection({ kind: 'unknown', kindBasis: 'noise' }));
    expect(unknown).toMatchObject({ mtls: 'unknown', kind: 'unknown', why: 'noise' });
    expect(only(connection({ kind: 'unknown' }), tls({ auth: presented })).kind).toBe('tls');
  });

  test('TLS seen from its middle is unknown', () => {
    expect(only(connection({ kind: 'tls' }))).toMatchObject({
      mtls: 'unknown',
      why: 'TLS without a handshake in the capture',
    });
  });
});

describe('folding', () => {
  test('a connection that leaves TLS after the login is cleartext', () => {
    const upgrade = {
      mechanism: 'PRELOGIN',
      outcome: 'taken',
      offeredFrame: 4,
      requestedFrame: 5,
      answeredFrame: 6,
      wentOnFrame: 20,
      basis: 'only the login was encrypted',
    } as const;
    const hop = only(tls({ auth: notRequested }, { kind: 'starttls', protocol: 'mssql', upgrade }));
    expect(hop).toMatchObject({ mtls: 'cleartext', kind: 'mixed', why: expect.stringContaining('mssql (frame 20)') });
  });

  test('what may be asked after the handshake of TLS 1.3 is not called one-way', () => {
    const record = tls({
      auth: { ...notRequested, certainty: 'inferred' },
      serverName: 'a.example',
      version: 'TLSv1.3',
    });
    const later: ConnectionRecord = {
      ...record,
      tls: {
        ...record.tls!,
        clientHello: { ...record.tls!.clientHello!, postHandshakeAuth: true },
        renegotiationFrames: [30],
      },
    };
    expect(only(later)).toMatchObject({ mtls: 'unknown', why: expect.stringContaining('post-handshake') });
    expect(only({ ...later, tls: { ...later.tls!, renegotiationFrames: [] } }).mtls).toBe('server-only');
    // What keys opened in part may hide a request, too; and so may a ClientHello that was not captured.
    expect(only({ ...later, tls: { ...later.tls!, decrypted: true } }).mtls).toBe('unknown');
    expect(only({ ...later, tls: { ...later.tls!, clientHello: null } }).mtls).toBe('unknown');
  });

  test('a hop is a client host and a service; ports of the client and transports fold', () => {
    const hop = only(
      tls({ auth: presented, serverName: 'late.example' }, { id: 7 }),
      tls({ auth: presented, serverName: 'api.example' }, { id: 2 }),
      tls({ auth: presented }, { id: 5, transport: 'udp' }),
    );
    expect(hop).toMatchObject({
      id: '10.0.0.5->10.0.0.9:8443',
      client: { ip: '10.0.0.5', name: null },
      server: { ip: '10.0.0.9', port: 8443, name: 'api.example' },
      flows: [2, 5, 7],
      firstFrame: 20,
      startTime: '2026-11-21T10:00:02.000000000Z',
      endTime: '2026-11-21T11:00:07.000000000Z',
      kind: 'tls',
      forwardedFrom: [],
    });
  });

  test('brackets IPv6 services', () => {
    const hop = only(connection({ client: { ip: '2001:db8::1', port: 1 }, server: { ip: '2001:db8::2', port: 80 } }));
    expect(hop.id).toBe('2001:db8::1->[2001:db8::2]:80');
  });

  test('connections without payload make no hop and are in none', () => {
    expect(fold(connection({ kind: 'empty' }))).toEqual([]);
    expect(only(connection({ kind: 'empty', id: 1 }), connection({ id: 2 })).flows).toEqual([2]);
  });

  test('the order of records does not matter', () => {
    const records = [
      tls({ auth: refused, serverName: 'a', certificates: ['aa'] }, { id: 11 }),
      tls({ auth: presented, serverName: 'b', certificates: ['bb'] }, { id: 12 }),
      tls({ auth: refused, serverName: 'b' }, { ...otherClient, id: 13 }),
      tls({ auth: { basis: 'x' }, serverName: 'c' }, { id: 14 }),
      tls({ auth: { status: 'resumed' } }, { id: 15 }),
      connection({ ...otherClient, kind: 'unknown', kindBasis: 'y', id: 16 }),
    ];
    expect(fold(...records.toReversed())).toEqual(fold(...records));
  });

  test('worst first, then by first frame', () => {
    const at = (ip: string) => ({ client: { ip, port: 1 } });
    const hops = fold(
      tls({ auth: presented }, { ...at('1'), id: 21 }),
      tls({ auth: { status: 'resumed' } }, { ...at('2'), id: 22 }),
      connection({ ...at('3'), id: 24 }),
      connection({ ...at('4'), id: 23 }),
      tls({ auth: notRequested }, { ...at('5'), id: 25, server: { ip: '10.0.0.1', port: 1 } }),
    );
    expect(hops.map(({ client }) => client.ip)).toEqual(['4', '3', '5', '2', '1']);
  });

  test('keeps three frames of many, the first ones', () => {
    const hop = only(...[9, 3, 7, 5, 1].map((id) => tls({ auth: notRequested }, { id })));
    expect(hop.why).toContain('in 5 of 5 full handshakes (frames 10, 30, 50, …)');
  });

  test('counts what is beyond its bound of hops', () => {
    const folder = new HopFolder({ hops: 1, listed: 1024 });
    folder.add(connection(), () => null);
    folder.add(connection(otherClient), () => null);
    folder.add(connection(), () => null);
    expect(folder.hops()).toHaveLength(1);
    expect(folder.unkept).toBe(1);
  });
});
