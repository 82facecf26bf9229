import { readHostName } from '@archeio/redirect';

const EVERY_ADDRESS = new Set(['::', '0.0.0.0', '']);

/** Whether listeners on two hosts cannot have the same port. */
export function isSameAddress(one: string, other: string): boolean {
  return (
    readHostName(one).name === readHostName(other).name ||
    EVERY_ADDRESS.has(one) ||
    EVERY_ADDRESS.has(other)
  );
}
