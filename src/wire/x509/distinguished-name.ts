// RFC 5280 §4.1.2.4 (Name):  SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
// Text form: RFC 4514 §2, most specific part first (the encoded order reversed), so that it reads as in other tools.
import { attributeTypes } from '../../registry/oids.js';
import { DerDocument, type DerReader, tags } from './der.js';
import { formatObjectIdentifier, ObjectIdentifierTable } from './object-identifier.js';
import { decodeText, hexText } from './text.js';

const attributeNames = new ObjectIdentifierTable<string>(attributeTypes);

// A name of this many parts says nothing to anybody.
const maxNameParts = 256;

/**
 * The DER Name in `bytes[start, end)` in RFC 4514 form ('CN=api,O=Example'); '' when it is empty, '#' and the first octets in
 * hexadecimal when it is no Name. What lies before a fault stays. For CertificateRequest authorities and tests; a certificate's
 * own names are read with it.
 */
export function parseDistinguishedName(bytes: Uint8Array, start: number, end: number): string {
  const document = new DerDocument(bytes, start, end);
  const reader = document.reader('Name');
  if (!reader.expect(tags.sequence, 'Name')) return `#${hexText(document, start, Math.min(document.end, start + 32))}`;
  return readName(reader.child('Name'), 'Name');
}

/** The text of a Name whose SEQUENCE `name` reads; `where` names it in faults. */
export function readName(name: DerReader, where: string): string {
  const parts: string[] = [];
  // One conversion for all values: a call into Node costs more than walking a part of the name.
  const source: NameSource = { text: name.document.text.toString('latin1', name.at, name.end), start: name.at };
  while (name.next(where)) {
    if (parts.length >= maxNameParts) {
      name.document.fail('limit', where, name.elementStart);
      break;
    }
    if (name.tag !== tags.set) {
      name.document.fail('malformed', where, name.elementStart);
      continue;
    }
    const part = readRelativeName(name.child(where), where, source);
    if (part !== '') parts.push(part);
  }
  return parts.reverse().join(',');
}

/** The octets of a name as characters; `start` is the offset of the first in the document. */
interface NameSource {
  text: string;
  start: number;
}

function readRelativeName(set: DerReader, where: string, source: NameSource): string {
  let text = '';
  let count = 0;
  while (set.next(where)) {
    if (set.tag !== tags.sequence || ++count > maxNameParts) {
      set.document.fail('malformed', where, set.elementStart);
      break;
    }
    const attribute = readAttribute(set.child(where), where, source);
    if (attribute !== '') text = text === '' ? attribute : `${text}+${attribute}`;
  }
  return text;
}

function readAttribute(attribute: DerReader, where: string, source: NameSource): string {
  if (!attribute.expect(tags.objectIdentifier, where)) return '';
  const { document, contentStart: typeStart, contentEnd: typeEnd } = attribute;
  const type = attributeNames.find(document.bytes, typeStart, typeEnd);
  if (!attribute.next(where)) {
    document.fail('malformed', where, attribute.elementStart);
    return '';
  }
  return `${type ?? formatObjectIdentifier(document.bytes, typeStart, typeEnd)}=${readValue(attribute, type, source)}`;
}

function readValue(attribute: DerReader, type: string | null, source: NameSource): string {
  const { document, tag, contentStart, contentEnd } = attribute;
  if (type !== null && isCharacterPerOctet(tag) && isPlain(document.bytes, contentStart, contentEnd)) {
    return source.text.slice(contentStart - source.start, contentEnd - source.start);
  }
  // RFC 4514 §2.4: a type without a name has its value in hexadecimal, tag and length included; so has a value that is no text.
  const text = type === null ? null : decodeText(document, tag, contentStart, contentEnd);
  return text === null ? `#${hexText(document, attribute.elementStart, contentEnd)}` : escapeValue(text);
}

/** Whether an ASCII value of this string type is its own octets. */
function isCharacterPerOctet(tag: number): boolean {
  return (
    tag === tags.printableString || tag === tags.utf8String || tag === tags.ia5String || tag === tags.teletexString
  );
}

/** Whether a value is ASCII without anything that RFC 4514 escapes: the usual case. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (plainOctets[bytes[at]!] === 0) return false;
  return end > start && bytes[start] !== space && bytes[start] !== numberSign && bytes[end - 1] !== space;
}

const space = 0x20;
const numberSign = 0x23;
const plainOctets = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet === 0 || octet >= 0x80 || '"+,;<>\\'.includes(String.fromCharCode(octet)) ? 0 : 1,
);

/** RFC 4514 §2.4. */
function escapeValue(text: string): string {
  return text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/ $/, '\\ ')
    .replace(/^[ #]/, '\\$&');
}
