// RFC 5280 §4.1.2.9:  Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
// and §4.2.1, §4.2.2 for what each holds.
import { accessMethods, certificateExtensions, extendedKeyUsages, keyUsages } from '../../registry/oids.js';
import { constructedTag, contextTag, type DerReader, tags } from './der.js';
import { generalNameTags, readGeneralName } from './general-name.js';
import { formatObjectIdentifier, ObjectIdentifierTable } from './object-identifier.js';
import { smallInteger } from './public-key.js';
import { asciiText, hexText } from './text.js';

const knownExtensions = new ObjectIdentifierTable<string>(certificateExtensions);
const knownUsages = new ObjectIdentifierTable<string>(extendedKeyUsages);
const knownMethods = new ObjectIdentifierTable<string>(accessMethods);

// Certificates of 10,000 names exist, made to test browsers; a list beyond this is made to fill memory.
const maxListEntries = 16_384;

/** What the extensions say: the fields of a certificate's record, at their defaults until an extension sets them. */
export class ExtensionContent {
  subjectAltNames: string[] = [];
  isCa = false;
  pathLength: number | null = null;
  keyUsage: string[] = [];
  extendedKeyUsage: string[] = [];
  subjectKeyId: string | null = null;
  authorityKeyId: string | null = null;
  crlUrls: string[] = [];
  ocspUrls: string[] = [];
}

/** Which extensions are read, and how. */
const readers: Readonly<Record<string, (value: DerReader, where: string, content: ExtensionContent) => void>> = {
  subjectAltName: readAlternativeNames,
  basicConstraints: readBasicConstraints,
  keyUsage: readKeyUsage,
  extKeyUsage: readExtendedKeyUsage,
  subjectKeyIdentifier: readSubjectKeyIdentifier,
  authorityKeyIdentifier: readAuthorityKeyIdentifier,
  cRLDistributionPoints: readDistributionPoints,
  authorityInfoAccess: readInformationAccess,
};

/** Reads the SEQUENCE OF Extension that comes next into `content`. Of an extension that occurs twice the first counts. */
export function readExtensions(reader: DerReader, content: ExtensionContent): void {
  if (!reader.expect(tags.sequence, 'extensions')) return;
  const { document } = reader;
  const list = reader.child('extensions');
  const seen: string[] = [];
  while (list.next('extensions')) {
    if (list.tag !== tags.sequence) {
      document.fail('malformed', 'extensions', list.elementStart);
      continue;
    }
    const extension = list.child('extensions');
    if (!extension.expect(tags.objectIdentifier, 'extensions')) continue;
    const { contentStart, contentEnd } = extension;
    const name = knownExtensions.find(document.bytes, contentStart, contentEnd);
    if (extension.sees(tags.boolean) && extension.next('extensions') && name === null) {
      if (document.bytes[extension.contentStart] !== 0 && extension.contentEnd > extension.contentStart) {
        document.note(`unknown critical extension ${formatObjectIdentifier(document.bytes, contentStart, contentEnd)}`);
      }
    }
    if (name === null || !extension.expect(tags.octetString, name)) continue;
    if (seen.includes(name)) {
      document.note(`${name} occurs twice`);
      continue;
    }
    seen.push(name);
    readers[name]?.(extension.inside(name), name, content);
  }
}

function readSubjectKeyIdentifier(value: DerReader, where: string, content: ExtensionContent): void {
  if (value.expect(tags.octetString, where)) content.subjectKeyId = identifierText(value);
}

/** The content of the SEQUENCE that comes next, or null after recording a fault. */
function sequenceOf(value: DerReader, where: string): DerReader | null {
  return value.expect(tags.sequence, where) ? value.child(where) : null;
}

/** Whether `list` still has room; a fault otherwise. */
function hasRoom(list: string[], reader: DerReader, where: string): boolean {
  if (list.length < maxListEntries) return true;
  reader.document.fail('limit', where, reader.elementStart);
  return false;
}

function readAlternativeNames(value: DerReader, where: string, content: ExtensionContent): void {
  const names = sequenceOf(value, where);
  while (names?.next(where) && hasRoom(content.subjectAltNames, names, where)) {
    const name = readGeneralName(names, where);
    if (name !== '') content.subjectAltNames.push(name);
  }
}

/** §4.2.1.9: SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
function readBasicConstraints(value: DerReader, where: string, content: ExtensionContent): void {
  const constraints = sequenceOf(value, where);
  if (constraints === null) return;
  const { document } = value;
  if (constraints.sees(tags.boolean) && constraints.next(where) && constraints.contentEnd > constraints.contentStart) {
    content.isCa = document.bytes[constraints.contentStart] !== 0;
  }
  if (!constraints.sees(tags.integer) || !constraints.next(where)) return;
  content.pathLength = smallInteger(document.bytes, constraints.contentStart, constraints.contentEnd);
  if (content.pathLength === null) document.note('path length out of range');
}

/** §4.2.1.3: a BIT STRING of named bits; its first octet counts the unused bits. */
function readKeyUsage(value: DerReader, where: string, content: ExtensionContent): void {
  if (!value.expect(tags.bitString, where)) return;
  const { bytes } = value.document;
  const start = value.contentStart + 1;
  for (let bit = 0; bit < keyUsages.length && start + (bit >> 3) < value.contentEnd; bit++) {
    if ((bytes[start + (bit >> 3)]! & (0x80 >> (bit & 7))) !== 0) content.keyUsage.push(keyUsages[bit]!);
  }
}

function readExtendedKeyUsage(value: DerReader, where: string, content: ExtensionContent): void {
  const usages = sequenceOf(value, where);
  const { bytes } = value.document;
  while (usages?.next(where) && hasRoom(content.extendedKeyUsage, usages, where)) {
    const { contentStart, contentEnd } = usages;
    if (usages.tag !== tags.objectIdentifier) usages.document.fail('malformed', where, usages.elementStart);
    else
      content.extendedKeyUsage.push(
        knownUsages.find(bytes, contentStart, contentEnd) ?? formatObjectIdentifier(bytes, contentStart, contentEnd),
      );
  }
}

/** §4.2.1.1: SEQUENCE { keyIdentifier [0] OPTIONAL, authorityCertIssuer [1], authorityCertSerialNumber [2] } */
function readAuthorityKeyIdentifier(value: DerReader, where: string, content: ExtensionContent): void {
  const fields = sequenceOf(value, where);
  if (fields?.sees(contextTag(0)) && fields.next(where)) content.authorityKeyId = identifierText(fields);
}

function identifierText(reader: DerReader): string {
  return hexText(reader.document, reader.contentStart, reader.contentEnd);
}

/** §4.2.1.13: SEQUENCE OF { distributionPoint [0] { fullName [0] GeneralNames | … }, reasons [1], cRLIssuer [2] } */
function readDistributionPoints(value: DerReader, where: string, content: ExtensionContent): void {
  const points = sequenceOf(value, where);
  while (points?.next(where)) {
    const point = points.child(where);
    if (!point.sees(constructedTag(0)) || !point.next(where)) continue;
    const name = point.child(where);
    if (!name.sees(constructedTag(0)) || !name.next(where)) continue;
    const fullName = name.child(where);
    while (fullName.next(where) && hasRoom(content.crlUrls, fullName, where)) pushUrl(fullName, content.crlUrls);
  }
}

/** §4.2.2.1: SEQUENCE OF { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName } */
function readInformationAccess(value: DerReader, where: string, content: ExtensionContent): void {
  const descriptions = sequenceOf(value, where);
  const { bytes } = value.document;
  while (descriptions?.next(where) && hasRoom(content.ocspUrls, descriptions, where)) {
    const description = descriptions.child(where);
    if (!description.expect(tags.objectIdentifier, where)) continue;
    const method = knownMethods.find(bytes, description.contentStart, description.contentEnd);
    if (method === 'ocsp' && description.next(where)) pushUrl(description, content.ocspUrls);
  }
}

function pushUrl(name: DerReader, urls: string[]): void {
  if (name.tag !== generalNameTags.uniformResourceIdentifier) return;
  urls.push(asciiText(name.document, name.contentStart, name.contentEnd));
}
