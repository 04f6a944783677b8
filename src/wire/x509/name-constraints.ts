// RFC 5280 §4.2.1.10:  NameConstraints ::= SEQUENCE { permittedSubtrees [0] GeneralSubtrees, excludedSubtrees [1] GeneralSubtrees }
//                      GeneralSubtree  ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL }
import type { Range } from './certificate-ranges.js';
import { constructedTag, contextTag, DerDocument, type DerReader, tags } from './der.js';

/** A general name where it lies: its identifier octet (`generalNameTags`) and its content, absolute offsets. */
export interface GeneralNameRange extends Range {
  tag: number;
}

/** The subtrees of a name constraints extension. */
export interface NameConstraintsValue {
  permitted: GeneralNameRange[];
  excluded: GeneralNameRange[];
  /** Something in it can't be read: then nothing is proven to be inside it. */
  broken: boolean;
}

// An authority lists the names of one organisation.
const maxSubtrees = 4_096;
const maxNames = 16_384;

/** Reads the extension's content at `range` of the lent `bytes`. */
export function readNameConstraints(bytes: Uint8Array, range: Range): NameConstraintsValue {
  const value: NameConstraintsValue = { permitted: [], excluded: [], broken: false };
  const document = new DerDocument(bytes, range.start, range.end);
  const reader = document.reader('nameConstraints');
  if (reader.expect(tags.sequence, 'nameConstraints')) {
    const fields = reader.child('nameConstraints');
    while (fields.next()) {
      if (fields.tag === constructedTag(0)) readSubtrees(fields.child('permittedSubtrees'), value.permitted);
      else if (fields.tag === constructedTag(1)) readSubtrees(fields.child('excludedSubtrees'), value.excluded);
      else document.fail('malformed', 'nameConstraints', fields.elementStart);
    }
  }
  value.broken = document.fault !== null;
  return value;
}

function readSubtrees(list: DerReader, subtrees: GeneralNameRange[]): void {
  while (list.next()) {
    const subtree = list.child('GeneralSubtree');
    if (subtrees.length === maxSubtrees) list.document.fail('limit', 'nameConstraints', list.elementStart);
    else if (list.tag !== tags.sequence || !subtree.next()) list.document.fail('malformed', 'nameConstraints', list.at);
    else {
      subtrees.push({ tag: subtree.tag, start: subtree.contentStart, end: subtree.contentEnd });
      readBounds(subtree);
    }
  }
}

/** RFC 5280 §4.2.1.10: a minimum is 0 and there is no maximum; what other bounds mean nobody has said. */
function readBounds(subtree: DerReader): void {
  while (subtree.next()) {
    const { document, tag, contentStart, contentEnd } = subtree;
    const isZero = contentEnd - contentStart === 1 && document.bytes[contentStart] === 0;
    if (tag !== contextTag(0) || !isZero) document.fail('unsupported', 'nameConstraints', subtree.elementStart);
  }
}

/** The names of a subjectAltName extension whose content is at `range` of the lent `bytes`, up to a fault. */
export function readGeneralNames(bytes: Uint8Array, range: Range): GeneralNameRange[] {
  const names: GeneralNameRange[] = [];
  const reader = new DerDocument(bytes, range.start, range.end).reader('subjectAltName');
  if (!reader.expect(tags.sequence, 'subjectAltName')) return names;
  const list = reader.child('subjectAltName');
  while (list.next() && names.length < maxNames) {
    names.push({ tag: list.tag, start: list.contentStart, end: list.contentEnd });
  }
  return names;
}
