/** An error of the operating system (`EADDRINUSE`, `ENOENT`): not a mistake of ours, and its message says all. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The code of a system error, or undefined where it is none. */
export function errorCode(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined;
}
