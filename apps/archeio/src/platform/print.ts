import { withoutSecrets } from '@archeio/plain-errors';

/** All output for the user goes through here, where secrets are removed. The log has a separate path. */

/** Writes a line to standard error. */
export function complain(line: string): void {
  process.stderr.write(`archeio: ${withoutSecrets(line)}\n`);
}

/** Writes to standard output. Resolves once the text is written, or the reader is gone. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(withoutSecrets(text), () => resolve()));
}

/** JSON without secrets in any string. */
export function formatJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, each: unknown) => (typeof each === 'string' ? withoutSecrets(each) : each),
    indent,
  );
}
