// A terminal is 80 columns, and a character may take none, one or two of them.

/** Columns that every text report keeps to. */
export const reportColumns = 80;

const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const combining = /\p{Mn}|\p{Me}/u;

/** Columns that `text` takes up (East Asian wide characters and emoji two, combining marks none). */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** `text` cut to at most `columns`, ending in '…' where something was cut. */
export function shorten(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return `${takeColumns(text, columns - 1)}…`;
}

/** `text` cut or filled up with spaces to exactly `columns`. */
export function cell(text: string, columns: number): string {
  const fitted = shorten(text, columns);
  return fitted + ' '.repeat(columns - displayWidth(fitted));
}

/** Like `cell`, with the spaces in front: for numbers. */
export function rightCell(text: string, columns: number): string {
  const fitted = shorten(text, columns);
  return ' '.repeat(columns - displayWidth(fitted)) + fitted;
}

/** `text` on lines of at most `columns`, broken at spaces; a longer word is broken where it must be. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line);
      line = '';
    }
    while (displayWidth(word) > columns) {
      const part = takeColumns(word, columns);
      lines.push(part);
      word = word.slice(part.length);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Between a number and its unit: `indented` breaks no line there, and prints a space. */
export const noBreak = '\u00a0';

/** `text` wrapped on lines of at most `reportColumns` that are indented by two. */
export function indented(text: string): string[] {
  return wrap(text, reportColumns - 2).map((line) => `  ${line.replaceAll(noBreak, ' ')}`);
}

/** The beginning of `text`, at most `columns`. */
export function takeColumns(text: string, columns: number): string {
  let width = 0;
  let taken = '';
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    taken += character;
  }
  return taken;
}

function characterWidth(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
