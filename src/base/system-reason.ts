/** What the system has against it ('no space left on device'), without the code, the call and the path that Node adds. */
export function systemReason(error: unknown): string {
  const { message, code } = error as Error & { code?: unknown };
  if (code === 'EISDIR') return 'it is a directory';
  return /^E[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
