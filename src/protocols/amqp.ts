import type { Opening, Protocol } from '../model/protocol.js';
import { followAmqp } from './amqp-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, octetAt, patterns, u16At, u32At } from './octets.js';

/** AMQP 0-9-1 and 1.0 (OASIS AMQP 1.0 part 2 §2.2 version negotiation; 0-9-1 §4.2.3 frames). RabbitMQ, Qpid, Service Bus. */
export const amqp: Protocol = fromSides({
  name: 'amqp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [5672],
  follow: followAmqp,
  client: judgeClient,
  server: (opening) => judgeFrame(opening),
});

/** 0-9-1, 0-9, 0-8, 0-10; 1.0 bare, behind TLS, with SASL. */
const headers = patterns(
  'AMQP\0\0\x09\x01',
  'AMQP\x01\x01\0\x09',
  'AMQP\x01\x01\x08\0',
  'AMQP\x01\x01\0\x0a',
  'AMQP\0\x01\0\0',
  'AMQP\x02\x01\0\0',
  'AMQP\x03\x01\0\0',
);
const frameEnd = 0xce;
const frame = { method: 1, heartbeat: 8 } as const;

function judgeClient(opening: Opening): Evidence {
  const header = matchAnyAt(opening, 0, headers);
  return header === evidence.no ? judgeFrame(opening) : header;
}

/** `type(8) channel(16) size(32) class(16) method(16) … 0xce`. */
function judgeFrame(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  if (type !== frame.method && type !== frame.heartbeat) return evidence.no;
  if (opening.length < 8) return evidence.more;
  const size = u32At(opening, 3);
  if (type === frame.heartbeat)
    return size === 0 && u16At(opening, 1) === 0 && octetAt(opening, 7) === frameEnd ? evidence.yes : evidence.no;
  if (size < 4 || size > 0x20000) return evidence.no;
  if (opening.length < 11) return evidence.more;
  const classId = u16At(opening, 7);
  const methodId = u16At(opening, 9);
  if (classId < 10 || classId > 90 || classId % 5 !== 0 || methodId < 10 || methodId > 120) return evidence.no;
  // Connection.Start on channel 0, version 0.9, is what a server opens with.
  const isStart = classId === 10 && methodId === 10 && u16At(opening, 1) === 0;
  if (isStart)
    return opening.length < 13
      ? evidence.more
      : u16At(opening, 11) === 9 || u16At(opening, 11) === 8 << 8
        ? evidence.yes
        : evidence.no;
  if (opening.length < 8 + size) return evidence.more;
  return octetAt(opening, 7 + size) === frameEnd ? evidence.yes : evidence.no;
}
