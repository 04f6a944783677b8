// ManageSieve as it is spoken (RFC 5804): the capabilities that greet (§1.7), STARTTLS (§2.2), AUTHENTICATE (§2.1).
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Line } from './lines.js';
import { SaslExchange } from './sasl.js';
import { SecretBuffer } from './secret-buffer.js';
import { hostNameIn, noRequest, type PendingCommand, PendingCommands } from './text-dialogue.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

const upgradeVerb = 'STARTTLS';
const overwrittenVerb = 'overwritten STARTTLS';
const verbs: ReadonlySet<string> = new Set([
  ...['AUTHENTICATE', 'STARTTLS', 'LOGOUT', 'CAPABILITY', 'HAVESPACE', 'PUTSCRIPT', 'LISTSCRIPTS', 'SETACTIVE'],
  ...['GETSCRIPT', 'DELETESCRIPT', 'RENAMESCRIPT', 'CHECKSCRIPT', 'NOOP', 'UNAUTHENTICATE'],
]);
const formalities: ReadonlySet<string> = new Set(['STARTTLS', 'LOGOUT', 'CAPABILITY', 'NOOP', '']);

/** Follows ManageSieve. */
export class SieveDialogue extends UpgradableDialogue {
  readonly #pending = new PendingCommands();
  #greeted = false;
  #loggedIn = false;
  /** The list of capabilities in hand: begun, and what it says of the upgrade. */
  #listing = false;
  #listsUpgrade = false;
  #remains: string | null = null;
  #auth: SaslExchange | null = null;
  /** The client's literal in hand, where it is a response of the mechanism. */
  #answer: SecretBuffer | null = null;
  #clientGoesOn = false;

  constructor(sink: ContentSink) {
    super(sink, upgradeVerb);
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#clientLine(line, arrival);
    else this.#serverLine(line, arrival);
  }

  protected override octets(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (from === 'server' || this.#answer === null) {
      super.octets(from, bytes, start, end, arrival);
      return;
    }
    this.#answer.add(bytes, start, end);
    if (this.client.octets > 0) return;
    const { bytes: kept, end: length } = this.#answer.octets;
    if (this.#auth?.response(kept, 0, length, arrival, this.#answer.cut)) this.upgrade.wentOn(arrival.frame);
    this.#answer.wipe();
    this.#answer = null;
  }

  protected override holeInOctets(from: Side): void {
    if (from === 'client') this.#answer = null;
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    this.#pending.lose();
    this.#auth = null;
    this.#answer = null;
    if (from === 'client') this.#clientGoesOn = false;
    else this.#listing = false;
  }

  #clientLine(line: Line, arrival: Arrival): void {
    const literal = literalLength(line);
    if (literal > 0) this.client.octets = literal;
    const goesOn = this.#clientGoesOn;
    this.#clientGoesOn = literal > 0;
    if (goesOn) return;
    const verb = line.word(0);
    if (this.#auth !== null && !verbs.has(verb)) {
      this.#response(line, 0, literal > 0, arrival);
      return;
    }
    if (!verbs.has(verb)) {
      this.#push(isOverwritten(verb, upgradeVerb) ? overwrittenVerb : '', noRequest, arrival.frame);
      return;
    }
    this.#push(verb, this.sink.request('client', arrival, verb, null), arrival.frame);
    if (verb === upgradeVerb) this.upgrade.requested(arrival);
    if (verb !== 'AUTHENTICATE') return;
    const mechanism = line.nextWord(0);
    this.#auth = new SaslExchange(
      this.sink,
      arrival,
      'ManageSieve AUTHENTICATE',
      line.word(mechanism).replaceAll('"', ''),
    );
    const response = line.nextWord(mechanism);
    if (response < line.length) this.#response(line, response, literal > 0, arrival);
  }

  /** A response as a quoted string, or as the literal that comes next. */
  #response(line: Line, at: number, literalNext: boolean, arrival: Arrival): void {
    if (literalNext) {
      this.#answer = new SecretBuffer(longestResponse);
      return;
    }
    const quoted = line.octet(at) === quote;
    const start = line.start + (quoted ? at + 1 : at);
    const end = quoted && line.bytes[line.end - 1] === quote ? line.end - 1 : line.end;
    if (start < end && this.#auth?.response(line.bytes, start, end, arrival, line.cut))
      this.upgrade.wentOn(arrival.frame);
  }

  #serverLine(line: Line, arrival: Arrival): void {
    const literal = literalLength(line);
    if (literal > 0) this.server.octets = literal;
    if (line.octet(0) === quote) {
      this.#capability(line);
      return;
    }
    const status = line.word(0);
    if (status !== 'OK' && status !== 'NO' && status !== 'BYE') return;
    const listed = this.#listing;
    this.#listing = false;
    if (listed && !this.#loggedIn) this.upgrade.listed(arrival, this.#listsUpgrade, this.#remains);
    if (!this.#greeted) {
      this.#greeted = true;
      const name = hostNameIn(line.text(line.nextWord(0)));
      if (name !== null) this.sink.greeting(name);
      if (listed || this.#pending.count === 0) return;
    }
    const command = this.#pending.shift();
    if (command !== null) this.#answered(command, status, line, arrival);
  }

  /** `"NAME" ["value"]`; the list begins with IMPLEMENTATION (§1.7), else its beginning may be missing. */
  #capability(line: Line): void {
    const name = line.word(0).replaceAll('"', '');
    if (name === 'IMPLEMENTATION') {
      this.#listing = true;
      this.#listsUpgrade = false;
      this.#remains = null;
    } else if (name === upgradeVerb) this.#listsUpgrade = true;
    else if (isOverwritten(name, upgradeVerb)) this.#remains ??= name;
  }

  #answered(command: PendingCommand, status: string, line: Line, arrival: Arrival): void {
    const accepted = status === 'OK';
    this.tellAnswer(command, arrival, status);
    if (command.verb === upgradeVerb) this.upgrade.answered(arrival, accepted, line.text());
    else if (command.verb === overwrittenVerb && !accepted) this.upgrade.commandOverwritten(arrival, command.frame);
    else if (accepted && !formalities.has(command.verb)) this.upgrade.wentOn(command.frame);
    if (command.verb !== 'AUTHENTICATE') return;
    this.#auth?.ended(arrival, accepted);
    this.#auth = null;
    this.#loggedIn ||= accepted;
  }

  #push(verb: string, request: number, frame: number): void {
    this.#pending.push({ verb, request, frame });
  }
}

const quote = 0x22;
/** Longer responses are told without what is in them. */
const longestResponse = 8_192;

/** The octets of the literal that a line ends in the length of, `{n+}` or `{n}`; 0 where it ends in none. */
function literalLength(line: Line): number {
  const found = /\{(\d{1,9})\+?\}$/.exec(line.text(Math.max(0, line.length - 12)));
  return found === null || line.cut ? 0 : Number(found[1]);
}
