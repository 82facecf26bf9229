/** One thing that was seen of a backend. */
export interface Finding {
  readonly severity: 'ok' | 'warning' | 'error';
  /** The store's or upstream's name. */
  readonly backend: string;
  readonly message: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly hint: string;
}

/** A finding before it is known whose it is. */
export type Sight = Omit<Finding, 'backend'>;

export const good = (message: string): Sight => ({ severity: 'ok', message, hint: '' });
export const warning = (message: string, hint: string): Sight => ({
  severity: 'warning',
  message,
  hint,
});
export const bad = (message: string, hint: string): Sight => ({ severity: 'error', message, hint });
