// Secrets that were given, by what a handshake shows of itself in clear. They stay in here: nothing prints them, and a private
// field is what no inspection of an object shows.
import { latin1 } from '../../base/bytes.js';
import { OpeningWork } from './opening-work.js';

/** Client randoms, session ids and pre-master secrets kept for a run: a busy server's week; some 500 octets each. */
export const maxStoredSecrets = 1_000_000;

/** What a secret is for. QUIC's and TLS 1.3's have the same names and uses. */
export type SecretKind =
  | 'master'
  | 'pre-master'
  | 'client-early'
  | 'client-handshake'
  | 'server-handshake'
  | 'client-application'
  | 'server-application';

const places: Readonly<Record<SecretKind, number>> = {
  master: 0,
  'pre-master': 1,
  'client-early': 2,
  'client-handshake': 3,
  'server-handshake': 4,
  'client-application': 5,
  'server-application': 6,
};

/** The secrets of one connection. */
export class ConnectionSecrets {
  readonly #secrets: (Uint8Array | null)[] = new Array(7).fill(null);

  /** The secret of a kind, or null; never to be copied out of the decryption. */
  get(kind: SecretKind): Uint8Array | null {
    return this.#secrets[places[kind]]!;
  }

  /** Takes over `secret`; the last word counts. */
  set(kind: SecretKind, secret: Uint8Array): void {
    this.#secrets[places[kind]] = secret;
  }
}

/** All secrets of a run, from key logs and decryption secrets blocks. Bounded by `maxStoredSecrets`. */
export class SecretStore {
  /** What opening records with them may cost. */
  readonly work: OpeningWork = new OpeningWork();
  readonly #byClientRandom: Map<string, ConnectionSecrets> = new Map();
  /** Master secrets by session id, and pre-master secrets by the first 8 octets of their encrypted form. */
  readonly #bySessionId: Map<string, Uint8Array> = new Map();
  readonly #byEncryptedPreMaster: Map<string, Uint8Array> = new Map();
  /** Secrets that there was no room for. */
  refused = 0;

  /** Whether no secret was given: then nobody keeps anything for their sake. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Whether a pre-master secret may have to be turned into a master secret, which takes the whole transcript. */
  get hasEncryptedPreMasters(): boolean {
    return this.#byEncryptedPreMaster.size > 0;
  }

  /** The secrets for a client random, 32 octets from `start` on, or null. For QUIC as for TLS. */
  find(bytes: Uint8Array, start: number): ConnectionSecrets | null {
    return this.#byClientRandom.get(latin1(bytes, start, start + 32)) ?? null;
  }

  /** The master secret of a session by the id that the server gave it, or null. */
  masterOfSession(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    return this.#bySessionId.get(latin1(bytes, start, end)) ?? null;
  }

  /** The pre-master secret whose encrypted form begins at `start`, or null. */
  preMaster(bytes: Uint8Array, start: number): Uint8Array | null {
    return this.#byEncryptedPreMaster.get(latin1(bytes, start, start + 8)) ?? null;
  }

  /** Adds a secret for a client random of 32 octets. */
  add(clientRandom: Uint8Array, kind: SecretKind, secret: Uint8Array): void {
    const key = latin1(clientRandom, 0, clientRandom.length);
    let known = this.#byClientRandom.get(key);
    if (known === undefined) {
      if (this.#isFull()) return;
      known = new ConnectionSecrets();
      this.#byClientRandom.set(key, known);
    }
    known.set(kind, secret);
  }

  /** Adds the master secret of a session. */
  addSession(sessionId: Uint8Array, master: Uint8Array): void {
    if (!this.#isFull()) this.#bySessionId.set(latin1(sessionId, 0, sessionId.length), master);
  }

  /** Adds a pre-master secret by the first 8 octets of its encrypted form. */
  addPreMaster(encrypted: Uint8Array, preMaster: Uint8Array): void {
    if (!this.#isFull()) this.#byEncryptedPreMaster.set(latin1(encrypted, 0, encrypted.length), preMaster);
  }

  get #count(): number {
    return this.#byClientRandom.size + this.#bySessionId.size + this.#byEncryptedPreMaster.size;
  }

  #isFull(): boolean {
    if (this.#count < maxStoredSecrets) return false;
    this.refused++;
    return true;
  }
}
