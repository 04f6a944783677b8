import type { Random } from '../../bench/random.mjs';
import type { HostileFile } from './wire.mjs';

/** What an attack is made with. */
interface Making {
  file: HostileFile;
  /** Octets and packets that it should come to. */
  octets: number;
  count: number;
  random: Random;
  folder: string;
  root: string;
  scale: number;
  name: string;
  only?: string | undefined;
}

/** What it says where the file alone doesn't: other inputs, options, octets unpacked, octets beside the capture. */
interface Made {
  inputs?: string[];
  args?: string[];
  octets?: number;
  packets?: number;
  also?: number;
}

export type Maker = (making: Making) => Made | undefined;

/** A capture on disk, the options that it hurts with, and what a plain one of its size has. */
export interface HostileCapture {
  inputs: string[];
  args: string[];
  octets: number;
  /** Octets of other files: they are read as a bulk of payload is. */
  also: number;
  packets: number;
}

export const attacks: Readonly<Record<string, Maker>>;

export function makeHostile(
  name: string,
  folder: string,
  options?: { scale?: number; seed?: number; only?: string },
): HostileCapture;
