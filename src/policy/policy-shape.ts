// The shape of a policy file: which keys there are, and what their values look like. What a value means is read in
// `read-policy.ts`.
import * as z from 'zod';
import type { Severity } from '../model/finding.js';

/** A segment as it is written. */
export interface WrittenSegment {
  name: string;
  servers?: string[] | undefined;
  clients?: string[] | undefined;
  ports?: (string | number)[] | undefined;
  'server-names'?: string[] | undefined;
  workloads?: string[] | undefined;
  'client-workloads'?: string[] | undefined;
  require?: 'mutual' | 'tls' | 'cleartext-ok' | undefined;
  'min-version'?: string | number | undefined;
  suites?: string[] | undefined;
  'server-ca'?: string[] | undefined;
  'client-ca'?: string[] | undefined;
  pins?: string[] | undefined;
  'client-identities'?: string[] | undefined;
  'max-ticket-lifetime'?: string | number | undefined;
  severity?: Severity | undefined;
  severities?: Record<string, Severity> | undefined;
  tags?: string[] | undefined;
}

/** An exception as it is written. */
export interface WrittenException {
  kinds?: string[] | undefined;
  requirements?: string[] | undefined;
  segments?: string[] | undefined;
  servers?: string[] | undefined;
  clients?: string[] | undefined;
  owner: string;
  reason: string;
  expires: string;
}

/** A policy as it is written. */
export interface WrittenPolicy {
  version: 1;
  segments: WrittenSegment[];
  severities?: Record<string, Severity> | undefined;
  exceptions?: WrittenException[] | undefined;
}

/** What is wrong at one place of the file, before it is put in words for the reader. */
export interface ShapeIssue {
  path: readonly (string | number)[];
  code: string;
  /** 'string', 'object', …: what was wanted there. */
  expected: string | null;
  /** The values that are allowed there. */
  values: readonly string[] | null;
  /** Keys that mean nothing there. */
  keys: readonly string[] | null;
  message: string;
}

/** Longest text of a policy, and the longest list: beyond them a file is no policy. */
const maxText = 2000;
const maxEntries = 10_000;

const text = z
  .string()
  .min(1, { error: 'is empty' })
  .max(maxText, { error: `is longer than ${maxText} characters` });
const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
const severities = z.record(z.string(), severity).optional();

// One value may stand for a list of one.
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(
      (value) => (value === undefined || Array.isArray(value) ? value : [value]),
      z
        .array(item)
        .min(1, { error: 'is an empty list' })
        .max(maxEntries, { error: `has over ${maxEntries} entries` }),
    )
    .optional();

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'is no address and no range: 10.0.0.9, 10.0.0.0/8, 2001:db8::/32',
});
const port = z.union([z.number(), text]);

const segment = z.strictObject({
  name: text,
  servers: listOf(address),
  clients: listOf(address),
  ports: listOf(port),
  'server-names': listOf(text),
  workloads: listOf(text),
  'client-workloads': listOf(text),
  require: z.enum(['mutual', 'tls', 'cleartext-ok']).optional(),
  'min-version': z.union([z.string(), z.number()]).optional(),
  suites: listOf(text),
  'server-ca': listOf(text),
  'client-ca': listOf(text),
  pins: listOf(text),
  'client-identities': listOf(text),
  'max-ticket-lifetime': z.union([z.string(), z.number()]).optional(),
  severity: severity.optional(),
  severities,
  tags: listOf(text),
});

const exception = z.strictObject({
  kinds: listOf(text),
  requirements: listOf(text),
  segments: listOf(text),
  servers: listOf(address),
  clients: listOf(address),
  owner: text,
  reason: text,
  expires: text,
});

const policy = z.strictObject({
  version: z.literal(1),
  segments: z.array(segment).min(1, { error: 'is an empty list' }).max(maxEntries),
  severities,
  exceptions: z.array(exception).max(maxEntries).optional(),
});

/** The keys that an object at a path of the file may have; null where any key may stand. */
export function keysAt(path: readonly (string | number)[]): readonly string[] | null {
  if (path.length === 0) return Object.keys(policy.shape);
  if (path.length !== 2) return null;
  if (path[0] === 'segments') return Object.keys(segment.shape);
  return path[0] === 'exceptions' ? Object.keys(exception.shape) : null;
}

/** Holds a value to the shape of a policy. */
export function checkShape(value: unknown): { written: WrittenPolicy; issues: null } | { issues: ShapeIssue[] } {
  const result = policy.safeParse(value);
  if (result.success) return { written: result.data, issues: null };
  return {
    issues: result.error.issues.map((issue) => ({
      path: issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
      code: issue.code,
      expected: 'expected' in issue ? String(issue.expected) : null,
      values: 'values' in issue && Array.isArray(issue.values) ? issue.values.map(String) : null,
      keys: 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : null,
      message: issue.message,
    })),
  };
}
