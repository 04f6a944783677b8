import type { Opening } from '../model/protocol.js';
import { type Evidence, evidence } from './judge.js';
import { octetAt, u16At } from './octets.js';

/** What a DNS message's shape says: numeric, as it is asked per datagram. */
export const dnsShape = { no: 0, more: 1, query: 2, response: 3 } as const;

/** One of the values of `dnsShape`. */
export type DnsShape = (typeof dnsShape)[keyof typeof dnsShape];

/** The shape as evidence for the side that sends queries (`query`) or responses. */
export function dnsEvidence(shape: DnsShape, wanted: DnsShape): Evidence {
  if (shape === dnsShape.more) return evidence.more;
  return shape === wanted ? evidence.yes : evidence.no;
}

const headerLength = 12;
/** EDNS, TSIG and SIG(0) are the additional records that a query carries. */
const mostAdditionalInQuery = 4;
const mostRecords = 0x1fff;
const longestName = 255;

/**
 * Judges the message at `start` (RFC 1035 §4.1): flags that exist, plausible counts, and a first question or record
 * whose name, type and class are well formed. mDNS and LLMNR have the same shape.
 */
export function readDnsShape(opening: Opening, start: number): DnsShape {
  if (opening.length < start + headerLength) return dnsShape.more;
  const flags = u16At(opening, start + 2);
  const questions = u16At(opening, start + 4);
  const answers = u16At(opening, start + 6);
  const authorities = u16At(opening, start + 8);
  const additional = u16At(opening, start + 10);
  const isResponse = (flags & 0x8000) !== 0;
  const opcode = (flags >> 11) & 0x0f;
  const code = flags & 0x0f;
  // Opcodes: query, inverse query, status, notify, update, stateful. Response codes end at 11 (DSOTYPENI).
  if (opcode > 6 || opcode === 3 || (flags & 0x40) !== 0 || code > 11) return dnsShape.no;
  if (!isResponse && code !== 0) return dnsShape.no;
  if (questions > 16 || answers > mostRecords || authorities > mostRecords || additional > mostRecords)
    return dnsShape.no;
  // Known answers (mDNS), a prerequisite (update), the old SOA (IXFR, notify): else a query has a question and no more.
  if (!isResponse && (answers > 64 || authorities > 64 || additional > mostAdditionalInQuery + answers))
    return dnsShape.no;
  if (questions + answers + authorities + additional === 0) return dnsShape.no;
  return readFirstEntry(opening, start, questions === 0, isResponse ? dnsShape.response : dnsShape.query);
}

function readFirstEntry(opening: Opening, start: number, isRecord: boolean, shape: DnsShape): DnsShape {
  const nameStart = start + headerLength;
  let at = nameStart;
  for (;;) {
    if (at >= opening.length) return dnsShape.more;
    const length = octetAt(opening, at);
    if (length === 0) break;
    if (length > 63 || at + length - nameStart >= longestName) return dnsShape.no;
    if (length === 32 && isNetbiosLabel(opening, at + 1)) return dnsShape.no;
    for (let octet = at + 1; octet <= at + length && octet < opening.length; octet++)
      if (octetAt(opening, octet) < 0x20) return dnsShape.no;
    at += 1 + length;
  }
  // The root alone is asked for by priming queries and by OPT records.
  const typeAt = at + 1;
  if (opening.length < typeAt + 4) return dnsShape.more;
  const type = u16At(opening, typeAt);
  const rawClass = u16At(opening, typeAt + 2);
  // mDNS sets the class's top bit (RFC 6762 §5.4, §10.2); OPT has a size there.
  const dnsClass = rawClass & 0x7fff;
  const isClass = (dnsClass >= 1 && dnsClass <= 4) || dnsClass === 254 || dnsClass === 255;
  if (type === 0 || (type > 0x110 && type < 0x7fff) || type > 0x8001) return dnsShape.no;
  if (!isClass && !(isRecord && type === 41)) return dnsShape.no;
  return shape;
}

/** NetBIOS names are 16 octets in 32 letters from A to P (RFC 1001 §14.1): not DNS, though shaped so. */
function isNetbiosLabel(opening: Opening, from: number): boolean {
  if (from + 32 > opening.length) return false;
  for (let at = from; at < from + 32; at++) {
    const octet = octetAt(opening, at);
    if (octet < 0x41 || octet > 0x50) return false;
  }
  return true;
}
