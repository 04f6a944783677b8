// What the headers of a message say about its body: whether it is of interest, and how it is read.
import type { CompressedFormat } from '../../base/inflate.js';
import { readFormFields, readJsonFields, readMultipartFields } from './fields.js';
import { maxSearchedOctets, maxSearchedText } from './limits.js';

/** How bodies of a media type and encoding are read. */
export interface BodyKind {
  /** It is looked at at all; an encoding that is not known here hides what it holds. */
  readonly interests: boolean;
  readonly format: CompressedFormat | null;
  /** How its fields are read; null where it has none. */
  readonly readFields: typeof readFormFields | null;
  /** Octets that are searched for certificates and keys. */
  readonly searchedOctets: number;
  /** As `MaterialRecord.where`. */
  readonly where: string;
}

/** Kinds that are remembered; a service sends a handful. */
const maxKinds = 256;
const plainKinds = new Map<string, BodyKind>();

/** The kind of body that `mediaType` and `encoding` announce, header values in lower case. */
export function bodyKind(mediaType: string, encoding: string): BodyKind {
  if (encoding !== '') return kindOf(mediaType, encoding);
  let kind = plainKinds.get(mediaType);
  if (kind === undefined) {
    kind = kindOf(mediaType, encoding);
    if (plainKinds.size < maxKinds) plainKinds.set(mediaType, kind);
  }
  return kind;
}

function kindOf(mediaType: string, encoding: string): BodyKind {
  return {
    interests: !dull.test(mediaType) && (encoding === '' || encoding === 'identity' || formats.has(encoding)),
    format: formats.get(encoding) ?? null,
    readFields: fieldReaderOf(mediaType),
    searchedOctets: textual.test(mediaType) ? maxSearchedText : maxSearchedOctets,
    where: mediaType.startsWith('multipart/') ? 'multipart body' : 'body',
  };
}

/** Media types without interest: what they are made of holds no secrets, and there is much of it. */
const dull = /^(?:image|video|audio|font)\/|^text\/css|javascript|wasm|mpegurl|dash\+xml|x-shockwave/;

const textual = /^text\/|json|xml|x-www-form|multipart|pem|x509|pkcs/;

const formats: ReadonlyMap<string, CompressedFormat> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
]);

/** How fields are read, by media type. */
function fieldReaderOf(mediaType: string): typeof readFormFields | null {
  if (mediaType.startsWith('application/x-www-form-urlencoded')) return readFormFields;
  if (mediaType.startsWith('multipart/form-data')) return readMultipartFields;
  return /^(?:application|text)\/(?:[\w.-]+\+)?(?:json|x-ndjson)/.test(mediaType) ? readJsonFields : null;
}
