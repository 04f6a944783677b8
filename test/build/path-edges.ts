// What the tests of paths at their edges share: two authorities, chains below them, and how an edge is tried.
import { afterAll, describe, it } from 'vitest';
import { expectVerdict, hasOpenssl, type PathCase, removePaths } from './openssl-paths.js';
import { type Authority, authority, leaf, nameConstraints } from './pki.js';
import { extension, type NameParts } from './x509.js';

/** A path with the verdict that it deserves; below `root` where it says nothing else. */
export type Edge = Omit<PathCase, 'root'> & { root?: Uint8Array };

export const root: Authority = authority('Root');
export const middle: Authority = authority('Middle', root);

/** An authority below another. */
export const under = (issuer: Authority, text: string, options: Parameters<typeof authority>[2] = {}): Authority =>
  authority(text, issuer, options);

/** A leaf of the first, and all of them. */
export const chainOf = (...issuers: readonly Authority[]): Uint8Array[] => [
  leaf(issuers[0]!),
  ...issuers.map((one) => one.der),
];

/** A leaf with an extension of its own. */
export const withExtension = (identifier: string, value: Uint8Array, critical = true): Uint8Array[] => [
  leaf(middle, { extensions: [extension(identifier, value, critical)] }),
  middle.der,
];

/** An authority with one. */
export const authorityWith = (identifier: string, value: Uint8Array): Uint8Array[] =>
  chainOf(under(root, 'Extended', { extensions: [extension(identifier, value, true)] }));

/** A leaf with these names below an authority with these constraints. */
export const constrained = (
  permitted: readonly (string | Uint8Array)[],
  excluded: readonly (string | Uint8Array)[],
  names: readonly string[] | undefined,
  subject: NameParts = [['O', 'Leaf']],
  more: readonly Uint8Array[] = [],
): Uint8Array[] => {
  const bound = under(root, 'Bound', { extensions: [nameConstraints(permitted, excluded)] });
  const options = {
    subject,
    extensions: more,
    ...(names === undefined ? { subjectAltNames: undefined as never } : { subjectAltNames: names }),
  };
  return [leaf(bound, options), bound.der];
};

/** Judges each, and has openssl judge it where it is installed. */
export function describeEdges(what: string, edges: readonly Edge[]): void {
  if (!hasOpenssl) console.warn('path edges are not compared with openssl: it is not installed');
  describe(`a path and its ${what}`, () => {
    afterAll(removePaths);
    it.each(edges.map((one) => [one.name, one] as const))('%s', (_name, one) => {
      expectVerdict({ root: root.der, ...one });
    });
  });
}
