// Exchanges as JSON: a storm of short connections has one or two in every record, and their times are fractions.
import type { ExchangeRecord } from '../model/connection-record.js';
import { closeObject, firstMember, member, nullLiteral } from './json-literals.js';
import { encodeLiteral, type JsonWriter } from './json-writer.js';

const keys = {
  frame: firstMember('frame'),
  time: member('time'),
  answerTime: member('answerTime'),
  endTime: member('endTime'),
  clientOctets: member('clientOctets'),
  serverOctets: member('serverOctets'),
} as const;

/** Below, seconds and microseconds need not add up to the nearest number; above, the writer takes the long way. */
const leastWhole = 2 ** 27;
const largestSmall = 0x7fffffff;
const microseconds = 1e6;
const leadingZeros = ['.', '.0', '.00', '.000', '.0000', '.00000'].map(encodeLiteral);

/** Writes an exchange: what JSON.stringify says. */
export function writeExchange(json: JsonWriter, exchange: ExchangeRecord): void {
  json.literal(keys.frame);
  json.number(exchange.frame);
  json.literal(keys.time);
  writeTime(json, exchange.time);
  json.literal(keys.answerTime);
  if (exchange.answerTime === null) json.literal(nullLiteral);
  else writeTime(json, exchange.answerTime);
  json.literal(keys.endTime);
  writeTime(json, exchange.endTime);
  json.literal(keys.clientOctets);
  json.number(exchange.clientOctets);
  json.literal(keys.serverOctets);
  json.number(exchange.serverOctets);
  json.literal(closeObject);
}

/** Seconds with microseconds as two whole numbers; any other number as it comes. */
function writeTime(json: JsonWriter, time: number): void {
  const whole = Math.floor(time);
  let fraction = Math.round((time - whole) * microseconds);
  if (whole > largestSmall || whole < leastWhole || fraction === 0 || whole + fraction / microseconds !== time) {
    json.number(time);
    return;
  }
  // As many zeros in front as its six digits have; those behind are not written.
  let zeros = 0;
  for (let power = 100_000; fraction < power; power /= 10) zeros++;
  while (fraction % 10 === 0) fraction /= 10;
  json.number(whole);
  json.literal(leadingZeros[zeros]!);
  json.number(fraction);
}
