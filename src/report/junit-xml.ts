import type { TextOut } from './text-out.js';

/** One case: it passes unless it fails or is skipped. Text is harmless already, but may hold any markup. */
export interface TestCase {
  classname: string;
  name: string;
  failure?: { type: string; message: string; text: string };
  /** Why it was not decided. */
  skipped?: string;
  /** What is worth saying of one that passes. */
  output?: string;
}

/** Cases that belong together. */
export interface TestSuite {
  name: string;
  cases: readonly TestCase[];
}

/** Everything that is printed. */
export interface TestRun {
  suites: readonly TestSuite[];
  /** RFC 3339: when the capture began; null without packets. */
  time: string | null;
  /** Seconds that the captures last: they are the tests' time. */
  seconds: number;
  /** The answer in a sentence. */
  said: string;
}

/** Writes the document. */
export function writeSuites(out: TextOut, { suites, time, seconds, said }: TestRun): void {
  const all = tally(suites.flatMap(({ cases }) => cases));
  out.write('<?xml version="1.0" encoding="UTF-8"?>\n');
  out.write(`<testsuites${attributes({ name: 'barewire', ...all, time: seconds.toFixed(3) })}>\n`);
  for (const [at, { name, cases }] of suites.entries()) {
    // Readers want the moment without fraction and zone.
    const timestamp = time === null ? {} : { timestamp: time.slice(0, 19) };
    const took = at === 0 ? seconds.toFixed(3) : '0.000';
    out.write(`  <testsuite${attributes({ name, ...tally(cases), time: took, ...timestamp })}>\n`);
    if (at === 0) {
      out.write(
        `    <properties>\n      <property${attributes({ name: 'answer', value: said })}/>\n    </properties>\n`,
      );
    }
    for (const test of cases) out.write(caseText(test));
    out.write('  </testsuite>\n');
  }
  out.write('</testsuites>\n');
}

function tally(cases: readonly TestCase[]): Record<string, string> {
  let failures = 0;
  let skipped = 0;
  for (const test of cases) {
    if (test.failure !== undefined) failures++;
    else if (test.skipped !== undefined) skipped++;
  }
  return { tests: String(cases.length), failures: String(failures), errors: '0', skipped: String(skipped) };
}

function caseText({ classname, name, failure, skipped, output }: TestCase): string {
  const start = `    <testcase${attributes({ classname: `barewire.${classname}`, name, time: '0.000' })}`;
  let inside = '';
  if (failure !== undefined) {
    const { type, message, text } = failure;
    inside = `      <failure${attributes({ type, message })}>${escapeXml(text)}</failure>\n`;
  } else if (skipped !== undefined) inside = `      <skipped${attributes({ message: skipped })}/>\n`;
  else if (output !== undefined) inside = `      <system-out>${escapeXml(output)}</system-out>\n`;
  return inside === '' ? `${start}/>\n` : `${start}>\n${inside}    </testcase>\n`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\ufffe': '\ufffd',
  '\uffff': '\ufffd',
};

// Controls and lone surrogates, which XML 1.0 has no way to write, are visible escapes already; two non-characters are left.
function escapeXml(text: string): string {
  return text.replace(/[&<>"'\ufffe\uffff]/g, (character) => entities[character]!);
}
