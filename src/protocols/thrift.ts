import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides, type Judge } from './judge.js';
import { octetAt, u16At, u32At } from './octets.js';
import { followThrift } from './thrift-dialogue.js';

/** Apache Thrift's binary protocol, framed or not ("Thrift Binary protocol encoding", strict message). */
export const thrift: Protocol = fromSides({
  name: 'thrift',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [9090, 9160, 10000],
  follow: followThrift,
  client: judgeMessage(isCall),
  server: judgeMessage(isReply),
});

const strictVersion = 0x8001;
const longestName = 128;

/** `[length(32)] 80 01 00 type(8) name length(32) name sequence(32)`. */
function judgeMessage(isOwn: (type: number) => boolean): Judge {
  return (opening: Opening): Evidence => {
    const start = octetAt(opening, 0) === 0x80 ? 0 : 4;
    if (opening.length < start + 10)
      return octetAt(opening, 0) === 0x80 || octetAt(opening, 0) === 0 ? evidence.more : evidence.no;
    if (
      u16At(opening, start) !== strictVersion ||
      octetAt(opening, start + 2) !== 0 ||
      !isOwn(octetAt(opening, start + 3))
    )
      return evidence.no;
    const length = u32At(opening, start + 4);
    if (length === 0 || length > longestName) return evidence.no;
    for (let at = start + 8; at < start + 10; at++) {
      const octet = octetAt(opening, at);
      if (octet < 0x20 || octet > 0x7e) return at > start + 8 && length === 1 ? evidence.yes : evidence.no;
    }
    return evidence.yes;
  };
}

/** Call or oneway. */
function isCall(type: number): boolean {
  return type === 1 || type === 4;
}

/** Reply or exception. */
function isReply(type: number): boolean {
  return type === 2 || type === 3;
}
