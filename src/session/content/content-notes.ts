// What a connection's readable content gave away, gathered for its record: bounded, each sight once, secrets as digests.
import { sha256Hex } from '../../base/hash.js';
import {
  type ContentRecord,
  type CredentialRecord,
  type ForwardingRecord,
  type IdentityRecord,
  type InspectionRecord,
  type LoginRecord,
  type MaterialRecord,
  maxContentEntries,
  type ProxyHeaderRecord,
  type RequestRecord,
  type ServedRecord,
  type UpgradeRecord,
} from '../../model/content.js';
import type { ContentSink, Follower, LentOctets } from '../../model/content-sink.js';
import type { Endpoint, Side } from '../../model/side.js';
import type { Arrival, Direction } from '../../model/stream.js';
import { emptyList } from '../empty-list.js';
import { maxContentText } from '../limits.js';
import type { AnnouncedEndpoints } from '../shared/announced-endpoints.js';
import { takenUpgrade } from '../taken-upgrade.js';
import type { Texture } from './texture.js';
import { TunnelContent } from './tunnel-content.js';

/** Entry number that a full list gives: nothing can be added to it later. */
const unlisted = -1;
const secretDigits = 8;
const markDigits = 16;

/** What content gives away. Apart from the notes, as most connections give nothing away, and a million may wait for an answer. */
class Disclosures {
  credentials: CredentialRecord[] = emptyList;
  logins: LoginRecord[] = emptyList;
  served: ServedRecord[] = emptyList;
  material: MaterialRecord[] = emptyList;
  identities: IdentityRecord[] = emptyList;
  forwarding: ForwardingRecord[] = emptyList;
  greeting: string | null = null;
}

/** Of most connections: never written. */
const nothing: Readonly<Disclosures> = Object.freeze(new Disclosures());

/** One connection's notes. Made when there is something to read: most connections never have any. */
export class ContentNotes implements ContentSink {
  /** Direction that is taken for the client's while the content is read; whoever builds the record may know better. */
  readonly client: Direction;
  header: ProxyHeaderRecord | null = null;
  change: UpgradeRecord | null = null;
  /** What the octets are made of, where no protocol is known; null else. */
  texture: Texture | null = null;
  readonly #decrypted: boolean;
  readonly #announced: AnnouncedEndpoints;
  #tlsBegan = false;
  #requestCount = 0;
  #requests: RequestRecord[] = emptyList;
  /** To be read; `#disclose` is for writing. */
  #disclosed: Readonly<Disclosures> = nothing;
  /** Octets lent of either side, and why no more of them were. */
  #clientOctets = 0;
  #serverOctets = 0;
  #clientEnded: string | null = null;
  #serverEnded: string | null = null;

  /** `decrypted` = keys opened what is read here. */
  constructor(client: Direction, announced: AnnouncedEndpoints, decrypted: boolean) {
    this.client = client;
    this.#announced = announced;
    this.#decrypted = decrypted;
  }

  request(_from: Side, arrival: Arrival, method: string, target: string | null): number {
    this.#requestCount++;
    if (this.#requests.length >= maxContentEntries) return unlisted;
    const entry: RequestRecord = {
      frame: arrival.frame,
      time: timeOf(arrival),
      method: bounded(method),
      target: target === null ? null : bounded(target),
      answerFrame: null,
      status: null,
    };
    if (this.#requests.length > 0) return this.#requests.push(entry) - 1;
    this.#requests = [entry];
    return 0;
  }

  answered(request: number, arrival: Arrival, status: string | null): void {
    const entry = request === unlisted ? undefined : this.#requests[request];
    if (entry === undefined || entry.answerFrame !== null) return;
    entry.answerFrame = arrival.frame;
    entry.status = status === null ? null : bounded(status);
  }

  credential(
    from: Side,
    arrival: Arrival,
    kind: CredentialRecord['kind'],
    mechanism: string,
    where: string | null,
    secret: LentOctets | null,
  ): void {
    if (this.#disclosed.credentials.length >= maxContentEntries) return;
    const sha256Prefix = secret === null ? null : digest(secret, secretDigits);
    const record: CredentialRecord = {
      frame: arrival.frame,
      from,
      kind,
      mechanism: bounded(mechanism),
      where: where === null ? null : bounded(where),
      length: secret === null ? null : secret.end - secret.start,
      sha256Prefix,
    };
    const disclosed = this.#disclose();
    disclosed.credentials = added(disclosed.credentials, record, sameCredential);
  }

  login(from: Side, arrival: Arrival, kind: LoginRecord['kind'], mechanism: string): number {
    const disclosed = this.#disclose();
    if (disclosed.logins.length >= maxContentEntries) return unlisted;
    if (disclosed.logins.length === 0) disclosed.logins = [];
    const entry: LoginRecord = {
      frame: arrival.frame,
      from,
      mechanism: bounded(mechanism),
      kind,
      outcome: 'unknown',
      outcomeFrame: null,
    };
    return disclosed.logins.push(entry) - 1;
  }

  loginEnded(login: number, arrival: Arrival, accepted: boolean): void {
    const entry = this.#disclosed.logins[login];
    if (entry === undefined || entry.outcome !== 'unknown') return;
    entry.outcome = accepted ? 'accepted' : 'refused';
    entry.outcomeFrame = arrival.frame;
  }

  served(from: Side, commandFrame: number, arrival: Arrival, command: string, meaningful: boolean): void {
    const name = bounded(command);
    // A client says the same few commands again and again.
    for (const known of this.#disclosed.served)
      if (known.command === name && known.from === from && known.meaningful === meaningful) return;
    const record = { frame: commandFrame, from, command: name, answerFrame: arrival.frame, meaningful };
    const disclosed = this.#disclose();
    if (disclosed.served.length === 0) disclosed.served = [record];
    else if (disclosed.served.length < maxContentEntries) disclosed.served.push(record);
  }

  material(record: MaterialRecord): void {
    const subject = record.subject === null ? null : bounded(record.subject);
    const disclosed = this.#disclose();
    const entry = { ...record, where: bounded(record.where), subject };
    disclosed.material = added(disclosed.material, entry, sameMaterial);
  }

  identity(record: IdentityRecord): void {
    const value = record.value === null ? null : bounded(record.value);
    const disclosed = this.#disclose();
    const entry = { ...record, where: bounded(record.where), value };
    disclosed.identities = added(disclosed.identities, entry, sameIdentity);
  }

  forwardedFor(from: Side, arrival: Arrival, name: string, client: ForwardingRecord['client']): void {
    this.#forward({ frame: arrival.frame, from, time: timeOf(arrival), name: bounded(name), client, mark: null });
  }

  mark(from: Side, arrival: Arrival, name: string, value: LentOctets): void {
    if (this.#disclosed.forwarding.length >= maxContentEntries) return;
    const mark = name === 'x-forwarded-proto' ? textOf(value) : digest(value, markDigits);
    this.#forward({ frame: arrival.frame, from, time: timeOf(arrival), name: bounded(name), client: null, mark });
  }

  greeting(text: string): void {
    this.#disclose().greeting ??= bounded(text);
  }

  upgrade(record: UpgradeRecord): void {
    // When TLS has begun the story is over; a follower that only hears the end of the connection doesn't know it.
    if (this.#tlsBegan && record.outcome !== 'taken') return;
    this.change = { ...record, mechanism: bounded(record.mechanism), basis: bounded(record.basis) };
  }

  proxyHeader(record: ProxyHeaderRecord): void {
    this.header ??= record;
  }

  expect(endpoint: Endpoint, protocol: string): void {
    this.#announced.announce(endpoint, protocol);
  }

  tunnel(port: number): Follower {
    return new TunnelContent(this, port);
  }

  inspectionEnds(from: Side, because: string): void {
    if (from === 'client') this.#clientEnded ??= bounded(because);
    else this.#serverEnded ??= bounded(because);
  }

  /** Octets of a direction are lent to whoever reads them. */
  inspected(from: Side, octets: number): void {
    if (from === 'client') this.#clientOctets += octets;
    else this.#serverOctets += octets;
  }

  /** Octets of a direction that were lent so far. */
  inspectedOctets(from: Side): number {
    return from === 'client' ? this.#clientOctets : this.#serverOctets;
  }

  /** TLS begins: the story of the change ends here. */
  tlsBegins(protocol: string | null, arrival: Arrival): void {
    this.#tlsBegan = true;
    this.change = takenUpgrade(this.change, protocol, arrival.frame);
  }

  /** What was read was no content but a part of TLS. */
  discard(): void {
    this.#clientOctets = 0;
    this.#serverOctets = 0;
    this.#clientEnded = null;
    this.#serverEnded = null;
    this.#requestCount = 0;
    this.#requests = emptyList;
    this.#disclosed = nothing;
    this.texture = null;
  }

  /** The first certificate, key or key store that was found; null without one. */
  get firstMaterial(): MaterialRecord | null {
    return this.#disclosed.material[0] ?? null;
  }

  /** What content gave away; null where nothing was read. `client` is who the record says that opened the connection. */
  record(client: Direction): ContentRecord | null {
    if (this.#clientOctets === 0 && this.#serverOctets === 0 && !this.#hasEntries()) return null;
    const swapped = client !== this.client;
    const { credentials, logins, served, material, identities, forwarding, greeting } = this.#disclosed;
    const ofClient: InspectionRecord = { octets: this.#clientOctets, ended: this.#clientEnded };
    const ofServer: InspectionRecord = { octets: this.#serverOctets, ended: this.#serverEnded };
    return {
      decrypted: this.#decrypted,
      requestCount: this.#requestCount,
      requests: this.#requests,
      credentials: sided(credentials, swapped),
      logins: sided(logins, swapped),
      servedWithoutLogin: sided(served, swapped),
      material: sided(material, swapped),
      identities: sided(identities, swapped),
      forwarding: sided(forwarding, swapped),
      greeting,
      inspection: swapped ? { client: ofServer, server: ofClient } : { client: ofClient, server: ofServer },
    };
  }

  /** The PROXY protocol header as the record says it. */
  headerRecord(client: Direction): ProxyHeaderRecord | null {
    return this.header === null ? null : sided([this.header], client !== this.client)[0]!;
  }

  #hasEntries(): boolean {
    const { identities, forwarding, material } = this.#disclosed;
    return this.#requestCount + identities.length + forwarding.length + material.length > 0;
  }

  /** `#disclosed`, to be written. */
  #disclose(): Disclosures {
    if (this.#disclosed === nothing) this.#disclosed = new Disclosures();
    return this.#disclosed;
  }

  #forward(record: ForwardingRecord): void {
    const disclosed = this.#disclose();
    disclosed.forwarding = added(disclosed.forwarding, record, sameForwarding);
  }
}

/** The list with an entry that is not in it yet; the empty one is shared by all. */
function added<T>(list: T[], entry: T, same: (a: T, b: T) => boolean): T[] {
  if (list.length === 0) return [entry];
  if (list.length >= maxContentEntries) return list;
  for (let at = 0; at < list.length; at++) if (same(list[at]!, entry)) return list;
  list.push(entry);
  return list;
}

function sameCredential(a: CredentialRecord, b: CredentialRecord): boolean {
  return (
    a.sha256Prefix === b.sha256Prefix &&
    a.from === b.from &&
    a.kind === b.kind &&
    a.mechanism === b.mechanism &&
    a.where === b.where &&
    a.length === b.length
  );
}

function sameMaterial(a: MaterialRecord, b: MaterialRecord): boolean {
  return a.sha256 === b.sha256 && a.from === b.from && a.kind === b.kind && a.where === b.where;
}

function sameIdentity(a: IdentityRecord, b: IdentityRecord): boolean {
  return a.value === b.value && a.from === b.from && a.kind === b.kind && a.where === b.where;
}

function sameForwarding(a: ForwardingRecord, b: ForwardingRecord): boolean {
  return (
    a.name === b.name &&
    a.mark === b.mark &&
    a.from === b.from &&
    a.client?.ip === b.client?.ip &&
    a.client?.port === b.client?.port
  );
}

function sided<T extends { from: Side }>(list: T[], swapped: boolean): T[] {
  if (!swapped) return list;
  return list.map((entry) => ({ ...entry, from: entry.from === 'client' ? 'server' : 'client' }));
}

function bounded(text: string): string {
  return text.length <= maxContentText ? text : `${text.slice(0, maxContentText)}…`;
}

function digest({ bytes, start, end }: LentOctets, digits: number): string {
  return sha256Hex(bytes.subarray(start, end)).slice(0, digits);
}

function textOf({ bytes, start, end }: LentOctets): string {
  return String.fromCharCode(...bytes.subarray(start, Math.min(end, start + maxSchemeLetters)));
}

/** 'https' has five; what is longer is no scheme. */
const maxSchemeLetters = 16;

function timeOf(arrival: Arrival): number {
  return (arrival.seconds * 1e6 + Math.floor(arrival.nanoseconds / 1e3)) / 1e6;
}
