// RFC 5280 §7.1: names compare without regard to string type, case and runs of white space. Here every name has one text that
// is equal exactly where the names are.
import { hex } from '../../base/bytes.js';
import type { Range } from './certificate-ranges.js';
import { DerDocument, type DerReader, tags } from './der.js';
import { decodeText } from './text.js';

// As in distinguished-name.ts: more parts than this are made to cost time.
const maxNameParts = 256;

/** The relative names of a Name in encoded order, each in canonical form; null where the Name can't be read to its end. */
export function canonicalRelativeNames(bytes: Uint8Array, start: number, end: number): string[] | null {
  const document = new DerDocument(bytes, start, end);
  const reader = document.reader('Name');
  if (!reader.expect(tags.sequence, 'Name')) return null;
  const name = reader.child('Name');
  const parts: string[] = [];
  while (name.next()) {
    if (name.tag !== tags.set || parts.length === maxNameParts) return null;
    parts.push(canonicalRelativeName(name.child('Name')));
  }
  return document.fault === null ? parts : null;
}

/**
 * A text for the DER Name in `bytes[start, end)` by which names are compared: equal where RFC 5280 §7.1 says that the names
 * match. A Name that can't be read only equals the same octets.
 */
export function canonicalName(bytes: Uint8Array, start: number, end: number): string {
  const parts = canonicalRelativeNames(bytes, start, end);
  return parts === null ? `#${hex(bytes, start, end)}` : parts.join('\n');
}

/** `canonicalName` of each of several names in the same bytes. */
export function canonicalNames(bytes: Uint8Array, ranges: readonly Readonly<Range>[]): string[] {
  return ranges.map(({ start, end }) => canonicalName(bytes, start, end));
}

function canonicalRelativeName(set: DerReader): string {
  const attributes: string[] = [];
  while (set.next() && attributes.length < maxNameParts) {
    if (set.tag !== tags.sequence) set.document.fail('malformed', 'Name', set.elementStart);
    else attributes.push(canonicalAttribute(set.child('Name')));
  }
  // A SET has no order; DER sorts it, BER need not.
  return attributes.length > 1 ? attributes.sort().join('\u0001') : (attributes[0] ?? '');
}

function canonicalAttribute(attribute: DerReader): string {
  if (!attribute.expect(tags.objectIdentifier, 'Name')) return '';
  const { document } = attribute;
  const type = hex(document.bytes, attribute.contentStart, attribute.contentEnd);
  if (!attribute.next()) {
    document.fail('malformed', 'Name', attribute.elementStart);
    return type;
  }
  const { tag, contentStart, contentEnd } = attribute;
  const text = decodeText(document, tag, contentStart, contentEnd);
  if (text === null) return `${type}#${hex(document.bytes, attribute.elementStart, contentEnd)}`;
  return `${type}=${foldText(text)}`;
}

/** ASCII whose words stand one blank apart: most names, in which only case is folded. */
const folded = /^[!-~]+(?: [!-~]+)*$/;

/** RFC 4518 as far as RFC 5280 asks for it: compatibility forms unified, case folded, white space trimmed and collapsed. */
function foldText(text: string): string {
  if (folded.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
