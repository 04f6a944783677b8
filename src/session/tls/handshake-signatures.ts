// The signatures of handshakes, verified again over the octets that were captured. What was checked by the peer as well tells
// nothing new where it is good; a bad one that the peer let pass tells that the peer does not check.
import { concatDigest } from '../../base/hash.js';
import type { HandshakeSignatures, SignatureCheck } from '../../model/connection-record.js';
import type { Direction } from '../../model/stream.js';
import { tls13SignedContent, verifyHandshakeSignature } from '../../pki/handshake-signature.js';
import { notChecked, type SignatureOutcome } from '../../pki/signature.js';
import type { StoredCertificate } from '../../pki/stored-certificate.js';
import type { Verification } from '../../pki/verification.js';
import { cipherSuite } from '../../registry/cipher-suite-properties.js';
import { tlsHandshakeTypes as types } from '../../registry/tls-handshake-types.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import { parseCertificateVerify } from '../../wire/tls/certificate-verify.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import type { ServerKeyExchangeValue } from '../../wire/tls/server-key-exchange.js';
import { HandshakeTranscript, hasTlsHeader, randomOctets } from './handshake-transcript.js';
import { MessageRing, noMessage } from './message-ring.js';
import type { TlsObservations } from './tls-observations.js';

/**
 * Of the handshakes in which one certificate's key signs, the first are all verified, then one in so many. A server that
 * signs wrongly does so always; and verifying each signature of a busy server would take longer than all the rest.
 */
const alwaysVerified = 16;
const thenOneIn = 256;

/** Verifies signatures while the handshakes of a run are read. */
export class HandshakeSignatureReader {
  readonly #verification: Verification;
  readonly #ring: MessageRing = new MessageRing();
  /** Whether messages of TLS 1.3 may be read, by keys. */
  readonly #hasKeys: () => boolean;

  constructor(verification: Verification, hasKeys: () => boolean) {
    this.#verification = verification;
    this.#hasKeys = hasKeys;
  }

  /** A message whose body is the lent `bytes[start, end)` was read: notes it for a signature to come. */
  heard(
    seen: TlsObservations,
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (type === types.client_hello) {
      this.#heardHello(seen, direction, bytes, start, end);
      return;
    }
    if (type === types.server_hello && seen.answer.transcript === null) this.#begin(seen);
    const { transcript } = seen.answer;
    if (transcript === null || type === types.hello_request) return;
    if (!hasTlsHeader(bytes, type, start, end)) {
      transcript.broken = true;
      return;
    }
    const isTls13 = seen.version === tlsVersions.tls13;
    if (isTls13 && !this.#hasKeys()) {
      seen.answered().transcript = null;
      return;
    }
    if (type === types.certificate && !isTls13) {
      transcript.addCertificate(direction, end - start + handshakeHeaderLength);
    } else {
      if (type === types.server_hello && seen.retrying) transcript.retried = true;
      transcript.add(this.#ring, direction, bytes, start - handshakeHeaderLength, end);
    }
    if (type === types.server_hello_done || (type === types.finished && direction !== seen.client)) {
      transcript.flightEnds(direction);
    }
    // Without a request nothing of the client's will be signed; with one, only what comes before its signature is.
    const isOver = type === types.server_hello_done ? seen.answer.request === null : endsSigning(seen, direction, type);
    if (isOver) seen.answered().transcript = null;
  }

  /** A ChangeCipherSpec of `direction`: what is signed in TLS <= 1.2 lies before the client's; a resumption signs nothing. */
  signed(seen: TlsObservations, direction: Direction): void {
    const { transcript, request } = seen.answer;
    if (transcript !== null && (direction === seen.client || request === null)) seen.answered().transcript = null;
  }

  /** RFC 5246 §7.4.3: the key exchange in the lent `bytes`, signed together with both randoms. */
  serverKeyExchange(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    value: ServerKeyExchangeValue,
    frame: number,
  ): void {
    const { params, signature } = value;
    const leaf = seen.of(direction).certificates?.[0];
    if (params === null || signature === null || value.fault !== null || leaf === undefined) return;
    this.#verification.work.earn();
    if (!isSampled(leaf)) return;
    const randoms = seen.answer.transcript?.randoms(this.#ring, direction) ?? null;
    let outcome: SignatureOutcome;
    if (randoms === null) outcome = notChecked('the hellos, which it covers, are not both at hand');
    else {
      const signed = new Uint8Array(2 * randomOctets + params.end - params.start);
      signed.set(randoms);
      signed.set(bytes.subarray(params.start, params.end), 2 * randomOctets);
      outcome = this.#verify(leaf, value.signatureScheme, signed, bytes.subarray(signature.start, signature.end));
    }
    signaturesOf(seen).serverKeyExchange = check(frame, value.signatureScheme, outcome);
  }

  /** RFC 5246 §7.4.8, RFC 9846 (CertificateVerify): a signature over all messages before it. The body is lent. */
  certificateVerify(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    const leaf = seen.of(direction).certificates?.[0];
    if (leaf === undefined || seen.version === null || seen.client === null || !isSampled(leaf)) return;
    const fromClient = direction === seen.client;
    const known = seen.answer.signatures;
    if ((fromClient ? known?.clientCertificateVerify : known?.serverCertificateVerify) != null) return;
    const value = parseCertificateVerify(bytes, start, end, seen.version);
    if (value.signature === null || value.fault !== null) return;
    const signature = bytes.subarray(value.signature.start, value.signature.end);
    const signed = this.#signedMessages(seen, seen.client, fromClient);
    const outcome =
      typeof signed === 'string' ? notChecked(signed) : this.#verify(leaf, value.signatureScheme, signed, signature);
    const found = check(frame, value.signatureScheme, outcome);
    if (fromClient) signaturesOf(seen).clientCertificateVerify = found;
    else signaturesOf(seen).serverCertificateVerify = found;
  }

  #verify(leaf: StoredCertificate, scheme: number | null, signed: Uint8Array, signature: Uint8Array): SignatureOutcome {
    const { keys, work } = this.#verification;
    return verifyHandshakeSignature(leaf.key(keys, work), scheme, signed, signature, work);
  }

  /** What a CertificateVerify covers, or why it can't be told. */
  #signedMessages(seen: TlsObservations, client: Direction, fromClient: boolean): Uint8Array | string {
    const version = seen.version!;
    if (version === tlsVersions.sslv3) return 'SSLv3 signs with the master secret';
    const isTls13 = version === tlsVersions.tls13;
    if (!isTls13 && messageVersion(version) !== version) return `its transcript is not kept in this version`;
    for (const direction of [0, 1] as const) {
      if (seen.of(direction).hiddenBecause !== null) return 'messages of the handshake are missing';
    }
    const parts = seen.answer.transcript?.octets(
      this.#ring,
      client,
      fromClient,
      (direction) => seen.of(direction).certificates,
    );
    if (parts === undefined || parts === null) return 'the messages that it covers are not all at hand';
    if (!isTls13) return Buffer.concat(parts);
    const hash = cipherSuite(seen.serverHello?.cipherSuite ?? 0)?.hash;
    if (hash !== 'sha256' && hash !== 'sha384') return 'the hash of its cipher suite is not known here';
    const { retried } = seen.answer.transcript!;
    return tls13SignedContent(transcriptHash(hash, parts, retried), fromClient ? 'client' : 'server');
  }

  #heardHello(seen: TlsObservations, direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const { transcript } = seen.answer;
    if (transcript !== null) {
      // The answer to a retry; any other is the beginning of another handshake.
      if (!seen.answer.helloRetryRequestFrame || seen.serverHello !== null) seen.answered().transcript = null;
      else if (!hasTlsHeader(bytes, types.client_hello, start, end)) transcript.broken = true;
      else transcript.add(this.#ring, direction, bytes, start - handshakeHeaderLength, end);
      return;
    }
    if (seen.helloAt !== noMessage || seen.serverHello !== null) seen.helloAt = noMessage;
    else if (hasTlsHeader(bytes, types.client_hello, start, end)) {
      seen.helloAt = this.#ring.put(bytes, start - handshakeHeaderLength, end);
    }
  }

  #begin(seen: TlsObservations): void {
    const { helloAt } = seen;
    // Used once: a later handshake on the same connection has hellos of its own, under the protection of this one.
    seen.helloAt = noMessage;
    if (helloAt === noMessage) return;
    if (seen.version === tlsVersions.tls13 && !this.#hasKeys()) return;
    seen.answered().transcript = new HandshakeTranscript(helloAt);
  }
}

/** Whether what follows a message is not covered by any signature. */
function endsSigning(seen: TlsObservations, direction: Direction, type: number): boolean {
  if (type === types.finished) return direction === seen.client;
  return type === types.certificate_verify && direction === seen.client;
}

/** Counts one more handshake of a certificate; whether its signature is to be verified. */
function isSampled(leaf: StoredCertificate): boolean {
  const count = leaf.handshakes++;
  return count < alwaysVerified || count % thenOneIn === 0;
}

function signaturesOf(seen: TlsObservations): HandshakeSignatures {
  const answer = seen.answered();
  answer.signatures ??= { serverKeyExchange: null, serverCertificateVerify: null, clientCertificateVerify: null };
  return answer.signatures;
}

function check(frame: number, scheme: number | null, { result, because }: SignatureOutcome): SignatureCheck {
  return { frame, scheme, result, because };
}

/** RFC 9846 (Transcript Hash): after a retry the first hello counts by its hash, as a message of type message_hash. */
function transcriptHash(hash: 'sha256' | 'sha384', parts: readonly Uint8Array[], retried: boolean): Uint8Array {
  if (!retried) return concatDigest(hash, parts);
  const first = concatDigest(hash, parts.slice(0, 1));
  return concatDigest(hash, [Uint8Array.of(types.message_hash, 0, 0, first.length), first, ...parts.slice(1)]);
}
