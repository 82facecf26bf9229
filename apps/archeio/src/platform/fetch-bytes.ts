import type { Clock } from '@archeio/presence';
import { StatedError, withoutQuery } from '@archeio/plain-errors';
import { decodedBody, fetchFollowing, gatherBytes } from '@archeio/bounded-reading';
import { requestFailure } from './own-fault.ts';

/** Validators of a file, to send with the next request for it (RFC 9110 §13.1). */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export type FetchedBytes =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly validators: Validators };

export interface FetchLimits {
  readonly clock: Clock;
  /** Time limit for one request with its body, milliseconds. */
  readonly timeout: number;
  /** Maximum size of the decoded body. */
  readonly maxBytes: number;
  /** Cancels work in progress. */
  readonly signal?: AbortSignal | undefined;
}

/** A file that could not be fetched. */
export class FetchError extends StatedError {
  override readonly name = 'FetchError';
  /** Whether the same request may succeed a moment later. */
  readonly transient: boolean;

  constructor(url: string, reason: string, transient: boolean, cause?: unknown) {
    super(`cannot fetch ${withoutQuery(url)}: ${reason}`, { cause });
    this.transient = transient;
  }
}

async function readBody(url: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const bytes = await gatherBytes(decodedBody(response), maxBytes);
  // Not every runtime fails if the connection ends early. An encoded body has another length.
  const stated = response.headers.get('content-length');
  const isPlain = !response.headers.has('content-encoding');
  if (stated !== null && isPlain && Number(stated) !== bytes.length)
    throw new FetchError(url, `truncated: ${bytes.length} of ${stated} bytes`, true);
  return bytes;
}

async function request(
  url: string,
  { etag, lastModified }: Validators,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FetchedBytes> {
  const headers = new Headers({ 'user-agent': 'archeio' });
  if (etag !== undefined) headers.set('if-none-match', etag);
  if (lastModified !== undefined) headers.set('if-modified-since', lastModified);
  const response = await fetchFollowing(url, { headers, signal });
  const { status } = response;
  if (status === 304) {
    await response.body?.cancel();
    return { kind: 'unchanged' };
  }
  if (status !== 200) {
    await response.body?.cancel();
    throw new FetchError(
      url,
      `status ${status}, expected 200`,
      status >= 500 || status === 429 || status === 408,
    );
  }
  const bytes = await readBody(url, response, maxBytes);
  const validators = {
    etag: response.headers.get('etag') ?? undefined,
    lastModified: response.headers.get('last-modified') ?? undefined,
  };
  return { kind: 'bytes', bytes, validators };
}

/**
 * Fetches a URL, or finds that it has not changed.
 *
 * @param validators validators of the last answer; empty fetches unconditionally
 * @throws FetchError
 */
export async function fetchBytes(
  url: string,
  validators: Validators,
  { clock, timeout, maxBytes, signal }: FetchLimits,
): Promise<FetchedBytes> {
  const late = new AbortController();
  const cancel = clock.after(timeout, () => late.abort());
  const either = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]);
  try {
    return await request(url, validators, maxBytes, either);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (signal?.aborted === true) throw new FetchError(url, 'it was stopped', false, error);
    const reason = late.signal.aborted ? `not done within ${timeout} ms` : requestFailure(error);
    // An error of this function would not go away a moment later.
    throw new FetchError(url, reason, !(error instanceof StatedError), error);
  } finally {
    cancel();
  }
}
