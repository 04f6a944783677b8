// What `analyze evidence` prints when its files are written.

import type { Severity } from '../model/finding.js';
import { wrap } from './columns.js';
import { harmless } from './harmless.js';
import { escapedJson } from './json/escaped.js';
import type { Palette } from './palette.js';
import { countOf } from './quantities.js';

/** What of a manifest of evidence is told to people. */
export interface ToldEvidence {
  options: { payload: 'masked' | 'stripped' | 'whole' | 'headers' };
  findings: readonly {
    severity: Severity;
    title: string;
    file: { name: string; frames: number } | null;
    /** Why the file, analysed by itself, does not show the finding; null where it does. */
    because: string | null;
  }[];
  leftOut: number;
}

const payloadSentences: Readonly<Record<ToldEvidence['options']['payload'], string>> = {
  masked: 'TLS handshakes are whole; cleartext is masked but for words and marks of its protocol, and all else is cut.',
  stripped: 'TLS handshakes are whole; every other payload is cut.',
  whole: 'The payload is whole: these files hold every secret that the captures hold.',
  headers:
    'Hosts and names are replaced, and payload is cut: names in handshakes can not be replaced without breaking signatures.',
};

/** The files by finding, and what is in them. */
export function evidenceText(manifest: ToldEvidence, directory: string, palette: Palette): string {
  const lines: string[] = [];
  const files = manifest.findings.filter(({ file }) => file !== null).length;
  lines.push(palette.strong(`${countOf(files, 'file')} of evidence and manifest.json in ${harmless(directory)}`));
  for (const { severity, title, file, because } of manifest.findings) {
    if (file === null) {
      lines.push(palette.faint(`  no packet shows: ${severity} ${title}`));
      continue;
    }
    lines.push(`  ${harmless(file.name)}`);
    lines.push(...wrap(`${countOf(file.frames, 'frame')}: ${title}`, 74).map((line) => palette.faint(`      ${line}`)));
    if (because === null) continue;
    lines.push(
      ...wrap(`By itself it does not show it: ${because}.`, 74).map((line) => palette.doubtful(`      ${line}`)),
    );
  }
  if (manifest.leftOut > 0) lines.push(`  ${countOf(manifest.leftOut, 'finding')} more got no file: too many`);
  lines.push(...wrap(payloadSentences[manifest.options.payload], 80));
  return `${lines.join('\n')}\n`;
}

/** The manifest itself. */
export function evidenceJson(manifest: ToldEvidence): string {
  return `${escapedJson(manifest)}\n`;
}

/** The formats of `analyze evidence`. */
export const evidenceFormats: Readonly<
  Record<'text' | 'json', (manifest: ToldEvidence, directory: string, palette: Palette) => string>
> = { text: evidenceText, json: evidenceJson };
