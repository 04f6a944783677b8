// What the client's first protected records say of its answer. A client sends Certificate if and only if it was asked
// (RFC 9846 §4.5.1; RFC 8446 §4.4.2), so its first record is Finished, or it begins with Certificate.
import { findPaddedFinished, findVerifyAndFinished, isPadded, messageEnd, paddingBlock } from './inference-patterns.js';
import type { RecordRun } from './inference-records.js';
import {
  emptyCertificateOctets,
  holdsCertificate,
  holdsWholeAnswer,
  type InferenceSizes,
  isAlertLength,
  isVerifyLength,
  jssePadding,
  smallestCertificateOctets,
} from './inference-sizes.js';

/** What a client's flight shows. */
export interface ClientFlight {
  /**
   * `none` = no record that can be relied on, `gave-up` = an alert came first, `certificate` = begins with what can only be
   * a certificate, but what should follow doesn't bear it out, `unfit` = no message of this length is known.
   */
  kind: 'none' | 'gave-up' | 'not-requested' | 'declined' | 'presented' | 'certificate' | 'padded' | 'unfit';
  /** The lengths leave nothing else. */
  exact: boolean;
  /** Index of the record with Finished; -1 = not told. */
  finished: number;
  /** The lengths in words: "has 53 octets, the size of a lone Finished". */
  words: string;
}

/** Reads the flight that `records` begins with; those after a loss are not looked at. */
export function readClientFlight(records: RecordRun, sizes: InferenceSizes): ClientFlight {
  if (records.whole === 0) return flight('none', false, -1, '');
  const first = records.content(0);
  const length = records.length(0);
  if (isAlertLength(first, -1)) return flight('gave-up', true, -1, `has ${length} octets, the size of an alert`);
  for (const padding of [0, jssePadding]) {
    if (first === sizes.finished + padding) {
      return flight('not-requested', true, 0, `has ${length} octets, the size of a lone Finished`);
    }
  }
  for (const padding of [0, jssePadding]) {
    if (first === emptyCertificateOctets + sizes.finished + padding) {
      return flight(
        'declined',
        true,
        0,
        `has ${length} octets, the size of an empty Certificate and Finished together`,
      );
    }
    if (first === emptyCertificateOctets + padding) return readDeclined(records, sizes.finished + padding);
  }
  if (isPadded(records)) {
    const finished = findPaddedFinished(records, paddingBlock(records), sizes);
    return flight('padded', false, finished, `has ${length} octets, a length padded to a block`);
  }
  if (first < smallestCertificateOctets) return flight('unfit', false, -1, `has ${length} octets, like no message`);
  return readPresented(records, sizes);
}

function readDeclined(records: RecordRun, finished: number): ClientFlight {
  const length = records.length(0);
  const words = `has ${length} octets, the size of an empty Certificate`;
  if (records.whole < 2) return flight('declined', false, -1, words);
  if (records.content(1) !== finished) return flight('unfit', false, -1, `${words}, but no Finished follows`);
  return flight('declined', true, 1, `${words}, and the next ${records.length(1)}, that of Finished`);
}

function readPresented(records: RecordRun, sizes: InferenceSizes): ClientFlight {
  const certificateEnd = messageEnd(records, 0);
  const words = `has ${records.length(0)} octets, more than Finished and an empty Certificate need`;
  const together = certificateEnd + 1;
  for (const padding of [0, jssePadding]) {
    // CertificateVerify and Finished in one record: the padding is added once.
    if (together < records.whole && isVerifyLength(records.content(together) - sizes.finished - padding)) {
      const rest = `a later one ${records.length(together)}, the size of CertificateVerify and Finished together`;
      return flight('presented', true, together, `${words}, and ${rest}`);
    }
  }
  const finished = findVerifyAndFinished(records, 1, sizes);
  if (finished > 0) {
    const rest = `${records.length(finished - 1)} and ${records.length(finished)}, the sizes of CertificateVerify and Finished`;
    return flight('presented', true, finished, `${words}, and later ones ${rest}`);
  }
  if (holdsWholeAnswer(contentTogether(records, certificateEnd), sizes)) {
    return flight(
      'presented',
      false,
      certificateEnd,
      `${words}, enough for a certificate, its proof and Finished in one`,
    );
  }
  return flight(holdsCertificate(records.content(0)) ? 'certificate' : 'unfit', false, -1, words);
}

function contentTogether(records: RecordRun, last: number): number {
  let octets = 0;
  for (let at = 0; at <= last; at++) octets += records.content(at);
  return octets;
}

function flight(kind: ClientFlight['kind'], exact: boolean, finished: number, words: string): ClientFlight {
  return { kind, exact, finished, words };
}
