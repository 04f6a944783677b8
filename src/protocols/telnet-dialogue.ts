// Telnet as it is spoken: logins typed at prompts, AUTHENTICATION (RFC 2941), and START_TLS (option 46, IANA "Telnet Options").
// There is no grammar to go by: what the server asks last, and what the client then types, is all that tells.
import { latin1 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import { type Arrival, skipAll } from '../model/stream.js';
import { TelnetCommands, telnetCodes } from './telnet-commands.js';
import { UpgradeStory } from './upgrade-story.js';

const asksName = /(?:log ?in|user(?: ?name)?|account)\s*[:>]\s*$/i;
const asksPassword = /(?:pass(?:word|wort|wd|code|phrase)|kennwort|mot de passe|contraseña|parola)[^:>]{0,40}[:>]\s*$/i;
const refuses =
  /incorrect|invalid|denied|fail(?:ed|ure)|bad (?:password|secret|login)|wrong|rejected|not authorized|unknown user/i;
const greets = /\blast login|\bwelcome|logged (?:in|on)|login successful/i;
const asksCommand = /[$#>%\]]\s*$/;

/** Names of authentication types (IANA "Telnet Authentication Types"). */
const authenticationTypes: readonly (string | undefined)[] = [
  undefined,
  'KERBEROS_V4',
  'KERBEROS_V5',
  'SPX',
  'MINK',
  'SRP',
  'RSA',
  'SSL',
];
const is = 0;
const starts = 3;

/** Follows Telnet. */
export class TelnetDialogue implements Follower {
  readonly #sink: ContentSink;
  readonly #upgrade: UpgradeStory;
  readonly #ofClient: TelnetCommands;
  readonly #ofServer: TelnetCommands;
  #arrival: Arrival | null = null;
  /** The end of what the server wrote last, up to now: a prompt has no line end. */
  readonly #written = new Uint8Array(2 * longestPrompt);
  #writtenLength = 0;
  /** Frame of it, for verdicts that only the next keystroke makes sure of. */
  readonly #writtenAt: Arrival = { frame: 0, seconds: 0, nanoseconds: 0, acknowledged: -1, offset: 0 };
  /** What the client types at a prompt, and what for. */
  readonly #typed = new Uint8Array(longestTyped);
  #typedLength = 0;
  #typing = false;
  #asked: 'name' | 'password' | null = null;
  #lastTyped = 0;
  #login: number | null = null;
  #clientDone = false;
  #serverDone = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#upgrade = new UpgradeStory(sink, 'START_TLS');
    this.#ofClient = new TelnetCommands({
      text: (octet) => this.#types(octet),
      negotiated: (command, option) => this.#negotiated('client', command, option),
      subnegotiated: (option, first, second) => this.#subnegotiated('client', option, first, second),
    });
    this.#ofServer = new TelnetCommands({
      text: (octet) => this.#writes(octet),
      negotiated: (command, option) => this.#negotiated('server', command, option),
      subnegotiated: (option, first) => this.#subnegotiated('server', option, first, -1),
    });
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    this.#arrival = arrival;
    const commands = from === 'client' ? this.#ofClient : this.#ofServer;
    for (let at = start; at < end && !this.#isDone(from); at++) commands.octet(bytes[at]!);
    if (from === 'server') Object.assign(this.#writtenAt, arrival);
    this.#arrival = null;
    return this.#isDone(from) ? skipAll : 0;
  }

  gap(from: Side): number {
    this.#upgrade.missed();
    if (from === 'client') {
      this.#ofClient.lose();
      this.#forgetTyped();
      // The rest of a line may be typed next.
      this.#typing = true;
    } else {
      this.#ofServer.lose();
      this.#writtenLength = 0;
    }
    return 0;
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #isDone(from: Side): boolean {
    return from === 'client' ? this.#clientDone : this.#serverDone;
  }

  #writes(octet: number): void {
    if (octet === lineFeed) this.#lineEnds();
    else if (octet === carriageReturn || octet === 0) return;
    else {
      if (this.#writtenLength === this.#written.length) {
        this.#written.copyWithin(0, longestPrompt);
        this.#writtenLength = longestPrompt;
      }
      this.#written[this.#writtenLength++] = octet;
    }
  }

  #lineEnds(): void {
    if (this.#login !== null) {
      const text = this.#lastWritten();
      if (refuses.test(text)) this.#loginEnds(this.#arrival!, false);
      else if (greets.test(text)) this.#loginEnds(this.#arrival!, true);
    }
    this.#writtenLength = 0;
  }

  #lastWritten(): string {
    return latin1(this.#written, Math.max(0, this.#writtenLength - longestPrompt), this.#writtenLength);
  }

  #types(octet: number): void {
    // A line ends in CR LF, CR NUL or one of them.
    const behindReturn = this.#lastTyped === carriageReturn && (octet === lineFeed || octet === 0);
    this.#lastTyped = octet;
    if (behindReturn) return;
    if (octet === carriageReturn || octet === lineFeed) {
      if (!this.#typing) this.#begins();
      this.#lineTyped();
      return;
    }
    if (!this.#typing) this.#begins();
    if (octet === backspace || octet === erase) this.#typedLength = Math.max(0, this.#typedLength - 1);
    else if (octet === eraseLine) this.#typedLength = 0;
    else if (this.#asked !== null && this.#typedLength < longestTyped) this.#typed[this.#typedLength++] = octet;
  }

  /** The client answers what the server wrote last. */
  #begins(): void {
    this.#typing = true;
    const prompt = this.#lastWritten();
    this.#asked = asksPassword.test(prompt) ? 'password' : asksName.test(prompt) ? 'name' : null;
    if (this.#login === null) return;
    // Asked again: the password was not good enough.
    if (this.#asked !== null) this.#loginEnds(this.#writtenAt, false);
    else if (asksCommand.test(prompt)) this.#loginEnds(this.#writtenAt, true);
  }

  #lineTyped(): void {
    const arrival = this.#arrival!;
    if (this.#asked === 'password') {
      this.#login = this.#sink.login('client', arrival, 'password', 'prompt');
      const secret = { bytes: this.#typed, start: 0, end: this.#typedLength };
      this.#sink.credential('client', arrival, 'password', 'Telnet password prompt', null, secret);
      this.#upgrade.wentOn(arrival.frame);
    } else if (this.#asked === 'name') this.#upgrade.wentOn(arrival.frame);
    this.#forgetTyped();
    this.#writtenLength = 0;
  }

  #forgetTyped(): void {
    this.#typed.fill(0, 0, this.#typedLength);
    this.#typedLength = 0;
    this.#typing = false;
    this.#asked = null;
  }

  #loginEnds(arrival: Arrival, accepted: boolean): void {
    if (this.#login !== null) this.#sink.loginEnded(this.#login, arrival, accepted);
    this.#login = null;
  }

  /** The server offers START_TLS by DO, the client takes it by WILL; either may begin. */
  #negotiated(from: Side, command: number, option: number): void {
    if (option !== telnetCodes.startTls) return;
    const arrival = this.#arrival!;
    if (from === 'server') {
      if (command === telnetCodes.do) {
        this.#upgrade.offered(arrival);
        this.#upgrade.answered(arrival, true, '');
      } else if (command === telnetCodes.dont) this.#upgrade.answered(arrival, false, 'DONT START_TLS');
    } else if (command === telnetCodes.will) {
      const wasOffered = this.#upgrade.wasOffered;
      this.#upgrade.requested(arrival);
      if (wasOffered) this.#upgrade.answered(arrival, true, '');
    }
  }

  #subnegotiated(from: Side, option: number, first: number, second: number): void {
    // What follows START is encrypted, by something weaker than TLS (RFC 2946).
    if (option === telnetCodes.encryption && first === starts) {
      if (from === 'client') this.#clientDone = true;
      else this.#serverDone = true;
    }
    if (option !== telnetCodes.authentication || from !== 'client' || first !== is || second <= 0) return;
    this.#sink.login('client', this.#arrival!, 'challenge-response', authenticationTypes[second] ?? `type ${second}`);
  }
}

const longestPrompt = 120;
const longestTyped = 256;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const backspace = 0x08;
const erase = 0x7f;
const eraseLine = 0x15;
