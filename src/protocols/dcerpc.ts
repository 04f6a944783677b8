import type { Opening, Protocol } from '../model/protocol.js';
import { followDcerpc } from './dcerpc-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { little16At, octetAt, u16At, u24At } from './octets.js';

/** DCE/RPC, connection-oriented (C706 §12.6.3.1): what Windows management speaks beside SMB. */
export const dcerpc: Protocol = fromSides({
  name: 'dcerpc',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [135, 593, 1025, 1026],
  follow: followDcerpc,
  client: (opening) => judge(opening, isFromClient),
  server: (opening) => judge(opening, isFromServer),
});

const headerLength = 16;

/** `version(8) 5 minor(8) type(8) flags(8) representation(32) fragment(16) authentication(16) call(32)`. */
function judge(opening: Opening, isOwn: (type: number) => boolean): Evidence {
  if (octetAt(opening, 0) !== 5 || (opening.length > 1 && octetAt(opening, 1) > 1)) return evidence.no;
  if (opening.length < headerLength) return evidence.more;
  if (!isOwn(octetAt(opening, 2))) return evidence.no;
  const representation = octetAt(opening, 4);
  if ((representation !== 0x10 && representation !== 0x00) || u24At(opening, 5) !== 0) return evidence.no;
  const isLittle = representation === 0x10;
  const fragment = isLittle ? little16At(opening, 8) : u16At(opening, 8);
  const authentication = isLittle ? little16At(opening, 10) : u16At(opening, 10);
  return fragment >= headerLength && authentication < fragment ? evidence.yes : evidence.no;
}

/** request, bind, alter context, third authentication leg, cancel, orphaned. */
function isFromClient(type: number): boolean {
  return type === 0 || type === 11 || type === 14 || type === 16 || type === 18 || type === 19;
}

/** response, fault, bind acknowledged, bind refused, alter context answered, shutdown. */
function isFromServer(type: number): boolean {
  return type === 2 || type === 3 || type === 12 || type === 13 || type === 15 || type === 17;
}
