import type { Store } from '@archeio/redirect';

/** What makes a store the same in two configurations, as far as its blobs go. */
export function storeIdentity(
  { checkUrl, url }: Pick<Store, 'checkUrl' | 'url'>,
  key: string,
): string {
  return `${checkUrl === url ? url : `${url} ${checkUrl}`} ${key}`;
}
