// The command line as few files: Node takes longer to load three hundred modules than to analyse a small capture. The
// library and its types stay as tsc writes them.
export default {
  // The second is a program of its own: the child that sniffs with the package `cap`.
  input: { main: 'dist/cli/main.js', 'cap-child': 'dist/source/live/cap-child.js' },
  platform: 'node',
  external: ['lz4-napi', 'cap', /^@modelcontextprotocol\//],
  output: {
    dir: 'dist/program',
    format: 'esm',
    cleanDir: true,
    // Less to read at each start. Names stay: a stack is what a report of a bug needs.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  },
};
