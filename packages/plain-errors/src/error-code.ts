/** Whether it is an error of the operating system, such as `EADDRINUSE` or `ENOENT`. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The code of a system error; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined;
}
