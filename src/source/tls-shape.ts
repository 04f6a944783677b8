// A TLS session as a record holds it.
import type {
  CertificateRequestRecord,
  ChainProblem,
  ChainProblemCode,
  ChainVerdict,
  ClientAuth,
  ClientHelloRecord,
  Fact,
  HandshakeMessageRecord,
  ServerHelloRecord,
  ServerKeyExchangeRecord,
  SignatureCheck,
  TlsAlert,
  TlsSession,
  TlsVersionName,
} from '../model/connection-record.js';
import type { Side, Sides } from '../model/side.js';
import {
  digest,
  flag,
  frameNumber,
  list,
  members,
  natural,
  optional,
  orNull,
  type Shape,
  sixteenBits,
  text,
  whole,
  word,
} from './record-shape.js';

/** Of each list of events: more than the bounds of the session floor let through. */
const maxEvents = 256;

/** Client or server. */
export const side: Shape<Side> = word('client', 'server');

/** A count for each side. */
export const sides: Shape<Sides<number>> = members({ client: natural, server: natural });

const version: Shape<TlsVersionName> = word('SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3');

const clientHello = members<ClientHelloRecord>({
  frame: frameNumber,
  legacyVersion: text,
  supportedVersions: list(text),
  cipherSuites: list(natural),
  extensions: list(natural),
  serverName: orNull(text),
  alpn: list(text),
  groups: list(natural),
  signatureAlgorithms: list(natural),
  fallbackScsv: flag,
  offersResumption: flag,
  earlyData: flag,
  postHandshakeAuth: flag,
  ech: flag,
  ja3: text,
  ja4: text,
});

const serverHello = members<ServerHelloRecord>({
  frame: frameNumber,
  version: text,
  cipherSuite: members({ id: natural, name: text }),
  group: orNull(natural),
  alpn: orNull(text),
  ja3s: text,
  downgradeSentinel: orNull(word<'TLSv1.2' | 'TLSv1.1'>('TLSv1.2', 'TLSv1.1')),
  helloRetryRequestFrame: orNull(frameNumber),
  secureRenegotiation: orNull(flag),
  compression: natural,
  extendedMasterSecret: flag,
});

const certificateRequest = members<CertificateRequestRecord>({
  frame: frameNumber,
  types: list(natural),
  signatureAlgorithms: list(natural),
  authorities: list(text),
});

const serverKeyExchange = members<ServerKeyExchangeRecord>({
  frame: frameNumber,
  kind: orNull(text),
  group: orNull(natural),
  primeBits: orNull(natural),
  signatureAlgorithm: orNull(natural),
});

const verdict = members<ChainVerdict>({
  path: list(digest),
  trust: word('trusted', 'untrusted', 'unknown'),
  trustFrom: orNull(word('bundle', 'requested-authorities', 'policy')),
  clockDistrusted: orNull(text),
  // A program that is newer may know problems that this one doesn't: they are listed, and no rule speaks of them.
  problems: list(members<ChainProblem>({ code: text as Shape<ChainProblemCode>, certificate: text, detail: text })),
  notes: list(text),
});

const signature = orNull(
  members<SignatureCheck>({
    frame: frameNumber,
    scheme: orNull(sixteenBits),
    result: word('valid', 'invalid', 'not-checked'),
    because: orNull(text),
  }),
);

const clientAuth = members<ClientAuth>({
  status: word('presented', 'declined', 'not-requested', 'resumed', 'renegotiated', 'unknown'),
  requested: orNull(flag),
  outcome: word('accepted', 'rejected', 'dropped', 'unknown'),
  certainty: word('observed', 'decrypted', 'inferred', 'none'),
  basis: text,
});

const shownFact = members<{ state: 'seen' | 'absent'; frames: number[] }>({
  state: word('seen', 'absent'),
  frames: list(frameNumber),
});
const hiddenFact = members<{ state: 'hidden'; because: string }>({ state: word('hidden'), because: text });

const fact: Shape<Fact> = (value, fault) => {
  const isHidden = (value as { state?: unknown } | null)?.state === 'hidden';
  return isHidden ? hiddenFact(value, fault) : (shownFact(value, fault) as Fact | undefined);
};

const alert = members<TlsAlert>({
  frame: frameNumber,
  from: side,
  level: orNull(word('warning', 'fatal')),
  description: orNull(text),
  encrypted: flag,
});

const message = members<HandshakeMessageRecord>({ frame: frameNumber, from: side, type: text, length: natural });

/** A TLS session. */
export const tlsSession: Shape<TlsSession> = members<TlsSession>({
  version: orNull(version),
  clientHello: orNull(clientHello),
  serverHello: orNull(serverHello),
  sameClientRandom: orNull(
    members<NonNullable<TlsSession['sameClientRandom']>>({
      flow: natural,
      identical: flag,
      orderUnknown: optional(word<true>(true)),
    }),
  ),
  sameServerRandom: orNull(members({ flow: natural })),
  resumed: orNull(flag),
  resumedFrom: orNull(natural),
  certificateRequest: orNull(certificateRequest),
  serverCertificates: orNull(list(digest)),
  clientCertificates: orNull(list(digest)),
  certificateVerifyFrame: orNull(frameNumber),
  serverVerification: orNull(verdict),
  clientVerification: orNull(verdict),
  signatures: orNull(
    members({ serverKeyExchange: signature, serverCertificateVerify: signature, clientCertificateVerify: signature }),
  ),
  clientAuth,
  facts: members({
    certificateRequest: fact,
    serverCertificate: fact,
    clientCertificate: fact,
    certificateVerify: fact,
  }),
  serverKeyExchange: orNull(serverKeyExchange),
  tickets: list(members({ frame: frameNumber, from: side, lifetimeSeconds: whole, length: natural }), maxEvents),
  ocspStaple: orNull(members({ frame: frameNumber, length: natural })),
  renegotiationFrames: list(frameNumber, maxEvents),
  alerts: list(alert, maxEvents),
  messages: list(message, maxEvents),
  established: flag,
  decrypted: flag,
  records: sides,
  http2: optional(word<true>(true)),
});
