// What is wrong with the shape of a policy file, in words for the person who wrote it.
import type { PlacedDocument, PlacedError } from './placed-document.js';
import { keysAt, type ShapeIssue } from './policy-shape.js';
import { nearest } from './suggestion.js';

/** An issue of shape in words, with its place: what stands there, and what was meant. One line for each thing that is wrong. */
export function explainIssue(issue: ShapeIssue, document: PlacedDocument): PlacedError[] {
  const { path } = issue;
  if (issue.keys !== null && issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...document.keyPlace([...path, key]), message: unknownKey(key, path) }));
  }
  const place = document.place(path);
  const name = nameOf(path);
  const value = valueAt(document.value, path);
  if (value === undefined || (value === null && path.length === 0)) {
    const missing = value === null ? 'the file is empty: a policy begins with `version: 1`' : `${name} is missing`;
    return [{ ...place, message: missing }];
  }
  if (issue.values !== null) {
    const meant = typeof value === 'string' ? nearest(value, issue.values) : null;
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    return [{ ...place, message: `${name} is ${quoted(value)}, and none of ${issue.values.join(', ')}${hint}` }];
  }
  if (issue.code === 'invalid_type') {
    return [
      {
        ...place,
        message: `${name} is ${quoted(value)}, and must be ${typeNames[issue.expected ?? ''] ?? issue.expected}`,
      },
    ];
  }
  return [{ ...place, message: `${name} ${typeof value === 'object' ? '' : `${quoted(value)} `}${issue.message}` }];
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  object: 'a block of keys',
  record: 'a block of keys',
  array: 'a list',
};

function unknownKey(key: string, path: readonly (string | number)[]): string {
  const known = keysAt(path) ?? [];
  const meant = nearest(key, known);
  const hint = meant === null ? `keys here: ${known.join(', ')}` : `did you mean ${meant}?`;
  return `${key} is no key ${path.length === 0 ? 'of a policy' : `of ${path[0] === 'segments' ? 'a segment' : 'an exception'}`}; ${hint}`;
}

/** The last key on a path. */
function nameOf(path: readonly (string | number)[]): string {
  return String(path.findLast((part) => typeof part === 'string') ?? 'the policy');
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const part of path) {
    // A single value counts as a list of one.
    if (part === 0 && !Array.isArray(at)) continue;
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}

function quoted(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a block of keys';
  // On one line, and without what would change the terminal that it is printed to.
  return `\`${String(value)
    .replace(/[\s\p{C}]+/gu, ' ')
    .slice(0, 80)}\``;
}
