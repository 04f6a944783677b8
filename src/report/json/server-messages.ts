import type {
  CertificateRequestRecord,
  ServerHelloRecord,
  ServerKeyExchangeRecord,
} from '../../model/connection-record.js';
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
} from './literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

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

/** Shapes kept: servers answer in few ways; a search of more costs what writing the members does. */
const shapesKept = 16;

/** A ServerHello that others repeat but for its frames, and its JSON before and after the retry's frame. */
interface EncodedShape {
  hello: ServerHelloRecord;
  before: Literal;
  after: Literal;
}

/** Writes ServerHellos. The text of the latest shapes is kept: replaced in turn, never more than `shapesKept`. */
export class ServerHelloJsonWriter {
  readonly #json: JsonWriter;
  readonly #shapes: EncodedShape[] = [];
  #oldest = 0;

  constructor(json: JsonWriter) {
    this.#json = json;
  }

  /** Writes `{…}`, or null. */
  write(hello: ServerHelloRecord | null): void {
    const json = this.#json;
    if (hello === null) {
      json.literal(nullLiteral);
      return;
    }
    const shape = this.#shape(hello);
    json.literal(keys.frame);
    json.number(hello.frame);
    json.literal(shape.before);
    writeNumber(json, hello.helloRetryRequestFrame);
    json.literal(shape.after);
  }

  #shape(hello: ServerHelloRecord): EncodedShape {
    const shapes = this.#shapes;
    for (let at = 0; at < shapes.length; at++) if (isAlike(shapes[at]!.hello, hello)) return shapes[at]!;
    const encoded = this.#encode(hello);
    shapes[this.#oldest] = encoded;
    this.#oldest = (this.#oldest + 1) % shapesKept;
    return encoded;
  }

  #encode(hello: ServerHelloRecord): EncodedShape {
    const json = this.#json;
    const before = json.encoded(() => {
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
    });
    const after = json.encoded(() => {
      json.literal(keys.secureRenegotiation);
      writeBoolean(json, hello.secureRenegotiation);
      json.literal(keys.compression);
      json.number(hello.compression);
      json.literal(keys.extendedMasterSecret);
      writeBoolean(json, hello.extendedMasterSecret);
      json.literal(closeObject);
    });
    return { hello, before, after };
  }
}

/** Whether two hellos say the same but for their frames. */
function isAlike(a: ServerHelloRecord, b: ServerHelloRecord): boolean {
  return (
    a.cipherSuite.id === b.cipherSuite.id &&
    a.group === b.group &&
    a.secureRenegotiation === b.secureRenegotiation &&
    a.extendedMasterSecret === b.extendedMasterSecret &&
    a.compression === b.compression &&
    a.downgradeSentinel === b.downgradeSentinel &&
    a.version === b.version &&
    a.ja3s === b.ja3s &&
    a.alpn === b.alpn &&
    a.cipherSuite.name === b.cipherSuite.name
  );
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
