// One handshake message at a time → what it shows. Bytes are lent; what is kept is owned.
import type { Direction } from '../../model/stream.js';
import type { StoredCertificate } from '../../pki/certificate-store.js';
import { tlsCertificateTypes } from '../../registry/tls-certificate-types.js';
import { tlsHandshakeTypes as types } from '../../registry/tls-handshake-types.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { parseCertificate, parseCompressedCertificate } from '../../wire/tls/certificate.js';
import { parseCertificateStatus } from '../../wire/tls/certificate-status.js';
import { type ClientHelloValue, parseClientHello } from '../../wire/tls/client-hello.js';
import { parseDraftHelloRetryRequest, parseServerHello, type ServerHelloValue } from '../../wire/tls/server-hello.js';
import {
  parseSslv2ClientHello,
  parseSslv2ServerHello,
  sslv2HeaderLength,
  sslv2MessageTypes,
} from '../../wire/tls/sslv2.js';
import { other } from '../listener.js';
import { decompressCertificate } from '../secrets/certificate-compression.js';
import type { SessionMemory } from '../shared/session-memory.js';
import { agreedCertificateType, laterHandshake, readEncryptedExtensions } from './decrypted-handshake.js';
import { expectAfter, expectAfterAnywhere } from './handshake-order.js';
import { readCertificateRequest, readServerKeyExchange, readTicket } from './server-messages.js';
import type { ObservedDirection, TlsObservations } from './tls-observations.js';

/** Reads the messages of every connection of a run into the connection's observations. */
export class HandshakeReader {
  readonly #memory: SessionMemory;

  constructor(memory: SessionMemory) {
    this.#memory = memory;
  }

  /** A whole message: its body is `bytes[start, end)`, `frame` the one that completed it. */
  message(
    seen: TlsObservations,
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    if (!inOrder(seen.of(direction), type)) seen.odd('handshake message out of order');
    this.#read(seen, direction, type, bytes, start, end, frame);
    this.#memory.signatures.heard(seen, direction, type, bytes, start, end);
  }

  #read(
    seen: TlsObservations,
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    switch (type) {
      case types.client_hello:
        this.#clientHello(
          seen,
          direction,
          bytes,
          start,
          end,
          parseClientHello(bytes, start, end, this.#memory.clientHellos, seen.transport),
          frame,
        );
        return;
      case types.server_hello:
        this.#serverHello(
          seen,
          direction,
          bytes,
          parseServerHello(bytes, start, end, this.#memory.serverHellos),
          frame,
        );
        return;
      case types.hello_retry_request:
        this.#serverHello(
          seen,
          direction,
          bytes,
          parseDraftHelloRetryRequest(bytes, start, end, this.#memory.serverHellos),
          frame,
        );
        return;
      case types.certificate:
        this.#certificate(seen, direction, bytes, start, end, frame);
        return;
      case types.compressed_certificate:
        this.#compressedCertificate(seen, direction, bytes, start, end, frame);
        return;
      case types.encrypted_extensions:
        readEncryptedExtensions(seen, bytes, start, end, frame);
        return;
      case types.certificate_status:
        this.#certificateStatus(seen, bytes, start, end, frame);
        return;
      case types.certificate_request:
        seen.client ??= other(direction);
        readCertificateRequest(this.#memory, seen, bytes, start, end, frame);
        return;
      case types.server_key_exchange:
        seen.client ??= other(direction);
        readServerKeyExchange(this.#memory, seen, direction, bytes, start, end, frame);
        return;
      case types.server_hello_done:
        seen.client ??= other(direction);
        this.#serverHelloDone(seen, direction, frame);
        return;
      case types.client_key_exchange:
        seen.client ??= direction;
        seen.answered().clientKeyExchangeFrame ||= frame;
        return;
      case types.certificate_verify:
        // In TLS 1.3 the server sends one too, but then its hello has told who is who.
        seen.client ??= direction;
        seen.of(direction).certificateVerifyFrame ||= frame;
        this.#memory.signatures.certificateVerify(seen, direction, bytes, start, end, frame);
        return;
      case types.new_session_ticket:
        seen.client ??= other(direction);
        readTicket(this.#memory, seen, direction, bytes, start, end, frame);
        return;
      default:
        return;
    }
  }

  /** The first plain ChangeCipherSpec of a direction in TLS <= 1.2: from the server, its place tells a resumption. */
  changeCipherSpec(seen: TlsObservations, direction: Direction, frame: number): void {
    this.#memory.signatures.signed(seen, direction);
    if (seen.client === direction) seen.answered().clientFlightWhole = seen.of(direction).hiddenBecause === null;
    const answer = seen.answered();
    if (seen.client !== other(direction) || seen.serverHello === null || answer.resumed !== null) return;
    const server = seen.of(direction);
    if (server.hiddenBecause !== null || answer.clientKeyExchangeFrame !== 0) return;
    // RFC 5246 §7.3: only an abbreviated handshake goes from ServerHello to ChangeCipherSpec without ServerHelloDone.
    answer.resumed = true;
    answer.resumedFrame = frame;
    const { resumptions } = this.#memory;
    answer.resumedFrom = resumptions.origin(seen.ticketKey) ?? resumptions.origin(answer.sessionIdKey);
    // A renewed ticket stands for the session that the first one did.
    if (answer.resumedFrom !== null && answer.renewedTicketKey !== null) {
      resumptions.remember(answer.renewedTicketKey, answer.resumedFrom);
    }
  }

  /** A hello in SSLv2's format: `bytes[start, end)` is its record with the header. */
  sslv2Hello(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    const typeAt = start + sslv2HeaderLength(bytes, start);
    if (bytes[typeAt] === sslv2MessageTypes.client_hello) {
      seen.of(direction).expected = 'client-certificate';
      seen.list(direction, frame, types.client_hello, end - start);
      this.#clientHello(seen, direction, bytes, typeAt, end, parseSslv2ClientHello(bytes, typeAt + 1, end), frame);
      return;
    }
    const hello = parseSslv2ServerHello(bytes, typeAt + 1, end);
    seen.client ??= other(direction);
    seen.answered().sslv2ServerFrame = frame;
    seen.list(direction, frame, types.server_hello, end - start);
    if (hello.certificate !== null && hello.certificate.end > hello.certificate.start) {
      const { start: from, end: to } = hello.certificate;
      seen.of(direction).certificates = [this.#memory.certificates.add(bytes, from, to)];
      seen.of(direction).certificateFrame = frame;
    }
  }

  #clientHello(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    bodyStart: number,
    bodyEnd: number,
    hello: ClientHelloValue,
    frame: number,
  ): void {
    seen.client ??= direction;
    seen.retrying = false;
    if (hello.fault !== null) seen.odd(`ClientHello ${hello.fault.kind}`);
    // The first hello is what the client offers; the answer to a retry repeats it.
    if (seen.helloShape !== null) return;
    seen.helloShape = hello.shape;
    seen.legacyVersion = hello.legacyVersion;
    seen.serverName = hello.serverName;
    seen.ticketOctets = hello.pskIdentityLengths[0] ?? hello.ticketLength ?? 0;
    seen.clientHelloFrame = frame;
    seen.offersSessionId = hello.sessionId !== null;
    if (hello.random !== null && !hello.sslv2) {
      const { clientRandoms } = this.#memory;
      const { start } = hello.random;
      seen.sameClientRandom = clientRandoms.seenBefore(bytes, start, bodyStart, bodyEnd, seen.flowId);
    }
    // The tickets of TLS 1.3 can be known again only by who could read them.
    if (hello.pskIdentity !== null && !this.#memory.secrets.isEmpty) {
      seen.ticketKey = this.#memory.resumptions.keyOf(bytes, hello.pskIdentity.start, hello.pskIdentity.end);
    }
    if (hello.ticket !== null) {
      seen.ticketKey = this.#memory.resumptions.keyOf(bytes, hello.ticket.start, hello.ticket.end);
    }
  }

  #serverHello(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    hello: ServerHelloValue,
    frame: number,
  ): void {
    seen.client ??= other(direction);
    if (hello.fault !== null) seen.odd(`ServerHello ${hello.fault.kind}`);
    if (hello.helloRetryRequest) {
      seen.retrying = true;
      seen.of(direction).expected = 'server-hello';
      seen.answered().helloRetryRequestFrame ||= frame;
      return;
    }
    seen.retrying = false;
    if (seen.serverHello !== null) return;
    seen.serverHello = hello;
    seen.serverHelloFrame = frame;
    const answer = seen.answered();
    if (hello.random !== null) {
      const { start } = hello.random;
      answer.sameServerRandom = this.#memory.serverRandoms.seenBefore(bytes, start, start, start, seen.flowId);
    }
    if (hello.sessionId !== null) {
      answer.sessionIdKey = this.#memory.resumptions.keyOf(bytes, hello.sessionId.start, hello.sessionId.end);
    }
    if (hello.version === tlsVersions.tls13) {
      answer.resumed = hello.selectedPsk !== null;
      answer.resumedFrame = frame;
      if (hello.selectedPsk === 0) answer.resumedFrom = this.#memory.resumptions.origin(seen.ticketKey);
    }
  }

  #certificate(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    const observed = seen.of(direction);
    const fromClient = seen.client === direction;
    const later = laterHandshake(seen, direction);
    if (observed.certificates !== null && later === null) return;
    const agreed = agreedCertificateType(seen, fromClient);
    const value = parseCertificate(bytes, start, end, seen.version ?? tlsVersions.tls12, agreed ?? undefined);
    if (later !== null && fromClient && later.laterCertificateFrame === 0) {
      later.laterCertificateFrame = frame;
      later.laterCertificateCount = value.entries.length;
    }
    if (observed.certificates !== null) return;
    if (value.fault !== null) seen.odd(`Certificate ${value.fault.kind}`);
    const chain: StoredCertificate[] = [];
    if (value.certificateType === tlsCertificateTypes.x509) {
      for (const entry of value.entries) chain.push(this.#memory.certificates.add(bytes, entry.start, entry.end));
    } else {
      seen.odd('certificate is not X.509');
    }
    observed.certificates = chain;
    observed.certificateFrame = frame;
    const staple = fromClient ? null : (value.entries[0]?.ocspResponse ?? null);
    if (staple !== null) this.#staple(seen, bytes, staple.start, staple.end, frame);
    if (!fromClient && seen.client !== null) this.#full(seen, frame);
  }

  /** RFC 8879 §4: a Certificate message, smaller on the way. */
  #compressedCertificate(
    seen: TlsObservations,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    // Of one that comes again nothing would be kept.
    if (seen.of(direction).certificates !== null && laterHandshake(seen, direction) === null) return;
    const value = parseCompressedCertificate(bytes, start, end);
    const { compressed, algorithm, uncompressedLength } = value;
    if (value.fault !== null) seen.odd(`CompressedCertificate ${value.fault.kind}`);
    const message =
      compressed === null
        ? 'damaged'
        : decompressCertificate(algorithm, bytes.subarray(compressed.start, compressed.end), uncompressedLength);
    if (message === 'damaged') seen.odd('CompressedCertificate that can not be decompressed');
    else if (message === 'limit') seen.odd('CompressedCertificate that promises more than is decompressed, not read');
    else this.#certificate(seen, direction, message, 0, message.length, frame);
  }

  #certificateStatus(seen: TlsObservations, bytes: Uint8Array, start: number, end: number, frame: number): void {
    const value = parseCertificateStatus(bytes, start, end);
    const response = value.responses[0];
    if (response) this.#staple(seen, bytes, response.start, response.end, frame);
  }

  #staple(seen: TlsObservations, bytes: Uint8Array, start: number, end: number, frame: number): void {
    if (seen.answer.ocspStaple !== null) return;
    seen.answered().ocspStaple = { frame, length: end - start };
    seen.answered().staple = this.#memory.staples.read(bytes, start, end);
  }

  #serverHelloDone(seen: TlsObservations, direction: Direction, frame: number): void {
    const answer = seen.answered();
    answer.serverHelloDoneFrame ||= frame;
    answer.serverFlightWhole = seen.serverHelloFrame > 0 && seen.of(direction).hiddenBecause === null;
    this.#full(seen, frame);
  }

  /** The server sent what only a full handshake has. */
  #full(seen: TlsObservations, frame: number): void {
    const answer = seen.answered();
    if (answer.resumed !== null) return;
    answer.resumed = false;
    answer.resumedFrame = frame;
    if (answer.sessionIdKey !== null) this.#memory.resumptions.remember(answer.sessionIdKey, seen.flowId);
  }
}

/** Whether a direction's message was expected now; notes what is expected next. */
function inOrder(observed: ObservedDirection, type: number): boolean {
  const now = observed.expected;
  const next = now === null ? null : expectAfter(now, type);
  observed.expected = next ?? expectAfterAnywhere(type);
  return now === null || next !== null;
}
