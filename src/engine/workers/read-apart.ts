// A capture that is read by itself, while others are read beside it. All that is handed over is plain data.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo } from '../../model/report.js';
import type { Side } from '../../model/side.js';
import type { TrustMaterial } from '../../pki/verification.js';
import { SecretStore } from '../../session/secrets/secret-store.js';
import type { AddressName } from '../../session/shared/address-names.js';
import { SessionContext } from '../../session/shared/session-context.js';
import type { VantagePoint } from '../pipeline.js';
import type { ReadingProgress } from '../reading-progress.js';
import { ReadingState, type UnreadableInput } from '../reading-state.js';
import { SecretsIntake } from '../secrets-intake.js';
import { SetReader } from '../set-reader.js';
import { readTrustFiles } from '../trust-files.js';
import { type Sighting, sightingOf } from '../vantage/sighting.js';
import { isDearer } from './costs.js';
import { type Leanings, listen } from './leanings.js';

/** Letters of connections that are handed over at most: they wait in memory until all captures before are read. */
const maxHandedOver = 64 * 1024 * 1024;

/** Connections of one text. */
const inOneText = 64;

/** What a capture is read by. */
export interface ApartSetup {
  /** Drawn per run. */
  seed: number;
  keylogs: readonly string[];
  authorities: readonly string[];
  revocationLists: readonly string[];
  /** All files of the run: secrets in one may open what is said in another. */
  paths: readonly string[];
}

/** A capture, read by itself. */
export interface ReadApart {
  captures: CaptureInfo[];
  unreadable: UnreadableInput[];
  limits: Record<string, number>;
  /** Ids that were given, from 1 on. */
  ids: number;
  /** Connections in the order of their ends, as JSON: structured clones cost twice as much. */
  seen: string[];
  /** In the order of first sight. */
  certificates: { content: Uint8Array; usedAs: Side[]; firstFrame: number }[];
  names: AddressName[];
  announced: [string, string][];
  /** Octets of messages that found no room. */
  refusedOctets: number;
  leanings: Leanings;
}

/** A connection, and what it is known again by. */
export interface SeenApart {
  record: ConnectionRecord;
  sighting: Sighting;
}

/** This capture is better read where all is judged. */
class BetterReadThere extends Error {}

/** Reads captures by themselves, one after the other. */
export class ApartReader {
  readonly #seed: number;
  readonly #trust: TrustMaterial | null;
  readonly #secrets: SecretStore = new SecretStore();
  readonly #intake: SecretsIntake = new SecretsIntake(this.#secrets, () => {});

  private constructor(seed: number, trust: TrustMaterial | null) {
    this.#seed = seed;
    this.#trust = trust;
  }

  /** Reads what captures are read by. Whoever reads the same for the whole run says what is wrong with it. */
  static async of({ seed, keylogs, authorities, revocationLists, paths }: ApartSetup): Promise<ApartReader> {
    const reader = new ApartReader(seed, await readTrustFiles(authorities, revocationLists));
    for (const path of keylogs) await reader.#intake.keyLog(path);
    for (const path of paths) await reader.#intake.ahead(path);
    return reader;
  }

  /** Reads the files of one capture; null where that is better done together with the others. */
  async read(paths: readonly string[], onProgress: (progress: ReadingProgress) => void): Promise<ReadApart | null> {
    try {
      return await this.#read(paths, onProgress);
    } catch (thrown) {
      if (thrown instanceof BetterReadThere) return null;
      throw thrown;
    }
  }

  async #read(paths: readonly string[], onProgress: (progress: ReadingProgress) => void): Promise<ReadApart | null> {
    const context = new SessionContext(this.#seed, this.#trust, this.#secrets);
    const leanings = listen(context);
    const state = new ReadingState();
    const secretsMet = this.#intake.met;
    const seen = new SeenTexts();
    const vantage: VantagePoint = {
      seed: this.#seed,
      ended: (record, facts, witness) => {
        seen.add({ record, sighting: sightingOf(record, facts, witness, 0, this.#seed | 0) });
      },
    };
    let lettersBefore = 0;
    const reader = new SetReader(state, context, this.#seed, this.#intake, null, {
      begin: async () => {
        lettersBefore = seen.letters;
        return true;
      },
      turn: async ({ path, position, size, compression }, packets) => {
        onProgress({ path, bytesRead: position, bytesTotal: size, packets });
        if (isDearer(seen.letters - lettersBefore, position, compression) || seen.letters > maxHandedOver)
          throw new BetterReadThere();
        return true;
      },
      ended: () => {},
      captured: () => {},
      records: async () => {
        throw new BetterReadThere();
      },
    });
    await reader.read(paths, vantage);
    const noted = leanings();
    if (noted === null || seen.letters > maxHandedOver || isBounded(context)) return null;
    // Secrets that only the reading finds open what comes after, elsewhere too.
    if (this.#intake.met > secretsMet) return null;
    const { certificates, addressNames, announced, octets } = context;
    const names: AddressName[] = [];
    addressNames.tell((ip, name, source) => names.push({ ip, name, source }));
    return {
      captures: state.captures,
      unreadable: state.unreadable,
      limits: state.limits,
      ids: state.nextId - 1,
      seen: seen.finish(),
      certificates: [...certificates].map(({ record, der }) => {
        return { content: der!, usedAs: record.usedAs, firstFrame: record.firstFrame };
      }),
      names,
      announced: announced.open,
      refusedOctets: octets.refused,
      leanings: noted,
    };
  }
}

/** Whether a bound bit that is one of the whole run: it would have bitten elsewhere in the run. */
function isBounded({ certificates, addressNames, verification }: SessionContext): boolean {
  return certificates.unkept + certificates.withoutDer + addressNames.unkept + verification.work.refused > 0;
}

/** Connections as texts, each a list of many. */
class SeenTexts {
  letters = 0;
  readonly #texts: string[] = [];
  #waiting: SeenApart[] = [];

  add(seen: SeenApart): void {
    if (this.#waiting.push(seen) >= inOneText) this.#write();
  }

  finish(): string[] {
    if (this.#waiting.length > 0) this.#write();
    return this.#texts;
  }

  #write(): void {
    const text = JSON.stringify(this.#waiting);
    this.letters += text.length;
    this.#texts.push(text);
    this.#waiting = [];
  }
}
