// RFC 5280 §4.1.2.9: where each extension's value lies, for who reads one that the certificate's record does not tell.
import { certificateExtensions } from '../../registry/oids.js';
import type { Range } from './certificate-ranges.js';
import { DerDocument, tags } from './der.js';
import { formatObjectIdentifier, ObjectIdentifierTable } from './object-identifier.js';

const knownExtensions = new ObjectIdentifierTable<string>(certificateExtensions);

/** An extension as it stands: `[start, end)` is the content of its OCTET STRING, absolute offsets. */
export interface ExtensionRange extends Range {
  /** The registry's name, or the dotted identifier. */
  name: string;
  known: boolean;
  critical: boolean;
}

// As many as any certificate has, and then some.
const maxWalked = 128;

/** The extensions in the SEQUENCE OF Extension at `range` of the lent `bytes`; what can't be read is left out. */
export function walkExtensions(bytes: Uint8Array, range: Range | null): ExtensionRange[] {
  const found: ExtensionRange[] = [];
  if (range === null) return found;
  const reader = new DerDocument(bytes, range.start, range.end).reader('extensions');
  if (!reader.expect(tags.sequence, 'extensions')) return found;
  const list = reader.child('extensions');
  while (list.next() && found.length < maxWalked) {
    if (list.tag !== tags.sequence) continue;
    const extension = list.child('extensions');
    if (!extension.expect(tags.objectIdentifier, 'extensions')) continue;
    const { contentStart, contentEnd } = extension;
    const name = knownExtensions.find(bytes, contentStart, contentEnd);
    let critical = false;
    if (extension.sees(tags.boolean) && extension.next()) {
      critical = extension.contentEnd > extension.contentStart && bytes[extension.contentStart] !== 0;
    }
    if (!extension.expect(tags.octetString, 'extensions')) continue;
    found.push({
      name: name ?? formatObjectIdentifier(bytes, contentStart, contentEnd),
      known: name !== null,
      critical,
      start: extension.contentStart,
      end: extension.contentEnd,
    });
  }
  return found;
}
