import type { OnlineFinding } from './finding.ts';

const WIDEST = 'warning'.length;

/** A finding for people: one line, and a second one for what to do. No line break at the end. */
export function formatFinding({ severity, backend, message, hint }: OnlineFinding): string {
  const line = `${severity.padEnd(WIDEST)}  ${backend}: ${message}`;
  return hint === '' ? line : `${line}\n${' '.repeat(WIDEST)}  ${hint}`;
}
