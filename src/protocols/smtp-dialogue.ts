// SMTP and LMTP as they are spoken: EHLO's list (RFC 5321 §4.1.1.1), STARTTLS (RFC 3207), AUTH (RFC 4954), messages by DATA
// and BDAT (RFC 3030), pipelining (RFC 2920), LMTP's answer for each recipient (RFC 2033 §4.2).
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Line } from './lines.js';
import { NumberedReply } from './numbered-reply.js';
import { SaslExchange } from './sasl.js';
import { noRequest, PendingCommands } from './text-dialogue.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

const upgradeVerb = 'STARTTLS';
/** A command that may have been STARTTLS before something in the path wrote over it. */
const overwrittenVerb = 'overwritten STARTTLS';
const bodyEnd = 'end of message';

const verbs: ReadonlySet<string> = new Set([
  ...['EHLO', 'HELO', 'LHLO', 'STARTTLS', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'BDAT', 'RSET', 'VRFY', 'EXPN', 'HELP'],
  ...['NOOP', 'QUIT', 'ETRN', 'TURN', 'ATRN', 'BURL', 'XCLIENT', 'XFORWARD', 'SEND', 'SOML', 'SAML', 'ONEX', 'VERB'],
]);
/** What goes beyond greetings and abilities: who does this in cleartext has done without TLS. */
const substance: ReadonlySet<string> = new Set(['AUTH', 'MAIL', 'RCPT', 'DATA', 'BDAT', 'ETRN', bodyEnd]);

/** Follows SMTP, or LMTP where `recipientsAnswer`: each recipient gets an answer of its own to a message. */
export class SmtpDialogue extends UpgradableDialogue {
  readonly #recipientsAnswer: boolean;
  readonly #reply = new NumberedReply();
  readonly #pending = new PendingCommands();
  #greeted = false;
  #serverSpoke = false;
  /** A list of abilities names STARTTLS, or a word that may be its remains. */
  #listsUpgrade = false;
  #remains: string | null = null;
  #auth: SaslExchange | null = null;
  /** The server asked for a response of the mechanism. */
  #challenged = false;
  #recipients = 0;
  #inChunk = false;
  /** Octets of the client are missing, perhaps a DATA: what it says is unknown until the server's next answer. */
  #clientLost = false;

  constructor(sink: ContentSink, recipientsAnswer: boolean) {
    super(sink, upgradeVerb);
    this.#recipientsAnswer = recipientsAnswer;
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#command(line, arrival);
    else if (this.#reply.read(line)) this.#replyLine(line, arrival);
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    this.#pending.lose();
    this.#auth = null;
    this.#challenged = false;
    this.#clientLost = true;
    if (from === 'client') this.#inChunk = false;
    if (from === 'server') this.#reply.lose();
  }

  protected override bodyEnded(_from: Side, arrival: Arrival): void {
    if (this.#inChunk) {
      // A chunk is answered like any command.
      this.#inChunk = false;
      return;
    }
    const answers = this.#recipientsAnswer ? this.#recipients : 1;
    for (let at = 0; at < answers; at++) this.#push(bodyEnd, noRequest, arrival.frame);
    this.#recipients = 0;
  }

  #command(line: Line, arrival: Arrival): void {
    if (this.#clientLost) return;
    const verb = line.word(0);
    const isVerb = verbs.has(verb);
    if (this.#auth !== null && (this.#serverSpoke ? this.#challenged : !isVerb)) {
      this.#challenged = false;
      if (this.#auth.response(line.bytes, line.start, line.end, arrival, line.cut)) this.upgrade.wentOn(arrival.frame);
      return;
    }
    if (!isVerb) {
      const isRemains = isOverwritten(verb, upgradeVerb) && line.wordEnd(0) === line.length;
      this.#push(isRemains ? overwrittenVerb : '', noRequest, arrival.frame);
      return;
    }
    const request = this.sink.request('client', arrival, verb, null);
    this.#push(verb, request, arrival.frame);
    switch (verb) {
      case upgradeVerb:
        this.upgrade.requested(arrival);
        break;
      case 'AUTH':
        this.#authenticates(line, arrival);
        break;
      case 'BDAT':
        this.client.octets = chunkLength(line);
        this.#inChunk = this.client.octets > 0;
        break;
      case 'RSET':
        this.#recipients = 0;
        break;
      case 'DATA':
        // Where only the client was captured no answer tells whether the message comes.
        if (!this.#serverSpoke) this.beginBody(this.client);
        break;
    }
  }

  #authenticates(line: Line, arrival: Arrival): void {
    const mechanism = line.nextWord(0);
    const response = line.nextWord(mechanism);
    this.#auth = new SaslExchange(
      this.sink,
      arrival,
      this.#recipientsAnswer ? 'LMTP AUTH' : 'SMTP AUTH',
      line.word(mechanism),
    );
    this.#challenged = false;
    if (response >= line.length) return;
    const { bytes, start, end, cut } = line;
    if (this.#auth.response(bytes, start + response, end, arrival, cut)) this.upgrade.wentOn(arrival.frame);
  }

  #replyLine(line: Line, arrival: Arrival): void {
    const reply = this.#reply;
    this.#serverSpoke = true;
    const isGreeting = this.#isGreeting();
    if (isGreeting && reply.index === 0) this.#greets(line, reply.textStart);
    if (reply.code === 250) this.#ability(line);
    if (!reply.final) return;
    if (this.#clientLost && this.client.body !== null) {
      this.client.body = null;
      this.client.endScan();
    }
    this.#clientLost = false;
    this.#greeted = true;
    if (isGreeting) return;
    this.#answer(line, arrival);
  }

  /** What comes before any command answers none; a client may have spoken too early. */
  #isGreeting(): boolean {
    if (this.#greeted || this.#reply.code !== 220) return false;
    return this.#pending.first?.verb !== upgradeVerb && !this.#pending.lost;
  }

  #greets(line: Line, textStart: number): void {
    const name = line.text(textStart, Math.min(line.wordEnd(textStart) - textStart, longestName));
    // A lone word need be no name; firewalls write asterisks over the line.
    if (domain.test(name) && (name.includes('.') || line.nextWord(textStart) < line.length)) this.sink.greeting(name);
  }

  /** A line of the list that answers EHLO; the first names the server. */
  #ability(line: Line): void {
    const reply = this.#reply;
    if (reply.index === 0) {
      this.#listsUpgrade = false;
      this.#remains = null;
      return;
    }
    const word = line.word(reply.textStart);
    // Blanks may have been written over it, too.
    const remains = word === '' ? line.text(reply.textStart) : word;
    if (word === upgradeVerb) this.#listsUpgrade = true;
    else if (isOverwritten(remains, upgradeVerb)) this.#remains ??= remains;
  }

  #answer(line: Line, arrival: Arrival): void {
    const { code, positive, textStart } = this.#reply;
    if (code === 354) this.beginBody(this.client);
    if (code === 334) this.#challenged = this.#auth !== null;
    // A challenge is no last word.
    const command = code === 334 ? this.#pending.first : this.#pending.shift();
    if (command === null) {
      if (this.#listsUpgrade) this.upgrade.offered(arrival);
      return;
    }
    if (code !== 334) this.tellAnswer(command, arrival, String(code));
    if (positive && substance.has(command.verb)) this.upgrade.wentOn(command.frame);
    switch (command.verb) {
      case 'EHLO':
      case 'LHLO':
        if (code === 250 && this.#reply.whole) this.upgrade.listed(arrival, this.#listsUpgrade, this.#remains);
        break;
      case upgradeVerb:
        this.upgrade.answered(arrival, code === 220, `${code} ${line.text(textStart)}`);
        break;
      case overwrittenVerb:
        if (code >= 500) this.upgrade.commandOverwritten(arrival, command.frame);
        break;
      case 'AUTH':
        if (code === 334) break;
        this.#auth?.ended(arrival, positive);
        this.#auth = null;
        break;
      case 'RCPT':
        if (positive) this.#recipients++;
        break;
    }
  }

  #push(verb: string, request: number, frame: number): void {
    this.#pending.push({ verb, request, frame });
  }
}

/** A domain, or an address literal (RFC 5321 §4.1.2). */
const domain = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f.:ipv]+\])$/i;
const longestName = 255;
/** A chunk is followed up to this length; a length that says more is nonsense. */
const longestChunk = 0x7fffffff;

/** The octets that follow `BDAT SP length [SP LAST]`. */
function chunkLength(line: Line): number {
  const digits = line.word(line.nextWord(0));
  return /^\d{1,10}$/.test(digits) ? Math.min(Number(digits), longestChunk) : 0;
}
