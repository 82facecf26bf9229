import type { Stats } from 'node:fs';
import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import { failureReason, StatedError } from '@archeio/plain-errors';
import { requestFailure } from '../../platform/own-fault.ts';
import { readUnlessKnown } from '@archeio/bounded-reading';
import { fetchBytes, type FetchedBytes, type Validators } from '../../platform/fetch-bytes.ts';

/** Where an inventory is, as it is configured. */
export type InventoryOptions = NonNullable<Configuration['stores'][number]['inventory']>;

/** What is wrong with a server's 304 to a request without a condition. */
export const NOT_MODIFIED =
  'cannot read the inventory: the server answered "not modified", but there is no earlier copy';

/** Enough for over 50 million blobs. */
const MOST_BYTES = 64 * 1024 * 1024;
/** For one fetch with its whole body, milliseconds. */
const TIMEOUT = 60_000;

/** The inventory's bytes, or that they are those that came with these validators. Rejects with one line. */
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

/** What an inventory at a URL is fetched with. */
export interface FetchingDependencies {
  readonly clock: Clock;
  /** For one fetch with its whole body, milliseconds; a minute if left out. */
  readonly timeout?: number | undefined;
  /** Gives the URL a signature, where it needs one to be read. Rejects with the reason where it cannot. */
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

/** Reads an inventory from where it is configured. */
export function inventorySource(
  { url, file }: Pick<InventoryOptions, 'url' | 'file'>,
  dependencies: FetchingDependencies,
): ReadInventory {
  return url === undefined
    ? (before) => readFromFile(file ?? '', before)
    : (before, signal) => fetchSigned(url, before, dependencies, signal);
}
