import type { HandshakeMessageRecord, TlsAlert, TlsSession } from '../../model/connection-record.js';
import { closeObject, firstMember, member, writeBoolean, writeEach, writeString } from './literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

const keys = {
  frame: firstMember('frame'),
  fromClient: encodeLiteral(',"from":"client"'),
  fromServer: encodeLiteral(',"from":"server"'),
  lifetimeSeconds: member('lifetimeSeconds'),
  length: member('length'),
  level: member('level'),
  description: member('description'),
  encrypted: member('encrypted'),
  closedFromClient: encodeLiteral(',"from":"client","level":null,"description":null,"encrypted":true}'),
  closedFromServer: encodeLiteral(',"from":"server","level":null,"description":null,"encrypted":true}'),
  firstMessage: encodeLiteral('[{"frame":'),
  nextMessage: encodeLiteral('},{"frame":'),
  endOfMessages: encodeLiteral('}]'),
  noMessages: encodeLiteral('[]'),
} as const;

/** Writes tickets. */
export function writeTickets(json: JsonWriter, tickets: TlsSession['tickets']): void {
  writeEach(json, tickets, writeTicket);
}

/** Writes alerts. */
export function writeAlerts(json: JsonWriter, alerts: readonly TlsAlert[]): void {
  writeEach(json, alerts, writeAlert);
}

function writeTicket(json: JsonWriter, ticket: TlsSession['tickets'][number]): void {
  json.literal(keys.frame);
  json.number(ticket.frame);
  json.literal(ticket.from === 'client' ? keys.fromClient : keys.fromServer);
  json.literal(keys.lifetimeSeconds);
  json.number(ticket.lifetimeSeconds);
  json.literal(keys.length);
  json.number(ticket.length);
  json.literal(closeObject);
}

function writeAlert(json: JsonWriter, alert: TlsAlert): void {
  json.literal(keys.frame);
  json.number(alert.frame);
  // Nearly every connection ends with two of these.
  if (alert.encrypted && alert.level === null && alert.description === null) {
    json.literal(alert.from === 'client' ? keys.closedFromClient : keys.closedFromServer);
    return;
  }
  json.literal(alert.from === 'client' ? keys.fromClient : keys.fromServer);
  json.literal(keys.level);
  writeString(json, alert.level);
  json.literal(keys.description);
  writeString(json, alert.description);
  json.literal(keys.encrypted);
  writeBoolean(json, alert.encrypted);
  json.literal(closeObject);
}

/** Handshakes have some ten messages; of those that come later in one the kind is looked up. */
const maxRepeated = 32;

/** A message's sender and type, and its JSON. */
interface EncodedKind {
  from: HandshakeMessageRecord['from'];
  type: string;
  literal: Literal;
}

/** Writes handshake messages. */
export class MessagesJsonWriter {
  readonly #json: JsonWriter;
  readonly #clientTypes: Map<string, Literal> = new Map();
  readonly #serverTypes: Map<string, Literal> = new Map();
  /** What stood at each place lately: one handshake mostly goes the way of another. */
  readonly #lately: EncodedKind[] = [];

  constructor(json: JsonWriter) {
    this.#json = json;
  }

  /** Writes `[…]`. */
  write(messages: readonly HandshakeMessageRecord[]): void {
    const json = this.#json;
    if (messages.length === 0) {
      json.literal(keys.noMessages);
      return;
    }
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at]!;
      json.literal(at === 0 ? keys.firstMessage : keys.nextMessage);
      json.number(message.frame);
      json.literal(this.#kind(at, message));
      json.number(message.length);
    }
    json.literal(keys.endOfMessages);
  }

  /** `,"from":"client","type":"client_hello","length":` is most of a message's text. */
  #kind(place: number, message: HandshakeMessageRecord): Literal {
    if (place < this.#lately.length) {
      const { type, from, literal } = this.#lately[place]!;
      if (type === message.type && from === message.from) return literal;
    }
    return this.#another(place, message);
  }

  #another(place: number, { from, type }: HandshakeMessageRecord): Literal {
    const types = from === 'client' ? this.#clientTypes : this.#serverTypes;
    let literal = types.get(type);
    if (literal === undefined) {
      literal = this.#encode(from, type);
      // There are at most 256 types.
      types.set(type, literal);
    }
    if (place < maxRepeated) this.#lately[place] = { from, type, literal };
    return literal;
  }

  #encode(from: string, type: string): Literal {
    const json = this.#json;
    return json.encoded(() => {
      json.ascii(`,"from":"${from}","type":`);
      json.string(type);
      json.ascii(',"length":');
    });
  }
}
