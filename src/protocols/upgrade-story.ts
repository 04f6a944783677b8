import type { UpgradeRecord } from '../model/content.js';
import type { ContentSink } from '../model/content-sink.js';
import type { Arrival } from '../model/stream.js';

/**
 * The story of one connection's change to TLS. The record goes to the sink whenever an event changes it; nothing is said
 * before there is something to say, and nothing is called absent that may lie in a gap.
 */
export class UpgradeStory {
  /** The client asked, and no answer was seen yet. */
  waiting = false;
  readonly #sink: ContentSink;
  #mechanism: string;
  #offered: number | null = null;
  /** Frame of a list of abilities that lacks it. */
  #lacking: number | null = null;
  #requested: number | null = null;
  #answered: number | null = null;
  #agreed = false;
  #wentOn: number | null = null;
  #taken: number | null = null;
  /** Proof that something in the path removed it: a sentence. */
  #stripped: string | null = null;
  /** The server's words when it said no. */
  #refusal = '';
  /** Octets are missing before the session went on: perhaps the request. */
  #missed = false;
  constructor(sink: ContentSink, mechanism: string) {
    this.#sink = sink;
    this.#mechanism = mechanism;
  }
  /** The server was seen to offer it. */
  get wasOffered(): boolean {
    return this.#offered !== null;
  }
  /** The server offers it. */
  offered(arrival: Arrival): void {
    if (this.#offered !== null) return;
    this.#offered = arrival.frame;
    this.#tell();
  }
  /** The server has named all its abilities, wholly seen, and this is not among them. */
  notListed(arrival: Arrival): void {
    if (this.#offered !== null || this.#lacking !== null) return;
    this.#lacking = arrival.frame;
    this.#tell();
  }

  /**
   * The server has named all its abilities, wholly seen. `remains` = a word of the list that may be the upgrade's name written
   * over; it only counts where the name itself is missing.
   */
  listed(arrival: Arrival, offers: boolean, remains: string | null): void {
    if (offers) {
      this.offered(arrival);
      return;
    }
    this.notListed(arrival);
    if (remains !== null && this.#offered === null)
      this.#removed(
        arrival,
        `in the server's list of abilities (frame ${arrival.frame}) “${remains}” stands where ${this.#mechanism} would, which it is as long as: the name was overwritten on the way`,
      );
  }
  /** The client asks for it, under the name `mechanism` where there are several. */
  requested(arrival: Arrival, mechanism: string = this.#mechanism): void {
    this.#mechanism = mechanism;
    this.#requested = arrival.frame;
    this.#answered = null;
    this.#agreed = false;
    this.#missed = false;
    this.waiting = true;
    this.#tell();
  }
  /** The server's answer; `words` = what it said, a code at least. */
  answered(arrival: Arrival, agreed: boolean, words: string): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.#answered = arrival.frame;
    this.#agreed = agreed;
    this.#refusal = agreed ? '' : quoted(words);
    this.#tell();
    if (agreed) return;
    for (const word of words.split(/[\s"'`:;,.()<>]+/, mostWords))
      if (this.#isRemains(word))
        this.#removed(
          arrival,
          `the client asked for ${this.#mechanism} in frame ${this.#requested}, and the server says that it does not know “${word}”: the command was overwritten on the way`,
        );
  }
  /** The client's command in `frame` is the request written over (see `isOverwritten`), and the server does not know it. */
  commandOverwritten(arrival: Arrival, frame: number): void {
    const sentence = `the client's command in frame ${frame} is as long as ${this.#mechanism} and its overwritten remains, and the server does not know it`;
    this.#removed(arrival, sentence);
  }
  /** The session went on in cleartext, beyond greetings and questions for abilities, from this frame on. */
  wentOn(frame: number): void {
    if (this.#wentOn !== null || this.waiting) return;
    this.#wentOn = frame;
    this.#tell();
  }
  /** Octets of the dialogue are missing here. */
  missed(): void {
    if (this.#wentOn === null) this.#missed = true;
    this.waiting = false;
  }
  /** TLS begins. */
  taken(arrival: Arrival): void {
    this.#taken = arrival.frame;
    this.#tell();
  }
  /** Whether a word in the server's refusal is what it got of the request. Any word of few letters may resemble another. */
  #isRemains(word: string): boolean {
    for (const part of this.#mechanism.split(' ')) {
      const isLong = part.length > shortestName;
      if (
        isLong
          ? isOverwritten(word, part)
          : word.length === part.length && part.length === shortestName && isOneLetter(word)
      )
        return true;
    }
    return false;
  }

  /** `proof`, a sentence, shows that something in the path removed it. */
  #removed(arrival: Arrival, proof: string): void {
    if (this.#stripped !== null) return;
    this.#stripped = proof;
    this.#answered ??= arrival.frame;
    this.#tell();
  }

  #tell(): void {
    const outcome = this.#outcome();
    if (outcome === null) return;
    this.#sink.upgrade({
      mechanism: this.#mechanism,
      outcome,
      offeredFrame: this.#offered,
      requestedFrame: this.#requested,
      answeredFrame: this.#answered ?? (outcome === 'not-offered' ? this.#lacking : null),
      wentOnFrame: outcome === 'taken' ? null : this.#wentOn,
      basis: this.#basis(outcome),
    });
  }
  #outcome(): UpgradeRecord['outcome'] | null {
    if (this.#taken !== null) return 'taken';
    if (this.#stripped !== null) return 'stripped';
    if (this.#requested !== null && this.#answered !== null && !this.#agreed) return 'refused';
    if (this.#wentOn !== null && !this.#missed) {
      if (this.#agreed) return 'not-used';
      if (this.#offered !== null && this.#requested === null) return 'not-used';
    }
    return this.#lacking !== null && this.#offered === null && this.#requested === null ? 'not-offered' : null;
  }
  #unasked(): string {
    if (this.#requested === null) return `where nobody was seen to ask for ${this.#mechanism}`;
    return `after the client asked for ${this.#mechanism}`;
  }

  #basis(outcome: UpgradeRecord['outcome']): string {
    const name = this.#mechanism;
    const wentOn = this.#wentOn === null ? '' : `, and from frame ${this.#wentOn} on the session went on in cleartext`;
    switch (outcome) {
      case 'taken': {
        const before = this.#agreed ? `after the server agreed to ${name}` : this.#unasked();
        return `TLS begins in frame ${this.#taken}, ${before}`;
      }
      case 'stripped':
        return `${this.#stripped}${wentOn}`;
      case 'refused': {
        const doubt = this.#offered === null ? '' : ', which it had offered,';
        return `the client asked for ${name} and the server${doubt} said no (${this.#refusal})${wentOn}`;
      }
      case 'not-used':
        return this.#agreed
          ? `the server agreed to ${name}, but no TLS followed${wentOn}`
          : `the server offers ${name} and the client never asked for it${wentOn}`;
      case 'not-offered':
        return `the server names its abilities without ${name} (frame ${this.#lacking})${wentOn}`;
    }
  }
}
/**
 * Whether `word` is `keyword` overwritten in place, as devices in the path do that must keep the length: as long as the
 * keyword but not it, and either one letter again and again (the first or the last may differ: 'XXXXXXXA'), or with more
 * than half of the keyword's letters still where they were ('STARTXXX', 'ZTARTTLS'). Letters in either case.
 */
export function isOverwritten(word: string, keyword: string): boolean {
  if (word.length !== keyword.length || word.length < shortestName) return false;
  const seen = word.toUpperCase();
  const wanted = keyword.toUpperCase();
  if (seen === wanted) return false;
  // A space that stays where it was is no letter.
  const space = wanted.indexOf(' ');
  const letters = space >= 0 && seen[space] === ' ' ? seen.slice(0, space) + seen.slice(space + 1) : seen;
  return isOneLetter(letters) || kept(seen, wanted) * 2 > wanted.length;
}

function isOneLetter(word: string): boolean {
  const letter = word[1]!;
  let others = 0;
  for (let at = 0; at < word.length; at++) if (word[at] !== letter) others++;
  return others === 0 || (others === 1 && (word[0] !== letter || word.at(-1) !== letter));
}

function kept(word: string, keyword: string): number {
  let same = 0;
  for (let at = 0; at < word.length; at++) if (word[at] === keyword[at]) same++;
  return same;
}

/** Of fewer letters nobody can tell what they were. */
const shortestName = 4;
const longestQuote = 80;
const mostWords = 32;
function quoted(words: string): string {
  const text = words.trim();
  return text.length > longestQuote ? `“${text.slice(0, longestQuote)}…”` : `“${text}”`;
}
