// What a profile is: requirements of a published guideline as data, each with how it is judged from connection records.
import type { TlsVersionName } from '../../model/connection-record.js';

/** How a requirement is judged. Names are those of the registries. */
export type ProfileCheck =
  /** The negotiated version is one of these. */
  | { about: 'version'; allowed: readonly TlsVersionName[] }
  /** The negotiated suite is on a list; `versions` = only of these. */
  | { about: 'suite'; versions: readonly TlsVersionName[]; allowed: readonly string[] }
  /** The negotiated suite has none of these properties. */
  | { about: 'suite-without'; properties: readonly SuiteProperty[] }
  /** The group of the key exchange is on a list; DHE without a named group is left to `dh-prime`. */
  | { about: 'group'; allowed: readonly string[] }
  /** Finite-field primes of this many bits at least. */
  | { about: 'dh-prime'; bits: number }
  /** Keys of certificates by type, in bits at least; 0 = the type is not allowed. Types that are not named are not judged. */
  | { about: 'certificate-key'; side: 'server' | 'client' | 'both'; bits: Readonly<Record<string, number>> }
  /** The leaf's signature algorithm does not use one of these hashes. */
  | { about: 'certificate-signature'; forbidden: readonly string[] }
  /** The leaf is valid for this many days at most. */
  | { about: 'certificate-lifetime'; days: number }
  /** Signatures of the handshake use none of these hashes. */
  | { about: 'handshake-signature'; forbidden: readonly string[] }
  | { about: 'no-compression' }
  /** RFC 5746 in TLS 1.2 and before. */
  | { about: 'secure-renegotiation' }
  /** RFC 7627 in TLS 1.2 and before, or TLS 1.3. */
  | { about: 'extended-master-secret' }
  /** The connection is encrypted. */
  | { about: 'encrypted' }
  /** The server's chain is trusted (by `--ca` or the policy) and valid, or was not accepted. */
  | { about: 'certificate-trust' };

/** What a suite may be told to lack. */
export type SuiteProperty =
  | 'no-encryption'
  | 'no-authentication'
  | 'export'
  | 'rc4'
  | 'des'
  | '3des'
  | 'no-forward-secrecy'
  | 'static-rsa'
  | 'static-dh'
  | 'finite-field-dh'
  | 'below-112-bits'
  | 'below-128-bits'
  | 'not-aead'
  | 'md5-mac';

/** One requirement. */
export interface ProfileRequirement {
  /** Unique within the profile; words and hyphens. */
  id: string;
  /** In our own words, one sentence. */
  text: string;
  /** Clause of the source; null where its number was not checked against the text. */
  clause: string | null;
  level: 'must' | 'should';
  check: ProfileCheck;
}

/** A published guideline as far as packets can show it. */
export interface Profile {
  /** What `--profile` takes. */
  name: string;
  title: string;
  /** Publisher, document, and how faithful the data are. */
  source: string;
  /** The edition that the data follow: its month, or its number where it has one. */
  date: string;
  /** Judged only on segments that the policy gives this tag; null = on every connection. */
  tag: string | null;
  requirements: readonly ProfileRequirement[];
}
