import type { OnlineFinding } from './finding.ts';

const WIDEST = 'warning'.length;

/** A finding as text: one line, and a second one with what to do. No trailing line break. */
export function formatFinding({ severity, backend, message, hint }: OnlineFinding): string {
  const line = `${severity.padEnd(WIDEST)}  ${backend}: ${message}`;
  return hint === '' ? line : `${line}\n${' '.repeat(WIDEST)}  ${hint}`;
}
