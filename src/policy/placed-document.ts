// YAML whose values know where they stand: what is wrong in a policy is told by line and column.
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';

/** A place in the file, 1-based. */
export interface Place {
  line: number;
  column: number;
}

/** Something that is wrong in a file, and where. */
export interface PlacedError extends Place {
  /** What is wrong, and what was meant; one line. */
  message: string;
}

/** Aliases that a file may unfold: more is an attack, not a policy. */
const maxAliases = 1000;

/** A YAML document with the places of its values. */
export class PlacedDocument {
  /** What is no YAML. */
  readonly errors: readonly PlacedError[];
  /** As plain data; null where there are errors. */
  readonly value: unknown;
  readonly #root: Node | null;
  readonly #lines: LineCounter = new LineCounter();

  constructor(text: string) {
    const errors: PlacedError[] = [];
    let root: Node | null = null;
    let value: unknown = null;
    try {
      const document = parseDocument(text, {
        ...{ lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true },
        // Warnings go to nobody: what they are about is no policy, and told as that.
        logLevel: 'error',
      });
      root = document.contents;
      for (const { pos, message } of document.errors)
        errors.push({ ...this.#placeOf(pos[0]), message: plain(message) });
      const strange = errors.length > 0 ? null : keyThatIsNoWord(root);
      if (strange !== null)
        errors.push({
          ...this.#placeOf(strange.range?.[0] ?? 0),
          message: 'a key is a list, a map or an alias: keys are words',
        });
      if (errors.length === 0) value = document.toJS({ maxAliasCount: maxAliases });
    } catch (thrown) {
      // Aliases that unfold without end, and nesting that the stack can't hold.
      errors.push({ line: 1, column: 1, message: plain(thrown instanceof Error ? thrown.message : String(thrown)) });
    }
    this.#root = root;
    this.errors = errors;
    this.value = value;
  }

  /** Where the value at a path stands; the nearest that there is around it. A single value counts as a list of one. */
  place(path: readonly (string | number)[]): Place {
    return this.#find(path, false);
  }

  /** Where the key at the end of a path stands. */
  keyPlace(path: readonly (string | number)[]): Place {
    return this.#find(path, true);
  }

  #find(path: readonly (string | number)[], wantsKey: boolean): Place {
    let node = this.#root;
    let key: Node | null = null;
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : null) === String(part));
        if (pair === undefined) break;
        key = pair.key as Node;
        node = (pair.value as Node | null) ?? key;
      } else if (isSeq(node)) {
        const item: unknown = node.items[Number(part)];
        if (item === undefined) break;
        node = item as Node;
        key = null;
      } else break;
    }
    const shown = wantsKey && key !== null ? key : node;
    return this.#placeOf(shown?.range?.[0] ?? 0);
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** The first key that is a collection or an alias: no policy has one, and YAML that nests them takes for ever to make text of. */
function keyThatIsNoWord(root: Node | null): Node | null {
  let found: Node | null = null;
  visit(root, {
    Pair(_, { key }: Pair) {
      if (key === null || isScalar(key)) return undefined;
      found = key as Node;
      return visit.BREAK;
    },
  });
  return found;
}

function plain(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/\.$/, '');
}
