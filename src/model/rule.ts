// What a rule is: one kind of finding, its catalogue entry, and how it is judged.
import type { CertificateRecord } from './certificate.js';
import type { Clocks } from './clock.js';
import type { Certainty, ConnectionRecord } from './connection-record.js';
import type { Severity } from './finding.js';
import type { Hop } from './hop.js';
import type { Place } from './place.js';
import type { CaptureInfo } from './report.js';

/** Servers, proxies and languages for which remediation is written. */
export type Product = 'nginx' | 'HAProxy' | 'Envoy' | 'Apache' | 'Caddy' | 'Node' | 'Go' | 'Python' | 'Java' | 'Istio';

/** A rule's entry in the catalogue: what `analyze rules` prints and findings quote. */
export interface RuleMetadata {
  /** API: never renamed. */
  kind: string;
  /** By default; a finding may carry another where the catalogue says so. */
  severity: Severity;
  /** A short noun phrase: 'Server never asks for a client certificate'. */
  title: string;
  /** What it means: when the rule fires. */
  meaning: string;
  /** Why it matters: what an attacker gains. */
  why: string;
  /** What would have to be known to say more, and where the rule stays silent. */
  blindSpots: readonly string[];
  /** What mends it, in general and for each product where it applies. */
  remediation: { general: string; products: Readonly<Partial<Record<Product, string>>> };
  /** Numbers of the CWE list. */
  cwe: readonly number[];
  /** 'RFC 8996', 'NIST SP 800-52r2', …: only clauses that were read. */
  standards: readonly string[];
  /** What findings are folded by: one finding a cause. */
  scope: 'hop' | 'server' | 'client' | 'certificate' | 'capture';
  /**
   * Which connections the rule is asked about: `tls` = those with a TLS session, `cleartext` = those with anything readable (in
   * clear or opened with keys), an upgrade or a PROXY header, `any` = all of them. It keeps the cost of a connection small.
   */
  concerns: 'tls' | 'cleartext' | 'any';
  /** Only judged when asked for (inventory). */
  optIn?: boolean;
}

/** The rule has nothing to judge here, or judged it and found nothing. */
export interface Silence {
  answer: 'clean' | 'inapplicable';
}

/** The rule applies, and these packets can't tell. */
export interface Unobservable {
  answer: 'unobservable';
  because: string;
}

/** The rule fires. */
export interface Sighting {
  answer: 'fires';
  certainty: Certainty;
  /** Frames that show it, the first first. */
  frames: number[];
  /**
   * One or two sentences with this case's facts; plain text, no secret. As a function where many connections show the same: only
   * the sentence that is printed is made.
   */
  detail: string | (() => string);
  /** Where it differs from the catalogue's. */
  severity?: Severity;
  /** SHA-256 of the certificate, for rules of that scope. */
  certificate?: string;
}

/** What a rule says of one connection; several sightings where it shows several causes (two weak certificates). */
export type Answer = Silence | Unobservable | Sighting | readonly Sighting[];

/** One of each serves every answer. */
export const clean: Silence = Object.freeze({ answer: 'clean' });
export const inapplicable: Silence = Object.freeze({ answer: 'inapplicable' });

/** A sighting that is known only at the end, with what it is about. */
export interface LateSighting extends Sighting {
  capture: number;
  /** Connections that show it, in order of id: the first are listed. */
  flows: number[];
  /** How many show it, where `flows` does not hold them all. */
  count?: number;
  client: string | null;
  /** '10.0.0.9:8443', '[2001:db8::1]:443'. */
  server: string | null;
  /** Display filter where frames alone don't make a good one. */
  wiresharkFilter?: string;
}

/** What the policy's segment demands of a connection beside mutual TLS; null = nothing is said. */
export interface Demands {
  segment: string;
  /** SHA-256 of SubjectPublicKeyInfo in hexadecimal: one of them must be in the server's chain. */
  pins: ReadonlySet<string> | null;
  maxTicketSeconds: number | null;
}

/** What a rule may know while connections come in. */
export interface RunContext {
  /** `--expect-mtls` and the policy: whether mutual TLS must hold on this connection; null = nobody said. */
  expectsMutual(record: ConnectionRecord): boolean | null;
  /** A certificate of the run; null when it was not kept. */
  certificate(sha256: string): CertificateRecord | null;
  /** SHA-256 of the SubjectPublicKeyInfo of a certificate, in hexadecimal: equal for equal keys. Null when its DER was not kept. */
  publicKey(sha256: string): string | null;
  /** What the policy demands here; null = it says nothing of it. */
  demands(record: ConnectionRecord): Demands | null;
}

/** What a rule may know when all connections were seen. Times of connections are compared with `lastTime`, never with a clock. */
export interface WholeRun {
  hops: readonly Hop[];
  captures: readonly CaptureInfo[];
  /** RFC 3339; null in an empty capture. */
  lastTime: string | null;
  /** What our own bounds cost so far: each limit that bit, by name, with how often. */
  limits: Readonly<Record<string, number>>;
  /** How the clocks of several captures stand to one another; absent where all captures have one clock. */
  clocks?: Clocks;
}

/** A folded finding that `weigh` is asked about. */
export interface Folded {
  hop: string | null;
  client: string | null;
  server: string | null;
  /** SHA-256, for rules of that scope. */
  certificate: string | null;
  severity: Severity;
  certainty: Certainty;
  /** Connections that show it. */
  count: number;
}

/**
 * A rule at work on one run. What it remembers is bounded by itself. Connections come in the order of the report, which is
 * the same for the same input.
 */
export interface RuleJudge {
  /**
   * Judges one connection by itself; findings of equal scope are folded behind it: the first frames, the most severe severity, and
   * certainty and detail of the surest sighting. Hot: nothing may be allocated where it does not fire. `place` is lent.
   */
  connection?(record: ConnectionRecord, place: Place): Answer;
  /** Everything was seen: what only the whole shows. */
  finish?(run: WholeRun): Iterable<LateSighting>;
  /**
   * Called once for every folded finding of `connection`, before it is reported: the severity, as the whole shows it, or null
   * to drop it.
   */
  weigh?(finding: Folded, run: WholeRun): Severity | null;
}

/** One kind of finding. */
export interface Rule {
  readonly about: RuleMetadata;
  begin(context: RunContext): RuleJudge;
}
