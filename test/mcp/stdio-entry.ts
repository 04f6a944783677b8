// What a test starts as a process of its own: the server on its standard input and output.
import { serve } from '../../src/mcp/serve.js';

await serve({
  root: process.argv[2]!,
  version: '9.9.9',
  onError: (text) => process.stderr.write(`${text}\n`),
  signal: new AbortController().signal,
});
