import type { Answer } from './answer.ts';

/** What storage answers to a link whose signature has run out: Amazon and Azure with 403, Google with 400. */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 410]);
/** How often the registry is asked for a link. */
const LINKS = 3;

/**
 * Whether the registry is to be asked for another link to where it led us.
 *
 * @param attempts how many have been used
 */
export function isExpiredLink({ response, isElsewhere }: Answer, attempts: number): boolean {
  return isElsewhere === true && EXPIRED.has(response.status) && attempts < LINKS;
}
