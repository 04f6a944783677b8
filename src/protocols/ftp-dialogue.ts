// FTP's control connection as it is spoken (RFC 959): FEAT (RFC 2389 §3), AUTH (RFC 4217 §4), USER and PASS, and the data
// connections that PASV, PORT, EPSV and EPRT (RFC 2428) announce.
import type { ContentSink } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { readExtendedEndpoint, readExtendedPort, readNumberedEndpoint } from './ftp-endpoint.js';
import type { Line } from './lines.js';
import { NumberedReply } from './numbered-reply.js';
import { hostNameIn, noRequest, type PendingCommand, PendingCommands } from './text-dialogue.js';
import { UpgradableDialogue } from './upgradable-dialogue.js';
import { isOverwritten } from './upgrade-story.js';

/** What features and commands call it; `AUTH SSL` is the older name. */
const upgradeName = 'AUTH TLS';
const overwrittenVerb = 'overwritten AUTH TLS';
const dataProtocol = 'ftp-data';

const verbs: ReadonlySet<string> = new Set([
  ...['USER', 'PASS', 'ACCT', 'CWD', 'CDUP', 'SMNT', 'REIN', 'QUIT', 'PORT', 'PASV', 'TYPE', 'STRU', 'MODE', 'RETR'],
  ...['STOR', 'STOU', 'APPE', 'ALLO', 'REST', 'RNFR', 'RNTO', 'ABOR', 'DELE', 'RMD', 'MKD', 'PWD', 'LIST', 'NLST'],
  ...['SITE', 'SYST', 'STAT', 'HELP', 'NOOP', 'AUTH', 'ADAT', 'PBSZ', 'PROT', 'CCC', 'FEAT', 'OPTS', 'EPRT', 'EPSV'],
  ...['MDTM', 'SIZE', 'MLST', 'MLSD', 'MFMT', 'LANG', 'HOST', 'CLNT', 'XCWD', 'XPWD', 'XMKD', 'XRMD', 'XCUP'],
]);
/** What changes what others find there: who may do this without a login may do anything. */
const writing: ReadonlySet<string> = new Set(['STOR', 'STOU', 'APPE', 'DELE', 'RMD', 'XRMD', 'MKD', 'XMKD', 'RNTO']);
const reading: ReadonlySet<string> = new Set(['RETR', 'LIST', 'NLST', 'MLSD', 'MLST']);
const anonymousNames: ReadonlySet<string> = new Set(['ANONYMOUS', 'FTP']);

/** Follows FTP's control connection. */
export class FtpDialogue extends UpgradableDialogue {
  readonly #reply = new NumberedReply();
  readonly #pending = new PendingCommands();
  #greeted = false;
  #named = false;
  /** The list of features names the upgrade, or a word that may be its remains. */
  #listsUpgrade = false;
  #remains: string | null = null;
  #login: number | null = null;
  /** The user's name that was given last asks for nobody's rights. */
  #anonymous = false;
  #loggedIn = false;
  #serverHadLastWord = false;

  constructor(sink: ContentSink) {
    super(sink, upgradeName);
  }

  protected override line(from: Side, line: Line, arrival: Arrival): void {
    if (from === 'client') this.#command(line, arrival);
    else if (this.#reply.read(line)) this.#replyLine(line, arrival);
  }

  protected override missing(from: Side): void {
    this.upgrade.missed();
    this.#pending.lose();
    this.#serverHadLastWord = false;
    // Who is logged in is no longer known.
    this.#anonymous = false;
    if (from === 'server') this.#reply.lose();
  }

  #command(line: Line, arrival: Arrival): void {
    // Here clients wait for answers: when the server had the last word, nothing is under way.
    if (this.#pending.lost && this.#serverHadLastWord) this.#pending.resume();
    this.#serverHadLastWord = false;
    // An urgent command comes behind TELNET's interrupt (RFC 959 §4.1.3): the verb is the line's end.
    const verb = line.octet(0) >= 0xf0 && line.contains('ABOR') ? 'ABOR' : line.word(0);
    const argument = line.nextWord(0);
    if (!verbs.has(verb)) {
      const isRemains = isOverwritten(line.text(0, upgradeName.length + 1), upgradeName);
      this.#push(isRemains ? overwrittenVerb : '', noRequest, arrival.frame);
      return;
    }
    const request = this.sink.request('client', arrival, verb, null);
    switch (verb) {
      case 'AUTH':
        this.#authenticates(line, argument, request, arrival);
        return;
      case 'USER':
        this.#anonymous = anonymousNames.has(line.word(argument)) && line.wordEnd(argument) === line.length;
        this.#login = this.#anonymous
          ? this.sink.login('client', arrival, 'none', 'anonymous')
          : this.sink.login('client', arrival, 'password', 'USER/PASS');
        break;
      case 'PASS':
        this.#login ??= this.sink.login('client', arrival, 'password', 'USER/PASS');
        if (!this.#anonymous) this.#secret(line, 'FTP PASS', arrival);
        break;
      case 'ACCT':
        this.#secret(line, 'FTP ACCT', arrival);
        break;
      case 'PORT':
        this.#expect(readNumberedEndpoint(line.text(argument)));
        break;
      case 'EPRT':
        this.#expect(readExtendedEndpoint(line.text(argument)));
        break;
    }
    this.#push(verb, request, arrival.frame);
  }

  #authenticates(line: Line, argument: number, request: number, arrival: Arrival): void {
    const mechanism = line.word(argument);
    if (mechanism === 'TLS' || mechanism === 'SSL' || mechanism === 'TLS-C' || mechanism === 'TLS-P') {
      this.#push('AUTH', request, arrival.frame);
      this.upgrade.requested(arrival, `AUTH ${mechanism}`);
      return;
    }
    const isRemains = isOverwritten(`AUTH ${mechanism}`, upgradeName) && mechanism !== 'SSL';
    if (!isRemains) this.#login = this.sink.login('client', arrival, 'other', mechanism);
    this.#push(isRemains ? overwrittenVerb : `AUTH ${mechanism}`, request, arrival.frame);
  }

  /** What stands behind the command and one space, spaces and all. */
  #secret(line: Line, mechanism: string, arrival: Arrival): void {
    const start = Math.min(line.start + line.wordEnd(0) + 1, line.end);
    const secret = line.cut ? null : { bytes: line.bytes, start, end: line.end };
    this.sink.credential('client', arrival, 'password', mechanism, null, secret);
    this.upgrade.wentOn(arrival.frame);
  }

  #replyLine(line: Line, arrival: Arrival): void {
    const reply = this.#reply;
    if (!this.#named && reply.code === 220) this.#greets(line);
    if (reply.code === 211) this.#feature(line);
    if (!reply.final) return;
    this.#serverHadLastWord = true;
    if (!this.#greeted) {
      this.#greeted = true;
      if (reply.code === 220 || this.#pending.count === 0) return;
    }
    this.#answer(line, arrival);
  }

  #greets(line: Line): void {
    const name = hostNameIn(line.text(this.#reply.textStart));
    if (name === null) return;
    this.#named = true;
    this.sink.greeting(name);
  }

  #feature(line: Line): void {
    const reply = this.#reply;
    if (reply.index === 0) {
      this.#listsUpgrade = false;
      this.#remains = null;
      return;
    }
    if (reply.final) return;
    const feature = line.text(line.skipBlanks(reply.textStart), longestFeature).trimEnd();
    // Some servers put several mechanisms into a line: `AUTH TLS;SSL;`.
    if (/^AUTH\s.*\b(?:TLS|SSL)\b/i.test(feature)) this.#listsUpgrade = true;
    else if (isOverwritten(feature, upgradeName)) this.#remains ??= feature;
  }

  #answer(line: Line, arrival: Arrival): void {
    const { code, positive, textStart } = this.#reply;
    // What is preliminary is no last word.
    const command = code < 200 ? this.#pending.first : this.#pending.shift();
    if (command === null) return;
    const { verb } = command;
    if (code < 200) return;
    this.tellAnswer(command, arrival, String(code));
    switch (verb) {
      case 'FEAT':
        if (code === 211 && this.#reply.whole) this.upgrade.listed(arrival, this.#listsUpgrade, this.#remains);
        break;
      case 'AUTH':
        this.upgrade.answered(arrival, code === 234 || code === 334, `${code} ${line.text(textStart)}`);
        break;
      case overwrittenVerb:
        if (code >= 500) this.upgrade.commandOverwritten(arrival, command.frame);
        break;
      case 'USER':
      case 'PASS':
        this.#loginAnswered(command, arrival);
        break;
      case 'PASV':
        if (code === 227) this.#expect(readNumberedEndpoint(line.text(textStart)));
        break;
      case 'EPSV':
        if (code === 229) this.#expect(readExtendedPort(line.text(textStart)));
        break;
      default:
        if (positive && this.#anonymous && this.#loggedIn && (writing.has(verb) || reading.has(verb)))
          this.sink.served('client', command.frame, arrival, verb, writing.has(verb));
    }
  }

  #loginAnswered(command: PendingCommand, arrival: Arrival): void {
    const { code, positive } = this.#reply;
    if (positive) this.upgrade.wentOn(command.frame);
    // 331 and 332 ask for more.
    if (code >= 300 && code < 400) return;
    this.#loggedIn = positive;
    if (this.#login !== null) this.sink.loginEnded(this.#login, arrival, positive);
    this.#login = null;
  }

  #expect(endpoint: { ip: string; port: number } | null): void {
    if (endpoint !== null) this.sink.expect(endpoint, dataProtocol);
  }

  #push(verb: string, request: number, frame: number): void {
    this.#pending.push({ verb, request, frame });
  }
}

const longestFeature = 80;
