import { secondsFrom } from '../../base/time.js';
import { beganHere } from '../../model/began-here.js';
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord, Fact, TlsSession } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { CaptureInfo } from '../../model/report.js';
import { cell, indented, noBreak, reportColumns, wrap } from '../columns.js';
import { endpointText, spokenText } from '../endpoints.js';
import { findingLines } from '../finding-lines.js';
import { harmless } from '../harmless.js';
import type { Palette } from '../palette.js';
import { count, countOf, duration, moment, size } from '../quantities.js';
import { verdictOf } from '../verdict.js';
import { paintVerdict } from '../verdict-paint.js';
import { certificateExplanation } from './certificate.js';
import { contentLines } from './content.js';
import { handshakeLines } from './handshake.js';
import { explanationOf } from './verdict.js';

/** Other captures listed. */
const maxCaptures = 20;

/** Gaps listed; a torn connection has thousands. */
const maxGaps = 20;

/** What `explain` tells about: one flow, its capture and the certificates that it shows. */
export interface Explained {
  flow: ConnectionRecord;
  capture: CaptureInfo | null;
  /** All of the run, where others may show the flow too. */
  captures?: readonly CaptureInfo[];
  /** By SHA-256; those the flow does not name are ignored. */
  certificates: ReadonlyMap<string, CertificateRecord>;
  findings?: FlowFindings;
}

/** Findings as one flow has them. */
export interface FlowFindings {
  /** Those that name it; at most `maxFlowFindings`. */
  named: readonly Finding[];
  /** How many name it. */
  total: number;
  /** Kinds of those of its hop that are about more connections than they can name, and perhaps about this one. */
  perhaps: readonly string[];
}

/** Findings of one flow that are told in full: more than there are kinds of findings. */
export const maxFlowFindings = 100;

/** One connection in words, for 80 columns: verdict, what crossed message by message, facts, certificates, alerts, findings. */
export function explainFlow(explained: Explained, palette: Palette): string {
  const { flow } = explained;
  const title = `Flow ${flow.id}: ${endpointText(flow.client)} → ${endpointText(flow.server)} (${spokenText(flow)})`;
  const paint = (line: string): string => paintVerdict(verdictOf(flow), line, palette);
  const lines = [
    ...wrap(title, reportColumns).map((line) => palette.strong(line)),
    ...wrap(explanationOf(flow), reportColumns).map(paint),
  ];
  const section = (name: string, content: readonly string[]): void => {
    if (content.length > 0) lines.push('', palette.strong(name), ...content);
  };
  section('CONNECTION', connectionLines(explained));
  section('SAID IN CLEAR', contentLines(flow, 'clear', palette));
  if (flow.tls !== null) {
    section('HANDSHAKE', handshakeLines(flow.tls, palette));
    section('CLIENT AUTHENTICATION', clientAuthLines(flow.tls));
    section('WHAT THE PACKETS PROVE', factLines(flow.tls, palette));
    section('CERTIFICATES', certificateExplanation(flow, explained.certificates));
    section('ALERTS', alertLines(flow.tls));
    section('READ WITH KEYS', contentLines(flow, 'decrypted', palette));
  }
  section('GAPS', gapLines(flow));
  section(
    'ODDITIES',
    flow.anomalies.slice(0, maxGaps).flatMap((anomaly) => indented(harmless(anomaly))),
  );
  if (explained.findings !== undefined) section('FINDINGS', flowFindingLines(explained.findings, palette));
  return `${lines.join('\n')}\n`;
}

function flowFindingLines({ named, total, perhaps }: FlowFindings, palette: Palette): string[] {
  const lines = named.flatMap((finding) => findingLines(finding, palette));
  if (total > named.length) lines.push(`  … and ${countOf(total - named.length, 'more finding')}: --format json`);
  if (total === 0) lines.push('  No finding names this connection.');
  if (named.some((finding) => finding.count > 1))
    lines.push(...indented('Where one is about several flows, its frames and words may be those of another.'));
  if (perhaps.length > 0)
    lines.push(
      ...indented(
        `On more connections of its hop than they can name, and perhaps on this one: ${perhaps.map((kind) => harmless(kind, 64)).join(', ')}.`,
      ),
    );
  return lines;
}

const rolesWords = {
  syn: 'the SYN shows who opened it',
  handshake: 'the handshake shows who is client',
  protocol: 'the protocol shows who is client',
  port: 'the client is guessed from the ports',
} as const;

const closedWords = { fin: 'closed by FIN', rst: 'ended by RST', open: 'not seen to end' } as const;

function connectionLines({ flow, capture, captures = [] }: Explained): string[] {
  const { packets, bytes } = flow;
  const took = duration(secondsFrom(flow.startTime, flow.endTime));
  const start =
    flow.transport === 'udp'
      ? ''
      : beganHere(flow)
        ? 'its beginning is in the capture; '
        : 'the capture starts in its middle; ';
  const end = flow.transport === 'udp' ? '' : `, ${closedWords[flow.closed]}`;
  const lines = [
    ...indented(`${flow.transport.toUpperCase()}, ${start}${rolesWords[flow.rolesFrom]}${end}.`),
    ...indented(
      `Frames ${count(flow.firstFrame)} to ${count(flow.lastFrame)}, ${moment(harmless(flow.startTime))}, ${took}.`,
    ),
    ...indented(
      `The client sent ${countOf(packets.client, 'packet')} with ${sizeWhole(bytes.client)} of payload, the server ` +
        `${countOf(packets.server, 'packet')} with ${sizeWhole(bytes.server)}.`,
    ),
  ];
  if (flow.layers.length > 0)
    lines.push(...indented(`Carried in ${flow.layers.map((layer) => harmless(layer)).join(', ')}.`));
  if (capture !== null) lines.push(...indented(`Captured in ${harmless(capture.path)}${frameShift(capture)}.`));
  for (const { capture: index, firstFrame, offsetSeconds } of flow.alsoSeen?.slice(0, maxCaptures) ?? []) {
    const path = harmless(captures[index]?.path ?? `capture ${index}`);
    const clock = offsetSeconds === null ? '' : `, where it is ${aheadText(offsetSeconds)}`;
    lines.push(...indented(`Also seen in ${path} from frame ${count(firstFrame)} on${clock}.`));
  }
  if (flow.translatedFrom !== undefined) lines.push(...indented(`Translated: ${flow.translatedFrom.basis}.`));
  return lines;
}

function sizeWhole(octets: number): string {
  return size(octets).replace(' ', noBreak);
}

/** '0.213000 s later', '12.000000 s earlier'. */
function aheadText(seconds: number): string {
  return `${Math.abs(seconds).toFixed(6)} s ${seconds < 0 ? 'earlier' : 'later'}`;
}

function frameShift(capture: CaptureInfo): string {
  return capture.framesBefore === 0 ? '' : ` (its frame 1 is counted as ${capture.framesBefore + 1} here)`;
}

function clientAuthLines(tls: TlsSession): string[] {
  const { status, requested, outcome, certainty, basis } = tls.clientAuth;
  const asked = requested === null ? "can't be told" : requested ? 'yes' : 'no';
  return [
    ...indented(`Asked for: ${asked}. Status: ${status}. What the server did: ${outcome}. Certainty: ${certainty}.`),
    ...indented(sentence(harmless(basis, 1000))),
  ];
}

/** What is told in the middle of others' sentences, as one of its own. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.…]$/.test(text) ? '' : '.'}`;
}

const factNames: readonly (readonly [keyof TlsSession['facts'], string])[] = [
  ['serverCertificate', 'server Certificate'],
  ['certificateRequest', 'CertificateRequest'],
  ['clientCertificate', 'client Certificate'],
  ['certificateVerify', 'CertificateVerify'],
];

function factLines(tls: TlsSession, palette: Palette): string[] {
  return factNames.flatMap(([key, name]) => {
    const fact = tls.facts[key];
    const [first, ...rest] = wrap(factText(fact), reportColumns - 31);
    const state = cell(fact.state, 7);
    const painted = fact.state === 'hidden' ? palette.doubtful(state) : state;
    return [`  ${cell(name, 19)} ${painted} ${first ?? ''}`, ...rest.map((line) => ' '.repeat(30) + line)];
  });
}

function factText(fact: Fact): string {
  if (fact.state === 'hidden') return harmless(fact.because, 500);
  const frames = fact.frames
    .slice(0, 10)
    .map((frame) => String(frame))
    .join(', ');
  const where = `${fact.frames.length === 1 ? 'frame' : 'frames'} ${frames}${fact.frames.length > 10 ? ', …' : ''}`;
  return fact.state === 'seen' ? `in ${where}` : `as ${where} ${fact.frames.length === 1 ? 'proves' : 'prove'}`;
}

function alertLines(tls: TlsSession): string[] {
  return tls.alerts.slice(0, maxGaps).flatMap((alert) => {
    const what =
      alert.description === null
        ? 'an encrypted alert (its level and reason are hidden)'
        : `${alert.encrypted ? 'decrypted, ' : ''}${alert.level ?? 'an alert of unknown level'}: ${harmless(alert.description)}`;
    return indented(`Frame ${alert.frame}, from the ${alert.from}: ${what}.`);
  });
}

function gapLines(flow: ConnectionRecord): string[] {
  const lines = flow.gaps
    .slice(0, maxGaps)
    .flatMap((gap) =>
      indented(
        `${countOf(gap.length, 'octet')} from the ${gap.from} are missing at offset ${count(gap.offset)} of its stream.`,
      ),
    );
  if (flow.gaps.length > maxGaps) lines.push(`  … and ${countOf(flow.gaps.length - maxGaps, 'more gap')}`);
  return lines;
}
