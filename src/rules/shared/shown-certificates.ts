// The certificates that a connection's two sides showed, with the place of each in its chain.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord, TlsSession } from '../../model/connection-record.js';
import type { Answer, RunContext, Sighting } from '../../model/rule.js';
import { clean, inapplicable } from '../../model/rule.js';
import type { Side } from '../../model/side.js';
import { remember } from './bounds.js';
import { certificateName } from './certificate-name.js';
import { firstMessage } from './tls-progress.js';

/** What is wrong with a certificate, as the end of a sentence that begins with its name; null where nothing is. */
export type CertificateFault = (certificate: CertificateRecord, isLeaf: boolean) => string | null;

/**
 * Looks at each certificate that was shown. The answer is remembered for each: a service repeats its chain on every connection,
 * and one is looked at once a run.
 */
export class ShownCertificates {
  readonly #context: RunContext;
  readonly #fault: CertificateFault;
  /** Of leaves, and of what stands behind them. */
  readonly #leafFaults: Map<string, string | null> = new Map();
  readonly #otherFaults: Map<string, string | null> = new Map();

  constructor(context: RunContext, fault: CertificateFault) {
    this.#context = context;
    this.#fault = fault;
  }

  judge({ tls }: ConnectionRecord): Answer {
    if (tls === null) return inapplicable;
    const { serverCertificates, clientCertificates } = tls;
    if (serverCertificates === null && (clientCertificates === null || clientCertificates.length === 0)) {
      return tls.facts.serverCertificate.state === 'hidden' && tls.resumed !== true && tls.serverHello !== null
        ? unseen
        : inapplicable;
    }
    const found = this.#side(tls, clientCertificates, 'client', this.#side(tls, serverCertificates, 'server', null));
    return found ?? clean;
  }

  #side(tls: TlsSession, chain: readonly string[] | null, side: Side, before: Sighting[] | null): Sighting[] | null {
    if (chain === null) return before;
    let found = before;
    for (let at = 0; at < chain.length; at++) {
      const sha256 = chain[at]!;
      const fault = this.#faultOf(sha256, at === 0);
      if (fault === null) continue;
      found ??= [];
      found.push(sightingOf(tls, sha256, side, fault, this.#context));
    }
    return found;
  }

  #faultOf(sha256: string, isLeaf: boolean): string | null {
    const faults = isLeaf ? this.#leafFaults : this.#otherFaults;
    const known = faults.get(sha256);
    if (known !== undefined) return known;
    const record = this.#context.certificate(sha256);
    const fault = record === null ? null : this.#fault(record, isLeaf);
    remember(faults, sha256, fault, maxKnownFaults);
    return fault;
  }
}

const unseen = Object.freeze({
  answer: 'unobservable' as const,
  because: 'the certificates are encrypted, or not in the capture',
});

/** Certificates whose answer is remembered; the rest are looked at again. */
const maxKnownFaults = 65_536;

function sightingOf(tls: TlsSession, sha256: string, side: Side, fault: string, context: RunContext): Sighting {
  const frame =
    firstMessage(tls, 'certificate', side)?.frame ?? (side === 'client' ? tls.clientHello : tls.serverHello)?.frame;
  return {
    answer: 'fires',
    certainty: tls.decrypted && tls.version === 'TLSv1.3' ? 'decrypted' : 'observed',
    frames: frame === undefined ? [] : [frame],
    detail: () => `${certificateName(sha256, context)}, shown by the ${side}, ${fault}.`,
    certificate: sha256,
  };
}
