import type { RegistryAnswer } from './registry-answer.ts';

/** Statuses of storage services for an expired link: Amazon and Azure use 403, Google uses 400. */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 410]);
/** How often to ask the registry for a link. */
const LINKS = 3;

/**
 * Whether to ask the registry for a new link to the redirect's target.
 *
 * @param attempts number of attempts so far
 */
export function isExpiredLink(
  { response, isElsewhere }: RegistryAnswer,
  attempts: number,
): boolean {
  return isElsewhere === true && EXPIRED.has(response.status) && attempts < LINKS;
}
