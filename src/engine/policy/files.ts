// A policy file and the bundles that it names, read whole before the first packet.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TrustAnchors } from '../../pki/trust-anchors.js';
import type { PlacedText, Policy } from '../../policy/policy.js';
import { rules } from '../../rules/index.js';
import { sourceErrorOf } from '../../source/source-error.js';

/** A policy that can't be used: one line for everything that is wrong, 'file:line:column: what'. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
  readonly code = 'POLICY_FILE';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], cause?: unknown) {
    super(problems.join('\n'), { cause });
    this.problems = problems;
  }
}

/** A policy with its bundles in memory. */
export interface LoadedPolicy {
  policy: Policy;
  /** By `bundleKey`: what a line of authorities trusts. */
  bundles: ReadonlyMap<string, TrustAnchors>;
}

/** Names the bundle of a requirement. */
export function bundleKey(files: readonly PlacedText[]): string {
  return files.map(({ text }) => text).join('\n');
}

/** Reads a policy file; paths in it are relative to it. Throws a `PolicyFileError` that tells everything that is wrong. */
export async function loadPolicy(file: string): Promise<LoadedPolicy> {
  const text = await readText(file);
  const kinds = rules.map(({ about }) => about.kind);
  // Most runs have no policy, and what reads one (YAML, the shape of the file) is a sixth of the program.
  const { readPolicy } = await import('../../policy/read-policy.js');
  const { policy, errors } = readPolicy(text, file, kinds);
  if (errors !== null) {
    throw new PolicyFileError(errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`));
  }
  const bundles = new Map<string, TrustAnchors>();
  const problems: string[] = [];
  for (const { requirements } of policy.segments) {
    for (const { demand } of requirements) {
      if (demand.kind !== 'server-ca' && demand.kind !== 'client-ca') continue;
      const key = bundleKey(demand.files);
      if (bundles.has(key)) continue;
      const anchors = new TrustAnchors();
      for (const placed of demand.files) {
        const problem = await addBundle(anchors, resolve(dirname(file), placed.text));
        if (problem !== null)
          problems.push(`${file}:${placed.line}:${placed.column}: ${demand.kind} ${placed.text}: ${problem}`);
      }
      bundles.set(key, anchors);
    }
  }
  if (problems.length > 0) throw new PolicyFileError(problems);
  return { policy, bundles };
}

// A capture given in its place would be told line by line what is wrong with it.
async function readText(file: string): Promise<string> {
  let octets: Uint8Array;
  try {
    octets = await readFile(file);
  } catch (thrown) {
    throw new PolicyFileError([`cannot read policy ${sourceErrorOf(file, thrown).message}`], thrown);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below.
  }
  throw new PolicyFileError([`${file} is no text in UTF-8, and a policy is YAML: \`analyze policy --help\` shows one`]);
}

/** Adds a file of certificates; returns what is wrong with it, or null. */
async function addBundle(anchors: TrustAnchors, path: string): Promise<string | null> {
  try {
    return anchors.add(await readFile(path)) === 0 ? 'no certificate in it (PEM or DER)' : null;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `there is no file ${path}` : `cannot be read (${code ?? String(thrown)})`;
  }
}
