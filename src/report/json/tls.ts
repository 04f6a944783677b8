import type { TlsSession } from '../../model/connection-record.js';
import { ClientAuthJsonWriter } from './client-auth.js';
import { ClientHelloJsonWriter } from './client-hello.js';
import {
  booleanMember,
  closeObject,
  member,
  nullLiteral,
  WordMember,
  writeBooleanMember,
  writeEach,
  writeNumber,
  writeNumbers,
  writeSides,
} from './literals.js';
import { ServerHelloJsonWriter, writeCertificateRequest, writeServerKeyExchange } from './server-messages.js';
import { MessagesJsonWriter, writeAlerts, writeTickets } from './tls-events.js';
import { VerdictJsonWriter, writeSignatures } from './verification.js';
import { encodeLiteral, type JsonWriter } from './writer.js';

const keys = {
  clientHello: member('clientHello'),
  serverHello: member('serverHello'),
  noSameRandoms: encodeLiteral(',"sameClientRandom":null,"sameServerRandom":null'),
  sameClientRandom: member('sameClientRandom'),
  sameServerRandom: member('sameServerRandom'),
  resumed: booleanMember('resumed'),
  resumedFrom: member('resumedFrom'),
  certificateRequest: member('certificateRequest'),
  serverCertificates: member('serverCertificates'),
  clientCertificates: member('clientCertificates'),
  certificateVerifyFrame: member('certificateVerifyFrame'),
  serverVerification: member('serverVerification'),
  clientVerification: member('clientVerification'),
  signatures: member('signatures'),
  serverKeyExchange: member('serverKeyExchange'),
  tickets: member('tickets'),
  ocspStaple: member('ocspStaple'),
  renegotiationFrames: member('renegotiationFrames'),
  alerts: member('alerts'),
  messages: member('messages'),
  established: booleanMember('established'),
  decrypted: booleanMember('decrypted'),
  records: member('records'),
  endWithHttp2: encodeLiteral(',"http2":true}'),
} as const;

/** Writes TLS sessions as JSON objects. */
export class TlsJsonWriter {
  readonly #json: JsonWriter;
  readonly #clientHello: ClientHelloJsonWriter;
  readonly #serverHello: ServerHelloJsonWriter;
  readonly #verdicts: VerdictJsonWriter;
  readonly #version: WordMember = new WordMember('{"version":');
  readonly #clientAuth: ClientAuthJsonWriter;
  readonly #messages: MessagesJsonWriter;

  constructor(json: JsonWriter) {
    this.#json = json;
    this.#clientHello = new ClientHelloJsonWriter(json);
    this.#serverHello = new ServerHelloJsonWriter(json);
    this.#verdicts = new VerdictJsonWriter(json);
    this.#messages = new MessagesJsonWriter(json);
    this.#clientAuth = new ClientAuthJsonWriter(json);
  }

  /** Writes `{…}`. */
  write(tls: TlsSession): void {
    const json = this.#json;
    this.#version.write(json, tls.version);
    json.literal(keys.clientHello);
    if (tls.clientHello === null) json.literal(nullLiteral);
    else this.#clientHello.write(tls.clientHello);
    json.literal(keys.serverHello);
    this.#serverHello.write(tls.serverHello);
    this.#sameRandoms(tls);
    writeBooleanMember(json, keys.resumed, tls.resumed);
    json.literal(keys.resumedFrom);
    writeNumber(json, tls.resumedFrom);
    json.literal(keys.certificateRequest);
    writeCertificateRequest(json, tls.certificateRequest);
    json.literal(keys.serverCertificates);
    writeFingerprints(json, tls.serverCertificates);
    json.literal(keys.clientCertificates);
    writeFingerprints(json, tls.clientCertificates);
    json.literal(keys.certificateVerifyFrame);
    writeNumber(json, tls.certificateVerifyFrame);
    json.literal(keys.serverVerification);
    this.#verdicts.write(tls.serverVerification);
    json.literal(keys.clientVerification);
    this.#verdicts.write(tls.clientVerification);
    json.literal(keys.signatures);
    writeSignatures(json, tls.signatures);
    this.#clientAuth.write(tls.clientAuth, tls.facts);
    json.literal(keys.serverKeyExchange);
    writeServerKeyExchange(json, tls.serverKeyExchange);
    this.#afterwards(tls);
  }

  #sameRandoms({ sameClientRandom, sameServerRandom }: TlsSession): void {
    const json = this.#json;
    if (sameClientRandom === null && sameServerRandom === null) {
      json.literal(keys.noSameRandoms);
      return;
    }
    json.literal(keys.sameClientRandom);
    json.value(sameClientRandom);
    json.literal(keys.sameServerRandom);
    json.value(sameServerRandom);
  }

  #afterwards(tls: TlsSession): void {
    const json = this.#json;
    json.literal(keys.tickets);
    writeTickets(json, tls.tickets);
    json.literal(keys.ocspStaple);
    json.value(tls.ocspStaple);
    json.literal(keys.renegotiationFrames);
    writeNumbers(json, tls.renegotiationFrames);
    json.literal(keys.alerts);
    writeAlerts(json, tls.alerts);
    json.literal(keys.messages);
    this.#messages.write(tls.messages);
    writeBooleanMember(json, keys.established, tls.established);
    writeBooleanMember(json, keys.decrypted, tls.decrypted);
    json.literal(keys.records);
    writeSides(json, tls.records);
    json.literal(tls.http2 === true ? keys.endWithHttp2 : closeObject);
  }
}

function writeFingerprints(json: JsonWriter, fingerprints: readonly string[] | null): void {
  if (fingerprints === null) json.literal(nullLiteral);
  else writeEach(json, fingerprints, writeFingerprint);
}

function writeFingerprint(json: JsonWriter, fingerprint: string): void {
  json.recurring(fingerprint);
}
