export class Random {
  constructor(seed: number);
  next(): number;
  below(bound: number): number;
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  fill(bytes: Uint8Array, start?: number, end?: number): void;
  bytes(length: number): Uint8Array;
}
