// Object identifiers of certificates, as data. Sources: the IANA registry "SMI Security for PKIX" (1.3.6.1.5.5.7; the part
// that certificates use, November 2026), RFC 3279, 4055, 4519, 5280, 5480, 5639, 5758, 8410, 8692, 9215, 9881 and 9909, and
// the arcs of SEC 2, NIST, the CA/Browser Forum, Microsoft and Netscape. Names are those of RFC 4514 and 4519 for attributes
// and the field's usual ones (the RFCs', OpenSSL's) for the rest; what is not listed stays a dotted identifier everywhere.

/** Attribute types of distinguished names and the short names that RFC 4514 texts carry. */
export const attributeTypes = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'sn',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.15': 'businessCategory',
  '2.5.4.16': 'postalAddress',
  '2.5.4.17': 'postalCode',
  '2.5.4.18': 'postOfficeBox',
  '2.5.4.20': 'telephoneNumber',
  '2.5.4.41': 'name',
  '2.5.4.42': 'givenName',
  '2.5.4.43': 'initials',
  '2.5.4.44': 'generationQualifier',
  '2.5.4.45': 'x500UniqueIdentifier',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.51': 'houseIdentifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.72': 'role',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.2.840.113549.1.9.2': 'unstructuredName',
  '1.2.840.113549.1.9.8': 'unstructuredAddress',
  '1.3.6.1.4.1.311.60.2.1.1': 'jurisdictionL',
  '1.3.6.1.4.1.311.60.2.1.2': 'jurisdictionST',
  '1.3.6.1.4.1.311.60.2.1.3': 'jurisdictionC',
} as const;

/** How the size of a public key is found: which shape its parameters or its bits have. */
export type KeyShape = 'rsa' | 'ec' | 'dsa' | 'dh' | 'fixed';

/** A public key algorithm: the report's name, the shape that tells its size, and the size where the identifier fixes it. */
export interface KeyAlgorithm {
  name: string;
  shape: KeyShape;
  /** Bits; null where the algorithm has no customary size (ML-DSA, SLH-DSA) or the key tells it. */
  bits: number | null;
}

const rsa = (name: string): KeyAlgorithm => ({ name, shape: 'rsa', bits: null });
const fixed = (name: string, bits: number | null): KeyAlgorithm => ({ name, shape: 'fixed', bits });

/** Public key algorithms of SubjectPublicKeyInfo. */
export const keyAlgorithms: Readonly<Record<string, KeyAlgorithm>> = {
  '1.2.840.113549.1.1.1': rsa('RSA'),
  '2.5.8.1.1': rsa('RSA'),
  '1.2.840.113549.1.1.7': rsa('RSA-OAEP'),
  '1.2.840.113549.1.1.10': rsa('RSA-PSS'),
  '1.2.840.10045.2.1': { name: 'EC', shape: 'ec', bits: null },
  '1.3.132.1.12': { name: 'EC', shape: 'ec', bits: null },
  '1.3.132.1.13': { name: 'EC', shape: 'ec', bits: null },
  '1.2.840.10040.4.1': { name: 'DSA', shape: 'dsa', bits: null },
  '1.3.14.3.2.12': { name: 'DSA', shape: 'dsa', bits: null },
  '1.2.840.113549.1.3.1': { name: 'DH', shape: 'dh', bits: null },
  '1.2.840.10046.2.1': { name: 'DH', shape: 'dh', bits: null },
  '1.3.101.110': fixed('X25519', 256),
  '1.3.101.111': fixed('X448', 448),
  '1.3.101.112': fixed('Ed25519', 256),
  '1.3.101.113': fixed('Ed448', 456),
  '1.2.643.2.2.19': fixed('GOST-2001', 256),
  '1.2.643.7.1.1.1.1': fixed('GOST-2012-256', 256),
  '1.2.643.7.1.1.1.2': fixed('GOST-2012-512', 512),
  '2.16.840.1.101.3.4.3.17': fixed('ML-DSA-44', null),
  '2.16.840.1.101.3.4.3.18': fixed('ML-DSA-65', null),
  '2.16.840.1.101.3.4.3.19': fixed('ML-DSA-87', null),
  '2.16.840.1.101.3.4.3.20': fixed('SLH-DSA-SHA2-128s', null),
  '2.16.840.1.101.3.4.3.21': fixed('SLH-DSA-SHA2-128f', null),
  '2.16.840.1.101.3.4.3.22': fixed('SLH-DSA-SHA2-192s', null),
  '2.16.840.1.101.3.4.3.23': fixed('SLH-DSA-SHA2-192f', null),
  '2.16.840.1.101.3.4.3.24': fixed('SLH-DSA-SHA2-256s', null),
  '2.16.840.1.101.3.4.3.25': fixed('SLH-DSA-SHA2-256f', null),
  '2.16.840.1.101.3.4.3.26': fixed('SLH-DSA-SHAKE-128s', null),
  '2.16.840.1.101.3.4.3.27': fixed('SLH-DSA-SHAKE-128f', null),
  '2.16.840.1.101.3.4.3.28': fixed('SLH-DSA-SHAKE-192s', null),
  '2.16.840.1.101.3.4.3.29': fixed('SLH-DSA-SHAKE-192f', null),
  '2.16.840.1.101.3.4.3.30': fixed('SLH-DSA-SHAKE-256s', null),
  '2.16.840.1.101.3.4.3.31': fixed('SLH-DSA-SHAKE-256f', null),
  '2.16.840.1.101.3.4.4.1': fixed('ML-KEM-512', null),
  '2.16.840.1.101.3.4.4.2': fixed('ML-KEM-768', null),
  '2.16.840.1.101.3.4.4.3': fixed('ML-KEM-1024', null),
};

/** Elliptic curves by name (NIST's where it has one), with the size of the field in bits. */
export const curves: Readonly<Record<string, { name: string; bits: number }>> = {
  '1.2.840.10045.3.1.1': { name: 'P-192', bits: 192 },
  '1.3.132.0.33': { name: 'P-224', bits: 224 },
  '1.2.840.10045.3.1.7': { name: 'P-256', bits: 256 },
  '1.3.132.0.34': { name: 'P-384', bits: 384 },
  '1.3.132.0.35': { name: 'P-521', bits: 521 },
  '1.3.132.0.6': { name: 'secp112r1', bits: 112 },
  '1.3.132.0.7': { name: 'secp112r2', bits: 112 },
  '1.3.132.0.28': { name: 'secp128r1', bits: 128 },
  '1.3.132.0.29': { name: 'secp128r2', bits: 128 },
  '1.3.132.0.9': { name: 'secp160k1', bits: 160 },
  '1.3.132.0.8': { name: 'secp160r1', bits: 160 },
  '1.3.132.0.30': { name: 'secp160r2', bits: 160 },
  '1.3.132.0.31': { name: 'secp192k1', bits: 192 },
  '1.3.132.0.32': { name: 'secp224k1', bits: 224 },
  '1.3.132.0.10': { name: 'secp256k1', bits: 256 },
  '1.3.132.0.4': { name: 'sect113r1', bits: 113 },
  '1.3.132.0.5': { name: 'sect113r2', bits: 113 },
  '1.3.132.0.22': { name: 'sect131r1', bits: 131 },
  '1.3.132.0.23': { name: 'sect131r2', bits: 131 },
  '1.3.132.0.1': { name: 'sect163k1', bits: 163 },
  '1.3.132.0.2': { name: 'sect163r1', bits: 163 },
  '1.3.132.0.15': { name: 'sect163r2', bits: 163 },
  '1.3.132.0.24': { name: 'sect193r1', bits: 193 },
  '1.3.132.0.25': { name: 'sect193r2', bits: 193 },
  '1.3.132.0.26': { name: 'sect233k1', bits: 233 },
  '1.3.132.0.27': { name: 'sect233r1', bits: 233 },
  '1.3.132.0.3': { name: 'sect239k1', bits: 239 },
  '1.3.132.0.16': { name: 'sect283k1', bits: 283 },
  '1.3.132.0.17': { name: 'sect283r1', bits: 283 },
  '1.3.132.0.36': { name: 'sect409k1', bits: 409 },
  '1.3.132.0.37': { name: 'sect409r1', bits: 409 },
  '1.3.132.0.38': { name: 'sect571k1', bits: 571 },
  '1.3.132.0.39': { name: 'sect571r1', bits: 571 },
  '1.3.36.3.3.2.8.1.1.1': { name: 'brainpoolP160r1', bits: 160 },
  '1.3.36.3.3.2.8.1.1.2': { name: 'brainpoolP160t1', bits: 160 },
  '1.3.36.3.3.2.8.1.1.3': { name: 'brainpoolP192r1', bits: 192 },
  '1.3.36.3.3.2.8.1.1.4': { name: 'brainpoolP192t1', bits: 192 },
  '1.3.36.3.3.2.8.1.1.5': { name: 'brainpoolP224r1', bits: 224 },
  '1.3.36.3.3.2.8.1.1.6': { name: 'brainpoolP224t1', bits: 224 },
  '1.3.36.3.3.2.8.1.1.7': { name: 'brainpoolP256r1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.8': { name: 'brainpoolP256t1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.9': { name: 'brainpoolP320r1', bits: 320 },
  '1.3.36.3.3.2.8.1.1.10': { name: 'brainpoolP320t1', bits: 320 },
  '1.3.36.3.3.2.8.1.1.11': { name: 'brainpoolP384r1', bits: 384 },
  '1.3.36.3.3.2.8.1.1.12': { name: 'brainpoolP384t1', bits: 384 },
  '1.3.36.3.3.2.8.1.1.13': { name: 'brainpoolP512r1', bits: 512 },
  '1.3.36.3.3.2.8.1.1.14': { name: 'brainpoolP512t1', bits: 512 },
  '1.2.156.10197.1.301': { name: 'SM2', bits: 256 },
  '1.2.250.1.223.101.256.1': { name: 'FRP256v1', bits: 256 },
};

/** A signature algorithm: the report's name and the hash it rests on, null where the scheme has none of its own choice. */
export interface SignatureAlgorithm {
  name: string;
  hash: string | null;
}

const signs = (name: string, hash: string | null = null): SignatureAlgorithm => ({ name, hash });

/**
 * Signature algorithms of certificates. RSASSA-PSS carries its hash in parameters, so its name is completed from them:
 * 'rsassaPss-sha256'.
 */
export const signatureAlgorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.2': signs('md2WithRSAEncryption', 'md2'),
  '1.2.840.113549.1.1.3': signs('md4WithRSAEncryption', 'md4'),
  '1.2.840.113549.1.1.4': signs('md5WithRSAEncryption', 'md5'),
  '1.3.14.3.2.2': signs('md4WithRSA', 'md4'),
  '1.3.14.3.2.3': signs('md5WithRSA', 'md5'),
  '1.2.840.113549.1.1.5': signs('sha1WithRSAEncryption', 'sha1'),
  '1.3.14.3.2.29': signs('sha1WithRSA', 'sha1'),
  '1.3.14.3.2.15': signs('shaWithRSAEncryption', 'sha'),
  '1.2.840.113549.1.1.14': signs('sha224WithRSAEncryption', 'sha224'),
  '1.2.840.113549.1.1.11': signs('sha256WithRSAEncryption', 'sha256'),
  '1.2.840.113549.1.1.12': signs('sha384WithRSAEncryption', 'sha384'),
  '1.2.840.113549.1.1.13': signs('sha512WithRSAEncryption', 'sha512'),
  '1.2.840.113549.1.1.15': signs('sha512-224WithRSAEncryption', 'sha512-224'),
  '1.2.840.113549.1.1.16': signs('sha512-256WithRSAEncryption', 'sha512-256'),
  '2.16.840.1.101.3.4.3.13': signs('sha3-224WithRSAEncryption', 'sha3-224'),
  '2.16.840.1.101.3.4.3.14': signs('sha3-256WithRSAEncryption', 'sha3-256'),
  '2.16.840.1.101.3.4.3.15': signs('sha3-384WithRSAEncryption', 'sha3-384'),
  '2.16.840.1.101.3.4.3.16': signs('sha3-512WithRSAEncryption', 'sha3-512'),
  '1.3.36.3.3.1.2': signs('ripemd160WithRSA', 'ripemd160'),
  '1.2.840.113549.1.1.10': signs('rsassaPss'),
  '1.3.6.1.5.5.7.6.30': signs('rsassaPss-shake128', 'shake128'),
  '1.3.6.1.5.5.7.6.31': signs('rsassaPss-shake256', 'shake256'),
  '1.2.840.10045.4.1': signs('ecdsa-with-SHA1', 'sha1'),
  '1.2.840.10045.4.3.1': signs('ecdsa-with-SHA224', 'sha224'),
  '1.2.840.10045.4.3.2': signs('ecdsa-with-SHA256', 'sha256'),
  '1.2.840.10045.4.3.3': signs('ecdsa-with-SHA384', 'sha384'),
  '1.2.840.10045.4.3.4': signs('ecdsa-with-SHA512', 'sha512'),
  '2.16.840.1.101.3.4.3.9': signs('ecdsa-with-SHA3-224', 'sha3-224'),
  '2.16.840.1.101.3.4.3.10': signs('ecdsa-with-SHA3-256', 'sha3-256'),
  '2.16.840.1.101.3.4.3.11': signs('ecdsa-with-SHA3-384', 'sha3-384'),
  '2.16.840.1.101.3.4.3.12': signs('ecdsa-with-SHA3-512', 'sha3-512'),
  '1.3.6.1.5.5.7.6.32': signs('ecdsa-with-SHAKE128', 'shake128'),
  '1.3.6.1.5.5.7.6.33': signs('ecdsa-with-SHAKE256', 'shake256'),
  '1.2.840.10040.4.3': signs('dsa-with-SHA1', 'sha1'),
  '1.3.14.3.2.13': signs('dsa-with-SHA', 'sha'),
  '1.3.14.3.2.27': signs('dsaWithSHA1', 'sha1'),
  '2.16.840.1.101.3.4.3.1': signs('dsa-with-SHA224', 'sha224'),
  '2.16.840.1.101.3.4.3.2': signs('dsa-with-SHA256', 'sha256'),
  '2.16.840.1.101.3.4.3.3': signs('dsa-with-SHA384', 'sha384'),
  '2.16.840.1.101.3.4.3.4': signs('dsa-with-SHA512', 'sha512'),
  '1.3.101.112': signs('Ed25519'),
  '1.3.101.113': signs('Ed448'),
  '1.2.156.10197.1.501': signs('SM2-with-SM3', 'sm3'),
  '1.2.643.2.2.3': signs('GOST-2001-with-GOST-94', 'gost94'),
  '1.2.643.2.2.4': signs('GOST-94-with-GOST-94', 'gost94'),
  '1.2.643.7.1.1.3.2': signs('GOST-2012-with-Streebog-256', 'streebog256'),
  '1.2.643.7.1.1.3.3': signs('GOST-2012-with-Streebog-512', 'streebog512'),
  '2.16.840.1.101.3.4.3.17': signs('ML-DSA-44'),
  '2.16.840.1.101.3.4.3.18': signs('ML-DSA-65'),
  '2.16.840.1.101.3.4.3.19': signs('ML-DSA-87'),
  '2.16.840.1.101.3.4.3.20': signs('SLH-DSA-SHA2-128s'),
  '2.16.840.1.101.3.4.3.21': signs('SLH-DSA-SHA2-128f'),
  '2.16.840.1.101.3.4.3.22': signs('SLH-DSA-SHA2-192s'),
  '2.16.840.1.101.3.4.3.23': signs('SLH-DSA-SHA2-192f'),
  '2.16.840.1.101.3.4.3.24': signs('SLH-DSA-SHA2-256s'),
  '2.16.840.1.101.3.4.3.25': signs('SLH-DSA-SHA2-256f'),
  '2.16.840.1.101.3.4.3.26': signs('SLH-DSA-SHAKE-128s'),
  '2.16.840.1.101.3.4.3.27': signs('SLH-DSA-SHAKE-128f'),
  '2.16.840.1.101.3.4.3.28': signs('SLH-DSA-SHAKE-192s'),
  '2.16.840.1.101.3.4.3.29': signs('SLH-DSA-SHAKE-192f'),
  '2.16.840.1.101.3.4.3.30': signs('SLH-DSA-SHAKE-256s'),
  '2.16.840.1.101.3.4.3.31': signs('SLH-DSA-SHAKE-256f'),
};

/** Hash functions, as the parameters of RSASSA-PSS name them. */
export const hashAlgorithms = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.5': 'sha512-224',
  '2.16.840.1.101.3.4.2.6': 'sha512-256',
  '2.16.840.1.101.3.4.2.7': 'sha3-224',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
  '1.2.156.10197.1.401': 'sm3',
} as const;

/** Certificate extensions by name; wire/x509/extensions.ts says which of them are read. */
export const certificateExtensions = {
  '2.5.29.9': 'subjectDirectoryAttributes',
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.15': 'keyUsage',
  '2.5.29.16': 'privateKeyUsagePeriod',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.18': 'issuerAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.31': 'cRLDistributionPoints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.33': 'policyMappings',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.36': 'policyConstraints',
  '2.5.29.37': 'extKeyUsage',
  '2.5.29.46': 'freshestCRL',
  '2.5.29.54': 'inhibitAnyPolicy',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
  '1.3.6.1.5.5.7.1.3': 'qcStatements',
  '1.3.6.1.5.5.7.1.11': 'subjectInfoAccess',
  '1.3.6.1.5.5.7.1.14': 'proxyCertInfo',
  '1.3.6.1.5.5.7.1.24': 'tlsFeature',
  '1.3.6.1.5.5.7.48.1.5': 'ocspNoCheck',
  '1.3.6.1.4.1.11129.2.4.2': 'signedCertificateTimestampList',
  '1.3.6.1.4.1.11129.2.4.3': 'precertificatePoison',
  '1.3.6.1.4.1.311.20.2': 'msCertificateTemplateName',
  '1.3.6.1.4.1.311.21.1': 'msCaVersion',
  '1.3.6.1.4.1.311.21.7': 'msCertificateTemplate',
  '1.3.6.1.4.1.311.21.10': 'msApplicationPolicies',
  '2.16.840.1.113730.1.1': 'netscapeCertType',
  '2.16.840.1.113730.1.13': 'netscapeComment',
} as const;

/** Extended key usages. */
export const extendedKeyUsages = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.5': 'ipsecEndSystem',
  '1.3.6.1.5.5.7.3.6': 'ipsecTunnel',
  '1.3.6.1.5.5.7.3.7': 'ipsecUser',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.5.5.7.3.17': 'ipsecIKE',
  '1.3.6.1.5.5.7.3.20': 'sipDomain',
  '1.3.6.1.5.5.7.3.21': 'secureShellClient',
  '1.3.6.1.5.5.7.3.22': 'secureShellServer',
  '1.3.6.1.5.2.3.4': 'pkinitClientAuth',
  '1.3.6.1.5.2.3.5': 'pkinitKDC',
  '1.3.6.1.4.1.311.10.3.3': 'msServerGatedCrypto',
  '1.3.6.1.4.1.311.20.2.2': 'msSmartcardLogin',
  '2.16.840.1.113730.4.1': 'netscapeServerGatedCrypto',
} as const;

/** Access methods of authorityInfoAccess. */
export const accessMethods = {
  '1.3.6.1.5.5.7.48.1': 'ocsp',
  '1.3.6.1.5.5.7.48.2': 'caIssuers',
} as const;

/** Bits of the keyUsage extension by position (RFC 5280 §4.2.1.3). */
export const keyUsages = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const hashBySignatureName: ReadonlyMap<string, string | null> = new Map(
  Object.values(signatureAlgorithms).map(({ name, hash }) => [name, hash]),
);

/**
 * The hash under a certificate's signature ('sha1', 'md5', …) by the report's name of the algorithm; null where the name is
 * a bare identifier or the scheme has no hash of its own choice.
 */
export function signatureHash(signatureAlgorithm: string): string | null {
  const known = hashBySignatureName.get(signatureAlgorithm);
  if (known !== undefined) return known;
  return signatureAlgorithm.startsWith('rsassaPss-') ? signatureAlgorithm.slice('rsassaPss-'.length) : null;
}
