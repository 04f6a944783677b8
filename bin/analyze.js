#!/usr/bin/env node
import module from 'node:module';

// From Node 22 on, what was compiled is kept for the next run: a sixth of what a small capture takes.
module.enableCompileCache?.();
const { main } = await import('../dist/program/main.js');

process.exitCode = await main(process.argv.slice(2));
