// Before any verdict: can this capture answer? What it can't show, what that costs, and what to do about it.
import type { ConnectionRecord } from '../model/connection-record.js';
import { limitWords } from '../model/limit-words.js';
import type { CaptureHealth, CaptureInfo, PreflightItem, Summary, VantageSummary } from '../model/report.js';
import { harmless } from './harmless.js';
import { count } from './quantities.js';
import { untoldReason, verdictOf } from './verdict.js';

/** The command that captures whole packets of both directions, from before the first connection. */
const captureCommand = 'tcpdump -i any -s 0 -B 65536 -w new.pcap';

/** Of what is worth knowing, and costs nothing. */
export const harmlessConsequence = 'none: the answer does not suffer';

const fewerWays = 'some ways over proxies may not be told';

/** What bounds cost that leave the answer whole, by their names. */
export const sideLimits: ReadonlyMap<string, string> = new Map([
  ['exchanges', fewerWays],
  ['claims', fewerWays],
  ['listedConnections', 'each hop counts them all, and lists its latest'],
  ['forgottenConnections', 'none for what came after: so long does a live run remember'],
  ['forgottenEvents', 'what was told once may be told again'],
  ['unwrittenPackets', 'the report knows them, and the file lacks them'],
]);

/** What helps where there is no capture to split. */
const liveAdvice: ReadonlyMap<string, string> = new Map([
  ['forgottenConnections', 'raise --remember, and --max-memory with it'],
  ['forgottenEvents', 'sniff fewer hosts at a time: --filter'],
  ['unwrittenPackets', 'give --write a faster disk, or let less through: --filter, --snaplen'],
]);

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

/** Counts, as connections come, what of the vantage point only they show. */
export class VantageTally {
  /** Connections that said something, and of them those in cleartext that stay within one machine. */
  spoken = 0;
  loopback = 0;
  /** Connections of TLS, and of them those of which TLS 1.3 hides the answer. */
  tls = 0;
  hidden = 0;

  /** Counts one connection. */
  add(flow: ConnectionRecord): void {
    if (flow.kind === 'empty') return;
    this.spoken++;
    if (flow.kind === 'cleartext' && loopback.test(flow.client.ip) && loopback.test(flow.server.ip)) this.loopback++;
    if (flow.tls === null) return;
    this.tls++;
    if (flow.tls.version !== 'TLSv1.3' || flow.tls.decrypted) return;
    if (verdictOf(flow) === 'untold' && untoldReason(flow) === 'TLS 1.3 without keys') this.hidden++;
  }
}

/** Everything that the captures fail to show, the costly first: each with its count and what it is a part of. */
export function preflight(
  captures: readonly CaptureInfo[],
  summary: Pick<Summary, 'flows' | 'limits' | 'vantage' | 'selection'>,
  vantage: VantageTally,
): PreflightItem[] {
  return [
    ...missingShares(captures, summary),
    ...breaks(captures, summary),
    ...vantageItems(vantage),
    ...selectionItems(captures, summary.selection),
    ...harmlessItems(captures),
  ];
}

const noLacks: VantageSummary['lacking'] = { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0 };

/** What is missing here and there, as shares of all packets or flows. */
export function missingShares(
  captures: readonly CaptureInfo[],
  { flows, vantage }: Pick<Summary, 'flows' | 'vantage'>,
): PreflightItem[] {
  const packets = sum(captures, (capture) => capture.packets);
  const lacking = vantage?.lacking ?? noLacks;
  const items: PreflightItem[] = [];
  const add = (
    what: string,
    of: number,
    name: 'truncatedPackets' | 'malformedPackets' | keyof VantageSummary['lacking'],
    consequence: string,
    advice: string,
  ): void => {
    // What one capture lacks and another shows is not missing.
    const elsewhere = name in lacking ? lacking[name as keyof typeof lacking] : 0;
    const times = sum(captures, ({ health }) => health[name]) - elsewhere;
    if (times > 0) items.push({ what, count: times, of, consequence, advice });
  };
  add(
    'packets cut by the snap length',
    packets,
    'truncatedPackets',
    'certificates and other long messages are cut: what they say is lost',
    `capture whole packets: ${captureCommand}`,
  );
  add(
    'packets malformed',
    packets,
    'malformedPackets',
    'what they carried is not judged',
    'look at them in Wireshark: a broken file, or an encapsulation that is not what the file says',
  );
  add(
    'flows with gaps',
    flows.total,
    'gapFlows',
    'a message in a gap is neither seen nor absent',
    `capture nearer to one end, with a larger buffer: ${captureCommand}`,
  );
  add(
    'flows with one direction only',
    flows.total,
    'oneSidedFlows',
    'a question without its answer proves little',
    bothDirections(captures),
  );
  add(
    'flows without their beginning',
    flows.total,
    'midstreamFlows',
    'the handshake came before and is not judged',
    `start capturing first, then let the clients connect anew: ${captureCommand}`,
  );
  return items;
}

/** What helps where one direction is missing. */
function bothDirections(captures: readonly CaptureInfo[]): string {
  for (const { path, otherDirection } of captures) {
    const other = otherDirection && captures[otherDirection.capture];
    if (!other) continue;
    // Of a rotated capture the first file is named.
    const files = [path, other.path].map((name) => harmless(shellWord(name))).join(' ');
    return `each direction is in a file of its own: mergecap -w both.pcapng ${files}, and analyze that`;
  }
  return 'mirror both directions of the port, or capture on one of the hosts';
}

/** The name of a file as a shell takes it, and no program for an option. */
function shellWord(path: string): string {
  const name = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./][\w./@:+,=-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** What ends a capture before its time, or was left out by our own bounds. */
function breaks(captures: readonly CaptureInfo[], { limits }: Pick<Summary, 'limits'>): PreflightItem[] {
  const packets = sum(captures, (capture) => capture.packets);
  const items: PreflightItem[] = [];
  const add = (what: string, times: number, of: number | null, consequence: string, advice: string): void => {
    if (times > 0) items.push({ what, count: times, of, consequence, advice });
  };
  const dropped = sum(captures, ({ health }) => health.droppedPackets ?? 0);
  add(
    'packets dropped while capturing',
    dropped,
    packets + dropped,
    'gaps may be anywhere',
    `give the capture a larger buffer, and a filter: ${captureCommand}`,
  );
  const files = (isSo: (health: CaptureHealth) => boolean): number =>
    captures.filter(({ health }) => isSo(health)).length;
  const wasStopped = ({ endedEarly }: CaptureHealth): boolean => endedEarly?.startsWith('reading was stopped') ?? false;
  add(
    'files not read to the end, because reading was stopped',
    files(wasStopped),
    captures.length,
    'what comes after is not in the report',
    'let the run come to its end',
  );
  add(
    'files that end early',
    files((health) => health.endedEarly !== null && !wasStopped(health)),
    captures.length,
    'what came after is not in the report',
    'copy the file again, or let the program that captures end by itself',
  );
  add(
    'files with damage',
    files(({ damage }) => damage.length > 0),
    captures.length,
    'packets in the damaged places are lost',
    'copy the file again, in binary mode',
  );
  for (const [name, times] of Object.entries(limits)) {
    const advice = name.startsWith('fragment')
      ? 'look where the fragments come from: ordinary traffic has no such numbers'
      : (liveAdvice.get(name) ?? 'analyse fewer connections at a time: split the capture by address or by time');
    const consequence =
      sideLimits.get(name) ??
      (name === 'sightings'
        ? 'connections that several captures show may be told more than once'
        : 'what was left out is missing from the report');
    add(harmless(limitWords(name)), times, null, consequence, advice);
  }
  const none = packets === 0 ? captures.length : 0;
  add('files without packets', none, captures.length, 'there is nothing to judge', `capture anew: ${captureCommand}`);
  return items;
}

function vantageItems({ spoken, loopback, tls, hidden }: VantageTally): PreflightItem[] {
  const items: PreflightItem[] = [];
  if (hidden > 0) {
    items.push({
      what: 'TLS connections whose client authentication TLS 1.3 hides',
      count: hidden,
      of: tls,
      consequence: 'whether a client certificate was asked for or shown is encrypted, and its lengths do not tell',
      advice: 'give the keys with --keylog FILE (SSLKEYLOGFILE of one end)',
    });
  }
  if (loopback > 0) {
    items.push({
      what: 'connections in cleartext within one machine (loopback)',
      count: loopback,
      of: spoken,
      consequence: 'between an application and its sidecar that is normal, and says nothing about the network',
      advice: 'capture on the network interface too: tcpdump -i eth0 -s 0 -w new.pcap',
    });
  }
  return items;
}

/** What the user left out. */
function selectionItems(captures: readonly CaptureInfo[], selection: Summary['selection']): PreflightItem[] {
  if (selection === undefined || selection.leftOutPackets === 0) return [];
  return [
    {
      what: `packets left out, as asked (${harmless(selection.asked)})`,
      count: selection.leftOutPackets,
      of: sum(captures, ({ packets }) => packets),
      consequence: 'the answer is about the others',
      advice: selection.byTime
        ? 'let the time begin earlier where a handshake is cut'
        : 'let both legs of a proxy pass where they are to be joined',
    },
  ];
}

/** Worth knowing, and without cost. */
function harmlessItems(captures: readonly CaptureInfo[]): PreflightItem[] {
  const packets = sum(captures, (capture) => capture.packets);
  const items: PreflightItem[] = [];
  const add = (what: string, value: (health: CaptureHealth) => number, advice: string): void => {
    const times = sum(captures, ({ health }) => value(health));
    if (times > 0) items.push({ what, count: times, of: packets, consequence: harmlessConsequence, advice });
  };
  add('packets captured twice', ({ duplicatePackets }) => duplicatePackets, 'each is counted once');
  add('packets with a wrong IPv4 checksum', ({ badChecksums }) => badChecksums, 'checksum offload: nothing to do');
  return items;
}

/** '12 of 40 packets cut by the snap length', '1 of 1 file that ends early'. */
export function preflightText({ what, count: times, of }: PreflightItem): string {
  const words = (of ?? times) === 1 ? ofOne(what) : what;
  return of === null ? `${count(times)} ${words}` : `${count(times)} of ${count(of)} ${words}`;
}

/** The same of a single one. */
function ofOne(what: string): string {
  return what
    .replace(/^(TLS connection|[a-z]+)s\b/, '$1')
    .replace(/^file that end\b/, 'file that ends')
    .replace(' without their beginning', ' without its beginning');
}

function sum(captures: readonly CaptureInfo[], value: (capture: CaptureInfo) => number): number {
  let total = 0;
  for (const capture of captures) total += value(capture);
  return total;
}
