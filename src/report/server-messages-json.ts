import type {
  CertificateRequestRecord,
  ServerHelloRecord,
  ServerKeyExchangeRecord,
} from '../model/connection-record.js';
import {
  closeObject,
  firstMember,
  member,
  nullLiteral,
  writeBoolean,
  writeNumber,
  writeNumbers,
  writeString,
  writeStrings,
} from './json-literals.js';
import { encodeLiteral, type JsonWriter } from './json-writer.js';

const keys = {
  frame: firstMember('frame'),
  version: member('version'),
  cipherSuite: encodeLiteral(',"cipherSuite":{"id":'),
  name: member('name'),
  groupAfterSuite: encodeLiteral('},"group":'),
  alpn: member('alpn'),
  ja3s: member('ja3s'),
  downgradeSentinel: member('downgradeSentinel'),
  helloRetryRequestFrame: member('helloRetryRequestFrame'),
  secureRenegotiation: member('secureRenegotiation'),
  compression: member('compression'),
  extendedMasterSecret: member('extendedMasterSecret'),
  kind: member('kind'),
  group: member('group'),
  primeBits: member('primeBits'),
  signatureAlgorithm: member('signatureAlgorithm'),
  types: member('types'),
  signatureAlgorithms: member('signatureAlgorithms'),
  authorities: member('authorities'),
} as const;

/** Writes a ServerHello, or null. */
export function writeServerHello(json: JsonWriter, hello: ServerHelloRecord | null): void {
  if (hello === null) {
    json.literal(nullLiteral);
    return;
  }
  json.literal(keys.frame);
  json.number(hello.frame);
  json.literal(keys.version);
  json.string(hello.version);
  json.literal(keys.cipherSuite);
  json.number(hello.cipherSuite.id);
  json.literal(keys.name);
  json.string(hello.cipherSuite.name);
  json.literal(keys.groupAfterSuite);
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

/** Writes a ServerKeyExchange, or null. */
export function writeServerKeyExchange(json: JsonWriter, exchange: ServerKeyExchangeRecord | null): void {
  if (exchange === null) {
    json.literal(nullLiteral);
    return;
  }
  json.literal(keys.frame);
  json.number(exchange.frame);
  json.literal(keys.kind);
  writeString(json, exchange.kind);
  json.literal(keys.group);
  writeNumber(json, exchange.group);
  json.literal(keys.primeBits);
  writeNumber(json, exchange.primeBits);
  json.literal(keys.signatureAlgorithm);
  writeNumber(json, exchange.signatureAlgorithm);
  json.literal(closeObject);
}

/** Writes a CertificateRequest, or null. */
export function writeCertificateRequest(json: JsonWriter, request: CertificateRequestRecord | null): void {
  if (request === null) {
    json.literal(nullLiteral);
    return;
  }
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
