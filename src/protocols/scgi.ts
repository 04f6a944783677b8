import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Opening, Protocol } from '../model/protocol.js';
import { type HeadForm, OneRequestFollower } from './gateway/one-request.js';
import type { GatewayVariables } from './gateway/variables.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { octetAt } from './octets.js';

/**
 * SCGI ("SCGI: A Simple Common Gateway Interface alternative"): a netstring of `name NUL value NUL` pairs, CONTENT_LENGTH the
 * first of them, then the body. The answer is one of CGI.
 */
export const scgi: Protocol = fromSides({
  name: 'scgi',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [4000],
  follow: followScgi,
  client: judgeRequest,
  server: tellsNothing,
});

const firstName = 'CONTENT_LENGTH';
const colon = 0x3a;
/** Digits of a netstring's length. */
const mostDigits = 6;

/** Begins to follow a connection of SCGI. */
function followScgi(sink: ContentSink): Follower {
  return new OneRequestFollower(sink, form);
}

function judgeRequest(opening: Opening): Evidence {
  let at = 0;
  while (at < opening.length && isDigit(octetAt(opening, at))) at++;
  if (at === 0 || at > mostDigits) return evidence.no;
  if (at === opening.length) return evidence.more;
  if (octetAt(opening, at) !== colon) return evidence.no;
  for (let letter = 0; letter <= firstName.length; letter++) {
    if (at + 1 + letter >= opening.length) return evidence.more;
    // NUL ends the name.
    const wanted = letter < firstName.length ? firstName.charCodeAt(letter) : 0;
    if (octetAt(opening, at + 1 + letter) !== wanted) return evidence.no;
  }
  return evidence.yes;
}

const form: HeadForm = {
  title: 'SCGI',
  measure(bytes: Uint8Array, start: number, end: number): number {
    let length = 0;
    for (let at = start; at < end; at++) {
      const octet = bytes[at]!;
      // The colon before the pairs, and the comma behind them.
      if (octet === colon) return at - start + 1 + length + 1;
      if (!isDigit(octet) || at - start >= mostDigits) return -1;
      length = length * 10 + octet - 0x30;
    }
    return 0;
  },
  read(bytes: Uint8Array, start: number, end: number, told: GatewayVariables): void {
    let at = bytes.indexOf(colon, start) + 1;
    while (at < end) {
      const nameEnd = bytes.indexOf(0, at);
      if (nameEnd < 0 || nameEnd >= end) return;
      const valueEnd = bytes.indexOf(0, nameEnd + 1);
      if (valueEnd < 0 || valueEnd >= end) return;
      told.variable(bytes, at, nameEnd, nameEnd + 1, valueEnd);
      at = valueEnd + 1;
    }
  },
};

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}
