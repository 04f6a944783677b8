import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, fromPeers } from './judge.js';
import { matchAt, pattern } from './octets.js';
import { followRsync } from './rsync-dialogue.js';

/** The rsync daemon (rsyncd's greeting): both sides send `@RSYNCD: version`. */
export const rsync: Protocol = fromPeers({
  name: 'rsync',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [873],
  follow: followRsync,
  judge,
  firstSpeaker: recognition.rolesUnknown,
});

const greeting = pattern('@RSYNCD: ');

function judge(opening: Opening): Evidence {
  return matchAt(opening, 0, greeting);
}
