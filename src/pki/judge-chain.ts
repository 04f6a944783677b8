// A chain as it was shown, judged: the best path that can be built, what is wrong with it, and whether it leads to trust.
import type { ChainProblem, ChainVerdict } from '../model/connection-record.js';
import type { Side } from '../model/side.js';
import { NameComparisons } from './name-constraints.js';
import type { OcspResponse } from './ocsp-response.js';
import { buildPaths, type Path, type PathSources } from './path-builder.js';
import { nameOf, pathProblems, reporter } from './path-problems.js';
import { type RevocationLists, revocationProblem } from './revocation.js';
import { coverOf } from './server-name.js';
import type { StoredCertificate } from './stored-certificate.js';
import { JudgementTime } from './validity.js';

/** A chain in its circumstances. */
export interface ShownChain {
  /** Leaf first, as shown; not empty. */
  certificates: readonly StoredCertificate[];
  role: Side;
  /** Packet time, in seconds since 1970. */
  seconds: number;
  /** Of client chains: the subjects that the server named, in canonical form; empty = it named none, or nobody knows. */
  authorities: readonly string[];
  /** The stapled answer of OCSP, for the leaf; null without. */
  staple: OcspResponse | null;
}

/** What a verdict is built from beside the chain. */
export interface JudgementSources extends PathSources {
  lists: RevocationLists | null;
}

/** A verdict, and the span of packet times (seconds, from inclusive, until exclusive) in which it stays the same. */
export interface TimedVerdict {
  verdict: ChainVerdict;
  from: number;
  until: number;
  /** A certificate that is not at hand would have told more. */
  issuerMissing: boolean;
}

/** Captures before this moment (2000-01-01) have a clock that was never set: TLS is younger than the certificates then were. */
const earliestClock = 946_684_800;

/** Judges a chain; names are left to `withName`. Never throws. */
export function judgeChain(chain: ShownChain, sources: JudgementSources): TimedVerdict {
  const { certificates, role, seconds } = chain;
  const leaf = certificates[0]!;
  const time = new JudgementTime(seconds);
  if (leaf.facts === null || leaf.facts.ranges.subjectPublicKeyInfo === null) return unread(leaf, time);
  const paths = buildPaths(certificates, sources);
  const clockDistrusted = clockOf(paths[0]!, time);
  const comparisons = new NameComparisons(sources.work);
  let best: Path | null = null;
  let bestProblems: ChainProblem[] = [];
  for (const path of paths) {
    const problems = pathProblems(path, role, time, clockDistrusted === null, comparisons);
    if (best === null || rank(path, problems) < rank(best, bestProblems)) {
      best = path;
      bestProblems = problems;
    }
  }
  return conclude(chain, best!, bestProblems, clockDistrusted, comparisons.refused, time, sources);
}

/** The verdict for one server name: `verdict` itself where the certificate covers it. */
export function withName(verdict: ChainVerdict, leaf: StoredCertificate, serverName: string): ChainVerdict {
  if (leaf.der === null) return verdict;
  const cover = coverOf(leaf.record, serverName);
  if (cover === 'covered') return verdict;
  const problems = [...verdict.problems];
  const notes = [...verdict.notes];
  if (cover === 'spiffe') {
    notes.push('The certificate names a workload (SPIFFE) and no host: the server name was not compared.');
  } else if (cover === 'common-name') {
    notes.push('Only the common name covers the server name: RFC 9525 no longer allows clients to go by it.');
  } else {
    const names = leaf.record.subjectAltNames.length;
    const by =
      names === 0
        ? 'it has no alternative names, and its common name is another'
        : names === 1
          ? 'the one name it has is another'
          : `none of its ${names} names fits`;
    reporter(problems, leaf)('name-mismatch', `does not cover the server name ${serverName.slice(0, 253)}: ${by}`);
  }
  return frozen({ ...verdict, problems, notes });
}

function conclude(
  chain: ShownChain,
  path: Path,
  problems: ChainProblem[],
  clockDistrusted: string | null,
  namesUnchecked: boolean,
  time: JudgementTime,
  sources: JudgementSources,
): TimedVerdict {
  const notes: string[] = [];
  const leaf = path.certificates[0]!;
  const last = path.certificates[path.certificates.length - 1]!;
  const selfSigned = path.certificates.length === 1 && (path.end === 'self-signed' || isOwnIssuer(path));
  if (selfSigned) {
    const how = path.unchecked === null ? 'its own key signed it' : 'by its names and key identifiers';
    reporter(problems, leaf)('self-signed', `is self-signed: ${how}`);
  }
  if (path.end === 'bad-signature') {
    const by = path.refusedBy === last ? 'its own key' : `the key of ${nameOf(path.refusedBy!)}`;
    reporter(problems, last)('bad-signature', `bears a signature that ${by} did not make`);
  }
  const unshown = path.unshown[0];
  // What the server names it has itself: it may end the chain there, intermediate or not.
  if (unshown !== undefined && !chain.authorities.includes(unshown.facts?.subject ?? '')) {
    const before = path.certificates[path.certificates.indexOf(unshown) - 1] ?? leaf;
    reporter(problems, before)(
      'incomplete-chain',
      `came without its issuer ${nameOf(unshown)}, which is known from elsewhere`,
    );
  }
  if (path.unchecked !== null) notes.push(`Not every signature of the chain was checked: ${path.unchecked}.`);
  if (namesUnchecked)
    notes.push('Not all names were compared with the name constraints: they are more than are compared.');
  if (path.end === 'limit')
    notes.push('The chain was not followed to its end: it is longer or wider than is followed.');
  const trust = trustOf(chain, path, namesUnchecked, sources);
  if (trust.because !== null && !selfSigned) reporter(problems, last)('untrusted', trust.because);
  judgeRevocation(chain, path, clockDistrusted, time, sources, problems, notes);
  const verdict: ChainVerdict = {
    path: path.certificates.map(({ record }) => record.sha256),
    trust: trust.state,
    trustFrom: trust.from,
    clockDistrusted,
    problems,
    notes,
  };
  const issuerMissing = path.end === 'issuer-missing' || path.end === 'bad-signature';
  return { verdict: frozen(verdict), from: time.from, until: time.until, issuerMissing };
}

/** The leaf is in the bundle and is its own issuer: trusted all the same, and still self-signed. */
function isOwnIssuer({ end, certificates }: Path): boolean {
  return end === 'anchor' && certificates[0]!.record.selfSigned;
}

interface Trust {
  state: ChainVerdict['trust'];
  from: ChainVerdict['trustFrom'];
  /** Why it is untrusted; null where it is not. */
  because: string | null;
}

/**
 * A bundle decides, and so does the list of authorities that a server sends: a client's chain must lead to one of both where
 * both are there. Without either nothing is said.
 */
function trustOf(
  { role, authorities }: ShownChain,
  path: Path,
  namesUnchecked: boolean,
  { anchors }: JudgementSources,
): Trust {
  const doubtful = path.unchecked !== null || namesUnchecked || path.end === 'limit';
  if (anchors !== null && path.end !== 'anchor') {
    if (path.end === 'limit') return { state: 'unknown', from: 'bundle', because: null };
    return { state: 'untrusted', from: 'bundle', because: `leads to nothing in the trust bundle: ${endingOf(path)}` };
  }
  if (role === 'client' && authorities.length > 0 && !isNamed(path, authorities)) {
    if (path.end === 'limit') return { state: 'unknown', from: 'requested-authorities', because: null };
    const because = `leads to none of the ${authorities.length} authorities that the server names: ${endingOf(path)}`;
    return { state: 'untrusted', from: 'requested-authorities', because };
  }
  if (anchors !== null) return { state: doubtful ? 'unknown' : 'trusted', from: 'bundle', because: null };
  if (role !== 'client' || authorities.length === 0) return { state: 'unknown', from: null, because: null };
  const sound = !doubtful && path.end !== 'bad-signature';
  return { state: sound ? 'trusted' : 'unknown', from: 'requested-authorities', because: null };
}

/** Whether the server named one of the path's certificates or issuers. The leaf may be named only where it is its own issuer. */
function isNamed({ certificates }: Path, authorities: readonly string[]): boolean {
  return (
    certificates.some(({ facts }) => facts !== null && authorities.includes(facts.issuer)) ||
    certificates.slice(1).some(({ facts }) => facts !== null && authorities.includes(facts.subject))
  );
}

function endingOf({ end, certificates }: Path): string {
  const last = certificates[certificates.length - 1]!;
  if (end === 'anchor' || end === 'self-signed')
    return certificates.length > 1 ? 'it is its root' : 'it is self-signed';
  if (end === 'bad-signature') return 'its signature does not verify';
  const { issuer } = last.record;
  return `its issuer ${issuer.slice(0, 200) || '(no name)'} is not at hand`;
}

function judgeRevocation(
  { staple }: ShownChain,
  path: Path,
  clockDistrusted: string | null,
  time: JudgementTime,
  sources: JudgementSources,
  problems: ChainProblem[],
  notes: string[],
): void {
  if (clockDistrusted !== null || (staple === null && sources.lists === null)) return;
  const { certificates } = path;
  for (let at = 0; at + 1 < certificates.length; at++) {
    const problem = revocationProblem(
      certificates[at]!,
      certificates[at + 1]!,
      at === 0 ? staple : null,
      time,
      sources,
      notes,
    );
    if (problem !== null) reporter(problems, certificates[at]!)('revoked', problem);
  }
}

/** Why the time of the packets can't be believed; null where it can. */
function clockOf({ certificates }: Path, time: JudgementTime): string | null {
  if (!time.reached(earliestClock)) return 'the packets are dated before 2000';
  if (certificates.length < 2) return null;
  // One certificate may be installed too early; that a whole hierarchy is older than its making is the clock's fault.
  const allLater = certificates.every(({ facts }) => facts !== null && !time.reached(facts.notBefore));
  return allLater ? 'the packets are dated before every certificate of the chain was issued' : null;
}

/**
 * The better path has the lower rank: trusted before whole before broken, what was shown before what was found elsewhere, then
 * with fewer problems, then the shorter one.
 */
function rank({ end, unchecked, unshown, certificates }: Path, problems: readonly ChainProblem[]): number {
  const ends = { anchor: 0, 'self-signed': 1, 'issuer-missing': 2, limit: 3, 'bad-signature': 4 };
  return (
    ends[end] * 1000 +
    (unshown.length > 0 ? 1500 : 0) +
    (unchecked === null ? 0 : 400) +
    problems.length +
    certificates.length / 100
  );
}

function unread(leaf: StoredCertificate, time: JudgementTime): TimedVerdict {
  const problems: ChainProblem[] = [];
  const notes: string[] = [];
  if (leaf.der === null) notes.push("The certificate's octets were not kept: the memory for certificates was full.");
  else reporter(problems, leaf)('unreadable', `cannot be read: ${leaf.record.parseError ?? 'no key'}`);
  const verdict: ChainVerdict = {
    path: [leaf.record.sha256],
    trust: 'unknown',
    trustFrom: null,
    clockDistrusted: null,
    problems,
    notes,
  };
  return { verdict: frozen(verdict), from: time.from, until: time.until, issuerMissing: false };
}

/** Verdicts are shared by connections. */
function frozen(verdict: ChainVerdict): ChainVerdict {
  Object.freeze(verdict.path);
  Object.freeze(verdict.problems);
  Object.freeze(verdict.notes);
  return Object.freeze(verdict);
}
