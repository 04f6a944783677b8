// RFC 2246 §7.4.4 (types, authorities), RFC 5246 §7.4.4 (and signature algorithms between), RFC 9846 (CertificateRequest:
// context and extensions), draft-ietf-tls-tls13-18 §4.3.2 (context, algorithms, authorities, filters: no extensions yet).

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { isTls13Draft, messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import { type ByteRange, readRange8, readRange16 } from './byte-range.js';
import { expectEnd, messageFault } from './faults.js';
import { maxAuthorities, maxCertificateTypes, maxExtensions } from './limits.js';
import { readNumbers8, readNumbers16 } from './lists.js';

/** A CertificateRequest; the ranges are lent and absolute. */
export interface CertificateRequestValue {
  /** TLS 1.3: empty in the handshake proper, not empty after it; null before TLS 1.3. */
  requestContext: ByteRange | null;
  /** ClientCertificateType numbers; empty in TLS 1.3. */
  types: readonly number[];
  /** Signature schemes; empty before TLS 1.2. */
  signatureAlgorithms: readonly number[];
  /** signature_algorithms_cert (TLS 1.3). */
  signatureAlgorithmsCert: readonly number[];
  /** DER of each distinguished name. Empty = any. */
  authorities: readonly ByteRange[];
  /** Extension types (TLS 1.3). */
  extensions: readonly number[];
  fault: Fault | null;
}

/** The value while it is read. */
interface Request extends CertificateRequestValue {
  authorities: ByteRange[];
  extensions: number[];
}

/** Parses the body of a CertificateRequest in the form of `version`, the negotiated one. Limit: `maxAuthorities`. */
export function parseCertificateRequest(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: number,
): CertificateRequestValue {
  const reader = new Reader(bytes, start, end, 'CertificateRequest');
  const form = messageVersion(version);
  const request: Request = {
    requestContext: null,
    types: [],
    signatureAlgorithms: [],
    signatureAlgorithmsCert: [],
    authorities: [],
    extensions: [],
    fault: null,
  };
  if (form === tlsVersions.tls13) {
    request.requestContext = readRange8(reader);
    const extended = !isTls13Draft(version) || (version & 0xff) >= 19;
    const inner = extended ? readExtensions(reader, request) : readBeforeDraft19(reader, request);
    return finish(request, reader, inner);
  }
  const types = reader.vector8('CertificateRequest.certificate_types');
  request.types = readNumbers8(types, maxCertificateTypes);
  const inner = [types];
  if (form === tlsVersions.tls12) inner.push(readAlgorithms(reader, request));
  inner.push(readAuthorities(reader, request));
  return finish(request, reader, inner);
}

function finish(request: Request, reader: Reader, inner: readonly Reader[]): CertificateRequestValue {
  expectEnd(reader);
  request.fault = reader.fault;
  for (const part of inner) request.fault ??= messageFault(reader, part);
  return request;
}

function readAlgorithms(reader: Reader, request: Request): Reader {
  const algorithms = reader.vector16('CertificateRequest.supported_signature_algorithms');
  request.signatureAlgorithms = readNumbers16(algorithms);
  return algorithms;
}

/** Distinguished names, each behind a 16-bit length, behind a 16-bit length. */
function readAuthorities(reader: Reader, request: Request): Reader {
  const list = reader.vector16('CertificateRequest.certificate_authorities');
  while (list.remaining > 0) {
    if (request.authorities.length === maxAuthorities) {
      list.fail('limit');
      break;
    }
    const name = readRange16(list);
    if (name !== null) request.authorities.push(name);
  }
  return list;
}

function readBeforeDraft19(reader: Reader, request: Request): Reader[] {
  const inner = [readAlgorithms(reader, request), readAuthorities(reader, request)];
  inner.push(reader.vector16('CertificateRequest.certificate_extensions'));
  return inner;
}

function readExtensions(reader: Reader, request: Request): Reader[] {
  const extensions = reader.vector16('CertificateRequest.extensions');
  const inner = [extensions];
  while (extensions.remaining > 0) {
    if (request.extensions.length === maxExtensions) {
      extensions.fail('limit');
      break;
    }
    const type = extensions.u16();
    const length = extensions.u16();
    if (extensions.fault !== null) break;
    const body = extensions.child(length, 'CertificateRequest.extension');
    request.extensions.push(type);
    if (type === tlsExtensions.signature_algorithms) inner.push(readAlgorithms(body, request), body);
    else if (type === tlsExtensions.certificate_authorities) inner.push(readAuthorities(body, request), body);
    else if (type === tlsExtensions.signature_algorithms_cert) {
      const algorithms = body.vector16('CertificateRequest.signature_algorithms_cert');
      request.signatureAlgorithmsCert = readNumbers16(algorithms);
      inner.push(algorithms, body);
    }
  }
  return inner;
}
