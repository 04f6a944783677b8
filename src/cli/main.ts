import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.js';
import { Output, wasWritten } from './output.js';
import { complaint, makeProgram, type Outcome } from './program.js';
import { realWorld, type World } from './world.js';

/** Runs the command line `argv` (without program and script) and returns the exit status. */
export async function main(argv: readonly string[], world: World = realWorld()): Promise<number> {
  const outcome: Outcome = { status: exitCodes.done, command: null };
  // A reader that has gone (`analyze --help | head -1`) is no error.
  const out = new Output(
    (octets) => world.stdout.write(octets),
    true,
    () => {},
  );
  try {
    try {
      await makeProgram({ world, toolVersion: ownVersion() }, (text) => out.write(text), outcome).parseAsync(argv, {
        from: 'user',
      });
    } catch (thrown) {
      // Help and the version end in a throw, too.
      if (!(thrown instanceof CommanderError) || complaint(thrown) !== null) throw thrown;
      wasWritten(out, undefined);
    }
    return outcome.status;
  } catch (error) {
    return explainFailure(error, world, outcome);
  }
}

// A UsageError is the caller's to put right; anything else is a bug, and its stack is what a report of it needs.
async function explainFailure(error: unknown, world: World, { command }: Outcome): Promise<number> {
  if (error instanceof CommanderError) {
    await say(`${complaint(error)}; try \`analyze ${command === null ? '' : `${command} `}--help\``, world);
    return exitCodes.usage;
  }
  if (error instanceof Error && error.name === 'UsageError') {
    // A policy file is told everything that is wrong with it, a line for each.
    for (const line of error.message.split('\n')) await say(line, world);
    return exitCodes.usage;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await say('this is a bug in barewire; please report it with the lines below', world);
  for (const line of trace.split('\n')) await say(line, world);
  return exitCodes.bug;
}

async function say(text: string, world: World): Promise<void> {
  const { Messages } = await import('./messages.js');
  new Messages(world, null).line(text);
}

function ownVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
