// The boundary of the house: parsers make these records, and rules, hops and reports see nothing else. Plain data that may
// cross a thread or a wire. It is the `Flow` of the report's contract; field names are part of it.

import type { ContentRecord, ProxyHeaderRecord, UpgradeRecord } from './content.js';
import type { Endpoint, Side, Sides } from './side.js';

/** What a flow carries. */
export type FlowKind =
  /** TLS from its first byte on. */
  | 'tls'
  /** A protocol without encryption. */
  | 'cleartext'
  /** Cleartext, then TLS. */
  | 'starttls'
  /** Encrypted or compressed, but not TLS: SSH, WireGuard, … */
  | 'opaque'
  /** Payload that fits nothing. */
  | 'unknown'
  /** No payload at all. */
  | 'empty';

/** A missing range of a byte stream, in octets from the first seen. */
export interface Gap {
  from: Side;
  offset: number;
  length: number;
}

/** One connection (TCP) or exchange (UDP), complete. The report prints it as a flow. */
export interface ConnectionRecord {
  /** 1-based, by first frame over the whole run. */
  id: number;
  /** Index into the report's captures: the one with the first frame. */
  capture: number;
  transport: 'tcp' | 'udp';
  client: Endpoint;
  server: Endpoint;
  /** How client was told from server. */
  rolesFrom: 'syn' | 'handshake' | 'protocol' | 'port';
  /** Encapsulation outside in: ['vlan:12', 'vxlan:42']. */
  layers: string[];
  /** 1-based, as Wireshark numbers them; they go on through the files of a rotated capture. */
  firstFrame: number;
  lastFrame: number;
  /** RFC 3339 with nanoseconds. */
  startTime: string;
  endTime: string;
  packets: Sides<number>;
  /** TCP payload octets without retransmissions, missing ones left out; UDP payload octets. */
  bytes: Sides<number>;
  sawSyn: boolean;
  closed: 'fin' | 'rst' | 'open';
  gaps: Gap[];
  kind: FlowKind;
  /** 'http', 'postgresql', 'ssh', …; for TLS the ALPN or the protocol that was spoken before the upgrade; null if unknown. */
  protocol: string | null;
  /** Why the flow has its kind, where that needs saying ("payload fits no protocol known here"); null where it is plain. */
  kindBasis: string | null;
  tls: TlsSession | null;
  /** What went before TLS, or instead of it; null where the protocol has no change to TLS, or none was in question. */
  upgrade: UpgradeRecord | null;
  proxyHeader: ProxyHeaderRecord | null;
  /** What readable content gave away; null where there was none. */
  content: ContentRecord | null;
  /** The first questions and answers by volume; at most `maxExchanges`. */
  exchanges: ExchangeRecord[];
  /** What contradicted a specification or itself without ending the reading, each once: 'conflicting overlap', … */
  anomalies: string[];
  /**
   * Other captures of the run that show this same connection; absent where none does. The record is whole of the capture that
   * shows most of it: nothing in it is taken from these.
   */
  alsoSeen?: AlsoSeen[];
  /** The same connection before a device on its way gave it other addresses (NAT); absent where none was found. */
  translatedFrom?: { flow: number; basis: string };
}

/** A connection as another capture shows it. */
export interface AlsoSeen {
  /** Index into the report's captures. */
  capture: number;
  /** Id that no flow of the report has: this one stands for it. */
  id: number;
  firstFrame: number;
  /** Seconds by which times there are ahead of those here, by this connection alone; null = no packet of it tells. */
  offsetSeconds: number | null;
}

/** A keep-alive connection that carries more than this is told from others by its first. */
export const maxExchanges = 32;

/** A stretch of the client's octets and the stretch of the server's that follows: what a proxy passes on keeps their measure. */
export interface ExchangeRecord {
  frame: number;
  /** Seconds since 1970 UTC, to the microsecond, of the first octets of either side; `answerTime` null without an answer. */
  time: number;
  answerTime: number | null;
  /** Likewise, of the last octets of the exchange. */
  endTime: number;
  /** Octets of payload; of TLS those of application data records, with their protection. */
  clientOctets: number;
  serverOctets: number;
}

/** Versions by their usual names; null where no ServerHello was seen. */
export type TlsVersionName = 'SSLv2' | 'SSLv3' | 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/**
 * A fact of a handshake: *seen* (in these frames), *absent* (these frames prove that it was not sent) or *hidden* (why
 * nobody can tell from this capture). Nothing is absent without proof.
 */
export type Fact =
  | { state: 'seen'; frames: number[] }
  | { state: 'absent'; frames: number[] }
  | { state: 'hidden'; because: string };

/** What the packets show of a TLS session (or of a DTLS or QUIC handshake). */
export interface TlsSession {
  /** Negotiated; null without a ServerHello that says so. */
  version: TlsVersionName | null;
  clientHello: ClientHelloRecord | null;
  serverHello: ServerHelloRecord | null;
  /**
   * The flow that first showed this client random, and whether its ClientHello was the same; null = none did before. With
   * `orderUnknown` they are of different captures whose packets don't tell which of them was the first.
   */
  sameClientRandom: { flow: number; identical: boolean; orderUnknown?: true } | null;
  /** The flow that first showed this server random; null = none did before. */
  sameServerRandom: { flow: number } | null;
  /** Null = can't be told. */
  resumed: boolean | null;
  /** Flow id of the full handshake that this one resumes, where the capture has it. */
  resumedFrom: number | null;
  certificateRequest: CertificateRequestRecord | null;
  /** SHA-256 of each DER in hexadecimal, leaf first; null = message not seen. */
  serverCertificates: string[] | null;
  /** [] = the client answered with an empty list; null = message not seen. */
  clientCertificates: string[] | null;
  certificateVerifyFrame: number | null;
  /** The chains as judged at the time of their packets, for the role they were shown in; null without certificates. Shared: never change one. */
  serverVerification: ChainVerdict | null;
  clientVerification: ChainVerdict | null;
  /** Signatures of the handshake, verified again over the captured octets; null = none was seen in clear. */
  signatures: HandshakeSignatures | null;
  clientAuth: ClientAuth;
  /** Seen, absent or hidden, with frames or the reason. */
  facts: {
    certificateRequest: Fact;
    serverCertificate: Fact;
    clientCertificate: Fact;
    certificateVerify: Fact;
  };
  /** Of the ephemeral key exchange in TLS <= 1.2; null = message not seen. */
  serverKeyExchange: ServerKeyExchangeRecord | null;
  /** New session tickets that are readable. */
  tickets: { frame: number; from: Side; lifetimeSeconds: number; length: number }[];
  /** A stapled OCSP answer: its frame and length in octets. */
  ocspStaple: { frame: number; length: number } | null;
  /**
   * Handshakes after the first on the same connection, by the frame that opens each; in TLS 1.3 without keys the frame from which
   * on the client may have answered a request that came after the handshake.
   */
  renegotiationFrames: number[];
  alerts: TlsAlert[];
  /** Every handshake message that can be told, in the order of the wire; at most `maxHandshakeMessages`. */
  messages: HandshakeMessageRecord[];
  /** Both sides went on to protected application data. */
  established: boolean;
  /** The handshake was read with keys. */
  decrypted: boolean;
  records: Sides<number>;
  /**
   * TLS 1.3 hides the protocol that the server chose, but the client, which offers HTTP/2, sent a record of just the 9 octets with
   * which HTTP/2 acknowledges settings (RFC 9113 §6.5.3).
   */
  http2?: true;
}

/** More messages than a session of several renegotiations has; a flood of them is not kept. */
export const maxHandshakeMessages = 64;

/** A handshake or change-cipher-spec message on the wire. */
export interface HandshakeMessageRecord {
  /** Frame in which the message began. */
  frame: number;
  from: Side;
  /** RFC name: 'client_hello', 'certificate_request', 'change_cipher_spec', …; 'encrypted' where only its record is seen. */
  type: string;
  /** Octets of the message with its header; of the record's content for 'encrypted'. */
  length: number;
}

/**
 * A ClientHello. Its arrays are shared by every connection whose hello has the same shape: never change one.
 */
export interface ClientHelloRecord {
  frame: number;
  /** 'TLSv1.2', or '0x0303'-style hexadecimal for a version without a name. */
  legacyVersion: string;
  supportedVersions: string[];
  /** As offered, GREASE kept. */
  cipherSuites: number[];
  /** Extension types as offered, GREASE kept. */
  extensions: number[];
  serverName: string | null;
  alpn: string[];
  groups: number[];
  signatureAlgorithms: number[];
  fallbackScsv: boolean;
  /** A session id of a known kind, a ticket or a PSK was offered for resumption. */
  offersResumption: boolean;
  earlyData: boolean;
  postHandshakeAuth: boolean;
  ech: boolean;
  ja3: string;
  ja4: string;
}

/** A ServerHello. */
export interface ServerHelloRecord {
  frame: number;
  version: string;
  cipherSuite: { id: number; name: string };
  group: number | null;
  alpn: string | null;
  ja3s: string;
  /** RFC 9846 §4.2.3 (8446 §4.1.3): what the random's last 8 octets say. */
  downgradeSentinel: 'TLSv1.2' | 'TLSv1.1' | null;
  helloRetryRequestFrame: number | null;
  /** Whether RFC 5746 is supported; null in TLS 1.3, where renegotiation does not exist. */
  secureRenegotiation: boolean | null;
  /** Compression method number. */
  compression: number;
  extendedMasterSecret: boolean;
}

/** A CertificateRequest: what the server would accept. Arrays are shared between connections: never change one. */
export interface CertificateRequestRecord {
  frame: number;
  /** ClientCertificateType numbers (TLS <= 1.2). */
  types: number[];
  signatureAlgorithms: number[];
  /** Distinguished names in RFC 4514 form. */
  authorities: string[];
}

/** A ServerKeyExchange. */
export interface ServerKeyExchangeRecord {
  frame: number;
  /** 'ecdhe', 'dhe', 'rsa' (export), 'srp', 'psk', or null where the suite doesn't tell. */
  kind: string | null;
  /** Named group, or null (finite field without a name). */
  group: number | null;
  /** Finite-field prime in bits, or null. */
  primeBits: number | null;
  /** SignatureScheme number (TLS 1.2), or null. */
  signatureAlgorithm: number | null;
}

/**
 * The signatures that a handshake may hold; null = not seen, or left out by sampling (of the many handshakes of one
 * certificate only some are verified again).
 */
export interface HandshakeSignatures {
  serverKeyExchange: SignatureCheck | null;
  serverCertificateVerify: SignatureCheck | null;
  clientCertificateVerify: SignatureCheck | null;
}

/** A signature of the handshake. */
export interface SignatureCheck {
  frame: number;
  /** SignatureScheme number; null before TLS 1.2, where the key type tells. */
  scheme: number | null;
  result: 'valid' | 'invalid' | 'not-checked';
  /** Why it is invalid, or could not be checked. */
  because: string | null;
}

/** What is wrong with a certificate or a chain. */
export type ChainProblemCode =
  | 'expired'
  | 'not-yet-valid'
  | 'self-signed'
  | 'untrusted'
  | 'incomplete-chain'
  | 'wrong-eku'
  | 'wrong-key-usage'
  | 'name-mismatch'
  | 'not-a-ca'
  | 'path-length'
  | 'name-constraint'
  /** A critical extension that this analyzer does not know (RFC 5280 §4.2: a verifier must refuse it). */
  | 'critical-extension'
  | 'bad-signature'
  | 'revoked'
  | 'weak-signature'
  | 'weak-key'
  | 'unreadable';

/** One thing that is wrong, and with which certificate. */
export interface ChainProblem {
  code: ChainProblemCode;
  /** SHA-256 of the certificate. */
  certificate: string;
  /** One sentence. */
  detail: string;
}

/** A chain as it was judged at the time of its packets. */
export interface ChainVerdict {
  /** SHA-256 of each certificate of the path that was built, leaf first, as far as it goes. */
  path: string[];
  /**
   * Whether the path ends in what is trusted; `unknown` = there is nothing to tell it by. What `requested-authorities` trusts
   * rests on the issuer's name alone where the authority's certificate is not in the capture.
   */
  trust: 'trusted' | 'untrusted' | 'unknown';
  /** What trust was judged by; null = nothing was there. */
  trustFrom: 'bundle' | 'requested-authorities' | 'policy' | null;
  /** Why the clock of the capture can't be believed; then nothing is said of validity. Null = it can. */
  clockDistrusted: string | null;
  problems: ChainProblem[];
  /** What could not be judged, or only in part, in sentences; empty where everything was. */
  notes: string[];
}

/** Client authentication: what the client was asked and did, and what the server did with the answer. */
export interface ClientAuth {
  /** `declined` = asked, answered with an empty Certificate; `renegotiated` = asked in a later handshake at most. */
  status: 'presented' | 'declined' | 'not-requested' | 'resumed' | 'renegotiated' | 'unknown';
  /** Also told where the client gave up before it answered. */
  requested: boolean | null;
  outcome: 'accepted' | 'rejected' | 'dropped' | 'unknown';
  certainty: Certainty | 'none';
  /** One sentence: what in the packets says so. */
  basis: string;
}

/** Observed (bytes in clear), decrypted (keys given), inferred (a rule of thumb with its reason in words). */
export type Certainty = 'observed' | 'decrypted' | 'inferred';

/** A TLS alert; level and description are null while it is encrypted. */
export interface TlsAlert {
  frame: number;
  from: Side;
  level: 'warning' | 'fatal' | null;
  description: string | null;
  encrypted: boolean;
}
