import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, octetAt, patterns, u32At } from './octets.js';
import { followZookeeper } from './zookeeper-dialogue.js';

/** ZooKeeper (jute records ConnectRequest and ConnectResponse), and its four-letter words. */
export const zookeeper: Protocol = fromSides({
  name: 'zookeeper',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [2181, 2182],
  follow: followZookeeper,
  client: judgeRequest,
  server: judgeResponse,
});

const words = patterns('ruok', 'stat', 'srvr', 'mntr', 'conf', 'envi', 'isro', 'cons', 'dump');
const answers = patterns('imok', 'Zookeeper version', 'zk_version', 'clientPort=');
const passwordLength = 16;

/** `length(32) version(32) 0 zxid(64) timeout(32) session(64) password length(32) 16 password [read-only(8)]`. */
function judgeRequest(opening: Opening): Evidence {
  if (octetAt(opening, 0) !== 0) {
    const word = matchAnyAt(opening, 0, words);
    return word === evidence.yes ? evidence.likely : word;
  }
  if (opening.length < 4) return evidence.more;
  const length = u32At(opening, 0);
  if (length !== 44 && length !== 45) return evidence.no;
  if (opening.length < 32) return evidence.more;
  return u32At(opening, 4) === 0 && u32At(opening, 28) === passwordLength ? evidence.yes : evidence.no;
}

/** `length(32) version(32) 0 timeout(32) session(64) password length(32) 16 password [read-only(8)]`. */
function judgeResponse(opening: Opening): Evidence {
  if (octetAt(opening, 0) !== 0) {
    const answer = matchAnyAt(opening, 0, answers);
    return answer === evidence.yes ? evidence.likely : answer;
  }
  if (opening.length < 4) return evidence.more;
  const length = u32At(opening, 0);
  if (length !== 36 && length !== 37) return evidence.no;
  if (opening.length < 24) return evidence.more;
  return u32At(opening, 4) === 0 && u32At(opening, 20) === passwordLength ? evidence.yes : evidence.no;
}
