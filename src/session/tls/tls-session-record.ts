import type {
  ClientAuth,
  ClientHelloRecord,
  Fact,
  HandshakeMessageRecord,
  ServerHelloRecord,
  TlsAlert,
  TlsSession,
  TlsVersionName,
} from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import type { Direction } from '../../model/stream.js';
import type { StoredCertificate } from '../../pki/certificate-store.js';
import { cipherSuiteName } from '../../registry/cipher-suite-properties.js';
import { tlsAlertLevels, tlsAlertName } from '../../registry/tls-alerts.js';
import { tlsHandshakeTypeName } from '../../registry/tls-handshake-types.js';
import { messageVersion, tlsVersions, versionName } from '../../registry/tls-versions.js';
import { emptyList } from '../empty-list.js';
import type { InferredClientAuth } from '../inference/inference.js';
import { inferFromObservations, inferResumedFromObservations } from '../inference/inference-evidence.js';
import type { InferredOutcome } from '../inference/inference-outcome.js';
import { other } from '../listener.js';
import type { SessionContext } from '../shared/session-context.js';
import { judgeClientAuth } from './client-auth.js';
import {
  type ObservedAlert,
  type ObservedDirection,
  type ObservedTicket,
  observedTypes,
  type TlsObservations,
} from './tls-observations.js';

/**
 * Plain data of what a TLS connection has shown, now that it is known which direction is the client's. `seconds` since 1970 is
 * when it began: certificates are judged at that time.
 */
export function tlsSessionRecord(
  seen: TlsObservations,
  client: Direction,
  context: SessionContext,
  seconds: number,
): TlsSession {
  const server = other(client);
  const clientSide = seen.of(client);
  const serverSide = seen.of(server);
  const inferred = inferFromObservations(seen, client) ?? inferResumedFromObservations(seen, client);
  const clientAuth = judgeClientAuth(seen, client, inferred);
  noteDisagreement(seen, clientAuth, inferred);
  const closedBecause = hiddenReason(seen);
  noteUse(context, clientSide, 'client');
  noteUse(context, serverSide, 'server');
  const session: TlsSession = {
    version: versionOf(seen),
    clientHello: clientHelloRecord(seen),
    serverHello: serverHelloRecord(seen),
    sameClientRandom: seen.sameClientRandom,
    sameServerRandom: seen.answer.sameServerRandom === null ? null : { flow: seen.answer.sameServerRandom.flow },
    resumed: seen.answer.resumed,
    resumedFrom: seen.answer.resumedFrom,
    certificateRequest:
      seen.answer.request === null
        ? null
        : {
            frame: seen.answer.requestFrame,
            types: seen.answer.request.types,
            signatureAlgorithms: seen.answer.request.signatureAlgorithms,
            authorities: seen.answer.request.authorities,
          },
    serverCertificates: fingerprints(serverSide.certificates),
    clientCertificates: fingerprints(clientSide.certificates),
    certificateVerifyFrame: clientSide.certificateVerifyFrame || null,
    serverVerification: context.verdicts.ofServer(
      serverSide.certificates,
      seen.serverName,
      seen.answer.staple,
      seconds,
    ),
    clientVerification: context.verdicts.ofClient(
      clientSide.certificates,
      seen.answer.request?.authorityNames ?? emptyList,
      seconds,
    ),
    signatures: seen.answer.signatures,
    clientAuth,
    facts: {
      certificateRequest: serverFact(seen, server, closedBecause, seen.answer.requestFrame),
      serverCertificate: serverFact(seen, server, closedBecause, serverSide.certificateFrame),
      clientCertificate: clientFact(seen, client, closedBecause, clientSide.certificateFrame),
      certificateVerify: clientFact(seen, client, closedBecause, clientSide.certificateVerifyFrame),
    },
    serverKeyExchange: seen.answer.serverKeyExchange,
    tickets: ticketRecords(seen.answer.tickets, client),
    ocspStaple: seen.answer.ocspStaple,
    renegotiationFrames: seen.answer.renegotiationFrames ?? laterFrames(seen, server, inferred),
    alerts: alertRecords(seen.answer.alerts, client),
    messages: messageRecords(seen.messages, client),
    established: isEstablishedDecrypted(seen) ?? inferred?.established ?? isEstablished(seen, client),
    decrypted: (seen.answer.decrypted?.messages ?? 0) > 0,
    records: { client: clientSide.records, server: serverSide.records },
  };
  if (seen.answer.exchanges?.http2 === true) session.http2 = true;
  return session;
}

function noteUse(context: SessionContext, observed: ObservedDirection, side: Side): void {
  const { certificates, certificateFrame } = observed;
  if (certificates === null) return;
  for (let at = 0; at < certificates.length; at++) context.certificates.used(certificates[at]!, side, certificateFrame);
}

/** Where a request after the handshake of TLS 1.3 may have been answered, or, of what keys opened in part, hidden. */
function laterFrames(
  seen: TlsObservations,
  server: Direction,
  inferred: InferredClientAuth | InferredOutcome | null,
): number[] {
  const { decrypted, closedBecause } = seen.answer;
  if (decrypted !== null && decrypted.messages > 0) {
    const isWhole = closedBecause === null && seen.of(server).hiddenBecause === null;
    const mayOffer = seen.version === tlsVersions.tls13 && (seen.helloShape?.postHandshakeAuth ?? true);
    return isWhole || !mayOffer ? emptyList : [seen.serverHelloFrame];
  }
  if (inferred === null || !('laterAnswerFrame' in inferred) || inferred.laterAnswerFrame === 0) return emptyList;
  return [inferred.laterAnswerFrame];
}

function ticketRecords(tickets: readonly ObservedTicket[] | null, client: Direction): TlsSession['tickets'] {
  if (tickets === null) return emptyList;
  return tickets.map(({ frame, direction, lifetimeSeconds, length }) => ({
    frame,
    from: sideOf(direction, client),
    lifetimeSeconds,
    length,
  }));
}

function alertRecords(alerts: readonly ObservedAlert[] | null, client: Direction): TlsAlert[] {
  if (alerts === null) return emptyList;
  return alerts.map(({ frame, direction, level, code, encrypted }) => ({
    frame,
    from: sideOf(direction, client),
    level: levelName(level),
    description: code === null ? null : (tlsAlertName(code) ?? `alert ${code}`),
    encrypted,
  }));
}

function sideOf(direction: Direction, client: Direction): Side {
  return direction === client ? 'client' : 'server';
}

function versionOf(seen: TlsObservations): TlsVersionName | null {
  if (seen.answer.sslv2ServerFrame > 0) return 'SSLv2';
  if (seen.version === null) return null;
  const name = versionName(messageVersion(seen.version));
  return isVersionName(name) ? name : null;
}

function isVersionName(name: string): name is TlsVersionName {
  return name.startsWith('TLSv1.') || name === 'SSLv3' || name === 'SSLv2';
}

function clientHelloRecord(seen: TlsObservations): ClientHelloRecord | null {
  const shape = seen.helloShape;
  if (shape === null) return null;
  return {
    frame: seen.clientHelloFrame,
    legacyVersion: versionName(seen.legacyVersion),
    supportedVersions: shape.supportedVersionNames,
    cipherSuites: shape.cipherSuites,
    extensions: shape.extensions,
    serverName: seen.serverName,
    alpn: shape.alpn,
    groups: shape.groups,
    signatureAlgorithms: shape.signatureAlgorithms,
    fallbackScsv: shape.fallbackScsv,
    // A client that offers TLS 1.3 fills the session id for middleboxes' sake (RFC 9846): that offers nothing.
    offersResumption: seen.ticketOctets > 0 || (seen.offersSessionId && shape.supportedVersions.length === 0),
    earlyData: shape.earlyData,
    postHandshakeAuth: shape.postHandshakeAuth,
    ech: shape.ech,
    ja3: shape.ja3,
    ja4: shape.ja4,
  };
}

function serverHelloRecord(seen: TlsObservations): ServerHelloRecord | null {
  const hello = seen.serverHello;
  if (hello === null || hello.cipherSuite === null) return null;
  const isTls13 = hello.version === tlsVersions.tls13;
  return {
    frame: seen.serverHelloFrame,
    version: versionName(hello.selectedVersion ?? hello.legacyVersion),
    cipherSuite: { id: hello.cipherSuite, name: cipherSuiteName(hello.cipherSuite) },
    group: hello.keyShareGroup ?? seen.answer.serverKeyExchange?.group ?? null,
    alpn: hello.alpn ?? seen.answer.decrypted?.encryptedExtensions?.alpn ?? null,
    ja3s: hello.ja3s,
    downgradeSentinel: hello.downgradeSentinel,
    helloRetryRequestFrame: seen.answer.helloRetryRequestFrame || null,
    secureRenegotiation: isTls13 ? null : hello.renegotiationInfo,
    compression: hello.compression,
    extendedMasterSecret: hello.extendedMasterSecret,
  };
}

/** A message that only the server sends: what lies between ServerHello and ServerHelloDone was all read, or was not. */
function serverFact(seen: TlsObservations, server: Direction, closed: Fact, frame: number): Fact {
  if (frame > 0) return { state: 'seen', frames: [frame] };
  if (seen.version === tlsVersions.tls13 && seen.answer.resumed !== true) {
    const { decrypted } = seen.answer;
    if (decrypted === null || !decrypted.flightWhole(server)) return closed;
    return { state: 'absent', frames: [decrypted.encryptedExtensionsFrame, decrypted.finishedFrame(server)] };
  }
  if (seen.answer.resumed === true) return resumed;
  if (seen.answer.serverFlightWhole)
    return { state: 'absent', frames: [seen.serverHelloFrame, seen.answer.serverHelloDoneFrame] };
  const { hiddenBecause } = seen.of(server);
  return hiddenBecause === null ? notReached : { state: 'hidden', because: hiddenBecause };
}

/** A message that only the client sends: it would stand before ClientKeyExchange or ChangeCipherSpec. */
function clientFact(seen: TlsObservations, client: Direction, closed: Fact, frame: number): Fact {
  if (frame > 0) return { state: 'seen', frames: [frame] };
  if (seen.version === tlsVersions.tls13 && seen.answer.resumed !== true) {
    const { decrypted } = seen.answer;
    if (decrypted === null || !decrypted.flightWhole(client)) return closed;
    return { state: 'absent', frames: [decrypted.finishedFrame(client)] };
  }
  if (seen.answer.resumed === true) return resumed;
  const { hiddenBecause, changeCipherSpecFrame } = seen.of(client);
  if (seen.answer.clientFlightWhole && seen.answer.clientKeyExchangeFrame > 0) {
    return { state: 'absent', frames: [seen.answer.clientKeyExchangeFrame, changeCipherSpecFrame] };
  }
  return hiddenBecause === null ? notReached : { state: 'hidden', because: hiddenBecause };
}

/** Why what TLS 1.3 encrypts is hidden. */
function hiddenReason(seen: TlsObservations): Fact {
  const { closedBecause, decrypted } = seen.answer;
  if (closedBecause !== null) return { state: 'hidden', because: closedBecause };
  return decrypted === null ? encrypted : notReached;
}

/** Both the lengths and the keys tell, and they differ: one of them is wrong, or somebody pads against the lengths. */
function noteDisagreement(
  seen: TlsObservations,
  read: ClientAuth,
  inferred: InferredClientAuth | InferredOutcome | null,
): void {
  if (read.certainty !== 'decrypted' || inferred === null || !('status' in inferred)) return;
  if (inferred.certainty === 'none' || inferred.status === read.status) return;
  seen.odd(
    `record lengths and keys disagree on client authentication: lengths say ${inferred.status}, keys say ${read.status}`,
  );
}

const encrypted: Fact = Object.freeze({ state: 'hidden', because: 'encrypted: TLS 1.3 without keys' });
const resumed: Fact = Object.freeze({ state: 'hidden', because: 'resumed: the original handshake decided' });
const notReached: Fact = Object.freeze({
  state: 'hidden',
  because: 'the handshake is not in the capture to this point',
});

/** As keys show it in TLS 1.3; null where they don't reach that far. */
function isEstablishedDecrypted(seen: TlsObservations): boolean | null {
  const { decrypted, closedBecause } = seen.answer;
  if (decrypted === null || seen.version !== tlsVersions.tls13) return null;
  if (decrypted.applicationFrames[0] > 0 && decrypted.applicationFrames[1] > 0) return true;
  const isOpen = closedBecause === null && decrypted.closedFrames[0] === 0 && decrypted.closedFrames[1] === 0;
  return isOpen && decrypted.messages > 0 ? false : null;
}

function isEstablished(seen: TlsObservations, client: Direction): boolean {
  const server = other(client);
  const clientSide = seen.of(client);
  const serverSide = seen.of(server);
  // QUIC's packets say in clear which of them come after the handshake.
  if (seen.version === tlsVersions.tls13 && seen.transport !== 'quic') return false;
  return clientSide.applicationFrame > 0 && serverSide.applicationFrame > 0;
}

function messageRecords(packed: readonly number[], client: Direction): HandshakeMessageRecord[] {
  // Made to measure: an array that grows leaves several behind, for every connection.
  const records = new Array<HandshakeMessageRecord>(packed.length / 3);
  for (let at = 0; at < packed.length; at += 3) {
    const typeAndDirection = packed[at + 1]!;
    records[at / 3] = {
      frame: packed[at]!,
      from: (typeAndDirection & 1) === client ? 'client' : 'server',
      type: messageName(typeAndDirection >> 1),
      length: packed[at + 2]!,
    };
  }
  return records;
}

function messageName(type: number): string {
  if (type === observedTypes.changeCipherSpec) return 'change_cipher_spec';
  if (type === observedTypes.encrypted) return 'encrypted';
  return tlsHandshakeTypeName(type) ?? `type ${type}`;
}

function fingerprints(chain: StoredCertificate[] | null): string[] | null {
  return chain === null ? null : chain.map((stored) => stored.record.sha256);
}

function levelName(level: number | null): 'warning' | 'fatal' | null {
  if (level === tlsAlertLevels.warning) return 'warning';
  return level === tlsAlertLevels.fatal ? 'fatal' : null;
}
