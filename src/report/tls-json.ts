import type { TlsSession } from '../model/connection-record.js';
import { writeClientAuth, writeFacts } from './client-auth-json.js';
import { ClientHelloJsonWriter } from './client-hello-json.js';
import {
  closeObject,
  firstMember,
  member,
  nullLiteral,
  writeBoolean,
  writeEach,
  writeNumber,
  writeNumbers,
  writeSides,
  writeString,
} from './json-literals.js';
import type { JsonWriter } from './json-writer.js';
import { ServerHelloJsonWriter, writeCertificateRequest, writeServerKeyExchange } from './server-messages-json.js';
import { MessagesJsonWriter, writeAlerts, writeTickets } from './tls-events-json.js';
import { VerdictJsonWriter, writeSignatures } from './verification-json.js';

const keys = {
  version: firstMember('version'),
  clientHello: member('clientHello'),
  serverHello: member('serverHello'),
  sameClientRandom: member('sameClientRandom'),
  sameServerRandom: member('sameServerRandom'),
  resumed: member('resumed'),
  resumedFrom: member('resumedFrom'),
  certificateRequest: member('certificateRequest'),
  serverCertificates: member('serverCertificates'),
  clientCertificates: member('clientCertificates'),
  certificateVerifyFrame: member('certificateVerifyFrame'),
  serverVerification: member('serverVerification'),
  clientVerification: member('clientVerification'),
  signatures: member('signatures'),
  clientAuth: member('clientAuth'),
  facts: member('facts'),
  serverKeyExchange: member('serverKeyExchange'),
  tickets: member('tickets'),
  ocspStaple: member('ocspStaple'),
  renegotiationFrames: member('renegotiationFrames'),
  alerts: member('alerts'),
  messages: member('messages'),
  established: member('established'),
  decrypted: member('decrypted'),
  records: member('records'),
} as const;

/** Writes TLS sessions as JSON objects. */
export class TlsJsonWriter {
  readonly #json: JsonWriter;
  readonly #clientHello: ClientHelloJsonWriter;
  readonly #serverHello: ServerHelloJsonWriter;
  readonly #verdicts: VerdictJsonWriter;
  readonly #messages: MessagesJsonWriter = new MessagesJsonWriter();

  constructor(json: JsonWriter) {
    this.#json = json;
    this.#clientHello = new ClientHelloJsonWriter(json);
    this.#serverHello = new ServerHelloJsonWriter(json);
    this.#verdicts = new VerdictJsonWriter(json);
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
    this.#serverHello.write(tls.serverHello);
    json.literal(keys.sameClientRandom);
    json.value(tls.sameClientRandom);
    json.literal(keys.sameServerRandom);
    json.value(tls.sameServerRandom);
    json.literal(keys.resumed);
    writeBoolean(json, tls.resumed);
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
    json.literal(keys.clientAuth);
    writeClientAuth(json, tls.clientAuth);
    json.literal(keys.facts);
    writeFacts(json, tls.facts);
    json.literal(keys.serverKeyExchange);
    writeServerKeyExchange(json, tls.serverKeyExchange);
    this.#afterwards(tls);
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
    this.#messages.write(json, tls.messages);
    json.literal(keys.established);
    writeBoolean(json, tls.established);
    json.literal(keys.decrypted);
    writeBoolean(json, tls.decrypted);
    json.literal(keys.records);
    writeSides(json, tls.records);
    json.literal(closeObject);
  }
}

function writeFingerprints(json: JsonWriter, fingerprints: readonly string[] | null): void {
  if (fingerprints === null) json.literal(nullLiteral);
  else writeEach(json, fingerprints, writeFingerprint);
}

function writeFingerprint(json: JsonWriter, fingerprint: string): void {
  json.recurring(fingerprint);
}
