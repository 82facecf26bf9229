import type { Store } from '@archeio/redirect';

/** Identifies a store across configurations by the place of its blobs. */
export function storeIdentity(
  { checkUrl, url }: Pick<Store, 'checkUrl' | 'url'>,
  key: string,
): string {
  return `${checkUrl === url ? url : `${url} ${checkUrl}`} ${key}`;
}
