// The command line as few files: Node takes longer to load three hundred modules than to analyse a small capture. The
// library and its types stay as tsc writes them.
import { fileURLToPath } from 'node:url';

const ours = fileURLToPath(new URL('dist/', import.meta.url));

export default {
  // Programs of their own: the child that sniffs with the package `cap`, the worker that reads captures beside others.
  input: {
    main: 'dist/cli/main.js',
    'cap-child': 'dist/source/live/cap-child.js',
    worker: 'dist/engine/workers/worker.js',
  },
  platform: 'node',
  external: ['lz4-napi', 'cap', /^@modelcontextprotocol\//],
  // Nothing of ours acts by being imported: a command loads what it uses, not all that `src/index.ts` exports.
  treeshake: { moduleSideEffects: (id) => !id.startsWith(ours) },
  plugins: [ascii()],
  output: {
    dir: 'dist/program',
    format: 'esm',
    cleanDir: true,
    // Less to read at each start. Names of functions stay: a stack is what a report of a bug needs.
    minify: { compress: true, mangle: { toplevel: false, keepNames: true }, codegen: { removeWhitespace: true } },
  },
};

/** Escapes all but ASCII: V8 reads text of one octet a character faster, and keeps it in half the room. */
function ascii() {
  return {
    name: 'ascii',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped);
      }
    },
  };
}

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
