// What crossed besides the handshake, in words: requests, logins, secrets by kind and length, and how far it was looked at.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { ContentRecord, ServedRecord } from '../../model/content.js';
import type { Side } from '../../model/side.js';
import { indented, reportColumns, rightCell, wrap } from '../columns.js';
import { type ContentStep, contentSteps, dialogueSteps } from '../content-steps.js';
import { harmless } from '../harmless.js';
import type { Palette } from '../palette.js';
import { count, countOf } from '../quantities.js';

/** Steps listed; a connection that is kept alive has hundreds. */
const maxSteps = 60;
/** Commands and addresses named in a sentence. */
const maxNamed = 6;

const margin = ' '.repeat(21);

/** What was said in clear, or what keys opened, step by step in the order of frames; nothing where nothing is known. */
export function contentLines(flow: ConnectionRecord, reading: ContentStep['reading'], palette: Palette): string[] {
  const { content } = flow;
  const steps = [...dialogueSteps(flow), ...(content === null ? [] : contentSteps(content))].filter(
    (step) => step.reading === reading,
  );
  // Stable: of one frame, what was pushed first was said first.
  steps.sort((a, b) => a.frame - b.frame);
  const lines = steps.slice(0, maxSteps).flatMap((step) => stepLines(step, palette));
  const sentences = content === null || content.decrypted !== (reading === 'decrypted') ? [] : notes(content);
  if (steps.length > maxSteps) sentences.unshift(`${countOf(steps.length - maxSteps, 'more step')}: --format json`);
  if (lines.length > 0) lines.unshift(palette.faint(`  ${rightCell('frame', 9)}  sender  what was said`));
  return [...lines, ...sentences.flatMap((sentence) => indented(sentence))];
}

function stepLines({ frame, from, kind, what, saying }: ContentStep, palette: Palette): string[] {
  const text = saying === null ? harmless(what, 100) : `${harmless(what, 100)}: ${harmless(saying, 300)}`;
  const [first = '', ...rest] = wrap(text, reportColumns - margin.length);
  const paint = (line: string): string => (kind === 'secret' ? palette.bad(line) : line);
  return [
    `  ${rightCell(count(frame), 9)}  ${from}  ${paint(first)}`.trimEnd(),
    ...rest.map((line) => margin + paint(line)),
  ];
}

function notes(content: ContentRecord): string[] {
  const sentences: string[] = [];
  const { requestCount, requests, servedWithoutLogin, forwarding, greeting } = content;
  if (requestCount > requests.length)
    sentences.push(
      `${countOf(requestCount, 'request or command', 'requests and commands')} in all; the first ${count(requests.length)} are told.`,
    );
  const served = servedWithoutLogin.filter(({ meaningful }) => meaningful);
  if (served.length > 0) sentences.push(`Served without a login: ${named(served, servedText)}.`);
  // A PROXY header is a step of its own.
  const forwarded = forwarding.filter(({ client, name }) => client !== null && name !== 'proxy-protocol');
  if (forwarded.length > 0)
    sentences.push(
      `Said to come from elsewhere: ${named(forwarded, ({ name, client, frame }) => `${harmless(name, 40)} ${harmless(client?.ip ?? '')} (frame ${count(frame)})`)}.`,
    );
  if (greeting !== null) sentences.push(`The server calls itself ${harmless(greeting, 200)}.`);
  for (const side of ['client', 'server'] as const) sentences.push(...unread(side, content));
  return sentences;
}

function servedText({ command, answerFrame }: ServedRecord): string {
  return `${harmless(command, 40)} (answered in frame ${count(answerFrame)})`;
}

function named<T>(entries: readonly T[], text: (entry: T) => string): string {
  const more = entries.length - maxNamed;
  const names = entries.slice(0, maxNamed).map(text).join(', ');
  return more > 0 ? `${names}, and ${count(more)} more` : names;
}

// Where nobody looked, nothing was found: a reader must know where that begins.
function unread(side: Side, content: ContentRecord): string[] {
  const { octets, ended } = content.inspection[side];
  if (ended === null) return [];
  return [`Of what the ${side} sent ${countOf(octets, 'octet')} were looked at, no more: ${harmless(ended, 200)}.`];
}
