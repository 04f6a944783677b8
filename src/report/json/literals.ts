import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

// Pieces that recur in every record, encoded once.

/** A member's name with its punctuation: `,"name":`. */
export function member(name: string): Literal {
  return encodeLiteral(`,"${name}":`);
}

/** The first member's name: `{"name":`. */
export function firstMember(name: string): Literal {
  return encodeLiteral(`{"${name}":`);
}

/** `null`. */
export const nullLiteral: Literal = encodeLiteral('null');
/** `}`. */
export const closeObject: Literal = encodeLiteral('}');
const openArray: Literal = encodeLiteral('[');
const closeArray: Literal = encodeLiteral(']');
const comma: Literal = encodeLiteral(',');
const emptyArray = encodeLiteral('[]');
const trueLiteral = encodeLiteral('true');
const falseLiteral = encodeLiteral('false');
const sidesClient = encodeLiteral('{"client":');
const sidesServer = encodeLiteral(',"server":');

/** A member that is true, false or null, with its name. */
export interface BooleanMember {
  yes: Literal;
  no: Literal;
  none: Literal;
}

/** The three texts of a boolean member: `,"name":true`. */
export function booleanMember(name: string): BooleanMember {
  return {
    yes: encodeLiteral(`,"${name}":true`),
    no: encodeLiteral(`,"${name}":false`),
    none: encodeLiteral(`,"${name}":null`),
  };
}

/** Writes a boolean member. */
export function writeBooleanMember(json: JsonWriter, member: BooleanMember, value: boolean | null): void {
  json.literal(value === null ? member.none : value ? member.yes : member.no);
}

/** Words of one member that are kept; names of protocols come from the wire. */
const maxWords = 64;
const maxWordLength = 64;

/**
 * Writes a member with few values, mostly the one before: its name and value are one piece, and found without a look at their
 * letters.
 */
export class WordMember {
  readonly #name: string;
  readonly #known: Map<string | null, Literal> = new Map();
  #last: string | null = null;
  #lastText: Literal;

  /** `name` with its punctuation: `,"kind":`. */
  constructor(name: string) {
    this.#name = name;
    this.#lastText = encodeLiteral(`${name}null`);
  }

  write(json: JsonWriter, word: string | null): void {
    if (word === this.#last) json.literal(this.#lastText);
    else this.#another(json, word);
  }

  #another(json: JsonWriter, word: string | null): void {
    const literal = this.#known.get(word) ?? this.#encode(json, word);
    if (literal === null) {
      json.ascii(this.#name);
      writeString(json, word);
      return;
    }
    this.#last = word;
    this.#lastText = literal;
    json.literal(literal);
  }

  #encode(json: JsonWriter, word: string | null): Literal | null {
    if (this.#known.size >= maxWords || (word !== null && word.length > maxWordLength)) return null;
    const literal = json.encoded(() => {
      json.ascii(this.#name);
      writeString(json, word);
    });
    this.#known.set(word, literal);
    return literal;
  }
}

/** Writes true, false or null. */
export function writeBoolean(json: JsonWriter, value: boolean | null): void {
  json.literal(value === null ? nullLiteral : value ? trueLiteral : falseLiteral);
}

/** Writes a string or null. */
export function writeString(json: JsonWriter, value: string | null): void {
  if (value === null) json.literal(nullLiteral);
  else json.string(value);
}

/** Writes a number or null. */
export function writeNumber(json: JsonWriter, value: number | null): void {
  if (value === null) json.literal(nullLiteral);
  else json.number(value);
}

/** Writes an array, each element by `write`. */
export function writeEach<T>(
  json: JsonWriter,
  values: readonly T[],
  write: (json: JsonWriter, value: T) => void,
): void {
  if (values.length === 0) {
    json.literal(emptyArray);
    return;
  }
  json.literal(openArray);
  for (let at = 0; at < values.length; at++) {
    if (at > 0) json.literal(comma);
    write(json, values[at]!);
  }
  json.literal(closeArray);
}

// Strings and numbers have loops of their own: V8 keeps arrays of each in its own way, and one loop over all ways is slow.

/** Writes an array of strings, or null. */
export function writeStrings(json: JsonWriter, values: readonly string[] | null): void {
  if (values === null) json.literal(nullLiteral);
  else if (values.length === 0) json.literal(emptyArray);
  else {
    for (let at = 0; at < values.length; at++) {
      json.literal(at === 0 ? openArray : comma);
      json.string(values[at]!);
    }
    json.literal(closeArray);
  }
}

/** Writes an array of numbers. */
export function writeNumbers(json: JsonWriter, values: readonly number[]): void {
  if (values.length === 0) {
    json.literal(emptyArray);
    return;
  }
  for (let at = 0; at < values.length; at++) {
    json.literal(at === 0 ? openArray : comma);
    json.number(values[at]!);
  }
  json.literal(closeArray);
}

/** Writes an array of plain objects: empty in nearly every record. */
export function writeObjects(json: JsonWriter, values: readonly object[]): void {
  if (values.length === 0) json.literal(emptyArray);
  else json.value(values);
}

/** Writes a count for each side. */
export function writeSides(json: JsonWriter, sides: { client: number; server: number }): void {
  json.literal(sidesClient);
  json.number(sides.client);
  json.literal(sidesServer);
  json.number(sides.server);
  json.literal(closeObject);
}
