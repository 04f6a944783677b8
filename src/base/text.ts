const { charCodeAt } = String.prototype;

/** The same text in one piece: what was joined keeps its parts, and their parts, until somebody looks into it. For text that is kept. */
export function inOnePiece(text: string): string {
  unitAt(text, 0);
  return text;
}

/**
 * The UTF-16 unit of `text` at `at`, for loops over text that comes from everywhere. V8 finds the method of a string by how the
 * string is kept (flat, joined, cut out, interned, …); where it met more than four kinds, `text.charCodeAt` is searched anew
 * for each letter, which costs more than all else that is done with it.
 */
export function unitAt(text: string, at: number): number {
  return charCodeAt.call(text, at);
}
