import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.js';
import { complaint, makeProgram, type Outcome } from './program.js';
import { realWorld, type World } from './world.js';

const encoder = new TextEncoder();

/** Runs the command line `argv` (without program and script) and returns the exit status. */
export async function main(argv: readonly string[], world: World = realWorld()): Promise<number> {
  const outcome: Outcome = { status: exitCodes.done };
  const print = (text: string): void => {
    world.stdout.write(encoder.encode(text));
  };
  try {
    await makeProgram({ world, toolVersion: ownVersion() }, print, outcome).parseAsync(argv, { from: 'user' });
    return outcome.status;
  } catch (error) {
    return explainFailure(error, world);
  }
}

// Errors that carry one of our codes are the user's to put right; anything else is a bug and shows its stack.
async function explainFailure(error: unknown, world: World): Promise<number> {
  if (error instanceof CommanderError) {
    const text = complaint(error);
    if (text === null) return exitCodes.done;
    await say(`${text}; try \`analyze --help\``, world);
    return exitCodes.usage;
  }
  if (error instanceof Error && error.name === 'UsageError') {
    await say(error.message, world);
    return exitCodes.usage;
  }
  throw error;
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
