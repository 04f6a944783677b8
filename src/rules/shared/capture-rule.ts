// Kinds that say what a capture can't show: one finding a capture, with counts.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo } from '../../model/report.js';
import type { LateSighting, Rule, RuleMetadata } from '../../model/rule.js';
import { clean } from '../../model/rule.js';
import { maxListedConnections } from './bounds.js';

/** Connections of one capture that show something: the first are listed, all are counted. */
interface Shown {
  count: number;
  flows: number[];
  frames: number[];
}

/** A rule that counts connections; `detail` says it for a number of them. */
export function connectionsOfCapture(
  about: RuleMetadata,
  shows: (record: ConnectionRecord) => boolean,
  detail: (count: number, capture: CaptureInfo) => string,
): Rule {
  return {
    about,
    begin: () => {
      const byCapture = new Map<number, Shown>();
      return {
        connection(record) {
          if (!shows(record)) return clean;
          let shown = byCapture.get(record.capture);
          if (shown === undefined) {
            shown = { count: 0, flows: [], frames: [] };
            byCapture.set(record.capture, shown);
          }
          shown.count++;
          if (shown.flows.length < maxListedConnections) {
            shown.flows.push(record.id);
            shown.frames.push(record.firstFrame);
          }
          return clean;
        },
        *finish({ captures }) {
          for (const [capture, { count, flows, frames }] of byCapture) {
            const info = captures[capture];
            if (info !== undefined) yield ofCapture(capture, detail(count, info), frames, flows, count);
          }
        },
      };
    },
  };
}

/** A rule that reads the counters of a capture; `detail` is null where there is nothing to say. */
export function countersOfCapture(about: RuleMetadata, detail: (capture: CaptureInfo) => string | null): Rule {
  return {
    about,
    begin: () => ({
      *finish({ captures }) {
        for (let at = 0; at < captures.length; at++) {
          const text = detail(captures[at]!);
          if (text !== null) yield ofCapture(at, text, [], [], 0);
        }
      },
    }),
  };
}

function ofCapture(capture: number, detail: string, frames: number[], flows: number[], count: number): LateSighting {
  return { answer: 'fires', certainty: 'observed', frames, detail, capture, flows, count, client: null, server: null };
}

/** '1 packet', '2 packets'. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** What all kinds about captures have in common. */
export const aboutCapture = {
  severity: 'info',
  cwe: [],
  standards: [],
  scope: 'capture',
} as const;
