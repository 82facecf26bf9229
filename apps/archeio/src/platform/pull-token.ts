import { randomBytes } from 'node:crypto';
import type { PullToken } from '@archeio/redirect';
import { makePullToken } from '@archeio/request-handler';

/** A token with a new random pull ID of 128 bits. */
export function createPullToken(): PullToken {
  return makePullToken(randomBytes(16).toString('hex'), Date.now());
}
