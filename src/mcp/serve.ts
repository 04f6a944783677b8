import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CaptureRoot } from './capture-root.js';
import { makeServer } from './server.js';

/** What serving needs from outside. */
export interface ServeOptions {
  /** Directory below which captures may be read. */
  root: string;
  version: string;
  /** One line for people, where the protocol was broken. */
  onError(text: string): void;
  /** Aborting ends the serving. */
  signal: AbortSignal;
}

/** Serves on standard input and output until input ends. Throws what the system says when there is no such directory. */
export async function serve({ root, version, onError, signal }: ServeOptions): Promise<void> {
  const server = makeServer(new CaptureRoot(root), version);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
  });
  server.server.onerror = (error) => onError(error.message);
  const close = (): void => {
    void server.close();
  };
  process.stdin.once('end', close);
  signal.addEventListener('abort', close);
  await server.connect(new StdioServerTransport());
  await closed;
  process.stdin.removeListener('end', close);
}
