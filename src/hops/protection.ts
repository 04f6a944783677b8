// What TLS adds to the octets that an application says, so that legs inside and outside of it can be compared.
import type { TlsSession } from '../model/connection-record.js';

/** Longest plaintext of a record (RFC 9846, Record Layer). */
const maxRecordOctets = 16_384;

/** Nonce and tag of GCM and CCM in TLS 1.2 (RFC 5288 §3); tag alone of ChaCha20-Poly1305 (RFC 7905 §2). */
const gcmOctets = 24;
const chachaOctets = 16;
/** Tag and the octet of type in TLS 1.3. */
const tls13Octets = 17;
/** IV, SHA-1 HMAC and half a block of padding; other block suites differ by a dozen. */
const blockOctets = 44;

/** What protection adds to the octets of an exchange. */
export class Protection {
  readonly #perRecord: number;

  constructor(perRecord: number) {
    this.#perRecord = perRecord;
  }

  /** `octets` without protection, taken to lie in as few records as they can. */
  without(octets: number): number {
    if (octets === 0) return 0;
    const records = Math.ceil(octets / (maxRecordOctets + this.#perRecord));
    return Math.max(1, octets - records * this.#perRecord);
  }
}

const none = new Protection(0);
const gcm = new Protection(gcmOctets);
const chacha = new Protection(chachaOctets);
const tls13 = new Protection(tls13Octets);
const block = new Protection(blockOctets);

/** Of the suites met before TLS 1.3: every connection asks, and there are few. */
const bySuite: Map<number, Protection> = new Map();

/** The protection of a session; none without one. */
export function protectionOf(tls: TlsSession | null): Protection {
  if (tls === null) return none;
  if (tls.version === 'TLSv1.3') return tls13;
  const suite = tls.serverHello?.cipherSuite;
  if (suite === undefined) return gcm;
  let known = bySuite.get(suite.id);
  if (known === undefined) {
    known = suite.name.includes('CHACHA20') ? chacha : suite.name.includes('_CBC_') ? block : gcm;
    bySuite.set(suite.id, known);
  }
  return known;
}
