// What shows that a rule works: captures in captures/ in which it fires, stays silent, and can't tell.

/** A capture and how it is analysed. */
export interface Sample {
  /** Path in captures/. */
  capture: string;
  /** Id of the hop that is meant, as '10.0.0.5->10.0.0.9:8443', where the capture shows others too. */
  hop?: string;
  /** Key log, trusted certificates and revocation lists, as paths in captures/. */
  keylog?: string;
  ca?: string;
  crl?: string;
  /** What `--expect-mtls` says. */
  expectMutual?: string;
  /** Lines of the only segment of a policy, which is about every connection. */
  policy?: readonly string[];
}

/** The samples of one kind. */
export interface RuleSamples {
  fires: readonly (string | Sample)[];
  clean: readonly (string | Sample)[];
  /** Captures in which the rule answers that it can't tell; or why that can't happen. */
  unobservable: readonly (string | Sample)[] | `cannot happen: ${string}`;
}

/** Samples by kind. */
export type SampleTable = Readonly<Record<string, RuleSamples>>;
