import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Waiting = Parameters<LookupFunction>[2];

/**
 * Looks a name up once for all who ask for it at the same time. A look-up occupies a thread until the resolver answers or
 * gives up, which takes it half a minute, and there are few: checks of one store whose name is not answered would take
 * them all, and no other store's name could be looked up. Nothing is remembered.
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
