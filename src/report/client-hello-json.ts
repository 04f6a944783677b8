import type { ClientHelloRecord } from '../model/connection-record.js';
import {
  closeObject,
  firstMember,
  member,
  writeBoolean,
  writeNumbers,
  writeString,
  writeStrings,
} from './json-literals.js';
import type { JsonWriter, Literal } from './json-writer.js';

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

/** The arrays of one shape of hello, as JSON: what lies before the server name, and between it and the flags. */
interface EncodedShape {
  supportedVersions: readonly string[];
  cipherSuites: readonly number[];
  extensions: readonly number[];
  alpn: readonly string[];
  groups: readonly number[];
  signatureAlgorithms: readonly number[];
  before: Literal;
  after: Literal;
}

/**
 * Writes ClientHellos. Hellos of one shape share their arrays (the same objects), which are most of their text, so the text
 * of the latest shapes is kept: found by identity, replaced in turn, never more than `shapesKept`.
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
    json.literal(keys.legacyVersion);
    json.string(hello.legacyVersion);
    json.literal(shape.before);
    writeString(json, hello.serverName);
    json.literal(shape.after);
    json.literal(keys.fallbackScsv);
    writeBoolean(json, hello.fallbackScsv);
    json.literal(keys.offersResumption);
    writeBoolean(json, hello.offersResumption);
    json.literal(keys.earlyData);
    writeBoolean(json, hello.earlyData);
    json.literal(keys.postHandshakeAuth);
    writeBoolean(json, hello.postHandshakeAuth);
    json.literal(keys.ech);
    writeBoolean(json, hello.ech);
    json.literal(keys.ja3);
    json.string(hello.ja3);
    json.literal(keys.ja4);
    json.string(hello.ja4);
    json.literal(closeObject);
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
        shape.signatureAlgorithms === hello.signatureAlgorithms
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
    const json = this.#json;
    const before = json.encoded(() => {
      json.literal(keys.supportedVersions);
      writeStrings(json, supportedVersions);
      json.literal(keys.cipherSuites);
      writeNumbers(json, cipherSuites);
      json.literal(keys.extensions);
      writeNumbers(json, extensions);
      json.literal(keys.serverName);
    });
    const after = json.encoded(() => {
      json.literal(keys.alpn);
      writeStrings(json, alpn);
      json.literal(keys.groups);
      writeNumbers(json, groups);
      json.literal(keys.signatureAlgorithms);
      writeNumbers(json, signatureAlgorithms);
    });
    return { supportedVersions, cipherSuites, extensions, alpn, groups, signatureAlgorithms, before, after };
  }
}
