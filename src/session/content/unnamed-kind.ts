// A stream of no known protocol still shows what it is made of.
import type { FlowKind } from '../../model/connection-record.js';
import type { ContentNotes } from './content-notes.js';

/** What a connection of no known protocol is taken for, and why. */
export interface UnnamedKind {
  kind: Extract<FlowKind, 'cleartext' | 'opaque' | 'unknown'>;
  basis: string;
}

const noProtocol = 'the first bytes fit no protocol known here';
const evenly = 'the values of its octets are spread evenly, as encryption and compression leave them';

/**
 * Cleartext where a certificate or key can be read in it, or all of it is text; opaque where its octets are spread evenly;
 * else unknown. `whole` = the capture has it from its first octet on: of what it enters in the middle, TLS is not ruled out.
 */
export function judgeUnnamed(notes: ContentNotes | null, whole: boolean): UnnamedKind {
  if (notes === null) return { kind: 'unknown', basis: noProtocol };
  const found = notes.firstMaterial;
  if (found !== null) {
    const what = found.kind.replaceAll('-', ' ');
    return { kind: 'cleartext', basis: `${noProtocol}; a ${what} can be read in frame ${found.frame}` };
  }
  const texture = notes.texture?.verdict ?? null;
  if (texture === 'text') return { kind: 'cleartext', basis: `${noProtocol}; they are readable text` };
  if (texture === null) return { kind: 'unknown', basis: noProtocol };
  return whole
    ? { kind: 'opaque', basis: `${noProtocol}; ${evenly}` }
    : {
        kind: 'unknown',
        basis: `${noProtocol}; ${evenly}; as the beginning is not in the capture, it may be TLS`,
      };
}
