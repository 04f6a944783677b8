import type { HandshakeMessageRecord, TlsAlert, TlsSession } from '../model/connection-record.js';
import { closeObject, firstMember, member, writeBoolean, writeEach, writeString } from './json-literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './json-writer.js';

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

/** Writes handshake messages. */
export class MessagesJsonWriter {
  readonly #clientTypes: Map<string, Literal> = new Map();
  readonly #serverTypes: Map<string, Literal> = new Map();

  /** Writes `[…]`. */
  write(json: JsonWriter, messages: readonly HandshakeMessageRecord[]): void {
    if (messages.length === 0) {
      json.literal(keys.noMessages);
      return;
    }
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at]!;
      json.literal(at === 0 ? keys.firstMessage : keys.nextMessage);
      json.number(message.frame);
      json.literal(this.#senderAndType(json, message));
      json.number(message.length);
    }
    json.literal(keys.endOfMessages);
  }

  // `,"from":"client","type":"client_hello","length":` is most of a message's text, and there are at most 256 types.
  #senderAndType(json: JsonWriter, message: HandshakeMessageRecord): Literal {
    const known = message.from === 'client' ? this.#clientTypes : this.#serverTypes;
    let literal = known.get(message.type);
    if (literal === undefined) {
      literal = json.encoded(() => {
        json.ascii(`,"from":"${message.from}","type":`);
        json.string(message.type);
        json.ascii(',"length":');
      });
      known.set(message.type, literal);
    }
    return literal;
  }
}
