import { nextAddr, previousAddr, type Addr } from '../addr.ts';
import { prefixFirst, prefixLast, type Prefix } from '../prefix.ts';

/** The first and last address of a prefix, and its neighbours on both sides, if they exist. */
export function boundariesOf(prefix: Prefix): Addr[] {
  const first = prefixFirst(prefix);
  const last = prefixLast(prefix);
  return [previousAddr(first), first, last, nextAddr(last)].filter((addr) => addr !== undefined);
}
