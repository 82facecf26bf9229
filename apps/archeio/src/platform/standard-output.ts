/** The only writer of the standard output of `serve`: the text of one call is never mixed with that of another. */

/** Writes log lines, each with its line break. Secrets are removed by the log. */
export function writeLogLine(line: string): void {
  process.stdout.write(line);
}

/** Writes bytes. Resolves once they are written, which takes as long as the reader does; rejects if they are lost. */
export function writeBytes(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
