/** Words longer than this are no mistyped names of ours; comparing them would take its time. */
const maxLetters = 60;

/** The name that `word` was most likely meant to be: one that it begins, or one at most two slips of a finger away. */
export function nearest(word: string, names: readonly string[]): string | null {
  if (word.length < 3 || word.length > maxLetters) return null;
  const begun = names.find((name) => name.startsWith(word));
  if (begun !== undefined) return begun;
  let found: string | null = null;
  let least = Math.min(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const slips = slipsBetween(word, name);
    if (slips >= least) continue;
    found = name;
    least = slips;
  }
  return found;
}

/** Letters put in, left out or replaced, and neighbours exchanged, that make `b` of `a` (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let slips = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, before[j - 2]! + 1);
      row.push(slips);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
