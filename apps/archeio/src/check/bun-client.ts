import { blobSize } from './blob-size.ts';
import { LONGEST_BODY, requestHeaders } from './request-headers.ts';
import type { CheckMethod, StatusAnswer } from './store-checker.ts';
import type { StoreClient } from './timed-checker.ts';

/** Reads what little body there is, so that the connection can be used again; a longer one is dropped with it. */
async function drain(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  for (let received = 0; received <= LONGEST_BODY;) {
    const { done, value } = await reader.read();
    if (done) return;
    received += value.length;
  }
  await reader.cancel();
}

/**
 * Asks by Bun's fetch, which keeps connections for every store. Its limit on simultaneous requests is one for the whole
 * process: the launcher raises it by BUN_CONFIG_MAX_HTTP_REQUESTS, so that a store that hangs starves no other.
 */
export class BunClient implements StoreClient {
  readonly #userAgent: string;

  constructor(userAgent: string) {
    this.#userAgent = userAgent;
  }

  async ask(
    url: string,
    method: CheckMethod,
    signal: AbortSignal,
    accept?: string,
  ): Promise<StatusAnswer> {
    const { status, headers, body } = await fetch(url, {
      method: method === 'head' ? 'HEAD' : 'GET',
      headers: requestHeaders(this.#userAgent, method, accept),
      redirect: 'manual',
      // or Bun writes to standard error what is wrong with a body that nobody wants
      decompress: false,
      signal,
    });
    const size = blobSize(status, {
      contentLength: headers.get('content-length') ?? undefined,
      contentRange: headers.get('content-range') ?? undefined,
    });
    if (body !== null) {
      try {
        await drain(body);
      } catch {
        // a body that is cut says nothing against the status
      }
    }
    return { kind: 'status', status, size };
  }

  close(): void {
    // the pool is the process's own, and its idle connections keep nothing alive
  }
}
