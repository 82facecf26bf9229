import type { Clock } from '@archeio/presence';
import { StatedError, withoutQuery } from '@archeio/plain-errors';
import { decodedBody, fetchFollowing, gatherBytes } from '@archeio/bounded-reading';
import { requestFailure } from './own-fault.ts';

/** What a server said of a file, to be sent with the next request for it (RFC 9110 §13.1). */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export type FetchedBytes =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly validators: Validators };

export interface FetchLimits {
  readonly clock: Clock;
  /** For one request with its whole body, milliseconds. */
  readonly timeout: number;
  /** Of the body as it is read. */
  readonly maxBytes: number;
  /** Ends what is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** A file that could not be had. */
export class FetchError extends StatedError {
  override readonly name = 'FetchError';
  /** Whether the same request may well succeed a moment later. */
  readonly transient: boolean;

  constructor(url: string, reason: string, transient: boolean, cause?: unknown) {
    super(`cannot fetch ${withoutQuery(url)}: ${reason}`, { cause });
    this.transient = transient;
  }
}

async function readBody(url: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const bytes = await gatherBytes(decodedBody(response), maxBytes);
  // Not every runtime fails where the connection ends early. An encoded body has another length.
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
 * What is behind an address, or that it has not changed.
 *
 * @param validators what came with it the last time; empty asks for the whole
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
    // What our own words say will be no better a moment later.
    throw new FetchError(url, reason, !(error instanceof StatedError), error);
  } finally {
    cancel();
  }
}
