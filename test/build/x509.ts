// A DER writer and a certificate builder for tests: everything a parser must read can be written, right or wrong, and the
// signatures are real unless asked otherwise.
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { encodeObjectIdentifier } from '../../src/wire/x509/object-identifier.js';

/** One element: identifier octet, minimal length, content. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const header = lengthOctets(length);
  const element = new Uint8Array(1 + header.length + length);
  element[0] = tag;
  element.set(header, 1);
  let at = 1 + header.length;
  for (const content of contents) {
    element.set(content, at);
    at += content.length;
  }
  return element;
}

/** The same with an indefinite length (BER). */
export function berIndefinite(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(tag, 0x80), ...contents, Uint8Array.of(0, 0));
}

/** The same with a length of `octets` octets after its first, however few would do (BER). */
export function berLongLength(tag: number, octets: number, content: Uint8Array): Uint8Array {
  const header = Uint8Array.from({ length: octets }, (_, index) =>
    Math.floor(content.length / 256 ** (octets - 1 - index)),
  );
  return concat(Uint8Array.of(tag, 0x80 | octets), header, content);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export const sequence = (...contents: readonly Uint8Array[]): Uint8Array => der(0x30, ...contents);
export const set = (...contents: readonly Uint8Array[]): Uint8Array => der(0x31, ...contents);
export const oid = (dotted: string): Uint8Array => der(0x06, encodeObjectIdentifier(dotted));
export const octetString = (...contents: readonly Uint8Array[]): Uint8Array => der(0x04, ...contents);
export const bitString = (bytes: Uint8Array, unused = 0): Uint8Array => der(0x03, Uint8Array.of(unused), bytes);
export const boolean = (value: boolean): Uint8Array => der(0x01, Uint8Array.of(value ? 0xff : 0));
export const utf8String = (text: string): Uint8Array => der(0x0c, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Uint8Array => der(0x13, Buffer.from(text, 'latin1'));
export const teletexString = (text: string): Uint8Array => der(0x14, Buffer.from(text, 'latin1'));
export const bmpString = (text: string): Uint8Array => der(0x1e, Buffer.from(text, 'utf16le').swap16());
export const utcTime = (text: string): Uint8Array => der(0x17, Buffer.from(text, 'latin1'));
export const generalizedTime = (text: string): Uint8Array => der(0x18, Buffer.from(text, 'latin1'));

/** An INTEGER from a number, or from its content octets. */
export function integer(value: number | Uint8Array): Uint8Array {
  if (typeof value !== 'number') return der(0x02, value);
  const digits = value.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return der(0x02, octets[0]! >= 0x80 ? concat(Uint8Array.of(0), octets) : octets);
}

/** Attributes of a name in encoded order: `[['C', 'NL'], ['CN', 'api']]`; a type may be dotted, a value ready DER. */
export type NameParts = readonly (readonly [type: string, value: string | Uint8Array])[];

const attributeIdentifiers: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  DC: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** A Name with one attribute in each relative name. */
export function name(parts: NameParts): Uint8Array {
  return sequence(
    ...parts.map(([type, value]) =>
      set(sequence(oid(attributeIdentifiers[type] ?? type), typeof value === 'string' ? utf8String(value) : value)),
    ),
  );
}

/** One general name from the report's text form ('DNS:a.example', 'IP:10.0.0.1', 'URI:…', 'email:…', 'RID:1.2.3', 'dirName:CN=a'). */
export function generalName(text: string): Uint8Array {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon);
  const value = text.slice(colon + 1);
  switch (kind) {
    case 'DNS':
      return der(0x82, Buffer.from(value, 'latin1'));
    case 'email':
      return der(0x81, Buffer.from(value, 'latin1'));
    case 'URI':
      return der(0x86, Buffer.from(value, 'latin1'));
    case 'IP':
      return der(0x87, addressOctets(value));
    case 'RID':
      return der(0x88, encodeObjectIdentifier(value));
    case 'other':
      return der(0xa0, oid(value), der(0xa0, utf8String('value')));
    case 'dirName':
      return der(0xa4, name([['CN', value.replace(/^CN=/, '')]]));
    default:
      throw new Error(`no general name of kind ${kind}`);
  }
}

function addressOctets(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const front = groups(head);
  const back = groups(tail ?? '');
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** An Extension. */
export function extension(identifier: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(identifier), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** A key pair for certificates. */
export interface TestKey {
  privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  spki: Uint8Array;
}

const keys = new Map<string, TestKey>();

/** A P-256 key that is the same in every run for the same name. */
export function testKey(keyName = 'default'): TestKey {
  return cached(`ec:${keyName}`, () => {
    const curve = createECDH('prime256v1');
    const scalar = createHash('sha256').update(`barewire test key ${keyName}`).digest();
    curve.setPrivateKey(scalar);
    const point = new Uint8Array(curve.getPublicKey());
    const ecKey = sequence(
      integer(1),
      octetString(scalar),
      der(0xa0, oid('1.2.840.10045.3.1.7')),
      der(0xa1, bitString(point)),
    );
    return fromPrivateKey(createPrivateKey({ key: Buffer.from(ecKey), format: 'der', type: 'sec1' }));
  });
}

/** An RSA key of `bits`, drawn once per run. */
export function rsaTestKey(bits = 2048): TestKey {
  return cached(`rsa:${bits}`, () => fromPrivateKey(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey));
}

/** An Ed25519 key, drawn once per run. */
export function ed25519TestKey(): TestKey {
  return cached('ed25519', () => fromPrivateKey(generateKeyPairSync('ed25519').privateKey));
}

function cached(id: string, make: () => TestKey): TestKey {
  const key = keys.get(id) ?? make();
  keys.set(id, key);
  return key;
}

function fromPrivateKey(privateKey: KeyObject): TestKey {
  return { privateKey, spki: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })) };
}

/** What a built certificate says. Everything has a default; `issuer` defaults to `subject` (self-signed). */
export interface CertificateOptions {
  subject?: NameParts;
  issuer?: NameParts;
  serial?: number | Uint8Array;
  /** RFC 3339 ('2026-01-01T00:00:00Z'), or a ready time element. */
  notBefore?: string | Uint8Array;
  notAfter?: string | Uint8Array;
  /** In the report's text form: 'DNS:api.example'. */
  subjectAltNames?: readonly string[];
  /** True for a CA, or its path length. */
  ca?: boolean | number;
  /** Positions of the bits of keyUsage. */
  keyUsage?: readonly number[];
  /** Dotted identifiers. */
  extendedKeyUsage?: readonly string[];
  subjectKeyId?: Uint8Array;
  authorityKeyId?: Uint8Array;
  crlUrls?: readonly string[];
  ocspUrls?: readonly string[];
  /** More extensions, as `extension()` makes them. */
  extensions?: readonly Uint8Array[];
  /** 1, 2 or 3. */
  version?: number;
  key?: TestKey;
  /** Who signs; defaults to `key`. */
  signer?: TestKey;
  /** A ready SubjectPublicKeyInfo in place of that of `key`. */
  spki?: Uint8Array;
  /** A ready AlgorithmIdentifier in place of the signer's. */
  signatureAlgorithm?: Uint8Array;
  /** Makes the signature over what is signed, where `signer` and SHA-256 don't. */
  sign?: (toBeSigned: Uint8Array) => Uint8Array;
  /** Octets in place of a real signature: cheap, for thousands of certificates that nobody verifies. */
  signature?: Uint8Array;
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const rsaWithSha256 = sequence(oid('1.2.840.113549.1.1.11'), der(0x05));
const ed25519 = sequence(oid('1.3.101.112'));

/** DER of a certificate. Measured: 32 µs with an ECDSA signature, 10 µs with given octets. */
export function buildCertificate(options: CertificateOptions = {}): Uint8Array {
  const key = options.key ?? testKey();
  const signer = options.signer ?? key;
  const subject = options.subject ?? [['CN', 'test']];
  const algorithm = options.signatureAlgorithm ?? algorithmOf(signer);
  const extensions = extensionsOf(options);
  const version = options.version ?? 3;
  const toBeSigned = sequence(
    ...(version === 1 ? [] : [der(0xa0, integer(version - 1))]),
    integer(options.serial ?? 1),
    algorithm,
    name(options.issuer ?? subject),
    sequence(time(options.notBefore ?? '2026-01-01T00:00:00Z'), time(options.notAfter ?? '2027-01-01T00:00:00Z')),
    name(subject),
    options.spki ?? key.spki,
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  );
  const signature = options.signature ?? options.sign?.(toBeSigned) ?? signed(toBeSigned, signer);
  return sequence(toBeSigned, algorithm, bitString(signature));
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime after. */
function time(value: string | Uint8Array): Uint8Array {
  if (typeof value !== 'string') return value;
  const digits = value.replace(/[-:T]/g, '');
  const year = Number(value.slice(0, 4));
  return year >= 1950 && year < 2050 ? utcTime(digits.slice(2)) : generalizedTime(digits);
}

function algorithmOf(signer: TestKey): Uint8Array {
  const type = signer.privateKey.asymmetricKeyType;
  return type === 'rsa' ? rsaWithSha256 : type === 'ed25519' ? ed25519 : ecdsaWithSha256;
}

function signed(toBeSigned: Uint8Array, signer: TestKey): Uint8Array {
  const digest = signer.privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return new Uint8Array(sign(digest, toBeSigned, signer.privateKey));
}

function extensionsOf(options: CertificateOptions): Uint8Array[] {
  const list: Uint8Array[] = [];
  const { ca, keyUsage, subjectKeyId, authorityKeyId } = options;
  if (ca !== undefined) {
    const pathLength = typeof ca === 'number' ? [integer(ca)] : [];
    list.push(extension('2.5.29.19', sequence(...(ca === false ? [] : [boolean(true)]), ...pathLength), true));
  }
  if (keyUsage !== undefined) list.push(extension('2.5.29.15', namedBits(keyUsage), true));
  if (options.extendedKeyUsage !== undefined) {
    list.push(extension('2.5.29.37', sequence(...options.extendedKeyUsage.map(oid))));
  }
  if (options.subjectAltNames !== undefined) {
    list.push(extension('2.5.29.17', sequence(...options.subjectAltNames.map(generalName))));
  }
  if (subjectKeyId !== undefined) list.push(extension('2.5.29.14', octetString(subjectKeyId)));
  if (authorityKeyId !== undefined) list.push(extension('2.5.29.35', sequence(der(0x80, authorityKeyId))));
  if (options.crlUrls !== undefined) {
    const points = options.crlUrls.map((url) => sequence(der(0xa0, der(0xa0, generalName(`URI:${url}`)))));
    list.push(extension('2.5.29.31', sequence(...points)));
  }
  if (options.ocspUrls !== undefined) {
    const accesses = options.ocspUrls.map((url) => sequence(oid('1.3.6.1.5.5.7.48.1'), generalName(`URI:${url}`)));
    list.push(extension('1.3.6.1.5.5.7.1.1', sequence(...accesses)));
  }
  return [...list, ...(options.extensions ?? [])];
}

/** A BIT STRING of named bits, trailing zeros left out as DER wants it. */
function namedBits(positions: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...positions);
  const octets = new Uint8Array((highest + 8) >> 3);
  for (const position of positions) octets[position >> 3]! |= 0x80 >> (position & 7);
  return bitString(octets, highest < 0 ? 0 : 7 - (highest & 7));
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return concat(Uint8Array.of(0x80 | octets.length), octets);
}
