import { type CaptureHead, isBefore } from './head.js';

// Which files are parts of one capture that its program rotated. The packets of a connection then go on from one file in
// the next, so reading the parts apart would lose it; but reading two captures of different places as one would mix their
// packets. So all must agree: the name's pattern, the number or date in it, the link types, and the times of the packets.
// Names that programs give: tcpdump -C and -W (x.pcap, x.pcap1, x.pcap2; x.pcap00), tcpdump -G (dates of strftime), dumpcap
// -b and editcap -c (x_00001_20261121100000.pcapng), log rotation (x.pcap.1), each with .gz, .zst, .lz4 behind.

/** A file name taken apart. */
export interface RotatedName {
  /** The name without the number and the date: the same for all parts. */
  key: string;
  /** The part's number; null = none, as tcpdump -C leaves it out of the first. */
  counter: number | null;
  /** Digits of the date and time, or of the seconds since 1970; '' = none. */
  stamp: string;
}

/** One file that may be a part. */
export interface RotationCandidate {
  path: string;
  name: RotatedName;
  head: CaptureHead;
}

const compressionSuffix = /\.(gz|zst|zstd|lz4)$/i;
const date =
  /(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?:[-_.T ]?[0-2]\d[-_.:hH]?[0-5]\d(?:[-_.:mM]?[0-6]\d)?)?/;
const secondsSince1970 = /(?<!\d)1\d{9}(?!\d)/;
/** A number behind the extension, or one that a separator or the name's start divides from the letters: not 'eth0'. */
const counterAtEnd = /^(.*\.[A-Za-z]+\.?)(\d{1,9})$/;
const counterWithin = /^(.*[-_.]|)(\d{1,9})(?!\d)(.*)$/;

/** Takes a file name (without its folder) apart. */
export function parseRotatedName(fileName: string): RotatedName {
  let rest = fileName.replace(compressionSuffix, '');
  let stamp = '';
  const found = date.exec(rest) ?? secondsSince1970.exec(rest);
  if (found !== null) {
    stamp = found[0].replace(/\D/g, '');
    rest = `${rest.slice(0, found.index)}${rest.slice(found.index + found[0].length)}`;
  }
  const atEnd = counterAtEnd.exec(rest);
  if (atEnd !== null) return { key: atEnd[1]!.replace(/\.$/, ''), counter: Number(atEnd[2]), stamp };
  const within = counterWithin.exec(rest);
  if (within !== null) return { key: `${within[1]}#${within[3]}`, counter: Number(within[2]), stamp };
  return { key: rest, counter: null, stamp };
}

/**
 * Splits candidates of one folder and one key into captures, each in the order of time. A part follows another when its
 * number is the next one (or its date a later one), its link types and format are the same, and its first packet is not
 * earlier than any in the head of the one before.
 */
export function chainRotated<Candidate extends RotationCandidate>(candidates: readonly Candidate[]): Candidate[][] {
  const ordered = candidates.filter((candidate) => candidate.head.first !== null).sort(byTime);
  const counters = ordered.map((candidate) => candidate.name.counter ?? 0);
  const least = Math.min(...counters);
  const greatest = Math.max(...counters);
  const chains: Candidate[][] = [];
  let chain: Candidate[] = [];
  for (const candidate of ordered) {
    const before = chain.at(-1);
    if (before !== undefined && follows(before, candidate, least, greatest)) {
      chain.push(candidate);
      continue;
    }
    chain = [candidate];
    chains.push(chain);
  }
  for (const candidate of candidates) if (candidate.head.first === null) chains.push([candidate]);
  return chains;
}

function follows(before: RotationCandidate, next: RotationCandidate, least: number, greatest: number): boolean {
  if (before.head.format !== next.head.format || !sameLinks(before.head.linkTypes, next.head.linkTypes)) return false;
  if (isBefore(next.head.first!, before.head.latest!)) return false;
  const a = before.name;
  const b = next.name;
  if ((a.stamp === '') !== (b.stamp === '') || a.stamp.length !== b.stamp.length) return false;
  if (a.counter === null && b.counter === null) return a.stamp < b.stamp;
  const from = a.counter ?? 0;
  const to = b.counter ?? 0;
  // A ring of files (tcpdump -W, dumpcap -b files) starts again at its first.
  const isNext = to === from + 1 || (a.stamp === '' && from === greatest && to === least);
  return isNext && a.stamp <= b.stamp;
}

function byTime(a: RotationCandidate, b: RotationCandidate): number {
  if (isBefore(a.head.first!, b.head.first!)) return -1;
  if (isBefore(b.head.first!, a.head.first!)) return 1;
  return (a.name.counter ?? 0) - (b.name.counter ?? 0);
}

function sameLinks(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((linkType, at) => linkType === b[at]);
}
