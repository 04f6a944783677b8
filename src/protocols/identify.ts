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

/** Protocols of one transport, and those of them that live on a port. */
interface Candidates {
  all: readonly Protocol[];
  byPort: ReadonlyMap<number, readonly Protocol[]>;
}

const streamProtocols = candidates('tcp');
const datagramProtocols = candidates('udp');
const none: readonly Protocol[] = [];
const identification: Identification = { protocol: null, recognition: recognition.no };
const behindHeader = new Opening();

function candidates(transport: 'tcp' | 'udp'): Candidates {
  const all = protocols.filter((protocol) => protocol.transport === transport || protocol.transport === 'both');
  const byPort = new Map<number, Protocol[]>();
  for (const protocol of all)
    for (const port of protocol.ports) byPort.set(port, [...(byPort.get(port) ?? []), protocol]);
  return { all, byPort };
}

function ask(first: Opening, second: Opening, portA: number, portB: number, from: Candidates): Identification {
  identification.protocol = null;
  identification.recognition = recognition.no;
  const usualA = from.byPort.get(portA) ?? none;
  const usualB = (portA === portB ? undefined : from.byPort.get(portB)) ?? none;
  if (askAll(usualA, first, second, true)) return identification;
  if (askAll(usualB, first, second, true)) return identification;
  for (let at = 0; at < from.all.length; at++) {
    const protocol = from.all[at]!;
    if (usualA.includes(protocol) || usualB.includes(protocol)) continue;
    if (askOne(protocol, first, second, false)) return identification;
  }
  return identification;
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
