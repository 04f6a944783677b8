// What happens while interfaces are sniffed: packets go in, and once a second it is looked what they changed.
import { formatTime } from '../../base/time.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import { type HopState, hopStates } from '../../model/hop.js';
import type { LiveStatus } from '../../model/live.js';
import type { PacketView } from '../../model/packet.js';
import type { CaptureInfo, Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { RingWriter } from '../../source/live/ring-writer.js';
import { Judging, type JudgingOptions } from '../judging/judging.js';
import { collectGarbage, type MemoryPace, MemoryPressure } from '../memory-pressure.js';
import { Pipeline } from '../pipeline.js';
import type { LoadedPolicy } from '../policy/files.js';
import type { SecretsIntake } from '../secrets-intake.js';
import type { LiveChanges } from './changes.js';
import type { LiveInterface } from './interface.js';
import { defaultFoldLimits, LiveMemory } from './memory.js';
import { OpenLook } from './open-look.js';
import type { LiveOptions } from './options.js';

/** Milliseconds between two ticks. */
const pace = 1000;

/** Packets must not wait long for room that is made. */
const roomPace: MemoryPace = { settling: 2000, share: 0.1 };

/** A look at everything takes at most this part of the time. */
const share = 0.05;

/** Drop counts are asked for every so many ticks. */
const ticksPerDropCount = 5;

/** Losses are told this often at most. Milliseconds. */
const dropNoticePause = 60_000;

/** That memory is short is told this often at most. Milliseconds. */
const shortNoticePause = 60_000;

/** Part of the open connections that are ended at once where it is. */
const endedAtOnce = 0.1;

/** Seconds that the packets' clock stays behind ours where none come: a child may hold some back. */
const idleMargin = 1;

/** Where room runs out, older connections are forgotten this often at most. Milliseconds. */
const leastTerm = 60_000;

/** Frames are numbered by 31 bits: the table of flows has no more. The numbers then begin anew. */
const maxFrame = 0x7fffffff;

/** The state of a run that was begun: packets in, events out. */
export class LiveRun {
  readonly #options: LiveOptions;
  /** As the options say, but for a policy that came later. */
  #judgedBy: JudgingOptions;
  readonly #interfaces: readonly LiveInterface[];
  readonly #changes: LiveChanges;
  readonly #context: SessionContext;
  readonly #stop: () => void;
  readonly #pipeline: Pipeline;
  readonly #memory: LiveMemory;
  readonly #openLook: OpenLook;
  readonly #ring: RingWriter | null;
  readonly #pressure: MemoryPressure | null;
  readonly #begun: number = performance.now();
  /** What connections, hops and findings came to, of all that ended. */
  readonly #flows: LiveStatus['flows'] = {
    total: 0,
    tls: 0,
    cleartext: 0,
    starttls: 0,
    opaque: 0,
    unknown: 0,
    empty: 0,
  };
  #hops: LiveStatus['hops'] = {};
  #findings: LiveStatus['findings'] = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  #packets = 0;
  #octets = 0;
  #frame = 0;
  #lagSeconds: number | null = null;
  /** Packet clock and wall clock (milliseconds) when the last packet came. */
  #lastSeconds = 0;
  #lastNanoseconds = 0;
  #lastArrival = 0;
  #timer: NodeJS.Timeout | null = null;
  #ticks = 0;
  #packetsBefore = 0;
  #rate = 0;
  #tickedAt = this.#begun;
  /** When the next look at everything is due, and whether anything ended since the last. */
  #lookDue = 0;
  #isNews = false;
  #toldDrops = 0;
  #toldDropsAt = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #saidShortAt = Number.NEGATIVE_INFINITY;

  constructor(
    options: LiveOptions,
    interfaces: readonly LiveInterface[],
    changes: LiveChanges,
    context: SessionContext,
    secrets: SecretsIntake,
    seed: number,
    stop: () => void,
  ) {
    this.#options = options;
    this.#judgedBy = options;
    this.#interfaces = interfaces;
    this.#changes = changes;
    this.#context = context;
    this.#stop = stop;
    this.#pipeline = new Pipeline(context, seed, 0, 1, secrets, (record) => this.#ended(record), options.maxFlows);
    for (const { name } of interfaces) {
      this.#pipeline.beginCapture();
      secrets.beginCapture(pathOf(name));
    }
    const limits = { ...defaultFoldLimits, ...(options.rememberSeconds && { seconds: options.rememberSeconds }) };
    this.#memory = new LiveMemory((bounds) => new Judging(this.#judgedBy, context, seed, bounds), limits, this.#begun);
    this.#openLook = new OpenLook(this.#pipeline, () => new Judging(this.#judgedBy, context, seed));
    this.#pressure = options.maxMemory === undefined ? null : this.#watchMemory(options.maxMemory);
    const ring = options.ring;
    this.#ring =
      ring === undefined
        ? null
        : new RingWriter(
            ring,
            (text) => this.notice(text),
            () => performance.now(),
          );
  }

  /** Ticks from now on. */
  begin(): void {
    this.#timer = setInterval(() => this.#tick(), pace);
  }

  /** No more ticks, and no more packets to keep. */
  halt(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#ring?.close();
  }

  packet(packet: PacketView, capture: number): void {
    const { maxPackets } = this.#options;
    if (maxPackets !== undefined && this.#packets >= maxPackets) return;
    this.#packets++;
    this.#octets += packet.end - packet.start;
    this.#frame = this.#frame === maxFrame ? 1 : this.#frame + 1;
    packet.frame = this.#frame;
    this.#lastSeconds = packet.seconds;
    this.#lastNanoseconds = packet.nanoseconds;
    this.#ring?.packet(packet, capture);
    this.#pipeline.resume(capture);
    this.#pipeline.packet(packet);
    if (this.#packets === maxPackets) this.#stop();
  }

  drops(capture: number, interfaceId: number, total: number): void {
    this.#pipeline.resume(capture);
    this.#pipeline.drops(interfaceId, total);
  }

  secrets(capture: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    this.#pipeline.resume(capture);
    this.#pipeline.secrets(type, bytes, start, end);
  }

  notice(text: string): void {
    this.#options.onEvent({ event: 'notice', time: this.#time(), text });
  }

  reopen(): void {
    this.#ring?.reopen();
  }

  adoptPolicy(policy: LoadedPolicy): void {
    this.#judgedBy = { ...this.#judgedBy, policy };
    this.#memory.adoptPolicy(policy, this.#time());
    this.#isNews = true;
    const count = policy.policy.segments.length;
    this.notice(
      `policy ${policy.policy.file} was read again (${count} ${count === 1 ? 'segment' : 'segments'}): connections that end from now on are judged by it`,
    );
  }

  report(sink: ReportSink): Summary {
    const bitten = Object.entries(this.#limits()).filter(([, count]) => count > 0);
    return this.#memory.judging.report(sink, this.#captures(), Object.fromEntries(bitten));
  }

  status(): LiveStatus {
    return {
      seconds: (performance.now() - this.#begun) / 1000,
      packets: this.#packets,
      bytes: this.#octets,
      packetsPerSecond: this.#rate,
      dropped: this.#dropped(),
      openFlows: this.#pipeline.openFlows,
      flows: { ...this.#flows },
      hops: { ...this.#hops },
      findings: { ...this.#findings },
      memory: process.memoryUsage.rss(),
      lagSeconds: this.#lagSeconds,
      limits: this.#limits(),
      interfaces: this.#interfaces.map(({ name, isSniffing }) => ({ name, sniffing: isSniffing })),
      written: this.#ring === null ? null : { packets: this.#ring.counts.packets, lost: this.#ring.counts.lost },
    };
  }

  /** Everything is read: ends what is open, tells what is new, and reports. */
  finish(): Summary {
    // The end of all that is open makes as much again for a moment, and nobody looks at the memory any more.
    if (this.#pressure !== null) collectGarbage();
    this.#pipeline.finish();
    this.#look(performance.now());
    return this.report(this.#options.sink);
  }

  #ended(record: ConnectionRecord): void {
    this.#flows.total++;
    this.#flows[record.kind]++;
    this.#isNews = true;
    this.#memory.add(record);
    this.#options.sink.flow?.(record);
  }

  #tick(): void {
    const now = performance.now();
    this.#ticks++;
    this.#rate = ((this.#packets - this.#packetsBefore) * 1000) / (now - this.#tickedAt);
    if (this.#packets !== this.#packetsBefore) {
      this.#lastArrival = now;
      this.#lagSeconds = Math.max(0, Date.now() / 1000 - this.#lastSeconds - this.#lastNanoseconds / 1e9);
    }
    if (this.#packets > 0) {
      const idle = Math.floor((now - this.#lastArrival) / 1000) - idleMargin;
      this.#pipeline.passTime(this.#lastSeconds + Math.max(0, idle));
    }
    this.#packetsBefore = this.#packets;
    this.#tickedAt = now;
    this.#ring?.flush();
    for (const sniffed of this.#interfaces) sniffed.watch();
    if (this.#ticks % ticksPerDropCount === 0) this.#watchDrops();
    if (now >= this.#lookDue) {
      this.#look(now);
      const time = this.#time();
      this.#openLook.look(() => this.#captures(), {
        hop: (hop) => this.#changes.hop(hop, true, time),
        finding: (finding) => this.#changes.finding(finding, true, time, now),
      });
      this.#lookDue = now + (performance.now() - now) / share;
    }
    this.#makeRoom(now);
    const { durationSeconds } = this.#options;
    if (durationSeconds !== undefined && now - this.#begun >= durationSeconds * 1000) this.#stop();
  }

  /** Tells what is new in the report of ended connections. */
  #look(now: number): void {
    if (!this.#isNews) return;
    this.#isNews = false;
    const time = this.#time();
    const hops: LiveStatus['hops'] = {};
    const findings = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    this.report({
      hop: (hop) => {
        hops[hop.mtls] = (hops[hop.mtls] ?? 0) + 1;
        this.#changes.hop(hop, false, time);
      },
      finding: (finding) => {
        if (finding.suppressed === null) findings[finding.severity]++;
        this.#changes.finding(finding, false, time, now);
      },
      policy: ({ lines }) => {
        const isDecided = lines.every(({ verdict }) => verdict !== 'UNSEEN');
        if (isDecided && this.#options.untilDecided === true) this.#stop();
      },
      end: () => {},
    });
    this.#hops = ordered(hops);
    this.#findings = findings;
  }

  /** Forgets older connections when the term is over, or there are too many certificates; looks whether memory is short. */
  #makeRoom(now: number): void {
    const isCrowded = this.#context.certificates.isCrowded && now - this.#renewedAt > leastTerm;
    if (this.#memory.isFull(now) || isCrowded) this.#forget(now, 1);
    this.#pressure?.look(now);
  }

  /** Forgets the older half of what is held, as often as it is said. */
  #forget(now: number, times: number): void {
    this.#renewedAt = now;
    this.#isNews = true;
    this.#look(now);
    for (let left = times; left > 0; left--) this.#memory.renew(now);
    this.#context.certificates.forgetUnused();
    const time = this.#time();
    this.report({ hop: (hop) => this.#changes.hopAfterForgetting(hop, time), end: () => {} });
  }

  #watchMemory(maxMemory: number): MemoryPressure {
    return new MemoryPressure(maxMemory, roomPace, {
      resident: () => process.memoryUsage.rss(),
      collect: collectGarbage,
      forget: () => {
        this.#sayMemoryIsShort();
        this.#forget(performance.now(), 2);
      },
      endEarly: () => {
        this.#sayMemoryIsShort();
        this.#pipeline.endEarly(Math.ceil(this.#pipeline.openFlows * endedAtOnce));
      },
    });
  }

  #sayMemoryIsShort(): void {
    const now = performance.now();
    if (now - this.#saidShortAt < shortNoticePause) return;
    this.#saidShortAt = now;
    this.notice('memory is short: connections that ended are forgotten early, and silent ones are ended early');
  }

  #watchDrops(): void {
    for (const sniffed of this.#interfaces) sniffed.askDrops();
    const dropped = this.#dropped() ?? 0;
    const now = performance.now();
    if (dropped > this.#toldDrops && now - this.#toldDropsAt >= dropNoticePause) {
      this.#toldDropsAt = now;
      const count = dropped - this.#toldDrops;
      this.notice(
        `${count} packets were lost before they came here (${dropped} in all): sniff less (--filter), or wait longer (--buffer 512M)`,
      );
      this.#toldDrops = dropped;
    }
  }

  #dropped(): number | null {
    let sum: number | null = null;
    for (const { dropped } of this.#interfaces) if (dropped !== null) sum = (sum ?? 0) + dropped;
    return sum;
  }

  #captures(): CaptureInfo[] {
    return this.#interfaces.map(({ name, framer, dropped, endedEarly }, index) => {
      this.#pipeline.resume(index);
      const packets = this.#pipeline.packets;
      const source = { path: pathOf(name), compression: null, endedEarly };
      const info = this.#pipeline.describe(source, framer ?? idleFramer, (framer ?? idleFramer).frame - packets);
      const health = { ...info.health, ...this.#pipeline.flowHealth(index), endedEarly };
      if (dropped !== null) health.droppedPackets = Math.max(dropped, health.droppedPackets ?? 0);
      return { ...info, format: 'live', framesBefore: 0, health };
    });
  }

  #limits(): Record<string, number> {
    return {
      ...this.#pipeline.limits,
      forgottenConnections: this.#memory.forgotten,
      forgottenEvents: this.#changes.forgotten,
      unwrittenPackets: this.#ring?.counts.lost ?? 0,
    };
  }

  #time(): string | null {
    return this.#packets === 0 ? null : formatTime(this.#lastSeconds, this.#lastNanoseconds);
  }
}

/** Stands for the framer of an interface that sent nothing yet. */
const idleFramer = { format: null, frame: 0, snapLength: null, linkTypes: [], endedEarly: null, damage: [] } as const;

function pathOf(name: string): string {
  return name === '-' ? name : `live:${name}`;
}

function ordered(hops: LiveStatus['hops']): LiveStatus['hops'] {
  const entries = hopStates
    .filter((state) => hops[state] !== undefined)
    .map((state): [HopState, number] => [state, hops[state]!]);
  return Object.fromEntries(entries);
}
