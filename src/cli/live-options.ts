// The options of `analyze live`, from what was typed to what the engine takes.
import * as barewire from '../index.js';
import { UsageError } from './exit-codes.js';
import { type Account, accountOf } from './privileges.js';
import { parseCount, parseDuration, parseMemory, parseSize } from './quantity.js';
import { type CommonOptions, expectationOf } from './run.js';

/** Options of `analyze live`, as commander hands them over. */
export interface LiveCommandOptions extends CommonOptions {
  interface?: readonly string[];
  backend?: string;
  snaplen?: string;
  buffer?: string;
  promiscuous: boolean;
  duration?: string;
  packets?: string;
  write?: string;
  ringSize?: string;
  ringFiles?: string;
  untilDecided?: boolean;
  repeat?: string;
  remember?: string;
  maxFlows?: string;
  user?: string;
  metrics?: string;
  web?: string;
}

/** What the engine takes, but for whom it tells. */
export type LivePlan = Omit<barewire.LiveOptions, 'sink' | 'onEvent'>;

const backends: readonly string[] = ['auto', 'tcpdump', 'dumpcap', 'cap'];

const defaultRingOctets = 100 * 2 ** 20;

/** Two million open connections that have not said much yet, or half a million with a handshake. */
const defaultMaxMemory = 2 ** 30;

/** Megabytes: twice what the program takes before it has seen anything. */
const leastMemory = 160;

/** Reads the options; throws a UsageError for what they can't be. `stream` is '-' for a capture on standard input. */
export function planOf(
  stream: string | undefined,
  options: LiveCommandOptions,
): { plan: LivePlan; account: Account | null } {
  const interfaces = [...new Set([...(options.interface ?? []), ...(stream === undefined ? [] : [stream])])];
  if (stream !== undefined && stream !== '-')
    throw new UsageError(`${stream}: interfaces are named with -i: analyze live -i ${stream}`);
  if (interfaces.length === 0) {
    throw new UsageError('no interface given; try `analyze live -i eth0`, or `analyze interfaces` for what there is');
  }
  const backend = options.backend ?? 'auto';
  if (!backends.includes(backend)) throw new UsageError(`--backend ${backend} is not one of ${backends.join(', ')}`);
  const snapLength =
    options.snaplen === undefined ? barewire.defaultSnapLength : parseCount(options.snaplen, '--snaplen');
  if (snapLength > barewire.defaultSnapLength)
    throw new UsageError(`--snaplen ${snapLength}: at most ${barewire.defaultSnapLength}`);
  if (options.untilDecided === true && options.policy === undefined) {
    throw new UsageError('--until-decided needs a policy: --policy FILE says what is to be decided');
  }
  const ring = options.ringSize !== undefined ? '--ring-size' : options.ringFiles !== undefined ? '--ring-files' : null;
  if (ring !== null && options.write === undefined)
    throw new UsageError(`${ring} needs --write FILE: without it no packets are kept`);
  const account = options.user === undefined ? null : accountOf(options.user);
  if (account !== null && backend !== 'auto' && backend !== 'tcpdump') {
    throw new UsageError(
      `--user with --backend ${backend}: only tcpdump becomes the same user, so that we may still end it`,
    );
  }
  if (!options.promiscuous && backend === 'cap')
    throw new UsageError('--no-promiscuous: the package cap is always promiscuous; take --backend tcpdump');
  return {
    account,
    plan: {
      capture: {
        interfaces,
        backend: backend as barewire.CaptureRequest['backend'],
        filter: options.filter ?? null,
        snapLength,
        bufferOctets:
          options.buffer === undefined ? barewire.defaultBufferOctets : parseSize(options.buffer, '--buffer'),
        promiscuous: options.promiscuous,
        user: account?.name ?? null,
      },
      expectation: expectationOf(options.expectMtls ?? []),
      ...(options.keylog && { keylogs: options.keylog }),
      ...(options.ca && { authorities: options.ca }),
      ...(options.crl && { revocationLists: options.crl }),
      ...(options.untilDecided === true && { untilDecided: true }),
      ...(options.write !== undefined && { ring: ringOf(options.write, options) }),
      ...(options.duration !== undefined && { durationSeconds: parseDuration(options.duration, '--duration') }),
      ...(options.packets !== undefined && { maxPackets: parseCount(options.packets, '--packets') }),
      ...(options.repeat !== undefined && { repeatSeconds: parseDuration(options.repeat, '--repeat') }),
      ...(options.remember !== undefined && { rememberSeconds: parseDuration(options.remember, '--remember') }),
      ...(options.maxFlows !== undefined && { maxFlows: parseCount(options.maxFlows, '--max-flows') }),
      maxMemory: options.maxMemory === undefined ? defaultMaxMemory : parseMemory(options.maxMemory, leastMemory),
    },
  };
}

function ringOf(path: string, { ringSize, ringFiles }: LiveCommandOptions): NonNullable<LivePlan['ring']> {
  const files = ringFiles === undefined ? (ringSize === undefined ? 1 : 2) : parseCount(ringFiles, '--ring-files');
  const size = ringSize === undefined ? null : parseSize(ringSize, '--ring-size');
  // One file without a size grows as long as there is room.
  const fileOctets = size ?? (files === 1 ? Number.POSITIVE_INFINITY : defaultRingOctets);
  return { path, fileOctets, files };
}
