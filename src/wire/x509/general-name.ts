// RFC 5280 §4.2.1.6 (GeneralName): a choice by context tag. Texts: 'DNS:', 'IP:', 'URI:', 'email:', 'dirName:', 'RID:', 'other:'.
import { formatIpv4, formatIpv6 } from '../../base/address.js';
import { i32 } from '../../base/bytes.js';
import { type DerReader, tags } from './der.js';
import { readName } from './distinguished-name.js';
import { formatObjectIdentifier } from './object-identifier.js';
import { asciiText, hexText } from './text.js';

/** Identifier octets of the choices that are read: context-specific, constructed where the type is. */
export const generalNameTags = {
  otherName: 0xa0,
  rfc822Name: 0x81,
  dnsName: 0x82,
  directoryName: 0xa4,
  uniformResourceIdentifier: 0x86,
  ipAddress: 0x87,
  registeredId: 0x88,
} as const;

/** The text of the general name in hand; '' and an oddity for a kind that has none. */
export function readGeneralName(reader: DerReader, where: string): string {
  const { document, contentStart, contentEnd } = reader;
  switch (reader.tag) {
    case generalNameTags.dnsName:
      return `DNS:${asciiText(document, contentStart, contentEnd)}`;
    case generalNameTags.rfc822Name:
      return `email:${asciiText(document, contentStart, contentEnd)}`;
    case generalNameTags.uniformResourceIdentifier:
      return `URI:${asciiText(document, contentStart, contentEnd)}`;
    case generalNameTags.ipAddress:
      return `IP:${addressText(reader, where)}`;
    case generalNameTags.registeredId:
      return `RID:${formatObjectIdentifier(document.bytes, contentStart, contentEnd)}`;
    case generalNameTags.directoryName: {
      const choice = reader.child(where);
      return choice.expect(tags.sequence, where) ? `dirName:${readName(choice.child(where), where)}` : '';
    }
    case generalNameTags.otherName: {
      const other = reader.child(where);
      if (!other.expect(tags.objectIdentifier, where)) return '';
      return `other:${formatObjectIdentifier(document.bytes, other.contentStart, other.contentEnd)}`;
    }
    default:
      document.note(`${where} with a name of kind ${reader.tag & 0x1f}`);
      return '';
  }
}

function addressText(reader: DerReader, where: string): string {
  const { document, contentStart, contentEnd } = reader;
  const octets = contentEnd - contentStart;
  const word = (index: number): number => i32(document.bytes, contentStart + 4 * index);
  if (octets === 4) return formatIpv4(word(0));
  if (octets === 16) return formatIpv6(word(0), word(1), word(2), word(3));
  document.note(`${where} with an address of ${octets} octets`);
  return `#${hexText(document, contentStart, Math.min(contentEnd, contentStart + 32))}`;
}
