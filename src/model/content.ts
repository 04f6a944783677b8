// What readable application content gave away: cleartext, or what keys opened. Names, kinds, lengths and digests; never a secret.
import type { Endpoint, Side } from './side.js';

/** Most entries of each list of a `ContentRecord`; the counts go on. */
export const maxContentEntries = 64;

/** What a connection's readable content gave away. Field names are part of the report's contract. */
export interface ContentRecord {
  /** Read with keys; else it crossed in clear. */
  decrypted: boolean;
  /** Requests or commands seen; the first are listed. */
  requestCount: number;
  requests: RequestRecord[];
  credentials: CredentialRecord[];
  logins: LoginRecord[];
  /** Requests and commands that were served though nobody had logged in. */
  servedWithoutLogin: ServedRecord[];
  /** Certificates, keys and key stores outside of TLS handshakes. */
  material: MaterialRecord[];
  /** What tells a backend who the TLS client is: it can only believe it. */
  identities: IdentityRecord[];
  /** What ties a request to the hop before it. */
  forwarding: ForwardingRecord[];
  /** What the server calls itself in its greeting; null without one. */
  greeting: string | null;
  inspection: { client: InspectionRecord; server: InspectionRecord };
}

/** How much of a direction was looked at. */
export interface InspectionRecord {
  octets: number;
  /** Why it ended before the direction did; null = all of it was looked at. */
  ended: string | null;
}

/** Where in the capture something stands. */
interface Sight {
  frame: number;
  from: Side;
}

/** A request or command, by what is no secret: no path, query, body or argument. */
export interface RequestRecord {
  frame: number;
  /** Seconds since 1970 UTC, to the microsecond. */
  time: number;
  /** 'GET', 'SELECT', 'AUTH', 'EHLO', … */
  method: string;
  /** Authority, database, topic or other name of what is addressed; null where there is none. */
  target: string | null;
  /** Frame and status of the answer: '200', 'OK', 'ERR NOAUTH'; null while none was seen. */
  answerFrame: number | null;
  status: string | null;
}

/** Something that lets whoever reads it in as somebody else. */
export interface CredentialRecord extends Sight {
  kind: 'password' | 'bearer-token' | 'api-key' | 'session-cookie' | 'token' | 'other-secret';
  /** How it crossed: 'HTTP Basic', 'SMTP AUTH PLAIN', 'Redis AUTH', 'PostgreSQL PasswordMessage', … */
  mechanism: string;
  /** Where it stood: 'header authorization', 'form field password', 'query parameter api_key', …; null where the mechanism tells. */
  where: string | null;
  /** Octets of the secret as it crossed; null where not told. */
  length: number | null;
  /** The first 8 hexadecimal digits of its SHA-256: equal secrets can be recognised, not recovered. */
  sha256Prefix: string | null;
}

/** A login or an exchange that proves who somebody is. */
export interface LoginRecord extends Sight {
  /** 'password', 'SCRAM-SHA-256', 'MD5', 'mysql_native_password', 'Digest', 'CRAM-MD5', 'EXTERNAL', 'GSSAPI', 'trust', … */
  mechanism: string;
  kind: 'password' | 'challenge-response' | 'certificate' | 'token' | 'none' | 'other';
  outcome: 'accepted' | 'refused' | 'unknown';
  /** Frame of the server's verdict. */
  outcomeFrame: number | null;
}

/** A command that was served without a login: what, and where the answer stands. */
export interface ServedRecord extends Sight {
  command: string;
  answerFrame: number;
  /** Whether it touches data or control (not a ping, a greeting or a question for capabilities). */
  meaningful: boolean;
}

/** A certificate, key or key store outside of a TLS handshake. */
export interface MaterialRecord extends Sight {
  kind: 'certificate' | 'certificate-request' | 'private-key' | 'encrypted-private-key' | 'key-store';
  /** 'X.509', 'PKCS#8', 'PKCS#1', 'SEC1', 'OpenSSH', 'PKCS#12', 'JKS', 'DSA', 'JWK', … */
  form: string;
  /** 'PEM', 'PEM in JSON', 'URL-encoded PEM', 'base64 DER', 'DER', 'hexadecimal DER', … */
  encoding: string;
  /** Where it stood: 'body', 'header x-ssl-client-cert', 'WebSocket message', 'multipart body', 'stream', … */
  where: string;
  /** Octets as decoded. */
  length: number;
  /** SHA-256 of the DER for a certificate; its first 8 hexadecimal digits for everything else. */
  sha256: string;
  /** Subject of a certificate; null where it can't be read, and for everything else. */
  subject: string | null;
}

/** A statement of who the TLS client is, made to a backend. */
export interface IdentityRecord extends Sight {
  /** 'header x-ssl-client-s-dn', 'header x-forwarded-client-cert', 'PROXY v2 SSL TLV', … */
  where: string;
  kind: 'subject' | 'certificate' | 'verification' | 'name' | 'fingerprint' | 'tls-info';
  /** The name where it is one (subject, SAN, SPIFFE ID) or the verification's result; null for the rest. */
  value: string | null;
}

/** What a request says of the hop before it, or a mark that both hops carry. */
export interface ForwardingRecord extends Sight {
  /** Seconds since 1970 UTC, to the microsecond. */
  time: number;
  /** 'x-forwarded-for', 'forwarded', 'x-real-ip', 'proxy-protocol' name an address; 'x-request-id', 'traceparent' a mark; 'x-forwarded-proto' a scheme; 'via' a proxy. */
  name: string;
  /** Address of the client before the proxy, its port where told. */
  client: { ip: string; port: number | null } | null;
  /** First 16 hexadecimal digits of the SHA-256 of a mark; the scheme in clear. */
  mark: string | null;
}

/** The story of a change from cleartext to TLS on one connection. */
export interface UpgradeRecord {
  /** 'STARTTLS', 'STLS', 'AUTH TLS', 'SSLRequest', 'PRELOGIN', 'StartTLS', 'CONNECT', 'SOCKS', … */
  mechanism: string;
  /**
   * `taken` = TLS followed; `refused` = asked for, and the server said no; `stripped` = removed in the path, as these very bytes
   * show; `not-used` = offered, never asked for; `not-offered` = the protocol has it, the server named its abilities without it.
   */
  outcome: 'taken' | 'refused' | 'stripped' | 'not-used' | 'not-offered';
  offeredFrame: number | null;
  requestedFrame: number | null;
  answeredFrame: number | null;
  /** First frame of what then went on in cleartext beyond the dialogue itself; null if nothing did. */
  wentOnFrame: number | null;
  /** One sentence: what in the packets says so. */
  basis: string;
}

/** A PROXY protocol header before everything else. */
export interface ProxyHeaderRecord {
  frame: number;
  from: Side;
  version: 1 | 2;
  /** Null for LOCAL and UNKNOWN. */
  source: Endpoint | null;
  destination: Endpoint | null;
  /** Types of its TLVs in their order (version 2). */
  tlvs: number[];
  authority: string | null;
  /** PP2_TYPE_SSL: what the proxy says of the TLS client; null without it. */
  ssl: null | {
    overTls: boolean;
    certificatePresented: boolean;
    verified: boolean;
    version: string | null;
    cipher: string | null;
    commonName: string | null;
  };
}
