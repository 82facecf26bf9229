import { withoutSecrets } from '@archeio/plain-errors';

/** What the process says to its user passes here, and leaves without secrets. The log has a way of its own. */

/** A line on standard error. */
export function complain(line: string): void {
  process.stderr.write(`archeio: ${withoutSecrets(line)}\n`);
}

/** Lines on standard output, with their line ends. Resolves once they are written, or the reader is gone. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(withoutSecrets(text), () => resolve()));
}

/** JSON for programs: every string in it without secrets. */
export function formatJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, each: unknown) => (typeof each === 'string' ? withoutSecrets(each) : each),
    indent,
  );
}
