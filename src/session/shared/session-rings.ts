import type { KeyRing } from './key-ring.js';
import type { SessionMemory } from './session-memory.js';

/** The rings of keys that sessions share, by name. */
export const ringNames = ['resumptions', 'clientRandoms', 'serverRandoms'] as const;

/** Name of a ring. */
export type RingName = (typeof ringNames)[number];

/** The ring of that name. */
export function ringOf(memory: SessionMemory, name: RingName): KeyRing {
  return name === 'resumptions' ? memory.resumptions : memory[name].ring;
}
