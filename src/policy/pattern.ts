// Patterns with wildcards for names and identities. Matching never backtracks: certificates are hostile, and so may policies be.

/** Longest text that a pattern is held against, in characters; what is longer matches none. */
const maxTextCharacters = 4096;

/** A pattern, ready to match. */
export interface Pattern {
  /** As it is written. */
  readonly source: string;
  matches(text: string): boolean;
}

/** What the letters of a name are held to: DNS knows no case, SPIFFE IDs and subjects do. */
type Folding = 'exact' | 'lower-case';

/** One step of a pattern: a character, any run without the separator (`*`), or any run at all (`**`). */
type Step = string | typeof withinPart | typeof acrossParts;

const withinPart: unique symbol = Symbol('*');
const acrossParts: unique symbol = Symbol('**');

/**
 * A pattern of DNS names: `*` stands for any characters but a dot, `**` for any at all. Case does not matter, nor does a dot at
 * the end.
 */
export function namePattern(source: string): Pattern {
  return compile(source, withoutLastDot(source), '.', 'lower-case');
}

/** A pattern of workload names ('payments/api'): `*` stands for any characters but a slash, `**` for any at all. */
export function workloadPattern(source: string): Pattern {
  return compile(source, source, '/', 'exact');
}

/**
 * A pattern of client identities: a SPIFFE ID or other URI (`*` ends at a slash), a subject ('CN=api,O=Example'; `*` ends at a
 * comma), or an alternative name, with or without its type ('DNS:*.example'; `*` ends at a dot). `**` has no end.
 */
export function identityPattern(source: string): Pattern {
  if (/^(?:uri:)?[a-z][a-z0-9+.-]*:\/\//i.test(source))
    return compile(source, source.replace(/^uri:/i, ''), '/', 'exact');
  if (/^[A-Za-z][\w.-]*=/.test(source)) return compile(source, source, ',', 'exact');
  return compile(source, withoutLastDot(source.replace(/^(?:dns|email|ip):/i, '')), '.', 'lower-case');
}

/** The texts that a certificate may be known by: its alternative names without their type, and its subject. */
export function identitiesOf(subjectAltNames: readonly string[], subject: string): string[] {
  const texts = subjectAltNames.map((name) => name.replace(/^(?:DNS|URI|IP|email):/, ''));
  if (subject !== '') texts.push(subject);
  return texts;
}

function withoutLastDot(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}

function compile(source: string, text: string, separator: string, folding: Folding): Pattern {
  const steps: Step[] = [];
  const folded = folding === 'exact' ? text : text.toLowerCase();
  for (let at = 0; at < folded.length; at++) {
    if (folded[at] !== '*') steps.push(folded[at]!);
    else if (folded[at + 1] === '*') {
      steps.push(acrossParts);
      while (folded[at + 1] === '*') at++;
    } else steps.push(withinPart);
  }
  return {
    source,
    matches(name) {
      if (name.length > maxTextCharacters) return false;
      const bare = separator === '.' ? withoutLastDot(name) : name;
      return run(steps, folding === 'exact' ? bare : bare.toLowerCase(), separator);
    },
  };
}

/** Walks the text once with the set of steps that may come next; time is the product of both lengths at most. */
function run(steps: readonly Step[], text: string, separator: string): boolean {
  let here = new Uint8Array(steps.length + 1);
  reach(here, 0, steps);
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const next = new Uint8Array(steps.length + 1);
    for (let step = 0; step < steps.length; step++) {
      if (here[step] === 0) continue;
      const wanted = steps[step]!;
      if (wanted === acrossParts || (wanted === withinPart && character !== separator)) reach(next, step, steps);
      else if (wanted === character) reach(next, step + 1, steps);
    }
    here = next;
  }
  return here[steps.length] === 1;
}

/** Marks a step, and those behind it that wildcards of no length lead to. */
function reach(marks: Uint8Array, step: number, steps: readonly Step[]): void {
  let at = step;
  marks[at] = 1;
  while (typeof steps[at] === 'symbol') marks[++at] = 1;
}
