import { compileKeyTemplate } from '@archeio/oci-distribution';
import { type Finding, warning } from './finding.ts';
import type { Entry, ValidParts } from './valid-parts.ts';

const SAMPLE = `sha256:${'0123456789abcdef'.repeat(4)}`;

type Store = ValidParts['stores'][number]['value'];
type Destination = ValidParts['destinations'][number]['value'];

/** Where a blob is below a store's host: path and key. */
function pathIn({ url, checkUrl, key }: Store): string {
  const { pathname } = new URL(checkUrl ?? url);
  return `${pathname === '/' ? '' : pathname.slice(1)}/${compileKeyTemplate(key)(SAMPLE)}`.replace(
    /^\//,
    '',
  );
}

/**
 * Key of a blob in a bucket according to a store's URL, whose host or path begins with the bucket; undefined
 * if the store is not that bucket.
 */
function keyInBucket(store: Store, bucket: string): string | undefined {
  const { hostname } = new URL(store.checkUrl ?? store.url);
  const path = pathIn(store);
  if (hostname.startsWith(`${bucket}.`)) return path;
  return path.startsWith(`${bucket}/`) ? path.slice(bucket.length + 1) : undefined;
}

/** Whether one path ends with the other: a web server's root may be above or within the path of the keys. */
function endsAlike(one: string, other: string): boolean {
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}

/** Warnings about the stores of a bucket; undefined if there are none. */
function ofBucket(
  { name, bucket, key }: Destination & { readonly type: 's3' },
  stores: readonly Entry<Store>[],
): Finding[] | undefined {
  const written = compileKeyTemplate(key)(SAMPLE);
  const same = stores.flatMap(({ index, value }) => {
    const read = keyInBucket(value, bucket);
    return read === undefined ? [] : [{ index, store: value.name, read }];
  });
  if (same.length === 0) return undefined;
  return same
    .filter(({ read }) => read !== written)
    .map(({ index, store, read }) =>
      warning(
        ['stores', index, 'key'],
        `store ${JSON.stringify(store)} looks for a blob at ${JSON.stringify(read)} in bucket ${JSON.stringify(bucket)}, and the mirror's destination ${JSON.stringify(name)} writes it to ${JSON.stringify(written)}`,
      ),
    );
}

/**
 * Keys that the mirror writes and no store reads. A store of a destination's bucket must use the same key; for other
 * destinations, the path of some store must end like the key.
 */
export function unreadKeys({ stores, destinations }: ValidParts): Finding[] {
  const enabled = stores.filter(({ value }) => value.enabled);
  if (enabled.length === 0) return [];
  return destinations.flatMap(({ index, value }) => {
    const found = value.type === 's3' ? ofBucket(value, enabled) : undefined;
    if (found !== undefined) return found;
    const written = compileKeyTemplate(value.key)(SAMPLE);
    if (enabled.some((store) => endsAlike(pathIn(store.value), written))) return [];
    return [
      warning(
        ['mirror', 'destinations', index, 'key'],
        `no store reads what destination ${JSON.stringify(value.name)} writes: a blob is written to ${JSON.stringify(written)}, and store ${JSON.stringify(enabled[0].value.name)} looks for it at ${JSON.stringify(pathIn(enabled[0].value))}`,
      ),
    ];
  });
}
