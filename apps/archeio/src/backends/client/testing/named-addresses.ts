import type { LookupFunction } from 'node:net';
import { createStoreChecker } from '../create-store-checker.ts';
import type { CreateChecker } from './suite-parts.ts';

/** Finds these addresses for every name; undefined for none, which is the machine's own way. */
export function lookupOf(addresses: readonly string[] | undefined): LookupFunction | undefined {
  if (addresses === undefined) return undefined;
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_name, { all }, done) => {
    if (all === true) done(null, found);
    else done(null, found[0].address, found[0].family);
  };
}

/** A checker of this process for which every name has the addresses that a test says. */
export function createWithAddresses(
  options: Parameters<CreateChecker>[0],
): ReturnType<typeof createStoreChecker> {
  const lookup = lookupOf(options.addresses);
  return createStoreChecker({ ...options, ...(lookup !== undefined && { lookup }) });
}
