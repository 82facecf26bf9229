import { open } from 'node:fs/promises';
import type { Clock } from '@archeio/presence';
import type { Configuration } from '../configuration/configuration.ts';
import { errorCode } from '../error-code.ts';
import { fetchBytes, type FetchedBytes, type Validators } from '../ranges/fetch-bytes.ts';

/** Where an inventory is, as it is configured. */
export type InventoryOptions = NonNullable<Configuration['stores'][number]['inventory']>;

/** Enough for over 50 million blobs. */
const MOST_BYTES = 64 * 1024 * 1024;
/** For one fetch with its whole body, milliseconds. */
const TIMEOUT = 60_000;

/** The inventory's bytes, or that they are those that came with these validators. Rejects with one line. */
export type ReadInventory = (before: Validators, signal: AbortSignal) => Promise<FetchedBytes>;

async function readUnlessSame(path: string, before: Validators): Promise<FetchedBytes> {
  await using file = await open(path);
  const { ino, size, mtimeMs } = await file.stat();
  const etag = `${ino} ${size} ${mtimeMs}`;
  if (etag === before.etag) return { kind: 'unchanged' };
  if (size > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes`);
  return { kind: 'bytes', bytes: await file.readFile(), validators: { etag } };
}

async function readFromFile(path: string, before: Validators): Promise<FetchedBytes> {
  try {
    return await readUnlessSame(path, before);
  } catch (error) {
    const reason = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
    throw new Error(`cannot read ${JSON.stringify(path)}: ${reason}`, { cause: error });
  }
}

/** What an inventory at a URL is fetched with. */
export interface FetchingParts {
  readonly clock: Clock;
  /** For one fetch with its whole body, milliseconds; a minute if left out. */
  readonly timeout?: number | undefined;
  /** Gives the URL a signature, where it needs one to be read. Rejects with the reason where it cannot. */
  readonly sign?: ((url: string) => Promise<string>) | undefined;
}

async function fetchSigned(
  url: string,
  before: Validators,
  { clock, timeout = TIMEOUT, sign }: FetchingParts,
  signal: AbortSignal,
): Promise<FetchedBytes> {
  const limits = { clock, timeout, maxBytes: MOST_BYTES, signal };
  if (sign === undefined) return fetchBytes(url, before, limits);
  let signed: string;
  try {
    signed = await sign(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot sign the request for ${url}: ${reason}`, { cause: error });
  }
  return fetchBytes(signed, before, limits);
}

/** Reads an inventory from where it is configured. */
export function inventorySource(
  { url, file }: Pick<InventoryOptions, 'url' | 'file'>,
  parts: FetchingParts,
): ReadInventory {
  return url === undefined
    ? (before) => readFromFile(file ?? '', before)
    : (before, signal) => fetchSigned(url, before, parts, signal);
}
