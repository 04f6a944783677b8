import { describe, expect, it } from 'vitest';
import { anonymousCipher } from '../../src/rules/anonymous-cipher.js';
import { classicalKeyExchange } from '../../src/rules/classical-key-exchange.js';
import { exportCipher } from '../../src/rules/export-cipher.js';
import { insecureRenegotiation } from '../../src/rules/insecure-renegotiation.js';
import { noForwardSecrecy } from '../../src/rules/no-forward-secrecy.js';
import { nullCipher } from '../../src/rules/null-cipher.js';
import { tlsCompression } from '../../src/rules/tls-compression.js';
import { weakCertKey } from '../../src/rules/weak-cert-key.js';
import { weakCertSignature } from '../../src/rules/weak-cert-signature.js';
import { weakCipherSuite } from '../../src/rules/weak-cipher-suite.js';
import { weakDhGroup } from '../../src/rules/weak-dh-group.js';
import { weakHandshakeSignature } from '../../src/rules/weak-handshake-signature.js';
import { certificate, connection, tlsSession } from '../build/records.js';
import { ask, chose, knowing, sightingOf, verdict } from './asking.js';

const refusal = {
  frame: 9,
  from: 'client',
  level: 'fatal',
  description: 'handshake_failure',
  encrypted: false,
} as const;

describe('cipher suites', () => {
  it.each([
    [weakCipherSuite, 0x0005, 'TLS_RSA_WITH_RC4_128_SHA'],
    [weakCipherSuite, 0x0009, 'TLS_RSA_WITH_DES_CBC_SHA'],
    [weakCipherSuite, 0xc012, 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA'],
    [nullCipher, 0x003b, 'TLS_RSA_WITH_NULL_SHA256'],
    [nullCipher, 0xc0b4, 'TLS_SHA256_SHA256'],
    [anonymousCipher, 0x006c, 'TLS_DH_anon_WITH_AES_128_CBC_SHA256'],
    [anonymousCipher, 0xc015, 'TLS_ECDH_anon_WITH_NULL_SHA'],
    [exportCipher, 0x0003, 'TLS_RSA_EXPORT_WITH_RC4_40_MD5'],
    [noForwardSecrecy, 0x009c, 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
    [noForwardSecrecy, 0xc002, 'TLS_ECDH_ECDSA_WITH_RC4_128_SHA'],
  ] as const)('$about.kind fires on a chosen %s', (rule, suite, name) => {
    const { detail, frames, certainty } = sightingOf(rule, chose(suite));
    expect(detail).toContain(name);
    expect(frames).toEqual([6]);
    expect(certainty).toBe('observed');
  });

  it.each([weakCipherSuite, nullCipher, anonymousCipher, exportCipher, noForwardSecrecy])(
    '$about.kind is silent on a sound suite, whatever else the client offers',
    (rule) => {
      const record = chose(0xc02f);
      record.tls!.clientHello!.cipherSuites = [0x0003, 0x0005, 0x003b, 0x006c, 0xc02f];
      expect(verdict(rule, record)).toBe('clean');
    },
  );

  it('is silent where the client refused what the server chose', () => {
    expect(verdict(weakCipherSuite, chose(0x0005, 'TLSv1.2', { established: false, alerts: [refusal] }))).toBe('clean');
  });

  it('fires where the certificate was refused: the suite had been taken', () => {
    const alerts = [{ ...refusal, description: 'unknown_ca' }];
    expect(verdict(weakCipherSuite, chose(0x0005, 'TLSv1.2', { established: false, alerts }))).toBe('fires');
  });

  it('can not tell without the ServerHello, and does not apply where the server never spoke', () => {
    const lost = tlsSession({ serverHello: null, version: null });
    expect(verdict(nullCipher, connection({ tls: lost }))).toBe('unobservable');
    expect(verdict(nullCipher, connection({ tls: { ...lost, records: { client: 1, server: 0 } } }))).toBe(
      'inapplicable',
    );
  });

  it('takes a TLS 1.3 resumption without a key share for one without forward secrecy', () => {
    const resumed = chose(0x1301, 'TLSv1.3', { resumed: true });
    expect(verdict(noForwardSecrecy, resumed)).toBe('fires');
    resumed.tls!.serverHello!.group = 29;
    expect(verdict(noForwardSecrecy, resumed)).toBe('clean');
  });
});

describe('parameters of the handshake', () => {
  it('reports a short finite-field prime, and no other key exchange', () => {
    const exchange = { frame: 6, kind: 'dhe', group: null, primeBits: 1024, signatureAlgorithm: 0x0804 };
    expect(sightingOf(weakDhGroup, connection({ tls: tlsSession({ serverKeyExchange: exchange }) })).detail).toContain(
      '1024',
    );
    expect(
      verdict(weakDhGroup, connection({ tls: tlsSession({ serverKeyExchange: { ...exchange, primeBits: 2048 } }) })),
    ).toBe('clean');
    expect(verdict(weakDhGroup, connection())).toBe('inapplicable');
  });

  it('reports compression by the ServerHello alone', () => {
    const record = connection();
    expect(verdict(tlsCompression, record)).toBe('clean');
    record.tls!.serverHello!.compression = 1;
    expect(sightingOf(tlsCompression, record).detail).toContain('DEFLATE');
  });

  it('reports SHA-1 and MD5 in the signatures of either side, and only in TLS 1.2', () => {
    const check = { frame: 8, scheme: 0x0201, result: 'valid', because: null } as const;
    const signatures = { serverKeyExchange: null, serverCertificateVerify: null, clientCertificateVerify: check };
    const both = tlsSession({ signatures });
    both.serverKeyExchange!.signatureAlgorithm = 0x0101;
    expect(ask(weakHandshakeSignature, connection({ tls: both }))).toMatchObject([
      { frames: [6], detail: expect.stringContaining('MD5') },
      { frames: [8], detail: expect.stringContaining('SHA-1') },
    ]);
    expect(verdict(weakHandshakeSignature, connection())).toBe('clean');
    expect(verdict(weakHandshakeSignature, connection({ tls: { ...both, version: 'TLSv1.1' } }))).toBe('inapplicable');
  });

  it('asks for RFC 5746 only of servers whose client announced it', () => {
    const bare = tlsSession();
    bare.serverHello!.secureRenegotiation = false;
    expect(verdict(insecureRenegotiation, connection({ tls: bare }))).toBe('unobservable');
    bare.clientHello!.cipherSuites = [0xc02f, 0x00ff];
    expect(sightingOf(insecureRenegotiation, connection({ tls: bare })).frames).toEqual([4, 6]);
    bare.clientHello!.cipherSuites = [0xc02f];
    bare.clientHello!.extensions = [0xff01];
    expect(verdict(insecureRenegotiation, connection({ tls: bare }))).toBe('fires');
    expect(verdict(insecureRenegotiation, connection({ tls: { ...bare, clientHello: null } }))).toBe('unobservable');
    expect(verdict(insecureRenegotiation, connection())).toBe('clean');
  });

  it('takes the inventory of key exchanges only when asked, by the group', () => {
    expect(classicalKeyExchange.about.optIn).toBe(true);
    const record = chose(0x1301, 'TLSv1.3');
    record.tls!.serverHello!.group = 0x11ec;
    expect(verdict(classicalKeyExchange, record)).toBe('clean');
    record.tls!.serverHello!.group = 0x001d;
    expect(sightingOf(classicalKeyExchange, record).detail).toContain('x25519');
  });
});

describe('certificates', () => {
  const leaf = 'aa'.repeat(32);
  const client = 'bb'.repeat(32);
  const root = 'cc'.repeat(32);
  const tls = tlsSession({ serverCertificates: [leaf, root] });

  it('reports every weak certificate of a connection, each under its digest', () => {
    const answer = ask(
      weakCertSignature,
      connection({ tls }),
      knowing(
        certificate({ sha256: leaf, signatureAlgorithm: 'sha1WithRSAEncryption' }),
        certificate({ sha256: client, signatureAlgorithm: 'md5WithRSAEncryption', subject: 'CN=client' }),
      ),
    );
    expect(answer).toMatchObject([
      { certificate: leaf, frames: [6], detail: expect.stringContaining('SHA-1') },
      { certificate: client, frames: [8], detail: expect.stringContaining('MD5') },
    ]);
  });

  it('does not hold the signature of a self-signed certificate upon itself against it', () => {
    const context = knowing(
      certificate({ sha256: root, selfSigned: true, isCa: true, signatureAlgorithm: 'sha1WithRSAEncryption' }),
    );
    expect(verdict(weakCertSignature, connection({ tls }), context)).toBe('clean');
  });

  it('reports short keys of those who use them, not of a root in the chain', () => {
    const weak = { keyType: 'RSA', keyBits: 1024, selfSigned: true };
    expect(verdict(weakCertKey, connection({ tls }), knowing(certificate({ sha256: root, ...weak })))).toBe('clean');
    expect(verdict(weakCertKey, connection({ tls }), knowing(certificate({ sha256: leaf, ...weak })))).toBe('fires');
    expect(
      verdict(weakCertKey, connection({ tls }), knowing(certificate({ sha256: leaf, keyType: 'EC', keyBits: 192 }))),
    ).toBe('fires');
    expect(
      verdict(
        weakCertKey,
        connection({ tls }),
        knowing(certificate({ sha256: leaf, keyType: 'Ed25519', keyBits: 256 })),
      ),
    ).toBe('clean');
  });

  it('says nothing where no certificate was shown', () => {
    const none = tlsSession({ serverCertificates: null, clientCertificates: null });
    expect(verdict(weakCertKey, connection({ tls: none }))).toBe('inapplicable');
  });
});
