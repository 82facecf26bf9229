import type { IncomingHttpHeaders } from 'node:http';
import { fieldOf } from '@archeio/content-checks';

/** Header fields in which caches report a hit. */
const CACHE_FIELDS = ['x-cache', 'cf-cache-status', 'x-cache-status', 'cache-status'] as const;

/**
 * The header field that shows that a cache answered the second of two equal requests; undefined if none does. `Age` comes from a cache (RFC 9111 §5.1); the others name a hit, as `Cache-Status` does (RFC 9211 §2.1).
 */
export function rememberedBy(
  first: IncomingHttpHeaders,
  second: IncomingHttpHeaders,
): string | undefined {
  const age = fieldOf(second, 'age') ?? '';
  if (age !== '' && (first.age === undefined || Number(age) > 0)) return `Age: ${age}`;
  for (const field of CACHE_FIELDS) {
    const value = fieldOf(second, field) ?? '';
    if (/\bhit\b/i.test(value)) return `${field}: ${value}`;
  }
  return undefined;
}
