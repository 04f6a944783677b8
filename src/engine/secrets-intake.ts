// Where a run's secrets come from: key logs, decryption secrets blocks found ahead, and those met while reading.
import { KeyLogReader, type KeyLogTally, readSecretsBlock } from '../session/secrets/key-log.js';
import type { SecretStore } from '../session/secrets/secret-store.js';
import { openSource } from '../source/open.js';
import { scanSecrets } from '../source/scan-secrets.js';
import { type SourceError, sourceErrorOf } from '../source/source-error.js';
import type { UnreadableInput } from './reading-state.js';

const chunkLength = 65_536;

/** Takes secrets into a store, and says what is wrong with where they came from. */
export class SecretsIntake {
  /** Key logs that could not be read. */
  readonly unreadable: UnreadableInput[] = [];
  readonly #store: SecretStore;
  readonly #warn: (text: string) => void;
  /** Blocks of secrets that were met while a capture was read: nobody knew of them before. */
  met = 0;
  /** Files whose secrets are known before their packets. */
  readonly #scanned: Set<string> = new Set();
  /** The file being read, and whether late secrets of it were told of. */
  #path = '';
  #toldLate = false;

  constructor(store: SecretStore, warn: (text: string) => void) {
    this.#store = store;
    this.#warn = warn;
  }

  /** Reads a key log; one that can't be read is told in `unreadable`, and the run goes on without it. */
  async keyLog(path: string): Promise<void> {
    const reader = new KeyLogReader(this.#store);
    try {
      const source = await openSource(path);
      try {
        const chunk = new Uint8Array(chunkLength);
        for (;;) {
          const octets = await source.read(chunk, 0);
          if (octets === 0) break;
          reader.push(chunk, 0, octets);
        }
        chunk.fill(0);
        if (source.endedEarly !== null) this.#warn(`${path}: ${source.endedEarly}`);
      } finally {
        await source.close();
      }
    } catch (thrown) {
      const error = sourceErrorOf(path, thrown);
      if (error.code !== 'is-empty') {
        this.unreadable.push({ path, code: error.code, message: messageOf(error) });
        return;
      }
    }
    reader.end();
    this.#judge(path, reader.tally);
  }

  /** Looks for decryption secrets in a capture before it is read. */
  async ahead(path: string): Promise<void> {
    const found = await scanSecrets(path, (type, bytes, start, end) => {
      const tally = readSecretsBlock(this.#store, type, bytes, start, end);
      if (tally !== null && tally.malformed > 0) this.#judge(`${path}: a decryption secrets block`, tally);
    });
    if (found) this.#scanned.add(path);
  }

  /** A capture is read now. */
  beginCapture(path: string): void {
    this.#path = path;
    this.#toldLate = false;
  }

  /** A decryption secrets block was met; `late` = packets went before it. */
  block(type: number, bytes: Uint8Array, start: number, end: number, late: boolean): void {
    if (this.#scanned.has(this.#path)) return;
    const tally = readSecretsBlock(this.#store, type, bytes, start, end);
    if (tally === null) return;
    this.met++;
    if (tally.malformed > 0) this.#judge(`${this.#path}: a decryption secrets block`, tally);
    if (!late || this.#toldLate) return;
    this.#toldLate = true;
    this.#warn(
      `${this.#path}: decryption secrets come after packets, and in a pipe or a packed file they open only what follows them`,
    );
  }

  #judge(what: string, { used, malformed, firstMalformed }: KeyLogTally): void {
    if (this.#store.refused > 0)
      this.#warn(`${what}: more secrets than can be kept; ${this.#store.refused} were left out`);
    if (malformed > 0) {
      const others = malformed === 1 ? '' : ` (the first of ${malformed})`;
      this.#warn(`${what}: line ${firstMalformed}${others} is no key; ${used} lines were of use`);
    } else if (used === 0) this.#warn(`${what}: no line of it is a key`);
  }
}

function messageOf(error: SourceError): string {
  return error.code === 'no-captures' ? `${error.path}: it is a directory` : error.message;
}
