import { encodeLiteral, type JsonWriter, type Literal } from './json-writer.js';

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

/** Writes an array of strings, or null. */
export function writeStrings(json: JsonWriter, values: readonly string[] | null): void {
  if (values === null) json.literal(nullLiteral);
  else writeEach(json, values, writeOneString);
}

/** Writes an array of numbers. */
export function writeNumbers(json: JsonWriter, values: readonly number[]): void {
  writeEach(json, values, writeOneNumber);
}

function writeOneString(json: JsonWriter, value: string): void {
  json.string(value);
}

function writeOneNumber(json: JsonWriter, value: number): void {
  json.number(value);
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
