// POP3 as it is spoken (RFC 1939): CAPA (RFC 2449), STLS (RFC 2595 §4), USER and PASS, APOP (§7), AUTH (RFC 5034).
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Line } from './lines.js';
import { SaslExchange } from './sasl.js';
import { hostNameIn, noRequest, type PendingCommand, PendingCommands } from './text-dialogue.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

const upgradeVerb = 'STLS';
const overwrittenVerb = 'overwritten STLS';

const verbs: ReadonlySet<string> = new Set([
  ...['USER', 'PASS', 'APOP', 'AUTH', 'STLS', 'CAPA', 'STAT', 'LIST', 'RETR', 'DELE', 'NOOP', 'RSET', 'TOP', 'UIDL'],
  ...['QUIT', 'UTF8', 'LANG'],
]);
/** What goes beyond greetings and abilities. */
const substance: ReadonlySet<string> = new Set(['USER', 'PASS', 'APOP', 'AUTH', 'STAT', 'LIST', 'RETR', 'TOP', 'UIDL']);

/** Follows POP3. */
export class Pop3Dialogue extends UpgradableDialogue {
  readonly #pending = new PendingCommands();
  #greeted = false;
  #serverSpoke = false;
  /** The answer in hand is a list of lines up to a lone dot; of abilities where it answers CAPA. */
  #listing: 'abilities' | 'other' | null = null;
  #listsUpgrade = false;
  #remains: string | null = null;
  #auth: SaslExchange | null = null;
  #challenged = false;
  /** Of the PASS or APOP that waits for its answer. */
  #login: number | null = null;

  constructor(sink: ContentSink) {
    super(sink, upgradeVerb);
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#command(line, arrival);
    else if (this.#listing !== null) this.#listed(line, arrival);
    else this.#answer(line, arrival);
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    this.#pending.lose();
    this.#auth = null;
    this.#challenged = false;
    if (from === 'server') this.#listing = null;
  }

  #command(line: Line, arrival: Arrival): void {
    const verb = line.word(0);
    const isVerb = verbs.has(verb);
    if (this.#auth !== null && (this.#serverSpoke ? this.#challenged : !isVerb)) {
      this.#challenged = false;
      if (this.#auth.response(line.bytes, line.start, line.end, arrival, line.cut)) this.upgrade.wentOn(arrival.frame);
      return;
    }
    const argument = line.nextWord(0);
    const hasArgument = argument < line.length;
    if (!isVerb) {
      const isRemains = isOverwritten(verb, upgradeVerb) && !hasArgument;
      this.#push(isRemains ? overwrittenVerb : '', noRequest, arrival.frame);
      return;
    }
    const request = this.sink.request('client', arrival, verb, null);
    // With an argument these answer in one line.
    const oneLine = hasArgument && (verb === 'LIST' || verb === 'UIDL');
    this.#push(oneLine ? `${verb} message` : verb, request, arrival.frame);
    if (verb === upgradeVerb) this.upgrade.requested(arrival);
    else if (verb === 'PASS') this.#password(line, arrival);
    else if (verb === 'APOP') this.#login = this.sink.login('client', arrival, 'challenge-response', 'APOP');
    else if (verb === 'AUTH' && hasArgument) this.#authenticates(line, argument, arrival);
  }

  /** What stands behind `PASS SP`, spaces and all (RFC 1939 §7). */
  #password(line: Line, arrival: Arrival): void {
    this.#login = this.sink.login('client', arrival, 'password', 'USER/PASS');
    const { bytes, start, end, cut } = line;
    const secret = cut ? null : { bytes, start: Math.min(start + 'PASS '.length, end), end };
    this.sink.credential('client', arrival, 'password', 'POP3 PASS', null, secret);
    this.upgrade.wentOn(arrival.frame);
  }

  #authenticates(line: Line, mechanism: number, arrival: Arrival): void {
    this.#auth = new SaslExchange(this.sink, arrival, 'POP3 AUTH', line.word(mechanism));
    this.#challenged = false;
    const response = line.nextWord(mechanism);
    if (response >= line.length) return;
    if (this.#auth.response(line.bytes, line.start + response, line.end, arrival, line.cut))
      this.upgrade.wentOn(arrival.frame);
  }

  #answer(line: Line, arrival: Arrival): void {
    const agreed = line.has(0, '+OK');
    if (!agreed && !line.has(0, '-ERR')) {
      // A challenge: `+ SP base64`.
      if (line.octet(0) === plus) this.#challenged = this.#auth !== null;
      return;
    }
    this.#serverSpoke = true;
    if (this.#isGreeting()) {
      const name = agreed ? hostNameIn(line.text(line.nextWord(0))) : null;
      if (name !== null) this.sink.greeting(name);
      return;
    }
    const command = this.#pending.shift();
    if (command !== null) this.#answered(command, agreed, line, arrival);
  }

  /** The first line answers nothing; a client may have spoken too early, but none asks for TLS before it. */
  #isGreeting(): boolean {
    if (this.#greeted) return false;
    this.#greeted = true;
    return this.#pending.count === 0 && !this.#pending.lost;
  }

  #answered(command: PendingCommand, agreed: boolean, line: Line, arrival: Arrival): void {
    const { verb, frame } = command;
    this.tellAnswer(command, arrival, agreed ? '+OK' : '-ERR');
    if (agreed && substance.has(verb)) this.upgrade.wentOn(frame);
    switch (verb) {
      case upgradeVerb:
        this.upgrade.answered(arrival, agreed, line.text());
        break;
      case overwrittenVerb:
        if (!agreed) this.upgrade.commandOverwritten(arrival, frame);
        break;
      case 'PASS':
      case 'APOP':
        if (this.#login !== null) this.sink.loginEnded(this.#login, arrival, agreed);
        break;
      case 'AUTH':
        if (this.#auth === null && agreed) this.#listing = 'other';
        this.#auth?.ended(arrival, agreed);
        this.#auth = null;
        break;
      case 'CAPA':
        if (!agreed) break;
        this.#listing = 'abilities';
        this.#listsUpgrade = false;
        this.#remains = null;
        break;
      case 'LIST':
      case 'UIDL':
        if (agreed) this.#listing = 'other';
        break;
      case 'RETR':
      case 'TOP':
        if (agreed) this.beginBody(this.server);
        break;
    }
  }

  #listed(line: Line, arrival: Arrival): void {
    const isEnd = line.length === 1 && line.octet(0) === dot;
    if (this.#listing === 'abilities') {
      const word = line.word(0);
      if (word === upgradeVerb) this.#listsUpgrade = true;
      else if (isOverwritten(word, upgradeVerb)) this.#remains ??= word;
      if (isEnd) this.upgrade.listed(arrival, this.#listsUpgrade, this.#remains);
    }
    if (isEnd) this.#listing = null;
  }

  #push(verb: string, request: number, frame: number): void {
    this.#pending.push({ verb, request, frame });
  }
}

const plus = 0x2b;
const dot = 0x2e;
