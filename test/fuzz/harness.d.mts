// Types of the parts that the tests of the suite use; the long runs are plain JavaScript that Node starts as it is.
import type { Random } from '../bench/random.mjs';

export interface Target {
  name: string;
  seeds: readonly Uint8Array[];
  run: (bytes: Uint8Array) => unknown;
  mutate?: (random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array;
}

export interface Failure {
  target: string;
  what: string;
  bytes: Uint8Array;
}

export function tryInput(target: Target, bytes: Uint8Array, mostMemory?: number): Promise<Failure | null>;

export function fuzz(
  target: Target,
  seed: number,
  options: {
    stop: (inputs: number) => boolean;
    before?: (bytes: Uint8Array) => void;
    failed: (failure: Failure) => void;
  },
): Promise<number>;

export function corpusOf(root: string, target: string): { name: string; bytes: Uint8Array }[];
