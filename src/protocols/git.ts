import type { Opening, Protocol } from '../model/protocol.js';
import { followGit } from './git-dialogue.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { isDigit, matchAnyAt, octetAt, patterns } from './octets.js';

/** Git's own transport (gitprotocol-pack, "Git Transport"): `length(4 hex digits) git-upload-pack SP path NUL …`. */
export const git: Protocol = fromSides({
  name: 'git',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [9418],
  follow: followGit,
  client: judgeRequest,
  server: tellsNothing,
});

const services = patterns('git-upload-pack ', 'git-receive-pack ', 'git-upload-archive ');

function judgeRequest(opening: Opening): Evidence {
  const digits = Math.min(4, opening.length);
  for (let at = 0; at < digits; at++) {
    const octet = octetAt(opening, at);
    if (!isDigit(octet) && !(octet >= 0x61 && octet <= 0x66) && !(octet >= 0x41 && octet <= 0x46)) return evidence.no;
  }
  return matchAnyAt(opening, 4, services);
}
