import { limitWords } from '../model/limit-words.js';
import type { Rule } from '../model/rule.js';
import { aboutCapture } from './shared/capture-rule.js';

/** Our own bounds dropped state. */
export const captureEvictions: Rule = {
  about: {
    ...aboutCapture,
    kind: 'capture-evictions',
    title: 'State dropped at a bound',
    meaning:
      'More connections, bytes, certificates or sessions were in the air at a time than the analyzer keeps: what did not fit was dropped.',
    why: 'Connections that were dropped end early in the report, and what would have been joined with them is not.',
    blindSpots: ['Counts are those of the whole run, not of one file.'],
    remediation: {
      general: 'Allow more memory (--max-memory), capture with a filter, or split the capture by address or by time.',
      products: {},
    },
    concerns: 'any',
  },
  begin: () => ({
    *finish({ captures, limits }) {
      const bitten = Object.entries(limits).filter(([, count]) => count > 0);
      if (bitten.length === 0 || captures.length === 0) return;
      const detail = `${bitten.map(([name, count]) => `${count} ${limitWords(name)}`).join('; ')}.`;
      yield {
        answer: 'fires',
        certainty: 'observed',
        frames: [],
        detail,
        capture: 0,
        flows: [],
        count: 0,
        client: null,
        server: null,
      };
    },
  }),
};
