import type { HealthChange } from '@archeio/backend-health';
import type { Log } from '../log.ts';

/** Logs that a backend went down, or is up again. @param saw what was seen last: `status 503`, `timeout` */
export function logHealthChange(
  log: Log,
  backend: string,
  { state, why, after }: HealthChange,
  saw: string,
): void {
  const lasted = after === null ? null : Math.round(after);
  if (state === 'down') log.warn('backend-down', { backend, why, saw, upForMs: lasted });
  else log.info('backend-up', { backend, why, saw, downForMs: lasted });
}
