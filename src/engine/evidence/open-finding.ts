import type { EvidenceFile } from './evidence-file.js';

/** A finding whose file is being written. */
export interface OpenFinding {
  kind: string;
  title: string;
  file: EvidenceFile;
  /** Frames that show it, as numbered in the set of captures that it is of. */
  frames: Set<number>;
  capture: number;
  set: number;
  /** It is about frames of the capture themselves, and has none of its own before they are looked for. */
  isOfFrames: boolean;
  /** Where each of them went. */
  written: { capture: number; frame: number; inFile: number }[];
  /** Addresses in its packets. */
  readonly addresses: Set<string>;
}

/** The findings of a set of captures by the frames that show them. */
export function openByFrame(
  findings: readonly (OpenFinding | null)[],
  set: number,
): ReadonlyMap<number, readonly OpenFinding[]> {
  const byFrame: Map<number, OpenFinding[]> = new Map();
  for (const finding of findings) {
    if (finding === null || finding.set !== set) continue;
    for (const frame of finding.frames) {
      const others = byFrame.get(frame);
      if (others === undefined) byFrame.set(frame, [finding]);
      else others.push(finding);
    }
  }
  return byFrame;
}
