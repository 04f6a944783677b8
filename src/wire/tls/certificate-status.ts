// RFC 6066 §8 (status type 1, response behind a 24-bit length), RFC 6961 §2.2 (a list of such responses, which may be empty).

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsCertificateStatusTypes } from '../../registry/tls-certificate-types.js';
import { type ByteRange, readRange, unlessEmpty } from './byte-range.js';
import { expectEnd, messageFault } from './faults.js';
import { maxCertificates } from './limits.js';

/** A CertificateStatus; ranges are lent and absolute. */
export interface CertificateStatusValue {
  /** 1 = OCSP, 2 = OCSP for the whole chain. */
  statusType: number;
  /** DER of each OCSPResponse, leaf first; null where the server has none for that certificate. */
  responses: readonly (ByteRange | null)[];
  fault: Fault | null;
}

/** Parses the body of a CertificateStatus. Faults: truncated, malformed, unsupported (another status type), limit. */
export function parseCertificateStatus(bytes: Uint8Array, start: number, end: number): CertificateStatusValue {
  const reader = new Reader(bytes, start, end, 'CertificateStatus');
  const statusType = reader.u8();
  const responses: (ByteRange | null)[] = [];
  if (statusType === tlsCertificateStatusTypes.ocsp) {
    readResponse(reader, responses);
    expectEnd(reader);
    return { statusType, responses, fault: reader.fault };
  }
  if (statusType !== tlsCertificateStatusTypes.ocsp_multi) {
    if (reader.fault === null) reader.fail('unsupported');
    return { statusType, responses, fault: reader.fault };
  }
  const list = reader.vector24('CertificateStatus.ocsp_response_list');
  while (list.remaining > 0) {
    if (responses.length === maxCertificates) list.fail('limit');
    else readResponse(list, responses);
  }
  expectEnd(reader);
  return { statusType, responses, fault: messageFault(reader, list) };
}

function readResponse(reader: Reader, responses: (ByteRange | null)[]): void {
  const response = readRange(reader, reader.u24());
  if (response !== null) responses.push(unlessEmpty(response));
}
