/** A finding about a backend. */
export interface OnlineFinding {
  readonly severity: 'ok' | 'warning' | 'error';
  /** The store's or upstream's name. */
  readonly backend: string;
  readonly message: string;
  /** What to do about it; empty if nothing. */
  readonly hint: string;
}

/** A finding without its backend. */
export type CheckResult = Omit<OnlineFinding, 'backend'>;

export const good = (message: string): CheckResult => ({ severity: 'ok', message, hint: '' });
export const warning = (message: string, hint: string): CheckResult => ({
  severity: 'warning',
  message,
  hint,
});
export const bad = (message: string, hint: string): CheckResult => ({
  severity: 'error',
  message,
  hint,
});

const WIDEST = 'warning'.length;

/** A finding for people: one line, and a second one for what to do. No line break at the end. */
export function formatFinding({ severity, backend, message, hint }: OnlineFinding): string {
  const line = `${severity.padEnd(WIDEST)}  ${backend}: ${message}`;
  return hint === '' ? line : `${line}\n${' '.repeat(WIDEST)}  ${hint}`;
}
