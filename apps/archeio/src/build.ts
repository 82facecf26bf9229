import manifest from '../package.json' with { type: 'json' };
import type { Build } from './metrics/service-state.ts';

/** What is running. The revision is what whoever built it says in `ARCHEIO_REVISION`. */
export function runningBuild(environment: Readonly<Record<string, string | undefined>>): Build {
  const { bun, node } = process.versions;
  return {
    version: manifest.version,
    revision: environment['ARCHEIO_REVISION'] ?? '',
    runtime: bun === undefined ? `node ${node}` : `bun ${bun}`,
  };
}
