// The NSS key log format (RFC 9850): lines of a label, a client random and a secret, in hexadecimal. Older kinds of lines: RSA
// with the first 8 octets of the encrypted pre-master secret, `RSA Session-ID:… Master-Key:…` and PMS_CLIENT_RANDOM.
import { latin1 } from '../../base/bytes.js';
import type { SecretKind, SecretStore } from './secret-store.js';

/** The longest line that means something is shorter than 400 octets. */
const maxLine = 2_048;

const clientRandomOctets = 32;
const masterOctets = 48;
const encryptedPreMasterOctets = 8;
/** A pre-master secret is as long as the key exchange makes it: 8192 bits of a finite field. */
const maxPreMasterOctets = 1_024;

const kinds: ReadonlyMap<string, SecretKind> = new Map<string, SecretKind>([
  ['CLIENT_RANDOM', 'master'],
  ['PMS_CLIENT_RANDOM', 'pre-master'],
  ['CLIENT_EARLY_TRAFFIC_SECRET', 'client-early'],
  ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'client-handshake'],
  ['SERVER_HANDSHAKE_TRAFFIC_SECRET', 'server-handshake'],
  ['CLIENT_TRAFFIC_SECRET_0', 'client-application'],
  ['SERVER_TRAFFIC_SECRET_0', 'server-application'],
  // Names of QUIC's drafts.
  ['QUIC_CLIENT_EARLY_TRAFFIC_SECRET', 'client-early'],
  ['QUIC_CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'client-handshake'],
  ['QUIC_SERVER_HANDSHAKE_TRAFFIC_SECRET', 'server-handshake'],
  ['QUIC_CLIENT_TRAFFIC_SECRET_0', 'client-application'],
  ['QUIC_SERVER_TRAFFIC_SECRET_0', 'server-application'],
]);

/** Type of a decryption secrets block that holds a key log (pcapng §4.7): 'TLSK'. */
const tlsKeyLog = 0x544c534b;

/**
 * Reads the content of a decryption secrets block into `store`; lent for the call. Null where it holds something else (keys of
 * SSH, WireGuard, ZigBee).
 */
export function readSecretsBlock(
  store: SecretStore,
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): KeyLogTally | null {
  if (type !== tlsKeyLog) return null;
  const reader = new KeyLogReader(store);
  reader.push(bytes, start, end);
  reader.end();
  return reader.tally;
}

/** What a key log held. */
export interface KeyLogTally {
  /** Lines that gave a secret. */
  used: number;
  /** Lines of a form that is known, with a secret that no record is protected by (exporters, ECH). */
  ignored: number;
  /** Lines that are neither a comment nor a key. */
  malformed: number;
  /** Number of the first of those, counted from 1; 0 = none. */
  firstMalformed: number;
}

/** Reads one key log, in pieces, into a store. Lenient in spaces, case and line ends; never keeps more than a line. */
export class KeyLogReader {
  readonly tally: KeyLogTally = { used: 0, ignored: 0, malformed: 0, firstMalformed: 0 };
  readonly #store: SecretStore;
  readonly #line: Uint8Array = new Uint8Array(maxLine);
  #length = 0;
  #number = 0;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** The next octets of the log; lent for the call. */
  push(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const octet = bytes[at]!;
      if (octet === 0x0a || octet === 0x0d) this.#endLine();
      else if (this.#length < maxLine) this.#line[this.#length++] = octet;
      if (octet === 0x0a) this.#number++;
    }
  }

  /** The log is over: its last line may lack an end. No secret stays behind. */
  end(): void {
    this.#endLine();
    this.#line.fill(0);
  }

  #endLine(): void {
    const length = this.#length;
    this.#length = 0;
    if (length === 0) return;
    const words = latin1(this.#line, 0, length)
      .replace(/^\u00ef\u00bb\u00bf/, '')
      .trim();
    if (words === '' || words.startsWith('#')) return;
    const outcome = length === maxLine ? 'malformed' : this.#read(words.split(/\s+/));
    this.tally[outcome]++;
    if (outcome === 'malformed' && this.tally.firstMalformed === 0) this.tally.firstMalformed = this.#number + 1;
  }

  #read(words: readonly string[]): 'used' | 'ignored' | 'malformed' {
    const [label = '', first = '', second = ''] = words;
    if (words.length !== 3) return 'malformed';
    if (label === 'RSA') return this.#readRsa(first, second) ? 'used' : 'malformed';
    const random = octetsOf(first, clientRandomOctets, clientRandomOctets);
    const kind = kinds.get(label);
    if (kind === undefined) return isSilentLabel(label) && random !== null ? 'ignored' : 'malformed';
    const secret = octetsOf(second, ...lengthsOf(kind));
    if (random === null || secret === null) return 'malformed';
    this.#store.add(random, kind, secret);
    return 'used';
  }

  #readRsa(first: string, second: string): boolean {
    const sessionId = /^Session-ID:(.*)$/.exec(first)?.[1];
    if (sessionId !== undefined) {
      const id = octetsOf(sessionId, 1, 32);
      const master = octetsOf(/^Master-Key:(.*)$/.exec(second)?.[1] ?? '', masterOctets, masterOctets);
      if (id === null || master === null) return false;
      this.#store.addSession(id, master);
      return true;
    }
    const encrypted = octetsOf(first, encryptedPreMasterOctets, encryptedPreMasterOctets);
    const preMaster = octetsOf(second, masterOctets, masterOctets);
    if (encrypted === null || preMaster === null) return false;
    this.#store.addPreMaster(encrypted, preMaster);
    return true;
  }
}

function lengthsOf(kind: SecretKind): readonly [least: number, most: number] {
  if (kind === 'master') return [masterOctets, masterOctets];
  if (kind === 'pre-master') return [1, maxPreMasterOctets];
  // As long as the suite's hash: 32 to 64.
  return [32, 64];
}

/** Labels by the letters that all of them have: what is not known here is most often of no use for records. */
function isSilentLabel(label: string): boolean {
  return /^[A-Z][A-Z0-9_]{2,63}$/.test(label);
}

/** The octets of hexadecimal text, or null where it is none or of another length. */
function octetsOf(text: string, least: number, most: number): Uint8Array | null {
  const octets = text.length / 2;
  if (octets < least || octets > most || !/^(?:[0-9a-fA-F]{2})+$/.test(text)) return null;
  const bytes = new Uint8Array(octets);
  for (let at = 0; at < octets; at++) bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}
