// What the followers of line-based protocols share: each side's lines in any pieces, stretches of octets between them, and
// commands that wait for their answers.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { type Line, LineReader } from './lines.js';
import { MaterialScanner } from './material/scanner.js';

/** Where one side is in what it says. */
class Lane {
  readonly lines: LineReader = new LineReader();
  /** Octets that come next and are no lines: a literal, a chunk. */
  octets = 0;
  /** Octets that come next and are stepped over. */
  skips = 0;
  /** A message up to a line with a lone dot. */
  body: DottedBody | null = null;
  /** Searches the message in hand for certificates and keys. */
  scanner: MaterialScanner | null = null;
  /** Octets of a frame's header that were read, and what they say. */
  header = 0;
  frame = 0;

  /** The message in hand is over, or has a hole. */
  endScan(): void {
    this.scanner?.end();
    this.scanner = null;
  }

  /** Octets are missing: what the next ones are is only known where a message is under way. */
  lose(): void {
    this.octets = 0;
    this.skips = 0;
    this.header = 0;
    if (this.body !== null) this.body.lose();
    else this.lines.lose();
  }
}

/** Follows a dialogue of lines. A protocol says what its lines mean, and where octets stand that are no lines. */
export abstract class TextDialogue implements Follower {
  protected readonly sink: ContentSink;
  protected readonly client: Lane = new Lane();
  protected readonly server: Lane = new Lane();

  constructor(sink: ContentSink) {
    this.sink = sink;
  }

  /** A line of one side, lent for the call. */
  protected abstract line(from: Side, line: Line, arrival: Arrival): void;

  /** Octets of one side are missing: what may not be said any more. The rest of a line in hand is already dropped. */
  protected abstract missing(from: Side): void;

  /** A message of one side, or the last of the octets that are no lines, has ended. */
  protected bodyEnded(_from: Side, _arrival: Arrival): void {}

  /** Octets that are no lines, lent: by default they are searched for certificates and keys. */
  protected octets(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const lane = from === 'client' ? this.client : this.server;
    lane.scanner ??= new MaterialScanner(this.sink, from, 'message');
    lane.scanner.scan(bytes, start, end, arrival);
  }

  /** Some of the octets that are no lines are missing, and more of them follow. */
  protected holeInOctets(_from: Side): void {}

  /**
   * Whether `octet`, where a line may begin, begins a frame that is stepped over: four octets, of which the last two are the
   * length of what follows.
   */
  protected beginsFrame(_from: Side, _octet: number): boolean {
    return false;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const lane = from === 'client' ? this.client : this.server;
    for (let at = start; at < end; ) {
      if (lane.skips > 0) {
        const stretch = Math.min(lane.skips, end - at);
        lane.skips -= stretch;
        at += stretch;
      } else if (lane.octets > 0) {
        const stretch = Math.min(lane.octets, end - at);
        lane.octets -= stretch;
        this.octets(from, bytes, at, at + stretch, arrival);
        at += stretch;
        if (lane.octets === 0) {
          lane.endScan();
          this.bodyEnded(from, arrival);
        }
      } else if (lane.body !== null) {
        const { body } = lane;
        const after = body.read(bytes, at, end);
        this.octets(from, bytes, at, after, arrival);
        at = after;
        if (!body.ended) break;
        lane.body = null;
        lane.endScan();
        this.bodyEnded(from, arrival);
      } else if (lane.header > 0 || (!lane.lines.unfinished && this.beginsFrame(from, bytes[at]!))) {
        lane.frame = (lane.frame << 8) | bytes[at]!;
        lane.header = (lane.header + 1) & 3;
        if (lane.header === 0) lane.skips = lane.frame & 0xffff;
        at++;
      } else {
        at = lane.lines.read(bytes, at, end);
        if (!lane.lines.complete) break;
        this.line(from, lane.lines.line, arrival);
        lane.lines.forget();
      }
    }
    return 0;
  }

  gap(from: Side, length: number): number {
    const lane = from === 'client' ? this.client : this.server;
    lane.endScan();
    // Wholly inside what is no dialogue: nothing of it is missed.
    if (length < lane.octets) {
      lane.octets -= length;
      this.holeInOctets(from);
    } else if (length <= lane.skips) lane.skips -= length;
    else {
      lane.lose();
      this.missing(from);
    }
    return 0;
  }

  end(): void {
    this.client.endScan();
    this.server.endScan();
  }

  /** What this side says next is a message up to a line with a lone dot. */
  protected beginBody(lane: Lane): void {
    lane.body = new DottedBody();
  }

  /** Tells the answer to a command that was told as a request. */
  protected tellAnswer(command: PendingCommand, arrival: Arrival, status: string): void {
    if (command.request !== noRequest) this.sink.answered(command.request, arrival, status);
  }
}

/** Finds the end of a message: a line with a lone dot (RFC 5321 §4.5.2, RFC 1939 §3), in any pieces. */
class DottedBody {
  ended = false;
  /** Octets of `CRLF . CRLF` that the octets so far end in; a message may also begin with the dot. */
  #matched = 2;

  /** Returns the offset after the end of the message, or `end`. */
  read(bytes: Uint8Array, at: number, end: number): number {
    let matched = this.#matched;
    for (let next = at; next < end; next++) {
      const octet = bytes[next]!;
      // Most octets are within a line, and end none.
      if (matched === 0 && octet !== carriageReturn && octet !== lineFeed) continue;
      matched = afterOctet(matched, octet);
      if (matched < 5) continue;
      this.ended = true;
      return next + 1;
    }
    this.#matched = matched;
    return end;
  }

  lose(): void {
    this.#matched = 0;
  }
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dot = 0x2e;

/** States: 0 within a line, 1 after CR, 2 at a line's beginning, 3 after a dot there, 4 after CR behind it, 5 the end. */
function afterOctet(state: number, octet: number): number {
  switch (octet) {
    case lineFeed:
      return state >= 3 ? 5 : 2;
    case carriageReturn:
      return state === 3 ? 4 : 1;
    case dot:
      return state === 2 ? 3 : 0;
    default:
      return 0;
  }
}

/** A command that waits for its answer. */
export interface PendingCommand {
  /** In upper case. */
  verb: string;
  /** Its number at the sink, or `noRequest`. */
  request: number;
  frame: number;
}

/** A command that is not told as a request. */
export const noRequest = -2;

/** Pipelined commands whose answers are to come, in their order. */
export class PendingCommands {
  readonly #waiting: PendingCommand[] = [];
  /** Octets are missing, or there were too many: answers can no longer be told apart. */
  lost = false;

  get count(): number {
    return this.#waiting.length;
  }

  push(command: PendingCommand): void {
    if (this.lost) return;
    if (this.#waiting.length >= mostPending) this.lose();
    else this.#waiting.push(command);
  }

  /** The command whose answer comes next; null where none is known. */
  get first(): PendingCommand | null {
    return this.#waiting[0] ?? null;
  }

  /** The command whose answer comes now; null where none is known. */
  shift(): PendingCommand | null {
    return this.#waiting.shift() ?? null;
  }

  lose(): void {
    this.#waiting.length = 0;
    this.lost = true;
  }

  /** What is sent from now on can be matched again. */
  resume(): void {
    this.#waiting.length = 0;
    this.lost = false;
  }
}

/** Commands that may wait for their answers: more than any client sends at once. */
const mostPending = 512;

/** Host names have labels of letters, digits and hyphens; the last of several begins with a letter. */
const hostName =
  /^(?=.{4,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z](?:[a-z0-9-]*[a-z0-9])?$/i;

/** The first word of a greeting that is a host's full name; null where none is. */
export function hostNameIn(text: string): string | null {
  for (const word of text.split(/[\s<>@()[\],;"']+/, mostWords)) {
    const name = word.endsWith('.') ? word.slice(0, -1) : word;
    if (hostName.test(name)) return name;
  }
  return null;
}

const mostWords = 32;
