import assert from 'node:assert/strict';
import { ListingError } from '../listing-error.ts';
import { type ListingMethod, repositoriesOf } from '../list-repositories.ts';

/** The first page of a catalog. */
export const CATALOG = '/v2/_catalog?n=1000';

/** Lists a registry's repositories below a path, sorted. */
export async function list(method: ListingMethod, { origin: url }: { origin: string }, path = '') {
  const { signal } = new AbortController();
  const names = await repositoriesOf('archeio/test')(method, { name: 'u', url, path }, signal);
  return [...names].toSorted();
}

/** Returns the error of a listing that fails, without the registry's origin. */
export async function problemOf(method: ListingMethod, registry: { origin: string }, path = '') {
  const error: unknown = await list(method, registry, path).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ListingError, String(error));
  const { message, status, retryAfter } = error;
  return { message: message.replaceAll(registry.origin, ''), status, retryAfter };
}
