export interface Frame {
  bytes: Uint8Array;
  seconds: number;
  nanoseconds: number;
  originalLength: number;
}

export interface Frames {
  linkType: number;
  frames: Frame[];
}

export function writePcap(capture: Frames): Uint8Array;
