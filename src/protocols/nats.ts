import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followNats } from './nats-dialogue.js';
import { matchAnyAt, patterns } from './octets.js';

/** NATS ("Client protocol", messages INFO and CONNECT): the server speaks first. */
export const nats: Protocol = fromSides({
  name: 'nats',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [4222, 6222],
  follow: followNats,
  client: judgeClient,
  server: judgeServer,
});

const connect = patterns('CONNECT {', 'CONNECT\t{', 'connect {');
const info = patterns('INFO {', 'INFO\t{', 'info {');
const shared = patterns('PING\r\n', 'PONG\r\n', 'SUB ', 'PUB ', 'UNSUB ');
const answers = patterns('+OK\r\n', "-ERR '", 'MSG ', 'PING\r\n', 'PONG\r\n');

function judgeClient(opening: Opening): Evidence {
  return strongOrLikely(opening, connect, shared);
}

function judgeServer(opening: Opening): Evidence {
  return strongOrLikely(opening, info, answers);
}

function strongOrLikely(opening: Opening, own: readonly Uint8Array[], other: readonly Uint8Array[]): Evidence {
  const certain = matchAnyAt(opening, 0, own);
  if (certain === evidence.yes) return certain;
  const likely = matchAnyAt(opening, 0, other);
  return likely === evidence.yes ? evidence.likely : certain > likely ? certain : likely;
}
