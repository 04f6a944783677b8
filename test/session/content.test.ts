import { describe, expect, it } from 'vitest';
import { skipAll } from '../../src/model/stream.js';
import { ContentNotes } from '../../src/session/content/content-notes.js';
import { ContentReader } from '../../src/session/content/content-reader.js';
import { DecryptedContent } from '../../src/session/content/decrypted-content.js';
import { maxInspectedOctets } from '../../src/session/limits.js';
import { AnnouncedEndpoints } from '../../src/session/shared/announced-endpoints.js';
import { ascii, octets, uint16, uint32 } from '../build/tls.js';
import { buildCertificate } from '../build/x509.js';
import { arrivalAt } from '../protocols/follow.js';
import { hello12, whole12 } from './handshakes.js';
import { client, closes, missing, newContext, type Step, server, talk } from './talk.js';

const get = client(ascii('GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer abcdefghijkl\r\n\r\n'));
const ok = server(ascii('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
const certificate = buildCertificate();

describe('readable content', () => {
  it('is followed from its first octets on, and tells how much was looked at', () => {
    const record = talk([get, ok], { serverPort: 80 });
    expect(record.content).toMatchObject({
      decrypted: false,
      requestCount: 1,
      requests: [{ frame: 1, answerFrame: 2, status: '200', target: 'a.example' }],
      credentials: [{ frame: 1, from: 'client' }],
      inspection: { client: { octets: record.bytes.client, ended: null }, server: { octets: record.bytes.server } },
    });
    expect(record.upgrade).toBeNull();
  });

  it('is the same where the capture begins in the middle, or hears the server first', () => {
    const { content } = talk([get, ok], { serverPort: 80 });
    expect(talk([get, ok], { first: 'server', serverPort: 80 }).content).toEqual(content);
    expect(talk([get, ok], { syn: true }).content).toEqual(content);
  });

  it('belongs to the sides that the record names, where who speaks as client accepted the connection', () => {
    // A reverse connection: the one that sends the SYN is asked.
    const record = talk(
      [
        { from: 'server', bytes: get.from === 'client' && 'bytes' in get ? get.bytes : ascii('') },
        { from: 'client', bytes: 'bytes' in ok ? ok.bytes : ascii('') },
      ],
      { syn: true },
    );
    expect(record).toMatchObject({ rolesFrom: 'syn', content: { credentials: [{ from: 'server' }] } });
    expect(record.content?.inspection.server.octets).toBe(record.bytes.server);
  });

  it('of no protocol known here is searched for certificates', () => {
    const said = octets(0x99, ...Array.from({ length: 40 }, (_, at) => ascii(`\x01\x02${at}`)));
    const record = talk([client(said), server(said), client(certificate), closes('client')]);
    expect(record).toMatchObject({
      kind: 'cleartext',
      kindBasis: expect.stringContaining('a certificate can be read'),
      content: { material: [{ kind: 'certificate', frame: 3, where: 'stream' }] },
    });
  });

  it('that is kept while it is identified is told in the order of arrival, with its frames', () => {
    const pieces = [client(ascii('GET / HT')), client(ascii('TP/1.1\r\nHost: a\r\nX-API-Key: 0123456789\r\n\r\n')), ok];
    expect(talk(pieces).content).toMatchObject({
      requests: [{ frame: 2, answerFrame: 3 }],
      credentials: [{ frame: 2 }],
    });
  });

  it('whose body is stepped over goes on after it, kept or not', () => {
    const head = ascii('HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9000\r\n\r\n');
    const steps: Step[] = [get, server(head, new Uint8Array(9000)), get, ok];
    for (const segment of [7, 100, 10_000]) {
      const record = talk(steps, { segment });
      expect(record.content).toMatchObject({
        requestCount: 2,
        requests: [{ status: '200' }, { frame: 3, answerFrame: 4 }],
      });
    }
    // The first octets alone tell nothing: what is kept ends in the middle of the body.
    const kept = talk([server(ascii('HTTP/1.1 20')), server(octets(head.slice(11), new Uint8Array(9000))), get, ok], {
      first: 'server',
    });
    expect(kept.content?.inspection.server.octets).toBeLessThan(5_000);
  });

  it('goes on after a gap', () => {
    const record = talk([get, ok, missing('client', 50), get, ok]);
    expect(record.content).toMatchObject({ requestCount: 2 });
  });

  it('costs nothing where nobody reads it, nor where TLS begins at once', () => {
    expect(talk(whole12()).content).toBeNull();
    expect(talk([client(ascii('SSH-2.0-a\r\n')), server(ascii('SSH-2.0-b\r\n'))]).content).toBeNull();
  });
});

describe('a change to TLS', () => {
  it('is told generically where nobody follows the dialogue', () => {
    const odd = client(octets(0x99, ascii('odd')));
    expect(talk([odd, ...whole12()]).upgrade).toMatchObject({
      mechanism: 'unknown',
      outcome: 'taken',
      requestedFrame: null,
    });
  });

  it('by CONNECT names its frames', () => {
    const record = talk([
      client(ascii('CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n')),
      server(ascii('HTTP/1.1 200 OK\r\n\r\n')),
      ...whole12('presents'),
    ]);
    expect(record).toMatchObject({
      kind: 'starttls',
      protocol: 'http',
      upgrade: { mechanism: 'CONNECT', outcome: 'taken', requestedFrame: 1, answeredFrame: 2 },
      tls: { clientAuth: { status: 'presented' } },
    });
  });
});

describe('a PROXY protocol header', () => {
  const value = (type: number, content: Uint8Array): Uint8Array => octets(type, uint16(content.length), content);
  const ssl = octets(
    0x03,
    uint32(0),
    value(0x21, ascii('TLSv1.3')),
    value(0x22, ascii('client-7')),
    value(0x23, ascii('TLS_AES_128_GCM_SHA256')),
    value(0x28, certificate),
  );
  const rest = octets(
    octets(192, 0, 2, 7, 192, 0, 2, 8),
    uint16(40000),
    uint16(443),
    value(0x02, ascii('a.example')),
    value(0x05, ascii('unique')),
    value(0x20, ssl),
  );
  const header = octets(ascii('\r\n\r\n\0\r\nQUIT\n'), 0x21, 0x11, uint16(rest.length), rest);
  const expected = {
    frame: 1,
    from: 'client',
    version: 2,
    source: { ip: '192.0.2.7', port: 40000 },
    destination: { ip: '192.0.2.8', port: 443 },
    tlvs: [2, 5, 32],
    authority: 'a.example',
    ssl: {
      overTls: true,
      certificatePresented: true,
      verified: true,
      version: 'TLSv1.3',
      cipher: 'TLS_AES_128_GCM_SHA256',
      commonName: 'client-7',
    },
  };

  it('of version 2 says who the TLS client is, before HTTP and before TLS', () => {
    const beforeHttp = talk([client(header), get, ok]);
    const beforeTls = talk([client(header, hello12()), ...whole12().slice(1)]);
    for (const { proxyHeader, content } of [beforeHttp, beforeTls]) {
      expect(proxyHeader).toEqual(expected);
      expect(content).toMatchObject({
        identities: [
          { kind: 'certificate' },
          { kind: 'tls-info' },
          { kind: 'verification', value: 'verified' },
          { kind: 'name', value: 'client-7' },
        ],
        forwarding: [{ name: 'proxy-unique-id' }, { name: 'proxy-protocol', client: { ip: '192.0.2.7', port: 40000 } }],
        material: [{ where: 'PROXY v2 SSL TLV' }],
      });
    }
    expect(beforeHttp).toMatchObject({ protocol: 'http', content: { requestCount: 1 } });
    expect(beforeTls).toMatchObject({ kind: 'tls', upgrade: null });
  });

  it('cut in pieces says the same', () => {
    for (let at = 1; at < header.length; at += 17) {
      expect(talk([client(header.slice(0, at)), client(header.slice(at)), get, ok]).proxyHeader).toEqual(expected);
    }
  });

  it.each([
    ['PROXY TCP6 2001:DB8::1 2001:db8::2 4000 443\r\n', { version: 1, source: { ip: '2001:db8::1', port: 4000 } }],
    ['PROXY UNKNOWN\r\n', { version: 1, source: null, destination: null }],
  ])('of version 1 (%j)', (line, says) => {
    expect(talk([client(ascii(line)), get, ok])).toMatchObject({ proxyHeader: says, protocol: 'http' });
  });

  it('that is LOCAL names nobody', () => {
    const local = octets(ascii('\r\n\r\n\0\r\nQUIT\n'), 0x20, 0x00, uint16(0));
    expect(talk([client(local), get, ok]).proxyHeader).toMatchObject({ version: 2, source: null, ssl: null, tlvs: [] });
  });
});

describe('the notes of a connection', () => {
  const notes = (): ContentNotes => new ContentNotes(0, new AnnouncedEndpoints(), false);

  it('are bounded, and the count goes on', () => {
    const full = notes();
    for (let index = 0; index < 1000; index++) {
      const number = full.request('client', arrivalAt(index), 'GET', 'x'.repeat(5000));
      full.answered(number, arrivalAt(index), '200');
      full.login('client', arrivalAt(index), 'password', 'x');
      const secret = ascii(`secret ${index}`);
      full.credential('client', arrivalAt(index), 'password', 'x', null, {
        bytes: secret,
        start: 0,
        end: secret.length,
      });
    }
    const record = full.record(0)!;
    expect(record.requestCount).toBe(1000);
    expect([record.requests.length, record.logins.length, record.credentials.length]).toEqual([64, 64, 64]);
    expect(record.requests[0]!.target!.length).toBeLessThan(600);
  });

  it('keep no secret, and each sight once', () => {
    const some = notes();
    const secret = ascii('hunter22');
    for (let times = 0; times < 3; times++) {
      some.credential('client', arrivalAt(1), 'password', 'x', null, { bytes: secret, start: 0, end: secret.length });
    }
    secret.fill(0xee);
    expect(some.record(0)).toBeNull();
    some.inspected('client', 8);
    expect(some.record(0)!.credentials).toEqual([
      {
        frame: 1,
        from: 'client',
        kind: 'password',
        mechanism: 'x',
        where: null,
        length: 8,
        sha256Prefix: expect.stringMatching(/^[0-9a-f]{8}$/),
      },
    ]);
  });

  it('end where the budget is spent, and say so', () => {
    const some = notes();
    const reader = new ContentReader(some, { data: () => 0, gap: () => 0 });
    const piece = new Uint8Array(100_000);
    let skip = 0;
    for (let times = 0; times < 12 && skip === 0; times++) skip = reader.data(0, piece, 0, piece.length, arrivalAt(1));
    expect(skip).toBe(skipAll);
    expect(some.record(0)!.inspection).toMatchObject({
      client: { octets: maxInspectedOctets, ended: expect.stringMatching(/budget/) },
      server: { octets: 0, ended: null },
    });
    expect(reader.done).toBe(false);
  });
});

describe('an announced connection', () => {
  it('has the announced protocol, once', () => {
    const context = newContext();
    context.announced.announce({ ip: '198.51.100.2', port: 50_000 }, 'ftp-data');
    const steps = [client(octets(0x99, 1, 2, 3)), server(certificate), closes('server')];
    const first = talk(steps, { context, serverPort: 50_000 });
    expect(first).toMatchObject({
      kind: 'cleartext',
      protocol: 'ftp-data',
      content: { material: [{ kind: 'certificate' }] },
    });
    expect(talk(steps, { context, serverPort: 50_000 }).protocol).toBeNull();
    context.announced.announce({ ip: '', port: 50_001 }, 'ftp-data');
    expect(talk(steps, { context, serverPort: 50_001 }).protocol).toBe('ftp-data');
  });
});

describe('decrypted content', () => {
  it('is identified and followed like cleartext', () => {
    const content = new DecryptedContent(newContext(), 1, 50_000, 443);
    for (const [frame, step] of [get, ok, get, ok].entries()) {
      if (!('bytes' in step)) continue;
      for (let at = 0; at < step.bytes.length; at += 5) {
        const lent = step.bytes.slice(at, at + 5);
        content.data(step.from === 'client' ? 1 : 0, lent, 0, lent.length, arrivalAt(frame + 1));
        lent.fill(0xee);
      }
    }
    content.end();
    expect(content.protocol?.name).toBe('http');
    expect(content.notes.record(1)).toMatchObject({
      decrypted: true,
      requestCount: 2,
      requests: [
        { status: '200', answerFrame: 2 },
        { frame: 3, answerFrame: 4 },
      ],
      credentials: [{ from: 'client' }],
    });
  });
});
