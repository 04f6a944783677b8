import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../src/report/markdown.js';
import { codeSpan } from '../../src/report/markdown-text.js';
import { capture, connection, finding, hop } from '../build/records.js';
import { hostileResults } from './hostile-results.js';
import { printed } from './printed.js';

// What a line holds outside of code spans, as CommonMark §6.1 finds them: a run of backticks to the next run as long.
function outsideSpans(line: string): string {
  let rest = '';
  for (let at = 0; at < line.length; ) {
    const fence = /^`+/.exec(line.slice(at))?.[0];
    if (fence === undefined) {
      rest += line[at++];
      continue;
    }
    const body = line.slice(at + fence.length);
    const end = [...body.matchAll(/`+/g)].find(([run]) => run.length === fence.length);
    if (end === undefined) {
      rest += fence;
      at += fence.length;
    } else at += fence.length + end.index + fence.length;
  }
  return rest;
}

describe('Markdown', () => {
  it('says the answer, the hops and the findings', () => {
    const text = printed(markdownReport, {
      flows: [connection()],
      captures: [capture()],
      hops: [hop({ mtls: 'cleartext', certainty: 'inferred' })],
      findings: [finding(), finding({ severity: 'low', kind: 'cert-expires-soon', certainty: 'inferred' })],
    });
    expect(text).toMatch(/^## Mutual TLS on the one connection\.\n/);
    expect(text).toContain('Findings: 1 high, 1 low. 1 flow, 1 hop.');
    expect(text).toContain('| **cleartext** (inferred) | `10.77.13.10->10.77.13.20:443` `api.example` |');
    expect(text).toContain('<details><summary><b>high</b> Server never asks for a client certificate (1)</summary>');
    expect(text).toContain('`Inferred: ServerHello');
    expect(text.match(/<details>/g)).toHaveLength(2);
    expect(text.match(/<\/details>/g)).toHaveLength(2);
  });

  it('leaves what the wire says inside code spans, and its tables whole', () => {
    const text = printed(markdownReport, hostileResults());
    const allowed = /<\/?(?:details|summary|b)>/g;
    for (const line of text.split('\n')) {
      const outside = outsideSpans(line).replace(allowed, '');
      expect(outside, line).not.toMatch(/[<>]|script|evil|everyone|javascript|click/);
      if (line.startsWith('|')) expect(line.match(/\|/g), line).toHaveLength(5);
    }
  });

  it('keeps any text in a span of one cell', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('`', '``', ' ', '|', '\\', 'a', '\n', '<', '*', '\u202e') }),
        (text) => {
          const span = codeSpan(text);
          expect(outsideSpans(`x${span}y`)).toBe('xy');
          expect(span).not.toMatch(/[|\n\u202e]/);
        },
      ),
    );
  });

  it('is never longer than a comment may be, and says what it leaves out', () => {
    const wide = 'word `|` '.repeat(200);
    const hops = Array.from({ length: 3000 }, (_, at) => hop({ id: `${at} ${wide}`, why: wide }));
    const findings = Array.from({ length: 3000 }, (_, at) => finding({ kind: `kind-${at % 300}`, detail: wide }));
    const text = printed(markdownReport, { captures: [capture()], hops, findings });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and [\d,]+ more hops\. All: 3,000 presented\./);
    expect(text).toMatch(/… and \d+ more kinds of findings/);
    expect(text.match(/<details>/g)!.length).toBe(text.match(/<\/details>/g)!.length);
  });

  it('counts what is suppressed, and does not list it', () => {
    const suppressed = { reason: 'known', expires: null };
    const text = printed(markdownReport, { findings: [finding({ suppressed })] });
    expect(text).toContain('No findings (and 1 suppressed).');
  });
});
