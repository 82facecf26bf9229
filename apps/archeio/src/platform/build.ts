import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { checkoutRevision } from './checkout-revision.ts';

/** What is running. */
export interface Build {
  /** Of package.json. */
  readonly version: string;
  /** Of the source, as it was built; empty where nobody said. */
  readonly revision: string;
  /** Name and version: `bun 1.4.5`. */
  readonly runtime: string;
}

const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * What is running. The revision is what the environment says in `ARCHEIO_REVISION`, as a build does that leaves git out;
 * else the commit that is checked out.
 */
export function runningBuild(environment: Readonly<Record<string, string | undefined>>): Build {
  const { bun, node } = process.versions;
  return {
    version: manifest.version,
    revision: environment['ARCHEIO_REVISION'] || checkoutRevision(CHECKOUT),
    runtime: bun === undefined ? `node ${node}` : `bun ${bun}`,
  };
}
