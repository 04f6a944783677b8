// IRC as it is spoken (RFC 2812): capabilities and the old STARTTLS (IRCv3 "tls"), PASS (§3.1.1), OPER (§3.1.4), SASL (IRCv3
// "sasl-3.1"), and passwords told to the services that keep nicknames.
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Line } from './lines.js';
import { SaslExchange } from './sasl.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

const upgradeName = 'STARTTLS';
/** What the list of capabilities calls it. */
const upgradeCapability = 'TLS';

/** Commands that are told; what people say to each other is not. */
const verbs: ReadonlySet<string> = new Set([
  'CAP',
  'STARTTLS',
  'PASS',
  'NICK',
  'USER',
  'OPER',
  'AUTHENTICATE',
  'JOIN',
  'QUIT',
]);

/** Numbers of replies (RFC 2812 §5, IRCv3). */
const reply = {
  welcome: '001',
  youAreOperator: '381',
  passwordMismatch: '464',
  noOperatorHost: '491',
  unknownCommand: '421',
  startTls: '670',
  startTlsFailed: '691',
  saslSuccess: '903',
  saslFailed: '904',
  saslTooLong: '905',
  saslAborted: '906',
} as const;

/** Follows IRC. */
export class IrcDialogue extends UpgradableDialogue {
  #welcomed = false;
  /** What the lines of a list of capabilities said so far, and whether its beginning was seen. */
  #offers = false;
  #listBroken = false;
  #auth: SaslExchange | null = null;
  #passLogin: number | null = null;
  #operatorLogin: number | null = null;
  /** First frame with what goes beyond questions for capabilities. */
  #registeredFrame: number | null = null;
  #overwrittenFrame: number | null = null;

  constructor(sink: ContentSink) {
    super(sink, upgradeName);
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#command(line, arrival);
    else this.#reply(line, arrival);
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    if (from === 'server') this.#listBroken = true;
    else this.#auth = null;
  }

  #command(line: Line, arrival: Arrival): void {
    // A client need not give a prefix.
    const start = line.octet(0) === colon ? line.nextWord(0) : 0;
    const verb = line.word(start);
    const argument = line.nextWord(start);
    if (verbs.has(verb)) this.sink.request('client', arrival, verb, null);
    switch (verb) {
      case upgradeName:
        this.upgrade.requested(arrival);
        break;
      case 'PASS':
        this.#passLogin = this.sink.login('client', arrival, 'password', 'PASS');
        this.#secret(line, argument, 'IRC PASS', arrival);
        break;
      case 'OPER':
        this.#operatorLogin = this.sink.login('client', arrival, 'password', 'OPER');
        this.#secret(line, line.nextWord(argument), 'IRC OPER', arrival);
        break;
      case 'AUTHENTICATE':
        this.#authenticates(line, argument, arrival);
        break;
      case 'USER':
      case 'NICK':
        this.#registeredFrame ??= arrival.frame;
        break;
      case 'PRIVMSG':
      case 'NS':
      case 'NICKSERV':
        this.#toService(line, verb === 'PRIVMSG' ? argument : start, arrival);
        break;
      default:
        if (isOverwritten(verb, upgradeName)) this.#overwrittenFrame = arrival.frame;
    }
  }

  #authenticates(line: Line, argument: number, arrival: Arrival): void {
    if (this.#auth === null) {
      this.#auth = new SaslExchange(this.sink, arrival, 'IRC SASL', line.word(argument));
      return;
    }
    // "+" is an empty response; long ones come in lines of 400 octets, of which the first has what is looked for.
    if (line.length - argument === 1) return;
    const cut = line.cut || line.length - argument === saslPiece;
    if (this.#auth.response(line.bytes, line.start + argument, line.end, arrival, cut))
      this.upgrade.wentOn(arrival.frame);
  }

  /** `IDENTIFY [account] password` to a service that keeps nicknames. */
  #toService(line: Line, at: number, arrival: Arrival): void {
    const service = line.word(at);
    if (service !== 'NICKSERV' && !service.startsWith('NICKSERV@') && service !== 'NS') return;
    let word = line.nextWord(at);
    if (line.octet(word) === colon) word++;
    if (line.word(word) !== 'IDENTIFY') return;
    let secret = line.nextWord(word);
    const second = line.nextWord(secret);
    if (second < line.length) secret = second;
    this.#secret(line, secret, 'IRC NickServ IDENTIFY', arrival);
  }

  #secret(line: Line, at: number, mechanism: string, arrival: Arrival): void {
    const isTrailing = line.octet(at) === colon;
    const start = line.start + (isTrailing ? at + 1 : at);
    const end = isTrailing ? line.end : line.start + line.wordEnd(at);
    if (start >= end) return;
    const secret = line.cut ? null : { bytes: line.bytes, start, end };
    this.sink.credential('client', arrival, 'password', mechanism, null, secret);
    this.upgrade.wentOn(arrival.frame);
  }

  #reply(line: Line, arrival: Arrival): void {
    const hasPrefix = line.octet(0) === colon;
    const start = hasPrefix ? line.nextWord(0) : 0;
    switch (line.word(start)) {
      case 'CAP':
        this.#capabilities(line, line.nextWord(start), arrival);
        break;
      case 'ERROR':
        // Servers close the connection of who gives a wrong password.
        if (this.#passLogin !== null && !this.#welcomed && line.contains('PASSWORD'))
          this.sink.loginEnded(this.#passLogin, arrival, false);
        break;
      case reply.welcome:
        this.#welcome(line, hasPrefix, arrival);
        break;
      case reply.startTls:
        this.upgrade.answered(arrival, true, '');
        break;
      case reply.startTlsFailed:
        this.upgrade.answered(arrival, false, line.text(start));
        break;
      case reply.unknownCommand:
        this.#unknown(line, start, arrival);
        break;
      case reply.saslSuccess:
        this.#saslEnded(arrival, true);
        break;
      case reply.saslFailed:
      case reply.saslTooLong:
      case reply.saslAborted:
        this.#saslEnded(arrival, false);
        break;
      case reply.youAreOperator:
        this.#operatorEnded(arrival, true);
        break;
      case reply.passwordMismatch:
      case reply.noOperatorHost:
        if (this.#operatorLogin !== null) this.#operatorEnded(arrival, false);
        else if (this.#passLogin !== null) this.sink.loginEnded(this.#passLogin, arrival, false);
        break;
    }
  }

  /** `nick LS [*] :capabilities`; with the asterisk more lines follow. */
  #capabilities(line: Line, nick: number, arrival: Arrival): void {
    const subcommand = line.nextWord(nick);
    if (line.word(subcommand) !== 'LS') return;
    let list = line.nextWord(subcommand);
    const goesOn = line.octet(list) === asterisk && line.wordEnd(list) === list + 1;
    if (goesOn) list = line.nextWord(list);
    if (line.octet(list) === colon) list++;
    for (const capability of line.text(list).split(' '))
      if (capability.toUpperCase() === upgradeCapability) this.#offers = true;
    if (goesOn) return;
    if (!this.#welcomed && !this.#listBroken && !line.cut) this.upgrade.listed(arrival, this.#offers, null);
    this.#offers = false;
    this.#listBroken = false;
  }

  #welcome(line: Line, hasPrefix: boolean, arrival: Arrival): void {
    if (hasPrefix) this.sink.greeting(line.text(1, Math.min(line.wordEnd(0) - 1, longestName)));
    this.#welcomed = true;
    if (this.#passLogin !== null) this.sink.loginEnded(this.#passLogin, arrival, true);
    this.upgrade.wentOn(this.#registeredFrame ?? arrival.frame);
  }

  /** `421 nick command :Unknown command`. */
  #unknown(line: Line, start: number, arrival: Arrival): void {
    if (this.upgrade.waiting) this.upgrade.answered(arrival, false, line.text(start));
    else if (this.#overwrittenFrame !== null) this.upgrade.commandOverwritten(arrival, this.#overwrittenFrame);
    this.#overwrittenFrame = null;
  }

  #saslEnded(arrival: Arrival, accepted: boolean): void {
    this.#auth?.ended(arrival, accepted);
    if (accepted) this.upgrade.wentOn(arrival.frame);
    this.#auth = null;
  }

  #operatorEnded(arrival: Arrival, accepted: boolean): void {
    if (this.#operatorLogin !== null) this.sink.loginEnded(this.#operatorLogin, arrival, accepted);
    this.#operatorLogin = null;
  }
}

const colon = 0x3a;
const asterisk = 0x2a;
/** Octets of base64 in each line of a response but its last. */
const saslPiece = 400;
const longestName = 255;
