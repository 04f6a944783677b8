// Reads what a TypeScript file imports, and its code without comments and strings. A small scanner instead of a parser: the
// compiler in use ships no syntax tree, and imports are all that the floors need.

/** What one file says about other files, and its code with comments and string contents blanked. */
export interface SourceText {
  /** Module specifiers in order: of `import`, `export … from`, `import()` as value or type. */
  imports: { specifier: string; typeOnly: boolean }[];
  /** Same length and line breaks as the source; comments and the contents of strings are spaces. */
  code: string;
}

/** Scans `source`; template expressions stay code, regular expression literals are blanked. */
export function readSource(source: string): SourceText {
  const code = blank(source);
  return { imports: findImports(source, code), code };
}

// The keyword may not be a property (`.import`), and the clause between it and `from` holds names, braces, stars and commas.
const statement = /(?<![.\w$])(?:import|export)(\s+type\b(?!\s*,|\s+from\b))?[\s\w$*{},]*?\bfrom\s*(['"])/g;
const bare = /(?<![.\w$])import\s*(['"])/g;
const dynamic = /(?<![.\w$])import\s*\(\s*(['"`])/g;

function findImports(source: string, code: string): SourceText['imports'] {
  const found: { at: number; specifier: string; typeOnly: boolean }[] = [];
  for (const match of code.matchAll(statement)) add(match, match[1] !== undefined);
  for (const match of code.matchAll(bare)) add(match, false);
  for (const match of code.matchAll(dynamic)) add(match, false);
  return found.sort((a, b) => a.at - b.at).map(({ specifier, typeOnly }) => ({ specifier, typeOnly }));

  function add(match: RegExpExecArray, typeOnly: boolean): void {
    const start = match.index + match[0].length;
    const quote = code[start - 1]!;
    found.push({ at: match.index, specifier: source.slice(start, code.indexOf(quote, start)), typeOnly });
  }
}

function blank(source: string): string {
  const out = source.split('');
  // Depth of braces at which each open template literal resumes.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  let last = '';
  while (at < source.length) {
    const char = source[at]!;
    if (char === '/' && source[at + 1] === '/') erase(lineEnd(at));
    else if (char === '/' && source[at + 1] === '*') erase(after('*/', at + 2));
    else if (char === "'" || char === '"') literal(char);
    else if (char === '`') template();
    else if (char === '/' && startsExpression(source, at, last)) regularExpression();
    else if (char === '}' && templates.at(-1) === depth - 1) {
      depth--;
      templates.pop();
      template();
    } else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      if (char.trim() !== '') last = char;
      at++;
    }
  }
  return out.join('');

  function erase(end: number): void {
    for (; at < end; at++) if (out[at] !== '\n') out[at] = ' ';
  }
  function lineEnd(from: number): number {
    const end = source.indexOf('\n', from);
    return end < 0 ? source.length : end;
  }
  function after(mark: string, from: number): number {
    const found = source.indexOf(mark, from);
    return found < 0 ? source.length : found + mark.length;
  }
  function literal(quote: string): void {
    let end = at + 1;
    while (end < source.length && source[end] !== quote && source[end] !== '\n') end += source[end] === '\\' ? 2 : 1;
    at++;
    erase(end);
    at++;
    last = quote;
  }
  /** From a backtick, or from the brace that ends an expression in a template. */
  function template(): void {
    let end = at + 1;
    while (end < source.length && source[end] !== '`') {
      if (source[end] === '$' && source[end + 1] === '{') {
        at++;
        erase(end);
        at = end + 2;
        templates.push(depth++);
        last = '{';
        return;
      }
      end += source[end] === '\\' ? 2 : 1;
    }
    at++;
    erase(end);
    at++;
    last = '`';
  }
  function regularExpression(): void {
    let end = at + 1;
    let inClass = false;
    while (end < source.length && (inClass || source[end] !== '/') && source[end] !== '\n') {
      if (source[end] === '[') inClass = true;
      if (source[end] === ']') inClass = false;
      end += source[end] === '\\' ? 2 : 1;
    }
    erase(end + 1);
    last = ')';
  }
}

/** Whether a slash at `at` opens a regular expression: it does where no value ends before it. */
function startsExpression(source: string, at: number, last: string): boolean {
  if (/\b(?:return|typeof|case|of|in|await|yield)\s*$/.test(source.slice(Math.max(0, at - 12), at))) return true;
  return !/[\w$)\]}'"`]/.test(last);
}
