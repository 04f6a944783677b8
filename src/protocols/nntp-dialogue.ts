// NNTP as it is spoken (RFC 3977): CAPABILITIES (§5.2), STARTTLS (RFC 4642), AUTHINFO (RFC 4643), articles in both directions.
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Line } from './lines.js';
import { NumberedReply } from './numbered-reply.js';
import { SaslExchange } from './sasl.js';
import { hostNameIn, noRequest, type PendingCommand, PendingCommands } from './text-dialogue.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

const upgradeVerb = 'STARTTLS';
const overwrittenVerb = 'overwritten STARTTLS';
const verbs: ReadonlySet<string> = new Set([
  ...['CAPABILITIES', 'MODE', 'QUIT', 'GROUP', 'LISTGROUP', 'LAST', 'NEXT', 'ARTICLE', 'HEAD', 'BODY', 'STAT', 'POST'],
  ...['IHAVE', 'DATE', 'HELP', 'NEWGROUPS', 'NEWNEWS', 'LIST', 'OVER', 'XOVER', 'HDR', 'XHDR', 'STARTTLS', 'AUTHINFO'],
  ...['CHECK', 'TAKETHIS', 'SLAVE', 'XPAT', 'COMPRESS'],
]);
const formalities: ReadonlySet<string> = new Set(['CAPABILITIES', 'MODE', 'QUIT', 'DATE', 'HELP', 'STARTTLS', '']);
/** Codes that a message up to a lone dot follows (§3.2); 211 only where it answers LISTGROUP. */
const multiLine: ReadonlySet<number> = new Set([100, 101, 215, 220, 221, 222, 224, 225, 230, 231, 282, 288]);

/** Follows NNTP. */
export class NntpDialogue extends UpgradableDialogue {
  readonly #reply = new NumberedReply();
  readonly #pending = new PendingCommands();
  #greeted = false;
  #loggedIn = false;
  /** The server's lines are the list that answers CAPABILITIES, and what it says of the upgrade. */
  #listing = false;
  #listsUpgrade = false;
  #remains: string | null = null;
  #auth: SaslExchange | null = null;
  #challenged = false;
  #login: number | null = null;

  constructor(sink: ContentSink) {
    super(sink, upgradeVerb);
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#command(line, arrival);
    else if (this.#listing) this.#listed(line, arrival);
    else if (this.#reply.read(line) && this.#reply.final) this.#replied(line, arrival);
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    this.#pending.lose();
    this.#auth = null;
    this.#challenged = false;
    if (from === 'server') {
      this.#listing = false;
      this.#reply.lose();
    }
  }

  #command(line: Line, arrival: Arrival): void {
    const verb = line.word(0);
    if (this.#auth !== null && this.#challenged) {
      this.#challenged = false;
      if (this.#auth.response(line.bytes, line.start, line.end, arrival, line.cut)) this.upgrade.wentOn(arrival.frame);
      return;
    }
    if (!verbs.has(verb)) {
      this.#push(isOverwritten(verb, upgradeVerb) ? overwrittenVerb : '', noRequest, arrival.frame);
      return;
    }
    this.#push(verb, this.sink.request('client', arrival, verb, null), arrival.frame);
    if (verb === upgradeVerb) this.upgrade.requested(arrival);
    else if (verb === 'AUTHINFO') this.#authinfo(line, arrival);
    else if (verb === 'TAKETHIS') this.beginBody(this.client);
  }

  #authinfo(line: Line, arrival: Arrival): void {
    const kind = line.nextWord(0);
    const value = line.nextWord(kind);
    const { bytes, start, end, cut } = line;
    switch (line.word(kind)) {
      case 'USER':
        this.#login = this.sink.login('client', arrival, 'password', 'AUTHINFO USER/PASS');
        break;
      case 'PASS':
        this.#login ??= this.sink.login('client', arrival, 'password', 'AUTHINFO USER/PASS');
        this.sink.credential(
          'client',
          arrival,
          'password',
          'NNTP AUTHINFO PASS',
          null,
          cut ? null : { bytes, start: start + value, end },
        );
        this.upgrade.wentOn(arrival.frame);
        break;
      case 'SASL': {
        this.#auth = new SaslExchange(this.sink, arrival, 'NNTP AUTHINFO SASL', line.word(value));
        const response = line.nextWord(value);
        if (response < line.length && this.#auth.response(bytes, start + response, end, arrival, cut))
          this.upgrade.wentOn(arrival.frame);
        break;
      }
    }
  }

  #replied(line: Line, arrival: Arrival): void {
    const { code } = this.#reply;
    if (!this.#greeted) {
      this.#greeted = true;
      if (code === 200 || code === 201) {
        const name = hostNameIn(line.text(this.#reply.textStart));
        if (name !== null) this.sink.greeting(name);
        if (this.#pending.first?.verb !== 'MODE') return;
      }
    }
    if (code === 383) {
      this.#challenged = this.#auth !== null;
      return;
    }
    const command = this.#pending.shift();
    if (code === 340 || code === 335) {
      this.beginBody(this.client);
      // The article has an answer of its own.
      this.#push('', noRequest, arrival.frame);
    }
    if (
      command === null ? multiLine.has(code) : multiLine.has(code) || (code === 211 && command.verb === 'LISTGROUP')
    ) {
      if (command?.verb === 'CAPABILITIES' && code === 101) {
        this.#listing = true;
        this.#listsUpgrade = false;
        this.#remains = null;
      } else this.beginBody(this.server);
    }
    if (command !== null) this.#answered(command, line, arrival);
  }

  #answered(command: PendingCommand, line: Line, arrival: Arrival): void {
    const { code, positive, textStart } = this.#reply;
    const { verb, frame } = command;
    this.tellAnswer(command, arrival, String(code));
    if (verb === upgradeVerb) this.upgrade.answered(arrival, code === 382, `${code} ${line.text(textStart)}`);
    else if (verb === overwrittenVerb && code >= 500) this.upgrade.commandOverwritten(arrival, frame);
    else if (positive && !formalities.has(verb)) this.upgrade.wentOn(frame);
    // 381 asks for the password.
    if (verb !== 'AUTHINFO' || code === 381) return;
    if (this.#auth !== null) this.#auth.ended(arrival, positive);
    else if (this.#login !== null) this.sink.loginEnded(this.#login, arrival, positive);
    this.#auth = null;
    this.#login = null;
    this.#loggedIn ||= positive;
  }

  #listed(line: Line, arrival: Arrival): void {
    if (line.length === 1 && line.octet(0) === dot) {
      this.#listing = false;
      // After a login the upgrade is no matter any more (RFC 4642 §2.1).
      if (!this.#loggedIn) this.upgrade.listed(arrival, this.#listsUpgrade, this.#remains);
      return;
    }
    const word = line.word(0);
    if (word === upgradeVerb) this.#listsUpgrade = true;
    else if (isOverwritten(word, upgradeVerb)) this.#remains ??= word;
  }

  #push(verb: string, request: number, frame: number): void {
    this.#pending.push({ verb, request, frame });
  }
}

const dot = 0x2e;
