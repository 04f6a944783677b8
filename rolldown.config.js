// The command line as few files: Node takes longer to load three hundred modules than to analyse a small capture. The
// library and its types stay as tsc writes them.
export default {
  input: 'dist/cli/main.js',
  platform: 'node',
  external: ['lz4-napi'],
  output: { dir: 'dist/program', format: 'esm', cleanDir: true },
};
