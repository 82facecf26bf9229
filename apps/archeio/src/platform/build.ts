import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { checkoutRevision, textOf } from './checkout-revision.ts';
import { EMBEDDED, embedded } from './embedded.ts';

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

/** The revision that the executable was built from, or the commit that is checked out. */
function sourceRevision(): string {
  const file = embedded(EMBEDDED.revision);
  return file === undefined ? checkoutRevision(CHECKOUT) : (textOf(file) ?? '');
}

/**
 * The running build. The revision comes from the environment variable `ARCHEIO_REVISION`, which builds without git set;
 * otherwise from the source.
 */
export function runningBuild(environment: Readonly<Record<string, string | undefined>>): Build {
  const { bun, node } = process.versions;
  return {
    version: manifest.version,
    revision: environment['ARCHEIO_REVISION'] || sourceRevision(),
    runtime: bun === undefined ? `node ${node}` : `bun ${bun}`,
  };
}

/** A build in one line, for people and scripts: `0.1.0 (revision 1a2b3c…, bun 1.4.5)`. */
export function describeBuild({ version, revision, runtime }: Build): string {
  return `${version} (revision ${revision === '' ? 'unknown' : revision}, ${runtime})`;
}
