// Verdicts of chains, each judged once: connections repeat their chains, and a verdict costs as much as a handshake.
import type { ChainVerdict } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { judgeChain, type TimedVerdict, withName } from '../../pki/judge-chain.js';
import { maxRememberedVerdicts } from '../../pki/limits.js';
import type { OcspResponse } from '../../pki/ocsp-response.js';
import type { StoredCertificate } from '../../pki/stored-certificate.js';
import type { Verification } from '../../pki/verification.js';
import { emptyList } from '../empty-list.js';

/** Chains remembered for one leaf: the ways in which its servers and clients show it. More of them replace each other. */
const maxChainsOfLeaf = 8;

/** A chain that was judged, in its circumstances. */
interface JudgedChain {
  certificates: readonly StoredCertificate[];
  role: Side;
  authorities: readonly string[];
  staple: OcspResponse | null;
  timed: TimedVerdict;
  /** Of `CertificateStore.issuers`, when it was judged. */
  issuers: number;
  /** By server name; null until one is asked for. */
  byName: Map<string, ChainVerdict> | null;
}

/** The verdicts of a run. Each is one frozen object for all the connections that it is true of. */
export class ChainVerdicts {
  readonly #verification: Verification;
  readonly #byLeaf: Map<StoredCertificate, JudgedChain[]> = new Map();
  #remembered = 0;

  constructor(verification: Verification) {
    this.#verification = verification;
  }

  /** The chain that a server showed at `seconds`, for the name that the client asked for; null without a certificate. */
  ofServer(
    certificates: readonly StoredCertificate[] | null,
    serverName: string | null,
    staple: OcspResponse | null,
    seconds: number,
  ): ChainVerdict | null {
    if (certificates === null || certificates.length === 0) return null;
    const judged = this.#judged(certificates, 'server', emptyList, staple, seconds);
    if (serverName === null || serverName === '') return judged.timed.verdict;
    judged.byName ??= new Map();
    let verdict = judged.byName.get(serverName);
    if (verdict === undefined) {
      verdict = withName(judged.timed.verdict, certificates[0]!, serverName);
      judged.byName.set(serverName, verdict);
      this.#count();
    }
    return verdict;
  }

  /** The chain that a client showed at `seconds`; `authorities` are those that the server named, in canonical form. */
  ofClient(
    certificates: readonly StoredCertificate[] | null,
    authorities: readonly string[],
    seconds: number,
  ): ChainVerdict | null {
    if (certificates === null || certificates.length === 0) return null;
    return this.#judged(certificates, 'client', authorities, null, seconds).timed.verdict;
  }

  #judged(
    certificates: readonly StoredCertificate[],
    role: Side,
    authorities: readonly string[],
    staple: OcspResponse | null,
    seconds: number,
  ): JudgedChain {
    const leaf = certificates[0]!;
    let chains = this.#byLeaf.get(leaf);
    const found = chains?.findIndex((one) => isSame(one, certificates, role, authorities, staple)) ?? -1;
    const { store } = this.#verification;
    if (found >= 0) {
      const known = chains![found]!;
      const { from, until, issuerMissing } = known.timed;
      if (seconds >= from && seconds < until && !(issuerMissing && known.issuers !== store.issuers)) return known;
    }
    const timed = judgeChain({ certificates, role, seconds, authorities, staple }, this.#verification);
    // Leaves are as many as connections in the worst case, and seldom looked into again.
    if (!leaf.record.isCa) leaf.forgetFacts();
    const judged: JudgedChain = {
      certificates,
      role,
      authorities,
      staple,
      timed,
      issuers: store.issuers,
      byName: null,
    };
    this.#count();
    chains = this.#byLeaf.get(leaf);
    if (chains === undefined) this.#byLeaf.set(leaf, [judged]);
    else if (found >= 0 && found < chains.length) chains[found] = judged;
    else if (chains.length < maxChainsOfLeaf) chains.push(judged);
    else chains[this.#remembered % maxChainsOfLeaf] = judged;
    return judged;
  }

  /** One more is remembered; all are forgotten when there are too many. */
  #count(): void {
    if (++this.#remembered <= maxRememberedVerdicts) return;
    this.#byLeaf.clear();
    this.#remembered = 1;
  }
}

function isSame(
  judged: JudgedChain,
  certificates: readonly StoredCertificate[],
  role: Side,
  authorities: readonly string[],
  staple: OcspResponse | null,
): boolean {
  if (judged.role !== role || judged.staple !== staple || judged.authorities !== authorities) return false;
  if (judged.certificates.length !== certificates.length) return false;
  for (let at = 0; at < certificates.length; at++) if (judged.certificates[at] !== certificates[at]) return false;
  return true;
}
