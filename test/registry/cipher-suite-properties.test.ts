import { describe, expect, it } from 'vitest';
import { cipherSuite, cipherSuiteName } from '../../src/registry/cipher-suite-properties.js';
import { cipherSuiteNames } from '../../src/registry/cipher-suites.js';

const properties = (id: number) => {
  const suite = cipherSuite(id)!;
  const flags = [suite.aead && 'aead', suite.export && 'export', suite.tls13 && '1.3', suite.signalling && 'signal'];
  return [
    suite.keyExchange,
    suite.authentication,
    suite.cipher,
    suite.keyBits,
    String(suite.hash),
    ...flags.filter(Boolean),
  ].join(' ');
};

describe('cipherSuite', () => {
  it.each([
    [0x0000, 'none none null 0 null'],
    [0x0001, 'rsa rsa null 0 md5'],
    [0x0003, 'rsa rsa rc4-40 40 md5 export'],
    [0x0006, 'rsa rsa rc2-cbc-40 40 md5 export'],
    [0x0008, 'rsa rsa des40-cbc 40 sha1 export'],
    [0x0007, 'rsa rsa idea-cbc 128 sha1'],
    [0x0009, 'rsa rsa des-cbc 56 sha1'],
    [0x000a, 'rsa rsa 3des-ede-cbc 112 sha1'],
    [0x000d, 'dh dsa 3des-ede-cbc 112 sha1'],
    [0x0013, 'dhe dsa 3des-ede-cbc 112 sha1'],
    [0x0017, 'dhe anon rc4-40 40 md5 export'],
    [0x001d, 'kea kea fortezza-cbc 80 sha1'],
    [0x0026, 'krb5 krb5 des40-cbc 40 sha1 export'],
    [0x0035, 'rsa rsa aes-256-cbc 256 sha1'],
    [0x0041, 'rsa rsa camellia-128-cbc 128 sha1'],
    [0x0064, 'rsa rsa rc4-56 56 sha1 export'],
    [0x0081, 'gost gost gost28147-cnt 256 imit'],
    [0x0083, 'gost gost null 0 gostr3411'],
    [0x0096, 'rsa rsa seed-cbc 128 sha1'],
    [0x009c, 'rsa rsa aes-128-gcm 128 sha256 aead'],
    [0x00a9, 'psk psk aes-256-gcm 256 sha384 aead'],
    [0x00b6, 'rsa_psk rsa aes-128-cbc 128 sha256'],
    [0x00c6, 'any any sm4-gcm 128 sm3 aead 1.3'],
    [0x00ff, 'none none null 0 null signal'],
    [0x5600, 'none none null 0 null signal'],
    [0x1301, 'any any aes-128-gcm 128 sha256 aead 1.3'],
    [0x1303, 'any any chacha20-poly1305 256 sha256 aead 1.3'],
    [0x1305, 'any any aes-128-ccm-8 128 sha256 aead 1.3'],
    [0x1307, 'any any aegis-128l 128 sha256 aead 1.3'],
    [0xc0b4, 'any any null 0 sha256 1.3'],
    [0xc005, 'ecdh ecdsa aes-256-cbc 256 sha1'],
    [0xc016, 'ecdhe anon rc4-128 128 sha1'],
    [0xc01e, 'srp rsa aes-128-cbc 128 sha1'],
    [0xc02f, 'ecdhe rsa aes-128-gcm 128 sha256 aead'],
    [0xc039, 'ecdhe_psk psk null 0 sha1'],
    [0xc061, 'ecdhe rsa aria-256-gcm 256 sha384 aead'],
    [0xc0ab, 'dhe_psk psk aes-256-ccm-8 256 sha256 aead'],
    [0xc0ac, 'ecdhe ecdsa aes-128-ccm 128 sha256 aead'],
    [0xc0b0, 'eccpwd password aes-128-gcm 128 sha256 aead'],
    [0xc0ff, 'ecjpake password aes-128-ccm-8 128 sha256 aead'],
    [0xc100, 'gost gost kuznyechik-ctr 256 omac'],
    [0xc103, 'gost gost kuznyechik-mgm-l 256 gostr3411 aead'],
    [0xcc13, 'ecdhe rsa chacha20-poly1305 256 sha256 aead'],
    [0xccad, 'dhe_psk psk chacha20-poly1305 256 sha256 aead'],
    [0xd005, 'ecdhe_psk psk aes-128-ccm 128 sha256 aead'],
    [0xe011, 'sm2dhe sm2 sm4-cbc 128 sm3'],
    [0xe053, 'sm2 sm2 sm4-gcm 128 sm3 aead'],
    [0xe410, 'rsa rsa estream-salsa20 256 sha1'],
    [0xfeff, 'rsa rsa 3des-ede-cbc 112 sha1'],
    [0x010080, 'rsa rsa rc4-128 128 md5'],
    [0x020080, 'rsa rsa rc4-40 40 md5 export'],
    [0x040080, 'rsa rsa rc2-cbc-40 40 md5 export'],
    [0x0700c0, 'rsa rsa 3des-ede-cbc 112 md5'],
  ])('says of suite %i: %s', (id, expected) => {
    expect(properties(id)).toBe(expected);
  });

  it('derives an exchange for every name but the signalling values and the null suite', () => {
    const without = Object.keys(cipherSuiteNames)
      .map(Number)
      .filter((id) => cipherSuite(id)!.keyExchange === 'none');
    expect(without).toEqual([0x0000, 0x00ff, 0x5600]);
  });

  it('writes only ciphers and hashes that it knows', () => {
    const suites = Object.keys(cipherSuiteNames).map((id) => cipherSuite(Number(id))!);
    const ciphers = new Set(suites.map((suite) => suite.cipher.replace(/-(40|56|128|256|64)(?=-|$|l$)/, '')));
    expect([...ciphers].sort()).toEqual(
      [
        ...['3des-ede-cbc', 'aegis', 'aegisl', 'aes-cbc', 'aes-ccm', 'aes-ccm-8', 'aes-gcm', 'aria-cbc', 'aria-gcm'],
        ...[
          'camellia-cbc',
          'camellia-gcm',
          'chacha20-poly1305',
          'des-cbc',
          'des40-cbc',
          'estream-salsa20',
          'fortezza-cbc',
        ],
        ...[
          'gost28147-cnt',
          'idea-cbc',
          'kuznyechik-ctr',
          'kuznyechik-mgm-l',
          'kuznyechik-mgm-s',
          'magma-ctr',
          'magma-mgm-l',
        ],
        ...['magma-mgm-s', 'null', 'rc2-cbc', 'rc4', 'salsa20', 'seed-cbc', 'sm1', 'sm4-cbc', 'sm4-gcm', 'sm4-ccm'],
      ].sort(),
    );
    expect(new Set(suites.map((suite) => suite.hash))).toEqual(
      new Set([null, 'md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sm3', 'imit', 'omac', 'gostr3411']),
    );
  });

  it('gives null for a code without a name, and hexadecimal for its name', () => {
    expect(cipherSuite(0xabcd)).toBeNull();
    expect(cipherSuiteName(0xabcd)).toBe('0xabcd');
    expect(cipherSuiteName(0x990011)).toBe('0x990011');
    expect(cipherSuiteName(0x1301)).toBe('TLS_AES_128_GCM_SHA256');
  });
});
