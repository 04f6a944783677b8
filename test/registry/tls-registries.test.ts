import { describe, expect, it } from 'vitest';
import { cipherSuiteNames } from '../../src/registry/cipher-suites.js';
import { isGrease } from '../../src/registry/grease.js';
import { isPostQuantumGroup, namedGroupName, namedGroups } from '../../src/registry/named-groups.js';
import { signatureSchemeName, signatureSchemes } from '../../src/registry/signature-schemes.js';
import { tlsAlertName, tlsAlerts } from '../../src/registry/tls-alerts.js';
import {
  tlsCertificateCompressionAlgorithms,
  tlsCertificateStatusTypes,
  tlsCertificateTypes,
} from '../../src/registry/tls-certificate-types.js';
import { tlsClientCertificateTypes } from '../../src/registry/tls-client-certificate-types.js';
import { tlsCompressionMethods } from '../../src/registry/tls-compression-methods.js';
import { tlsContentTypes } from '../../src/registry/tls-content-types.js';
import { tlsExtensionName, tlsExtensions } from '../../src/registry/tls-extensions.js';
import { tlsHandshakeTypeName, tlsHandshakeTypes } from '../../src/registry/tls-handshake-types.js';
import { isTls13, messageVersion, tlsVersions, versionName, versionNumber } from '../../src/registry/tls-versions.js';

describe('TLS registries', () => {
  it.each([
    ['extensions', tlsExtensions, 74],
    ['groups', namedGroups, 61],
    ['signature schemes', signatureSchemes, 61],
    ['alerts', tlsAlerts, 38],
    ['handshake types', tlsHandshakeTypes, 26],
    ['content types', tlsContentTypes, 8],
    ['client certificate types', tlsClientCertificateTypes, 15],
    ['certificate types', tlsCertificateTypes, 4],
    ['certificate status types', tlsCertificateStatusTypes, 2],
    ['certificate compression', tlsCertificateCompressionAlgorithms, 3],
    ['compression methods', tlsCompressionMethods, 3],
    ['versions', tlsVersions, 11],
  ])('%s have unique codes', (_name, registry: Readonly<Record<string, number>>, count) => {
    const codes = Object.values(registry);
    expect(codes).toHaveLength(count);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(isGrease(code)).toBe(false);
  });

  it('names 408 suites and 8 kinds of SSLv2, none of them GREASE', () => {
    const codes = Object.keys(cipherSuiteNames).map(Number);
    expect(codes.filter((code) => code <= 0xffff)).toHaveLength(408);
    expect(codes.filter((code) => code > 0xffff)).toHaveLength(8);
    for (const code of codes) if (code <= 0xffff) expect(isGrease(code)).toBe(false);
  });

  it('know the newest code points', () => {
    expect(namedGroupName(0x11ec)).toBe('X25519MLKEM768');
    expect(namedGroupName(0x11ee)).toBe('curveSM2MLKEM768');
    expect(namedGroupName(0x0202)).toBe('MLKEM1024');
    expect(signatureSchemeName(0x0905)).toBe('mldsa65');
    expect(signatureSchemeName(0x081a)).toBe('ecdsa_brainpoolP256r1tls13_sha256');
    expect(tlsExtensionName(0xfe0d)).toBe('encrypted_client_hello');
    expect(tlsExtensionName(57)).toBe('quic_transport_parameters');
    expect(tlsExtensionName(33)).toBe('tls_cert_with_extern_psk');
    expect(tlsAlertName(116)).toBe('certificate_required');
    expect(tlsHandshakeTypeName(25)).toBe('compressed_certificate');
  });

  it('give null for unknown codes', () => {
    expect(namedGroupName(0xabcd)).toBeNull();
    expect(tlsExtensionName(0x1a1a)).toBeNull();
    expect(tlsAlertName(255)).toBeNull();
  });

  it('tell groups that resist a quantum computer', () => {
    expect([0x11ec, 0x0201, 0x6399, 0x4138].map(isPostQuantumGroup)).toEqual([true, true, true, true]);
    expect([0x001d, 0x0100, 0xabcd].map(isPostQuantumGroup)).toEqual([false, false, false]);
  });
});

describe('isGrease', () => {
  it('knows exactly the sixteen codes of RFC 8701', () => {
    const codes = Array.from({ length: 0x10000 }, (_, code) => code).filter(isGrease);
    expect(codes).toHaveLength(16);
    expect(codes[0]).toBe(0x0a0a);
    expect(codes[15]).toBe(0xfafa);
    expect(codes).not.toContain(0x0a1a);
  });
});

describe('versions', () => {
  it('have names that lead back', () => {
    for (const version of Object.values(tlsVersions)) expect(versionNumber(versionName(version))).toBe(version);
    expect(versionName(0x0303)).toBe('TLSv1.2');
    expect(versionName(0x7f1c)).toBe('0x7f1c');
    expect(versionName(0x0005)).toBe('0x0005');
    expect(versionNumber('0x7f1c')).toBe(0x7f1c);
    expect(versionNumber('TLS')).toBeNull();
  });

  it('lead to the message formats that they use', () => {
    expect(messageVersion(0xfefd)).toBe(0x0303);
    expect(messageVersion(0xfeff)).toBe(0x0302);
    expect(messageVersion(0xfefc)).toBe(0x0304);
    expect(messageVersion(0x7f12)).toBe(0x0304);
    expect(messageVersion(0xfb17)).toBe(0x0304);
    expect(messageVersion(0x0101)).toBe(0x0302);
    expect(messageVersion(0x0301)).toBe(0x0301);
    expect(isTls13(0x7f17)).toBe(true);
    expect(isTls13(0x0303)).toBe(false);
  });
});
