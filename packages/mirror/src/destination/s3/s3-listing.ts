import type {
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
}

/** A multipart upload that is neither completed nor aborted. */
export interface ListedUpload {
  readonly Key: string;
  readonly UploadId: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
}

/** Where the page after one begins: what the next request has to say. */
export interface UploadMarkers {
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

export interface ListingOptions {
  /** What all keys must begin with. */
  readonly prefix: string;
  /** By their bytes, each once; in no order, each once; or in no order and repeating. */
  readonly order: 'bytes' | 'none' | 'repeating';
}

/** Real servers answer an empty page now and then, of deleted objects; not this many in a row. */
const MOST_EMPTY = 1000;

/** What is listed cannot be believed: an object that is missing in it would count as absent. */
function notWhole(why: string): Error {
  return new StatedError(`the list is not whole: ${why}`);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Follows the pages of one listing, and refuses those that lead nowhere, back, or elsewhere. */
class Pages {
  readonly #options: ListingOptions;
  /** What has led to a page. */
  readonly #seen = new Set<string>();
  #last: string | undefined;
  #first: string | undefined;
  #empty = 0;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /** @throws Error where a key cannot be in this place of the listing */
  keys(keys: readonly string[]): void {
    const { prefix, order } = this.#options;
    this.#empty = keys.length === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY) throw notWhole(`${MOST_EMPTY} pages in a row have no keys`);
    for (const key of keys) {
      if (!key.startsWith(prefix))
        throw notWhole(`it has ${JSON.stringify(key)}, which does not begin with "${prefix}"`);
      if (order === 'bytes' && this.#last !== undefined && compareBytes(this.#last, key) >= 0)
        throw notWhole(`${JSON.stringify(key)} comes after ${JSON.stringify(this.#last)}`);
      this.#last = key;
    }
    if (keys.length === 0 || order === 'repeating') return;
    if (keys[0] === this.#first) throw notWhole('its first page comes twice');
    this.#first ??= keys[0];
  }

  /** @throws Error where the next page was asked for before */
  leadsTo(next: string): void {
    if (this.#seen.has(next)) throw notWhole('its pages lead back to one that was read before');
    this.#seen.add(next);
  }
}

/**
 * The objects of a bucket, page by page, by `ListObjectsV2`.
 *
 * @param ask for the page of a continuation token, or the first
 * @throws Error where a page is missing, contradicts itself or has what it cannot have
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
      throw notWhole('a page says that there are more, and has no NextContinuationToken');
    if (page.IsTruncated !== true && token !== undefined)
      throw notWhole('a page has a NextContinuationToken, and does not say that it is truncated');
    if (token !== undefined) pages.leadsTo(token);
  } while (token !== undefined);
}

function objectsOf(page: Partial<ListObjectsV2CommandOutput>): readonly ListedObject[] {
  const { Contents = [], KeyCount, IsTruncated, Name, CommonPrefixes = [] } = page;
  if (Contents.length === 0 && [KeyCount, IsTruncated, Name].every((each) => each === undefined))
    throw notWhole('an answer is no ListBucketResult');
  const count = Contents.length + CommonPrefixes.length;
  if (KeyCount !== undefined && KeyCount !== count)
    throw notWhole(`a page says KeyCount ${KeyCount}, and has ${count}`);
  return Contents.map(({ Key = '', Size, LastModified }) => {
    const modified = LastModified?.getTime() ?? Number.NaN;
    if (Key === '' || Size === undefined || Number.isNaN(modified))
      throw notWhole(`${JSON.stringify(Key)} has no Key, Size or LastModified`);
    return { Key, Size, LastModified: modified };
  });
}

/**
 * The multipart uploads of a bucket that are neither completed nor aborted, by `ListMultipartUploads`.
 *
 * @param ask for the page after markers, or the first
 * @throws Error as {@link listObjects}
 */
export async function* listUploads(
  ask: (markers: UploadMarkers) => Promise<Partial<ListMultipartUploadsCommandOutput>>,
  prefix: string,
): AsyncGenerator<ListedUpload> {
  // A key may have several uploads, and servers do not agree on their order.
  const pages = new Pages({ prefix, order: 'repeating' });
  let markers: UploadMarkers | undefined = {};
  while (markers !== undefined) {
    const page: Partial<ListMultipartUploadsCommandOutput> = await ask(markers);
    const uploads = (page.Uploads ?? []).map(({ Key = '', UploadId = '', Initiated }) => ({
      Key,
      UploadId,
      // Without a date it may be one that is under way.
      begun: Initiated?.getTime() ?? Date.now(),
    }));
    pages.keys(uploads.map(({ Key }) => Key));
    yield* uploads;
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    if (IsTruncated !== true) return;
    if (!KeyMarker) throw notWhole('a page says that there are more, and has no NextKeyMarker');
    markers = { KeyMarker, ...(UploadIdMarker && { UploadIdMarker }) };
    pages.leadsTo(JSON.stringify(markers));
  }
}
