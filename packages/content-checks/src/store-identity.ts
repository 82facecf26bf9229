/** Identifies a store across configurations by the place of its blobs. */
export function storeIdentity(
  { checkUrl, url }: { readonly checkUrl: string; readonly url: string },
  key: string,
): string {
  return `${checkUrl === url ? url : `${url} ${checkUrl}`} ${key}`;
}
