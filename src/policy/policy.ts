// A policy file once it is read: segments, what must hold on each, and exceptions.
import type { Severity } from '../model/finding.js';
import type { Pattern } from './pattern.js';

/** What a line of a segment demands of its connections. */
export type Demand =
  | { kind: 'mutual' }
  | { kind: 'tls' }
  | { kind: 'cleartext-ok' }
  /** Version number on the wire. */
  | { kind: 'min-version'; version: number; name: string }
  | { kind: 'suites'; ids: ReadonlySet<number> }
  /** Files of authorities, as they are written. */
  | { kind: 'server-ca'; files: readonly PlacedText[] }
  | { kind: 'client-ca'; files: readonly PlacedText[] }
  /** SHA-256 of SubjectPublicKeyInfo, in hexadecimal. */
  | { kind: 'pins'; digests: ReadonlySet<string> }
  | { kind: 'client-identities'; patterns: readonly Pattern[] }
  | { kind: 'max-ticket-lifetime'; seconds: number };

/** A text and where it stands in the file, 1-based. */
export interface PlacedText {
  text: string;
  line: number;
  column: number;
}

/** One requirement, and the line that it is on. */
export interface Requirement {
  line: number;
  /** As the report names it: 'mutual', 'min-version TLSv1.2', … */
  requires: string;
  demand: Demand;
}

/** Which connections a segment is about: every selector that is there must fit; in each list one entry is enough. */
export interface Selectors {
  /** Addresses and CIDR ranges of servers and of clients; null = any. */
  servers: readonly string[] | null;
  clients: readonly string[] | null;
  /** Server ports as [first, last]. */
  ports: readonly (readonly [number, number])[] | null;
  /** Name that the client asks for (SNI); where it sent none, the one that DNS gave the address. */
  serverNames: readonly Pattern[] | null;
  /** Names of the server and of the client by `--hosts`, or by the capture's own name block. */
  workloads: readonly Pattern[] | null;
  clientWorkloads: readonly Pattern[] | null;
}

/** Connections that the same requirements hold for. The first segment of the file that fits a connection takes it. */
export interface Segment {
  name: string;
  line: number;
  selectors: Selectors;
  requirements: readonly Requirement[];
  /** What breaking a line weighs. */
  severity: Severity;
  /** By kind of finding. */
  severities: ReadonlyMap<string, Severity>;
  /** 'pci' has profiles for payment judge the segment. */
  tags: readonly string[];
}

/** Something that is known and borne until a day. */
export interface PolicyException {
  line: number;
  /** Kinds of findings that it silences. */
  kinds: ReadonlySet<string>;
  /** Requirements that it excuses, by their keys ('mutual', 'min-version', …). */
  requirements: ReadonlySet<string>;
  /** Where: every selector that is there must fit; null = anywhere. */
  segments: ReadonlySet<string> | null;
  servers: readonly string[] | null;
  clients: readonly string[] | null;
  owner: string;
  reason: string;
  /** Last day on which it holds ('2026-12-31'), to its end in UTC. */
  expires: string;
}

/** A whole policy file. */
export interface Policy {
  /** Path as given. */
  file: string;
  segments: readonly Segment[];
  /** By kind of finding, where the segment says nothing else. */
  severities: ReadonlyMap<string, Severity>;
  exceptions: readonly PolicyException[];
}
