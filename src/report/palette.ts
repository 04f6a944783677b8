/** Colours by meaning. Each wraps a text that is laid out already, and adds nothing that takes up columns. */
export interface Palette {
  strong(text: string): string;
  faint(text: string): string;
  bad(text: string): string;
  doubtful(text: string): string;
  good(text: string): string;
}

const same = (text: string): string => text;

/** No colour at all: for files, pipes and NO_COLOR. */
export const plainPalette: Palette = { strong: same, faint: same, bad: same, doubtful: same, good: same };
