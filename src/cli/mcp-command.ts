import { systemReason } from '../index.js';
import { serve } from '../mcp/serve.js';
import type { CommandContext } from './commands.js';
import { exitCodes, UsageError } from './exit-codes.js';
import { Messages } from './messages.js';
import type { CommonOptions } from './run.js';

/** Options of `analyze mcp`. */
export interface McpCommandOptions extends CommonOptions {
  root?: string;
}

/** `analyze mcp`: serves until standard input ends. Standard output belongs to the protocol. */
export async function mcpCommand(options: McpCommandOptions, { world, toolVersion }: CommandContext): Promise<number> {
  const root = options.root ?? '.';
  const messages = new Messages(world, null);
  const controller = new AbortController();
  const forget = world.onInterrupt(() => controller.abort());
  try {
    await serve({
      root,
      version: toolVersion,
      onError: (text) => messages.line(`mcp: ${text}`),
      signal: controller.signal,
    });
  } catch (thrown) {
    if (!(thrown instanceof Error && ('syscall' in thrown || thrown.name === 'RefusedPath'))) throw thrown;
    throw new UsageError(`--root ${root}: ${systemReason(thrown)}`, { cause: thrown });
  } finally {
    forget();
  }
  return exitCodes.done;
}
