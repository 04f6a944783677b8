export interface Figures {
  instructions: number | null;
  peakMegabytes: number | null;
  ratios: Record<string, number>;
}
export interface Kept {
  date: string;
  commit: string;
  node: string;
  scale: number;
  captures: Record<string, Figures>;
}
export interface Change {
  figure: string;
  was: string;
  now: string;
  verdict: string;
}
export function readHistory(): Kept[];
export function lastOf(history: readonly Kept[], node: string, scale: number): Kept | null;
export function changesSince(before: Kept, captures: Kept['captures']): Change[];
export function keepInHistory(run: Pick<Kept, 'scale' | 'captures'>): void;
