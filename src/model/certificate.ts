import type { Side } from './side.js';

/** What the report says of a certificate; each appears once. Field names are part of the report's contract. */
export interface CertificateRecord {
  /** SHA-256 of the DER in hexadecimal. */
  sha256: string;
  /** RFC 4514 form, as in `CN=api,O=Example`; '' when empty. */
  subject: string;
  issuer: string;
  /** Hexadecimal, lower case, without leading zeros (at least one digit); '-' before a negative one. */
  serial: string;
  /** RFC 3339 in seconds: '2026-11-21T10:00:00Z'; '' where unreadable. */
  notBefore: string;
  notAfter: string;
  /** 'DNS:a.example', 'IP:10.0.0.1', 'URI:spiffe://…', 'email:…', 'dirName:…', 'RID:…', 'other:<oid>'. */
  subjectAltNames: string[];
  spiffeId: string | null;
  /** 'RSA', 'RSA-PSS', 'EC', 'Ed25519', 'Ed448', 'DSA', 'DH', 'ML-DSA-65', …, or the dotted OID. */
  keyType: string;
  keyBits: number | null;
  /** Named curve of an EC key: 'P-256', …, or the dotted OID. */
  curve: string | null;
  /** 'sha256WithRSAEncryption', 'ecdsa-with-SHA256', 'Ed25519', … (the field's names), or the dotted OID. */
  signatureAlgorithm: string;
  /** Issuer equals subject and, where both identifiers are there, the key identifiers agree. The signature isn't checked. */
  selfSigned: boolean;
  isCa: boolean;
  pathLength: number | null;
  /** 'digitalSignature', 'keyCertSign', … */
  keyUsage: string[];
  /** 'serverAuth', 'clientAuth', …, or the dotted OID. */
  extendedKeyUsage: string[];
  /** Hexadecimal, or null. */
  subjectKeyId: string | null;
  authorityKeyId: string | null;
  crlUrls: string[];
  ocspUrls: string[];
  /** X.509 version as written in it: 1, 2 or 3. */
  version: number | null;
  usedAs: Side[];
  firstFrame: number;
  /** Why the certificate could not be read to its end; what was read before stays. */
  parseError: string | null;
  /** What is odd but readable: 'negative serial', 'indefinite time', … */
  oddities: string[];
}

/** What the DER alone says: a `CertificateRecord` without its place in the capture. */
export type CertificateContent = Omit<CertificateRecord, 'sha256' | 'usedAs' | 'firstFrame'>;
