#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// From Node 22 on, what was compiled is kept for the next run: half of what a small capture takes. Beside the program, where only who
// installed it can write: whoever can write to Node's own place, a directory for temporary files, could have us run anything.
module.enableCompileCache?.(fileURLToPath(new URL('../dist/compile-cache', import.meta.url)));
const { main } = await import('../dist/program/main.js');

process.exitCode = await main(process.argv.slice(2));
