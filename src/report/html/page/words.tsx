// States, verdicts and severities as a reader meets them: always a mark of its own shape, a colour, and words.
import type { Severity } from '../../../model/finding.js';
import type { HopState } from '../../../model/hop.js';
import type { Verdict } from '../../verdict.js';

/** A state by the name of its colour and mark. */
export type Tone = HopState | 'refused' | 'opaque' | 'empty';

/** How far mutual TLS reaches on a hop, in words. */
export const stateWords: Readonly<Record<HopState, string>> = {
  cleartext: 'cleartext',
  'server-only': 'one-way TLS',
  optional: 'mTLS optional',
  unknown: 'can’t be told',
  resumed: 'resumed',
  rejected: 'client refused',
  presented: 'mTLS presented',
  enforced: 'mTLS enforced',
};

/** What each state means, in a sentence. */
export const stateMeanings: Readonly<Record<HopState, string>> = {
  cleartext: 'No encryption: whoever carries the packets can read and change them.',
  'server-only': 'Only the server showed who it is; no client certificate was asked for.',
  optional: 'A client certificate was asked for, and the service served without one or with a bad one.',
  unknown: 'These packets do not tell whether the client showed a certificate.',
  resumed: 'Only resumed sessions; the handshake that settled who the client is is not in the capture.',
  rejected: 'The service refused this client.',
  presented: 'The client showed a certificate every time; that the service insists on it is not proven.',
  enforced: 'The client showed a certificate, and the service was seen refusing a bad one or none.',
};

/** What a connection is counted as, in words. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  cleartext: 'cleartext',
  'one-way': 'one-way TLS',
  untold: 'can’t be told',
  opaque: 'encrypted, not TLS',
  resumed: 'resumed',
  refused: 'refused',
  mutual: 'mutual TLS',
  empty: 'no payload',
};

const toneOfVerdict: Readonly<Record<Verdict, Tone>> = {
  cleartext: 'cleartext',
  'one-way': 'server-only',
  untold: 'unknown',
  opaque: 'opaque',
  resumed: 'resumed',
  refused: 'rejected',
  mutual: 'presented',
  empty: 'empty',
};

/** The tone of a verdict. */
export function verdictTone(verdict: Verdict): Tone {
  return toneOfVerdict[verdict];
}

// Drawn on 16 by 16, one shape for each, so that they differ without colour.
const marks: Readonly<Record<Tone, string>> = {
  cleartext: 'M8 1.5 15 14H1Z M8 6v4 M8 11.6v1',
  'server-only': 'M3 8h9 M8.5 4.5 12 8l-3.5 3.5',
  optional: 'M8 2a6 6 0 1 0 .01 0Z M8 2v12',
  unknown: 'M5.6 6.1a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.5 M8 11.8v.8',
  resumed: 'M13 8a5 5 0 1 1-1.6-3.7 M13 2v3h-3',
  rejected: 'M4 4l8 8 M12 4l-8 8',
  refused: 'M4 4l8 8 M12 4l-8 8',
  presented: 'M3 8.5 6.5 12 13 4.5',
  enforced: 'M8 1.5 13.5 4v4c0 3.2-2.3 5.4-5.5 6.5C4.8 13.4 2.5 11.2 2.5 8V4Z M5.5 8l1.8 1.8L10.7 6.3',
  opaque: 'M3.5 7.5h9V14h-9Z M5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  empty: 'M4 8h8',
};

/** The mark of a state; words stand beside it. */
export function Mark({ tone }: { tone: Tone }) {
  return (
    <svg class={`mark ${tone}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={marks[tone]} />
    </svg>
  );
}

/** The path of a mark, for pictures. */
export function markPath(tone: Tone): string {
  return marks[tone];
}

/** A hop's state as mark and words. */
export function StateTag({ state, inferred = false }: { state: HopState; inferred?: boolean }) {
  return (
    <span class={`tag ${state}`} title={stateMeanings[state]}>
      <Mark tone={state} />
      {stateWords[state]}
      {inferred && ', inferred'}
    </span>
  );
}

/** A connection's verdict as mark and words. */
export function VerdictTag({ verdict, inferred = false }: { verdict: Verdict; inferred?: boolean }) {
  return (
    <span class={`tag ${verdictTone(verdict)}`}>
      <Mark tone={verdictTone(verdict)} />
      {verdictWords[verdict]}
      {inferred && ', inferred'}
    </span>
  );
}

/** A severity as a badge. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  return <span class={`severity ${severity}`}>{severity}</span>;
}

/** '2026-11-21 10:00:00.123', UTC. */
export function timeText(milliseconds: number, fraction: number = 3): string {
  const text = new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
  return fraction === 0 ? text.slice(0, 19) : text;
}

/** A day. */
export const dayMilliseconds = 86_400_000;

/** '10:00:00.123', UTC. */
export function clockText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 23);
}
