import type { ClientHelloRecord } from '../../model/connection-record.js';
import { closeObject, firstMember, member, writeBoolean, writeNumbers, writeString, writeStrings } from './literals.js';
import type { JsonWriter, Literal } from './writer.js';

const keys = {
  frame: firstMember('frame'),
  legacyVersion: member('legacyVersion'),
  supportedVersions: member('supportedVersions'),
  cipherSuites: member('cipherSuites'),
  extensions: member('extensions'),
  serverName: member('serverName'),
  alpn: member('alpn'),
  groups: member('groups'),
  signatureAlgorithms: member('signatureAlgorithms'),
  fallbackScsv: member('fallbackScsv'),
  offersResumption: member('offersResumption'),
  earlyData: member('earlyData'),
  postHandshakeAuth: member('postHandshakeAuth'),
  ech: member('ech'),
  ja3: member('ja3'),
  ja4: member('ja4'),
} as const;

/** Shapes kept: a network has a few dozen client stacks; a search of more costs what writing the arrays does. */
const shapesKept = 16;

/** What one shape of hello says, and its JSON: before the server name, between it and `offersResumption`, and after that. */
interface EncodedShape {
  supportedVersions: readonly string[];
  cipherSuites: readonly number[];
  extensions: readonly number[];
  alpn: readonly string[];
  groups: readonly number[];
  signatureAlgorithms: readonly number[];
  legacyVersion: string;
  fallbackScsv: boolean;
  earlyData: boolean;
  postHandshakeAuth: boolean;
  ech: boolean;
  ja3: string;
  ja4: string;
  before: Literal;
  between: Literal;
  after: Literal;
}

/**
 * Writes ClientHellos. Hellos of one shape share their arrays (the same objects), which are most of their text, so the text
 * of the latest shapes is kept: arrays are compared by identity; replaced in turn, never more than `shapesKept`.
 */
export class ClientHelloJsonWriter {
  readonly #json: JsonWriter;
  readonly #shapes: EncodedShape[] = [];
  #oldest = 0;

  constructor(json: JsonWriter) {
    this.#json = json;
  }

  /** Writes `{…}`. */
  write(hello: ClientHelloRecord): void {
    const json = this.#json;
    const shape = this.#shape(hello);
    json.literal(keys.frame);
    json.number(hello.frame);
    json.literal(shape.before);
    writeString(json, hello.serverName);
    json.literal(shape.between);
    writeBoolean(json, hello.offersResumption);
    json.literal(shape.after);
  }

  #shape(hello: ClientHelloRecord): EncodedShape {
    const shapes = this.#shapes;
    for (let at = 0; at < shapes.length; at++) {
      const shape = shapes[at]!;
      if (
        shape.cipherSuites === hello.cipherSuites &&
        shape.extensions === hello.extensions &&
        shape.supportedVersions === hello.supportedVersions &&
        shape.alpn === hello.alpn &&
        shape.groups === hello.groups &&
        shape.signatureAlgorithms === hello.signatureAlgorithms &&
        shape.legacyVersion === hello.legacyVersion &&
        shape.fallbackScsv === hello.fallbackScsv &&
        shape.earlyData === hello.earlyData &&
        shape.postHandshakeAuth === hello.postHandshakeAuth &&
        shape.ech === hello.ech &&
        shape.ja3 === hello.ja3 &&
        shape.ja4 === hello.ja4
      ) {
        return shape;
      }
    }
    const encoded = this.#encode(hello);
    shapes[this.#oldest] = encoded;
    this.#oldest = (this.#oldest + 1) % shapesKept;
    return encoded;
  }

  #encode(hello: ClientHelloRecord): EncodedShape {
    const { supportedVersions, cipherSuites, extensions, alpn, groups, signatureAlgorithms } = hello;
    const { legacyVersion, fallbackScsv, earlyData, postHandshakeAuth, ech, ja3, ja4 } = hello;
    const json = this.#json;
    const before = json.encoded(() => {
      json.literal(keys.legacyVersion);
      json.string(legacyVersion);
      json.literal(keys.supportedVersions);
      writeStrings(json, supportedVersions);
      json.literal(keys.cipherSuites);
      writeNumbers(json, cipherSuites);
      json.literal(keys.extensions);
      writeNumbers(json, extensions);
      json.literal(keys.serverName);
    });
    const between = json.encoded(() => {
      json.literal(keys.alpn);
      writeStrings(json, alpn);
      json.literal(keys.groups);
      writeNumbers(json, groups);
      json.literal(keys.signatureAlgorithms);
      writeNumbers(json, signatureAlgorithms);
      json.literal(keys.fallbackScsv);
      writeBoolean(json, fallbackScsv);
      json.literal(keys.offersResumption);
    });
    const after = json.encoded(() => {
      json.literal(keys.earlyData);
      writeBoolean(json, earlyData);
      json.literal(keys.postHandshakeAuth);
      writeBoolean(json, postHandshakeAuth);
      json.literal(keys.ech);
      writeBoolean(json, ech);
      json.literal(keys.ja3);
      json.string(ja3);
      json.literal(keys.ja4);
      json.string(ja4);
      json.literal(closeObject);
    });
    return {
      ...{ supportedVersions, cipherSuites, extensions, alpn, groups, signatureAlgorithms },
      ...{ legacyVersion, fallbackScsv, earlyData, postHandshakeAuth, ech, ja3, ja4 },
      ...{ before, between, after },
    };
  }
}
