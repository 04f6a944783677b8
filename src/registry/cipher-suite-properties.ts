import { cipherSuiteNames } from './cipher-suites.js';

/**
 * How the premaster secret comes about. `dhe` and `ecdhe` are ephemeral, the anonymous kinds included (they differ in
 * `authentication` alone); `dh` and `ecdh` take the key from the certificate. `any`: TLS 1.3, where groups and PSKs are
 * negotiated apart. `none`: no exchange at all (TLS_NULL_WITH_NULL_NULL and the signalling values).
 */
export type KeyExchange =
  | 'none'
  | 'rsa'
  | 'dh'
  | 'dhe'
  | 'ecdh'
  | 'ecdhe'
  | 'psk'
  | 'dhe_psk'
  | 'ecdhe_psk'
  | 'rsa_psk'
  | 'srp'
  | 'krb5'
  | 'gost'
  | 'kea'
  | 'eccpwd'
  | 'ecjpake'
  | 'sm2'
  | 'sm2dhe'
  | 'sm9'
  | 'any';

/** What proves the server's identity (the client's, where a certificate is asked for, is apart). */
export type SuiteAuthentication =
  | 'none'
  | 'anon'
  | 'rsa'
  | 'dsa'
  | 'ecdsa'
  | 'psk'
  | 'srp'
  | 'krb5'
  | 'gost'
  | 'kea'
  | 'password'
  | 'sm2'
  | 'sm9'
  | 'any';

/** What a cipher suite promises. Shared: never change one. */
export interface CipherSuite {
  readonly id: number;
  /** IANA's name. */
  readonly name: string;
  readonly keyExchange: KeyExchange;
  readonly authentication: SuiteAuthentication;
  /** 'aes-128-gcm', '3des-ede-cbc', 'rc4-128', 'null', … */
  readonly cipher: string;
  /** Strength that the cipher's key is meant to have: 112 for three-key 3DES, 40 for export suites, 0 for NULL. */
  readonly keyBits: number;
  /**
   * Hash that the name says: of the record MAC, or for AEAD of the key derivation; 'sha256' where a CCM suite leaves it
   * out (RFC 5246 §5); null where there is none.
   */
  readonly hash: string | null;
  /** Authenticated encryption: no MAC-then-encrypt. */
  readonly aead: boolean;
  /** Weakened for the export rules of the 1990s. */
  readonly export: boolean;
  /** A signal in a ClientHello, not a suite: RFC 5746, RFC 7507. */
  readonly signalling: boolean;
  /** Defined for TLS 1.3 only. */
  readonly tls13: boolean;
}

const described = new Map<number, CipherSuite | null>();

/** The properties of a suite, or null for a code without a name. Bounded: only named codes are remembered. */
export function cipherSuite(id: number): CipherSuite | null {
  const known = described.get(id);
  if (known !== undefined) return known;
  const name = cipherSuiteNames[id];
  if (name === undefined) return null;
  const suite = describeCipherSuite(id, name);
  described.set(id, suite);
  return suite;
}

/** Name of a suite: IANA's, or '0x1234' ('0x123456' for SSLv2 kinds) for a code without one. */
export function cipherSuiteName(id: number): string {
  return cipherSuiteNames[id] ?? `0x${id.toString(16).padStart(id > 0xffff ? 6 : 4, '0')}`;
}

/** Derives a suite's properties from the IANA form of its name. */
export function describeCipherSuite(id: number, name: string): CipherSuite {
  const bare = name.replace(/^(TLS|SSL|SSL_CK)_/, '');
  const signalling = bare.endsWith('_SCSV');
  const parts = /^(?:CK_)?(?:(.+)_)?WITH_(.+)$/.exec(bare);
  const isSsl2 = id > 0xffff;
  const isGm = /^(ECDHE|ECC|IBSDH|IBC|RSA)_(SM1|SM4_CBC|SM4_GCM)_/.exec(bare);
  const tls13 = parts === null && isGm === null && !signalling && name !== 'TLS_NULL_WITH_NULL_NULL';

  let exchange = parts?.[1] ?? '';
  let protection = parts?.[2] ?? bare;
  if (isSsl2) {
    protection = `${exchange.replace(/^CK_/, '')}_MD5`;
    exchange = 'RSA';
  } else if (isGm !== null) {
    exchange = `GM_${isGm[1]}`;
    protection = bare.slice(isGm[1]!.length + 1);
  }
  const isExport = /EXPORT/.test(exchange) || /EXPORT/.test(protection);
  const [keyExchange, authentication] = signalling
    ? exchanges.NULL!
    : tls13
      ? exchanges['1.3']!
      : (exchanges[exchange.replace(/_(EXPORT(1024)?|FIPS)$/, '')] ?? exchanges.NULL!);
  const [cipher, hash] = signalling ? ['null', null] : splitProtection(protection);
  return Object.freeze({
    id,
    name,
    keyExchange,
    authentication,
    cipher,
    keyBits: keyBitsOf(cipher),
    hash,
    aead: /gcm|ccm|poly1305|mgm|aegis/.test(cipher),
    export: isExport,
    signalling,
    tls13,
  });
}

const exchanges: Readonly<Record<string, readonly [KeyExchange, SuiteAuthentication]>> = {
  NULL: ['none', 'none'],
  '1.3': ['any', 'any'],
  RSA: ['rsa', 'rsa'],
  DH_DSS: ['dh', 'dsa'],
  DH_RSA: ['dh', 'rsa'],
  DH_anon: ['dhe', 'anon'],
  DHE_DSS: ['dhe', 'dsa'],
  DHE_RSA: ['dhe', 'rsa'],
  ECDH_ECDSA: ['ecdh', 'ecdsa'],
  ECDH_RSA: ['ecdh', 'rsa'],
  ECDH_anon: ['ecdhe', 'anon'],
  ECDHE_ECDSA: ['ecdhe', 'ecdsa'],
  ECDHE_RSA: ['ecdhe', 'rsa'],
  PSK: ['psk', 'psk'],
  DHE_PSK: ['dhe_psk', 'psk'],
  PSK_DHE: ['dhe_psk', 'psk'],
  ECDHE_PSK: ['ecdhe_psk', 'psk'],
  RSA_PSK: ['rsa_psk', 'rsa'],
  SRP_SHA: ['srp', 'srp'],
  SRP_SHA_RSA: ['srp', 'rsa'],
  SRP_SHA_DSS: ['srp', 'dsa'],
  KRB5: ['krb5', 'krb5'],
  FORTEZZA_KEA: ['kea', 'kea'],
  GOSTR341094: ['gost', 'gost'],
  GOSTR341001: ['gost', 'gost'],
  GOSTR341112_256: ['gost', 'gost'],
  ECCPWD: ['eccpwd', 'password'],
  ECJPAKE: ['ecjpake', 'password'],
  GM_ECDHE: ['sm2dhe', 'sm2'],
  GM_ECC: ['sm2', 'sm2'],
  GM_IBSDH: ['sm9', 'sm9'],
  GM_IBC: ['sm9', 'sm9'],
  GM_RSA: ['rsa', 'rsa'],
};

const trailingHash = /^(?:(.+)_)?(MD5|SHA|SHA1|SHA256|SHA384|SHA512|SM3|IMIT|OMAC|GOSTR3411)$/;

function splitProtection(protection: string): [cipher: string, hash: string | null] {
  const ended = trailingHash.exec(protection);
  const cipher = cipherName(ended === null ? protection : (ended[1] ?? 'NULL'));
  if (ended !== null) return [cipher, ended[2] === 'SHA' ? 'sha1' : ended[2]!.toLowerCase()];
  if (cipher.includes('ccm')) return [cipher, 'sha256'];
  if (cipher.includes('mgm')) return [cipher, 'gostr3411'];
  return [cipher, null];
}

function cipherName(text: string): string {
  // Integrity-only suites of RFC 9150 name their hash twice; NULL_NULL is the initial state of RFC 5246 §A.5.
  if (/^(SHA256|SHA384|NULL_NULL|NULL_WITH_NULL_NULL)$/.test(text)) return 'null';
  if (text.startsWith('28147')) return 'gost28147-cnt';
  return text
    .replace(/^RC4_128_EXPORT40$/, 'RC4_40')
    .replace(/^RC2_128_CBC_EXPORT40$/, 'RC2_CBC_40')
    .replace(/^RC2_128_CBC$/, 'RC2_CBC_128')
    .replace(/^IDEA_128_CBC$/, 'IDEA_CBC')
    .replace(/^DES_64_CBC$/, 'DES_CBC')
    .replace(/^DES_192_EDE3_CBC$/, '3DES_EDE_CBC')
    .replace(/^DES_CBC_40$/, 'DES40_CBC')
    .toLowerCase()
    .replaceAll('_', '-');
}

function keyBitsOf(cipher: string): number {
  if (cipher === 'null') return 0;
  if (cipher.startsWith('3des')) return 112;
  if (cipher === 'des40-cbc') return 40;
  if (cipher === 'des-cbc') return 56;
  if (cipher === 'fortezza-cbc') return 80;
  const written = /-(40|56|64|128|256)(-|l-|l$|$)/.exec(cipher);
  if (written !== null) return Number(written[1]);
  return /chacha20|gost|kuznyechik|magma|salsa20/.test(cipher) ? 256 : 128;
}
