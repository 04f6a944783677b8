// IMAP as it is spoken (RFC 9051): abilities in greetings, codes and answers (§7.2.2), STARTTLS (§6.2.1), LOGIN (§6.2.3) with
// its password as atom, quoted string or literal (§4.3, RFC 7888), AUTHENTICATE (§6.2.2).
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { ImapLogin } from './imap-login.js';
import type { Line } from './lines.js';
import { SaslExchange } from './sasl.js';
import { hostNameIn, noRequest, type PendingCommand } from './text-dialogue.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

const upgradeVerb = 'STARTTLS';

const verbs: ReadonlySet<string> = new Set([
  ...['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS', 'AUTHENTICATE', 'LOGIN', 'ENABLE', 'SELECT', 'EXAMINE', 'CREATE'],
  ...['DELETE', 'RENAME', 'SUBSCRIBE', 'UNSUBSCRIBE', 'LIST', 'LSUB', 'NAMESPACE', 'STATUS', 'APPEND', 'IDLE', 'CLOSE'],
  ...['UNSELECT', 'EXPUNGE', 'SEARCH', 'FETCH', 'STORE', 'COPY', 'MOVE', 'UID', 'CHECK', 'ID', 'COMPRESS', 'SORT'],
  ...['THREAD', 'GETQUOTA', 'GETQUOTAROOT', 'SETQUOTA', 'GETACL', 'SETACL', 'MYRIGHTS', 'GETMETADATA', 'SETMETADATA'],
]);
/** What doesn't go beyond greetings and abilities. */
const formalities: ReadonlySet<string> = new Set(['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS', 'ID', 'ENABLE', '']);

/** Follows IMAP. */
export class ImapDialogue extends UpgradableDialogue {
  /** Commands by their tags, until their answers come. */
  readonly #commands = new Map<string, PendingCommand>();
  #greeted = false;
  #loggedIn = false;
  /** The line that comes goes on with the command, or the response, that a literal stands in. */
  #clientGoesOn = false;
  #serverGoesOn = false;
  /** The client's literal in hand waits for the server's leave; its tag. */
  #waitsWith: string | null = null;
  #login: ImapLogin | null = null;
  #auth: SaslExchange | null = null;
  #authTag = '';
  #challenged = false;
  #serverSpoke = false;
  #clientLost = false;
  #serverLost = false;

  constructor(sink: ContentSink) {
    super(sink, upgradeVerb);
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#clientLine(line, arrival);
    else this.#serverLine(line, arrival);
  }

  protected override octets(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (from === 'server' || this.#login === null) super.octets(from, bytes, start, end, arrival);
    else if (this.#login.literal(bytes, start, end, this.client.octets === 0, arrival))
      this.upgrade.wentOn(arrival.frame);
    if (from === 'client') this.#waitsWith = null;
  }

  protected override holeInOctets(from: Side): void {
    // A name or a password with a hole is neither.
    if (from === 'client') this.#login = null;
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    this.#challenged = false;
    if (from === 'client') {
      this.#clientLost = true;
      this.#clientGoesOn = false;
      this.#login = null;
      this.#auth = null;
    } else this.#serverLost = true;
  }

  #clientLine(line: Line, arrival: Arrival): void {
    if (this.#clientLost) return;
    if (this.#clientGoesOn) {
      this.#readArguments(line, 0, arrival);
      return;
    }
    if (this.#auth !== null && (this.#challenged || !this.#serverSpoke)) {
      this.#challenged = false;
      if (this.#auth.response(line.bytes, line.start, line.end, arrival, line.cut)) this.upgrade.wentOn(arrival.frame);
      return;
    }
    const verbStart = line.nextWord(0);
    const verb = line.word(verbStart);
    const tag = line.text(0, line.wordEnd(0));
    if (verb === '' || tag.length > longestTag) return;
    this.#command(line, verbStart, tag, verb, arrival);
  }

  #command(line: Line, verbStart: number, tag: string, verb: string, arrival: Arrival): void {
    if (!verbs.has(verb)) {
      if (isOverwritten(verb, upgradeVerb))
        this.#remember(tag, { verb: overwrittenVerb, request: noRequest, frame: arrival.frame });
      return;
    }
    const request = this.sink.request('client', arrival, verb, null);
    this.#remember(tag, { verb, request, frame: arrival.frame });
    let at = line.nextWord(verbStart);
    if (verb === upgradeVerb) this.upgrade.requested(arrival);
    else if (verb === 'LOGIN') this.#login = new ImapLogin(this.sink, arrival, tag);
    else if (verb === 'AUTHENTICATE') {
      this.#auth = new SaslExchange(this.sink, arrival, 'IMAP AUTHENTICATE', line.word(at));
      this.#authTag = tag;
      at = line.nextWord(at);
      if (at < line.length && this.#auth.response(line.bytes, line.start + at, line.end, arrival, line.cut))
        this.upgrade.wentOn(arrival.frame);
      return;
    }
    this.#waitsWith = tag;
    this.#readArguments(line, at, arrival);
  }

  /** Reads the arguments in this line, and whether a literal comes next. */
  #readArguments(line: Line, at: number, arrival: Arrival): void {
    const literal = literalLength(line);
    if (this.#login?.read(line, at, literal >= 0, arrival)) this.upgrade.wentOn(arrival.frame);
    this.#clientGoesOn = literal >= 0;
    if (literal < 0) this.#waitsWith = null;
    else {
      this.client.octets = literal;
      if (literal === 0) this.#login?.literal(line.bytes, line.end, line.end, true, arrival);
    }
  }

  #serverLine(line: Line, arrival: Arrival): void {
    this.#serverSpoke = true;
    const literal = this.#isStatus(line) ? -1 : literalLength(line);
    const goesOn = this.#serverGoesOn;
    this.#serverGoesOn = literal >= 0;
    if (literal >= 0) this.server.octets = literal;
    if (goesOn) return;
    const first = line.octet(0);
    if (first === asterisk && line.octet(1) === space) {
      if (!this.#serverLost) this.#untagged(line, arrival);
    } else if (first === plus) {
      this.#clientLost = false;
      this.#challenged = this.#auth !== null;
    } else this.#tagged(line, arrival);
  }

  #isStatus(line: Line): boolean {
    switch (line.word(line.nextWord(0))) {
      case 'OK':
      case 'NO':
      case 'BAD':
      case 'BYE':
      case 'PREAUTH':
        return true;
      default:
        return line.octet(0) === plus;
    }
  }

  #untagged(line: Line, arrival: Arrival): void {
    const word = line.word(2);
    if (word === 'CAPABILITY') this.#abilities(line, line.nextWord(2), arrival);
    if (word !== 'OK' && word !== 'PREAUTH') return;
    this.#abilitiesInCode(line, line.nextWord(2), arrival);
    if (this.#greeted) return;
    this.#greeted = true;
    if (this.#commands.size > 0) return;
    const name = hostNameIn(line.text(line.nextWord(2)).replace(/^\[[^\]]*\]/, ''));
    if (name !== null) this.sink.greeting(name);
    if (word === 'PREAUTH') {
      this.#loggedIn = true;
      this.sink.loginEnded(this.sink.login('client', arrival, 'none', 'PREAUTH'), arrival, true);
    }
  }

  #tagged(line: Line, arrival: Arrival): void {
    const tagEnd = line.wordEnd(0);
    if (tagEnd > longestTag) return;
    const tag = line.text(0, tagEnd);
    const command = this.#commands.get(tag);
    if (command === undefined) return;
    const statusStart = line.skipBlanks(tagEnd);
    const status = line.word(statusStart);
    if (status !== 'OK' && status !== 'NO' && status !== 'BAD') return;
    this.#clientLost = false;
    this.#commands.delete(tag);
    if (this.#waitsWith === tag && status !== 'OK') {
      // The server doesn't want the literal.
      this.#waitsWith = null;
      this.client.octets = 0;
      this.#clientGoesOn = false;
    }
    this.#answered(command, tag, status, line.text(statusStart), arrival);
    this.#abilitiesInCode(line, line.nextWord(statusStart), arrival);
  }

  #answered(command: PendingCommand, tag: string, status: string, words: string, arrival: Arrival): void {
    const accepted = status === 'OK';
    const { verb, frame } = command;
    this.tellAnswer(command, arrival, status);
    if (verb === overwrittenVerb) {
      if (!accepted) this.upgrade.commandOverwritten(arrival, frame);
      return;
    }
    if (verb === upgradeVerb) this.upgrade.answered(arrival, accepted, words);
    else if (accepted && !formalities.has(verb)) this.upgrade.wentOn(frame);
    if (verb === 'LOGIN' && this.#login?.tag === tag) {
      this.#login.ended(arrival, accepted);
      this.#login = null;
    }
    if (verb === 'AUTHENTICATE' && this.#authTag === tag) {
      this.#auth?.ended(arrival, accepted);
      this.#auth = null;
    }
    if (accepted && (verb === 'LOGIN' || verb === 'AUTHENTICATE')) this.#loggedIn = true;
  }

  /** `[CAPABILITY …]` in a status response. */
  #abilitiesInCode(line: Line, at: number, arrival: Arrival): void {
    if (line.has(at, '[CAPABILITY ')) this.#abilities(line, at + '[CAPABILITY '.length, arrival);
  }

  /** A list from `at` on. After a login the upgrade is no matter any more, and servers leave it out. */
  #abilities(line: Line, at: number, arrival: Arrival): void {
    if (this.#loggedIn || line.cut) return;
    let remains: string | null = null;
    for (const word of line.text(at, longestList).split(']', 1)[0]!.split(' ')) {
      if (word.toUpperCase() === upgradeVerb) {
        this.upgrade.offered(arrival);
        return;
      }
      if (isOverwritten(word, upgradeVerb)) remains ??= word;
    }
    this.upgrade.listed(arrival, false, remains);
  }

  #remember(tag: string, command: PendingCommand): void {
    if (this.#commands.size < mostCommands) this.#commands.set(tag, command);
  }
}

const overwrittenVerb = 'overwritten STARTTLS';
const asterisk = 0x2a;
const plus = 0x2b;
const space = 0x20;
/** Clients count; a tag this long is none. */
const longestTag = 32;
const longestList = 8_192;
/** Commands that may be under way at once. */
const mostCommands = 64;
const longestLiteral = 0x7fffffff;

/** The octets that follow a line which ends in `{length}`, `{length+}` or `{length-}`; -1 where none do. */
function literalLength(line: Line): number {
  let at = line.length - 1;
  if (line.cut || line.octet(at) !== 0x7d) return -1;
  at--;
  if (line.octet(at) === plus || line.octet(at) === 0x2d) at--;
  let length = 0;
  let scale = 1;
  let digits = 0;
  for (; digits < 10; digits++, at--) {
    const octet = line.octet(at);
    if (at < 0 || octet < 0x30 || octet > 0x39) break;
    length += (octet - 0x30) * scale;
    scale *= 10;
  }
  return digits > 0 && at >= 0 && line.octet(at) === 0x7b ? Math.min(length, longestLiteral) : -1;
}
