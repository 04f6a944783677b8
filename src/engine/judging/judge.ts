// Asks the rules about every connection and about the whole, and makes findings of what they see.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding, Severity } from '../../model/finding.js';
import type { Place } from '../../model/place.js';
import {
  type Answer,
  clean,
  inapplicable,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
  type Sighting,
  type WholeRun,
} from '../../model/rule.js';
import { displayFilter } from './display-filter.js';
import { type FindingGroup, FindingGroups, severityRank } from './finding-groups.js';

/** How often a rule gave each answer about a connection; what it did not apply to is not counted. */
export interface AnswerCounts {
  fires: number;
  clean: number;
  unobservable: number;
}

/** A rule at work, with its counts. */
interface Asked {
  readonly about: RuleMetadata;
  readonly judge: RuleJudge;
  readonly answers: AnswerCounts;
}

/** A group, and what it weighs in the whole. */
interface Weighed {
  readonly group: FindingGroup;
  readonly severity: Severity;
}

/** What all findings of a kind say in the same words. */
type CommonWords = Pick<Finding, 'title' | 'remediation' | 'references'>;

/** Judges one run. */
export class Judge {
  readonly #all: readonly Asked[];
  readonly #tls: readonly Asked[];
  readonly #cleartext: readonly Asked[];
  readonly #any: readonly Asked[];
  readonly #groups: FindingGroups = new FindingGroups();

  constructor(rules: readonly Rule[], context: RunContext) {
    this.#all = rules.map((rule) => ({
      about: rule.about,
      judge: rule.begin(context),
      answers: { fires: 0, clean: 0, unobservable: 0 },
    }));
    const concerned = (concerns: RuleMetadata['concerns']): Asked[] =>
      this.#all.filter(({ about, judge }) => about.concerns === concerns && judge.connection !== undefined);
    this.#tls = concerned('tls');
    this.#cleartext = concerned('cleartext');
    this.#any = concerned('any');
  }

  /** Sightings left out because there were too many findings. */
  get unkept(): number {
    return this.#groups.unkept;
  }

  /** Judges a connection, whose place is `place`; they come in the order of the report. */
  add(record: ConnectionRecord, place: Place): void {
    if (record.tls !== null) this.#ask(this.#tls, record, place);
    if (isReadable(record)) this.#ask(this.#cleartext, record, place);
    this.#ask(this.#any, record, place);
  }

  /**
   * The findings of all connections so far, most severe first, then by first frame, then by kind; each is made when its turn
   * comes, as there may be tens of thousands. More may be added afterwards.
   */
  *finish(run: WholeRun): Generator<Finding, void, void> {
    const found: Weighed[] = [];
    this.#groups.beginLate();
    for (const { about, judge } of this.#all) {
      for (const group of this.#groups.of(about.kind)) {
        const severity = judge.weigh === undefined ? group.severity : judge.weigh(group, run);
        if (severity !== null) found.push({ group, severity });
      }
      for (const late of judge.finish?.(run) ?? []) {
        const group = this.#groups.late(about, late);
        if (group !== null) found.push({ group, severity: group.severity });
      }
    }
    const words = new Map(this.#all.map(({ about }) => [about, commonWords(about)]));
    for (const { group, severity } of found.sort(bySeverity)) {
      yield findingOf(group, severity, words.get(group.about)!, run);
    }
  }

  /** How often each kind gave which answer. */
  answers(): Map<string, Readonly<AnswerCounts>> {
    return new Map(this.#all.map(({ about, answers }) => [about.kind, answers]));
  }

  #ask(asked: readonly Asked[], record: ConnectionRecord, place: Place): void {
    for (let at = 0; at < asked.length; at++) {
      const { judge } = asked[at]!;
      const answer = judge.connection!(record, place);
      if (answer !== inapplicable) this.#take(asked[at]!, answer, record, place);
    }
  }

  #take({ about, answers }: Asked, answer: Answer, record: ConnectionRecord, place: Place): void {
    if (answer === clean) {
      answers.clean++;
    } else if (isSeveral(answer)) {
      if (answer.length > 0) answers.fires++;
      for (const sighting of answer) this.#groups.add(about, sighting, record, place);
    } else if (answer.answer === 'fires') {
      answers.fires++;
      this.#groups.add(about, answer, record, place);
    } else if (answer.answer === 'unobservable') {
      answers.unobservable++;
    }
  }
}

/** Whether anything of a connection can be read besides TLS handshakes. */
function isReadable({ kind, content, upgrade, proxyHeader }: ConnectionRecord): boolean {
  return kind === 'cleartext' || kind === 'starttls' || content !== null || upgrade !== null || proxyHeader !== null;
}

function isSeveral(answer: Answer): answer is readonly Sighting[] {
  return Array.isArray(answer);
}

/** The report's order; total, so that equal input gives an equal report. */
function bySeverity({ group: a, severity: weight }: Weighed, { group: b, severity: other }: Weighed): number {
  return (
    severityRank(weight) - severityRank(other) ||
    a.capture - b.capture ||
    (a.frames[0] ?? Number.MAX_SAFE_INTEGER) - (b.frames[0] ?? Number.MAX_SAFE_INTEGER) ||
    compare(a.about.kind, b.about.kind) ||
    compare(a.hop ?? a.server ?? a.client ?? '', b.hop ?? b.server ?? b.client ?? '') ||
    compare(a.certificate ?? '', b.certificate ?? '')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function findingOf(group: FindingGroup, severity: Severity, words: CommonWords, run: WholeRun): Finding {
  const { about } = group;
  return {
    kind: about.kind,
    severity,
    certainty: group.certainty,
    hop: group.hop,
    client: group.client,
    server: group.server,
    certificate: group.certificate,
    capture: group.capture,
    flows: [...group.flows],
    frames: [...group.frames],
    count: group.count,
    title: words.title,
    detail: group.detail,
    remediation: words.remediation,
    references: words.references,
    wiresharkFilter: group.wiresharkFilter ?? displayFilter(group, run.captures[group.capture]),
    suppressed: null,
  };
}

function commonWords(about: RuleMetadata): CommonWords {
  return {
    title: about.title,
    remediation: remediationOf(about),
    references: { cwe: about.cwe.map((number) => `CWE-${number}`), standards: [...about.standards] },
  };
}

/** What mends it in general; the products are too many for every finding. */
function remediationOf({ kind, remediation }: RuleMetadata): string {
  const products = Object.keys(remediation.products);
  if (products.length === 0) return remediation.general;
  return `${remediation.general} For ${products.join(', ')}: analyze rules ${kind}.`;
}
