// Chains judged by the bundle of a policy's segment instead of the one of the run.
import type { ChainVerdict, ConnectionRecord } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import type { CertificateStore, StoredCertificate } from '../../pki/certificate-store.js';
import type { RevocationLists } from '../../pki/revocation.js';
import type { TrustAnchors } from '../../pki/trust-anchors.js';
import { Verification } from '../../pki/verification.js';
import { ChainVerdicts } from '../../session/tls/chain-verdicts.js';

const noAuthorities: readonly string[] = [];

/** One bundle of a policy at work on a run. */
export class TrustZone {
  readonly #store: CertificateStore;
  readonly #verification: Verification;
  readonly #verdicts: ChainVerdicts;
  /** Verdicts are shared by connections, and so are those made of them. */
  readonly #told: WeakMap<ChainVerdict, ChainVerdict> = new WeakMap();

  constructor(store: CertificateStore, anchors: TrustAnchors, lists: RevocationLists | null) {
    this.#store = store;
    this.#verification = new Verification(store, { anchors, lists });
    this.#verdicts = new ChainVerdicts(this.#verification);
  }

  /** The chain that a side of a connection showed, judged anew; `before` where it can't be, or nothing was shown. */
  judge(side: Side, record: ConnectionRecord, before: ChainVerdict | null): ChainVerdict | null {
    const session = record.tls!;
    const shown = side === 'server' ? session.serverCertificates : session.clientCertificates;
    if (before === null || shown === null || shown.length === 0) return before;
    const chain: StoredCertificate[] = [];
    for (const sha256 of shown) {
      const stored = this.#store.find(sha256);
      if (stored === null || stored === undefined) return before;
      chain.push(stored);
    }
    this.#verification.work.earn();
    const seconds = Date.parse(record.startTime) / 1000;
    const verdict =
      side === 'server'
        ? this.#verdicts.ofServer(chain, session.clientHello?.serverName ?? null, null, seconds)
        : this.#verdicts.ofClient(chain, noAuthorities, seconds);
    return verdict === null ? before : this.#tell(verdict, before);
  }

  /** The verdict as the policy's, with what a stapled answer had said before. */
  #tell(verdict: ChainVerdict, before: ChainVerdict): ChainVerdict {
    const known = this.#told.get(verdict);
    const revoked = before.problems.filter(({ code }) => code === 'revoked');
    if (known !== undefined && revoked.length === 0) return known;
    const others = revoked.filter(
      ({ certificate }) => !verdict.problems.some((one) => one.code === 'revoked' && one.certificate === certificate),
    );
    const told = Object.freeze({
      ...verdict,
      trustFrom: 'policy' as const,
      problems: others.length === 0 ? verdict.problems : [...verdict.problems, ...others],
    });
    if (revoked.length === 0) this.#told.set(verdict, told);
    return told;
  }
}
