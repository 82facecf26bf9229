import { blobSize, byteCount } from './blob-size.ts';
import { LONGEST_BODY, requestHeaders } from './request-headers.ts';
import type { BodyRead } from './body-reader.ts';
import type { CheckMethod, StatusAnswer } from './store-checker.ts';
import type { StoreClient } from './timed-checker.ts';

/** Reads a body until so many bytes have come or it ends; the rest is dropped with its connection. */
async function receive(body: ReadableStream<Uint8Array>, bytes: number): Promise<number> {
  const reader = body.getReader();
  let received = 0;
  while (received < bytes) {
    const { done, value } = await reader.read();
    if (done) return received;
    received += value.length;
  }
  await reader.cancel();
  return received;
}

/** Reads what little body there is, so that the connection can be used again. */
async function drainWhole({ body }: Response): Promise<void> {
  try {
    if (body !== null) await receive(body, LONGEST_BODY + 1);
  } catch {
    // a body that is cut says nothing against the status
  }
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
    const bytes = method === 'range' ? 1 : 0;
    const verb = method === 'head' ? 'HEAD' : 'GET';
    const response = await this.#request(url, verb, bytes, signal, accept);
    const { status, headers } = response;
    const size = blobSize(status, {
      contentLength: headers.get('content-length') ?? undefined,
      contentRange: headers.get('content-range') ?? undefined,
    });
    await drainWhole(response);
    return { kind: 'status', status, size };
  }

  async read(url: string, bytes: number, signal: AbortSignal): Promise<BodyRead> {
    const response = await this.#request(url, 'GET', bytes, signal);
    const { status, headers, body } = response;
    if (status !== 200 && status !== 206) {
      await drainWhole(response);
      return { kind: 'body', status, received: 0 };
    }
    const received = body === null ? 0 : await receive(body, bytes);
    const told = byteCount(headers.get('content-length') ?? undefined);
    if (received < Math.min(bytes, told)) throw new Error('the body was cut');
    return { kind: 'body', status, received };
  }

  #request(
    url: string,
    method: 'HEAD' | 'GET',
    bytes: number,
    signal: AbortSignal,
    accept?: string,
  ): Promise<Response> {
    return fetch(url, {
      method,
      headers: requestHeaders(this.#userAgent, bytes, accept),
      redirect: 'manual',
      // or Bun writes to standard error what is wrong with a body that nobody wants
      decompress: false,
      signal,
    });
  }

  close(): void {
    // the pool is the process's own, and its idle connections keep nothing alive
  }
}
