import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { followKafka } from './kafka-dialogue.js';
import { octetAt, u16At, u32At } from './octets.js';

/** Kafka ("Kafka protocol guide", request header): `length(32) key(16) version(16) correlation(32) client length(16) client`. */
export const kafka: Protocol = fromSides({
  name: 'kafka',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [9092, 9094, 19092, 29092],
  follow: followKafka,
  client: judgeRequest,
  // A response is a length and a correlation number: nothing to be certain by.
  server: tellsNothing,
});

const headerLength = 14;
const largestRequest = 0x6400000;
const lastKey = 92;
const lastVersion = 20;
const noClient = 0xffff;
const longestClient = 255;
const surePrefix = 4;

function judgeRequest(opening: Opening, onUsualPort: boolean): Evidence {
  const length = opening.length;
  if (length > 4 && octetAt(opening, 4) !== 0) return evidence.no;
  if (length < headerLength) return evidence.more;
  const declared = u32At(opening, 0);
  if (declared < 10 || declared > largestRequest || u16At(opening, 4) > lastKey || u16At(opening, 6) > lastVersion)
    return evidence.no;
  const client = u16At(opening, 12);
  if (client === noClient) return onUsualPort ? evidence.yes : evidence.likely;
  if (client === 0) return onUsualPort && declared >= 10 ? evidence.likely : evidence.no;
  if (client > longestClient || client > declared - 10) return evidence.no;
  if (client < surePrefix) return onUsualPort ? evidence.likely : evidence.no;
  if (length < headerLength + Math.min(client, 16)) return evidence.more;
  for (let at = headerLength; at < headerLength + Math.min(client, 16); at++)
    if (octetAt(opening, at) < 0x20 || octetAt(opening, at) > 0x7e) return evidence.no;
  return evidence.yes;
}
