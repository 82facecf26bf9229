import type { Stats } from 'node:fs';
import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import { failureReason, StatedError } from '@archeio/plain-errors';
import { requestFailure } from '../../platform/own-fault.ts';
import { readUnlessKnown } from '@archeio/bounded-reading';
import { fetchBytes, type FetchedBytes, type Validators } from '../../platform/fetch-bytes.ts';

/** Configuration of an inventory. */
export type InventoryOptions = NonNullable<Configuration['stores'][number]['inventory']>;

/** Problem of a 304 to a request without a condition. */
export const NOT_MODIFIED =
  'cannot read the inventory: the server answered "not modified", but there is no earlier copy';

/** Enough for over 50 million blobs. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Milliseconds for a request with its whole body. */
const TIMEOUT = 60_000;

/** Reads an inventory, or finds that it still has these validators. Rejects with an error of one line. */
export type ReadInventory = (before: Validators, signal: AbortSignal) => Promise<FetchedBytes>;

async function readFromFile(path: string, before: Validators): Promise<FetchedBytes> {
  const etagOf = ({ ino, size, mtimeMs }: Stats): string => `${ino} ${size} ${mtimeMs}`;
  try {
    const isKnown = (about: Stats): boolean => etagOf(about) === before.etag;
    const { about, bytes } = await readUnlessKnown(path, MOST_BYTES, isKnown);
    if (bytes === undefined) return { kind: 'unchanged' };
    return { kind: 'bytes', bytes, validators: { etag: etagOf(about) } };
  } catch (error) {
    throw new StatedError(`cannot read ${JSON.stringify(path)}: ${failureReason(error)}`);
  }
}

interface FetchingDependencies {
  readonly clock: Clock;
  /** Milliseconds for a request with its whole body (default: a minute). */
  readonly timeout?: number | undefined;
  /** Signs the URL, if it needs a signature. Rejects with the reason if it cannot. */
  readonly sign?: ((url: string) => Promise<string>) | undefined;
}

async function fetchSigned(
  url: string,
  before: Validators,
  { clock, timeout = TIMEOUT, sign }: FetchingDependencies,
  signal: AbortSignal,
): Promise<FetchedBytes> {
  const limits = { clock, timeout, maxBytes: MOST_BYTES, signal };
  if (sign === undefined) return fetchBytes(url, before, limits);
  let signed: string;
  try {
    signed = await sign(url);
  } catch (error) {
    throw new StatedError(`cannot sign the request for ${url}: ${requestFailure(error)}`);
  }
  return fetchBytes(signed, before, limits);
}

/** Returns the function that reads an inventory from its configured URL or file. */
export function inventorySource(
  { url, file }: Pick<InventoryOptions, 'url' | 'file'>,
  dependencies: FetchingDependencies,
): ReadInventory {
  return url === undefined
    ? (before) => readFromFile(file ?? '', before)
    : (before, signal) => fetchSigned(url, before, dependencies, signal);
}
