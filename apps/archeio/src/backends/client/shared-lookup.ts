import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Waiting = Parameters<LookupFunction>[2];

/**
 * Shares a look-up among concurrent callers, and remembers nothing. A look-up occupies one of few threads until the
 * resolver answers or gives up after half a minute: one unanswered name could block the look-ups of all other stores.
 */
export function sharedLookup(lookup: LookupFunction): LookupFunction {
  const underWay = new Map<string, Waiting[]>();
  return (name: string, options: LookupOptions, done: Waiting): void => {
    const { family, hints, all, order, verbatim } = options;
    const key = JSON.stringify([name, family, hints, all, order, verbatim]);
    const others = underWay.get(key);
    if (others !== undefined) {
      others.push(done);
      return;
    }
    const waiting = [done];
    underWay.set(key, waiting);
    lookup(name, options, (error, address: string | LookupAddress[], family) => {
      underWay.delete(key);
      for (const each of waiting) each(error, address, family);
    });
  };
}
