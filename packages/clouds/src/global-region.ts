/** The region of what a provider publishes without one: addresses announced from everywhere. */
export const GLOBAL = 'global';

/** Whether the region names no region. AWS writes `GLOBAL`, GCP `global`. */
export function isGlobal(region: string): boolean {
  return region.toLowerCase() === GLOBAL;
}
