// XMPP as it is spoken (RFC 6120): features (§4.3.2), STARTTLS (§5.4), SASL (§6.4), and the logins that came before: jabber:iq:auth
// (XEP-0078), a component's handshake (XEP-0114). Elements are read as they stand; namespaces tell no prefix games.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { type Line, LineReader } from './lines.js';
import { SaslExchange } from './sasl.js';
import { isOverwritten, UpgradeStory } from './upgrade-story.js';

const upgradeName = 'STARTTLS';
const upgradeNamespace = 'urn:ietf:params:xml:ns:xmpp-tls';

/** Text of elements that matters, and whose the element is. */
type Wanted = 'mechanism response' | 'password' | null;

/** Follows XMPP, between client and server or between servers. */
export class XmppDialogue implements Follower {
  readonly #sink: ContentSink;
  readonly #upgrade: UpgradeStory;
  readonly #client = new LineReader();
  readonly #server = new LineReader();
  /** Each side is within a tag: between '<' and '>'. */
  #clientInTag = false;
  #serverInTag = false;
  #wanted: Wanted = null;
  #auth: SaslExchange | null = null;
  /** Frame in which it began. */
  #authFrame = 0;
  /** Number of a login by jabber:iq:auth or as a component that waits for its answer. */
  #login: number | null = null;
  /** The server's features in hand: whether they were seen whole so far, and what they say of the upgrade. */
  #inFeatures = false;
  #offers = false;
  #remains: string | null = null;
  #loggedIn = false;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#upgrade = new UpgradeStory(sink, upgradeName);
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const reader = from === 'client' ? this.#client : this.#server;
    for (let at = start; at < end; ) {
      const inTag = from === 'client' ? this.#clientInTag : this.#serverInTag;
      at = reader.read(bytes, at, end, inTag ? closes : opens);
      if (!reader.complete) break;
      if (from === 'client') this.#clientInTag = !inTag;
      else this.#serverInTag = !inTag;
      if (inTag && from === 'client') this.#clientTag(reader.line, arrival);
      else if (inTag) this.#serverTag(reader.line, arrival);
      else if (from === 'client') this.#clientText(reader.line, arrival);
      reader.forget();
    }
    return 0;
  }

  gap(from: Side): number {
    this.#upgrade.missed();
    if (from === 'client') {
      this.#client.lose();
      this.#clientInTag = false;
      this.#wanted = null;
    } else {
      this.#server.lose();
      this.#serverInTag = false;
      this.#inFeatures = false;
    }
    return 0;
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  #clientTag(tag: Line, arrival: Arrival): void {
    this.#wanted = null;
    if (tag.octet(0) === slash) return;
    const isEmpty = tag.octet(tag.length - 1) === slash;
    switch (localName(tag)) {
      case 'starttls':
        this.#sink.request('client', arrival, upgradeName, null);
        this.#upgrade.requested(arrival);
        break;
      case 'auth':
        this.#auth = new SaslExchange(this.#sink, arrival, 'XMPP SASL', attribute(tag, 'mechanism') ?? '');
        this.#authFrame = arrival.frame;
        this.#wanted = isEmpty ? null : 'mechanism response';
        break;
      case 'response':
        this.#wanted = isEmpty ? null : 'mechanism response';
        break;
      case 'password':
        // Within a query of jabber:iq:auth or jabber:iq:register: either lets its reader in.
        this.#wanted = isEmpty ? null : 'password';
        break;
      case 'digest':
        this.#login = this.#sink.login('client', arrival, 'challenge-response', 'jabber:iq:auth digest');
        break;
      case 'handshake':
        this.#login = this.#sink.login('client', arrival, 'challenge-response', 'component handshake');
        break;
      case 'iq':
      case 'message':
      case 'presence':
      case 'result':
        this.#upgrade.wentOn(arrival.frame);
        break;
    }
  }

  #clientText(text: Line, arrival: Arrival): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted === null || text.length === 0) return;
    const { bytes, start, end, cut } = text;
    if (wanted === 'mechanism response') {
      if (this.#auth?.response(bytes, start, end, arrival, cut)) this.#upgrade.wentOn(arrival.frame);
      return;
    }
    this.#login = this.#sink.login('client', arrival, 'password', 'jabber:iq:auth');
    this.#sink.credential(
      'client',
      arrival,
      'password',
      'XMPP jabber:iq:auth',
      null,
      cut ? null : { bytes, start, end },
    );
    this.#upgrade.wentOn(arrival.frame);
  }

  #serverTag(tag: Line, arrival: Arrival): void {
    const isEnd = tag.octet(0) === slash;
    const name = localName(tag);
    switch (name) {
      case 'stream': {
        const host = isEnd ? null : attribute(tag, 'from');
        if (host !== null && host !== '') this.#sink.greeting(host);
        break;
      }
      case 'features':
        this.#features(isEnd, tag.octet(tag.length - 1) === slash, arrival);
        break;
      case 'starttls':
        this.#offers ||= this.#inFeatures;
        break;
      case 'proceed':
        this.#upgrade.answered(arrival, true, '');
        break;
      case 'challenge':
        this.#upgrade.wentOn(this.#auth === null ? arrival.frame : this.#authFrame);
        break;
      case 'success':
      case 'failure':
        if (!isEnd) this.#verdict(name === 'success', tag, arrival);
        break;
      case 'handshake':
        this.#loginEnded(arrival, true);
        break;
      case 'iq': {
        const type = attribute(tag, 'type');
        if (type === 'result' || type === 'error') this.#loginEnded(arrival, type === 'result');
        break;
      }
      default:
        if (this.#inFeatures && this.#isRemains(tag, name)) this.#remains ??= name;
    }
  }

  #features(isEnd: boolean, isEmpty: boolean, arrival: Arrival): void {
    if (!isEnd) {
      this.#offers = false;
      this.#remains = null;
    }
    const isWhole = isEnd ? this.#inFeatures : isEmpty;
    this.#inFeatures = !isEnd && !isEmpty;
    // When somebody is logged in, features no longer name the upgrade.
    if (isWhole && !this.#loggedIn) this.#upgrade.listed(arrival, this.#offers, this.#remains);
  }

  /** An element of another name in the upgrade's namespace, or its name with the letters gone. */
  #isRemains(tag: Line, name: string): boolean {
    if (tag.octet(0) === slash || name === 'required') return false;
    return isOverwritten(name, upgradeName) || attribute(tag, 'xmlns') === upgradeNamespace;
  }

  #verdict(accepted: boolean, tag: Line, arrival: Arrival): void {
    if (this.#upgrade.waiting && attribute(tag, 'xmlns') === upgradeNamespace) {
      this.#upgrade.answered(arrival, false, 'failure');
      return;
    }
    this.#auth?.ended(arrival, accepted);
    if (this.#auth !== null && accepted) {
      this.#loggedIn = true;
      this.#upgrade.wentOn(this.#authFrame);
    }
    this.#auth = null;
  }

  #loginEnded(arrival: Arrival, accepted: boolean): void {
    if (this.#login === null) return;
    this.#sink.loginEnded(this.#login, arrival, accepted);
    this.#loggedIn ||= accepted;
    this.#login = null;
  }
}

const opens = 0x3c;
const closes = 0x3e;
const slash = 0x2f;
const longestTag = 4_096;

/** A tag's name without its prefix; of an end tag too. */
function localName(tag: Line): string {
  const found = /^\/?(?:[^\s:/]+:)?([^\s:/]+)/.exec(tag.text(0, 80));
  return found?.[1] ?? '';
}

/** Value of an attribute; null where it is not there. */
function attribute(tag: Line, name: string): string | null {
  const text = tag.text(0, longestTag);
  for (const quote of ["'", '"']) {
    const at = text.search(new RegExp(`\\s${name}\\s*=\\s*${quote}`));
    if (at < 0) continue;
    const from = text.indexOf(quote, at) + 1;
    const to = text.indexOf(quote, from);
    if (to >= 0) return text.slice(from, to);
  }
  return null;
}
