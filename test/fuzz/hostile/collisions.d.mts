import type { Random } from '../../bench/random.mjs';
import type { Maker } from './captures.mjs';

export const collisionAttacks: Readonly<Record<string, Maker>>;

export function pairs(bits: number, random: Random): Generator<[number, number]>;

export function writeAlike(bytes: Uint8Array, at: number, number: number): void;
