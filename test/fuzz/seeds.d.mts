import type { Frames } from './mutate.mjs';

export interface Seeds {
  captures: { name: string; bytes: Uint8Array; frames: Frames }[];
  certificates: Uint8Array[];
  messages: Uint8Array[];
  openings: Uint8Array[];
}

export function loadSeeds(root: string, options: { shared: boolean }): Seeds;
