import type { Target } from './harness.mjs';
import type { Seeds } from './seeds.mjs';

export const targetNames: readonly string[];

export function makeTarget(name: string, load: (path: string) => Promise<unknown>, seeds: Seeds): Promise<Target>;
