import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followMqtt } from './mqtt-dialogue.js';
import { matchAnyAt, octetAt, patterns, u16At } from './octets.js';

/** MQTT 3.1, 3.1.1 and 5 (OASIS MQTT 5.0 §3.1 CONNECT, §3.2 CONNACK). */
export const mqtt: Protocol = fromSides({
  name: 'mqtt',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [1883],
  follow: followMqtt,
  client: judgeClient,
  server: judgeServer,
});

const protocolNames = patterns('\0\x04MQTT', '\0\x06MQIsdp');
const packet = { connect: 0x10, connectAcknowledged: 0x20, publish: 0x30, ping: 0xc0, pong: 0xd0 } as const;

/** `type(8) remaining length(7 bits an octet) name level(8)`. */
function judgeClient(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  if (type === packet.ping) return judgeEmpty(opening);
  if (type !== packet.connect) return judgeMiddle(opening);
  const body = bodyStart(opening);
  return body <= 0 ? (body < 0 ? evidence.more : evidence.no) : matchAnyAt(opening, body, protocolNames);
}

function judgeServer(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  if (type === packet.pong) return judgeEmpty(opening);
  if (type !== packet.connectAcknowledged) return judgeMiddle(opening);
  const body = bodyStart(opening);
  if (body <= 0) return body < 0 ? evidence.more : evidence.no;
  if (opening.length < body + 2) return evidence.more;
  return octetAt(opening, body) <= 1 && octetAt(opening, 1) >= 2 ? evidence.likely : evidence.no;
}

function judgeEmpty(opening: Opening): Evidence {
  if (opening.length < 2) return evidence.more;
  return octetAt(opening, 1) === 0 ? evidence.likely : evidence.no;
}

/** PUBLISH with a printable topic, or an acknowledgment: likely, where a capture begins within a session. */
function judgeMiddle(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  const isAcknowledgment = type === 0x40 || type === 0x50 || type === 0x62 || type === 0x70 || type === 0x90;
  if (isAcknowledgment)
    return opening.length < 2
      ? evidence.more
      : octetAt(opening, 1) >= 2 && octetAt(opening, 1) <= 3
        ? evidence.likely
        : evidence.no;
  if ((type & 0xf0) !== packet.publish || (type & 0x06) === 0x06) return evidence.no;
  const body = bodyStart(opening);
  if (body <= 0) return body < 0 ? evidence.more : evidence.no;
  if (opening.length < body + 2) return evidence.more;
  const topic = u16At(opening, body);
  if (topic < 3 || topic > 256) return evidence.no;
  for (let at = body + 2; at < body + 2 + topic; at++) {
    if (at >= opening.length) return evidence.more;
    if (octetAt(opening, at) < 0x21 || octetAt(opening, at) > 0x7e) return evidence.no;
  }
  return evidence.likely;
}

/** Offset after the remaining length, 0 where it is over four octets, -1 where it has not ended. */
function bodyStart(opening: Opening): number {
  for (let at = 1; at <= 4; at++) {
    if (at >= opening.length) return -1;
    if (octetAt(opening, at) < 0x80) return at + 1;
  }
  return 0;
}
