// The keys of one connection: from what its hellos show to openers for the records of both directions.
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { isTls13, messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import type { ServerHelloValue } from '../../wire/tls/server-hello.js';
import { maxTranscriptOctets } from './limits.js';
import { extendedMasterSecret, masterSecret, type Randoms } from './prf.js';
import type { RecordOpener } from './record-opener.js';
import { SealedSide } from './sealed-side.js';
import type { ConnectionSecrets, SecretStore } from './secret-store.js';
import { type SuiteProtection, suiteProtection } from './suite-protection.js';
import { type Agreement, tls12Openers } from './tls12-openers.js';
import { EarlyOpener, Tls13Keys, tls13Phases } from './tls13-keys.js';

const randomLength = 32;

/** Follows the handshakes of a connection as far as its keys depend on them. Sides: true = the client's. */
export class ConnectionKeys {
  /** Null until its records are protected and there may be keys for them. */
  client: SealedSide | null = null;
  server: SealedSide | null = null;
  /** Why protected records stay closed, where it is not for want of keys; null = it is, or they open. */
  unsupported: string | null = null;
  readonly #store: SecretStore;
  #clientRandom: Uint8Array = new Uint8Array(0);
  #secrets: ConnectionSecrets | null = null;
  /** Of TLS 1.3: what makes openers, and the application secrets in use. */
  #tls13: Tls13Keys | null = null;
  #clientTraffic: Uint8Array | null = null;
  #serverTraffic: Uint8Array | null = null;
  /** Of the last handshake of TLS <= 1.2. */
  #agreed: Agreement | null = null;
  #extendedMaster = false;
  #sessionId: Uint8Array | null = null;
  #master: Uint8Array | null = null;
  #openers: { client: RecordOpener; server: RecordOpener } | null = null;
  /** Messages of the handshake in hand, headers included, where a pre-master secret may have to be bound to them. */
  #transcript: Uint8Array[] = [];
  #transcriptOctets = 0;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** Whether a secret for this connection was found. */
  get found(): boolean {
    return this.#secrets !== null || this.#master !== null;
  }

  /** A ClientHello, its body from `start` on; `offered` are its suites. A second one in TLS <= 1.2 renegotiates. */
  clientHello(bytes: Uint8Array, start: number, end: number, offered: readonly number[], earlyData: boolean): void {
    if (end - start < 2 + randomLength) return;
    this.#clientRandom = bytes.slice(start + 2, start + 2 + randomLength);
    this.#secrets = this.#store.find(this.#clientRandom, 0);
    this.#master = null;
    this.#openers = null;
    const early = this.#secrets?.get('client-early') ?? null;
    if (this.client !== null || !earlyData) return;
    this.client = new SealedSide([early === null ? null : new EarlyOpener(early, offered)]);
    this.client.excused = true;
  }

  /** A ServerHello that is no HelloRetryRequest; its ranges lie in `bytes`. */
  serverHello(bytes: Uint8Array, hello: ServerHelloValue): void {
    if (hello.cipherSuite === null || hello.random === null || this.#clientRandom.length === 0) return;
    // A secrets block may have come since.
    this.#secrets ??= this.#store.find(this.#clientRandom, 0);
    const protection = suiteProtection(hello.cipherSuite);
    this.unsupported = unsupportedBecause(protection, hello.compression);
    if (protection === null || this.unsupported !== null) return;
    const version = hello.selectedVersion ?? hello.legacyVersion;
    if (isTls13(version)) this.#agreeOnTls13(protection, version);
    else this.#agree(bytes, hello, hello.random.start, protection);
  }

  /** Any handshake message, header included, in the order of the capture: what a pre-master secret is bound to. */
  message(bytes: Uint8Array, start: number, end: number, isHello: boolean): void {
    if (!this.#store.hasEncryptedPreMasters && this.#secrets?.get('pre-master') == null) return;
    if (isHello) {
      this.#transcript = [];
      this.#transcriptOctets = 0;
    }
    this.#transcriptOctets += end - start;
    if (this.#transcriptOctets <= maxTranscriptOctets) this.#transcript.push(bytes.slice(start, end));
  }

  /** RFC 5246 §7.4.7: the body of a ClientKeyExchange; with RSA, the encrypted pre-master secret. */
  clientKeyExchange(bytes: Uint8Array, start: number, end: number): void {
    const agreed = this.#agreed;
    if (agreed === null) return;
    const hasLength = agreed.version !== tlsVersions.sslv3;
    const encrypted = hasLength ? start + 2 : start;
    const preMaster =
      this.#secrets?.get('pre-master') ?? (end - encrypted >= 8 ? this.#store.preMaster(bytes, encrypted) : null);
    if (preMaster === null || this.#transcriptOctets > maxTranscriptOctets) return;
    const { version, protection, randoms } = agreed;
    this.#master ??= this.#extendedMaster
      ? extendedMasterSecret(version, protection.hash, preMaster, Buffer.concat(this.#transcript))
      : masterSecret(version, protection.hash, preMaster, randoms);
  }

  /** TLS <= 1.2: from here on the direction is protected by what the last hellos agreed on. */
  changeCipherSpec(fromClient: boolean): void {
    const openers = this.#agreedOpeners();
    const phases = [openers === null ? null : openers[fromClient ? 'client' : 'server']];
    const side = fromClient ? this.client : this.server;
    if (side !== null) side.rekey(phases, false);
    else if (openers !== null) this.#put(fromClient, new SealedSide(phases));
  }

  /** TLS 1.3: the direction's Finished is over. */
  finished(fromClient: boolean): void {
    if (this.#tls13 !== null) this.#side(fromClient)?.enter(tls13Phases.application);
  }

  /** TLS 1.3: the client's early data is over. */
  endOfEarlyData(): void {
    this.client?.enter(tls13Phases.handshake);
  }

  /** TLS 1.3: the direction goes on under new keys. */
  keyUpdate(fromClient: boolean): void {
    const secret = fromClient ? this.#clientTraffic : this.#serverTraffic;
    if (this.#tls13 === null || secret === null) return;
    const next = this.#tls13.next(secret);
    if (fromClient) this.#clientTraffic = next;
    else this.#serverTraffic = next;
    this.#side(fromClient)?.update(this.#tls13.opener(next));
  }

  #agreeOnTls13(protection: SuiteProtection, version: number): void {
    const secrets = this.#secrets;
    if (secrets === null) {
      this.client = null;
      return;
    }
    const keys = new Tls13Keys(protection, version);
    this.#tls13 = keys;
    this.#clientTraffic = secrets.get('client-application');
    this.#serverTraffic = secrets.get('server-application');
    const phases = keys.phases(secrets, true);
    if (this.client !== null) this.client.rekey(phases, true);
    else {
      this.client = new SealedSide(phases);
      this.client.phase = tls13Phases.handshake;
    }
    this.server = new SealedSide(keys.phases(secrets, false));
    this.server.phase = tls13Phases.handshake;
  }

  #agree(bytes: Uint8Array, hello: ServerHelloValue, random: number, protection: SuiteProtection): void {
    // Early data was for TLS 1.3.
    if (this.#agreed === null) this.client = null;
    const version = messageVersion(hello.version);
    const randoms: Randoms = { client: this.#clientRandom, server: bytes.slice(random, random + randomLength) };
    this.#agreed = {
      version,
      protection,
      encryptThenMac: protection.kind === 'block' && hello.extensions.includes(tlsExtensions.encrypt_then_mac),
      randoms,
    };
    this.#extendedMaster = hello.extendedMasterSecret;
    this.#sessionId = hello.sessionId === null ? null : bytes.slice(hello.sessionId.start, hello.sessionId.end);
  }

  #agreedOpeners(): { client: RecordOpener; server: RecordOpener } | null {
    const agreed = this.#agreed;
    if (agreed === null) return null;
    const id = this.#sessionId;
    this.#secrets ??= this.#store.find(this.#clientRandom, 0);
    this.#master ??=
      this.#secrets?.get('master') ?? (id === null ? null : this.#store.masterOfSession(id, 0, id.length));
    if (this.#master === null) return null;
    this.#openers ??= tls12Openers(agreed, this.#master);
    return this.#openers;
  }

  #side(fromClient: boolean): SealedSide | null {
    return fromClient ? this.client : this.server;
  }

  #put(fromClient: boolean, side: SealedSide): void {
    if (fromClient) this.client = side;
    else this.server = side;
  }
}

function unsupportedBecause(protection: SuiteProtection | null, compression: number): string | null {
  if (protection === null) return 'records of this cipher suite are not opened here, keys or not';
  return compression === 0 ? null : 'compressed records are not read here, keys or not';
}
