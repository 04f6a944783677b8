import { Opening, type Protocol, type Recognition, recognition } from '../model/protocol.js';
import { protocols } from './index.js';
import { measureProxyHeader, proxyHeaderUnfinished } from './proxy-header.js';

/** Which protocol two openings show. One instance is reused: valid until the next call. */
export interface Identification {
  /** Null unless the recognition is certain. */
  protocol: Protocol | null;
  /** `no`: none of ours; `more`: ask again with more bytes, or with openings marked final. */
  recognition: Recognition;
}

/**
 * Asks the protocols whose usual ports are among the two, then all others in the order of the list. `first` is the
 * direction that spoke first and is not empty; an empty, not final `second` may still speak, so the answer is `more`
 * rather than `no` until it has. A PROXY protocol header before the first bytes is stepped over. For UDP an opening is
 * one datagram, and final.
 */
export function identify(
  first: Opening,
  second: Opening,
  portA: number,
  portB: number,
  transport: 'tcp' | 'udp',
): Identification {
  if (transport === 'udp') return ask(first, second, portA, portB, datagramProtocols);
  const header = measureProxyHeader(first);
  if (header === 0) return ask(first, second, portA, portB, streamProtocols);
  return askBehindHeader(header, first, second, portA, portB);
}

/** Protocols of one transport, those of them that live on a port, and those that may begin with an octet. */
interface Candidates {
  all: readonly Protocol[];
  byPort: ReadonlyMap<number, readonly Protocol[]>;
  /** For each octet `words` int32, a bit for each of `all`: an unknown stream is asked of few protocols. */
  byFirstOctet: Int32Array;
  words: number;
  /** 1 where an octet's row is made: all of them at once would cost more than most captures ask for. */
  hasRow: Uint8Array;
}

const allBits = -1;
const streamProtocols = candidates('tcp');
const datagramProtocols = candidates('udp');
const none: readonly Protocol[] = [];
const identification: Identification = { protocol: null, recognition: recognition.no };
const behindHeader = new Opening();
const unheard = new Opening();

function candidates(transport: 'tcp' | 'udp'): Candidates {
  const all = protocols.filter((protocol) => protocol.transport === transport || protocol.transport === 'both');
  const byPort = new Map<number, Protocol[]>();
  for (const protocol of all)
    for (const port of protocol.ports) byPort.set(port, [...(byPort.get(port) ?? []), protocol]);
  const words = Math.ceil(all.length / 32);
  // Only streams can be told by one octet: datagrams don't grow, and are refused for being short.
  const isDatagram = transport === 'udp';
  const byFirstOctet = new Int32Array(256 * words).fill(isDatagram ? allBits : 0);
  return { all, byPort, byFirstOctet, words, hasRow: new Uint8Array(256).fill(isDatagram ? 1 : 0) };
}

/** Offset in `byFirstOctet` of the row for what the opening begins with. */
function rowOf(from: Candidates, opening: Opening): number {
  const octet = opening.bytes[opening.start]!;
  const row = octet * from.words;
  if (from.hasRow[octet] === 0) {
    for (let index = 0; index < from.all.length; index++)
      if (mayBeginWith(from.all[index]!, octet)) from.byFirstOctet[row + (index >> 5)]! |= 1 << (index & 31);
    from.hasRow[octet] = 1;
  }
  return row;
}

/** A protocol that says no to a stream of one octet says no to all that follows it. */
function mayBeginWith(protocol: Protocol, octet: number): boolean {
  const first = new Opening();
  first.bytes = Uint8Array.of(octet);
  first.end = 1;
  const silent = new Opening();
  silent.final = true;
  return (
    protocol.recognise(first, silent, false) !== recognition.no ||
    protocol.recognise(first, silent, true) !== recognition.no
  );
}

/** What the first speaker said counts before what it was answered, as it would had the answer come later. */
function ask(first: Opening, second: Opening, portA: number, portB: number, from: Candidates): Identification {
  if (second.length > 0 && askEach(first, unheard, portA, portB, from)) return identification;
  askEach(first, second, portA, portB, from);
  return identification;
}

function askEach(first: Opening, second: Opening, portA: number, portB: number, from: Candidates): boolean {
  identification.protocol = null;
  identification.recognition = second.length === 0 && !second.final ? recognition.more : recognition.no;
  const usualA = from.byPort.get(portA) ?? none;
  const usualB = (portA === portB ? undefined : from.byPort.get(portB)) ?? none;
  if (askAll(usualA, first, second, true) || askAll(usualB, first, second, true)) return true;
  const { all, byFirstOctet, words } = from;
  const firstRow = rowOf(from, first);
  const secondRow = second.length === 0 ? firstRow : rowOf(from, second);
  for (let word = 0; word < words; word++) {
    let bits = byFirstOctet[firstRow + word]! | byFirstOctet[secondRow + word]!;
    while (bits !== 0) {
      const index = (word << 5) + 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      if (index >= all.length) break;
      const protocol = all[index]!;
      if (usualA.includes(protocol) || usualB.includes(protocol)) continue;
      if (askOne(protocol, first, second, false)) return true;
    }
  }
  return false;
}

function askAll(list: readonly Protocol[], first: Opening, second: Opening, onUsualPort: boolean): boolean {
  for (let at = 0; at < list.length; at++) if (askOne(list[at]!, first, second, onUsualPort)) return true;
  return false;
}

/** Notes what the protocol says; whether it is certain. */
function askOne(protocol: Protocol, first: Opening, second: Opening, onUsualPort: boolean): boolean {
  const answer = protocol.recognise(first, second, onUsualPort);
  if (answer > identification.recognition) identification.recognition = answer;
  if (answer <= recognition.more) return false;
  identification.protocol = protocol;
  return true;
}

/** Whoever sends a PROXY header connected: it is the client, whatever the protocol behind it can tell. */
function askBehindHeader(
  header: number,
  first: Opening,
  second: Opening,
  portA: number,
  portB: number,
): Identification {
  behindHeader.bytes = first.bytes;
  behindHeader.start = header === proxyHeaderUnfinished ? first.end : Math.min(first.start + header, first.end);
  behindHeader.end = first.end;
  behindHeader.final = first.final;
  if (behindHeader.length > 0) ask(behindHeader, second, portA, portB, streamProtocols);
  else if (second.length > 0) ask(second, behindHeader, portA, portB, streamProtocols);
  else {
    identification.protocol = null;
    identification.recognition = first.final && second.final ? recognition.no : recognition.more;
  }
  if (identification.protocol !== null) identification.recognition = recognition.firstIsClient;
  return identification;
}
