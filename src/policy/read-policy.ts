// A policy file, from its text to what it demands. Everything that is wrong with it is told at once, each with its place.
import { cipherSuiteNames } from '../registry/cipher-suites.js';
import { explainIssue } from './explain-issue.js';
import { identityPattern, namePattern, workloadPattern } from './pattern.js';
import { PlacedDocument, type PlacedError } from './placed-document.js';
import type { Demand, PlacedText, Policy, PolicyException, Requirement, Segment, Selectors } from './policy.js';
import { checkShape, type WrittenException, type WrittenPolicy, type WrittenSegment } from './policy-shape.js';
import { readDigest, readSeconds, suitesOf, versionOf, versionsByName } from './policy-values.js';
import { nearest } from './suggestion.js';

/** Largest policy file, in characters. */
const maxPolicyCharacters = 4_194_304;

/** Most errors that are told of one file. */
const maxErrors = 50;

/** Of what is no YAML: one slip makes many errors after it. */
const maxSyntaxErrors = 3;

/** Keys of a segment that say what must hold; they are also what an exception may excuse. */
const requirementKeys: readonly string[] = [
  'mutual',
  'tls',
  'min-version',
  'suites',
  'server-ca',
  'client-ca',
  'pins',
  'client-identities',
  'max-ticket-lifetime',
];

/** A policy, or what is wrong with the file: never both, in the order of the file. */
export type PolicyReading = { policy: Policy; errors: null } | { policy: null; errors: readonly PlacedError[] };

/** Reads a policy file. `kinds` are the kinds of findings that there are. */
export function readPolicy(text: string, file: string, kinds: readonly string[]): PolicyReading {
  if (text.length > maxPolicyCharacters) {
    return failed([{ line: 1, column: 1, message: `the file is longer than ${maxPolicyCharacters} characters` }]);
  }
  const document = new PlacedDocument(text);
  if (document.errors.length > 0) return failed(document.errors, maxSyntaxErrors);
  const shape = checkShape(document.value);
  if (shape.issues !== null) return failed(shape.issues.flatMap((issue) => explainIssue(issue, document)));
  const reader = new Reader(document, file, kinds);
  const policy = reader.read(shape.written);
  return reader.errors.length > 0 ? failed(reader.errors) : { policy, errors: null };
}

function failed(errors: readonly PlacedError[], most: number = maxErrors): PolicyReading {
  const ordered = [...errors].sort((a, b) => a.line - b.line || a.column - b.column);
  const told = ordered.slice(0, most).map(({ message, ...place }) => ({ ...place, message: oneLine(message) }));
  const next = ordered[most];
  if (next !== undefined) told.push({ ...next, message: `and ${ordered.length - most} more from here on` });
  return { policy: null, errors: told };
}

/** What the file says is quoted: on one line, and without what would change the terminal that it is printed to. */
function oneLine(message: string): string {
  return message.replace(/[\s\p{C}]+/gu, ' ').slice(0, maxMessageCharacters);
}

/** A whole list of keys fits; what the file holds need not. */
const maxMessageCharacters = 400;

/** Reads what the values of a sound shape mean. */
class Reader {
  readonly errors: PlacedError[] = [];
  readonly #document: PlacedDocument;
  readonly #file: string;
  readonly #kinds: readonly string[];

  constructor(document: PlacedDocument, file: string, kinds: readonly string[]) {
    this.#document = document;
    this.#file = file;
    this.#kinds = kinds;
  }

  read(written: WrittenPolicy): Policy {
    const names = new Map<string, number>();
    const segments = written.segments.map((segment, at) => {
      const before = names.get(segment.name);
      if (before !== undefined) {
        this.#refuse(['segments', at, 'name'], `there is a segment ${segment.name} already, on line ${before}`);
      }
      names.set(segment.name, this.#document.place(['segments', at, 'name']).line);
      return this.#segment(segment, ['segments', at]);
    });
    return {
      file: this.#file,
      segments,
      severities: this.#severities(written.severities, ['severities']),
      exceptions: (written.exceptions ?? []).map((one, at) => this.#exception(one, ['exceptions', at], names)),
    };
  }

  #segment(written: WrittenSegment, path: Path): Segment {
    const segment: Segment = {
      name: written.name,
      line: this.#document.place(path).line,
      selectors: this.#selectors(written, path),
      requirements: this.#requirements(written, path),
      severity: written.severity ?? 'high',
      severities: this.#severities(written.severities, [...path, 'severities']),
      tags: written.tags ?? [],
    };
    const isSilent = !['require', ...requirementKeys].some((key) => Object.hasOwn(written, key));
    if (isSilent) {
      const keys = ['require', ...requirementKeys.slice(2)].join(', ');
      this.#refuse(path, `segment ${segment.name} says nothing that must hold; add one of ${keys}`);
    }
    return segment;
  }

  #selectors(written: WrittenSegment, path: Path): Selectors {
    return {
      servers: written.servers ?? null,
      clients: written.clients ?? null,
      ports: written.ports?.flatMap((port, at) => this.#ports(port, [...path, 'ports', at])) ?? null,
      serverNames: written['server-names']?.map(namePattern) ?? null,
      workloads: written.workloads?.map(workloadPattern) ?? null,
      clientWorkloads: written['client-workloads']?.map(workloadPattern) ?? null,
    };
  }

  #ports(written: string | number, path: Path): [number, number][] {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(written)) ?? [];
    const range: [number, number] = [Number(first), Number(last ?? first)];
    if (first !== undefined && range[0] >= 1 && range[1] <= 65_535 && range[0] <= range[1]) return [range];
    this.#refuse(path, `ports \`${written}\` is no port and no range: 443, 8000-8999`);
    return [];
  }

  #requirements(written: WrittenSegment, path: Path): Requirement[] {
    const found: Requirement[] = [];
    const add = (key: string, requires: string, demand: Demand | null): void => {
      if (demand !== null) found.push({ line: this.#document.keyPlace([...path, key]).line, requires, demand });
    };
    if (written.require !== undefined) add('require', written.require, { kind: written.require });
    const version = written['min-version'];
    if (version !== undefined) {
      const demand = this.#minVersion(String(version), [...path, 'min-version']);
      add('min-version', `min-version ${demand?.name}`, demand);
    }
    if (written.suites) {
      const count = written.suites.length;
      add(
        'suites',
        count === 1 ? `suites ${written.suites[0]}` : `suites (${count})`,
        this.#suites(written.suites, path),
      );
    }
    for (const key of ['server-ca', 'client-ca'] as const) {
      const files = written[key];
      if (files) add(key, `${key} ${files.join(', ')}`, { kind: key, files: this.#placed(files, [...path, key]) });
    }
    if (written.pins) add('pins', `pins (${written.pins.length})`, this.#pins(written.pins, path));
    const identities = written['client-identities'];
    if (identities) {
      const requires =
        identities.length === 1 ? `client-identities ${identities[0]}` : `client-identities (${identities.length})`;
      add('client-identities', requires, { kind: 'client-identities', patterns: identities.map(identityPattern) });
    }
    const lifetime = written['max-ticket-lifetime'];
    if (lifetime !== undefined) {
      add(
        'max-ticket-lifetime',
        `max-ticket-lifetime ${lifetime}`,
        this.#lifetime(lifetime, [...path, 'max-ticket-lifetime']),
      );
    }
    return found.sort(byLine);
  }

  #minVersion(text: string, path: Path): Extract<Demand, { kind: 'min-version' }> | null {
    const found = versionOf(text);
    if (found !== null) return { kind: 'min-version', ...found };
    const names = [...versionsByName.keys()];
    this.#refuse(path, `min-version \`${text}\` is none of ${names.join(', ')}`);
    return null;
  }

  #suites(written: readonly string[], path: Path): Demand {
    const ids = new Set<number>();
    for (const [at, text] of written.entries()) {
      const found = suitesOf(text);
      for (const id of found) ids.add(id);
      if (found.length > 0) continue;
      const near = nearest(text, Object.values(cipherSuiteNames));
      this.#refuse(
        [...path, 'suites', at],
        `suites \`${text}\` names no cipher suite (IANA's names, * as wildcard)${meant(near)}`,
      );
    }
    return { kind: 'suites', ids };
  }

  #pins(written: readonly string[], path: Path): Demand {
    const digests = new Set<string>();
    for (const [at, text] of written.entries()) {
      const digest = readDigest(text);
      if (digest !== null) digests.add(digest);
      else {
        const wanted = 'SHA-256 of a public key: sha256/… in base64 (44 characters) or 64 hexadecimal digits';
        this.#refuse([...path, 'pins', at], `pins \`${text.slice(0, 80)}\` is no ${wanted}`);
      }
    }
    return { kind: 'pins', digests };
  }

  #lifetime(written: string | number, path: Path): Demand | null {
    const seconds = readSeconds(String(written));
    if (seconds !== null) return { kind: 'max-ticket-lifetime', seconds };
    this.#refuse(path, `max-ticket-lifetime \`${written}\` is no time: 3600 (seconds), 90m, 12h, 7d`);
    return null;
  }

  #exception(written: WrittenException, path: Path, segments: ReadonlyMap<string, number>): PolicyException {
    if (!written.kinds && !written.requirements) {
      this.#refuse(
        path,
        'an exception names the kinds of findings that it silences, or the requirements that it excuses',
      );
    }
    this.#known(written.kinds, this.#kinds, [...path, 'kinds'], 'kind of finding');
    this.#known(written.requirements, requirementKeys, [...path, 'requirements'], 'requirement');
    this.#known(written.segments, [...segments.keys()], [...path, 'segments'], 'segment');
    const day = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(written.expires)?.[1] ?? '';
    if (!isDay(day)) this.#refuse([...path, 'expires'], `expires \`${written.expires}\` is no day: 2026-12-31`);
    return {
      line: this.#document.place(path).line,
      kinds: new Set(written.kinds),
      requirements: new Set(written.requirements),
      segments: written.segments ? new Set(written.segments) : null,
      servers: written.servers ?? null,
      clients: written.clients ?? null,
      owner: written.owner,
      reason: written.reason,
      expires: day,
    };
  }

  #severities(written: WrittenSegment['severities'], path: Path): Segment['severities'] {
    const entries = Object.entries(written ?? {});
    for (const [kind] of entries) {
      if (!this.#kinds.includes(kind)) {
        this.#refuseKey([...path, kind], `there is no kind of finding ${kind}${meant(nearest(kind, this.#kinds))}`);
      }
    }
    return new Map(entries);
  }

  #known(words: readonly string[] | undefined, known: readonly string[], path: Path, what: string): void {
    for (const [at, word] of (words ?? []).entries()) {
      if (known.includes(word)) continue;
      const near = nearest(word, known);
      const hint = near === null && known.length <= 12 ? `; there are ${known.join(', ')}` : meant(near);
      this.#refuse([...path, at], `there is no ${what} ${word}${hint}`);
    }
  }

  #placed(texts: readonly string[], path: Path): PlacedText[] {
    return texts.map((text, at) => ({ text, ...this.#document.place([...path, at]) }));
  }

  #refuse(path: Path, message: string): void {
    this.errors.push({ ...this.#document.place(path), message });
  }

  #refuseKey(path: Path, message: string): void {
    this.errors.push({ ...this.#document.keyPlace(path), message });
  }
}

type Path = readonly (string | number)[];

function byLine(a: Requirement, b: Requirement): number {
  return a.line - b.line;
}

function meant(near: string | null): string {
  return near === null ? '' : `; did you mean ${near}?`;
}

/** Whether a text is a day of the calendar. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
