// RFC 9846 (Key Schedule, Traffic Key Calculation; 8446 §7): which traffic secret protects what, and in which order.
import { cipherSuite } from '../../registry/cipher-suite-properties.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { Tls13Opener } from './aead-opener.js';
import { nextTrafficSecret, trafficKeys } from './hkdf.js';
import type { RecordOpener } from './record-opener.js';
import type { Phases } from './sealed-side.js';
import type { ConnectionSecrets, SecretKind } from './secret-store.js';
import { type SuiteProtection, suiteProtection } from './suite-protection.js';

/** Phases of a direction, in their order; a server has no early one. */
export const tls13Phases = { early: 0, handshake: 1, application: 2 } as const;

/** Draft that a version number stands for; 0 = the standard. Facebook's numbers count like the IETF's. */
function draftOf(version: number): number {
  return version === tlsVersions.tls13 ? 0 : version & 0xff;
}

/** Makes openers for the negotiated suite and version of TLS 1.3. */
export class Tls13Keys {
  readonly #protection: SuiteProtection;
  readonly #prefix: string;
  readonly #bare: boolean;

  /** `version` as negotiated, a draft's number where it is one. */
  constructor(protection: SuiteProtection, version: number) {
    const draft = draftOf(version);
    this.#protection = protection;
    this.#prefix = draft > 0 && draft < 20 ? 'TLS 1.3, ' : 'tls13 ';
    this.#bare = draft > 0 && draft < 25;
  }

  /** The phases of a direction, as far as secrets are given. */
  phases(secrets: ConnectionSecrets, fromClient: boolean): Phases {
    const of = (kind: SecretKind): RecordOpener | null => {
      const secret = secrets.get(kind);
      return secret === null ? null : this.opener(secret);
    };
    return fromClient
      ? [of('client-early'), of('client-handshake'), of('client-application')]
      : [null, of('server-handshake'), of('server-application')];
  }

  /** An opener under a traffic secret. */
  opener(secret: Uint8Array): RecordOpener {
    const { hash, keyLength, ivLength } = this.#protection;
    return new Tls13Opener(this.#protection, trafficKeys(hash, secret, keyLength, ivLength, this.#prefix), this.#bare);
  }

  /** The secret after a KeyUpdate. */
  next(secret: Uint8Array): Uint8Array {
    return nextTrafficSecret(this.#protection.hash, secret, this.#prefix);
  }
}

/** Opens early data before a ServerHello names a suite: the first of the offered ones under which a record opens. */
export class EarlyOpener implements RecordOpener {
  readonly canSearch: boolean = false;
  contentType = 0;
  #candidates: RecordOpener[];

  constructor(secret: Uint8Array, offered: readonly number[]) {
    // The same suite may be offered thousands of times.
    this.#candidates = [...new Set(offered)].flatMap((id) => {
      const protection = cipherSuite(id)?.tls13 === true ? suiteProtection(id) : null;
      const fits = protection !== null && secret.length === (protection.hash === 'sha384' ? 48 : 32);
      return fits ? [new Tls13Keys(protection, tlsVersions.tls13).opener(secret)] : [];
    });
  }

  open(
    sequence: number,
    type: number,
    version: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null {
    for (const candidate of this.#candidates) {
      const plain = candidate.open(sequence, type, version, bytes, start, end);
      if (plain === null) continue;
      if (this.#candidates.length > 1) this.#candidates = [candidate];
      this.contentType = candidate.contentType;
      return plain;
    }
    return null;
  }
}
