import {
  type CheckMethod,
  claimsOf,
  claimsWithoutBody,
  requestHeaders,
  type StoreAnswer,
} from '@archeio/content-checks';
import type { Clock } from '@archeio/presence';
import type { Fetch } from '../platform.ts';

const TIMEOUT: StoreAnswer = Object.freeze({ kind: 'failure', reason: 'timeout' });

/** Dependencies of a {@link ContentClient}. */
export interface ContentClientDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly userAgent: string;
  /** For one check, in milliseconds. */
  readonly timeout: number;
}

/** Whether a body ends without a byte; reads no more than its first part. */
async function isEmpty({ body }: Response): Promise<boolean> {
  if (body === null) return true;
  const reader = body.getReader();
  const { done } = await reader.read();
  if (!done) void reader.cancel().catch(() => undefined);
  return done;
}

/** Asks backends for content with the platform's `fetch`. */
export class ContentClient {
  readonly #dependencies: ContentClientDependencies;

  constructor(dependencies: ContentClientDependencies) {
    this.#dependencies = dependencies;
  }

  /** Asks for content by its URL, following no redirect. Never rejects; settles within the time-out. */
  async check(url: string, method: CheckMethod, accept?: string): Promise<StoreAnswer> {
    const { fetch, clock, userAgent, timeout } = this.#dependencies;
    const controller = new AbortController();
    const cancel = clock.after(timeout, () => controller.abort());
    const isHead = method === 'head';
    try {
      const response = await fetch(url, {
        method: isHead ? 'HEAD' : 'GET',
        headers: requestHeaders(userAgent, method === 'range' ? 1 : 0, accept),
        redirect: 'manual',
        // The platform would otherwise answer from its cache, for as long as it likes.
        cache: 'no-store',
        signal: controller.signal,
      });
      const { status } = response;
      const claims = claimsOf(status, Object.fromEntries(response.headers));
      const isBare = !isHead && (await isEmpty(response));
      return { kind: 'status', status, ...(isBare ? claimsWithoutBody(status, claims) : claims) };
    } catch (error) {
      if (controller.signal.aborted) return TIMEOUT;
      const detail = error instanceof Error ? error.message : String(error);
      return { kind: 'failure', reason: 'connection', detail };
    } finally {
      cancel();
    }
  }
}
