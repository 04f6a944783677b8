import type { ClientAuth, Fact, TlsSession } from '../model/connection-record.js';
import { closeObject, firstMember, member, writeBoolean, writeNumbers } from './json-literals.js';
import { encodeLiteral, type JsonWriter } from './json-writer.js';

const keys = {
  status: firstMember('status'),
  requested: member('requested'),
  outcome: member('outcome'),
  certainty: member('certainty'),
  basis: member('basis'),
  certificateRequest: firstMember('certificateRequest'),
  serverCertificate: member('serverCertificate'),
  clientCertificate: member('clientCertificate'),
  certificateVerify: member('certificateVerify'),
  seen: encodeLiteral('{"state":"seen","frames":'),
  absent: encodeLiteral('{"state":"absent","frames":'),
  hidden: encodeLiteral('{"state":"hidden","because":'),
} as const;

/** Writes what the client was asked and did. */
export function writeClientAuth(json: JsonWriter, auth: ClientAuth): void {
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

/** Writes what was seen, proven absent or hidden. */
export function writeFacts(json: JsonWriter, facts: TlsSession['facts']): void {
  json.literal(keys.certificateRequest);
  writeFact(json, facts.certificateRequest);
  json.literal(keys.serverCertificate);
  writeFact(json, facts.serverCertificate);
  json.literal(keys.clientCertificate);
  writeFact(json, facts.clientCertificate);
  json.literal(keys.certificateVerify);
  writeFact(json, facts.certificateVerify);
  json.literal(closeObject);
}

function writeFact(json: JsonWriter, fact: Fact): void {
  if (fact.state === 'hidden') {
    json.literal(keys.hidden);
    json.recurring(fact.because);
  } else {
    json.literal(fact.state === 'seen' ? keys.seen : keys.absent);
    writeNumbers(json, fact.frames);
  }
  json.literal(closeObject);
}
