import type { Opening, Protocol } from '../model/protocol.js';
import { berUnfinished, enterBer } from './ber.js';
import { type Evidence, evidence, fromSides, type Judge } from './judge.js';
import { followKerberosOverTcp, followKerberosOverUdp } from './kerberos-dialogue.js';
import { octetAt, u32At } from './octets.js';

/** Kerberos 5 over TCP, each message behind its length (RFC 4120 §7.2.2). */
export const kerberosOverTcp: Protocol = fromSides({
  name: 'kerberos',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [88, 749],
  follow: followKerberosOverTcp,
  client: judgeStream(0xa1),
  server: judgeStream(0xa0),
});

/** Kerberos 5 over UDP (RFC 4120 §7.2.1). */
export const kerberosOverUdp: Protocol = fromSides({
  name: 'kerberos',
  kind: 'cleartext',
  transport: 'udp',
  ports: [88],
  follow: followKerberosOverUdp,
  client: (opening) => judgeMessage(opening, 0, 0xa1),
  server: (opening) => judgeMessage(opening, 0, 0xa0),
});

const version = 5;

function judgeStream(versionTag: number): Judge {
  return (opening: Opening): Evidence => {
    if (opening.length < 4) return octetAt(opening, 0) === 0 ? evidence.more : evidence.no;
    const length = u32At(opening, 0);
    return length < 16 || length > 0xfffff ? evidence.no : judgeMessage(opening, 4, versionTag);
  };
}

/**
 * `[APPLICATION n] SEQUENCE { pvno INTEGER (5), msg-type INTEGER (n) … }`; pvno is tagged [1] in requests to the KDC (AS-REQ
 * 10, TGS-REQ 12) and [0] in everything else (AS-REP 11, TGS-REP 13, KRB-ERROR 30).
 */
function judgeMessage(opening: Opening, start: number, versionTag: number): Evidence {
  if (start >= opening.length) return evidence.more;
  const application = octetAt(opening, start);
  const type = application & 0x1f;
  const isRequest = type === 10 || type === 12;
  if ((application & 0xe0) !== 0x60 || !(isRequest || type === 11 || type === 13 || type === 30)) return evidence.no;
  if (isRequest !== (versionTag === 0xa1)) return evidence.no;
  const sequence = enterBer(opening, start, application);
  if (sequence < 0) return unreadable(sequence);
  const fields = enterBer(opening, sequence, 0x30);
  if (fields < 0) return unreadable(fields);
  if (fields + 10 > opening.length) return evidence.more;
  return isInteger(opening, fields, versionTag, version) && isInteger(opening, fields + 5, versionTag + 1, type)
    ? evidence.yes
    : evidence.no;
}

/** `[tag] INTEGER (value)` in its five octets. */
function isInteger(opening: Opening, at: number, tag: number, value: number): boolean {
  return u32At(opening, at) === tag * 0x1000000 + 0x030201 && octetAt(opening, at + 4) === value;
}

function unreadable(code: number): Evidence {
  return code === berUnfinished ? evidence.more : evidence.no;
}
