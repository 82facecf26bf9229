import { CloudRanges } from '@archeio/clouds';
import { type Compiled, compileEmbedded, type Embedded } from './embedded.ts';
import { Isolate } from './isolate.ts';
import type { Platform, PlatformCache, RequestContext } from './platform.ts';

/** What a Worker exports. */
export interface Worker {
  fetch(request: Request, environment: unknown, context: RequestContext): Promise<Response>;
}

/** A global of the platform. */
declare const caches: { readonly default: PlatformCache };

function platform(): Platform {
  return {
    cache: caches.default,
    fetch: (url, options) => fetch(url, options),
    log: (line) => console.log(line),
    now: () => Date.now(),
  };
}

/**
 * Makes a Worker. What is immutable is compiled at once, where the platform allows neither time nor randomness; the rest is
 * made at the first request.
 *
 * @param ranges bytes of a snapshot of address ranges
 * @throws RangeError, SyntaxError if the bundle cannot be served
 */
export function createWorker(embedded: Embedded, ranges: ArrayBuffer): Worker {
  const compiled: Compiled = compileEmbedded(embedded, CloudRanges.decode(new Uint8Array(ranges)));
  let isolate: Isolate | undefined;
  return {
    fetch(request, _environment, context) {
      isolate ??= new Isolate(compiled, platform());
      return isolate.answer(request, context);
    },
  };
}
