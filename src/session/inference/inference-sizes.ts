// What lengths a TLS 1.3 connection's handshake messages have once they are encrypted. A protected record is its content, one
// octet of type, padding if any, and the cipher's tag: RFC 9846, Record Payload Protection (RFC 8446 §5.2).
import { cipherSuite } from '../../registry/cipher-suite-properties.js';

/** The lengths that a cipher suite fixes, in octets. */
export interface InferenceSizes {
  /** What encryption adds to the plaintext of a record. */
  readonly tag: number;
  /** A whole Finished message. */
  readonly finished: number;
}

/** A Certificate message without entries: header 4, context length 1, list length 3. */
export const emptyCertificateOctets = 8;

/** The smallest Certificate with an entry: a raw Ed25519 key of 44 octets (RFC 7250) in 13 octets of structure. */
export const smallestCertificateOctets = 57;

/** The smallest X.509 Certificate message that coalescing is believed of; the smallest real ones have over 200. */
const smallestX509CertificateOctets = 150;

/** A CertificateVerify beside its signature: header 4, scheme 2, signature length 2. */
const verifyStructureOctets = 8;

/** The shortest CertificateVerify, that of Ed25519. */
const smallestVerifyOctets = verifyStructureOctets + 64;

/** Zero octets that Java's JSSE adds to every record. */
export const jssePadding = 16;

/** Every padding to a block that stacks use by themselves is to a multiple of this: mbedTLS pads every record so. */
export const paddingUnit = 16;

/** Other blocks are known by their first record, which no message fits by chance from here on. */
export const smallestOddBlock = 64;

/** In blocks up to this an empty Certificate and an alert fill one, and all other messages of a handshake two or more. */
export const smallBlock = 32;

/** Content of an alert. */
const alertOctets = 2;

const hashOctets: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sm3: 32 };

/** Sizes under a cipher suite, or null where it is none of TLS 1.3's or its hash is not known here. */
export function inferenceSizes(suiteId: number): InferenceSizes | null {
  const suite = cipherSuite(suiteId);
  if (suite === null || !suite.tls13) return null;
  const hash = hashOctets[suite.hash ?? ''];
  if (hash === undefined) return null;
  let tag = 16;
  if (suite.cipher.endsWith('ccm-8')) tag = 8;
  // Suites for integrity only carry the whole HMAC (RFC 9150 §5).
  else if (suite.cipher === 'null') tag = hash;
  return { tag, finished: 4 + hash };
}

/** Whether a message of this length can be a CertificateVerify: signatures have few lengths. */
export function isVerifyLength(octets: number): boolean {
  const signature = octets - verifyStructureOctets;
  return (
    signature === 64 || // Ed25519
    (signature >= 68 && signature <= 72) || // ECDSA P-256 in DER; shorter ones are rarer than one in 2^16
    (signature >= 100 && signature <= 104) || // P-384
    signature === 114 || // Ed448
    (signature >= 133 && signature <= 140) || // P-521
    signature === 128 || // RSA of 1024 to 8192 bits
    signature === 256 ||
    signature === 384 ||
    signature === 512 ||
    signature === 1024 ||
    signature === 2420 || // ML-DSA-44, -65, -87 (FIPS 204)
    signature === 3309 ||
    signature === 4627
  );
}

/**
 * Whether a record's content is an alert, close_notify or a refusal, of a side that adds `padding` zero octets to its records;
 * -1 = not known, so that it may add none or as many as JSSE.
 */
export function isAlertLength(octets: number, padding: number): boolean {
  if (padding < 0) return octets === alertOctets || octets === alertOctets + jssePadding;
  return octets === alertOctets + padding;
}

/** The length of a record's plaintext, type included, that holds `octets` of content and is padded to a block. */
export function paddedInner(octets: number, block: number): number {
  return Math.ceil((octets + 1) / block) * block;
}

/** Whether nothing but a Certificate with an entry is so long, Finished beside an empty or compressed list included. */
export function holdsCertificate(octets: number): boolean {
  return octets >= smallestX509CertificateOctets;
}

/** Whether a record can hold Certificate, CertificateVerify and Finished together. */
export function holdsWholeAnswer(octets: number, sizes: InferenceSizes): boolean {
  return octets >= smallestX509CertificateOctets + smallestVerifyOctets + sizes.finished;
}

/**
 * Whether a record is as long as a negotiated limit allows, so that its message may go on in the next: max_fragment_length
 * (RFC 6066 §4), or record_size_limit (RFC 8449), whose value counts the type.
 */
export function isFullRecord(octets: number): boolean {
  switch (octets) {
    case 512:
    case 1024:
    case 2048:
    case 4096:
    case 16_383:
    case 16_384:
      return true;
    default:
      return false;
  }
}
