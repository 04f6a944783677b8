import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, fromPeers } from './judge.js';
import { matchAt, pattern } from './octets.js';

/** BitTorrent's peer protocol (BEP 3, handshake): the one who connects speaks first. */
export const bittorrent: Protocol = fromPeers({
  name: 'bittorrent',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [6881, 6882, 51413],
  judge,
  firstSpeaker: recognition.firstIsClient,
});

const handshake = pattern('\x13BitTorrent protocol');

function judge(opening: Opening): Evidence {
  return matchAt(opening, 0, handshake);
}
