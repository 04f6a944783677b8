// Exchanges as JSON: a storm of short connections has one or two in every record, and their times are fractions.
import type { ExchangeRecord } from '../../model/connection-record.js';
import { closeObject, firstMember, member, nullLiteral } from './literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

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

/** Writes exchanges as JSON objects: what JSON.stringify says, at a fraction of its cost. */
export class ExchangeJsonWriter {
  readonly #json: JsonWriter;
  /** The second written last, as text: the times of an exchange share it, and so do its neighbours. */
  #second = -1;
  #secondText: Literal = leadingZeros[0]!;

  constructor(json: JsonWriter) {
    this.#json = json;
  }

  /** Writes `{…}`. */
  write(exchange: ExchangeRecord): void {
    const json = this.#json;
    json.literal(keys.frame);
    json.number(exchange.frame);
    json.literal(keys.time);
    this.#time(exchange.time);
    json.literal(keys.answerTime);
    if (exchange.answerTime === null) json.literal(nullLiteral);
    else this.#time(exchange.answerTime);
    json.literal(keys.endTime);
    this.#time(exchange.endTime);
    json.literal(keys.clientOctets);
    json.number(exchange.clientOctets);
    json.literal(keys.serverOctets);
    json.number(exchange.serverOctets);
    json.literal(closeObject);
  }

  /** Seconds with microseconds as two whole numbers; any other number as it comes. */
  #time(time: number): void {
    const json = this.#json;
    const whole = Math.floor(time);
    let fraction = Math.round((time - whole) * microseconds);
    if (whole > largestSmall || whole < leastWhole || fraction === 0 || whole + fraction / microseconds !== time) {
      json.number(time);
      return;
    }
    if (whole !== this.#second) {
      this.#second = whole;
      this.#secondText = encodeLiteral(String(whole));
    }
    // As many zeros in front as its six digits have; those behind are not written.
    let zeros = 0;
    for (let power = 100_000; fraction < power; power /= 10) zeros++;
    while (fraction % 10 === 0) fraction /= 10;
    json.literal(this.#secondText);
    json.literal(leadingZeros[zeros]!);
    json.number(fraction);
  }
}
