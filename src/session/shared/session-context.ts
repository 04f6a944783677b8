import { HandshakeReader } from '../tls/handshake-reader.js';
import { SessionMemory } from './session-memory.js';

/** What the sessions of a run share. */
export class SessionContext extends SessionMemory {
  readonly handshakes: HandshakeReader = new HandshakeReader(this);
}
