import type {
  ClientAuth,
  Fact,
  HandshakeMessageRecord,
  ServerHelloRecord,
  ServerKeyExchangeRecord,
  TlsSession,
} from '../model/connection-record.js';
import { ClientHelloJsonWriter } from './client-hello-json.js';
import {
  closeArray,
  closeObject,
  comma,
  firstMember,
  member,
  nullLiteral,
  openArray,
  writeBoolean,
  writeNumber,
  writeNumbers,
  writeObjects,
  writeSides,
  writeString,
  writeStrings,
} from './json-literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './json-writer.js';

const keys = {
  version: firstMember('version'),
  clientHello: member('clientHello'),
  serverHello: member('serverHello'),
  resumed: member('resumed'),
  resumedFrom: member('resumedFrom'),
  certificateRequest: member('certificateRequest'),
  serverCertificates: member('serverCertificates'),
  clientCertificates: member('clientCertificates'),
  certificateVerifyFrame: member('certificateVerifyFrame'),
  clientAuth: member('clientAuth'),
  facts: encodeLiteral(',"facts":{"certificateRequest":'),
  serverCertificate: member('serverCertificate'),
  clientCertificate: member('clientCertificate'),
  certificateVerify: member('certificateVerify'),
  serverKeyExchange: encodeLiteral('},"serverKeyExchange":'),
  tickets: member('tickets'),
  ocspStaple: member('ocspStaple'),
  renegotiationFrames: member('renegotiationFrames'),
  alerts: member('alerts'),
  messages: member('messages'),
  established: member('established'),
  decrypted: member('decrypted'),
  records: member('records'),
  frame: firstMember('frame'),
  helloVersion: member('version'),
  cipherSuite: encodeLiteral(',"cipherSuite":{"id":'),
  name: member('name'),
  group: encodeLiteral('},"group":'),
  alpn: member('alpn'),
  ja3s: member('ja3s'),
  downgradeSentinel: member('downgradeSentinel'),
  helloRetryRequestFrame: member('helloRetryRequestFrame'),
  secureRenegotiation: member('secureRenegotiation'),
  compression: member('compression'),
  extendedMasterSecret: member('extendedMasterSecret'),
  kind: member('kind'),
  keyExchangeGroup: member('group'),
  primeBits: member('primeBits'),
  signatureAlgorithm: member('signatureAlgorithm'),
  status: firstMember('status'),
  requested: member('requested'),
  outcome: member('outcome'),
  certainty: member('certainty'),
  basis: member('basis'),
  types: member('types'),
  signatureAlgorithms: member('signatureAlgorithms'),
  authorities: member('authorities'),
  seen: encodeLiteral('{"state":"seen","frames":'),
  absent: encodeLiteral('{"state":"absent","frames":'),
  hidden: encodeLiteral('{"state":"hidden","because":'),
} as const;

/** Writes TLS sessions as JSON objects. */
export class TlsJsonWriter {
  readonly #json: JsonWriter;
  readonly #clientHello: ClientHelloJsonWriter;
  readonly #clientTypes: Map<string, Literal> = new Map();
  readonly #serverTypes: Map<string, Literal> = new Map();

  constructor(json: JsonWriter) {
    this.#json = json;
    this.#clientHello = new ClientHelloJsonWriter(json);
  }

  /** Writes `{…}`. */
  write(tls: TlsSession): void {
    const json = this.#json;
    json.literal(keys.version);
    writeString(json, tls.version);
    json.literal(keys.clientHello);
    if (tls.clientHello === null) json.literal(nullLiteral);
    else this.#clientHello.write(tls.clientHello);
    json.literal(keys.serverHello);
    if (tls.serverHello === null) json.literal(nullLiteral);
    else this.#serverHello(tls.serverHello);
    json.literal(keys.resumed);
    writeBoolean(json, tls.resumed);
    json.literal(keys.resumedFrom);
    writeNumber(json, tls.resumedFrom);
    this.#certificates(tls);
    json.literal(keys.clientAuth);
    this.#clientAuth(tls.clientAuth);
    this.#facts(tls.facts);
    json.literal(keys.serverKeyExchange);
    this.#serverKeyExchange(tls.serverKeyExchange);
    this.#afterwards(tls);
  }

  #certificates(tls: TlsSession): void {
    const json = this.#json;
    const request = tls.certificateRequest;
    json.literal(keys.certificateRequest);
    if (request === null) json.literal(nullLiteral);
    else {
      json.literal(keys.frame);
      json.number(request.frame);
      json.literal(keys.types);
      writeNumbers(json, request.types);
      json.literal(keys.signatureAlgorithms);
      writeNumbers(json, request.signatureAlgorithms);
      json.literal(keys.authorities);
      writeStrings(json, request.authorities);
      json.literal(closeObject);
    }
    json.literal(keys.serverCertificates);
    writeStrings(json, tls.serverCertificates);
    json.literal(keys.clientCertificates);
    writeStrings(json, tls.clientCertificates);
    json.literal(keys.certificateVerifyFrame);
    writeNumber(json, tls.certificateVerifyFrame);
  }

  #afterwards(tls: TlsSession): void {
    const json = this.#json;
    json.literal(keys.tickets);
    writeObjects(json, tls.tickets);
    json.literal(keys.ocspStaple);
    json.value(tls.ocspStaple);
    json.literal(keys.renegotiationFrames);
    writeNumbers(json, tls.renegotiationFrames);
    json.literal(keys.alerts);
    writeObjects(json, tls.alerts);
    json.literal(keys.messages);
    this.#messages(tls.messages);
    json.literal(keys.established);
    writeBoolean(json, tls.established);
    json.literal(keys.decrypted);
    writeBoolean(json, tls.decrypted);
    json.literal(keys.records);
    writeSides(json, tls.records);
    json.literal(closeObject);
  }

  #serverHello(hello: ServerHelloRecord): void {
    const json = this.#json;
    json.literal(keys.frame);
    json.number(hello.frame);
    json.literal(keys.helloVersion);
    json.string(hello.version);
    json.literal(keys.cipherSuite);
    json.number(hello.cipherSuite.id);
    json.literal(keys.name);
    json.string(hello.cipherSuite.name);
    json.literal(keys.group);
    writeNumber(json, hello.group);
    json.literal(keys.alpn);
    writeString(json, hello.alpn);
    json.literal(keys.ja3s);
    json.string(hello.ja3s);
    json.literal(keys.downgradeSentinel);
    writeString(json, hello.downgradeSentinel);
    json.literal(keys.helloRetryRequestFrame);
    writeNumber(json, hello.helloRetryRequestFrame);
    json.literal(keys.secureRenegotiation);
    writeBoolean(json, hello.secureRenegotiation);
    json.literal(keys.compression);
    json.number(hello.compression);
    json.literal(keys.extendedMasterSecret);
    writeBoolean(json, hello.extendedMasterSecret);
    json.literal(closeObject);
  }

  #serverKeyExchange(exchange: ServerKeyExchangeRecord | null): void {
    const json = this.#json;
    if (exchange === null) {
      json.literal(nullLiteral);
      return;
    }
    json.literal(keys.frame);
    json.number(exchange.frame);
    json.literal(keys.kind);
    writeString(json, exchange.kind);
    json.literal(keys.keyExchangeGroup);
    writeNumber(json, exchange.group);
    json.literal(keys.primeBits);
    writeNumber(json, exchange.primeBits);
    json.literal(keys.signatureAlgorithm);
    writeNumber(json, exchange.signatureAlgorithm);
    json.literal(closeObject);
  }

  #clientAuth(auth: ClientAuth): void {
    const json = this.#json;
    json.literal(keys.status);
    json.string(auth.status);
    json.literal(keys.requested);
    writeBoolean(json, auth.requested);
    json.literal(keys.outcome);
    json.string(auth.outcome);
    json.literal(keys.certainty);
    json.string(auth.certainty);
    json.literal(keys.basis);
    json.string(auth.basis);
    json.literal(closeObject);
  }

  #facts(facts: TlsSession['facts']): void {
    this.#json.literal(keys.facts);
    this.#fact(facts.certificateRequest);
    this.#json.literal(keys.serverCertificate);
    this.#fact(facts.serverCertificate);
    this.#json.literal(keys.clientCertificate);
    this.#fact(facts.clientCertificate);
    this.#json.literal(keys.certificateVerify);
    this.#fact(facts.certificateVerify);
  }

  #fact(fact: Fact): void {
    const json = this.#json;
    if (fact.state === 'hidden') {
      json.literal(keys.hidden);
      json.string(fact.because);
    } else {
      json.literal(fact.state === 'seen' ? keys.seen : keys.absent);
      writeNumbers(json, fact.frames);
    }
    json.literal(closeObject);
  }

  // `,"from":"client","type":"client_hello","length":` is most of a message's text, and there are at most 256 types.
  #senderAndType(message: HandshakeMessageRecord): Literal {
    const known = message.from === 'client' ? this.#clientTypes : this.#serverTypes;
    let literal = known.get(message.type);
    if (literal === undefined) {
      const json = this.#json;
      literal = json.encoded(() => {
        json.ascii(`,"from":"${message.from}","type":`);
        json.string(message.type);
        json.ascii(',"length":');
      });
      known.set(message.type, literal);
    }
    return literal;
  }

  #messages(messages: readonly HandshakeMessageRecord[]): void {
    const json = this.#json;
    json.literal(openArray);
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at]!;
      if (at > 0) json.literal(comma);
      json.literal(keys.frame);
      json.number(message.frame);
      json.literal(this.#senderAndType(message));
      json.number(message.length);
      json.literal(closeObject);
    }
    json.literal(closeArray);
  }
}
