import type { Opening, Protocol } from '../model/protocol.js';
import { followEnip } from './control-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { little16At, little32At } from './octets.js';

/**
 * EtherNet/IP (CIP volume 2 §2-3, encapsulation header): `command(16) length(16) session(32) status(32) context(64)
 * options(32) 0`, little-endian.
 */
export const enip: Protocol = fromSides({
  name: 'enip',
  kind: 'cleartext',
  transport: 'both',
  ports: [44818],
  follow: followEnip,
  client: (opening, onUsualPort) => judge(opening, onUsualPort, false),
  server: (opening, onUsualPort) => judge(opening, onUsualPort, true),
});

const headerLength = 24;
const command = {
  services: 0x04,
  identity: 0x63,
  interfaces: 0x64,
  register: 0x65,
  unregister: 0x66,
  request: 0x6f,
  connected: 0x70,
} as const;
const longest = 0x1000;

function judge(opening: Opening, onUsualPort: boolean, isServer: boolean): Evidence {
  if (opening.length < headerLength)
    return opening.length >= 2 && !isCommand(little16At(opening, 0)) ? evidence.no : evidence.more;
  const code = little16At(opening, 0);
  const length = little16At(opening, 2);
  const status = little32At(opening, 8);
  if (!isCommand(code) || length > longest || little32At(opening, 20) !== 0 || status > 0x69) return evidence.no;
  if (!isServer && status !== 0) return evidence.no;
  const session = little32At(opening, 4);
  const expected = judgeCommand(code, length, session, isServer);
  return expected === evidence.likely && onUsualPort ? evidence.yes : expected;
}

/** Registering tells who is who: the client has no session yet. The lists are asked for with nothing. */
function judgeCommand(code: number, length: number, session: number, isServer: boolean): Evidence {
  if (code === command.register) return length === 4 && (session !== 0) === isServer ? evidence.yes : evidence.no;
  if (code === command.services || code === command.identity || code === command.interfaces)
    return length > 0 === isServer ? evidence.likely : evidence.no;
  return session !== 0 && !isServer === (code === command.request || code === command.connected)
    ? evidence.likely
    : evidence.no;
}

function isCommand(code: number): boolean {
  return (
    code === command.services ||
    (code >= command.identity && code <= command.unregister) ||
    code === command.request ||
    code === command.connected
  );
}
