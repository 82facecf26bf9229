import type {
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { StatedError } from '@archeio/plain-errors';

/** An object as a bucket lists it. */
export interface ListedObject {
  readonly Key: string;
  readonly Size: number;
  /** Milliseconds since 1970. */
  readonly LastModified: number;
  /** Undefined on servers that do not list it. */
  readonly ETag?: string | undefined;
}

/** A multipart upload that is neither completed nor aborted. */
export interface ListedUpload {
  readonly Key: string;
  readonly UploadId: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
}

/** Position of the next page, as the next request states it. */
type UploadMarkers = Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'>;

export interface ListingOptions {
  /** The prefix of all keys. */
  readonly prefix: string;
  /** The order of keys: sorted by bytes, each once; unsorted, each once; or unsorted with repetitions. */
  readonly order: 'bytes' | 'none' | 'repeating';
}

/** Real servers return an empty page now and then, for deleted objects, but not this many in a row. */
const MOST_EMPTY = 1000;

/** The listing cannot be trusted: an object missing from it would count as absent. */
function notWhole(why: string): Error {
  return new StatedError(`the listing is inconsistent: ${why}`);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Follows the pages of one listing. Rejects pages that make no progress, repeat, or contain foreign keys. */
class Pages {
  readonly #options: ListingOptions;
  /** Markers of the pages seen so far. */
  readonly #seen = new Set<string>();
  #last: string | undefined;
  #first: string | undefined;
  #empty = 0;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /** @throws Error if a key cannot occur at this point of the listing */
  keys(keys: readonly string[]): void {
    const { prefix, order } = this.#options;
    this.#empty = keys.length === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY) throw notWhole(`${MOST_EMPTY} pages in a row have no keys`);
    for (const key of keys) {
      if (!key.startsWith(prefix))
        throw notWhole(`it contains ${JSON.stringify(key)}, which does not begin with "${prefix}"`);
      if (order === 'bytes' && this.#last !== undefined && compareBytes(this.#last, key) >= 0)
        throw notWhole(`${JSON.stringify(key)} comes after ${JSON.stringify(this.#last)}`);
      this.#last = key;
    }
    if (keys.length === 0 || order === 'repeating') return;
    if (keys[0] === this.#first) throw notWhole('its first page is repeated');
    this.#first ??= keys[0];
  }

  /** @throws Error if the next page has been requested before */
  leadsTo(next: string): void {
    if (this.#seen.has(next)) throw notWhole('its pages form a loop');
    this.#seen.add(next);
  }
}

/**
 * Lists the objects of a bucket, page by page, with `ListObjectsV2`.
 *
 * @param ask requests the page of a continuation token, or the first page
 * @throws Error if a page is missing, contradicts itself or contains impossible entries
 */
export async function* listObjects(
  ask: (token: string | undefined) => Promise<Partial<ListObjectsV2CommandOutput>>,
  options: ListingOptions,
): AsyncGenerator<readonly ListedObject[]> {
  const pages = new Pages(options);
  let token: string | undefined;
  do {
    const page = await ask(token);
    const objects = objectsOf(page);
    pages.keys(objects.map(({ Key }) => Key));
    yield objects;
    token = page.NextContinuationToken || undefined;
    if (page.IsTruncated === true && token === undefined)
      throw notWhole('a page is truncated but has no NextContinuationToken');
    if (page.IsTruncated !== true && token !== undefined)
      throw notWhole('a page has a NextContinuationToken but is not truncated');
    if (token !== undefined) pages.leadsTo(token);
  } while (token !== undefined);
}

function objectsOf(page: Partial<ListObjectsV2CommandOutput>): readonly ListedObject[] {
  const { Contents = [], KeyCount, IsTruncated, Name, CommonPrefixes = [] } = page;
  if (Contents.length === 0 && [KeyCount, IsTruncated, Name].every((each) => each === undefined))
    throw notWhole('an answer is not a ListBucketResult');
  const count = Contents.length + CommonPrefixes.length;
  if (KeyCount !== undefined && KeyCount !== count)
    throw notWhole(`a page has KeyCount ${KeyCount} but ${count} entries`);
  return Contents.map(({ Key = '', Size, LastModified, ETag }) => {
    const modified = LastModified?.getTime() ?? Number.NaN;
    if (Key === '' || Size === undefined || Number.isNaN(modified))
      throw notWhole(`entry ${JSON.stringify(Key)} lacks Key, Size or LastModified`);
    return { Key, Size, LastModified: modified, ...(ETag && { ETag }) };
  });
}

/**
 * Lists the unfinished multipart uploads of a bucket with `ListMultipartUploads`.
 *
 * @param ask requests the page after the markers, or the first page
 * @throws Error as {@link listObjects}
 */
export async function* listUploads(
  ask: (markers: UploadMarkers) => Promise<Partial<ListMultipartUploadsCommandOutput>>,
  prefix: string,
): AsyncGenerator<ListedUpload> {
  // A key may have several uploads, and servers differ in how they order them.
  const pages = new Pages({ prefix, order: 'repeating' });
  let markers: UploadMarkers | undefined = {};
  while (markers !== undefined) {
    const page: Partial<ListMultipartUploadsCommandOutput> = await ask(markers);
    const uploads = (page.Uploads ?? []).map(({ Key = '', UploadId = '', Initiated }) => ({
      Key,
      UploadId,
      // Without a date it may still be in progress.
      begun: Initiated?.getTime() ?? Date.now(),
    }));
    pages.keys(uploads.map(({ Key }) => Key));
    yield* uploads;
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    if (IsTruncated !== true) return;
    if (!KeyMarker) throw notWhole('a page is truncated but has no NextKeyMarker');
    markers = { KeyMarker, ...(UploadIdMarker && { UploadIdMarker }) };
    pages.leadsTo(JSON.stringify(markers));
  }
}
