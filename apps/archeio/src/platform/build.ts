import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { checkoutRevision } from './checkout-revision.ts';

/** The running build. */
export interface Build {
  /** From package.json. */
  readonly version: string;
  /** Revision of the source; empty if unknown. */
  readonly revision: string;
  /** Name and version: `bun 1.4.5`. */
  readonly runtime: string;
}

const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * The running build. The revision comes from the environment variable `ARCHEIO_REVISION`, which builds without git set;
 * otherwise it is the commit that is checked out.
 */
export function runningBuild(environment: Readonly<Record<string, string | undefined>>): Build {
  const { bun, node } = process.versions;
  return {
    version: manifest.version,
    revision: environment['ARCHEIO_REVISION'] || checkoutRevision(CHECKOUT),
    runtime: bun === undefined ? `node ${node}` : `bun ${bun}`,
  };
}
